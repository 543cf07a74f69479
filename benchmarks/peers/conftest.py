"""The table of works, ours beside a peer's, that closes a run."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import pytest
from benchmarks.peers.clocks import Seconds, best_seconds

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_benchmark.fixture import BenchmarkFixture

WORKERS = min(2, os.cpu_count() or 1)


@dataclass(frozen=True)
class Row:
    """A work that was measured: ours on one worker and on two, and the peer's."""

    work: str
    peer: str
    ours: Seconds
    ours_shared: Seconds | None
    theirs: Seconds
    required: float | None

    @property
    def by_processor(self) -> float:
        """How many times as long the peer takes, by processor time."""
        return self.theirs.processor / self.ours.processor

    @property
    def elapsed(self) -> float:
        """How many times as long the peer takes, elapsed, with two workers if we can have them."""
        return self.theirs.elapsed / (self.ours_shared or self.ours).elapsed

    @property
    def reached(self) -> bool:
        """Whether one worker is as fast as required, by the clock that load disturbs less."""
        return self.required is None or self.by_processor >= self.required


class Compare(Protocol):
    def __call__(
        self,
        work: str,
        ours: Callable[..., object],
        theirs: Callable[[], object],
        *,
        peer: str,
        required: float | None = None,
        share: float = 1.0,
        shared: bool = False,
        rounds: int = 3,
    ) -> None: ...


_rows: pytest.StashKey[list[Row]] = pytest.StashKey()
_notes: pytest.StashKey[list[str]] = pytest.StashKey()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_rows] = []
    config.stash[_notes] = []


@pytest.fixture
def note(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Say something below the table."""
    return request.config.stash[_notes].append


@pytest.fixture
def compare(benchmark: BenchmarkFixture, request: pytest.FixtureRequest) -> Compare:
    """Time our work and a peer's in one run; the peer's may be a ``share`` of it.

    ``shared`` work takes a number of workers.
    """

    def run(
        work: str,
        ours: Callable[..., object],
        theirs: Callable[[], object],
        *,
        peer: str,
        required: float | None = None,
        share: float = 1.0,
        shared: bool = False,
        rounds: int = 3,
    ) -> None:
        benchmark.pedantic(  # type: ignore[no-untyped-call]
            ours, rounds=rounds, warmup_rounds=1
        )
        if benchmark.stats is None:  # --benchmark-disable
            theirs()
            return
        row = Row(
            work=work,
            peer=peer,
            ours=best_seconds(ours, rounds=rounds),
            ours_shared=best_seconds(lambda: ours(workers=WORKERS), rounds=rounds)
            if shared
            else None,
            theirs=best_seconds(theirs, rounds=max(1, rounds // 3)) * (1.0 / share),
            required=required,
        )
        benchmark.extra_info |= {"by_processor": row.by_processor, "elapsed": row.elapsed}
        request.config.stash[_rows].append(row)
        assert row.reached, f"{row.by_processor:.1f} times as fast, not {required}"

    return run


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    rows = config.stash[_rows]
    if rows:
        terminalreporter.section("the same work by peers, best round")
        line = "{:<44} {:<14} {:>10} {:>10} {:>9} {:>10} {:>9}".format
        terminalreporter.line(
            line("", "peer", "ours s", "theirs s", "ratio", "elapsed", "required")
        )
        for row in rows:
            terminalreporter.line(
                line(
                    row.work,
                    row.peer,
                    f"{row.ours.processor:.4f}",
                    f"{row.theirs.processor:.3f}",
                    f"{row.by_processor:,.1f}",
                    f"{row.elapsed:,.1f}",
                    "" if row.required is None else f"{row.required:g}",
                )
            )
        terminalreporter.line("seconds and ratio: processor time, one worker each")
        terminalreporter.line(
            f"elapsed: ratio of elapsed times, ours on {WORKERS} workers where it simulates"
        )
    for text in config.stash[_notes]:
        terminalreporter.line(text)
