"""What is kept with a content: once for what every day shares, and of a few days only for what hangs on the date."""

from __future__ import annotations

import datetime as dt
import gc
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kg.policy.licensing import Item
from kg.policy.places import Reached
from kg.store.memo import MOST_DAYS, Memo
from tests.helpers import FactsFolder, ask

FIRST = dt.date(2024, 1, 1)


def day(number: int) -> dt.date:
    return FIRST + dt.timedelta(days=number)


@given(asked=st.lists(st.tuples(st.integers(0, 12), st.sampled_from("ab"))))
def test_a_value_is_made_again_only_when_more_than_that_many_days_were_asked_since(
    asked: list[tuple[int, str]],
) -> None:
    memo, days, held = Memo(), list[int](), dict[int, set[str]]()
    for number, name in asked:
        made: list[bool] = []
        memo.on_day(day(number), FIRST, name, lambda made=made: made.append(True))  # type: ignore[misc]
        days = [*(d for d in days if d != number), number][-MOST_DAYS:]
        held = {d: names for d, names in held.items() if d in days}
        assert bool(made) == (name not in held.setdefault(number, set()))
        held[number].add(name)


def test_what_every_day_shares_is_made_once() -> None:
    memo, made = Memo(), list[int]()
    for number in range(30):
        memo.always("a", lambda: made.append(1))
        memo.on_day(day(number), FIRST, "b", lambda: None)
    assert made == [1]


def test_the_two_dates_are_told_apart() -> None:
    memo = Memo()
    assert memo.on_day(day(1), day(2), "a", lambda: "one") == "one"
    assert memo.on_day(day(2), day(1), "a", lambda: "other") == "other"
    assert memo.on_day(day(1), day(2), "a", lambda: "again") == "one"


def test_a_value_may_ask_for_a_day_that_drives_its_own_out() -> None:
    memo = Memo()

    def outer() -> str:
        for number in range(1, 30):
            memo.on_day(day(number), FIRST, "inner", lambda: None)
        return "made"

    assert memo.on_day(day(0), FIRST, "outer", outer) == "made"


def test_five_hundred_days_of_licence_answers_leave_no_more_than_a_few(opened: Any, folder: FactsFolder) -> None:
    """Every day is one content here: nothing in the folder begins or ends."""
    folder.entities("Chip", "chip")
    folder.entities("Country", "NLD", "CHN")
    folder.entities("Company", "acme")
    folder.plain("acme", "headquarteredIn", "NLD")
    folder.relation("Design", item="chip", designer="acme")
    dataset = opened(folder)

    def held(kind: type) -> int:
        gc.collect()
        return sum(isinstance(o, kind) for o in gc.get_objects())

    before = {kind: held(kind) for kind in (Item, Reached)}
    for number in range(500):
        raw = {"asOf": day(number).isoformat(), "knownOn": "2026-11-24"}
        ask(dataset, "licence", item="chip", destination="CHN", endUser="acme", **raw)
    for kind, of_one_day in ((Item, 1), (Reached, 60)):
        assert held(kind) - before[kind] <= 20 * of_one_day
