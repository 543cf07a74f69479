"""Intensity that changes as an observed series has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import special

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from integrasim.scenario.processes import Bootstrap
    from integrasim.world.arrivals.setting import Setting


def bootstrap(process: Bootstrap, setting: Setting) -> NDArray[np.float64]:
    """Persons per month in Germany by a ``bootstrap`` process, (draw, month)."""
    assert setting.history is not None  # the plan has one for each process that draws on it
    changes = process.changes(setting.history)
    months = len(setting.months)
    drawn = drawn_changes(
        special.ndtr(setting.normals("restarts", months)),
        special.ndtr(setting.normals("shocks", months)),
        value=changes.value,
        following=changes.following,
        block_length=setting.numbers["block_length"],
    )
    return np.asarray(setting.numbers["initial"][:, None] * np.exp(np.cumsum(drawn, axis=1)))


def drawn_changes(
    restarts: NDArray[np.float64],
    positions: NDArray[np.float64],
    *,
    value: NDArray[np.float64],
    following: NDArray[np.int64],
    block_length: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Stationary bootstrap of a series of changes (Politis and Romano 1994).

    A block begins in the first month, and in any other with probability 1/L; its first
    change is the quantile of all changes at the month's position. Otherwise the change
    follows that was observed next. Every change is equally likely in every month.

    Parameters
    ----------
    restarts, positions
        (draw, month) numbers in (0, 1].
    value
        (change,) observed changes.
    following
        (change,) place of the change that comes next: a permutation.
    block_length
        (draw,) mean length L ≥ 1 of a block in months.

    Returns
    -------
    numpy.ndarray
        (draw, month) changes.

    References
    ----------
    Politis and Romano (1994), "The Stationary Bootstrap", Journal of the American
    Statistical Association 89.

    Examples
    --------
    A block of two months from the smallest change, then one from the largest:

    >>> drawn_changes(np.array([[0.9, 0.9, 0.1]]), np.array([[0.1, 0.1, 0.9]]),
    ...               value=np.array([0.3, -0.2, 0.1]), following=np.array([1, 2, 0]),
    ...               block_length=np.array([4.0]))
    array([[-0.2,  0.1,  0.3]])
    """
    by_size = np.argsort(value, kind="stable")
    ranks = np.minimum((positions * value.size).astype(np.int64), value.size - 1)
    fresh = by_size[ranks]
    begins = restarts < 1.0 / block_length[:, None]
    place = fresh[:, 0]
    drawn = np.empty_like(positions)
    for month in range(positions.shape[1]):
        if month > 0:
            place = np.where(begins[:, month], fresh[:, month], following[place])
        drawn[:, month] = value[place]
    return drawn
