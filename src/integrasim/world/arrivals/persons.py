"""Whole persons from the expected ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from integrasim.world.large_counts import large_poisson_counts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from integrasim.scenario.processes import BaseProcess
    from integrasim.world.arrivals.setting import Setting


def count_persons(
    process: BaseProcess, intensity: NDArray[np.float64], setting: Setting
) -> NDArray[np.int64]:
    """Persons who arrive in the Land.

    Parameters
    ----------
    process
        What it says of the counts around the expected persons.
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
    if process.counts == "exact":
        return whole_persons(intensity, share)
    expected = intensity * share
    if process.counts == "negative_binomial":
        dispersion = setting.numbers["dispersion"][:, None]
        expected = dispersed(expected, setting.uniforms("dispersion"), dispersion)
    return large_poisson_counts(setting.uniforms("counts"), expected)


def dispersed(
    expected: NDArray[np.float64],
    uniforms: NDArray[np.float64],
    dispersion: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Poisson means whose counts are negative binomial.

    A Poisson count around a gamma variable with mean m and variance κ·m² is negative
    binomial with variance m + κ·m² (Greenwood and Yule 1920). Gamma quantile, then Poisson
    quantile: a count never falls when a uniform or the expectation rises.

    Parameters
    ----------
    expected
        (draw, month) expected persons m.
    uniforms
        (draw, month) numbers in (0, 1).
    dispersion
        (draw, 1) κ above 0.

    Returns
    -------
    numpy.ndarray
        (draw, month) means.

    Examples
    --------
    With κ = 1 they are exponential:

    >>> dispersed(np.array([[100.0]]), np.array([[0.5]]), np.array([[1.0]])).round(3)
    array([[69.315]])
    """
    return np.asarray(expected * dispersion * special.gammaincinv(1.0 / dispersion, uniforms))


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
