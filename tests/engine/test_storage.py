"""Saved results come back as they were, whole or not at all."""

from __future__ import annotations

import json
import signal
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Literal

import netCDF4
import numpy as np
import pytest
import xarray as xr
from tests.analysis.synthetic import make_result

from integrasim.engine.storage import (
    ResultFileError,
    load_result,
    replacing,
    save_manifest,
    save_result,
)

if TYPE_CHECKING:
    from pathlib import Path


def assert_exactly_equal(found: xr.Dataset, expected: xr.Dataset) -> None:
    """Compare values, labels, attributes, types and the types of attributes."""
    xr.testing.assert_identical(found, expected)
    for name, variable in expected.variables.items():
        assert found.variables[name].dtype == variable.dtype, name
        assert found.variables[name].dims == variable.dims, name
    for name, value in expected.attrs.items():
        assert type(found.attrs[name]) is type(value), name


@pytest.mark.parametrize("own_worlds", [False, True])
@pytest.mark.parametrize("keep", ["municipality", "kreis", "land"])
def test_round_trip_is_exact(
    tmp_path: Path, keep: Literal["municipality", "kreis", "land"], own_worlds: bool
) -> None:
    result = make_result(draws=7, keep=keep, own_worlds=own_worlds)
    before = result.copy(deep=True)
    save_result(result, tmp_path / "result.nc")
    assert_exactly_equal(load_result(tmp_path / "result.nc"), result)
    assert_exactly_equal(result, before)


def test_round_trip_of_awkward_values(tmp_path: Path) -> None:
    result = make_result(draws=3).isel(option=[0])  # its labels are wider than they need be
    result["land_cost"][0, 0, 0, 0] = np.nan
    result["land_cost"][0, 1, 0, 0] = -0.0
    result["land_cost"][0, 2, 0, 0] = np.inf
    result["land_cost"][0, 2, 1, 0] = 5e-324
    result["land_cost"][0, 2, 1, 1] = 9.969209968386869e36  # netCDF's own mark of "no value"
    result["stock"][0, 0, 0] = -2147483647  # the same for whole numbers
    result["person_months"] = result["person_months"].astype(np.int64) + 2**62
    result["kept"] = ("year", [True, False])
    result["scale"] = xr.DataArray(np.float32(1.5))
    result = result.assign_coords(
        day=("year", np.array(["2025-01-01", "2026-07-01"], dtype="datetime64[s]")),
        option_label_de=("option", np.array(["Straße „ß“ €\n"], dtype=object)),
    )
    result["stock"].attrs["units"] = "days"  # must not be taken for a length of time
    result.attrs |= {"empty": "", "text": "Zeile 1\nZeile 2: ä", "share": 0.1, "big": 2**62}
    save_result(result, tmp_path / "result.nc")
    found = load_result(tmp_path / "result.nc")
    assert_exactly_equal(found, result)
    assert np.signbit(found["land_cost"].to_numpy()[0, 1, 0, 0])


def test_loaded_result_can_be_saved_again(tmp_path: Path) -> None:
    result = make_result(draws=3)
    save_result(result, tmp_path / "first.nc")
    save_result(load_result(tmp_path / "first.nc"), tmp_path / "second.nc")
    assert_exactly_equal(load_result(tmp_path / "second.nc"), result)


def test_only_some_variables_are_read(tmp_path: Path) -> None:
    result = make_result(draws=3)
    save_result(result, tmp_path / "result.nc")
    found = load_result(tmp_path / "result.nc", variables=["transfer", "of_another_level"])
    unread = set(result.data_vars) - {"transfer"}
    assert_exactly_equal(found, result.drop_vars(unread))


def test_file_needs_no_plugin_and_is_smaller(tmp_path: Path) -> None:
    """Every netCDF-C reads zlib; only the costs are left as they are."""
    result = make_result(draws=500)
    save_result(result, tmp_path / "result.nc")
    with netCDF4.Dataset(tmp_path / "result.nc") as file:
        filters = {name: v.filters() for name, v in file.variables.items() if v.dtype is not str}
    for name, used in filters.items():
        assert not used["zstd"], name
        compressed = name in result.data_vars and name not in {"gross_cost", "municipal_exposure"}
        if result[name].ndim > 1:
            assert used["zlib"] == compressed, name
    assert (tmp_path / "result.nc").stat().st_size < 0.8 * result.nbytes


@pytest.mark.parametrize(
    ("value", "kind"), [([1, 2], "list"), (True, "bool"), (None, "NoneType"), ({}, "dict")]
)
def test_attributes_that_netcdf_cannot_keep_are_named(
    tmp_path: Path, value: Any, kind: str
) -> None:
    result = make_result(draws=2)
    result["transfer"].attrs["odd"] = value
    with pytest.raises(TypeError, match=f"\"odd\" of 'transfer' is a {kind}"):
        save_result(result, tmp_path / "result.nc")
    result.attrs["odd"] = value
    with pytest.raises(TypeError, match=f'"odd" of the result is a {kind}'):
        save_manifest(result, tmp_path / "manifest.json")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("failure", [OSError("disk full"), KeyboardInterrupt()])
