"""Where the time and the memory of a run go, stage by stage, while somebody asks for it."""

from __future__ import annotations

import functools
import math
import os
import platform
import sys
import time
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, ParamSpec, TypeVar, get_args

if sys.platform != "win32":
    import resource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = [
    "Cost",
    "Profile",
    "Stage",
    "StageName",
    "count",
    "draw_pcg64",
    "paused",
    "profile",
    "stage",
    "travelling",
]

StageName = Literal[
    "imports",
    "scenario",
    "plan",
    "compiled code",
    "assumptions",
    "arrivals",
    "reception",
    "residence",
    "illness ledger",
    "gross cost",
    "basis",
    "settlement",
    "threshold curve",
    "invariants",
    "reduction",
    "collection",
    "dataset",
    "comparison",
    "printing",
    "saving",
    "library threads",
    "other",
]
"""Every stage, in the order in which they are listed.

``library threads`` is what threads of libraries have done in this process, which no thread of a
run accounts for: those that compress what is stored, or draw the progress bar.
"""

_P = ParamSpec("_P")
_R = TypeVar("_R")

_BATCH = 2**17
"""Numbers drawn at a time, 1 MiB: they stay in the cache, as those of a kernel do."""
_TRIAL = 2**22
"""Uniform numbers whose time is taken: some 10 ms."""
_CLOCKS_AGREE = 1e-3
"""Seconds by which the clocks of a process and of its threads may differ without a reason."""
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024


class Stage(NamedTuple):
    """
    A part of the work.

    Parameters
    ----------
    name
        Which part.
    option
        For which option of the scenario, if it is done for each.

    Examples
    --------
    >>> Stage("settlement", "threshold_25k").option
    'threshold_25k'
    """

    name: StageName
    option: str = ""


class Cost(NamedTuple):
    """
    What a stage has cost, without the stages within it, summed over blocks and workers.

    Parameters
    ----------
    processor
        Seconds of processor time.
    elapsed
        Seconds that passed; more than ``processor`` where the stage had to wait.
    memory
        Bytes by which the peak of the process's memory rose while it was at work.

    Examples
    --------
    >>> Cost(processor=1.0, elapsed=2.0, memory=0).elapsed
    2.0
    """

    processor: float
    elapsed: float
    memory: int


class _Growth(NamedTuple):
    """The peak memory of a process before and after some time in a stage."""

    process: str
    after: int
    before: int
    stage: Stage


@dataclass
class Profile:
    """
    What the stages of some work have cost; complete when :func:`profile` has ended.

    Attributes
    ----------
    elapsed : float
        Seconds from beginning to end.
    cells : int
        Draws × months × municipalities that were simulated.
    result : int
        Bytes of the results.
    pcg64 : float
        Seconds of processor time for one uniform random number of NumPy's default generator,
        measured at the end; the yardstick for the time of a cell.
    peaks : dict
        Process (host and number) → its peak resident memory, bytes; 0 where the system
        does not tell.

    Examples
    --------
    >>> Profile().costs
    {}
    """

    elapsed: float = math.nan
    cells: int = 0
    result: int = 0
    pcg64: float = math.nan
    peaks: dict[str, int] = field(default_factory=dict)
    _seconds: dict[tuple[Stage, str], tuple[float, float]] = field(default_factory=dict)
    _growth: list[_Growth] = field(default_factory=list)

    @property
    def costs(self) -> dict[Stage, Cost]:
        """Stage → its cost, in the order of `StageName`."""
        seconds: dict[Stage, tuple[float, float]] = {}
        for (which, _), (processor, elapsed) in self._seconds.items():
            before = seconds.get(which, (0.0, 0.0))
            seconds[which] = (before[0] + processor, before[1] + elapsed)
        memory = self._memory()
        names = get_args(StageName)
        in_order = sorted(seconds, key=lambda each: names.index(each.name))
        return {each: Cost(*seconds[each], memory.get(each, 0)) for each in in_order}

    @property
    def total(self) -> Cost:
        """The sum over all stages."""
        processor, elapsed, memory = zip(*self.costs.values(), strict=True)
        return Cost(sum(processor), sum(elapsed), sum(memory))

    @property
    def peak(self) -> int:
        """Peak resident bytes, summed over processes; 0 where the system does not tell."""
        return sum(self.peaks.values())

    def _memory(self) -> dict[Stage, int]:
        """Credit each byte of a process's peak to the stage that was the first to see it.

        Threads share the peak of their process, which never falls: what several saw
        rise at the same time counts once.
        """
        reached: dict[str, int] = {}
        memory: dict[Stage, int] = {}
        for process, after, before, which in sorted(self._growth):
            new = after - max(before, reached.get(process, 0))
            memory[which] = memory.get(which, 0) + max(0, new)
            reached[process] = after
        return memory

    def charge(self, which: Stage, *, process: str, processor: float, elapsed: float) -> None:
        """Add seconds of a process to a stage."""
        key = (which, process)
        before = self._seconds.get(key, (0.0, 0.0))
        self._seconds[key] = (before[0] + processor, before[1] + elapsed)

    def charge_rest(self, process: str, *, processor: float) -> None:
        """Charge what a process has spent in all, and no stage has, to the threads of libraries."""
        rest = processor - sum(
            seconds for (_, where), (seconds, _) in self._seconds.items() if where == process
        )
        if rest > _CLOCKS_AGREE:
            self.charge(Stage("library threads"), process=process, processor=rest, elapsed=0.0)

    def grow(self, which: Stage, *, process: str, before: int, after: int) -> None:
        """Note the peak memory of a process, and the stage in which it rose."""
        self.peaks[process] = max(after, self.peaks.get(process, 0))
        if after > before:
            self._growth.append(_Growth(process, after, before, which))

    def add(self, other: Profile) -> None:
        """Add what a part of the work has cost elsewhere."""
        for (which, process), (processor, elapsed) in other._seconds.items():
            self.charge(which, process=process, processor=processor, elapsed=elapsed)
        self._growth += other._growth
        for process, peak in other.peaks.items():
            self.peaks[process] = max(peak, self.peaks.get(process, 0))


