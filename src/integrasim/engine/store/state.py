"""Where a stored run stands: what it is a run of, and how far it is.

Beside the variables a store has the group ``progress``. Its attributes say what run it is of and
whether that is finished; its array ``checkpoint`` holds the number of draws that are there, with
the moments over them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from integrasim.engine.store.errors import StoreError
from integrasim.extras import import_extra

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    import zarr
    from numpy.typing import NDArray

__all__ = [
    "CHECKPOINT",
    "PROGRESS",
    "State",
    "add_progress",
    "damaged",
    "is_zarr_group",
    "open_group",
    "read_state",
]

PROGRESS, CHECKPOINT = "progress", "checkpoint"
_FORMAT = 1
"""Number of this layout of a store; one more with each change that older versions cannot read."""


@dataclass(frozen=True)
class State:
    """What a store says of itself.

    Attributes
    ----------
    identity
        What its draws depend on.
    unit
        Draws that are written at once.
    draws
        Draws that were asked for.
    finished
        Whether all of them are there.
    variables
        Names of all variables, in their order.
    checkpoint
        Draws that are there, and the moments over them, packed.
    """

    identity: dict[str, Any]
    unit: int
    draws: int
    finished: bool
    variables: list[str]
    checkpoint: NDArray[np.float64]

    @property
    def done(self) -> int:
        """Draws that are there."""
        return self.draws if self.finished else int(self.checkpoint[0])

    @property
    def command(self) -> str:
        """The command that finishes the run, but for the name of the store."""
        scenario = next(iter(self.identity["input_files"]), "SCENARIO")
        return (
            f"integrasim run {scenario} --draws {self.draws} --seed {self.identity['seed']} "
            f"--keep {self.identity['keep']}"
        )


def is_zarr_group(path: Path) -> bool:
    """Whether a path may be a store at all."""
    return (path / "zarr.json").is_file()


def damaged(path: Path, reason: object) -> StoreError:
    """Say that a store is damaged, and in what."""
    return StoreError(
        f"{path}: this store is damaged ({reason}). Delete it, and run the simulation again."
    )


def open_group(path: Path, *, mode: Literal["r", "r+"]) -> zarr.Group:
    """Open a store by Zarr itself.

    Parameters
    ----------
    path
        Directory of the store.
    mode
        To read, or to read and write.

    Returns
    -------
    zarr.Group
        The group.
    """
    library: Any = import_extra("zarr", extra="scale")
    group: zarr.Group = library.open_group(path.absolute(), mode=mode)
    return group


def add_progress(
    group: zarr.Group, identity: dict[str, Any], *, unit: int, variables: list[str], length: int
) -> None:
    """Add to a store what it says of itself.

    Parameters
    ----------
    group
        The store.
    identity, unit, variables
        As in :class:`State`.
    length
        Numbers in a packed checkpoint.
    """
    codecs: Any = import_extra("zarr.codecs", extra="scale")
    said = {
        "format": _FORMAT,
        "identity": identity,
        "unit": unit,
        "variables": variables,
        "finished": False,
    }
    group.create_group(PROGRESS, attributes=said).create_array(
        CHECKPOINT,
        shape=(length,),
        chunks=(length,),
        dtype="float64",
        compressors=codecs.Crc32cCodec(),
        fill_value=0.0,
    )


def read_state(path: Path) -> State:
    """Read what a store says of itself.

    Parameters
    ----------
    path
        Directory of the store.

    Returns
    -------
    State
        As it is on disk now.

    Raises
    ------
    StoreError
        If it is no store of integrasim, of another layout, or damaged.
    """
    try:
        group: Any = open_group(path, mode="r")
        said = group[PROGRESS].attrs.asdict() if PROGRESS in group else {}
        if said.get("format") != _FORMAT:
            raise _foreign(path, group.attrs.get("integrasim_version"))
        return State(
            identity=said["identity"],
            unit=int(said["unit"]),
            draws=int(group.attrs["draws"]),
            finished=bool(said["finished"]),
            variables=said["variables"],
            checkpoint=group[PROGRESS][CHECKPOINT][...],
        )
    except StoreError:
        raise
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise damaged(path, error) from error


def _foreign(path: Path, version: object) -> StoreError:
    """Say that a store is not one of this layout."""
    if version is None:
        return StoreError(
            f"{path}: this Zarr group is no store of integrasim. Name one that a run has written."
        )
    return StoreError(
        f"{path}: this store was written by integrasim {version} in another layout. Use that one."
    )
