"""Opening a finished store without reading its draws."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any

import xarray as xr

from integrasim.engine.store.errors import StoreError
from integrasim.engine.store.state import damaged, is_zarr_group, open_group, read_state
from integrasim.engine.stored_types import restored
from integrasim.extras import import_extra

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["open_result"]

_READ_BYTES = 32 * 2**20
"""Bytes of a variable that are read at once by each thread when all of it is."""


def open_result(path: Path, *, variables: Sequence[str] | None = None) -> xr.Dataset:
    """Open the result of a finished run.

    Parameters
    ----------
    path
        Directory of the store.
    variables
        Data variables to open, of those that the store has; all if None.

    Returns
    -------
    xarray.Dataset
        As :func:`integrasim.simulate` gives it in memory, but variables over draws are dask arrays
        in chunks of draws, read when they are needed.

    Raises
    ------
    ImportError
        If zarr or dask is not installed.
    StoreError
        If the run is not finished, or this is no store of integrasim, or it is damaged.
    """
    if not is_zarr_group(path):
        raise StoreError(
            f'{path}: this is a directory. Name a file in it, such as "result.nc", or a store.'
        )
    import_extra("dask.array", extra="scale")
    state = read_state(path)
    if not state.finished:
        raise StoreError(
            f"{path}: this run is not finished: {state.done:,} of {state.draws:,} draws are there. "
            f"Finish it: {state.command} --store {path} --resume"
        )
    try:
        arrays = _arrays_over_draws(path)
        _require_files(path, arrays, unit=state.unit)
        opened = xr.open_dataset(
            path.absolute(),  # the working directory may be another one when draws are read
            engine="zarr",
            chunks=_chunks(arrays, unit=state.unit),
            cache=False,
            decode_timedelta=False,
            consolidated=False,
        )
        unwanted = set() if variables is None else set(opened.data_vars) - set(variables)
        result = restored(opened[[name for name in state.variables if name not in unwanted]])
        for name, variable in result.variables.items():
            if "draw" not in variable.dims:
                variable.load()
            elif name in result.data_vars:  # how it is best read
                variable.encoding = {"chunks": opened[name].encoding["chunks"]}
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise damaged(path, error) from error
    return result


def _arrays_over_draws(path: Path) -> dict[str, Any]:
    """Open the arrays that have draws, by name."""
    group: Any = open_group(path, mode="r")
    return {
        name: array for name, array in group.arrays() if name != "draw" and "draw" in _dims(array)
    }


def _require_files(path: Path, arrays: dict[str, Any], *, unit: int) -> None:
    """Refuse a store that lacks a file: Zarr would read it as zeros."""
    for name, array in arrays.items():
        where = _dims(array).index("draw")
        for number in range(ceil(array.shape[where] / unit)):
            place = ["0"] * array.ndim
            place[where] = str(number)
            file = path.joinpath(name, "c", *place)
            if not file.is_file() or not file.stat().st_size:
                raise FileNotFoundError(f"{file.relative_to(path)} is missing or empty")


def _chunks(arrays: dict[str, Any], *, unit: int) -> dict[str, int]:
    """Cut draws alone, into as many units as are to be read at once."""
    per_draw = max(
        array.nbytes // array.shape[_dims(array).index("draw")] for array in arrays.values()
    )
    whole = {dim: -1 for array in arrays.values() for dim in _dims(array)}
    return whole | {"draw": unit * max(_READ_BYTES // (per_draw * unit), 1)}


def _dims(array: Any) -> tuple[str, ...]:  # noqa: ANN401 (zarr knows more kinds of arrays than ours)
    """Dimensions of an array."""
    dims: tuple[str, ...] = array.metadata.dimension_names
    return dims
