"""The ETO importer on the three real releases: each trap of the data, with numbers counted here from the files by plain code."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from kg.facts.model import Statement
from kg.importers.eto import ETO
from kg.importers.eto.shares import BY_COMPANY, BY_COUNTRY
from kg.terms import entity_iri
from tests.importers.reading import Batch

NAMES = ("eto-2022", "eto-2025-07", "eto-2026-08")
Rows = dict[str, list[dict[str, str]]]
PSEUDO = {"P5", "P312", "P370"}


@pytest.fixture(scope="module")
def files(real: Callable[[str], Path]) -> dict[str, Rows]:
    """The rows of the files, by release and file."""
    found: dict[str, Rows] = {}
    for name in NAMES:
        found[name] = {}
        for path in real(name).glob("*.csv"):
            with path.open(encoding="utf-8-sig", newline="") as file:
                found[name][path.stem] = list(csv.DictReader(file))
    return found


@pytest.fixture(scope="module")
def batches(read: Callable[..., Batch], real: Callable[[str], Path]) -> dict[str, Batch]:
    """The three releases as imported."""
    return {name: read(ETO, real(name)) for name in NAMES}


def slug(iri: str) -> str:
    """The last part of an IRI without the data set's prefix, as the files write it."""
    return iri.rpartition("/")[2].removeprefix("eto-").upper()


def observed(batch: Batch) -> list[Statement]:
    """All rows of provision.csv that became statements."""
    return batch.of("Provision") + batch.of("CountryShare")


def key(statement: Statement) -> tuple[str, str]:
    """Provider or country, and item, as the files write them."""
    return slug(statement.text("provider") or statement.text("country")), slug(statement.text("item"))


@pytest.mark.parametrize(
    ("name", "entities", "statements"),
    [
        (
            "eto-2022",
            {"Tool": 53, "Material": 15, "ProcessStep": 9, "DesignResource": 4, "Component": 1}
            | {"Company": 274, "OrganisationGroup": 1, "Country": 20},
            {
                "Provision": 393,
                "CountryShare": 266,
                "Requirement": 62,
                "Variant": 31,
                "itemNote": 82,
                "marketSize": 47,
                "headquarteredIn": 274,
            },
        ),
        (
            "eto-2025-07",
            {"Tool": 90, "Material": 17, "ProcessStep": 14, "DesignResource": 7, "Component": 1}
            | {"Company": 369, "OrganisationGroup": 3, "Country": 21},
            {
                "Provision": 786,
                "CountryShare": 511,
                "Requirement": 48,
                "Variant": 91,
                "itemNote": 129,
                "marketSize": 100,
                "headquarteredIn": 369,
            },
        ),
        (
            "eto-2026-08",
            {"Tool": 90, "Material": 17, "ProcessStep": 14, "DesignResource": 7, "Component": 1}
            | {"Company": 372, "OrganisationGroup": 3, "Country": 21},
            {
                "Provision": 789,
                "CountryShare": 511,
                "Requirement": 48,
                "Variant": 91,
                "itemNote": 129,
                "marketSize": 100,
                "headquarteredIn": 372,
            },
        ),
    ],
)
def test_counts(batches: dict[str, Batch], name: str, entities: dict[str, int], statements: dict[str, int]) -> None:
    batch = batches[name]
    assert Counter(e.class_name for e in batch.entities.values()) == entities
    assert Counter(s.class_name or s.property.rpartition("#")[2] for s in batch.statements) == statements
    assert max(Counter(s.iri for s in batch.statements).values()) == 1


def test_every_row_of_provision_is_a_statement_refused_or_passed(
    batches: dict[str, Batch], files: dict[str, Rows]
) -> None:
    for name, batch in batches.items():
        refused = [r for r in batch.refused if r.file == "provision.csv"]
        assert len(observed(batch)) + len(refused) + len(batch.passed) == len(files[name]["provision"])
    assert [(r.file, r.line) for r in batches["eto-2022"].refused + batches["eto-2026-08"].refused] == []
    gone = batches["eto-2025-07"].refused  # N68 was dropped from inputs.csv, not from provision.csv
    assert len(gone) == 8
    assert all(r.reason == "provided item 'N68' is no id of inputs.csv or stages.csv" for r in gone)
    (twice,) = batches["eto-2022"].passed  # Powertech and packaging stand in two rows
    assert twice.kind.startswith("repeats line ")


