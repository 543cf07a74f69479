"""Time and memory by stage: every second is charged once, wherever the blocks run."""

from __future__ import annotations

import multiprocessing
import pickle
import time
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numba
import pytest

import integrasim as igs
from integrasim import profiling
from integrasim.profiling import Cost, Profile, Stage, count, paused, stage, travelling

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

TOY = "scenarios/toy.yaml"
DRAWS = 600
"""Three blocks."""
IN_BLOCKS = {
    "assumptions",
    "arrivals",
    "reception",
    "residence",
    "illness ledger",
    "gross cost",
    "basis",
    "settlement",
    "invariants",
    "reduction",
}
IN_THE_MIDDLE = {"imports", "plan", "collection", "dataset", "other"}


class Inline(Executor):
    """Runs everything at once, in the thread that submits it."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Clocks and memory that stand still unless a test moves them."""
    state = {"processor": 0, "elapsed": 0, "memory": 100}

    def now(_cls: type) -> object:
        return profiling._Reading(**state)

    monkeypatch.setattr(profiling._Reading, "now", classmethod(now))
    return state


@pytest.fixture(scope="module")
def processes() -> Iterator[Executor]:
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield pool


def named(spent: Profile) -> set[str]:
    return {str(each.name) for each in spent.costs} - {"compiled code", "library threads"}


def test_every_second_is_charged_to_the_innermost_stage(clock: dict[str, int]) -> None:
    with igs.profile() as spent:
        clock["processor"] += 1
        with stage("comparison"):
            clock["processor"] += 10
            with stage("settlement", "a"):
                clock["processor"] += 100
                clock["elapsed"] += 7
            with stage("settlement", "b"):
                clock["memory"] += 5
            clock["processor"] += 1_000
        clock["elapsed"] += 3
    assert spent.costs[Stage("other")] == Cost(1, 3, 0)
    assert spent.costs[Stage("comparison")] == Cost(1_010, 0, 0)
    assert spent.costs[Stage("settlement", "a")] == Cost(100, 7, 0)
    assert spent.costs[Stage("settlement", "b")] == Cost(0, 0, 5)
    assert spent.total == Cost(1_111, 10, 5)
    assert spent.peak == 105


def test_stages_are_in_the_order_of_a_run(clock: dict[str, int]) -> None:
    with igs.profile() as spent, stage("saving"), stage("comparison"), stage("plan"):
        pass
    assert [each.name for each in spent.costs] == [
        "imports",
        "plan",
        "comparison",
        "saving",
        "other",
    ]


def test_a_failure_leaves_its_stages(clock: dict[str, int]) -> None:
    with igs.profile() as spent:
        with pytest.raises(ValueError, match="wrong"), stage("saving"), stage("plan"):
            raise ValueError("wrong")
        clock["processor"] += 1
    assert spent.costs[Stage("other")].processor == 1


def test_waiting_is_nobodys_time(clock: dict[str, int]) -> None:
    with igs.profile() as spent, stage("saving"):
        clock["elapsed"] += 1
        with paused():
            clock["elapsed"] += 10
            clock["memory"] += 10
        clock["elapsed"] += 100
    assert spent.costs[Stage("saving")] == Cost(0, 101, 0)


def test_nothing_is_measured_unless_asked(clock: dict[str, int]) -> None:
    with stage("saving"), paused():
        count(cells=7)
    task, receive = travelling(_saved)
    assert task is _saved
    assert receive(task(3)) == 3
    with igs.profile() as spent:
        pass
    assert spent.cells == 0
    assert named(spent) == {"imports", "other"}


def test_memory_that_several_threads_see_rise_counts_once() -> None:
    """Two threads of a process and another process; the first to see a byte has it."""
    spent = Profile()
    spent.grow(Stage("residence"), process="one", before=100, after=140)
    spent.grow(Stage("gross cost"), process="one", before=100, after=160)
    spent.grow(Stage("arrivals"), process="one", before=110, after=130)
    spent.grow(Stage("arrivals"), process="two", before=50, after=60)
    spent.grow(Stage("arrivals"), process="two", before=60, after=60)
    for each in ("residence", "gross cost", "arrivals"):
        spent.charge(Stage(each), process="one", processor=0.0, elapsed=0.0)
    memory = {each.name: cost.memory for each, cost in spent.costs.items()}
    assert memory == {"arrivals": 20 + 10, "residence": 10, "gross cost": 20}
    assert spent.peaks == {"one": 160, "two": 60}
    assert spent.peak == 220


def test_a_task_brings_its_cost_back() -> None:
    with igs.profile() as spent:
        task, receive = travelling(_saved)
        with ThreadPoolExecutor(1) as pool:
            ended = pool.submit(pickle.loads(pickle.dumps(task)), 3).result()
        returned = pickle.loads(pickle.dumps(ended))
        assert "saving" not in named(spent)
        assert receive(returned) == 3
    assert "saving" in named(spent)


def _saved(number: int) -> int:
    with stage("saving"):
        return number


