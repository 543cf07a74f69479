"""Results on disk: netCDF-4 that gives back exactly what was saved.

Compression was measured on 2,000 draws × 5 years × 396 municipalities under two
options (260 MB in memory; one core, best of three):

=================================================  ======  ======  ======
filter                                              write    read    file
=================================================  ======  ======  ======
none                                                0.2 s   0.1 s  260 MB
zlib 1, shuffle                                     3.7 s   1.5 s  133 MB
zlib 4, shuffle                                     4.8 s   1.4 s  128 MB
zstd 1                                              0.7 s   0.4 s  128 MB
zlib 1, shuffle for counts only, not on the costs   1.1 s   0.4 s  132 MB
=================================================  ======  ======  ======

zstd is best where it can be read, but a netCDF-C library without its plugins
cannot read it, and results are meant to be read elsewhere and years later: every
netCDF-C reads zlib. The last row is as small and nearly as fast, so it is what
this module does. The hosting costs and what is left of them to the municipality
have random mantissas: zlib spends more than half of its time to make them 12 %
smaller. Shuffling helps counts and hurts amounts, many of which repeat (persons ×
rate, or zero).
"""

from __future__ import annotations

import json
import secrets
import signal
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from integrasim.engine.stored_types import plain, restored, with_stored_dtypes
from integrasim.profiling import stage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = [
    "ResultFileError",
    "interrupt_afterwards",
    "load_result",
    "replacing",
    "save_manifest",
    "save_result",
]

_INCOMPRESSIBLE = frozenset({"gross_cost", "municipal_exposure"})


class ResultFileError(ValueError):
    """
    A file is no result that can be read, with the reason and the remedy.

    Examples
    --------
    >>> load_result("no_such_result.nc")
    Traceback (most recent call last):
    integrasim.engine.storage.ResultFileError: no_such_result.nc: there is no such file. Name a file
    that integrasim has saved.
    """


@contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """Write a file so that it appears whole or not at all.

    The caller writes to the temporary path it is given, in the same directory.
    When the block ends, that file takes the place of ``path`` in one step; when it
    fails or is interrupted, the temporary file is removed and ``path`` is as it was.

    Parameters
    ----------
    path
        The file to write.

    Yields
    ------
    pathlib.Path
        The temporary path to write to.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> with replacing(folder / "note.txt") as temporary:
    ...     _ = temporary.write_text("whole")
    >>> [file.name for file in folder.iterdir()]
    ['note.txt']
    """
    target = Path(path)
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}.partial")
    try:
        yield temporary
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def interrupt_afterwards() -> Iterator[None]:
    """Hold an interrupt (Ctrl-C) back until the block has ended.

    An interrupt while xarray writes would leave its lock held: ``to_netcdf`` then waits
    for it for ever when it closes the file. Zarr would go on to write behind the caller's back.

    Yields
    ------
    None
        In another thread than the main one, which alone is interrupted, it does nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    held: list[int] = []
    handler = signal.signal(signal.SIGINT, lambda number, _: held.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
    if held:
        signal.raise_signal(signal.SIGINT)


@stage("saving")
def save_result(result: xr.Dataset, path: str | Path) -> None:
    """Save a result as netCDF-4, whole or not at all.

    :func:`load_result` gives back the same dataset: values, types, labels and
    attributes. Any netCDF-4 reader can open the file.

    Parameters
    ----------
    result
        A result of :func:`integrasim.simulate`. Not changed.
    path
        The file; one that exists is replaced.

    Raises
    ------
    TypeError
        If an attribute is neither a text nor a number: netCDF keeps nothing else.
    OSError
        If the file cannot be written; what was there before is then still there.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "result.nc"
    >>> result = xr.Dataset(
    ...     {"arrivals": (("draw", "month"), [[7, 9]])}, attrs={"integrasim_version": "0.1.0"})
    >>> save_result(result, file)
    >>> load_result(file).identical(result)
    True
    """
    target = Path(path)
    if not target.parent.is_dir():
        raise FileNotFoundError(f"there is no directory {target.parent} to save {target.name} in")
    if target.is_dir():
        raise IsADirectoryError(f"{target} is a directory; name a file to save the result in")
    _require_plain_attributes(result)
    stored = with_stored_dtypes(result)
    encoding = {str(name): _encoding(str(name), result[name]) for name in stored.variables}
    with replacing(target) as temporary, interrupt_afterwards():
        stored.to_netcdf(temporary, engine="netcdf4", encoding=encoding)


def load_result(path: str | Path, *, variables: Sequence[str] | None = None) -> xr.Dataset:
    """Load a result: a file into memory, a store without its draws.

    Parameters
    ----------
    path
        A file of :func:`save_result`, or a store that :func:`integrasim.simulate` has finished.
    variables
        Data variables to read, of those that the file has; all if None. Coordinates
        are always read.

    Returns
    -------
    xarray.Dataset
        The dataset as it was saved. A file is read and closed. Of a store, variables over
        draws are dask arrays in chunks of draws, read when they are needed;
        ``load_result(store).load()`` reads them all.

    Raises
    ------
    ImportError
        If it is a store, and zarr or dask is not installed.
    ResultFileError
        If it does not exist, is damaged, or is no result of integrasim; or if it is a store whose
        run is not finished.

    Examples
    --------
    See :func:`save_result`.
    """
    source = Path(path)
    if source.is_dir():
        from integrasim.engine.store import open_result  # noqa: PLC0415 (needs this module)

        return open_result(source, variables=variables)
    if not source.exists():
        raise _unreadable(source, "there is no such file", "Name a file that integrasim has saved.")
    try:
        with xr.open_dataset(
            source, engine="netcdf4", cache=False, decode_timedelta=False
        ) as opened:
            unwanted = set() if variables is None else set(opened.data_vars) - set(variables)
            loaded = opened.drop_vars(unwanted).load()
    except PermissionError as error:
        raise _unreadable(source, "this file may not be read", "Change its rights.") from error
    except (OSError, RuntimeError, ValueError, KeyError) as error:
        raise _unreadable(
            source,
            f"this is not a netCDF file, or it is damaged ({error})",
            "Name a file that integrasim has saved, or run the simulation again.",
        ) from error
    if "integrasim_version" not in loaded.attrs:
        raise _unreadable(
            source,
            "this netCDF file is no result of integrasim",
            'Name a file such as the "result.nc" of "integrasim run".',
        )
    return restored(loaded)


def save_manifest(result: xr.Dataset, path: str | Path) -> None:
    """Save a result's attributes (seed, draws, scenario, versions) as JSON.

    Parameters
    ----------
    result
        A result of :func:`integrasim.simulate`.
    path
        The file; one that exists is replaced, whole or not at all.

    Raises
    ------
    TypeError
        If an attribute is neither a text nor a number.
    OSError
        If the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "manifest.json"
    >>> save_manifest(xr.Dataset(attrs={"seed": 0, "draws": 10}), file)
    >>> print(file.read_text(encoding="utf-8"))
    {
      "draws": 10,
      "seed": 0
    }
    """
    _require_plain_attributes(result)
    text = json.dumps(
        {name: plain(value) for name, value in result.attrs.items()},
        ensure_ascii=False,
        indent=2,
        sort_keys=True,
    )
    with replacing(path) as temporary:
        temporary.write_bytes(f"{text}\n".encode())


def _unreadable(path: Path, message: str, remedy: str) -> ResultFileError:
    """Say which file cannot be read, why, and what to do."""
    return ResultFileError(f"{path}: {message}. {remedy}")


def _require_plain_attributes(result: xr.Dataset) -> None:
    """Refuse attributes that netCDF would change or could not keep."""
    owners = {"the result": result.attrs}
    owners |= {f"{name!r}": variable.attrs for name, variable in result.variables.items()}
    for owner, attributes in owners.items():
        for name, value in attributes.items():
            plain = isinstance(value, str | int | float | np.integer | np.floating)
            if not plain or isinstance(value, bool):
                raise TypeError(
                    f'the attribute "{name}" of {owner} is a {type(value).__name__}, but netCDF '
                    "keeps texts and numbers only"
                )


def _encoding(name: str, variable: xr.DataArray) -> dict[str, Any]:
    """Choose how a variable is written (see the module)."""
    unchanged: dict[str, Any] = {"_FillValue": None} if variable.dtype.kind in "iuf" else {}
    if variable.ndim == 0 or variable.dtype.kind not in "iuf" or name in _INCOMPRESSIBLE:
        return unchanged
    compressed = {"zlib": True, "complevel": 1, "shuffle": variable.dtype.kind in "iu"}
    return unchanged | compressed | _chunk_sizes(variable)


def _chunk_sizes(variable: xr.DataArray) -> dict[str, Any]:
    """Keep the chunks of a store: any that lie across them would be compressed many times."""
    chunks = variable.encoding.get("chunks", ())
    if len(chunks) != variable.ndim:
        return {}
    return {"chunksizes": tuple(map(min, chunks, variable.shape))}
