"""Blocks on threads, on processes and on a cluster: the same bits, little sent, nothing lost."""

from __future__ import annotations

import os
import pickle
from concurrent.futures import (
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
)
from functools import partial
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

import pytest
from distributed import Client, LocalCluster

import integrasim as igs
from integrasim.engine import blocks, parcel
from integrasim.engine.job import plan_job, run_block
from integrasim.engine.parcel import Parcel, run_draws
from integrasim.engine.variables import BELOW
from integrasim.engine.versions import installed_versions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import xarray as xr

    from integrasim.engine.variables import Keep

    Runs = dict[str, xr.Dataset]
    Write = Callable[..., Path]

DRAWS, BLOCK = 40, 16
GRID = [25_000.0, 35_000.0, 45_000.0]
BYTES_IN = 5_000
"""Most that a block of a shipped scenario takes to a worker."""


@pytest.fixture(scope="module", autouse=True)
def _small_blocks() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "BLOCK_DRAWS", BLOCK)
        yield


@pytest.fixture(scope="module")
def lively(module_scenario: Write) -> igs.Scenario:
    return igs.load_scenario(module_scenario())


@pytest.fixture(scope="module")
def short() -> igs.Scenario:
    """The shipped comparison, one month before and one after New Year."""
    scenario = igs.load_scenario("scenarios/threshold_25k_vs_35k.yaml")
    end = scenario.horizon.start.replace(month=2)
    horizon = scenario.horizon.model_copy(update={"end": end})
    return scenario.model_copy(update={"horizon": horizon})


def run_all(scenarios: tuple[igs.Scenario, ...], executor: Executor | None = None) -> Runs:
    """Everything that can be simulated in blocks: each level kept, and a sweep."""
    lively, short = scenarios
    levels: tuple[Keep, ...] = tuple(BELOW)
    runs = {
        f"lively {keep}": igs.simulate(
            lively, draws=DRAWS, seed=4, workers=2, executor=executor, keep=keep
        )
        for keep in levels
    }
    runs["short"] = igs.simulate(short, draws=DRAWS, seed=4, workers=2, executor=executor)
    runs["sweep"] = igs.sweep(lively, GRID, draws=DRAWS, seed=4, workers=2, executor=executor)
    return runs


@pytest.fixture(scope="module")
def on_threads(lively: igs.Scenario, short: igs.Scenario) -> Runs:
    """What everything else is compared with; it also compiles what processes load."""
    return run_all((lively, short))


def assert_same(runs: Runs, expected: Runs) -> None:
    """Bit by bit, labels and manifest included."""
    assert list(runs) == list(expected)
    for name, run in runs.items():
        assert run.identical(expected[name]), name


# The same bits