def _this_process() -> str:
    """Name this process among those of all machines."""
    return f"{platform.node()}:{os.getpid()}"


class _Reading(NamedTuple):
    """What the clocks of this thread and the peak memory of its process say."""

    processor: float
    elapsed: float
    memory: int

    @classmethod
    def now(cls) -> _Reading:
        return cls(time.thread_time(), time.perf_counter(), _peak_memory())


def _peak_memory() -> int:
    """Peak resident bytes of this process; 0 where the system does not tell."""
    if sys.platform == "win32":
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _RSS_UNIT


class _Stopwatch:
    """Charges all the time of a thread to the innermost stage it is in."""

    def __init__(self) -> None:
        self.profile = Profile()
        self._process = _this_process()
        self._within = [Stage("other")]
        self._last = _Reading.now()

    def enter(self, which: Stage) -> None:
        self.charge()
        self._within.append(which)

    def leave(self, which: Stage) -> None:
        """Leave a stage, if this thread is in it, and whatever within it was not left."""
        self.charge()
        while which in self._within:
            if self._within.pop() == which:
                return

    def charge(self) -> None:
        """Charge the time since the last reading to the present stage."""
        last, self._last = self._last, _Reading.now()
        which = self._within[-1]
        self.profile.charge(
            which,
            process=self._process,
            processor=self._last.processor - last.processor,
            elapsed=self._last.elapsed - last.elapsed,
        )
        self.profile.grow(which, process=self._process, before=last.memory, after=self._last.memory)

    def skip(self) -> None:
        """Charge nobody with the time since the last reading."""
        self._last = _Reading.now()


_watch: ContextVar[_Stopwatch | None] = ContextVar("integrasim_stopwatch", default=None)
"""The stopwatch of this thread, while its work is measured."""


@contextmanager
def profile() -> Iterator[Profile]:
    """Measure the time and memory of all that is done within, by stage.

    Results are the same with it as without. Blocks are measured wherever they run:
    on threads, in other processes, on other machines.

    Yields
    ------
    Profile
        Complete at the end; :func:`integrasim.print_profile` prints it.

    Examples
    --------
    >>> import integrasim as igs
    >>> with igs.profile() as spent:
    ...     result = igs.simulate(igs.load_scenario("scenarios/toy.yaml"), draws=8)
    >>> spent.cells  # draws × months × municipalities
    768
    >>> "residence" in {stage.name for stage in spent.costs}
    True
    """
    start, processor = time.perf_counter(), time.process_time()
    with _measured() as found:
        yield found
    found.elapsed = time.perf_counter() - start
    found.charge_rest(_this_process(), processor=time.process_time() - processor)
    found.pcg64 = _pcg64_seconds()


