"""The licence question: cases worked out by hand from the rules and rows, and what must hold of every answer."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.answers.licence import LicenceAnswer
from kg.errors import AmbiguousId, UnknownId
from kg.facts.reader import read_facts
from kg.policy.ladder import NO_ADVICE, ladder
from kg.policy.licence_exceptions import EXCEPTIONS, LISTS
from kg.policy.licence_rules import RULES
from kg.policy.rules_in_force import policy_iri
from kg.policy.truth import LEVELS
from kg.schema import Schema
from kg.store.dataset import Dataset
from kg.store.opening import packaged
from kg.store.release import Release
from tests.helpers import FactsFolder, ask, dataset_of

KNOWN = {"knownOn": "2026-11-24"}
RULE_2023 = "3A090.a and 4A090.a to Country Groups D:1, D:4 and D:5"
PLANTED = ("tencent", "g42", "foxconn")
"""Parties that are on no list in the seed; each gets an entry in the changed copy."""


def licence(dataset: Dataset, item: str, destination: str, as_of: str, **raw: Any) -> LicenceAnswer:
    answer: LicenceAnswer = ask(
        dataset, "licence", item=item, destination=destination, asOf=as_of, **{**KNOWN, **raw}
    ).answer
    return answer


@pytest.mark.parametrize(
    ("item", "destination", "as_of", "status", "as_codified"),
    [
        # letters of August 2022 bind their addressees and are no part of the code
        ("nvidia-a100-80", "CHN", "2022-08-25", "no_requirement_found", "no_requirement_found"),
        ("nvidia-a100-80", "CHN", "2022-09-10", "licence_required", "no_requirement_found"),
        ("nvidia-a100-80", "SGP", "2022-09-10", "no_requirement_found", "no_requirement_found"),
        # the rule of October 2022: China, and with it Hong Kong; Macau since January 2023
        ("nvidia-a100-80", "CHN", "2022-10-13", "licence_required", "licence_required"),
        ("nvidia-a100-80", "HKG", "2022-10-13", "licence_required", "licence_required"),
        ("nvidia-a100-80", "MAC", "2023-01-16", "no_requirement_found", "no_requirement_found"),
        ("nvidia-a100-80", "MAC", "2023-01-18", "licence_required", "licence_required"),
        ("nvidia-a100-80", "VNM", "2022-12-01", "no_requirement_found", "no_requirement_found"),
        # in effect on the 7th, printed on the 13th: neither in force nor not
        ("nvidia-a100-80", "CHN", "2022-10-10", "undetermined", "undetermined"),
        # the rule of October 2023, and the framework that is codified and not enforced
        ("nvidia-h100-sxm", "CHN", "2024-06-01", "licence_required", "licence_required"),
        ("nvidia-h100-sxm", "VNM", "2026-10-01", "licence_required", "exception_available"),
        ("nvidia-h100-sxm", "DEU", "2024-12-31", "undetermined", "undetermined"),
        ("nvidia-h100-sxm", "DEU", "2026-08-01", "no_requirement_found", "exception_available"),
        ("nvidia-h100-sxm", "IND", "2026-08-01", "no_requirement_found", "exception_available"),
        # a card for consumers: notified, and only since there is an exception
        ("nvidia-rtx4090", "CHN", "2023-11-01", "no_requirement_found", "no_requirement_found"),
        ("nvidia-rtx4090", "CHN", "2024-06-01", "exception_available", "exception_available"),
        # the H20: below the limits, caught by a letter from April to July 2025
        ("nvidia-h20", "CHN", "2025-04-08", "no_requirement_found", "no_requirement_found"),
        ("nvidia-h20", "CHN", "2025-05-01", "licence_required", "no_requirement_found"),
        ("nvidia-h20", "CHN", "2025-09-01", "undetermined", "no_requirement_found"),
        # what stays at home is no export, an embargo is not modelled item by item
        ("nvidia-h100-sxm", "USA", "2026-08-01", "no_requirement_found", "no_requirement_found"),
        ("nvidia-h100-sxm", "PRI", "2026-08-01", "no_requirement_found", "no_requirement_found"),
        ("nvidia-t4", "CUB", "2026-08-01", "undetermined", "undetermined"),
        # what is not classified, not there yet, or before all rules
        ("arf-immersion-scanner", "CHN", "2026-08-01", "undetermined", "undetermined"),
        # an EUV scanner by its kind, and only since that rule
        ("euv-scanner", "CHN", "2023-11-16", "undetermined", "undetermined"),
        ("euv-scanner", "CHN", "2023-11-17", "licence_required", "licence_required"),
        ("euv-scanner", "KOR", "2026-08-01", "undetermined", "undetermined"),
        # high-bandwidth memory: in effect, then printed, then to be complied with; China, Hong Kong and Macau
        ("hbm3", "CHN", "2024-12-01", "no_requirement_found", "no_requirement_found"),
        ("hbm3", "CHN", "2024-12-03", "undetermined", "undetermined"),
        ("hbm3", "CHN", "2024-12-05", "no_requirement_found", "licence_required"),
        ("hbm3", "CHN", "2024-12-30", "no_requirement_found", "licence_required"),
        ("hbm3", "CHN", "2024-12-31", "licence_required", "licence_required"),
        ("hbm3", "MAC", "2026-08-01", "licence_required", "licence_required"),
        ("hbm3", "HKG", "2026-08-01", "licence_required", "licence_required"),
        ("hbm3", "KOR", "2026-08-01", "no_requirement_found", "no_requirement_found"),
        ("hbm2", "CHN", "2026-08-01", "undetermined", "undetermined"),
        ("hbm-cn-domestic", "CHN", "2026-08-01", "undetermined", "undetermined"),
        ("nvidia-b200", "CHN", "2023-12-01", "undetermined", "undetermined"),
        ("nvidia-v100-sxm2-32", "CHN", "2017-12-31", "undetermined", "undetermined"),
    ],
)
def test_cases_by_hand(item: str, destination: str, as_of: str, status: str, as_codified: str, seed: Dataset) -> None:
    answer = licence(seed, item, destination, as_of)
    assert (answer.status, answer.status_as_codified) == (status, as_codified), answer.explanation
    assert (status == "undetermined") <= bool(answer.missing)


def test_the_window_of_january_2026_is_open_to_china_and_macau_only(seed: Dataset) -> None:
    def review(destination: str, as_of: str) -> str:
        return licence(seed, "nvidia-h200-sxm", destination, as_of).review_policy

    assert review("CHN", "2026-01-14") == review("RUS", "2026-02-01") == "presumption of denial"
    assert review("CHN", "2026-01-15").startswith("case-by-case review")
    assert review("MAC", "2026-01-15") == review("HKG", "2026-01-15") == review("CHN", "2026-01-15")


def test_its_certifications_are_conditions(seed: Dataset) -> None:
    conditions = licence(seed, "nvidia-h200-sxm", "CHN", "2026-02-01").conditions
    assert any("50" in c for c in conditions)
    assert any("commercially available" in c for c in conditions)
    assert licence(seed, "nvidia-b200", "CHN", "2026-02-01").conditions == ()
    assert licence(seed, "nvidia-h200-sxm", "KHM", "2026-01-20").conditions == ()


def test_a_chip_for_an_end_user_with_its_seat_in_china_needs_a_licence_everywhere(seed: Dataset) -> None:
    alone = licence(seed, "nvidia-h100-sxm", "SGP", "2026-08-01")
    assert alone.status == "no_requirement_found"
    seated = licence(seed, "nvidia-h100-sxm", "SGP", "2026-08-01", end_user="tencent")
    assert seated.status == "licence_required"
    assert any("with its seat" in f for f in seated.fired)


@pytest.mark.parametrize(
    ("as_of", "status", "as_codified"),
    [
        ("2025-09-28", "no_requirement_found", "no_requirement_found"),
        ("2025-10-15", "licence_required", "licence_required"),
        ("2025-12-01", "no_requirement_found", "licence_required"),
        ("2026-11-08", "no_requirement_found", "licence_required"),
        ("2026-11-20", "undetermined", "licence_required"),
    ],
)
def test_owners_on_a_list_count_while_the_rule_of_the_date_says_so(
    as_of: str, status: str, as_codified: str, seed: Dataset
) -> None:
    """SiLTech is owned through SMIC Shenzhen and others, in the end by SMIC, which is listed; it is not listed itself."""
    answer = licence(seed, "nvidia-t4", "SGP", as_of, end_user="siltech-semiconductor")
    assert (answer.status, answer.status_as_codified) == (status, as_codified), answer.explanation


def test_an_entry_for_all_items_decides_where_the_item_is_not_classified(seed: Dataset) -> None:
    assert licence(seed, "arf-immersion-scanner", "CHN", "2020-12-17", end_user="smic").status == "undetermined"
    answer = licence(seed, "arf-immersion-scanner", "CHN", "2020-12-18", end_user="smic")
    assert (answer.status, answer.outcome) == ("licence_required", "not classified")
    assert [s.finding for s in answer.steps if s.label.startswith("entry of us-entity-list")] == ["applies"]


def test_a_country_that_does_not_exist_is_an_error(seed: Dataset) -> None:
    with pytest.raises(UnknownId):
        licence(seed, "nvidia-h100-sxm", "SUN", "2026-08-01")


def test_an_end_user_that_matches_two_records_is_an_error(folder: FactsFolder, opened: Any) -> None:
    folder.entities("Chip", "chip-a")
    folder.entities("Country", "CHN")
    folder.entities("Company", "acme")
    folder.entities("ResearchOrganisation", "acme")
    with pytest.raises(AmbiguousId):
        licence(opened(folder), "chip-a", "CHN", "2026-08-01", end_user="acme")


def test_a_day_after_the_day_of_knowledge_is_undetermined(seed: Dataset) -> None:
    answer = licence(seed, "nvidia-h100-sxm", "CHN", "2027-01-01")
    assert (answer.status, answer.status_as_codified) == ("undetermined", "undetermined")
    assert any("2026-11-24" in m for m in answer.missing)


def test_every_answer_says_that_it_is_no_advice_and_how_old_its_knowledge_is(seed: Dataset) -> None:
    answered = ask(seed, "licence", item="nvidia-h100-sxm", destination="DEU", asOf="2026-11-24", **KNOWN)
    assert NO_ADVICE in answered.meta.notices
    assert any(answered.answer.newest_source in n for n in answered.meta.notices)
    table = ask(seed, "licence", item="nvidia-h100-sxm", asOf="2026-11-24", first=5, **KNOWN)
    assert NO_ADVICE in table.meta.notices


def test_tables_cover_every_item_and_destination(seed: Dataset) -> None:
    by_place = ask(seed, "licence", item="nvidia-h100-sxm", asOf="2026-08-01", first=500, **KNOWN).answer
    assert by_place.total == len(by_place.rows) == 249
    by_item = ask(seed, "licence", destination="CHN", asOf="2026-08-01", first=500, **KNOWN).answer
    both = ask(seed, "licence", asOf="2026-08-01", first=1, **KNOWN).answer
    assert both.total == by_item.total * 249
    after = ask(seed, "licence", asOf="2026-08-01", first=1, after=both.next, **KNOWN).answer
    assert after.rows[0].destination != both.rows[0].destination


def test_a_line_of_the_table_says_what_the_answer_says(seed: Dataset) -> None:
    rows = ask(seed, "licence", item="nvidia-h100-sxm", asOf="2026-08-01", first=500, **KNOWN).answer.rows
    for row in rows[::25]:
        answer = licence(seed, "nvidia-h100-sxm", row.destination.id, "2026-08-01")
        assert (row.status, row.status_as_codified, row.fired, row.review_policy) == (
            answer.status,
            answer.status_as_codified,
            answer.fired,
            answer.review_policy,
        )


# ---- the tables themselves --------------------------------------------------------------------------------------------------


def test_every_line_names_a_policy_that_is_on_record_and_a_citation(seed: Dataset) -> None:
    for line in (*RULES, *EXCEPTIONS):
        assert line.citation, line.key
        for slug in {line.policy, line.replaced_by} - {""}:
            assert policy_iri(slug) in seed.index.by_iri, slug
    assert len({r.key for r in RULES}) == len(RULES)
    keys = {r.key for r in RULES}
    assert all(set(e.against) <= keys for e in EXCEPTIONS)
    assert all(each.citation for each in LISTS)


# ---- what must hold of every answer -----------------------------------------------------------------------------------------

ITEMS = (
    *("nvidia-h100-sxm", "nvidia-h20", "nvidia-rtx4090", "nvidia-a30", "nvidia-t4", "amd-mi308x", "nvidia-dgx-h100"),
    *("hbm2", "hbm2e", "hbm3", "hbm-cn-domestic"),
)
PLACES = ("CHN", "MAC", "HKG", "VNM", "SGP", "ARE", "DEU", "CUB", "USA", "ISR", "AIA")
DAYS = st.dates(dt.date(2018, 1, 1), dt.date(2026, 11, 24))


@given(st.sampled_from(ITEMS), st.sampled_from(PLACES), DAYS)
@settings(max_examples=60)
def test_no_rule_is_cited_before_it_began(seed: Dataset, item: str, place: str, day: dt.date) -> None:
    answer = licence(seed, item, place, day.isoformat())
    snapshot = seed.as_of(day, known_on=dt.date(2026, 11, 24))
    for step in answer.steps:
        if step.stage in ("requirement", "exception") and step.rule is not None:
            assert min(e.start for e in ladder(snapshot, step.rule.iri)) <= day, step.text
    if day < dt.date(2022, 8, 26) and place != "CUB":
        assert answer.fired == answer.fired_as_codified == ()


@given(st.sampled_from(ITEMS), st.sampled_from(PLACES), DAYS)
@settings(max_examples=40)
def test_statuses_are_intervals_of_the_ordered_words(seed: Dataset, item: str, place: str, day: dt.date) -> None:
    answer = licence(seed, item, place, day.isoformat())
    for status, possible in (
        (answer.status, answer.possible),
        (answer.status_as_codified, answer.possible_as_codified),
    ):
        first = LEVELS.index(possible[0])
        assert possible == LEVELS[first : first + len(possible)]
        assert status == (possible[0] if len(possible) == 1 else "undetermined")
    assert [s.number for s in answer.steps] == list(range(1, len(answer.steps) + 1))


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory, schema: Schema, seed_release: Release) -> Dataset:
    """The seed with one more list entry for each of three parties, of three kinds."""
    folder = tmp_path_factory.mktemp("planted") / "seed"
    shutil.copytree(packaged("seed_data"), folder)
    path: Path = folder / "statements" / "ListEntry.csv"
    columns = path.read_text(encoding="utf-8").partition("\n")[0].split(",")
    words = ("For all items subject to the EAR", "For all items subject to the EAR except EAR99", "")
    lines = []
    for number, (party, requirement) in enumerate(zip(PLANTED, words, strict=True)):
        row = {
            "party": party,
            "party_list": "us-entity-list",
            "citation": f"99 FR {number}",
            "licence_requirement": requirement,
            "status": "unverified",
            "to_check_in": "made up for a test",
            "origin": f"test:{number}",
        }
        lines.append(",".join(row.get(c, "") for c in columns))
    with path.open("a", encoding="utf-8") as out:
        out.write("\n".join(lines) + "\n")
    return dataset_of(schema, read_facts(folder, schema), seed_release)


@given(st.sampled_from(ITEMS), st.sampled_from(PLACES), st.sampled_from((*PLANTED, "siltech-semiconductor")), DAYS)
@settings(max_examples=60)
def test_one_more_list_entry_never_loosens_an_answer(
    seed: Dataset, planted: Dataset, item: str, place: str, party: str, day: dt.date
) -> None:
    before = licence(seed, item, place, day.isoformat(), end_user=party)
    after = licence(planted, item, place, day.isoformat(), end_user=party)
    for was, now in (
        (before.possible, after.possible),
        (before.possible_as_codified, after.possible_as_codified),
    ):
        assert LEVELS.index(now[0]) >= LEVELS.index(was[0])
        assert LEVELS.index(now[-1]) >= LEVELS.index(was[-1])


def test_a_planted_entry_asks_a_licence_where_there_was_no_requirement(seed: Dataset, planted: Dataset) -> None:
    assert licence(seed, "nvidia-t4", "SGP", "2024-06-01", end_user="tencent").status == "no_requirement_found"
    assert licence(planted, "nvidia-t4", "SGP", "2024-06-01", end_user="tencent").status == "licence_required"
    assert licence(planted, "nvidia-t4", "SGP", "2024-06-01", end_user="foxconn").status == "undetermined"
    assert licence(seed, "nvidia-rtx4090", "CHN", "2024-06-01", end_user="tencent").status == "exception_available"
    assert licence(planted, "nvidia-rtx4090", "CHN", "2024-06-01", end_user="tencent").status == "licence_required"
