"""Run a scenario: blocks of draws over workers, put together in the order of the draws."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

import numpy as np

from integrasim.engine.blocks import asked_for, run_blocks, wrong_arguments
from integrasim.engine.dataset import build_dataset
from integrasim.engine.job import BlockResult, Job, plan_job, run_block
from integrasim.engine.reduction import Moments
from integrasim.engine.variables import BELOW
from integrasim.profiling import count, stage
from integrasim.scenario.loading import ensure_loaded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Executor

    import xarray as xr

    from integrasim.engine.job import Arrays
    from integrasim.engine.variables import Keep
    from integrasim.scenario import Scenario


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
    wrong = [*wrong_arguments(draws=draws, seed=seed, workers=workers), *_wrong_level(keep)]
    if wrong:
        raise ValueError("; ".join(wrong))
    job = plan_job(asked_for(scenario, draws=draws, seed=seed), keep=keep)
    collected = _Collection(job, job.scenario.draws)
    blocks = run_blocks(run_block, job, workers=workers, executor=executor, progress=progress)
    for _, block in blocks:
        collected.add(block)
    result = build_dataset(job, collected.kept, collected.statistics(), draws=job.scenario.draws)
    count(result=result.nbytes)
    return result


def _wrong_level(keep: str) -> Iterator[str]:
    """Yield what is wrong with a level that does not exist."""
    if keep not in BELOW:
        yield f"keep must be 'municipality', 'kreis' or 'land', not {keep!r}"


class _Collection:
    """Arrays over all draws, filled block by block in whatever order they end."""

    def __init__(self, job: Job, draws: int) -> None:
        self._job = job
        self._draws = draws
        self._moments: dict[int, dict[str, Moments]] = {}
        self.kept: Arrays = {}

    @stage("collection")
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

    @stage("collection")
    def statistics(self) -> dict[str, Moments]:
        """Moments over all draws, merged in the order of the draws."""
        in_order = [self._moments[start] for start in sorted(self._moments)]
        return {
            name: reduce(Moments.merge, (block[name] for block in in_order)) for name in in_order[0]
        }
