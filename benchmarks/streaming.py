"""Time and peak memory of runs into a store, and of their comparison, each in a fresh process.

From the root of the repository, for runs larger than memory (an hour or two, 50 GB of disk)::

    python -m benchmarks.streaming land:1000000 kreis:1000000 municipality:100000

``--scenario scenarios/toy.yaml`` makes it a matter of seconds; ``--folder`` says where the stores
lie meanwhile, and ``--keep-stores`` that they stay.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import shutil
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from integrasim.engine.variables import Keep

WORKERS = os.cpu_count() or 1
SCENARIO = Path(__file__).parent.parent / "scenarios" / "threshold_25k_vs_35k.yaml"
_GIB = 2**30
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True)
class Spent:
    """Seconds elapsed and of the processor, and the peak of resident bytes up to the end."""

    elapsed: float
    processor: float
    peak: int

    def __str__(self) -> str:
        return (
            f"{self.elapsed:,.0f} s elapsed, {self.processor:,.0f} s of the processor, "
            f"peak {self.peak / _GIB:.2f} GiB"
        )


class Clock:
    """Measures from its making on."""

    def __init__(self) -> None:
        self._start = time.perf_counter()
        self._processor = time.process_time()

    def spent(self) -> Spent:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _RSS_UNIT
        return Spent(time.perf_counter() - self._start, time.process_time() - self._processor, peak)


def simulate_to(store: Path, scenario: Path, keep: Keep, draws: int) -> str:
    """Simulate into a store, or go on with one; this process must be fresh, as for all here."""
    import integrasim  # noqa: PLC0415 (counts for this process, not for its parent)

    clock = Clock()
    loaded = integrasim.load_scenario(scenario)
    result = integrasim.simulate(
        loaded, draws=draws, keep=keep, workers=WORKERS, store=store, resume=True, progress=True
    )
    spent = clock.spent()
    files = [file for file in store.rglob("*") if file.is_file()]
    size = sum(file.stat().st_size for file in files)
    return (
        f"{keep}, {draws:,} draws: {spent}; {result.nbytes / _GIB:.2f} GiB in memory would be, "
        f"{size / _GIB:.2f} GiB in {len(files):,} files are on disk"
    )


def compare_from(store: Path) -> str:
    """Compare the options, by year and over the horizon."""
    import integrasim  # noqa: PLC0415

    clock = Clock()
    result = integrasim.load_result(store)
    integrasim.compare(result)
    integrasim.compare(result, over="horizon")
    return f"  compare: {clock.spent()}"


def level_and_draws(text: str) -> tuple[Keep, int]:
    """Read LEVEL:DRAWS."""
    level, _, draws = text.partition(":")
    for keep in get_args(Keep):
        if keep == level and draws.isdigit():
            return keep, int(draws)
    raise argparse.ArgumentTypeError(f"{text} is not like kreis:100000")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    parser.add_argument("sizes", nargs="+", type=level_and_draws, metavar="LEVEL:DRAWS")
    parser.add_argument("--scenario", type=Path, default=SCENARIO)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    parser.add_argument("--keep-stores", action="store_true")
    asked = parser.parse_args()
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=fresh, max_tasks_per_child=1) as pool:
        for keep, draws in asked.sizes:
            store = asked.folder / f"streaming_{keep}_{draws}.zarr"
            run = pool.submit(simulate_to, store, asked.scenario, keep, draws)
            print(run.result(), flush=True)
            print(pool.submit(compare_from, store).result(), flush=True)
            if not asked.keep_stores:
                shutil.rmtree(store)


if __name__ == "__main__":
    main()
