"""What a store is refused for, in words: nothing is overwritten, nothing wrong is read."""

from __future__ import annotations

import shutil
from functools import cache
from importlib import import_module, metadata
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
import zarr

import integrasim as igs
from integrasim.engine.storage import ResultFileError
from integrasim.engine.store import StoreError, layout, open_run
from integrasim.engine.store.identity import differences
from integrasim.engine.store.state import read_state

if TYPE_CHECKING:
    from collections.abc import Callable

LIVELY = Path(__file__).with_name("lively.yaml")
DRAWS = 300


@cache
def scenario() -> igs.Scenario:
    return igs.load_scenario(LIVELY)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = tmp_path_factory.mktemp("stores") / "finished.zarr"
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(layout, "_MOST_BLOCKS", 1)
        igs.simulate(scenario(), draws=DRAWS, keep="land", store=store)
    return store


@pytest.fixture
def store(finished: Path, tmp_path: Path) -> Path:
    """A finished store of its own."""
    copy = tmp_path / "run.zarr"
    shutil.copytree(finished, copy)
    return copy


def resume(store: Path, scenario: igs.Scenario, **changes: Any) -> Any:
    arguments: dict[str, Any] = {"draws": DRAWS, "keep": "land", "resume": True} | changes
    return igs.simulate(scenario, store=store, **arguments)


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# Another run


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"resume": False}, r"300 of 300 draws of a run.*--resume.*another store, or delete"),
        ({"seed": 8}, r"another run. They differ in seed: 7 in the store, 8 here\. Resume"),
        ({"keep": "kreis", "seed": 8}, "seed: 7 in the store, 8 here; keep: land .*, kreis here"),
        ({"draws": 299}, "of 300 draws, and 299 are asked for. Ask for 300 or more"),
    ],
)
def test_a_store_of_another_run(finished: Path, changes: dict[str, Any], message: str) -> None:
    before = contents(finished)
    with pytest.raises(StoreError, match=message):
        resume(finished, scenario(), **changes)
    assert contents(finished) == before


def test_another_scenario(finished: Path, tmp_path: Path) -> None:
    """The lines that differ are shown; draws and seed are no part of it."""
    path = tmp_path / "other.yaml"
    text = LIVELY.read_text("utf-8").replace("draws: 100\nseed: 7\n", "draws: 4\nseed: 1\n")
    path.write_text(text, "utf-8")
    other = igs.load_scenario(path)
    with pytest.raises(StoreError, match=r"differ in the content of other\.yaml\. Resume"):
        resume(finished, other, seed=7)
    path.write_text(text.replace("persistence: 0.8", "persistence: 0.7"), "utf-8")
    message = r"the scenario: persistence: 0\.8 in the store, persistence: 0\.7 here\. Resume"
    with pytest.raises(StoreError, match=message):
        resume(finished, igs.load_scenario(path), seed=7)


def test_a_table_that_has_changed(tmp_path: Path) -> None:
    table = tmp_path / "places.csv"
    region = Path(igs.__file__).parent.joinpath("region", "data", "toy.csv")
    table.write_text(region.read_text("utf-8"), "utf-8")
    path = tmp_path / "own.yaml"
    path.write_text(f"extends: {LIVELY}\nschema: integrasim/1\nregion: places.csv\n", "utf-8")
    resume(tmp_path / "own.zarr", igs.load_scenario(path), draws=20)
    table.write_text(region.read_text("utf-8") + "\n", "utf-8")
    with pytest.raises(StoreError, match=r"differ in the content of places\.csv\. Resume"):
        resume(tmp_path / "own.zarr", igs.load_scenario(path), draws=20)


def test_a_file_that_was_only_renamed(finished: Path, tmp_path: Path) -> None:
    path = tmp_path / "renamed.yaml"
    shutil.copy(LIVELY, path)
    assert resume(finished, igs.load_scenario(path)).sizes["draw"] == DRAWS


