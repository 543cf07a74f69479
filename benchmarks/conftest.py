"""Fixtures of the benchmarks, and the table that closes a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import pytest
from benchmarks.floors import best_seconds, draw_pcg64, write_bytes
from benchmarks.stages import DRAWS, Stage, lay_out, shipped_job

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_benchmark.fixture import BenchmarkFixture

    from integrasim.engine.job import Job

_NANO = 1e9


@dataclass(frozen=True)
class Row:
    """A measured action: nanoseconds per draw × month × municipality."""

    name: str
    own: float
    floor: float | None
    pcg64: float


_rows: pytest.StashKey[list[Row]] = pytest.StashKey()


class Measure(Protocol):
    def __call__(
        self,
        name: str,
        action: Callable[[], object],
        *,
        cells: int,
        uniforms: int | None = None,
        rounds: int = 5,
    ) -> None: ...


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_rows] = []


@pytest.fixture(scope="session")
def job() -> Job:
    return shipped_job()


@pytest.fixture(scope="session")
def stages(job: Job) -> dict[str, Stage]:
    return lay_out(job, range(DRAWS))


@pytest.fixture(scope="session")
def pcg64() -> float:
    """Nanoseconds of one uniform number of NumPy's default generator, the common floor."""
    count = 2**23
    return best_seconds(lambda: draw_pcg64(count), rounds=20) / count * _NANO


@pytest.fixture
def measure(benchmark: BenchmarkFixture, pcg64: float, request: pytest.FixtureRequest) -> Measure:
    """Benchmark an action, beside the floor of its own if its random numbers are counted."""

    def run(
        name: str,
        action: Callable[[], object],
        *,
        cells: int,
        uniforms: int | None = None,
        rounds: int = 5,
    ) -> None:
        result = benchmark.pedantic(  # type: ignore[no-untyped-call]
            action, rounds=rounds, warmup_rounds=1
        )
        if benchmark.stats is None:  # --benchmark-disable
            return
        own = benchmark.stats.stats.min / cells * _NANO
        floor = None
        if uniforms is not None:
            floor = best_seconds(lambda: _floor(uniforms, result)) / cells * _NANO
            benchmark.extra_info |= {
                "floor_ns_per_cell": floor,
                "ratio_to_floor": own / floor,
            }
        benchmark.extra_info |= {
            "cells": cells,
            "ns_per_cell": own,
            "cells_per_second": _NANO / own,
            "ratio_to_pcg64": own / pcg64,
        }
        request.config.stash[_rows].append(Row(name, own, floor, pcg64))

    return run


def _floor(uniforms: int, result: object) -> None:
    """Draw the random numbers that an action needs and write the bytes of its result."""
    draw_pcg64(uniforms)
    write_bytes(result)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    rows = config.stash[_rows]
    if not rows:
        return
    terminalreporter.section("per cell = draw × month × municipality, best round")
    line = "{:<42} {:>10} {:>13} {:>10} {:>8} {:>8}".format
    terminalreporter.line(line("", "ns/cell", "cells/s", "floor ns", "× floor", "× PCG64"))
    for row in rows:
        floor = (
            ("", "") if row.floor is None else (f"{row.floor:.3f}", f"{row.own / row.floor:,.1f}")
        )
        terminalreporter.line(
            line(
                row.name,
                f"{row.own:,.2f}",
                f"{_NANO / row.own:,.0f}",
                *floor,
                f"{row.own / row.pcg64:,.2f}",
            )
        )
    terminalreporter.line("floor: the stage's random numbers by PCG64 and its bytes, written once")
    terminalreporter.line("PCG64: one uniform number per cell by NumPy's default generator")
