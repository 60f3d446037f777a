"""Sides of the network benchmark that answer rightly, wrongly, late, or not at all."""

from __future__ import annotations

import os
import signal
from typing import Any

import numpy as np

from benchmarks.questions import Ground
from benchmarks.supply import Supply


class Honest:
    """Everything upstream, by the plain search of `Ground`."""

    def graph(self, supply: Supply) -> None:
        self.ground = Ground(supply)

    def closure(self, source: int) -> Any:
        return np.flatnonzero(self.ground.distances(source) >= 0)

    def plain(self, question: str, answer: Any) -> Any:
        return answer


class Wrong(Honest):
    """One node short."""

    def closure(self, source: int) -> Any:
        return super().closure(source)[:-1]


class Slow(Honest):
    """Never done, but hears that it is late."""

    def closure(self, source: int) -> Any:
        while True:
            pass


class Deaf(Honest):
    """Never done, and hears nothing, like native code."""

    def closure(self, source: int) -> Any:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGPROF})
        while True:
            pass


class Dying(Honest):
    """Ends its process."""

    def closure(self, source: int) -> Any:
        os._exit(3)


class Failing(Honest):
    """Has a defect."""

    def closure(self, source: int) -> Any:
        raise MemoryError("no room")


class Unbuilt(Honest):
    """Cannot even build."""

    def graph(self, supply: Supply) -> None:
        os._exit(4)
