"""The directory that a run writes: result.nc, summary.csv and manifest.json, all or none."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from integrasim.engine.storage import save_manifest, save_result
from integrasim.profiling import stage
from integrasim.reporting.summary import save_summary

if TYPE_CHECKING:
    from collections.abc import Iterator

    import xarray as xr

__all__ = ["MANIFEST", "RESULT", "SUMMARY", "OutputError", "require_writable", "save_output"]

RESULT, SUMMARY, MANIFEST = "result.nc", "summary.csv", "manifest.json"
_NAMES = (RESULT, SUMMARY, MANIFEST)


class OutputError(ValueError):
    """
    A directory cannot take a run's output, with the reason and the remedy.

    Examples
    --------
    >>> raise OutputError("out is a file, not a directory. Name another directory.")
    Traceback (most recent call last):
    integrasim.reporting.output.OutputError: out is a file, not a directory. Name another directory.
    """


def require_writable(directory: str | Path) -> None:
    """Refuse a directory that could not be written to, before any time is spent on its content.

    A temporary directory, as :func:`save_output` needs one, is made and removed in
    the directory, or in the nearest one above it that exists: rights alone do not tell.

    Parameters
    ----------
    directory
        As for :func:`save_output`; it need not exist yet.

    Raises
    ------
    OutputError
        If it is a file, cannot be written to, or holds a directory where a file of
        the output belongs.

    Examples
    --------
    >>> require_writable("out/of/a/first/run")
    """
    target = Path(directory).absolute()
    existing = next(path for path in (target, *target.parents) if path.exists())
    if not existing.is_dir():
        raise OutputError(f"{existing} is a file, not a directory. Name another directory.")
    try:
        tempfile.TemporaryDirectory(prefix=".integrasim.", dir=existing).cleanup()
    except OSError as error:
        raise OutputError(
            f"{existing} cannot be written to ({error.strerror}). Name another directory."
        ) from error
    for name in _NAMES:
        if (target / name).is_dir():
            raise OutputError(f"{target / name} is a directory. Move it, or name another one.")


@stage("saving")
def save_output(
    result: xr.Dataset,
    *,
    yearly: xr.Dataset,
    horizon: xr.Dataset,
    directory: str | Path,
    with_draws: bool = True,
) -> dict[Path, int]:
    """Write a result, its comparison and its manifest into a directory.

    Everything is written to a temporary directory first and then moved. If anything
    fails or is interrupted, all is as it was. Files of the same names are replaced;
    nothing else in the directory is touched.

    Parameters
    ----------
    result
        A result of :func:`integrasim.simulate`.
    yearly, horizon
        Its comparisons by :func:`integrasim.compare`, by year and over the horizon.
    directory
        Where to write; it is made, with its parents, if it does not exist.
    with_draws
        Whether to write the result itself: not if it is in a store already. A ``result.nc`` of
        an earlier run is then removed, as its summary is replaced.

    Returns
    -------
    dict
        Path of each file → its size in bytes.

    Raises
    ------
    OSError
        If something cannot be written.

    Examples
    --------
    ``save_output(result, yearly=yearly, horizon=horizon, directory="out")``
    """
    target = Path(directory)
    with _staging(target) as staging:
        if with_draws:
            save_result(result, staging / RESULT)
        save_summary(yearly, horizon=horizon, path=staging / SUMMARY)
        save_manifest(result, staging / MANIFEST)
        if target.exists():
            _replace_files(staging, target)
        else:
            staging.rename(target)
    written = [target / name for name in _NAMES if with_draws or name != RESULT]
    return {path: path.stat().st_size for path in written}


@contextmanager
def _staging(target: Path) -> Iterator[Path]:
    """Make a temporary directory from which files can be renamed into the target.

    It lies in the target, or, where that is still to be made, beside it: on the same
    file system either way.
    """
    made = [path for path in target.parents if not path.exists()]
    home = target if target.exists() else target.parent
    staging = home / f".integrasim.{secrets.token_hex(4)}.partial"
    try:
        staging.mkdir(parents=True)
        yield staging
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        for path in made:
            with suppress(OSError):
                path.rmdir()
        raise
    shutil.rmtree(staging, ignore_errors=True)


def _replace_files(staging: Path, target: Path) -> None:
    """Move the files into an existing directory; put the old ones back if a move fails."""
    old = staging / "old"
    old.mkdir()
    new = [name for name in _NAMES if (staging / name).exists()]
    try:
        for name in _NAMES:
            if (target / name).exists():
                (target / name).rename(old / name)
            if name in new:
                (staging / name).rename(target / name)
    except BaseException:
        for name in _NAMES:
            if name in new and not (staging / name).exists():
                (target / name).unlink(missing_ok=True)
            if (old / name).exists():
                (old / name).rename(target / name)
        raise