class Elsewhere(Executor):
    """Runs each block at once, on what has travelled; notes how many bytes that were."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def submit(self, function: Any, /, *arguments: Any, **options: Any) -> Future[Any]:
        sent = pickle.dumps((function, arguments, options))
        self.sizes.append(len(sent))
        there, here, named = pickle.loads(sent)
        future: Future[Any] = Future()
        try:
            future.set_result(pickle.loads(pickle.dumps(there(*here, **named))))
        except Exception as error:  # noqa: BLE001 (it goes to who asks for the result)
            future.set_exception(pickle.loads(pickle.dumps(error)))
        return future


def test_what_has_travelled_gives_the_same_bits(
    lively: igs.Scenario, short: igs.Scenario, on_threads: Runs
) -> None:
    assert_same(run_all((lively, short), Elsewhere()), on_threads)


def test_threads_of_ones_own_give_the_same_bits(
    lively: igs.Scenario, short: igs.Scenario, on_threads: Runs
) -> None:
    with ThreadPoolExecutor(3) as threads:
        assert_same(run_all((lively, short), threads), on_threads)


def test_a_process_gives_the_same_bits_and_it_is_told_when_it_is_lost(
    lively: igs.Scenario, short: igs.Scenario, on_threads: Runs
) -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as processes:
        assert_same(run_all((lively, short), processes), on_threads)
        lost = r"the executor lost a worker after \d of 3 blocks, .* Run again on a new executor"
        with pytest.raises(BrokenExecutor, match=lost):
            igs.simulate(lively, draws=DRAWS, executor=_Deadly(processes), workers=1)


class _Deadly(Executor):
    """A pool whose worker ends, as for want of memory, after its first block."""

    def __init__(self, pool: Executor) -> None:
        self._pool = pool
        self._blocks = 0

    def submit(self, function: Any, /, *arguments: Any, **options: Any) -> Future[Any]:
        self._blocks += 1
        if self._blocks > 1:
            return self._pool.submit(os._exit, 1)
        return self._pool.submit(function, *arguments, **options)


# A cluster


def test_a_cluster_gives_the_same_bits_and_runs_the_block_of_a_lost_worker_again(
    lively: igs.Scenario, short: igs.Scenario, on_threads: Runs, tmp_path: Path
) -> None:
    """One test, as two workers take seconds to start."""
    with (
        LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            memory_limit=None,
            dashboard_address=":0",
            local_directory=str(tmp_path),
        ) as cluster,
        Client(cluster) as client,
    ):
        assert_same(run_all((lively, short), client.get_executor()), on_threads)
        mortal = _Mortal(client.get_executor(), tmp_path / "attempts")
        result = igs.simulate(lively, draws=DRAWS, seed=4, executor=mortal, workers=2)
    assert result.identical(on_threads["lively municipality"])
    killed, *again = mortal.attempts.read_text("utf-8").split()
    assert len(again) == 1
    assert again != [killed]


class _Mortal(Executor):
    """A cluster whose worker is killed in the middle of the second block."""

    def __init__(self, pool: Executor, attempts: Path) -> None:
        self._pool = pool
        self._blocks = 0
        self.attempts = attempts

    def submit(self, function: Any, /, *arguments: Any, **options: Any) -> Future[Any]:
        attempts = str(self.attempts)

        def at_first_deadly(*arguments: Any) -> Any:
            # Travels by value, so it imports what it needs where it is.
            import os  # noqa: PLC0415
            import signal  # noqa: PLC0415
            from pathlib import Path  # noqa: PLC0415

            is_first = not Path(attempts).exists()
            with Path(attempts).open("a", encoding="utf-8") as file:
                print(os.getpid(), file=file)
            result = function(*arguments)
            if is_first:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        self._blocks += 1
        if self._blocks == 2:
            return self._pool.submit(at_first_deadly, *arguments, **options)
        return self._pool.submit(function, *arguments, **options)


# What travels


@pytest.mark.parametrize("name", ["toy", "threshold_25k_vs_35k", "baseline_2025", "budget_2025"])
def test_little_travels_to_a_worker(name: str) -> None:
    """Two options on one world, on a world each, and all programmes."""
    job = plan_job(igs.load_scenario(f"scenarios/{name}.yaml"), keep="land")
    sent = pickle.dumps((run_draws, Parcel.of(run_block, job), range(256)))
    assert len(sent) < BYTES_IN
    assert len(sent) < len(pickle.dumps(job)) / 50


@pytest.mark.parametrize("keep", list(BELOW))
def test_nothing_but_draws_and_statistics_travels_back(lively: igs.Scenario, keep: Keep) -> None:
    result = run_block(plan_job(lively, keep=keep), range(BLOCK))
    moments = result.statistics.values()
    arrays = [
        *result.kept.values(),
        *(array for each in moments for array in (each.mean, each.squares, each.positive)),
    ]
    headers = 250 * len(arrays)
    assert len(pickle.dumps(result)) < sum(array.nbytes for array in arrays) + headers


def test_a_job_is_laid_out_once_in_a_process(
    lively: igs.Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned = []

    def plan(scenario: igs.Scenario, *, keep: Keep) -> Any:
        planned.append(keep)
        return plan_job(scenario, keep=keep)

    monkeypatch.setattr(parcel, "plan_job", plan)
    elsewhere = Elsewhere()
    for _ in range(2):
        igs.simulate(lively, draws=DRAWS, seed=8, executor=elsewhere, keep="kreis")
    assert len(elsewhere.sizes) == 6
    assert planned == ["kreis"]


def test_a_worker_needs_no_file(module_scenario: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables that a scenario brings travel with it."""
    table = (
        "ags,name,type,kreis_ags,kreis_name,population,area_km2\n"
        "00111000,Adorf,kreisfrei,00111,Adorf,60000,100\n"
        "00200004,Bestadt,kreisangehörig,00200,Beispielkreis,40000,300\n"
    )
    path = module_scenario(region_table=table)
    scenario = igs.load_scenario(path)
    expected = igs.simulate(scenario, draws=DRAWS)
    path.with_name(f"{path.stem.replace('scenario', 'region')}.csv").unlink()
    elsewhere = Elsewhere()
    parcel._job.cache_clear()
    assert igs.simulate(scenario, draws=DRAWS, executor=elsewhere).identical(expected)
    assert max(elsewhere.sizes) < BYTES_IN


