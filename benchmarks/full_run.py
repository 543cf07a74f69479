"""Time and peak memory of the shipped comparison at 10,000 draws, each run in a fresh process.

From the root of the repository: ``python -m benchmarks.full_run``
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import get_args

from integrasim.engine.variables import Keep

DRAWS = 10_000
WORKERS = os.cpu_count() or 1
_GIB = 2**30
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True)
class Run:
    """Seconds to import and load, and to simulate; peak resident bytes; the floor."""

    keep: Keep
    loading: float
    simulating: float
    peak: int
    result: int
    cells: int
    pcg64: float

    def __str__(self) -> str:
        nanoseconds = self.simulating / self.cells * 1e9
        return (
            f"keep={self.keep}: {self.simulating:.1f} s "
            f"(and {self.loading:.1f} s to import and load), "
            f"peak {self.peak / _GIB:.2f} GiB, result {self.result / _GIB:.2f} GiB; "
            f"{nanoseconds:.1f} ns per cell on {WORKERS} workers, "
            f"{self.simulating / self.pcg64:.0f} times the {self.pcg64:.2f} s of one PCG64 number "
            "per cell"
        )


def measure(keep: Keep) -> Run:
    """Simulate in this process, which must be fresh: memory once used is never given back."""
    start = time.perf_counter()
    # Importing here counts the imports, and leaves the parent small: a child's peak starts there.
    from benchmarks.floors import best_seconds, draw_pcg64  # noqa: PLC0415
    from benchmarks.stages import cells, shipped_job  # noqa: PLC0415

    from integrasim import simulate  # noqa: PLC0415

    job = shipped_job(keep=keep)
    loaded = time.perf_counter()
    result = simulate(job.scenario, draws=DRAWS, workers=WORKERS, keep=keep)
    done = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _RSS_UNIT
    count = cells(job, DRAWS)
    return Run(
        keep=keep,
        loading=loaded - start,
        simulating=done - loaded,
        peak=peak,
        result=result.nbytes,
        cells=count,
        pcg64=best_seconds(lambda: draw_pcg64(count), rounds=3),
    )


def main() -> None:
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=fresh, max_tasks_per_child=1) as pool:
        for keep in get_args(Keep):
            print(pool.submit(measure, keep).result(), flush=True)


if __name__ == "__main__":
    main()