def test_another_version_of_a_numerical_library(
    finished: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = metadata.version
    monkeypatch.setattr(metadata, "version", lambda name: "9" if name == "numba" else real(name))
    with pytest.raises(StoreError, match=rf"numba: {real('numba')} in the store, 9 here"):
        resume(finished, scenario())


def test_many_different_lines_are_cut_short() -> None:
    run = {"scenario": "", "input_files": {}}
    other = {"scenario": "a: 1\nb: 2\nc: 3\nd: 4", "input_files": {}}
    assert list(differences(run, other)) == ["the scenario: a: 1 / b: 2 / c: 3 … here"]


# Something else in its place


@pytest.mark.parametrize("again", [True, False])
def test_a_directory_or_file_in_the_way(tmp_path: Path, again: bool) -> None:
    for path in (tmp_path / "folder", tmp_path / "file"):
        path.mkdir() if path.name == "folder" else path.write_text("mine", "utf-8")
        with pytest.raises(
            StoreError, match=r"this exists already, and is no store\. Name another"
        ):
            resume(path, scenario(), resume=again)
    assert (tmp_path / "file").read_text("utf-8") == "mine"


def test_a_zarr_group_of_somebody_else(tmp_path: Path) -> None:
    zarr.create_group(tmp_path / "other.zarr").create_array("x", shape=(2,), dtype="float64")
    for opened in (igs.load_result, lambda path: resume(path, scenario())):
        with pytest.raises(StoreError, match=r"Zarr group is no store of integrasim\. Name"):
            opened(tmp_path / "other.zarr")


def test_another_layout(store: Path) -> None:
    zarr.open_group(store, mode="r+")["progress"].attrs["format"] = 99
    with pytest.raises(StoreError, match=rf"by integrasim {igs.__version__} in another layout"):
        igs.load_result(store)


def test_resume_needs_a_store() -> None:
    with pytest.raises(ValueError, match=r"draws must .*; resume needs a store"):
        igs.simulate(scenario(), draws=0, resume=True)


# Not finished, damaged


def test_an_unfinished_store_says_how_to_finish_it(store: Path) -> None:
    zarr.open_group(store, mode="r+")["progress"].attrs["finished"] = False
    with pytest.raises(ResultFileError) as raised:
        igs.load_result(store)
    assert str(raised.value) == (
        f"{store}: this run is not finished: 256 of 300 draws are there. Finish it: "
        f"integrasim run lively.yaml --draws 300 --seed 7 --keep land --store {store} --resume"
    )


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-10])


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("file", "harm"),
    [
        ("stock/c/1/0/0", Path.unlink),
        ("land_cost/c/0/0/0/0", Path.unlink),
        ("land_cost/c/0/0/0/0", lambda path: path.write_bytes(b"")),
        ("progress/checkpoint/c/0", _flip),
        ("progress/checkpoint/c/0", _cut),
        ("progress/zarr.json", _cut),
        ("zarr.json", _cut),
        ("stock/zarr.json", _cut),
        ("option/c/0", _cut),
    ],
)
def test_a_damaged_store(store: Path, file: str, harm: Callable[[Path], None]) -> None:
    harm(store / file)
    with pytest.raises(StoreError, match=r"run\.zarr: this store is damaged \(.+\)\. Delete it"):
        igs.load_result(store)


@pytest.mark.parametrize("harm", [_cut, _flip])
def test_damaged_draws_are_noticed_when_they_are_read(
    store: Path, harm: Callable[[Path], None]
) -> None:
    harm(store / "stock" / "c" / "0" / "0" / "0")
    result = igs.load_result(store)
    with pytest.raises((ValueError, RuntimeError)):
        result.stock.load()


# What is needed


@pytest.mark.parametrize("missing", ["zarr", "dask"])
def test_a_missing_library_says_how_to_get_it(
    finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    from integrasim import extras  # noqa: PLC0415

    found = import_module

    def partly(name: str) -> Any:
        if name.partition(".")[0] == missing:
            raise ModuleNotFoundError(name)
        return found(name)

    monkeypatch.setattr(extras, "import_module", partly)
    message = rf"{missing}. Install it: pip install integrasim\[scale\]"
    with pytest.raises(ImportError, match=message):
        igs.load_result(finished)
    with pytest.raises(ImportError, match=message):
        resume(tmp_path / "new.zarr", scenario())
    assert not list(tmp_path.iterdir())


def test_a_disk_without_the_room(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=2**30))
    message = r"1,000,000 draws take about \d\.\d GiB there, and 1\.0 GiB are free\. Make room"
    with pytest.raises(StoreError, match=message):
        resume(tmp_path / "new.zarr", scenario(), draws=1_000_000)
    with pytest.raises(StoreError, match="999,700 draws take about"):
        resume(store, scenario(), draws=1_000_000)
    assert read_state(store).finished
    assert [path.name for path in tmp_path.iterdir()] == ["run.zarr"]


def test_a_failure_while_the_store_is_made_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from integrasim.engine.job import plan_job  # noqa: PLC0415
    from integrasim.engine.store import run  # noqa: PLC0415

    def fail(*_arguments: Any, **_named: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "add_progress", fail)
    with pytest.raises(KeyboardInterrupt):
        open_run(tmp_path / "run.zarr", plan_job(scenario(), keep="land"), resume=False)
    assert not list(tmp_path.iterdir())
