"""A run into a store: the same bits as in memory, wherever it was interrupted."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
import tracemalloc
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.test_storage import assert_exactly_equal
from zarr.storage import LocalStore

import integrasim as igs
from integrasim.engine import simulation
from integrasim.engine.blocks import BLOCK_DRAWS
from integrasim.engine.job import BlockResult, Job, plan_job, run_block
from integrasim.engine.memory import bytes_on_disk
from integrasim.engine.store import StoreError, layout, open_run
from integrasim.engine.store.state import read_state
from integrasim.engine.variables import Keep

if TYPE_CHECKING:
    import xarray as xr

LIVELY = Path(__file__).with_name("lively.yaml")
DRAWS = 1_200
"""Five blocks, the last of which is not full."""
KEEPS = get_args(Keep)


@pytest.fixture(autouse=True)
def _small_units(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write each block by itself, as the blocks of a large Land are."""
    monkeypatch.setattr(layout, "_MOST_BLOCKS", 1)


@cache
def scenario() -> igs.Scenario:
    return igs.load_scenario(LIVELY)


@cache
def in_memory(keep: Keep) -> xr.Dataset:
    return igs.simulate(scenario(), draws=DRAWS, keep=keep)


@cache
def job(keep: Keep) -> Job:
    return plan_job(scenario().model_copy(update={"draws": DRAWS}), keep=keep)


@cache
def blocks(keep: Keep) -> list[BlockResult]:
    return [
        run_block(job(keep), range(start, min(start + BLOCK_DRAWS, DRAWS)))
        for start in range(0, DRAWS, BLOCK_DRAWS)
    ]


def same_as_in_memory(result: xr.Dataset, keep: Keep) -> None:
    expected = in_memory(keep)
    assert list(result.data_vars) == list(expected.data_vars)
    assert_exactly_equal(result.load(), expected)


# The same as in memory


@pytest.mark.parametrize(
    ("keep", "most_blocks"), [("municipality", 1), ("kreis", 2), ("land", 1), ("land", 64)]
)
def test_same_bits_as_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keep: Keep, most_blocks: int
) -> None:
    monkeypatch.setattr(layout, "_MOST_BLOCKS", most_blocks)
    store = tmp_path / "made" / "run.zarr"
    result = igs.simulate(scenario(), draws=DRAWS, keep=keep, store=store, workers=2)
    same_as_in_memory(result, keep)
    same_as_in_memory(igs.load_result(str(store)), keep)
    assert [path.name for path in store.parent.iterdir()] == ["run.zarr"]


def test_options_with_worlds_of_their_own(tmp_path: Path) -> None:
    """The option comes before the draws in variables of the world, too."""
    path = tmp_path / "own.yaml"
    path.write_text(
        f"extends: {LIVELY}\nschema: integrasim/1\noptions:\n  population_only:\n"
        "    label: {de: Schlüssel, en: key}\n    law: {fluag.key_population_weight: 1.0}\n",
        "utf-8",
    )
    own = igs.load_scenario(path)
    stored = igs.simulate(own, draws=300, keep="kreis", store=tmp_path / "run.zarr")
    assert stored.gross_cost.dims[0] == "option"
    assert_exactly_equal(stored.load(), igs.simulate(own, draws=300, keep="kreis"))


def test_executor_of_the_user(tmp_path: Path) -> None:
    with ThreadPoolExecutor(3) as pool:
        result = igs.simulate(
            scenario(), draws=DRAWS, keep="land", store=tmp_path / "run.zarr", executor=pool
        )
    same_as_in_memory(result, "land")


# Reading


