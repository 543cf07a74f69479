"""What travels between a run and its workers, and what an executor costs beside threads.

From the root of the repository: ``python -m benchmarks.executors`` (a minute or two).
"""

from __future__ import annotations

import os
import pickle
import time
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import ExitStack
from multiprocessing import get_context
from typing import TYPE_CHECKING, get_args

import psutil
from distributed import Client, LocalCluster

from integrasim import load_scenario, simulate
from integrasim.engine.blocks import BLOCK_DRAWS, run_blocks
from integrasim.engine.job import plan_job, run_block
from integrasim.engine.parcel import Parcel, run_draws
from integrasim.engine.variables import Keep

if TYPE_CHECKING:
    from integrasim.engine.job import Job
    from integrasim.scenario import Scenario

SCENARIOS = ("toy", "threshold_25k_vs_35k", "baseline_2025", "budget_2025")
WORKERS = os.cpu_count() or 1
BLOCKS = 2 * WORKERS
EMPTY_BLOCKS = 200
ROUNDS = 2
LEVELS: list[Keep] = ["municipality", "land"]
_KB, _MB = 1e3, 1e6


def shipped(name: str) -> Scenario:
    return load_scenario(f"scenarios/{name}.yaml")


def print_sizes() -> None:
    print("| scenario | job, kB | sent per block, kB | back, MB: municipality | kreis | land |")
    print("|---|---:|---:|---:|---:|---:|")
    for name in SCENARIOS:
        jobs = [plan_job(shipped(name), keep=keep) for keep in get_args(Keep)]
        draws = range(BLOCK_DRAWS)
        sent = pickle.dumps((run_draws, Parcel.of(run_block, jobs[0]), draws))
        back = [f"{len(pickle.dumps(run_block(job, draws))) / _MB:.1f}" for job in jobs]
        own = len(pickle.dumps(jobs[0])) / _KB
        print(f"| {name} | {own:.0f} | {len(sent) / _KB:.1f} | {' | '.join(back)} |", flush=True)


def nothing(_job: Job, draws: range) -> int:
    return draws.start


def empty_block(executor: Executor | None, scenario: Scenario) -> float:
    """Seconds of a block in which nothing is done, many of them run in one go."""
    job = plan_job(scenario.model_copy(update={"draws": EMPTY_BLOCKS * BLOCK_DRAWS}), keep="land")
    start = time.perf_counter()
    for _ in run_blocks(nothing, job, workers=WORKERS, executor=executor, progress=False):
        pass
    return (time.perf_counter() - start) / EMPTY_BLOCKS


def processor_seconds() -> float:
    """Processor time of this process and of the workers that it started."""
    this = psutil.Process()
    used = [each.cpu_times() for each in (this, *this.children(recursive=True))]
    return float(sum(times.user + times.system for times in used))


def short_run(executor: Executor | None, scenario: Scenario, *, keep: Keep) -> float:
    """Processor seconds of a run of some blocks."""
    start = processor_seconds()
    draws = BLOCKS * BLOCK_DRAWS
    simulate(scenario, draws=draws, workers=WORKERS, executor=executor, keep=keep)
    return processor_seconds() - start


def print_times(executors: dict[str, Executor | None]) -> None:
    scenario = shipped("threshold_25k_vs_35k")
    first = {
        name: short_run(executor, scenario, keep="land") for name, executor in executors.items()
    }
    empty = {name: empty_block(executor, scenario) for name, executor in executors.items()}
    best: dict[tuple[str, Keep], float] = {}
    for keep in LEVELS * ROUNDS:
        for name, executor in executors.items():
            seconds = short_run(executor, scenario, keep=keep)
            best[name, keep] = min(seconds, best.get((name, keep), seconds))
    print(
        f"{WORKERS} workers, {BLOCKS} blocks a run; processor seconds, and times those of threads\n"
        f"| executor | first run | an empty block, ms elapsed | {' | '.join(LEVELS)} |\n"
        f"|---|---:|---:|{'---:|' * len(LEVELS)}"
    )
    for name in executors:
        runs = [
            f"{best[name, keep]:.1f} ({best[name, keep] / best['threads', keep]:.2f})"
            for keep in LEVELS
        ]
        print(f"| {name} | {first[name]:.1f} | {empty[name] * 1e3:.2f} | {' | '.join(runs)} |")


def main() -> None:
    print_sizes()
    with ExitStack() as stack:
        fresh = get_context("spawn")
        processes = stack.enter_context(ProcessPoolExecutor(WORKERS, mp_context=fresh))
        cluster = stack.enter_context(
            LocalCluster(n_workers=WORKERS, threads_per_worker=1, dashboard_address=":0")
        )
        client = stack.enter_context(Client(cluster))
        print_times(
            {"threads": None, "processes": processes, "dask cluster": client.get_executor()}
        )


if __name__ == "__main__":
    main()
