"""The importer of RDF: every format alike, blank nodes named by what is said of them, broken files refused with their place."""

from __future__ import annotations

import datetime as dt
import itertools
import time
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from rdflib.compare import isomorphic

from kg.errors import ImportRefused
from kg.facts.foreign import GENID, foreign_graph, shown_graph, split_foreign_graph
from kg.importers.rdf import RDF
from kg.importers.rdf_names import skolemised
from kg.importers.records import Options, Progress
from kg.schema import Schema
from kg.terms import BASE
from tests.importers.reading import Batch

GIVEN = {"title": "Made-up suppliers", "licence": "CC-BY-4.0", "published": "2025-03-17"}
OWN = f"<{BASE}batch/rdf-made-up-suppliers/graph>"

TURTLE = """@prefix ex: <http://example.org/> .
ex:acme a ex:Firm ; ex:name "Acme \\"Wafer\\""@en , "アクメ" ; ex:founded 1999 ; ex:seat [ ex:city "Hsinchu" ] .
"""
TRIPLES = """<http://example.org/acme> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://example.org/Firm> .
<http://example.org/acme> <http://example.org/name> "Acme \\"Wafer\\""@en .
<http://example.org/acme> <http://example.org/name> "アクメ" .
<http://example.org/acme> <http://example.org/founded> "1999"^^<http://www.w3.org/2001/XMLSchema#integer> .
<http://example.org/acme> <http://example.org/seat> _:x .
_:x <http://example.org/city> "Hsinchu" .
"""
XML = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE rdf:RDF [<!ENTITY xsd "http://www.w3.org/2001/XMLSchema#">]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:ex="http://example.org/">
<ex:Firm rdf:about="http://example.org/acme">
<ex:name xml:lang="en">Acme "Wafer"</ex:name><ex:name>アクメ</ex:name>
<ex:founded rdf:datatype="&xsd;integer">1999</ex:founded>
<ex:seat rdf:parseType="Resource"><ex:city>Hsinchu</ex:city></ex:seat>
</ex:Firm></rdf:RDF>
"""
JSON = """{"@context": {"@vocab": "http://example.org/"}, "@id": "http://example.org/acme", "@type": "Firm",
"name": [{"@value": "Acme \\"Wafer\\"", "@language": "en"}, "アクメ"],
"founded": {"@value": "1999", "@type": "http://www.w3.org/2001/XMLSchema#integer"}, "seat": {"city": "Hsinchu"}}
"""
FORMATS = {
    "a.ttl": TURTLE,
    "a.nt": TRIPLES,
    "a.nq": TRIPLES,
    "a.trig": TURTLE,
    "a.rdf": XML,
    "a.owl": XML,
    "a.xml": XML,
    "a.jsonld": JSON,
    "a.json": JSON,
}


@pytest.fixture
def lines(read: Callable[..., Batch], tmp_path: Path) -> Callable[..., list[str]]:
    """The foreign lines of a file with the given name and content."""

    def found(name: str, content: str | bytes, **options: object) -> list[str]:
        path = write(tmp_path / name, content)
        return foreign(read(RDF, path, **{**GIVEN, **options}))

    return found


def write(path: Path, content: str | bytes) -> Path:
    """Write a file, its folders too."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def foreign(batch: Batch) -> list[str]:
    """The lines of a batch."""
    return [record for record in batch.records if isinstance(record, str)]


def refusal(make: Callable[[], object]) -> str:
    """The message of a refused import."""
    with pytest.raises(ImportRefused) as raised:
        make()
    assert raised.value.message.endswith("; nothing was imported")
    return raised.value.message


