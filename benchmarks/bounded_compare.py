"""Peak memory and time of comparing more draws than memory holds, each in a fresh process.

One block is simulated; its draws are repeated at random with their amounts scaled, so that a
store of 1,000,000 draws is there in minutes (``benchmarks.streaming`` simulates them all). From the
root of the repository, with 40 GB of disk at ``--folder``::

    python -m benchmarks.bounded_compare land:1000000 kreis:1000000 municipality:100000
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from benchmarks.streaming import SCENARIO, level_and_draws

if TYPE_CHECKING:
    from integrasim.engine.job import BlockResult, Job
    from integrasim.engine.variables import Keep

_GIB = 2**30
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024


def write_store(store: Path, keep: Keep, draws: int) -> str:
    """Write a run of that many draws."""
    # Importing here leaves the parent small: a child's peak starts there.
    from integrasim import load_scenario  # noqa: PLC0415
    from integrasim.engine.blocks import BLOCK_DRAWS, asked_for  # noqa: PLC0415
    from integrasim.engine.job import plan_job, run_block  # noqa: PLC0415
    from integrasim.engine.store import open_run  # noqa: PLC0415

    start = time.perf_counter()
    scenario = asked_for(load_scenario(SCENARIO), draws=draws, seed=None)
    job = plan_job(scenario, keep=keep)
    run = open_run(store, job, resume=False)
    simulated = run_block(job, range(BLOCK_DRAWS))
    for first in range(0, draws, BLOCK_DRAWS):
        run.add(_varied(simulated, job, range(first, min(first + BLOCK_DRAWS, draws))))
    size = run.dataset().nbytes
    seconds = time.perf_counter() - start
    return f"{keep}, {draws:,} draws: {size / _GIB:.1f} GiB written in {seconds:.0f} s"


def _varied(block: BlockResult, job: Job, draws: range) -> BlockResult:
    """Take draws of a block at random, and scale their amounts."""
    from integrasim.engine.job import BlockResult  # noqa: PLC0415

    rng = np.random.default_rng(draws.start)
    chosen = rng.integers(0, len(block.draws), len(draws))
    factor = rng.lognormal(0.0, 0.2, len(draws))
    kept = {}
    for name, values in block.kept.items():
        axis = job.dims(name).index("draw")
        own = values.take(chosen, axis=axis)
        is_money = values.dtype == np.float64
        kept[name] = own * factor.reshape(-1, *(1,) * (own.ndim - axis - 1)) if is_money else own
    return BlockResult(draws, kept, block.statistics)


def compare_from(store: Path, over: Literal["year", "horizon"]) -> str:
    """Compare the options in this process, which must be fresh: a peak never falls."""
    import integrasim  # noqa: PLC0415

    start, processor = time.perf_counter(), time.process_time()
    integrasim.compare(integrasim.load_result(store), over=over)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _RSS_UNIT
    return (
        f"  compare, over {over}: peak {peak / _GIB:.2f} GiB, "
        f"{time.perf_counter() - start:.0f} s elapsed, "
        f"{time.process_time() - processor:.0f} s of the processor"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    parser.add_argument("sizes", nargs="+", type=level_and_draws, metavar="LEVEL:DRAWS")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    asked = parser.parse_args()
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=fresh, max_tasks_per_child=1) as pool:
        for keep, draws in asked.sizes:
            with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
                store = Path(folder) / "run.zarr"
                print(pool.submit(write_store, store, keep, draws).result(), flush=True)
                for over in ("year", "horizon"):
                    print(pool.submit(compare_from, store, over).result(), flush=True)


if __name__ == "__main__":
    main()
