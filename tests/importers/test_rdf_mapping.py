"""Mappings: what a CONSTRUCT query makes of foreign triples, and what is refused of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kg.errors import ImportRefused
from kg.importers.rdf import RDF
from kg.terms import BASE
from tests.importers.reading import Batch

GIVEN = {"title": "Made up", "licence": "CC-BY-4.0", "published": "2025-03-17"}
PREFIXES = """PREFIX ex: <http://example.org/>
PREFIX ck: <https://w3id.org/chokepoint/ontology#>
PREFIX id: <https://w3id.org/chokepoint/id/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
DATA = """@prefix ex: <http://example.org/> .
ex:acme a ex:Firm ; ex:name "Acme Wafer"@en , "アクメ"@ja ; ex:seat ex:TW ; ex:sells [ ex:to ex:beta ; ex:share 12.5 ; ex:since "2024" ] .
ex:beta a ex:Firm ; ex:name "Beta" ; ex:ticker "BET" .
"""
FIRMS = """CONSTRUCT { ?f a ck:Company ; rdfs:label ?name . } WHERE { ?f a ex:Firm ; ex:name ?name }"""
ACME, BETA = f"{BASE}id/company/rdf-made-up-acme", f"{BASE}id/company/rdf-made-up-beta"


@pytest.fixture
def lift(read: Callable[..., Batch], tmp_path: Path) -> Callable[..., Batch]:
    """Reads the made-up data (or other) through a query."""

    def lifted(query: str, data: str = DATA, prefixes: str = PREFIXES) -> Batch:
        (tmp_path / "a.ttl").write_text(data, encoding="utf-8")
        (tmp_path / "map.rq").write_text(prefixes + query, encoding="utf-8")
        return read(RDF, tmp_path / "a.ttl", **GIVEN, mapping=tmp_path / "map.rq")

    return lifted


def built(lift: Callable[..., Batch], turtle: str) -> Batch:
    """What becomes of constructed triples, beside two described companies."""
    firms = f'<{ACME}> a ck:Company ; rdfs:label "Acme" . <{BETA}> a ck:Company ; rdfs:label "Beta" .'
    return lift(f"CONSTRUCT {{ {firms} {turtle} }} WHERE {{ ?s ?p ?o }}")


def reasons(batch: Batch) -> list[str]:
    return [r.reason for r in batch.refused]


# ---- what becomes a fact ----------------------------------------------------------------------------------------------------


def test_entities_get_a_slug_and_all_their_names(lift: Callable[..., Batch]) -> None:
    found = lift(FIRMS)
    assert sorted(found.entities) == [ACME, BETA]
    acme = found.entities[ACME]
    assert (acme.class_name, acme.label, acme.aliases, acme.slug) == (
        "Company",
        "Acme Wafer",
        ("アクメ",),
        "rdf-made-up-acme",
    )
    assert (acme.batch, acme.origin) == ("rdf-made-up", "http://example.org/acme")
    assert found.refused == []
    assert sum(isinstance(r, str) for r in found.records) == 11


def test_plain_statements(lift: Callable[..., Batch]) -> None:
    found = lift("""CONSTRUCT { ?f a ck:Company ; rdfs:label ?name ; ck:headquarteredIn id:country\\/TWN ; ck:ticker ?t . }
        WHERE { ?f a ex:Firm ; ex:name ?name OPTIONAL { ?f ex:ticker ?t } }""")
    assert found.refused == []
    assert sorted(
        (s.subject, s.property.rpartition("#")[2], getattr(s.object, "lexical", s.object)) for s in found.statements
    ) == [
        (ACME, "headquarteredIn", f"{BASE}id/country/TWN"),
        (BETA, "headquarteredIn", f"{BASE}id/country/TWN"),
        (BETA, "ticker", "BET"),
    ]
    assert found.label(f"{BASE}id/country/TWN") == "Taiwan"
    (ticker,) = found.of("ticker")
    assert ticker.passage == "Says of Beta: ticker BET."
    assert (ticker.status, ticker.source, ticker.origin) == (
        "verified",
        found.sources[0].iri,
        ("map.rq:<http://example.org/beta>",),
    )
    assert str(ticker.known) == "2025-03-17"