def test_shares_periods_and_views_are_those_of_the_files(batches: dict[str, Batch], files: dict[str, Rows]) -> None:
    for name in NAMES[1:]:
        providers = {r["provider_id"]: r for r in files[name]["providers"]}
        expected = set()
        for row in files[name]["provision"]:
            if row["provided_id"] == "N68":
                continue
            provider = providers[row["provider_id"]]
            land = provider["provider_type"] == "country"
            who = row["provider_id"] if not land or row["provider_id"] in PSEUDO else provider["provider_name"]
            share = float(row["share_provided"]) if row["share_provided"] else None
            basis = BY_COUNTRY if land else BY_COMPANY
            expected.add((who, row["provided_id"], share, row["year"], basis, row["source"]))
        assert {
            (
                *key(s),
                float(s.text("share")) if s.text("share") else None,
                s.text("period"),
                s.text("shareBasis"),
                s.text("citedSource"),
            )
            for s in observed(batches[name])
        } == expected


def share_of(batch: Batch, company: str, item: str) -> tuple[str, str]:
    """Share and period of a company's provision of an item."""
    ((share, period),) = [
        (s.text("share"), s.text("period"))
        for s in batch.of("Provision")
        if batch.label(s.text("provider")) == company and slug(s.text("item")) == item
    ]
    return share, period


def test_asml_and_krf_lithography(batches: dict[str, Batch]) -> None:
    assert batches["eto-2026-08"].label(entity_iri("Tool", "eto-n105")) == "KrF (DUV) lithography tools"
    assert share_of(batches["eto-2025-07"], "ASML", "N105") == ("79.2", "2024")
    assert share_of(batches["eto-2026-08"], "ASML", "N105") == ("66", "2025")
    assert share_of(batches["eto-2022"], "ASML", "N22") == ("91", "2019~")


# Trap 1: goes_into is a required input, and the order of processes is coded the same way.


def test_the_order_of_processes_carries_a_note(batches: dict[str, Batch], files: dict[str, Rows]) -> None:
    for name, count in (("eto-2022", 13), ("eto-2025-07", 18), ("eto-2026-08", 18)):
        types = {r["input_id"]: r["type"] for r in files[name]["inputs"]}
        expected = {
            (r["goes_into_id"], r["input_id"])
            for r in files[name]["sequence"]
            if types[r["input_id"]] == "process" == types.get(r["goes_into_id"], "")
        }
        found = {
            (slug(s.text("item")), slug(s.text("requires")))
            for s in batches[name].of("Requirement")
            if "order of processes" in s.note
        }
        assert len(found) == count
        assert found == expected
    assert ("N25", "N35") in found  # deposition before photolithography
    assert ("N46", "N25") in found  # photolithography before etching


# Trap 2: is_type_of does not say whether one can stand in for another.


def test_variants_are_of_unknown_substitutability(batches: dict[str, Batch], files: dict[str, Rows]) -> None:
    for name, batch in batches.items():
        types = {(r["is_type_of_id"], r["input_id"]) for r in files[name]["sequence"] if r["is_type_of_id"]}
        assert types <= {(slug(s.text("item")), slug(s.text("variant"))) for s in batch.of("Variant")}
        assert {s.text("substitutable") for s in batch.of("Variant")} == {"unknown"}


# Trap 3: five rows say goes_into and mean is_type_of; four materials have two routes.


def test_five_rows_mean_is_type_of(batches: dict[str, Batch]) -> None:
    meant = {("N55", "N48"), ("N55", "N49"), ("N0", "N5"), ("N0", "N6"), ("N0", "N13")}
    for name in NAMES[1:]:
        variants = {(slug(s.text("item")), slug(s.text("variant"))): s for s in batches[name].of("Variant")}
        assert meant <= set(variants)
        assert {pair for pair, s in variants.items() if "The row says goes_into" in s.note} == meant
        assert not meant & {(slug(s.text("item")), slug(s.text("requires"))) for s in batches[name].of("Requirement")}


def test_four_materials_have_two_routes(batches: dict[str, Batch]) -> None:
    batch = batches["eto-2026-08"]
    above = defaultdict(set)
    for statement in batch.of("Requirement") + batch.of("Variant"):
        part = statement.text("requires") or statement.text("variant")
        above[slug(part)].add((statement.class_name, slug(statement.text("item"))))
    assert above["N31"] == {("Requirement", "N25"), ("Variant", "N126")}
    assert above["N33"] == {("Requirement", "N25"), ("Variant", "N126")}
    assert above["N88"] == {("Requirement", "N35"), ("Variant", "N126")}
    assert above["N90"] == {("Requirement", "N57"), ("Variant", "N126")}


def upstream(pairs: Iterable[tuple[str, str]], start: str) -> set[str]:
    """Everything below a node, without itself."""
    below = defaultdict(set)
    for whole, part in pairs:
        below[whole].add(part)
    found, stack = {start}, [start]
    while stack:
        fresh = below[stack.pop()] - found
        found |= fresh
        stack.extend(fresh)
    return found - {start}


