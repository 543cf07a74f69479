"""Run a scenario: blocks of draws over workers, put together in the order of the draws."""

from __future__ import annotations

import os
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import reduce
from numbers import Integral
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from integrasim.documents.problems import InputError, Problem
from integrasim.engine.dataset import build_dataset
from integrasim.engine.job import BlockResult, Job, plan_job, run_block
from integrasim.engine.memory import estimate_memory
from integrasim.engine.progress import report_progress
from integrasim.engine.reduction import Moments
from integrasim.engine.variables import BELOW
from integrasim.scenario.loading import ensure_loaded, read_scenario_document
from integrasim.scenario.schema import SEEDS
from integrasim.world.problems import ImpossibleAssumptionError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import xarray as xr

    from integrasim.engine.job import Arrays
    from integrasim.engine.variables import Keep
    from integrasim.scenario import Scenario

BLOCK_DRAWS = 256
"""Draws per block: a power of two, as the Sobol' sequence likes it."""


def simulate(
    scenario: Scenario,
    *,
    draws: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    keep: Keep = "municipality",
    progress: bool = False,
) -> xr.Dataset:
    """Simulate a scenario and settle each of its options.

    Parameters
    ----------
    scenario
        From :func:`integrasim.load_scenario`.
    draws, seed
        Number of draws and seed, if other than the scenario's. The first n draws
        are the same however many are asked for.
    workers
        Threads; as many as this machine has cores by default.
    executor
        Any :class:`concurrent.futures.Executor` to run the blocks on instead
        (processes, a cluster); ``workers`` then says how many blocks it works on at
        a time. It is not shut down. The result is the same.
    keep
        Finest level at which single draws are kept: ``"municipality"``, ``"kreis"``
        or ``"land"``. Below it the dataset holds statistics over draws.
    progress
        Whether to report memory needed and progress on standard error.

    Returns
    -------
    xarray.Dataset
        Money in nominal EUR; dimensions ``option``, ``draw``, ``year``, ``month``,
        ``municipality`` (or ``kreis``), ``instrument``, ``status``; labels and
        units on every variable, the manifest in ``attrs``.

    Raises
    ------
    InputError
        If the scenario's assumptions cannot hold together.
    TypeError
        If the scenario is not loaded.
    ValueError
        If an argument is impossible.

    Examples
    --------
    >>> import integrasim as igs
    >>> scenario = igs.load_scenario("scenarios/toy.yaml")
    >>> result = igs.simulate(scenario, draws=8, seed=0)
    >>> dict(result.transfer.sizes)
    {'option': 2, 'draw': 8, 'year': 2, 'municipality': 4}
    """
    ensure_loaded(scenario)
    _check_arguments(draws, seed, workers, keep)
    changes = {"draws": draws, "seed": seed}
    scenario = scenario.model_copy(
        update={name: int(value) for name, value in changes.items() if value is not None}
    )
    job = plan_job(scenario, keep=keep)
    blocks = [
        range(start, min(start + BLOCK_DRAWS, scenario.draws))
        for start in range(0, scenario.draws, BLOCK_DRAWS)
    ]
    workers = workers or os.cpu_count() or 1
    collected = _Collection(job, scenario.draws)
    try:
        memory = estimate_memory(job, workers=workers, block=BLOCK_DRAWS)
        with (
            report_progress(blocks, memory, show=progress) as advance,
            _open_executor(executor, workers) as pool,
        ):
            for result in _run_all(pool, job, blocks, ahead=2 * workers):
                collected.add(result)
                advance(len(result.draws))
    except ImpossibleAssumptionError as error:
        raise InputError([_impossible(scenario, error)]) from error
    return build_dataset(job, collected.kept, collected.statistics(), draws=scenario.draws)


def _check_arguments(
    draws: int | None,
    seed: int | None,
    workers: int | None,
    keep: str,
) -> None:
    """Reject impossible arguments, all at once."""
    wrong = []
    for name, value, least in (("draws", draws, 1), ("seed", seed, 0), ("workers", workers, 1)):
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, Integral):
            wrong.append(f"{name} must be a whole number, not {value!r}")
        elif value < least:
            wrong.append(f"{name} must be at least {least}, not {value}")
        elif name == "seed" and value >= SEEDS:
            wrong.append(f"seed must be below 2**63, not {value}")
    if keep not in BELOW:
        wrong.append(f"keep must be 'municipality', 'kreis' or 'land', not {keep!r}")
    if wrong:
        raise ValueError("; ".join(wrong))


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


def _run_all(pool: Executor, job: Job, blocks: list[range], *, ahead: int) -> Iterator[BlockResult]:
    """Run all blocks, few enough at a time that finished ones do not pile up."""
    waiting = iter(blocks)
    running: set[Future[BlockResult]] = set()
    try:
        while True:
            for block in waiting:
                running.add(pool.submit(run_block, job, block))
                if len(running) >= ahead:
                    break
            if not running:
                return
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()
    finally:
        for future in running:
            future.cancel()


class _Collection:
    """Arrays over all draws, filled block by block in whatever order they end."""

    def __init__(self, job: Job, draws: int) -> None:
        self._job = job
        self._draws = draws
        self._moments: dict[int, dict[str, Moments]] = {}
        self.kept: Arrays = {}

    def add(self, result: BlockResult) -> None:
        """Put a block's draws in their place."""
        for name, values in result.kept.items():
            axis = self._job.dims(name).index("draw")
            if name not in self.kept:
                shape = (*values.shape[:axis], self._draws, *values.shape[axis + 1 :])
                self.kept[name] = np.empty(shape, dtype=values.dtype)
            place = (slice(None),) * axis + (slice(result.draws.start, result.draws.stop),)
            self.kept[name][place] = values
        self._moments[result.draws.start] = result.statistics

    def statistics(self) -> dict[str, Moments]:
        """Moments over all draws, merged in the order of the draws."""
        in_order = [self._moments[start] for start in sorted(self._moments)]
        return {
            name: reduce(Moments.merge, (block[name] for block in in_order)) for name in in_order[0]
        }