def test_a_result_is_opened_without_its_draws(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chunks are whole but for their draws; a few municipalities are read without the others."""
    monkeypatch.setattr(layout, "_CHUNK_BYTES", 8 * BLOCK_DRAWS * 4)  # one municipality
    igs.simulate(scenario(), draws=DRAWS, store=tmp_path / "run.zarr")
    read: list[str] = []
    get = LocalStore.get

    async def watched(self: LocalStore, key: str, *rest: Any, **named: Any) -> Any:
        buffer = await get(self, key, *rest, **named)
        if "/c/" in key and not key.startswith("progress"):
            read.append(f"{key}: {len(buffer) if buffer else 0}")
        return buffer

    monkeypatch.setattr(LocalStore, "get", watched)
    result = igs.load_result(tmp_path / "run.zarr")
    assert not [key for key in read if key.startswith("transfer")]
    assert result.transfer.chunks == ((2,), (DRAWS,), (4,), (4,))
    assert {v.chunks is None for v in result.variables.values() if "draw" not in v.dims} == {True}
    monkeypatch.chdir(tmp_path / "run.zarr")  # the store is found from anywhere
    one = result.transfer.isel(option=0, municipality=slice(2, 3)).to_numpy()
    assert (one == in_memory("municipality").transfer[0, :, :, [2]].to_numpy()).all()
    of_chunks = [int(key.rpartition(" ")[2]) for key in read if key.startswith("transfer")]
    files = list(Path("transfer").rglob("c/*/*/*/*"))
    assert len(files) == 5
    assert sum(of_chunks) < 0.4 * sum(file.stat().st_size for file in files)


def test_only_some_variables_are_opened(tmp_path: Path) -> None:
    igs.simulate(scenario(), draws=300, keep="kreis", store=tmp_path / "run.zarr")
    found = igs.load_result(tmp_path / "run.zarr", variables=["stock", "transfer_mean", "no"])
    assert list(found.data_vars) == ["transfer_mean", "stock"]
    assert list(found.coords) == list(igs.load_result(tmp_path / "run.zarr").coords)


def test_a_store_becomes_a_file(tmp_path: Path) -> None:
    stored = igs.simulate(scenario(), draws=DRAWS, keep="kreis", store=tmp_path / "run.zarr")
    igs.save_result(stored, tmp_path / "result.nc")
    assert_exactly_equal(igs.load_result(tmp_path / "result.nc"), in_memory("kreis"))


def test_a_file_for_each_variable_and_unit(tmp_path: Path) -> None:
    igs.simulate(scenario(), draws=DRAWS, keep="kreis", store=tmp_path / "run.zarr")
    units = -(-DRAWS // BLOCK_DRAWS)
    for name, variable in in_memory("kreis").data_vars.items():
        files = (tmp_path / "run.zarr" / str(name) / "c").rglob("*")
        number = sum(path.is_file() for path in files)
        assert number == (units if "draw" in variable.dims else 1), name


# Interrupted


@settings(max_examples=5)
@given(
    keep=st.sampled_from(KEEPS),
    unit=st.integers(1, 3),
    order=st.permutations(range(5)),
    stops=st.lists(st.integers(0, 5), max_size=2),
)
def test_interrupted_after_any_block(
    keep: Keep, unit: int, order: list[int], stops: list[int]
) -> None:
    """Blocks end in any order, some of them; what is missing then comes after resuming."""
    in_order = [blocks(keep)[index] for index in order]
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patched:
        patched.setattr(layout, "_MOST_BLOCKS", unit)
        path = Path(folder) / "run.zarr"
        for stop in [*stops, None]:
            run = open_run(path, job(keep), resume=True)
            assert run.done % (unit * BLOCK_DRAWS) == 0
            for block in in_order[:stop]:
                if block.draws.start >= run.done:
                    run.add(block)
        same_as_in_memory(run.dataset(), keep)


def failing_after(writes: int) -> Any:
    """Stand in for Zarr's write: after some of them the disk is full."""
    put = LocalStore.set
    left = writes

    async def limited(self: LocalStore, key: str, value: Any, *rest: Any) -> None:
        nonlocal left
        if left == 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        left -= 1
        await put(self, key, value, *rest)

    return limited


def simulated_blocks(path: Path, keep: Keep) -> xr.Dataset:
    run = open_run(path, job(keep), resume=True)
    for block in blocks(keep):
        if block.draws.start >= run.done:
            run.add(block)
    return run.dataset()


def number_of_writes(folder: Path, keep: Keep) -> int:
    count = 0
    put = LocalStore.set

    async def counted(self: LocalStore, key: str, value: Any, *rest: Any) -> None:
        nonlocal count
        count += 1
        await put(self, key, value, *rest)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(LocalStore, "set", counted)
        simulated_blocks(folder / "counted.zarr", keep)
    return count


def test_a_disk_that_is_full_at_any_write(tmp_path: Path) -> None:
    """What is there then is nothing, or can be resumed; it never passes for a result."""
    keep: Keep = "kreis"
    writes = number_of_writes(tmp_path, keep)
    assert writes > 200
    for failing in np.linspace(0, writes - 1, 5, dtype=int):
        path = tmp_path / f"{failing}.zarr"
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(LocalStore, "set", failing_after(int(failing)))
            with pytest.raises(OSError, match="No space left"):
                simulated_blocks(path, keep)
        if path.exists():
            with pytest.raises(StoreError, match=r"not finished: [\d,]+ of 1,200 draws are there"):
                igs.load_result(path)
        same_as_in_memory(simulated_blocks(path, keep), keep)
    assert not list(tmp_path.glob(".*"))


def test_a_full_disk_says_what_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "run.zarr"
    run = open_run(path, job("land"), resume=False)
    for block in blocks("land")[:2]:
        run.add(block)
    monkeypatch.setattr(LocalStore, "set", failing_after(3))
    with pytest.raises(OSError, match=r"run\.zarr: No space.* before 512 are kept: .* resume"):
        run.add(blocks("land")[2])


class _Interrupting(ThreadPoolExecutor):
    """Is interrupted when it is given its fourth block."""

    _given = 0

    def submit(self, *arguments: Any, **named: Any) -> Any:
        self._given += 1
        if self._given == 4:
            raise KeyboardInterrupt
        return super().submit(*arguments, **named)


def test_an_interrupted_run_is_resumed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = tmp_path / "run.zarr"
    arguments: Any = {"draws": DRAWS, "keep": "kreis", "store": store}
    with _Interrupting(1) as pool, pytest.raises(KeyboardInterrupt):
        igs.simulate(scenario(), executor=pool, workers=1, **arguments)
    done = read_state(store).done
    assert 0 < done < DRAWS
    ran: list[range] = []

    def watched(job: Job, draws: range) -> BlockResult:
        ran.append(draws)
        return run_block(job, draws)

    monkeypatch.setattr(simulation, "run_block", watched)
    resumed = igs.simulate(scenario(), resume=True, progress=True, **arguments)
    assert min(block.start for block in ran) == done
    same_as_in_memory(resumed, "kreis")
    said = capsys.readouterr().err
    assert f"1,200 draws, {done:,} of them there already; about" in said
    assert "MiB of disk" in said
    assert "1200/1200" in said


def test_ctrl_c_waits_until_a_unit_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = open_run(tmp_path / "run.zarr", job("land"), resume=False)
    put = LocalStore.set
    interrupts = iter([signal.SIGINT])

    async def interrupted(self: LocalStore, key: str, value: Any, *rest: Any) -> None:
        for number in interrupts:
            signal.raise_signal(number)
        await put(self, key, value, *rest)

    monkeypatch.setattr(LocalStore, "set", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run.add(blocks("land")[0])
    assert read_state(tmp_path / "run.zarr").done == BLOCK_DRAWS


_KILLED = """
import sys
import integrasim as igs
from integrasim.engine.store import layout
layout._MOST_BLOCKS = 1
scenario = igs.load_scenario(sys.argv[1])
igs.simulate(scenario, draws=1_200, keep="kreis", store=sys.argv[2], workers=1)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_killed_run_is_resumed(tmp_path: Path) -> None:
    store = tmp_path / "run.zarr"
    with subprocess.Popen([sys.executable, "-c", _KILLED, str(LIVELY), str(store)]) as process:
        while not (store / "transfer" / "c" / "0" / "1" / "0" / "0").exists():
            assert process.poll() is None
            time.sleep(0.002)
        process.kill()
    assert process.returncode == -signal.SIGKILL
    done = read_state(store).done
    assert BLOCK_DRAWS <= done < DRAWS
    resumed = igs.simulate(scenario(), draws=1_200, keep="kreis", store=store, resume=True)
    same_as_in_memory(resumed, "kreis")


# Finished, and extended


def test_a_finished_run_is_not_run_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments: Any = {"draws": 300, "keep": "land", "store": tmp_path / "run.zarr"}
    first = igs.simulate(scenario(), **arguments).load()
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}

    def run_again(job: Job, draws: range) -> BlockResult:
        raise AssertionError(draws)

    monkeypatch.setattr(simulation, "run_block", run_again)
    assert_exactly_equal(igs.simulate(scenario(), resume=True, **arguments).load(), first)
    assert before == {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}


@pytest.mark.parametrize(("keep", "first"), [("municipality", 100), ("kreis", 700), ("land", 512)])
def test_draws_are_added_to_a_run(tmp_path: Path, keep: Keep, first: int) -> None:
    """A last block that was not full is run again: statistics merge whole blocks."""
    arguments: Any = {"keep": keep, "store": tmp_path / "run.zarr"}
    igs.simulate(scenario(), draws=first, **arguments)
    extended = igs.simulate(scenario(), draws=DRAWS, resume=True, **arguments)
    same_as_in_memory(extended, keep)


def test_adding_draws_may_be_interrupted_anywhere(tmp_path: Path) -> None:
    path = tmp_path / "run.zarr"
    igs.simulate(scenario(), draws=700, keep="land", store=path)
    for writes in (0, 1, 7, 20, 60):
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(LocalStore, "set", failing_after(writes))
            with pytest.raises(OSError, match="No space left"):
                simulated_blocks(path, "land")
        if writes:
            with pytest.raises(StoreError, match="not finished"):
                igs.load_result(path)
    same_as_in_memory(simulated_blocks(path, "land"), "land")


# Memory


def test_memory_does_not_grow_with_draws(tmp_path: Path) -> None:
    draws = 12 * BLOCK_DRAWS
    many = plan_job(scenario().model_copy(update={"draws": draws}), keep="kreis")
    block = blocks("kreis")[0]
    run = open_run(tmp_path / "run.zarr", many, resume=False)
    peaks = []
    tracemalloc.start()
    for start in range(0, draws, BLOCK_DRAWS):
        run.add(replace(block, draws=range(start, start + BLOCK_DRAWS)))
        peaks.append(tracemalloc.get_traced_memory()[1])
    tracemalloc.stop()
    of_a_block = sum(values.nbytes for values in block.kept.values())
    assert peaks[-1] - peaks[2] < 1.0 * of_a_block


def test_room_on_disk_is_estimated(tmp_path: Path) -> None:
    igs.simulate(scenario(), draws=DRAWS, store=tmp_path / "run.zarr")
    draws = [path for path in (tmp_path / "run.zarr").glob("*/c/**/*") if path.is_file()]
    used = sum(path.stat().st_size for path in draws)
    assert used < bytes_on_disk(job("municipality"), draws=DRAWS) < 3 * used


def test_moments_wait_for_few_blocks_only() -> None:
    """While the first block still runs, the others go no further than a few blocks ahead."""

    class Straggling(Executor):
        submitted = 0

        def submit(self, function: Any, /, *arguments: Any, **named: Any) -> Future[Any]:
            self.submitted += 1
            future: Future[Any] = Future()
            if self.submitted == 1:
                self.first = future
            else:
                future.set_result(None)
            return future

    from integrasim.engine.blocks import run_blocks  # noqa: PLC0415

    pool = Straggling()
    many = plan_job(scenario().model_copy(update={"draws": 40 * BLOCK_DRAWS}), keep="land")
    ended = run_blocks(lambda _job, _draws: None, many, workers=2, executor=pool, progress=False)
    seen = [next(ended) for _ in range(7)]
    assert pool.submitted == 8
    pool.first.set_result(None)
    seen += list(ended)
    assert sorted(block.start for block, _ in seen) == list(range(0, 40 * 256, 256))
