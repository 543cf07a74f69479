"""Writing a run to disk, unit by unit."""

from __future__ import annotations

import secrets
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from integrasim.engine.collection import Collection, RunningMoments
from integrasim.engine.dataset import build_dataset, manifest
from integrasim.engine.memory import bytes_on_disk
from integrasim.engine.reduction import Moments
from integrasim.engine.shapes import dims_at, dims_of_statistics, sizes
from integrasim.engine.storage import interrupt_afterwards
from integrasim.engine.store.checkpoint import Checkpoint, packed, packed_size, unpacked
from integrasim.engine.store.errors import StoreError
from integrasim.engine.store.identity import differences, identity
from integrasim.engine.store.layout import encoding, unit_draws
from integrasim.engine.store.reading import open_result
from integrasim.engine.store.state import (
    CHECKPOINT,
    PROGRESS,
    State,
    add_progress,
    is_zarr_group,
    open_group,
    read_state,
)
from integrasim.engine.stored_types import with_stored_dtypes
from integrasim.engine.variables import VARIABLES
from integrasim.extras import import_extra
from integrasim.profiling import stage

if TYPE_CHECKING:
    from collections.abc import Iterator

    import xarray as xr
    import zarr

    from integrasim.engine.job import BlockResult, Job

__all__ = ["StoredRun", "open_run"]

_GIB = 2**30


@stage("saving")
def open_run(path: str | Path, job: Job, *, resume: bool) -> StoredRun:
    """Make a store for a run, or go on with the one that is there.

    Parameters
    ----------
    path
        Directory of the store.
    job
        The simulation.
    resume
        Whether to go on with a store that is there. Where there is none, the run starts.

    Returns
    -------
    StoredRun
        Where the run stands.

    Raises
    ------
    ImportError
        If zarr or dask is not installed.
    StoreError
        If something is there already that is not to be resumed, or is of another run; or if the
        disk has no room for the draws to come.
    """
    import_extra("dask.array", extra="scale")  # before the long work, not after it
    target = Path(path)
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        _require_room(target, job, draws=job.scenario.draws)
        with interrupt_afterwards():
            _create(target, job)
        return StoredRun(target, job, read_state(target))
    state = _resumable(target, job, resume=resume)
    if not state.finished or state.draws < job.scenario.draws:
        _require_room(target, job, draws=job.scenario.draws - state.done)
        with interrupt_afterwards():
            _prepare(target, job)
    return StoredRun(target, job, read_state(target))


