"""What is derived from a content and kept with it: for all days that see it, or for the few days asked last.

Owns how long it is kept. Must not know what is kept.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, TypeVar

__all__ = ["MOST_DAYS", "Memo"]

T = TypeVar("T")

MOST_DAYS = 8
"""Days of which what hangs on the dates is kept: about 1 MB each where every item and destination was asked."""


class Memo:
    """Values by name. Thread-safe; a value may ask for others while it is made."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._always: dict[str, Any] = {}
        self._by_day: OrderedDict[tuple[dt.date, dt.date], dict[str, Any]] = OrderedDict()

    def always(self, name: str, make: Callable[[], T]) -> T:
        """A value that is the same on every day, made once."""
        with self._lock:
            return _kept(self._always, name, make)

    def on_day(self, as_of: dt.date, known_on: dt.date, name: str, make: Callable[[], T]) -> T:
        """A value of a pair of dates, made once while that pair is among the `MOST_DAYS` asked last.

        Hundreds of days share one content, so that what is kept by day would otherwise pile up for as long as the content lives.
        """
        with self._lock:
            values = self._by_day.setdefault((as_of, known_on), {})
            self._by_day.move_to_end((as_of, known_on))
            while len(self._by_day) > MOST_DAYS:
                self._by_day.popitem(last=False)
            return _kept(values, name, make)


def _kept(values: dict[str, Any], name: str, make: Callable[[], T]) -> T:
    if name not in values:
        values[name] = make()
    found: T = values[name]
    return found
