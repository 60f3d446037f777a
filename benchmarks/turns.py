"""Sides in processes of their own that take turns, each with an allowance after which it is stopped.

Owns processes, clocks and memory. A side's time is the processor time of its process, all threads together, taken inside it: what is sent
between processes is not counted, and neither is what else a shared machine does. A side that does not answer in time is told so by a signal, and
killed where it does not hear it (native code does not); it begins anew for the next question.
A side that fails, is killed or is not installed is reported as such: no row is left out. Must not know what is asked.
"""

from __future__ import annotations

import gc
import importlib
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from benchmarks.measure import Wrong
from benchmarks.memory import peak
from benchmarks.questions import Question, normal
from benchmarks.supply import read_supply

__all__ = ["Built", "Player", "Sample", "Taken", "side_class", "take_turns"]

_GRACE = 5.0
"""Seconds after the allowance in which a side may hear that it is late."""

_LOOK = 0.2
"""How often, in seconds, it is looked at whether a side that says nothing is late."""

_SAMPLE_SECONDS, _MOST_CALLS = 0.02, 500
_SLOW = 4.0
"""A side whose first answer takes longer than this many seconds is not asked again: that is its sample."""


class _Late(BaseException):
    """The allowance is used up. Not an Exception, so that no side's own handling keeps it."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One reply: seconds a call, and the answer if it was wanted; or why there is none."""

    seconds: float = 0.0
    answer: Any = None
    failed: str = ""


@dataclass(frozen=True, slots=True)
class Built:
    """A graph made: seconds, resident kB before and after, and the peak of the process so far; or why there is none."""

    seconds: float = 0.0
    before: int = 0
    after: int = 0
    peak: int = 0
    exact_bytes: float = 0.0
    failed: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """What one side took for one question: seconds of each sample (the median is what counts), or why there are none."""

    side: str
    samples: tuple[float, ...] = ()
    failed: str = ""


def side_class(place: str) -> Any:
    """The class at `module` (its `Side`) or `module:Class`."""
    module, _, name = place.partition(":")
    return getattr(importlib.import_module(module), name or "Side")


# ---- in the side's process ----------------------------------------------------------------------------------------------