# ---- formats ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_the_same_lines(name: str, lines: Callable[..., list[str]]) -> None:
    found = lines(name, FORMATS[name])
    assert sorted(found) == sorted(lines("b.nt", TRIPLES))
    node = next(line.split()[0] for line in found if "city" in line)
    assert node.startswith(f"<{GENID}rdf-made-up-suppliers-")
    assert set(found) == {
        f"<http://example.org/acme> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://example.org/Firm> {OWN} .",
        f'<http://example.org/acme> <http://example.org/name> "Acme \\"Wafer\\""@en {OWN} .',
        f'<http://example.org/acme> <http://example.org/name> "アクメ" {OWN} .',
        f'<http://example.org/acme> <http://example.org/founded> "1999"^^<http://www.w3.org/2001/XMLSchema#integer> {OWN} .',
        f"<http://example.org/acme> <http://example.org/seat> {node} {OWN} .",
        f'{node} <http://example.org/city> "Hsinchu" {OWN} .',
    }


def test_the_batch_and_its_one_source(read: Callable[..., Batch], tmp_path: Path) -> None:
    found = read(RDF, write(tmp_path / "a.ttl", TURTLE), **GIVEN, url="https://example.org/doc")
    batch = found.batch
    assert (batch.id, batch.title, batch.licence) == ("rdf-made-up-suppliers", "Made-up suppliers", "CC-BY-4.0")
    assert batch.recorded == dt.date(2025, 3, 17)
    (source,) = found.sources
    assert (source.id, source.title, source.url, source.published, source.licence, source.batch) == (
        "rdf-made-up-suppliers",
        "Made-up suppliers",
        "https://example.org/doc",
        "2025-03-17",
        "CC-BY-4.0",
        "rdf-made-up-suppliers",
    )
    assert found.statements == []


def test_a_partial_date_counts_from_its_last_day(read: Callable[..., Batch], tmp_path: Path) -> None:
    found = read(RDF, write(tmp_path / "a.ttl", TURTLE), **{**GIVEN, "published": "2024"})
    assert found.batch.recorded == dt.date(2024, 12, 31)


def test_a_byte_order_mark_is_passed_over(lines: Callable[..., list[str]]) -> None:
    assert sorted(lines("a.ttl", b"\xef\xbb\xbf" + TURTLE.encode())) == sorted(lines("b.ttl", TURTLE))


def test_relative_names_are_resolved_against_the_address(lines: Callable[..., list[str]]) -> None:
    content = "<#acme> <p> <../x> ."
    found = lines("a.ttl", content, url="https://example.org/d/doc.ttl")
    assert found == [f"<https://example.org/d/doc.ttl#acme> <https://example.org/d/p> <https://example.org/x> {OWN} ."]
    message = refusal(lambda: lines("a.ttl", content))
    assert message.startswith("a.ttl:1: column 1: ")
    assert "--url" in message


# ---- folders ----------------------------------------------------------------------------------------------------------------


def test_a_folder_is_read_in_the_order_of_its_names(read: Callable[..., Batch], tmp_path: Path) -> None:
    for name in ("b.ttl", "a.nt", "sub dir/c.nq", "z.JSONLD"):
        content = '{"http://e/p": "z"}' if name.startswith("z") else f'<http://e/s> <http://e/p> "{name}" .'
        write(tmp_path / "data" / name, content)
    for name in ("README.md", "fetched.json", "sitemap.xml", "a.csv"):
        write(tmp_path / "data" / name, "no RDF at all")
    write(tmp_path / "data" / "empty.ttl", "# nothing here\n")
    found = read(RDF, tmp_path / "data", **GIVEN, url="https://example.org/")
    assert [line.split('"')[1] for line in foreign(found)] == ["a.nt", "b.ttl", "sub dir/c.nq", "z"]
    assert [(p.file, p.kind) for p in found.passed] == [("empty.ttl", "file without a triple")]


def test_blank_nodes_of_two_files_are_two_nodes(read: Callable[..., Batch], tmp_path: Path) -> None:
    for name in ("a.nt", "b.nt"):
        write(tmp_path / "data" / name, '_:x <http://e/p> "1" .')
    found = foreign(read(RDF, tmp_path / "data", **GIVEN))
    assert len(set(found)) == 2


