"""Whole persons from the expected ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from integrasim.world.counts import poisson_counts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from integrasim.world.arrivals.setting import Setting


def count_persons(
    counts: str, intensity: NDArray[np.float64], setting: Setting
) -> NDArray[np.int64]:
    """Persons who arrive in the Land.

    Parameters
    ----------
    counts
        ``"exact"`` or ``"poisson"``.
    intensity
        (draw, month) persons in Germany, season included.
    setting
        The channel, whose numbers hold the share of the Land.

    Returns
    -------
    numpy.ndarray
        (draw, month) persons.
    """
    share = setting.numbers["share"][:, None]
    if counts == "exact":
        return whole_persons(intensity, share)
    return poisson_counts(setting.uniforms("counts"), intensity * share)


def whole_persons(intensity: NDArray[np.float64], share: NDArray[np.float64]) -> NDArray[np.int64]:
    """Round expected persons to whole ones, without chance.

    The fraction of a person left over in one month is carried to the next, so the
    sum over the horizon is the expected sum to the nearest person.

    Parameters
    ----------
    intensity
        (draw, month) persons per month in Germany.
    share
        (draw, 1) share of them that arrives in the Land.

    Returns
    -------
    numpy.ndarray
        (draw, month) persons.

    Examples
    --------
    >>> whole_persons(np.array([[2.5, 2.5, 2.5]]), np.ones((1, 1)))
    array([[2, 3, 3]])
    """
    cumulated = np.rint(share * np.cumsum(intensity, axis=1))
    return np.diff(cumulated, axis=1, prepend=0.0).astype(np.int64)