def test_failure_leaves_nothing_and_keeps_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: BaseException
) -> None:
    path = tmp_path / "result.nc"
    old = make_result(draws=2)
    save_result(old, path)
    to_netcdf = xr.Dataset.to_netcdf

    def fail_late(self: xr.Dataset, *args: Any, **named: Any) -> None:
        to_netcdf(self, *args, **named)
        raise failure

    monkeypatch.setattr(xr.Dataset, "to_netcdf", fail_late)
    with pytest.raises(type(failure)):
        save_result(make_result(draws=3), path)
    assert list(tmp_path.iterdir()) == [path]
    assert_exactly_equal(load_result(path), old)


def test_save_into_nowhere(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="there is no directory"):
        save_result(make_result(draws=2), tmp_path / "missing" / "result.nc")
    with pytest.raises(IsADirectoryError, match="name a file"):
        save_result(make_result(draws=2), tmp_path)
    assert not list(tmp_path.iterdir())


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ResultFileError, match=r"no\.nc: there is no such file\. Name"):
        load_result(tmp_path / "no.nc")


def test_directory(tmp_path: Path) -> None:
    with pytest.raises(ResultFileError, match=r'this is a directory\. .*"result\.nc"'):
        load_result(tmp_path)


@pytest.mark.parametrize("content", [b"", b"scope,key\r\n", b"\x89HDF\r\n\x1a\n" + b"\0" * 500])
def test_foreign_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "foreign.nc"
    path.write_bytes(content)
    with pytest.raises(ResultFileError, match="not a netCDF file, or it is damaged"):
        load_result(path)


@pytest.mark.parametrize("share", [0.01, 0.3, 0.9, 0.999])
def test_truncated_file(tmp_path: Path, share: float) -> None:
    path = tmp_path / "result.nc"
    save_result(make_result(draws=200), path)
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(ResultFileError, match="damaged"):
        load_result(path)


def test_damaged_data(tmp_path: Path) -> None:
    """Bytes overwritten in the middle of compressed data are noticed when they are read."""
    path = tmp_path / "result.nc"
    save_result(make_result(draws=2000)[["transfer"]], path)
    content = bytearray(path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 200] = b"\xff" * 200
    path.write_bytes(content)
    with pytest.raises(ResultFileError, match="damaged"):
        load_result(path)


def test_netcdf_of_somebody_else(tmp_path: Path) -> None:
    xr.Dataset({"t": ("x", [1.0])}).to_netcdf(tmp_path / "other.nc")
    with pytest.raises(ResultFileError, match="no result of integrasim"):
        load_result(tmp_path / "other.nc")


def test_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "result.nc"
    path.write_bytes(b"")

    def refuse(*_args: object, **_named: object) -> None:
        raise PermissionError(13, "Permission denied")  # root may read everything

    monkeypatch.setattr(xr, "open_dataset", refuse)
    with pytest.raises(ResultFileError, match="may not be read"):
        load_result(path)


def test_loaded_file_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "result.nc"
    save_result(make_result(draws=2), path)
    first = load_result(path)
    save_result(make_result(draws=3), path)
    assert first.sizes["draw"] == 2
    assert load_result(path).sizes["draw"] == 3


def test_manifest_is_sorted_json(tmp_path: Path) -> None:
    result = make_result(draws=2)
    result.attrs["seed"] = np.int64(0)
    save_manifest(result, tmp_path / "manifest.json")
    text = (tmp_path / "manifest.json").read_text(encoding="utf-8")
    manifest = json.loads(text)
    assert manifest == {**result.attrs, "seed": 0}
    assert list(manifest) == sorted(manifest)
    assert "Größe" in text
    assert text.endswith("}\n")


def test_replacing_gives_a_name_in_the_same_directory(tmp_path: Path) -> None:
    with replacing(tmp_path / "a.txt") as temporary:
        assert temporary.parent == tmp_path
        temporary.write_text("new")
        assert not (tmp_path / "a.txt").exists()
    assert (tmp_path / "a.txt").read_text() == "new"


def test_an_interrupt_waits_until_the_result_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within ``to_netcdf`` it would leave xarray's lock held; the file is whole, then it counts."""
    write = xr.Dataset.to_netcdf

    def interrupted(self: xr.Dataset, *args: Any, **kwargs: Any) -> Any:
        signal.raise_signal(signal.SIGINT)
        return write(self, *args, **kwargs)

    monkeypatch.setattr(xr.Dataset, "to_netcdf", interrupted)
    handler = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        save_result(make_result(draws=2), tmp_path / "result.nc")
    assert signal.getsignal(signal.SIGINT) is handler
    assert not list(tmp_path.iterdir())


def test_a_result_can_be_saved_by_another_thread(tmp_path: Path) -> None:
    """Only the main thread may handle signals."""
    result = make_result(draws=2)
    with ThreadPoolExecutor(1) as threads:
        threads.submit(save_result, result, tmp_path / "result.nc").result()
    assert_exactly_equal(load_result(tmp_path / "result.nc"), result)