def test_files_of_a_folder_have_addresses_of_their_own(read: Callable[..., Batch], tmp_path: Path) -> None:
    for name in ("a.ttl", "b c.ttl"):
        write(tmp_path / "data" / name, "<#x> <#p> <#y> .")
    found = foreign(read(RDF, tmp_path / "data", **GIVEN, url="https://example.org/d/"))
    assert [line.split()[0] for line in found] == [
        "<https://example.org/d/a.ttl#x>",
        "<https://example.org/d/b%20c.ttl#x>",
    ]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nowhere.ttl", "there is no such file or folder; expected a file of RDF"),
        ("a.txt", "the suffix '.txt' is of no format of RDF (nearest: .ttl, .nt); expected one of .ttl, .nt,"),
        ("a.tll", "the suffix '.tll' is of no format of RDF (nearest: .ttl, .nt)"),
        ("empty", "no file of RDF is in it; expected files ending in .ttl, .nt, .nq, .trig, .rdf, .owl, .jsonld"),
    ],
)
def test_paths_that_hold_no_rdf(name: str, words: str, read: Callable[..., Batch], tmp_path: Path) -> None:
    write(tmp_path / "a.txt", "x")
    write(tmp_path / "a.tll", "x")
    write(tmp_path / "empty" / "README.md", "x")
    assert words in refusal(lambda: read(RDF, tmp_path / name, **GIVEN))


# ---- what is declared -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"title": " "}, "the title of the document is missing"),
        ({"licence": ""}, "the licence of the document is missing; expected one of CC0-1.0, CC-BY-4.0"),
        ({"licence": "CC-BY-3.0"}, "no licence 'CC-BY-3.0' is known (nearest: CC-BY-4.0"),
        ({"licence": "proprietary"}, "no licence 'proprietary' is known; expected one of CC0-1.0"),
        ({"published": ""}, "the date of the document is missing"),
        ({"published": ".."}, "the date of the document is missing"),
        ({"published": "17.3.2025"}, "'17.3.2025' is no EDTF date"),
        (
            {"batch": "seed"},
            "'seed' is no id of a batch of RDF; expected small letters, digits and hyphens after `rdf-`, as in rdf-seed",
        ),
        ({"batch": "eto-2026-08"}, "as in rdf-eto-2026-08"),
        ({"batch": "rdf-A/b"}, "'rdf-A/b' is no id"),
    ],
)
def test_what_must_be_declared(options: dict[str, str], words: str, read: Callable[..., Batch], tmp_path: Path) -> None:
    path = write(tmp_path / "a.ttl", TURTLE)
    assert words in refusal(lambda: read(RDF, path, **{**GIVEN, **options}))


@pytest.mark.parametrize("text", ["cc by 4.0", "CC BY 4.0", " cc-by-4.0 "])
def test_a_licence_is_known_however_it_is_written(text: str, read: Callable[..., Batch], tmp_path: Path) -> None:
    assert read(RDF, write(tmp_path / "a.ttl", TURTLE), **{**GIVEN, "licence": text}).batch.licence == "CC-BY-4.0"


def test_an_id_may_be_chosen(lines: Callable[..., list[str]]) -> None:
    assert f"<{BASE}batch/rdf-acme-2/graph>" in lines("a.nt", TRIPLES, batch="rdf-acme-2")[0]


# ---- graphs -----------------------------------------------------------------------------------------------------------------


def test_named_graphs_keep_their_names(lines: Callable[..., list[str]]) -> None:
    content = "<http://e/s> <http://e/p> 1 . GRAPH <http://e/g?a=b/ü#c> { <http://e/s> <http://e/p> 2 } GRAPH _:g { <http://e/s> <http://e/p> 3 }"
    found = {line.split('"')[1]: line.split()[-2].strip("<>") for line in lines("a.trig", content)}
    assert found["1"] == foreign_graph("rdf-made-up-suppliers")
    assert split_foreign_graph(found["2"]) == ("rdf-made-up-suppliers", "http://e/g?a=b/ü#c")
    assert shown_graph(found["2"]) == "http://e/g?a=b/ü#c"
    assert shown_graph(found["3"]).startswith(f"{GENID}rdf-made-up-suppliers-")
    assert shown_graph(found["1"]) == found["1"]


