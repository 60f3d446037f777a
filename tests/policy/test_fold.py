"""The fold over a policy's ladder: tables by hand from the meaning of policies, and properties."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kg.policy.ladder import EVENT_KINDS, Event, State, fold
from tests.helpers import day

RULE = "interim final rule"
FRAMEWORK = (
    "2025-01-13 announced; 2025-01-13 effective; 2025-01-15 published; 2025-05-13 not enforced; "
    "2025-05-13 rescission announced; 2025-05-15 compliance due; 2026-01-15 compliance due (one clause)"
)
SUSPENDED = "2024-01-01 published; 2024-02-01 effective; 2025-11-10 suspended; 2026-11-10 suspension ends"


def ladder(text: str) -> list[Event]:
    """`2025-01-13 announced (scope); …` as events in ladder order."""
    found = []
    for each in text.split(";"):
        date, _, rest = each.strip().partition(" ")
        kind, _, scope = rest.partition(" (")
        found.append(Event(kind.strip(), date, scope.rstrip(")")))
    return sorted(found, key=lambda e: e.order)


@pytest.mark.parametrize(
    ("events", "instrument", "on", "codified", "enforced"),
    [
        # the AI Diffusion Framework
        (FRAMEWORK, RULE, "2025-01-12", "no", "no"),
        (FRAMEWORK, RULE, "2025-01-14", "no", "no"),
        (FRAMEWORK, RULE, "2025-01-20", "yes", "no"),
        (FRAMEWORK, RULE, "2025-05-14", "yes", "no"),
        (FRAMEWORK, RULE, "2026-07-23", "yes", "no"),
        # a rule in the common order, from the day itself
        ("2024-01-01 published; 2024-02-01 effective", "final rule", "2023-12-31", "no", "no"),
        ("2024-01-01 published; 2024-02-01 effective", "final rule", "2024-01-31", "no", "no"),
        ("2024-01-01 published; 2024-02-01 effective", "final rule", "2024-02-01", "yes", "yes"),
        # effective before publication counts from publication
        ("2024-01-01 effective; 2024-02-01 published", "final rule", "2024-01-31", "no", "no"),
        ("2024-01-01 effective; 2024-02-01 published", "final rule", "2024-02-01", "yes", "yes"),
        # compliance
        ("2024-01-01 published; 2024-01-01 effective; 2024-06-01 compliance due", "rule", "2024-05-31", "yes", "no"),
        ("2024-01-01 published; 2024-01-01 effective; 2024-06-01 compliance due", "rule", "2024-06-01", "yes", "yes"),
        # a letter binds its addressee and is no codified law
        ("2022-08-26 announced", "is-informed letter", "2022-08-26", "no", "yes"),
        ("2022-08-26 announced; 2022-09-01 effective", "is-informed letter", "2022-08-31", "no", "no"),
        ("2022-08-26 announced; 2022-09-01 effective", "directive", "2022-09-01", "no", "yes"),
        ("2022-08-26 effective; 2023-01-01 withdrawn", "is-informed letter", "2023-01-01", "no", "no"),
        ("2023-05-21 announced; 2023-05-21 effective", "security review", "2023-06-01", "no", "yes"),
        # suspended, with a scheduled end, and unknown after it
        (SUSPENDED, "order", "2025-11-09", "yes", "yes"),
        (SUSPENDED, "order", "2025-11-10", "yes", "no"),
        (SUSPENDED, "order", "2026-11-10", "yes", "no"),
        (SUSPENDED, "order", "2026-11-11", "yes", "unknown"),
        (SUSPENDED + "; 2026-11-20 suspended", "order", "2026-11-24", "yes", "no"),
        (SUSPENDED + "; 2026-11-20 reinstated", "order", "2026-11-24", "yes", "yes"),
        # a scheduled end of the whole
        ("2024-01-01 published; 2024-01-01 effective; 2025-06-01 scheduled end", "order", "2025-06-01", "yes", "yes"),
        (
            "2024-01-01 published; 2024-01-01 effective; 2025-06-01 scheduled end",
            "order",
            "2025-06-02",
            "unknown",
            "unknown",
        ),
        (
            "2024-01-01 published; 2024-01-01 effective; 2025-06-01 scheduled end; 2025-07-01 amended",
            "order",
            "2025-08-01",
            "yes",
            "yes",
        ),
        (
            "2024-01-01 published; 2024-01-01 effective; 2025-06-01 scheduled end; 2025-07-01 expired",
            "order",
            "2025-08-01",
            "no",
            "no",
        ),
        # reinstated
        (
            "2024-01-01 published; 2024-01-01 effective; 2024-06-01 vacated; 2024-09-01 reinstated",
            "rule",
            "2024-08-31",
            "no",
            "no",
        ),
        (
            "2024-01-01 published; 2024-01-01 effective; 2024-06-01 vacated; 2024-09-01 reinstated",
            "rule",
            "2024-09-01",
            "yes",
            "yes",
        ),
        (
            "2024-01-01 published; 2024-01-01 effective; 2024-06-01 not enforced; 2024-09-01 reinstated",
            "rule",
            "2024-09-01",
            "yes",
            "yes",
        ),
        # publication not on record
        ("2024-01-01 effective", "order", "2024-01-01", "unknown", "unknown"),
        ("2024-01-01 announced", "order", "2024-01-01", "no", "no"),
        ("2024-01-01 effective; 2024-05-01 rescinded", "order", "2024-05-01", "no", "no"),
        # amended leaves it
        ("2024-01-01 published; 2024-01-01 effective; 2024-03-01 amended", "list", "2024-03-01", "yes", "yes"),
        # a partial date counts from its first possible day
        ("2024-03 published; 2024-03 effective", "statute", "2024-03-01", "yes", "yes"),
        # announced to be rescinded is not rescinded
        (
            "2024-01-01 published; 2024-01-01 effective; 2024-03-01 rescission announced",
            "rule",
            "2024-04-01",
            "yes",
            "yes",
        ),
    ],
)
def test_state(events: str, instrument: str, on: str, codified: str, enforced: str) -> None:
    state = fold(ladder(events), instrument, day(on))
    assert (state.codified, state.enforced) == (codified, enforced)


@pytest.mark.parametrize("kind", ["rescinded", "superseded", "expired", "vacated", "withdrawn"])
def test_what_ends_a_rule(kind: str) -> None:
    events = ladder(f"2024-01-01 published; 2024-01-01 effective; 2025-01-01 {kind}")
    assert fold(events, "rule", day("2024-12-31")) == State("yes", "yes", "effective", False)
    assert fold(events, "rule", day("2025-01-01")) == State("no", "no", kind, True)


@pytest.mark.parametrize(
    "instrument", ["draft", "bill", "guidance", "deal", "subsidy", "strategy", "is-informed letter", "directive"]
)
def test_what_is_never_codified(instrument: str) -> None:
    events = ladder("2024-01-01 announced; 2024-01-01 published; 2024-01-02 effective")
    state = fold(events, instrument, day("2025-01-01"))
    assert state.codified == "no"
    assert state.enforced == ("yes" if instrument in ("is-informed letter", "directive") else "no")


@pytest.mark.parametrize(
    ("on", "label"),
    [
        ("2025-01-14", "announced"),
        ("2025-01-20", "published"),
        ("2026-07-23", "not enforced"),
        ("2020-01-01", "not announced"),
    ],
)
def test_label_is_the_last_event_that_counts(on: str, label: str) -> None:
    found = fold(ladder(FRAMEWORK), RULE, day(on)).label
    assert found == label or (label == "not enforced" and found in ("not enforced", "rescission announced"))


def test_a_renewal_on_the_day_a_suspension_ends_decides() -> None:
    """Regression: an event of the day a suspension was to end says what happened, but is folded before the scheduled end."""
    events = ladder(SUSPENDED + "; 2026-11-10 suspended")
    assert fold(events, "order", day("2026-11-24")) == State("yes", "no", "suspended", False)


def test_a_scoped_publication_is_no_publication_of_the_whole() -> None:
    """Regression: events with a scope must change nothing; a scoped 'published' makes codified *no* where it is *unknown*."""
    events = ladder("2024-01-01 effective; 2024-02-01 published (annex)")
    assert fold(events, "order", day("2025-01-01")).codified == "unknown"


def test_a_scoped_effective_day_of_a_letter_changes_nothing() -> None:
    """Regression: a letter with one clause that takes effect later counts as not in force."""
    events = ladder("2024-01-01 announced; 2026-01-01 effective (one clause)")
    assert fold(events, "is-informed letter", day("2025-01-01")).enforced == "yes"


DATES = st.sampled_from(("2024-01-01", "2024-01-15", "2024-02", "2024-06-30", "2025", "2025-05-13", "2026-01-01"))
EVENTS = st.lists(
    st.builds(Event, st.sampled_from(EVENT_KINDS), DATES, st.just("")), max_size=7, unique_by=lambda e: (e.kind, e.date)
)
INSTRUMENTS = st.sampled_from((RULE, "order", "statute", "is-informed letter", "draft", "guidance"))
DAYS = st.dates(day("2023-12-01"), day("2026-06-01"))


def in_order(events: list[Event]) -> list[Event]:
    return sorted(events, key=lambda e: e.order)


@given(EVENTS, INSTRUMENTS, DAYS, st.randoms(use_true_random=False))
def test_order_of_the_rows_does_not_matter(events: list[Event], instrument: str, on: object, random: object) -> None:
    shuffled = events[:]
    random.shuffle(shuffled)
    assert fold(in_order(shuffled), instrument, on) == fold(in_order(events), instrument, on)


@given(EVENTS, INSTRUMENTS, DAYS, st.sampled_from(EVENT_KINDS))
def test_an_event_after_the_day_changes_nothing(events: list[Event], instrument: str, on: object, kind: str) -> None:
    """But a day that is set: publication, effect and compliance still to come are known to be so."""
    assume(kind not in ("published", "effective", "compliance due"))
    assert fold(in_order([*events, Event(kind, "2027-01-01", "")]), instrument, on) == fold(
        in_order(events), instrument, on
    )


@given(EVENTS, INSTRUMENTS, DAYS, st.sampled_from(EVENT_KINDS), DATES)
def test_an_event_with_a_scope_changes_nothing(
    events: list[Event], instrument: str, on: object, kind: str, date: str
) -> None:
    assume(kind not in ("published", "effective"))  # see the two tests of scoped events above
    assert fold(in_order([*events, Event(kind, date, "one clause")]), instrument, on) == fold(
        in_order(events), instrument, on
    )


@given(EVENTS, INSTRUMENTS, DAYS)
def test_states_agree_with_each_other(events: list[Event], instrument: str, on: object) -> None:
    state = fold(in_order(events), instrument, on)
    assert state.codified in ("yes", "no", "unknown")
    assert state.enforced in ("yes", "no", "unknown")
    if instrument in ("draft", "guidance"):
        assert (state.codified, state.enforced) == ("no", "no")
    if instrument in (RULE, "order", "statute") and state.codified == "no":
        assert state.enforced == "no"
    if state.ended:
        assert state.codified == "no"
        assert state.enforced == "no"
    if not [e for e in events if e.start <= on]:
        assert state == State("no", "no", "not announced", False)
