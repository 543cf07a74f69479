"""Types of values and attributes that files do not keep, noted beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["plain", "restored", "with_stored_dtypes"]

_STORED_DTYPE = "stored_dtype"
"""Attribute in the file for a type that it does not keep: text width, time unit."""


def with_stored_dtypes(result: xr.Dataset) -> xr.Dataset:
    """Note the types of texts and times, which files do not keep, beside the values.

    Parameters
    ----------
    result
        Not changed.

    Returns
    -------
    xarray.Dataset
        The same with the notes.
    """
    stored = result.drop_encoding()
    for name, variable in stored.variables.items():
        if variable.dtype.kind in "UMO":
            stored[name].attrs[_STORED_DTYPE] = variable.dtype.str
    return stored


def restored(loaded: xr.Dataset) -> xr.Dataset:
    """Give types and attributes back as they were saved.

    Parameters
    ----------
    loaded
        From a file that :func:`with_stored_dtypes` was written to.

    Returns
    -------
    xarray.Dataset
        As it was before; values over draws may still be unread.
    """
    result = loaded.drop_encoding()
    result.attrs = {name: plain(value) for name, value in result.attrs.items()}
    for name in list(result.variables):
        attributes = {key: plain(value) for key, value in result[name].attrs.items()}
        dtype = attributes.pop(_STORED_DTYPE, None)
        if dtype is not None:
            result[name] = result[name].astype(dtype)
        result[name].attrs = attributes
    return result


def plain(value: object) -> object:
    """Turn a NumPy number into a Python one.

    Parameters
    ----------
    value
        Anything; what is no NumPy number stays as it is.

    Returns
    -------
    object
        The same value.
    """
    return value.item() if isinstance(value, np.generic) else value