def test_graphs_under_the_base_are_refused(lines: Callable[..., list[str]]) -> None:
    for name in ("statement/0123", "inferred", "ontology", "batch/seed/graph", ".well-known/genid/other-1"):
        message = refusal(lambda n=name: lines("a.nq", f"<http://e/s> <http://e/p> <http://e/o> <{BASE}{n}> ."))
        assert message.startswith(f"a.nq: it names the graph <{BASE}{name}>")


@pytest.mark.parametrize(
    "graph",
    [f"{BASE}batch/x", f"{BASE}batch/x/graphs", f"{BASE}statement/1", "http://e/batch/x/graph", f"{BASE}batch//graph"],
)
def test_other_graphs_are_not_foreign(graph: str) -> None:
    assert split_foreign_graph(graph) is None


# ---- blank nodes ------------------------------------------------------------------------------------------------------------

PAIR = """_:a <http://e/knows> _:b .
_:b <http://e/knows> _:a .
_:b <http://e/name> "b" .
_:c <http://e/name> "c" .
_:c <http://e/knows> _:c .
"""


def test_blank_nodes_are_named_by_what_is_said_of_them(lines: Callable[..., list[str]]) -> None:
    """Neither their labels nor the order of the triples matter, nor what else is in the file."""
    expected = sorted(lines("a.nt", PAIR))
    for turned in itertools.islice(itertools.permutations(PAIR.splitlines()), 0, None, 7):
        swapped = "\n".join(turned).replace("_:a", "_:z9").replace("_:b", "_:a").replace("_:c", "_:b")
        assert sorted(lines("b.nt", swapped)) == expected
    assert set(expected) < set(lines("e.nt", PAIR + '_:n <http://e/name> "new" .\n<http://e/s> <http://e/p> _:n .\n'))


def test_what_is_four_steps_away_tells_nodes_apart(lines: Callable[..., list[str]]) -> None:
    chains = [
        f"_:{c}{i} <http://e/next> _:{c}{i + 1} ." if i < 3 else f'_:{c}3 <http://e/name> "{c}" .'
        for c in "xy"
        for i in range(4)
    ]
    assert sorted(lines("a.nt", "\n".join(chains))) == sorted(lines("b.nt", "\n".join(reversed(chains))))


def test_nodes_alike_stay_apart(lines: Callable[..., list[str]]) -> None:
    found = lines("a.ttl", "<http://e/s> <http://e/p> [ <http://e/n> 1 ] , [ <http://e/n> 1 ] , [ <http://e/n> 1 ] .")
    nodes = {line.split()[0].strip("<>") for line in found if "e/n" in line}
    first = min(nodes, key=len)
    assert nodes == {first, f"{first}-2", f"{first}-3"}


def test_the_named_graph_is_isomorphic_to_the_file(lines: Callable[..., list[str]]) -> None:
    """Judged by rdflib, which canonicalises on its own."""
    found = rdflib.Graph()
    names: dict[str, rdflib.BNode] = {}

    def blank(term: rdflib.term.Node) -> rdflib.term.Node:
        return names.setdefault(str(term), rdflib.BNode()) if str(term).startswith(GENID) else term

    text = "\n".join(line.replace(f" {OWN}", "") for line in lines("a.nt", PAIR + TRIPLES))
    for s, p, o in rdflib.Graph().parse(data=text, format="nt"):
        found.add((blank(s), p, blank(o)))
    assert isomorphic(found, rdflib.Graph().parse(data=PAIR + TRIPLES, format="nt"))


EDGES = st.lists(st.tuples(st.integers(0, 4), st.sampled_from("pq"), st.integers(0, 4)), min_size=1, max_size=8)


