"""The number of draws that are on disk and the moments over them, as one vector.

They are written together, in one file that is replaced in one step: whenever a run ends, the
moments belong to the draws.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from integrasim.engine.reduction import Moments

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = ["Checkpoint", "packed", "packed_size", "unpacked"]

_PARTS = 3
"""Mean, squares and positive."""


class Checkpoint(NamedTuple):
    """Draws that are on disk, and moments over them by name; without draws there are none."""

    done: int
    moments: dict[str, Moments]


def packed_size(shapes: Mapping[str, tuple[int, ...]]) -> int:
    """Return the length of the vector.

    Parameters
    ----------
    shapes
        Name → shape of the moments.

    Returns
    -------
    int
        Numbers in a packed checkpoint.
    """
    return 1 + _PARTS * sum(map(prod, shapes.values()))


def packed(checkpoint: Checkpoint, shapes: Mapping[str, tuple[int, ...]]) -> NDArray[np.float64]:
    """Put a checkpoint into a vector; counts are exact in it up to 2**53.

    Parameters
    ----------
    checkpoint
        Draws and moments.
    shapes
        Name → shape of the moments.

    Returns
    -------
    numpy.ndarray
        The draws, then mean, squares and positive of each.

    Examples
    --------
    >>> moments = Moments.of(np.array([[1.0], [3.0]]), axis=0)
    >>> packed(Checkpoint(2, {"transfer": moments}), {"transfer": (1,)})
    array([2., 2., 2., 2.])
    """
    vector = np.zeros(packed_size(shapes))
    vector[0] = checkpoint.done
    if checkpoint.done:
        parts = [
            part.ravel()
            for moments in (checkpoint.moments[name] for name in shapes)
            for part in (moments.mean, moments.squares, moments.positive)
        ]
        vector[1:] = np.concatenate([np.empty(0), *parts])
    return vector


def unpacked(vector: NDArray[np.float64], shapes: Mapping[str, tuple[int, ...]]) -> Checkpoint:
    """Take a checkpoint out of a vector.

    Parameters
    ----------
    vector
        From :func:`packed`.
    shapes
        Name → shape of the moments.

    Returns
    -------
    Checkpoint
        The same bits as were packed.

    Examples
    --------
    >>> unpacked(np.array([2.0, 2.0, 2.0, 2.0]), {"transfer": (1,)}).moments["transfer"].sd
    array([1.41421356])
    """
    done = int(vector[0])
    if not done:
        return Checkpoint(0, {})
    ends = np.cumsum([1, *(_PARTS * prod(shape) for shape in shapes.values())])
    moments = {}
    for (name, shape), start, stop in zip(shapes.items(), ends[:-1], ends[1:], strict=True):
        mean, squares, positive = vector[start:stop].reshape(_PARTS, *shape)
        moments[name] = Moments(done, mean, squares, positive.astype(np.int64))
    return Checkpoint(done, moments)