def test_d6_everything_upstream(batches: dict[str, Batch], files: dict[str, Rows]) -> None:
    for name, printing, chips in (("eto-2022", 41, 72), ("eto-2025-07", 62, 125), ("eto-2026-08", 62, 125)):
        rows = files[name]["sequence"]
        plain = [(r["goes_into_id"] or r["is_type_of_id"], r["input_id"]) for r in rows]
        edges = batches[name].of("Requirement") + batches[name].of("Variant")
        made = [(slug(s.text("item")), slug(s.text("requires") or s.text("variant"))) for s in edges]
        for start, count in (("N25", printing), ("N99", chips)):
            assert len(upstream(plain, start)) == count
            assert upstream(made, start) == upstream(plain, start)


# Trap 4: an item and its variants both have shares, and so have countries and companies: views, never to be summed.


def test_the_view_is_in_the_basis_and_the_same_in_all_releases(batches: dict[str, Batch]) -> None:
    for batch in batches.values():
        assert {s.text("shareBasis") for s in batch.of("CountryShare")} == {BY_COUNTRY}
        assert {s.text("shareBasis") for s in batch.of("Provision")} == {BY_COMPANY, BY_COUNTRY}
        by_country = {key(s)[0] for s in batch.of("Provision") if s.text("shareBasis") == BY_COUNTRY}
        assert by_country <= {"P5", "P312"}
        assert all(not v.qualifiers.get("share") for v in batch.of("Variant"))


# Trap 5: pseudo-providers.


def test_pseudo_providers_are_groups(batches: dict[str, Batch], files: dict[str, Rows]) -> None:
    for name, ids in (("eto-2022", {"P5"}), ("eto-2025-07", PSEUDO), ("eto-2026-08", PSEUDO)):
        batch = batches[name]
        groups = {slug(e.iri): e.iri for e in batch.entities.values() if e.class_name == "OrganisationGroup"}
        assert set(groups) == ids
        rows = [s for s in batch.of("Provision") if s.text("provider") in groups.values()]
        assert len(rows) == sum(r["provider_id"] in PSEUDO for r in files[name]["provision"])
        assert all("pseudo-provider" in s.note for s in rows)
        assert all(("overlaps" in s.note) == (slug(s.text("provider")) == "P312") for s in rows)
        assert not [s for s in batch.of("headquarteredIn") if s.subject in groups.values()]


# Trap 6: aliases, stale names, blank shares, blank sources, the byte-order mark.


def test_aliases_are_joined_on_the_id(batches: dict[str, Batch], files: dict[str, Rows]) -> None:
    for name, rows, ids in (("eto-2022", 294, 294), ("eto-2025-07", 397, 393), ("eto-2026-08", 403, 396)):
        told = files[name]["providers"]
        assert (len(told), len({r["provider_id"] for r in told})) == (rows, ids)
        organisations = {r["provider_id"] for r in told if r["provider_type"] == "organization"} | (
            PSEUDO & {r["provider_id"] for r in told}
        )
        made = [e for e in batches[name].entities.values() if e.class_name in ("Company", "OrganisationGroup")]
        assert {slug(e.iri) for e in made} == organisations
        aliases = {(r["provider_id"], " ".join(r["alias"].split())) for r in told if r.get("alias")}
        wanted = {(i, a) for i, a in aliases if i in organisations and i not in PSEUDO}
        found = {(slug(e.iri), a) for e in made if slug(e.iri) not in PSEUDO for a in e.aliases}
        assert found == wanted
    canon = batches["eto-2026-08"].entities[entity_iri("Company", "eto-p159")]
    assert (canon.label, canon.aliases) == ("Canon", ("Canon ANELVA", "Canon Machinery"))


def test_stale_names_are_no_keys(batches: dict[str, Batch], files: dict[str, Rows]) -> None:
    for name, count in (("eto-2022", 48), ("eto-2025-07", 9), ("eto-2026-08", 9)):
        batch = batches[name]
        stale = [s for s in observed(batch) if "which its id does not have" in s.note]
        assert len(stale) == count
    fuji = entity_iri("Company", "eto-p209")
    found = [s for s in stale if s.text("provider") == fuji]
    assert len(found) == 2
    assert all("'Fujifilm'" in s.note and s.passage.startswith("Fujifilm Electronic Materials") for s in found)
    assert not [s for s in batch.of("headquarteredIn") if batch.label(s.subject) == "Fujifilm"]