def test_compiling_a_kernel_is_a_stage_of_its_own() -> None:
    with igs.profile() as spent, stage("residence"):
        start = time.thread_time()
        numba.njit(lambda number: number + 1)(1)
        passed = time.thread_time() - start
    compiling = spent.costs[Stage("compiled code")].processor
    assert 0.5 * passed < compiling <= passed
    assert spent.costs[Stage("residence")].processor < 0.5 * passed


def test_compiling_elsewhere_is_not_charged_here() -> None:
    with igs.profile() as spent, paused(), ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: numba.njit(lambda number: number + 2)(1)).result()
    assert Stage("compiled code") not in spent.costs


def test_an_end_without_a_beginning_changes_nothing(clock: dict[str, int]) -> None:
    """A listener may be new while another thread's kernel is being compiled."""
    from numba.core import event  # noqa: PLC0415

    with igs.profile() as spent, stage("residence"):
        event.end_event("numba:compiler_lock")  # type: ignore[no-untyped-call]
        clock["processor"] += 1
    assert spent.costs[Stage("residence")].processor == 1


@pytest.mark.parametrize("where", ["threads", "inline", "processes"])
def test_the_same_stages_and_the_same_bits_wherever_blocks_run(
    where: str, processes: Executor
) -> None:
    scenario = igs.load_scenario(TOY)
    plain = igs.simulate(scenario, draws=DRAWS)
    executors = {"threads": None, "inline": Inline(), "processes": processes}
    with igs.profile() as spent:
        result = igs.simulate(scenario, draws=DRAWS, workers=2, executor=executors[where])
    assert result.identical(plain)
    assert named(spent) == IN_BLOCKS | IN_THE_MIDDLE
    options = [each.option for each in spent.costs if each.name == "settlement"]
    assert options == list(scenario.options)
    assert spent.cells == DRAWS * result.sizes["month"] * result.sizes["municipality"]
    assert spent.result == result.nbytes
    assert spent.pcg64 > 0.0
    assert spent.total.memory <= spent.peak
    assert len(spent.peaks) >= (2 if where == "processes" else 1)
    if where == "inline":
        assert spent.total.elapsed <= spent.elapsed


def test_writing_to_a_store_is_saving(tmp_path: Path) -> None:
    with igs.profile() as spent:
        result = igs.simulate(igs.load_scenario(TOY), draws=DRAWS, store=tmp_path / "run.zarr")
    assert named(spent) == IN_BLOCKS | IN_THE_MIDDLE | {"scenario", "saving"}
    assert spent.result == result.nbytes


def test_stages_add_up_to_the_whole() -> None:
    """What has no stage of its own is little, and nothing is counted twice."""
    scenario = igs.load_scenario("scenarios/threshold_25k_vs_35k.yaml")
    igs.simulate(scenario, draws=8)
    start = time.process_time()
    with igs.profile() as spent:
        igs.simulate(scenario, draws=256, workers=2)
    whole = time.process_time() - start - 3 * profiling._TRIAL * spent.pcg64
    assert 0.9 * whole < spent.total.processor < 1.01 * whole
    unnamed = [spent.costs.get(Stage(name)) for name in ("library threads", "other")]
    assert sum(cost.processor for cost in unnamed if cost) < 0.1 * whole


def test_a_sweep_has_a_curve() -> None:
    scenario = igs.load_scenario(TOY)
    with igs.profile() as spent:
        curve = igs.sweep(scenario, [25_000, 35_000], draws=DRAWS)
    assert curve.identical(igs.sweep(scenario, [25_000, 35_000], draws=DRAWS))
    assert named(spent) == IN_BLOCKS | IN_THE_MIDDLE | {"threshold curve"}
    assert spent.result == curve.nbytes
    assert [each.option for each in spent.costs if each.name == "settlement"] == [scenario.baseline]


def test_threads_of_libraries_count_once() -> None:
    """What a thread spends that nobody measures is no part of a stage, and is not lost."""
    spent = Profile()
    spent.charge(Stage("saving"), process="here", processor=1.0, elapsed=4.0)
    spent.charge(Stage("residence"), process="here", processor=2.0, elapsed=2.0)
    spent.charge(Stage("residence"), process="there", processor=50.0, elapsed=50.0)
    spent.charge_rest("here", processor=5.0)
    assert spent.costs[Stage("library threads")] == Cost(2.0, 0.0, 0)
    spent.charge_rest("here", processor=5.0005)
    assert spent.total.processor == 55.0


def test_an_unmeasured_thread_shows() -> None:
    def work() -> None:
        end = time.thread_time() + 0.05
        while time.thread_time() < end:
            pass

    with igs.profile() as spent, ThreadPoolExecutor(1) as pool:
        pool.submit(work).result()
    assert spent.costs[Stage("library threads")].processor >= 0.05


def test_an_error_in_a_block_is_what_it_would_be(monkeypatch: pytest.MonkeyPatch) -> None:
    from integrasim.engine import job  # noqa: PLC0415

    def fail(*_args: object, **_named: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(job, "settle", fail)
    with pytest.raises(RuntimeError, match="broken"), igs.profile():
        igs.simulate(igs.load_scenario(TOY), draws=8)
    assert profiling._watch.get() is None
