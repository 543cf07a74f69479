"""Blocks of draws over workers: the same for every kind of run."""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ThreadPoolExecutor,
    wait,
)
from contextlib import contextmanager
from functools import partial
from numbers import Integral
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from integrasim.documents.problems import InputError, Problem
from integrasim.engine.memory import estimate_memory
from integrasim.engine.parcel import Parcel, run_draws
from integrasim.engine.progress import report_progress
from integrasim.profiling import count, paused, travelling
from integrasim.scenario.loading import read_scenario_document
from integrasim.scenario.schema import SEEDS
from integrasim.world.problems import ImpossibleAssumptionError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from integrasim.engine.job import Job
    from integrasim.scenario import Scenario

__all__ = ["BLOCK_DRAWS", "asked_for", "run_blocks", "wrong_arguments"]

BLOCK_DRAWS = 256
"""Draws per block: a power of two, as the Sobol' sequence likes it."""

_Result = TypeVar("_Result")


def wrong_arguments(*, draws: int | None, seed: int | None, workers: int | None) -> Iterator[str]:
    """Yield what is wrong with the numbers that a run was asked for with.

    Parameters
    ----------
    draws, seed, workers
        As for :func:`integrasim.simulate`.

    Yields
    ------
    str
        A sentence for each number that is impossible.
    """
    for name, value, least in (("draws", draws, 1), ("seed", seed, 0), ("workers", workers, 1)):
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, Integral):
            yield f"{name} must be a whole number, not {value!r}"
        elif value < least:
            yield f"{name} must be at least {least}, not {value}"
        elif name == "seed" and value >= SEEDS:
            yield f"seed must be below 2**63, not {value}"


def asked_for(scenario: Scenario, *, draws: int | None, seed: int | None) -> Scenario:
    """Return the scenario with the draws and the seed asked for.

    Parameters
    ----------
    scenario
        From :func:`integrasim.load_scenario`.
    draws, seed
        If other than the scenario's.

    Returns
    -------
    Scenario
        The scenario to run.

    """
    changes = {"draws": draws, "seed": seed}
    return scenario.model_copy(
        update={name: int(value) for name, value in changes.items() if value is not None}
    )


def run_blocks(
    task: Callable[[Job, range], _Result],
    job: Job,
    *,
    workers: int | None,
    executor: Executor | None,
    progress: bool,
    first: int = 0,
    unit: int | None = None,
) -> Iterator[tuple[range, _Result]]:
    """Run a task on every block of a job, and yield what comes of it in whatever order they end.

    Parameters
    ----------
    task
        What is done with a block of draws; it can be pickled.
    job
        What every block has in common.
    workers
        Blocks worked on at a time; as many as this machine has cores if None.
    executor
        Where the blocks run, if not on threads that share the job. It is sent the scenario
        with each block, and is not shut down.
    progress
        Whether to report memory needed and progress on standard error.
    first
        Draw to begin with, where a block begins; those before it need not be run again.
    unit
        Draws that are written to a store at once, if they are.

    Yields
    ------
    tuple
        The draws of a block, and what the task returned.

    Raises
    ------
    InputError
        If the scenario's assumptions cannot hold together.
    concurrent.futures.BrokenExecutor
        If the executor lost a block and does not run it again itself.
    """
    draws = job.scenario.draws
    blocks = [
        range(start, min(start + BLOCK_DRAWS, draws)) for start in range(first, draws, BLOCK_DRAWS)
    ]
    at_once = workers or os.cpu_count() or 1
    work, receive = travelling(
        partial(task, job) if executor is None else partial(run_draws, Parcel.of(task, job))
    )
    finished = 0
    try:
        memory = estimate_memory(job, workers=at_once, block=BLOCK_DRAWS, unit=unit)
        with (
            report_progress(blocks, memory, done=first, show=progress) as advance,
            _open_executor(executor, at_once) as pool,
        ):
            for block, result in _run_all(pool, work, blocks, ahead=2 * at_once):
                count(cells=len(block) * len(job.plans[0].months) * job.region.size)
                yield block, receive(result)
                finished += 1
                advance(len(block))
    except ImpossibleAssumptionError as error:
        raise InputError([_impossible(job.scenario, error)]) from error
    except (BrokenExecutor, CancelledError) as error:
        raise BrokenExecutor(_lost(error, finished, len(blocks))) from error


def _lost(error: Exception, finished: int, blocks: int) -> str:
    """Say what became of a run whose executor gave up a block."""
    after = f"after {finished:,} of {blocks:,} blocks"
    resume = "A run with a store goes on from there with resume=True"
    if isinstance(error, CancelledError):
        return f"a block was cancelled at the executor {after}. Run again. {resume}"
    return (
        f"the executor lost a worker {after}, most often for want of memory, and takes no more. "
        f"Run again on a new executor, with fewer workers. {resume}"
    )


def _impossible(scenario: Scenario, error: ImpossibleAssumptionError) -> Problem:
    """Turn assumptions that cannot hold together into a problem of the scenario file."""
    if not scenario.files or not Path(scenario.files[0]).exists():
        return Problem("<scenario>", 1, 1, error.key, error.message, error.remedy)
    document, _ = read_scenario_document(scenario.files[0])
    path = tuple(error.key.split("."))
    return document.position(path).problem(path, error.message, error.remedy)


@contextmanager
def _open_executor(executor: Executor | None, workers: int) -> Iterator[Executor]:
    """Give the user's executor as it is, or threads of our own that end with the run."""
    if executor is not None:
        yield executor
        return
    pool = ThreadPoolExecutor(workers, thread_name_prefix="integrasim")
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _run_all(
    pool: Executor,
    work: Callable[[range], _Result],
    blocks: list[range],
    *,
    ahead: int,
) -> Iterator[tuple[range, _Result]]:
    """Run all blocks, few enough at a time that finished ones do not pile up.

    None starts far ahead of one that still runs: what its successors give may have to wait for it.
    """
    waiting = deque(blocks)
    running: dict[Future[_Result], range] = {}
    try:
        while waiting or running:
            while waiting and len(running) < ahead and _is_near(waiting[0], running, 2 * ahead):
                block = waiting.popleft()
                with paused():
                    running[pool.submit(work, block)] = block
            with paused():
                done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                yield running.pop(future), future.result()
    finally:
        for future in running:
            future.cancel()


def _is_near(block: range, running: dict[Future[_Result], range], blocks: int) -> bool:
    """Whether a block lies no more than some blocks behind the first that still runs."""
    first = next(iter(running.values()), block)
    return block.start - first.start < blocks * BLOCK_DRAWS