def test_a_relation_with_qualifiers_and_dates(lift: Callable[..., Batch]) -> None:
    found = lift("""CONSTRUCT {
        ?f a ck:Company ; rdfs:label ?name . ?c a ck:Company ; rdfs:label ?other .
        [] a ck:Supply ; ck:supplier ?f ; ck:customer ?c ; ck:share ?share ; ck:validFrom ?since ; ck:note "read by a query" .
    } WHERE { ?f ex:name ?name ; ex:sells [ ex:to ?c ; ex:share ?share ; ex:since ?since ] . ?c ex:name ?other }""")
    assert found.refused == []
    (supply,) = found.of("Supply")  # two names make two solutions and two nodes alike
    assert (supply.text("supplier"), supply.text("customer"), supply.text("share")) == (ACME, BETA, "12.5")
    assert (supply.valid_from, supply.note) == ("2024", "read by a query")
    assert supply.passage == "Describes a supply: customer Beta; supplier Acme Wafer; share 12.5."
    assert set(supply.qualifiers) == {"share"}


def test_a_plain_statement_with_dates_is_a_node(lift: Callable[..., Batch]) -> None:
    found = built(
        lift,
        f"""[] a ck:Statement ; ck:subject <{ACME}> ; ck:predicate ck:ticker ; ck:object "ACM" ; ck:validFrom "2019" ;
        ck:validUntil "2022-05" ; ck:passage "Its ticker was ACM." ; ck:quote "ACM" .""",
    )
    assert found.refused == []
    (ticker,) = found.of("ticker")
    assert (ticker.valid_from, ticker.valid_until, ticker.passage, ticker.quote) == (
        "2019",
        "2022-05",
        "Its ticker was ACM.",
        "ACM",
    )


def test_a_claim_is_an_entity_and_a_statement(lift: Callable[..., Batch]) -> None:
    found = built(
        lift,
        f"""ex:c1 a ck:Claim ; rdfs:label "Acme leads" ; ck:about <{ACME}> ; ck:claimedByText "somebody" ;
        ck:claimKind "claimed" ; ck:text "Somebody says that Acme leads." .""",
    )
    assert found.refused == []
    claim = found.entities[f"{BASE}id/claim/rdf-made-up-c1"]
    assert claim.label == "Acme leads"
    (made,) = found.of("Claim")
    assert made.subject == claim.iri
    assert made.node["about"] == (ACME,)


def test_an_entity_of_the_release_is_named_and_not_declared(lift: Callable[..., Batch]) -> None:
    found = built(
        lift,
        f'<{BASE}id/company/asml> ck:ticker "ASML" . [] a ck:Supply ; ck:customer <{ACME}> ; ck:supplier <{BASE}id/company/asml> .',
    )
    assert found.refused == []
    assert f"{BASE}id/company/asml" not in found.entities
    assert found.of("ticker")[0].subject == f"{BASE}id/company/asml"
    assert found.of("Supply")[0].text("supplier") == f"{BASE}id/company/asml"


def test_two_nodes_of_one_slug_are_told_apart(lift: Callable[..., Batch]) -> None:
    found = lift(
        'CONSTRUCT { <http://a.example/x> a ck:Company ; rdfs:label "One" . <http://b.example/X> a ck:Company ; rdfs:label "Two" . '
        '<http://a.example/#x> a ck:Chip ; rdfs:label "Chip" } WHERE {}'
    )
    assert [e.rpartition("-")[0].removeprefix(BASE) for e in sorted(found.entities)] == [
        "id/chip/rdf-made-up",
        "id/company/rdf-made-up-x",
        "id/company/rdf-made-up-x",
    ]
    assert {e.label for e in found.entities.values()} == {"One", "Two", "Chip"}


def test_all_graphs_and_blank_nodes_are_seen(read: Callable[..., Batch], tmp_path: Path) -> None:
    (tmp_path / "a.trig").write_text(
        '@prefix ex: <http://example.org/> . GRAPH ex:g { [] a ex:Firm ; ex:name "Nameless" }', encoding="utf-8"
    )
    (tmp_path / "map.rq").write_text(PREFIXES + FIRMS, encoding="utf-8")
    found = read(RDF, tmp_path / "a.trig", **GIVEN, mapping=tmp_path / "map.rq")
    (entity,) = found.entities.values()
    assert entity.label == "Nameless"
    assert entity.slug.startswith("rdf-made-up-rdf-made-up-")


