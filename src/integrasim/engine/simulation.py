"""Run a scenario: blocks of draws over workers, put together in the order of the draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

from integrasim.engine.blocks import asked_for, run_blocks, wrong_arguments
from integrasim.engine.collection import Collection, RunningMoments
from integrasim.engine.dataset import build_dataset
from integrasim.engine.job import plan_job, run_block
from integrasim.engine.store import open_run
from integrasim.engine.variables import BELOW
from integrasim.profiling import count, stage
from integrasim.scenario.loading import ensure_loaded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Executor
    from pathlib import Path

    import xarray as xr

    from integrasim.engine.job import BlockResult, Job
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
    store: str | Path | None = None,
    resume: bool = False,
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
    store
        Directory, such as ``"run.zarr"``, that draws are written to as they are simulated, so
        that memory does not grow with them; it must not exist yet. Needs the extra ``scale``.
    resume
        Whether to go on with the run in ``store``, to the same bits as without interruption. The
        scenario, its files, the seed, the level kept and the versions of the numerical libraries
        must be the same; draws may be more than before. A store that is not there yet is made.
    progress
        Whether to report memory needed and progress on standard error.

    Returns
    -------
    xarray.Dataset
        Money in nominal EUR; dimensions ``option``, ``draw``, ``year``, ``month``,
        ``municipality`` (or ``kreis``), ``instrument``, ``status``; labels and
        units on every variable, the manifest in ``attrs``. From a store, variables over
        draws are dask arrays that are read when they are needed; ``.load()`` reads them all.

    Raises
    ------
    ImportError
        If a store is asked for, and zarr or dask is not installed.
    InputError
        If the scenario's assumptions cannot hold together.
    concurrent.futures.BrokenExecutor
        If the executor lost a block for good.
    StoreError
        If the store exists already, or cannot be resumed; with what differs.
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
    if resume and store is None:
        wrong.append("resume needs a store to go on with")
    if wrong:
        raise ValueError("; ".join(wrong))
    job = plan_job(asked_for(scenario, draws=draws, seed=seed), keep=keep)
    run = _InMemory(job) if store is None else open_run(store, job, resume=resume)
    blocks = run_blocks(
        run_block,
        job,
        workers=workers,
        executor=executor,
        progress=progress,
        first=run.done,
        unit=run.unit,
    )
    for _, result in blocks:
        run.add(result)
    dataset = run.dataset()
    count(result=dataset.nbytes)
    return dataset


def _wrong_level(keep: str) -> Iterator[str]:
    """Yield what is wrong with a level that does not exist."""
    if keep not in BELOW:
        yield f"keep must be 'municipality', 'kreis' or 'land', not {keep!r}"


class _InMemory:
    """A run whose draws are all kept in memory."""

    done = 0
    unit = None

    def __init__(self, job: Job) -> None:
        self._job = job
        self._draws = job.scenario.draws
        self._collection = Collection(job, range(self._draws))
        self._moments = RunningMoments()

    @stage("collection")
    def add(self, result: BlockResult) -> None:
        """Take a block's result."""
        self._collection.add(result)
        self._moments.add(result.draws, result.statistics)
        self._moments.merged(until=self._draws)

    def dataset(self) -> xr.Dataset:
        """Label what was collected."""
        moments = self._moments.merged(until=self._draws)
        return build_dataset(self._job, self._collection.kept, moments, draws=self._draws)