@contextmanager
def stage(name: StageName, option: str = "") -> Iterator[None]:
    """Charge what is done within to a stage, if anybody measures; also a decorator.

    Parameters
    ----------
    name
        The stage.
    option
        For which option of the scenario, if it is done for each.

    Examples
    --------
    >>> with profile() as spent, stage("saving"):
    ...     with stage("comparison"):
    ...         pass
    >>> [each.name for each in spent.costs]
    ['imports', 'comparison', 'saving', 'other']
    """
    watch = _watch.get()
    if watch is None:
        yield
        return
    which = Stage(name, option)
    watch.enter(which)
    try:
        yield
    finally:
        watch.leave(which)


@contextmanager
def paused() -> Iterator[None]:
    """Leave out what is done within: waiting for those who measure themselves.

    Examples
    --------
    >>> with profile() as spent, paused():
    ...     time.sleep(0.05)
    >>> sum(cost.elapsed for cost in spent.costs.values()) < spent.elapsed
    True
    """
    watch = _watch.get()
    if watch is None:
        yield
        return
    watch.charge()
    try:
        yield
    finally:
        watch.skip()


def count(*, cells: int = 0, result: int = 0) -> None:
    """Count what has been made, if anybody measures.

    Parameters
    ----------
    cells
        Draws × months × municipalities simulated.
    result
        Bytes of a finished result.

    Examples
    --------
    >>> with profile() as spent:
    ...     count(cells=512)
    >>> spent.cells
    512
    """
    watch = _watch.get()
    if watch is not None:
        watch.profile.cells += cells
        watch.profile.result += result


def travelling(
    task: Callable[_P, _R],
) -> tuple[Callable[_P, Any], Callable[[Any], _R]]:
    """Let a task that runs elsewhere bring back what it cost, if anybody measures here.

    Parameters
    ----------
    task
        What is done in another thread or process.

    Returns
    -------
    task : collections.abc.Callable
        What to run there instead; it can be pickled if the task can.
    receive : collections.abc.Callable
        Gives the task's own result from what that returns, and takes in the cost.

    Examples
    --------
    >>> with profile() as spent:
    ...     task, receive = travelling(abs)
    ...     receive(task(-3))
    3
    """
    watch = _watch.get()
    if watch is None:
        return task, _as_it_is
    home = watch.profile

    def receive(returned: tuple[_R, Profile]) -> _R:
        result, spent = returned
        home.add(spent)
        return result

    return functools.partial(_with_cost, task), receive


def _as_it_is(result: _R) -> _R:
    return result


def _with_cost(task: Callable[_P, _R], *args: _P.args, **kwargs: _P.kwargs) -> tuple[_R, Profile]:
    """Run a task, and give what it cost along with its result."""
    with _measured() as spent:
        result = task(*args, **kwargs)
    return result, spent


@contextmanager
def _measured() -> Iterator[Profile]:
    """Let a stopwatch of its own run in this thread."""
    watch = _Stopwatch()
    before = _watch.set(watch)
    try:
        with stage("imports"):
            _listen_to_numba()
        yield watch.profile
    finally:
        watch.charge()
        _watch.reset(before)


@functools.cache
def _listen_to_numba() -> None:
    """Charge the time in which this process loads or compiles a kernel to a stage of its own.

    The listener stays, as those of other threads come and go; it heeds only what
    happens in a thread whose work is measured.
    """
    from numba.core import event  # noqa: PLC0415 (half a second that only a run needs)

    class Listener(event.Listener):
        def on_start(self, _event: object) -> None:
            watch = _watch.get()
            if watch is not None:
                watch.enter(Stage("compiled code"))

        def on_end(self, _event: object) -> None:
            watch = _watch.get()
            if watch is not None:
                watch.leave(Stage("compiled code"))

    event.register("numba:compiler_lock", Listener())  # type: ignore[no-untyped-call]


def _pcg64_seconds() -> float:
    """Processor time of one uniform number, the best of some rounds."""

    def seconds() -> float:
        start = time.thread_time()
        draw_pcg64(_TRIAL)
        return time.thread_time() - start

    return min(seconds() for _ in range(3)) / _TRIAL


def draw_pcg64(count: int) -> None:
    """Draw uniforms with NumPy's default generator into memory that is there already.

    No result depends on them: they are the yardstick for the speed of a run.

    Parameters
    ----------
    count
        How many.

    Examples
    --------
    >>> draw_pcg64(1_000)
    """
    import numpy as np  # noqa: PLC0415 (help must not wait for it)

    generator = np.random.Generator(np.random.PCG64(1))
    numbers = np.empty(_BATCH)
    for _ in range(count // _BATCH):
        generator.random(out=numbers)
    generator.random(out=numbers[: count % _BATCH])