@given(EDGES)
def test_names_are_one_to_one(edges: list[tuple[int, str, int]]) -> None:
    """The graph with the names read as labels again is the graph that was given (RDFC-1.0 of both)."""
    quads = [ox.Quad(ox.BlankNode(f"n{s}"), ox.NamedNode(f"http://e/{p}"), ox.BlankNode(f"n{o}")) for s, p, o in edges]
    named = list(skolemised(quads, "urn:x:", labelled=False))
    again = [ox.Quad(ox.BlankNode(q.subject.value[6:]), q.predicate, ox.BlankNode(q.object.value[6:])) for q in named]  # type: ignore[union-attr]
    canonical = []
    for each in (quads, again):
        dataset = ox.Dataset(each)
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        canonical.append(sorted(map(str, dataset)))
    assert canonical[0] == canonical[1]


def test_a_symmetrical_graph_takes_no_time(lines: Callable[..., list[str]]) -> None:
    """Twelve nodes that all know one another take RDFC-1.0 hours."""
    started = time.monotonic()
    found = lines("a.nt", "".join(f"_:a{i} <http://e/p> _:a{j} .\n" for i, j in itertools.permutations(range(12), 2)))
    assert len(set(found)) == 132
    assert time.monotonic() - started < 5


def quads_of(count: int) -> list[ox.Quad]:
    return [ox.Quad(ox.BlankNode(f"b{i}"), ox.NamedNode("http://e/p"), ox.Literal(str(i))) for i in range(count)]


def test_many_blank_nodes_are_numbered_in_a_stream() -> None:
    few = [str(q.subject) for q in skolemised(quads_of(3), "urn:x:", labelled=False, most=3)]
    many = [str(q.subject) for q in skolemised(quads_of(5), "urn:x:", labelled=False, most=3)]
    labelled = [str(q.subject) for q in skolemised(quads_of(5), "urn:x:", labelled=True, most=3)]
    assert all(len(n) == len("<urn:x:>") + 16 for n in few)
    assert many == [f"<urn:x:n{i}>" for i in range(5)]
    assert labelled == [f"<urn:x:l-b{i}>" for i in range(5)]


def test_a_large_file_is_not_held() -> None:
    """Past the limit a quad comes out for each that goes in."""
    taken = 0

    def source() -> itertools.chain[ox.Quad]:
        nonlocal taken
        for quad in quads_of(1000):
            taken += 1
            yield quad

    stream = skolemised(source(), "urn:x:", labelled=True, most=10)
    for _ in range(20):
        next(stream)
    assert taken == 20


# ---- broken files -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a.ttl", "a.nt", "a.trig", "a.rdf", "a.jsonld"])
def test_a_file_that_was_cut(name: str, lines: Callable[..., list[str]]) -> None:
    """Wherever it is cut within its last line, but for the white space at its end."""
    content = FORMATS[name].rstrip().encode()
    last = content.rstrip(b".").rfind(b"\n") + 1
    for end in range(last + 1, len(content)):
        message = refusal(lambda e=end: lines(name, content[:e]))
        assert message.startswith(f"{name}:"), (end, message)
        assert "is the file cut short?" in message


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.ttl", "<http://e/s> <http://e/p> <http://e/o> .\n<http://e/s> <http://e/p> oops .\n", "a.ttl:2: column 27: "),
        ("a.nt", b'<http://e/s> <http://e/p> "\xff" .', "a.nt:1: column 28: Invalid UTF-8"),
        ("a.rdf", b'<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n\xff</r:RDF>', "a.rdf:2: column 1: no valid XML"),
        ("a.rdf", XML + "<more/>", "a.rdf:9: column 1: no valid XML: junk after document element"),
        ("a.rdf", XML + " " * 100_000 + "<more/>", "no valid XML: junk after document element"),
        ("a.ttl", "<!doctype html><html><body>Sign in</body></html>", "a.ttl:1: "),
        ("a.rdf", "<!doctype html><html><body>Sign in</body></html>", "a.rdf"),
        ("a.jsonld", "<!doctype html>", "a.jsonld:1: column 1: "),
        ("a.ttl", "", "a.ttl: no triple came out of it"),
        ("a.rdf", "", "a.rdf:1: column 1: no valid XML: no element found"),
        ("a.jsonld", "", "a.jsonld:1: "),
        ("a.jsonld", '{"a": 1}', "a.jsonld: no triple came out of it"),
        ("a.jsonld", '{"@context": "https://schema.org/", "name": "x"}', "it names a remote @context, which is not loaded"),
        ("a.ttl", "<http://e/s> <http://e/p> <<( <http://e/s> <http://e/p> 1 )>> .", "a.ttl: a triple term of RDF 1.2, as object of <http://e/p>"),
        ("a.ttl", '<http://e/s> <http://e/p> "x"@ar--rtl .', "a text with a base direction of RDF 1.2"),
    ],
)  # fmt: skip
def test_broken_files(name: str, content: str | bytes, words: str, lines: Callable[..., list[str]]) -> None:
    assert words in refusal(lambda: lines(name, content))