def test_a_worker_with_other_versions_is_refused(
    lively: igs.Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = dict.fromkeys(installed_versions(), "0.9")
    sent = Parcel.of(run_block, plan_job(lively, keep="land"))
    monkeypatch.setattr(parcel, "installed_versions", lambda: older)
    message = r"the worker on \S+ has integrasim 0\.9 instead of \S+, numpy 0\.9 instead of "
    with pytest.raises(RuntimeError, match=message):
        run_draws(sent, range(4))


# What a broken run looks like


class _Failing(Executor):
    """Runs the first block and does something else with the second."""

    def __init__(self, fail: Callable[[Future[Any]], object]) -> None:
        self._fail = fail
        self.futures: list[Future[Any]] = []

    def submit(self, function: Any, /, *arguments: Any, **options: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.futures.append(future)
        if len(self.futures) == 1:
            future.set_result(function(*arguments, **options))
        elif len(self.futures) == 2:
            self._fail(future)
        return future


def test_what_cannot_be_simulated_is_an_input_error_from_elsewhere_too(
    lively: igs.Scenario,
) -> None:
    illness = lively.world.illness.model_copy(update={"mean_cost": 20.0})
    world = lively.world.model_copy(update={"illness": illness})
    impossible = lively.model_copy(update={"world": world})
    with pytest.raises(igs.InputError, match=r"\.yaml:\d+:\d+: world\.illness\.mean_cost: in some"):
        igs.simulate(impossible, draws=5, executor=Elsewhere())


def test_a_block_that_fails_ends_the_run_and_cancels_the_rest(lively: igs.Scenario) -> None:
    pool = _Failing(lambda future: future.set_exception(OSError("no space left")))
    with pytest.raises(OSError, match="no space left"):
        igs.simulate(lively, draws=BLOCK * 4, executor=pool, workers=2)
    assert len(pool.futures) == 4
    assert all(future.done() for future in pool.futures)


def test_a_block_that_is_cancelled_elsewhere_is_told(lively: igs.Scenario) -> None:
    def cancel(future: Future[Any]) -> None:
        future.cancel()
        future.set_running_or_notify_cancel()

    with pytest.raises(
        BrokenExecutor, match=r"a block was cancelled at the executor after \d of 4"
    ):
        igs.simulate(lively, draws=BLOCK * 4, executor=_Failing(cancel), workers=2)


def test_a_run_that_lost_its_executor_goes_on_from_its_store(
    lively: igs.Scenario, on_threads: Runs, tmp_path: Path
) -> None:
    store = tmp_path / "run.zarr"
    run = partial(igs.simulate, lively, draws=DRAWS, seed=4, workers=1, keep="land", store=store)
    lost = _Failing(lambda future: future.set_exception(BrokenExecutor("a worker is gone")))
    with pytest.raises(BrokenExecutor, match=r"goes on from there with resume=True"):
        run(executor=lost)
    result = run(executor=Elsewhere(), resume=True)
    assert result.load().identical(on_threads["lively land"])