def _resident() -> int:
    """This process's resident size in kB, 0 where the system does not tell."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS:")), 0)


def _late(number: int, frame: object) -> None:
    raise _Late


def _serve(pipe: Connection, module: str, file: str, bill: bool) -> None:
    """Build, then answer until the pipe is closed."""
    signal.signal(signal.SIGPROF, _late)
    supply = read_supply(Path(file))
    and_or = supply.and_or() if bill else None
    side = side_class(module)()
    if hasattr(side, "warm"):
        side.warm(len(supply.tails))
    gc.collect()
    before, began = _resident(), time.process_time()
    side.bill(and_or, supply) if bill else side.graph(supply)
    seconds = time.process_time() - began
    gc.collect()
    gc.freeze()
    exact = side.exact_bytes() if hasattr(side, "exact_bytes") and not bill else 0.0
    pipe.send(Built(seconds, before, _resident(), peak(), exact))
    del supply, and_or
    while True:
        method, arguments, allowance, calls, wanted = pipe.recv()
        if method == "peak":
            pipe.send(peak())
            continue
        try:
            signal.setitimer(signal.ITIMER_PROF, allowance)
            sample = _answer(side, method, arguments, calls, wanted)
            signal.setitimer(signal.ITIMER_PROF, 0)
        except _Late:
            sample = Sample(failed=f"not finished in {allowance:.0f} s")
        except Exception as error:
            sample = Sample(failed=f"{type(error).__name__}: {error}"[:200])
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        pipe.send(sample)


def _answer(side: Any, method: str, arguments: tuple[Any, ...], calls: int, wanted: bool) -> Sample:
    call = getattr(side, method)
    gc.collect()
    began = time.process_time()
    for _ in range(calls):
        kept = call(*arguments)
    seconds = (time.process_time() - began) / calls
    return Sample(seconds, normal(method, side.plain(method, kept)) if wanted else None)


# ---- in the benchmark's process -----------------------------------------------------------------------------------------


class Player:
    """A side and its process, which is started when it is first asked and after it was killed."""

    def __init__(
        self, name: str, module: str, file: Path, allowance: float, *, bill: bool = False, grace: float = _GRACE
    ) -> None:
        """
        Parameters
        ----------
        name : of the side.
        module : see `side_class`.
        file : the network.
        allowance : seconds for each answer; building may take three times as long.
        bill : whether the AND/OR side is built in place of the graph.
        grace : seconds after the allowance in which it may hear that it is late, before it is killed.
        """
        self.grace = grace
        self.name, self.module, self.file, self.allowance, self.bill = name, module, file, allowance, bill
        self._process: Any = None
        self._pipe: Any = None
        self.built = Built(failed="not built")
        self._hopeless = False

    def start(self) -> Built:
        """Build, in a new process; what it took."""
        self.close()
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        arguments = (theirs, self.module, str(self.file), self.bill)
        self._process = context.Process(target=_serve, args=arguments, daemon=True)
        self._process.start()
        theirs.close()
        found = self._receive(3 * self.allowance + 60)  # reading the input and imports are in it too
        self.built = found if isinstance(found, Built) else Built(failed=found.failed)
        return self.built

    def ask(self, question: Question, calls: int = 1, *, wanted: bool = False) -> Sample:
        """One sample."""
        if self._process is None and (self._hopeless or self.start().failed):
            self._hopeless = True  # what could not be built once is not tried again for each question
            return Sample(failed=self.built.failed)
        self._pipe.send((question.method, question.arguments, self.allowance, calls, wanted))
        found = self._receive(self.allowance)
        assert isinstance(found, Sample)
        return found

    def peak(self) -> int:
        """Peak resident size of the process so far, in kB."""
        if self._process is None:
            return 0
        self._pipe.send(("peak", (), 0.0, 1, False))
        return int(self._pipe.recv())

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._pipe.close()
        self._process = self._pipe = None

    def _receive(self, seconds: float) -> Any:
        """What the process sends within so many seconds of its processor time (of the clock, where the system does not tell)."""
        spent, began = _processor(self._process.pid), time.monotonic()
        try:
            while not self._pipe.poll(_LOOK):
                now = _processor(self._process.pid)
                used = now - spent if spent >= 0 and now >= 0 else time.monotonic() - began
                if used > seconds + self.grace:
                    self.close()
                    return Sample(failed=f"not finished in {seconds:.0f} s")
            return self._pipe.recv()
        except (EOFError, ConnectionError):
            self._process.join()
            code = self._process.exitcode
            self.close()
            return Sample(failed=f"ended by signal {-code}" if code < 0 else f"ended with code {code}")


def _processor(process: int) -> float:
    """Seconds of the processor a process has had, -1 where the system does not tell."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    except OSError:
        return -1.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def take_turns(
    question: Question, players: Sequence[Player], can: Callable[[str, str], str], rounds: int
) -> tuple[list[Taken], str]:
    """Ask all sides, compare their answers, then time them in turn.

    Parameters
    ----------
    can : for a module and a method why the side has no part in the question: a reason that is shown, `-` for a library that has no such
        function; blank where it has.
    rounds : samples of each side, in an order that turns from round to round.

    Returns
    -------
    What each side took, and what the answer is.

    Raises
    ------
    Wrong
        Two answers differ, or one is not right. Nothing is timed then.
    """
    failed = {p.name: can(p.module, question.method) for p in players}
    answers, first = {}, {}
    for player in players:
        if not failed[player.name]:
            sample = player.ask(question, wanted=True)
            if sample.failed:
                failed[player.name] = sample.failed
            else:
                answers[player.name], first[player.name] = sample.answer, sample.seconds
    if not answers:
        return [Taken(p.name, failed=failed[p.name]) for p in players], "no answer"
    note = question.check(answers)
    samples: dict[str, list[float]] = {p.name: [] for p in players}
    playing = [p for p in players if p.name in answers and first[p.name] <= _SLOW]
    for player in players:
        if player.name in answers and player not in playing:
            samples[player.name].append(first[player.name])
    calls = {p.name: _calls(p, question) for p in playing}
    for turn in range(rounds):
        for k in range(len(playing)):
            player = playing[(k + turn) % len(playing)]
            sample = player.ask(question, calls[player.name])
            if sample.failed:
                raise Wrong(f"{question.name}: {player.name} answered once and then failed: {sample.failed}")
            samples[player.name].append(sample.seconds)
    return [Taken(p.name, tuple(samples[p.name]), failed[p.name]) for p in players], note


def _calls(player: Player, question: Question) -> int:
    """Calls a sample: enough to last some hundredths of a second. The call that finds out is a second warm-up."""
    took = player.ask(question).seconds
    return max(1, min(_MOST_CALLS, int(_SAMPLE_SECONDS / max(took, 1e-7))))
