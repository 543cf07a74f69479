"""The output directory: everything or nothing, and nothing else touched."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.analysis.synthetic import make_result

from integrasim.analysis.compare import compare
from integrasim.engine.storage import load_result
from integrasim.reporting import output
from integrasim.reporting.output import OutputError, require_writable, save_output

if TYPE_CHECKING:
    import xarray as xr

NAMES = ["manifest.json", "result.nc", "summary.csv"]


def save(directory: Path, *, seed: int = 0) -> tuple[xr.Dataset, dict[Path, int]]:
    """Save the output of a result."""
    result = make_result(draws=4, seed=seed)
    yearly, horizon = compare(result), compare(result, over="horizon")
    return result, save_output(result, yearly=yearly, horizon=horizon, directory=directory)


def everything(directory: Path) -> dict[str, bytes]:
    """Read every file below a directory, hidden ones too."""
    files = [path for path in directory.rglob("*") if path.is_file()]
    return {str(path.relative_to(directory)): path.read_bytes() for path in files}


@pytest.mark.parametrize("name", ["out", "a/b/out"])
def test_new_directory(tmp_path: Path, name: str) -> None:
    result, files = save(tmp_path / name)
    assert sorted(path.name for path in (tmp_path / name).iterdir()) == NAMES
    assert files == {path: path.stat().st_size for path in files}
    assert load_result(tmp_path / name / "result.nc").identical(result)
    manifest = json.loads((tmp_path / name / "manifest.json").read_text(encoding="utf-8"))
    assert manifest == result.attrs
    assert [path.name for path in tmp_path.iterdir()] == [Path(name).parts[0]]


def test_relative_directories(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    save(Path())
    save(Path("out"))
    assert sorted(everything(tmp_path)) == [*NAMES[:1], *[f"out/{n}" for n in NAMES], *NAMES[1:]]


def test_existing_directory_keeps_everything_else(tmp_path: Path) -> None:
    save(tmp_path, seed=1)
    (tmp_path / "notes.txt").write_text("mine")
    result, _ = save(tmp_path, seed=2)
    assert load_result(tmp_path / "result.nc").identical(result)
    assert sorted(everything(tmp_path)) == sorted([*NAMES, "notes.txt"])


@pytest.mark.parametrize("failure", [OSError("disk full"), KeyboardInterrupt()])
@pytest.mark.parametrize("step", ["save_result", "save_summary", "save_manifest"])
def test_failure_while_writing_leaves_all_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, failure: BaseException
) -> None:
    save(tmp_path / "old", seed=1)
    before = everything(tmp_path)

    def fail(*_args: object, **_named: object) -> None:
        raise failure

    monkeypatch.setattr(output, step, fail)
    for name in ("old", "new", "deep/er/new"):
        with pytest.raises(type(failure)):
            save(tmp_path / name, seed=2)
        assert everything(tmp_path) == before
        assert [path.name for path in tmp_path.iterdir()] == ["old"]


@pytest.mark.parametrize("moves_before", range(6))
@pytest.mark.parametrize("complete", [True, False])
def test_failure_while_moving_puts_the_old_files_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moves_before: int, complete: bool
) -> None:
    save(tmp_path, seed=1)
    if not complete:
        (tmp_path / "summary.csv").unlink()
    before = everything(tmp_path)
    rename, left = Path.rename, [moves_before]

    def interrupted(self: Path, target: Path) -> Path:
        if tmp_path in {self.parent, target.parent}:
            left[0] -= 1
            if left[0] == -1:
                raise KeyboardInterrupt
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", interrupted)
    if not complete and moves_before == 5:
        save(tmp_path, seed=2)  # one file fewer to move: nothing left to interrupt
        return
    with pytest.raises(KeyboardInterrupt):
        save(tmp_path, seed=2)
    assert everything(tmp_path) == before


def test_file_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for name in ("file", "file/out"):
        with pytest.raises(OutputError, match="file is a file, not a directory"):
            require_writable(tmp_path / name)


def test_directory_where_a_file_belongs(tmp_path: Path) -> None:
    (tmp_path / "summary.csv").mkdir()
    with pytest.raises(OutputError, match=r"summary\.csv is a directory"):
        require_writable(tmp_path)


def test_asking_leaves_nothing_behind(tmp_path: Path) -> None:
    for name in ("", "new", "deep/er/new"):
        require_writable(tmp_path / name)
        assert not list(tmp_path.iterdir())


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs a directory that not even root fills")
@pytest.mark.parametrize("name", ["", "new", "deep/er/new"])
def test_directory_that_may_not_be_written(name: str) -> None:
    with pytest.raises(OutputError, match=r"/proc cannot be written to \(.+\)\. Name another"):
        require_writable(Path("/proc") / name)