def test_blank_shares_and_sources(batches: dict[str, Batch]) -> None:
    for name, shares, sources in (("eto-2022", 453, 659), ("eto-2025-07", 254 - 8, 135 - 8), ("eto-2026-08", 246, 127)):
        rows = observed(batches[name])
        unknown = [s for s in rows if not s.text("share")]
        assert len(unknown) == shares
        assert all("share unknown" in s.note or "Negligible" in s.note for s in unknown)
        unsourced = [s for s in rows if not s.text("citedSource")]
        assert len(unsourced) == sources
        assert all("names no source" in s.note or "neither year nor source" in s.note for s in unsourced)
    zero = [s for s in rows if s.text("share") == "0"]
    assert len(zero) == 15
    assert all("below 0.05 %" in s.note for s in zero)


def test_the_stages(batches: dict[str, Batch], real: Callable[[str], Path]) -> None:
    assert (real("eto-2022") / "stages.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    for batch in batches.values():
        assert [
            batch.label(entity_iri("ProcessStep", f"eto-s{n}")).partition(" ")[0].rstrip(",") for n in (1, 2, 3)
        ] == [
            "Design",
            "Fabrication",
            "Assembly",
        ]
    makers = [s for s in batches["eto-2022"].of("Provision") if key(s)[1] == "S2"]
    assert {"TSMC", "Samsung", "Intel"} <= {batches["eto-2022"].label(s.text("provider")) for s in makers}
    assert not [s for s in batches["eto-2026-08"].of("Provision") if key(s)[1] == "S2" and key(s)[0] not in PSEUDO]


# Trap 7: years by row, releases in a series, ids under new names.


def test_no_item_mixes_years_within_a_release(batches: dict[str, Batch]) -> None:
    expected = (
        {"2019~": 659},
        {"2024": 990, "2019": 272 - 8, "2022": 43},
        {"2025": 977, "2019": 264, "2022": 43, "2021": 16},
    )
    for batch, counts in zip(batches.values(), expected, strict=True):
        years = defaultdict(set)
        for statement in observed(batch):
            years[statement.text("item")].add(statement.text("period"))
        assert Counter(s.text("period") for s in observed(batch)) == counts
        assert {len(found) for found in years.values()} == {1}


def test_ids_keep_their_class_and_27_their_id_under_a_new_name(batches: dict[str, Batch]) -> None:
    one, two, three = (
        {i: e.label for i, e in b.entities.items() if re.fullmatch(r"N\d+", slug(i))} for b in batches.values()
    )
    slugs = [{slug(i) for i in labels} for labels in (one, two, three)]
    assert len(set(one) & set(three)) == len(slugs[0] & slugs[2]) == 78  # one IRI for one id: classes agree
    assert set(two) == set(three)
    assert slugs[0] - slugs[1] == {"N68"}
    assert sum(one[i] != three[i] for i in one if i in three) == 27
    assert [i for i in two if two[i] != three[i]] == []
    retyped = {slug(s.subject) for s in batches["eto-2022"].of("itemNote") if "This release types it as" in s.note}
    assert retyped == {"N1", "N2", "N3", "N4", "N59", "N60"}
    for batch in batches.values():
        (scope,) = [s for s in batch.of("itemNote") if slug(s.subject) == "N29"]
        assert "its scope may have changed" in scope.note


# Trap 8: no chips, memory, foundries or policies.


def test_the_blind_spot(batches: dict[str, Batch]) -> None:
    for batch in batches.values():
        assert not {e.class_name for e in batch.entities.values()} & {"Chip", "Policy", "ProcessNode"}
    now = batches["eto-2026-08"]
    taiwan = [s for s in now.of("headquarteredIn") if s.object == entity_iri("Country", "TWN")]
    makers = [
        s for s in now.of("Provision") if s.text("provider") in {t.subject for t in taiwan} and key(s)[1][0] == "S"
    ]
    assert len(taiwan) > 10
    assert makers == []


# Trap 9: the release of 2022 has columns of its own.


def test_the_columns_of_2022(batches: dict[str, Batch], files: dict[str, Rows]) -> None:
    rows = files["eto-2022"]["provision"]
    assert Counter(r["negligible_market_share"] for r in rows) == {"": 587, "negligible": 73}
    batch = batches["eto-2022"]
    assert sum(s.note.startswith("Negligible market share.") for s in observed(batch)) == 73
    assert (
        sum(bool(s.text("share")) for s in observed(batch))
        == sum(r["share_provided"].endswith("%") for r in rows)
        == 206
    )
    malaysia = [s for s in batch.of("CountryShare") if key(s)[0] == "MYS"]
    assert len(malaysia) == sum(r["provider_name"] == "MAL" for r in rows) > 0