def test_the_same_files_give_the_same_records(lift: Callable[..., Batch]) -> None:
    query = """CONSTRUCT { ?f a ck:Company ; rdfs:label ?name . [] a ck:Supply ; ck:supplier ?f ; ck:customer ?c .
        [] a ck:Supply ; ck:supplier ?f . [] a ck:Suply ; ck:supplier [] } WHERE { ?f ex:name ?name . ?c ex:name ?other }"""
    first = lift(query)
    assert [repr(r) for r in first.records] == [repr(r) for r in lift(query).records]
    assert len({s.iri for s in first.statements}) == len(first.statements) == 4
    assert len(first.refused) == 3


# ---- what is refused, node by node ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("turtle", "reason"),
    [
        ("ex:x a ck:Compny ; rdfs:label 'x' .", f"<http://example.org/x>: <{BASE}ontology#Compny> is no class of the ontology; nearest: Company"),
        ("ex:x a ex:Firm .", "<http://example.org/x>: <http://example.org/Firm> is no class of the ontology"),
        ("ex:x rdfs:label 'x' .", "<http://example.org/x>: it has no class"),
        ("ex:x a ck:Company , ck:Chip ; rdfs:label 'x' .", "it has the classes Chip, Company; expected one"),
        ("ex:x a ck:Organisation ; rdfs:label 'x' .", "Organisation takes no nodes of its own; expected one of Company"),
        ("ex:x a ck:Batch ; rdfs:label 'x' .", "Batch takes no nodes of its own"),
        ("ex:x a ck:Company .", "<http://example.org/x>: its name is missing; expected rdfs:label"),
        ("[] a ck:Company ; rdfs:label 'x' .", "a node without a name: a node without a name is no entity"),
        (f"<{BASE}id/chip/x> a ck:Company ; rdfs:label 'x' .", "its IRI is that of a chip, its class is company"),
        (f"<{BASE}source/x> a ck:Company ; rdfs:label 'x' .", f"<{BASE}source/x>: <{BASE}source/x> is no entity"),
        (f"<{ACME}> ck:tickr 'x' .", "#tickr> is no property that may be stated of a company; nearest: ticker"),
        (f"<{ACME}> <http://www.w3.org/2002/07/owl#sameAs> ex:y .", "owl#sameAs> is no property that may be stated of a company"),
        (f"<{ACME}> ck:suppliedBy <{BETA}> .", "#suppliedBy> is no property that may be stated of a company"),
        (f"<{ACME}> ck:status 'verified' .", "#status> is no property that may be stated of a company"),
        (f"<{ACME}> ck:headquarteredIn 'Taiwan' .", 'headquartered in: "Taiwan" is no IRI'),
        (f"<{ACME}> ck:headquarteredIn ex:TW .", "<http://example.org/TW> is no entity"),
        (f"<{ACME}> ck:headquarteredIn <{BETA}> .", f"headquartered in: <{BETA}> is a company; expected Country"),
        (f"<{ACME}> ck:ticker ex:y .", "ticker: <http://example.org/y> is no text or number"),
        (f"[] a ck:Supply ; ck:supplier <{ACME}> .", "customer is missing"),
        (f"[] a ck:Supply ; ck:customer <{ACME}> , <{BETA}> ; ck:supplier <{ACME}> .", "customer has 2 values; expected one"),
        (f"[] a ck:Supply ; ck:customer <{ACME}> ; ck:supplier <{BETA}> ; ck:share '120' .", "share: 120 is out of range (0.0 to 100.0)"),
        (f"[] a ck:Supply ; ck:customer <{ACME}> ; ck:supplier <{BETA}> ; ck:share 'much' .", "share: 'much' is no number"),
        (f"[] a ck:Supply ; ck:customer <{ACME}> ; ck:supplier <{BETA}> ; ck:period '1.1.24' .", "'1.1.24' is no EDTF date"),
        (f"[] a ck:Supply ; ck:customer <{ACME}> ; ck:supplier <{BETA}> ; ck:suplier <{BETA}> .", "#suplier> has no place on it; nearest: supplier"),
        (f"[] a ck:Supply ; ck:customer <{ACME}> ; ck:supplier <{BETA}> ; ck:validFrom '2024' , '2025' .", "ck:validFrom takes one text"),
        (f"[] a ck:Supply ; ck:customer <{ACME}> ; ck:supplier <{BETA}> ; ck:validFrom 'soon' .", "valid_from: 'soon' is no EDTF date"),
        (f"[] a ck:Supply ; ck:customer <{ACME}> ; ck:supplier <{BETA}> ; ck:source <{BASE}source/x> .", "#source> has no place on it"),
        (f"[] a ck:Statement ; ck:subject <{ACME}> ; ck:predicate ck:ticker .", "a ck:Statement has one ck:subject, one ck:predicate"),
        (f"[] a ck:Statement ; ck:subject <{ACME}> ; ck:predicate ck:ticker ; ck:object 'x' ; ck:status 'verified' .", "#status> has no place on it"),
        ("[] a ck:Statement ; ck:subject ex:y ; ck:predicate ck:ticker ; ck:object 'x' .", "<http://example.org/y> is no entity"),
    ],
)  # fmt: skip
def test_what_the_schema_does_not_know_is_refused(turtle: str, reason: str, lift: Callable[..., Batch]) -> None:
    found = built(lift, turtle)
    assert len(found.refused) == 1
    assert reason in reasons(found)[0]
    assert found.refused[0].file == "map.rq"
    assert found.statements == []
    assert sorted(found.entities) == [ACME, BETA]
    assert any(isinstance(r, str) for r in found.records)