class StoredRun:
    """A run whose draws are written to disk as they are simulated.

    Parameters
    ----------
    path
        Directory of the store.
    job
        The simulation.
    state
        What the store says of itself.

    Attributes
    ----------
    done : int
        Draws before this one are on disk.
    unit : int
        Draws that are written at once.
    """

    def __init__(self, path: Path, job: Job, state: State) -> None:
        self.unit = state.unit
        self._path = path
        self._job = job
        self._draws = job.scenario.draws
        self._finished = state.finished
        checkpoint = unpacked(state.checkpoint, _shapes_of_statistics(job))
        self.done = self._draws if state.finished else checkpoint.done
        self._moments = RunningMoments(done=checkpoint.done, merged=checkpoint.moments)
        self._group: Any = open_group(path, mode="r+")
        self._arrays = _writable(self._group)
        self._parts: dict[int, Collection] = {}
        self._written: set[int] = set()

    @stage("collection")
    def add(self, result: BlockResult) -> None:
        """Take a block's result; when its unit is complete, write it.

        Parameters
        ----------
        result
            Draws that the store does not have yet.
        """
        self._moments.add(result.draws, result.statistics)
        start = result.draws.start // self.unit * self.unit
        if start not in self._parts:
            stop = min(start + self.unit, self._draws)
            self._parts[start] = Collection(self._job, range(start, stop))
        self._parts[start].add(result)
        if self._parts[start].complete:
            with self._writing():
                self._write(self._parts.pop(start))

    @stage("saving")
    def dataset(self) -> xr.Dataset:
        """Write what can be said only of all draws, and open the result.

        Returns
        -------
        xarray.Dataset
            Variables over draws are read from the store when they are needed.
        """
        if not self._finished:
            with self._writing():
                self._finish()
        return open_result(self._path)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Hold an interrupt back until what is begun is written; say what is left if it fails."""
        try:
            with interrupt_afterwards():
                yield
        except OSError as error:
            raise OSError(
                f"{self._path}: {error.strerror or error}. The draws before {self.done:,} are "
                "kept: when the disk takes more, resume the run"
            ) from error

    @stage("saving")
    def _write(self, part: Collection) -> None:
        """Write a unit, and after it how far the run is."""
        for name, values in part.kept.items():
            axis = self._job.dims(name).index("draw")
            place = (slice(None),) * axis + (slice(part.draws.start, part.draws.stop),)
            self._arrays[name][place] = values
        self._written.add(part.draws.start)
        while self.done in self._written:
            self._written.remove(self.done)
            self.done += self.unit
        self._write_checkpoint()

    def _write_checkpoint(self) -> None:
        """Replace the checkpoint, in one step.

        A last unit that is not full stays out of it: it is written anew when draws are added.
        """
        done = min(self.done, self._draws - self._draws % self.unit)
        checkpoint = Checkpoint(done, self._moments.merged(until=done))
        vector = packed(checkpoint, _shapes_of_statistics(self._job))
        self._group[PROGRESS][CHECKPOINT][...] = vector

    def _finish(self) -> None:
        """Write the statistics over all draws, and after them that the run is finished."""
        moments = self._moments.merged(until=self._draws)
        unwritten = _unwritten(self._job, unit=self.unit)
        labelled = build_dataset(self._job, unwritten, moments, draws=self._draws)
        for name, variable in labelled.data_vars.items():
            if "draw" not in variable.dims:
                self._group[str(name)][...] = variable.to_numpy()
        self._group[PROGRESS].attrs["finished"] = True
        self._finished = True


def _writable(group: zarr.Group) -> dict[str, Any]:
    """Open the arrays over draws so that each unit leaves a file, also where all is zero.

    A file that is not there is then known to be missing.
    """
    library: Any = import_extra("zarr", extra="scale")
    with library.config.set({"array.write_empty_chunks": True}):
        return {variable.name: group[variable.name] for variable in VARIABLES}


def _resumable(path: Path, job: Job, *, resume: bool) -> State:
    """Refuse what is there unless it is the same run, and to be gone on with."""
    if not is_zarr_group(path):
        raise StoreError(f"{path}: this exists already, and is no store. Name another one.")
    state = read_state(path)
    if not resume:
        raise StoreError(
            f"{path}: {state.done:,} of {state.draws:,} draws of a run are in this store. Resume "
            "the run (resume=True, or --resume), name another store, or delete this one."
        )
    if different := "; ".join(differences(state.identity, identity(job))):
        raise StoreError(
            f"{path}: this store is of another run. They differ in {different}. Resume it with "
            "what it was made with, or name another store."
        )
    if job.scenario.draws < state.draws:
        raise StoreError(
            f"{path}: this store is of {state.draws:,} draws, and {job.scenario.draws:,} are asked "
            f"for. Ask for {state.draws} or more, or name another store."
        )
    return state


def _require_room(path: Path, job: Job, *, draws: int) -> None:
    """Refuse a disk that will surely be full before the run ends."""
    free = shutil.disk_usage(path.parent).free
    needed = bytes_on_disk(job, draws=draws)
    if free < needed:
        raise StoreError(
            f"{path}: {draws:,} draws take about {needed / _GIB:.1f} GiB there, and "
            f"{free / _GIB:.1f} GiB are free. Make room, name a store on another disk, or ask for "
            "fewer draws or a coarser level (keep, or --keep)."
        )


def _create(path: Path, job: Job) -> None:
    """Write all but draws and statistics; the store appears whole or not at all."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.partial")
    try:
        unit = unit_draws(job)
        template = _template(job, unit=unit)
        template.to_zarr(
            temporary,
            mode="w-",
            compute=False,
            zarr_format=3,
            consolidated=False,
            encoding=encoding(template, unit=unit),
        )
        add_progress(
            open_group(temporary, mode="r+"),
            identity(job),
            unit=unit,
            variables=[str(name) for name in template.variables],
            length=packed_size(_shapes_of_statistics(job)),
        )
        temporary.rename(path)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def _prepare(path: Path, job: Job) -> None:
    """Make a store ready for as many draws as are asked for now.

    The number of draws is written last: if this is interrupted, it is done again.
    """
    draws = job.scenario.draws
    group: Any = open_group(path, mode="r+")
    group[PROGRESS].attrs["finished"] = False
    for name, array in group.arrays():
        dims = array.metadata.dimension_names
        if "draw" in dims and array.shape[dims.index("draw")] != draws:
            array.resize(
                [
                    draws if dim == "draw" else size
                    for dim, size in zip(dims, array.shape, strict=True)
                ]
            )
            if name == "draw":
                array[...] = np.arange(draws)
    group.attrs.update(manifest(job, draws))


def _template(job: Job, *, unit: int) -> xr.Dataset:
    """Label arrays that are not there yet, of types that Zarr keeps."""
    nothing = {
        name: Moments(1, np.zeros(shape), np.zeros(shape), np.zeros(shape, dtype=np.int64))
        for name, shape in _shapes_of_statistics(job).items()
    }
    template = with_stored_dtypes(
        build_dataset(job, _unwritten(job, unit=unit), nothing, draws=job.scenario.draws)
    )
    texts = {
        name: variable.astype(object)
        for name, variable in template.variables.items()
        if variable.dtype.kind == "U"
    }
    return template.assign_coords(texts)


def _unwritten(job: Job, *, unit: int) -> dict[str, Any]:
    """Arrays over all draws that take no memory."""
    array: Any = import_extra("dask.array", extra="scale")
    size = sizes(job)
    unwritten = {}
    for variable in VARIABLES:
        dims = dims_at(job, variable, job.keep)
        unwritten[variable.name] = array.zeros(
            tuple(size[dim] for dim in dims),
            chunks=tuple(unit if dim == "draw" else -1 for dim in dims),
            dtype=variable.dtype,
        )
    return unwritten


def _shapes_of_statistics(job: Job) -> dict[str, tuple[int, ...]]:
    """Shape of the moments over draws, by name."""
    size = sizes(job)
    return {
        name: tuple(size[dim] for dim in dims) for name, dims in dims_of_statistics(job).items()
    }