def test_entities_that_grow_are_refused(lines: Callable[..., list[str]]) -> None:
    head = (
        '<!ENTITY a "'
        + "a" * 1000
        + '">'
        + "".join(f'<!ENTITY {name} "{f"&{below};" * 100}">' for below, name in itertools.pairwise("abcdef"))
    )
    content = f'<!DOCTYPE r [{head}]><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>'
    assert "the entity b names another entity" in refusal(lambda: lines("a.rdf", content))
    outside = content.replace(head, '<!ENTITY a SYSTEM "file:///etc/passwd">')
    assert "the entity a names another entity or a document" in refusal(lambda: lines("a.rdf", outside))


def test_one_broken_file_refuses_the_folder(read: Callable[..., Batch], tmp_path: Path) -> None:
    write(tmp_path / "data" / "a.nt", TRIPLES)
    write(tmp_path / "data" / "b.nt", TRIPLES[:-20])
    assert refusal(lambda: read(RDF, tmp_path / "data", **GIVEN)).startswith("b.nt:6: column ")


# ---- purity and progress ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_file_gives_the_same_records(name: str, lines: Callable[..., list[str]]) -> None:
    assert lines(name, FORMATS[name]) == lines(name, FORMATS[name])


def test_progress_counts_bytes_and_triples(schema: Schema, tmp_path: Path) -> None:
    class Told(Progress):
        done: tuple[int, int | None] = (0, None)

        def __call__(self, done: int, whole: int | None) -> None:
            self.done = (done, whole)

    told = Told()
    path = write(tmp_path / "a.nt", TRIPLES)
    assert len(list(RDF.function(schema, path, Options(**GIVEN), told).records)) == 7  # type: ignore[arg-type]
    assert told.rows == 6
    assert told.done == (path.stat().st_size, path.stat().st_size)


# ---- real files -------------------------------------------------------------------------------------------------------------


def test_a_real_folder_of_many_files(read: Callable[..., Batch], real: Callable[[str], Path]) -> None:
    """The W3C's tests of SPARQL 1.1: as many different triples as rdflib finds file by file, and as many blank nodes."""
    folder, base = real("w3c-sparql11"), "https://example.org/w3c/"
    formats = {".ttl": "turtle", ".nt": "nt", ".rdf": "xml"}
    triples, blanks, empty = 0, 0, 0
    for path in sorted(p for p in folder.rglob("*") if p.suffix in formats):
        graph = rdflib.Graph().parse(
            path, format=formats[path.suffix], publicID=base + path.relative_to(folder).as_posix()
        )
        triples += len(graph)
        empty += not len(graph)
        blanks += len({t for s, _, o in graph for t in (s, o) if isinstance(t, rdflib.BNode)})
    found = read(RDF, folder, **{**GIVEN, "licence": "CC0-1.0", "url": base})
    lines = foreign(found)
    named = {term for line in lines for term in line.split() if term.startswith(f"<{GENID}")}
    assert len(named) == blanks > 1000
    assert triples <= len(lines) <= triples + 3  # three triples stand twice in their file
    assert len(found.passed) == empty == 6