def test_a_node_without_a_name_is_referred_to_by_nobody(lift: Callable[..., Batch]) -> None:
    found = built(lift, f"ex:x a ck:Company . [] a ck:Supply ; ck:customer <{ACME}> ; ck:supplier ex:x .")
    assert len(found.refused) == 2
    assert found.statements == []


# ---- queries that are refused whole -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELECT * { ?s ?p ?o }", "map.rq: the query is no CONSTRUCT"),
        ("ASK { ?s ?p ?o }", "map.rq: the query is no CONSTRUCT"),
        ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p }", "map.rq: no valid SPARQL: error at 6:"),
        (
            "CONSTRUCT { ?s ?p ?o }\nWHERE { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
            "map.rq:7: SERVICE would make the result hang on more",
        ),
        ("CONSTRUCT { ?s ck:note ?o } WHERE { ?s ?p ?q BIND(now() AS ?o) }", "map.rq:6: NOW would make"),
        ("CONSTRUCT { ?s ck:note ?o } WHERE { ?s ?p ?q BIND(STRUUID() AS ?o) }", "STRUUID would make"),
        ("CONSTRUCT { ?s ck:note ?o } WHERE { ?s ?p ?q BIND(Rand() AS ?o) }", "RAND would make"),
        ("", "map.rq: no valid SPARQL"),
    ],
)
def test_queries_that_are_refused(query: str, words: str, lift: Callable[..., Batch]) -> None:
    with pytest.raises(ImportRefused) as raised:
        lift(query)
    assert words in raised.value.message


def test_words_that_only_look_like_it_are_let_pass(lift: Callable[..., Batch]) -> None:
    found = lift(
        """# SERVICE and NOW() stand in a comment
        CONSTRUCT { ?now a ck:Company ; rdfs:label "NOW() and \\" SERVICE", '''RAND()''' }
        WHERE { ?now a ex:Firm ; ex:name ?rand . FILTER(?now != <http://example.org/NOW#RAND>) FILTER NOT EXISTS { ?now ex:service 1 } }"""
    )
    assert found.entities[ACME].label == 'NOW() and " SERVICE'


def test_a_mapping_that_is_not_there(read: Callable[..., Batch], tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text(DATA, encoding="utf-8")
    with pytest.raises(ImportRefused, match="there is no such mapping file"):
        read(RDF, tmp_path / "a.ttl", **GIVEN, mapping=tmp_path / "map.rq")
    (tmp_path / "map.rq").write_bytes(b"\xff")
    with pytest.raises(ImportRefused, match=r"map\.rq: cannot be read"):
        read(RDF, tmp_path / "a.ttl", **GIVEN, mapping=tmp_path / "map.rq")
