"""Whole numbers of persons from uniforms: binomial and Poisson by inversion.

A count is the quantile of its distribution at a given uniform. That keeps runs
comparable: the count never falls when the uniform, the number of persons or the
rate rises, so two worlds that differ a little stay close, person by person.
SciPy's quantile functions do the same at 1–2 µs a number, which is too slow for
the 10⁹ counts of a run; the tests hold these kernels against them.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numba
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FAR = 300.0
"""Where the mass at zero is below e⁻³⁰⁰, the search starts near the mean instead of at zero."""
_DEVIATIONS = 9.0
_STEPS = 20.0
"""Standard deviations and steps below the mean at which it then starts (left mass < 2⁻⁵³)."""
_NEGLIGIBLE = 1e-19
"""Point mass below which, beyond the mean, the search has reached the end."""
PREPARED_TRIALS = 1024
"""Fewer trials than these have their mass at zero and their reciprocals at hand."""
_RECIPROCAL = 1.0 / np.maximum(np.arange(PREPARED_TRIALS), 1)


@numba.njit(inline="always")
def _search(uniform, count, top, mass, mean, odds_top, odds, slope):
    """Walk the distribution function upwards until it covers the uniform.

    Mass recursion: f(k) = f(k-1) · odds · (odds_top - slope·k) / k.
    """
    cumulated = mass
    while uniform > cumulated and count < top and (mass > _NEGLIGIBLE or count < mean):
        count += 1
        mass *= odds * (odds_top - slope * count) / count
        cumulated += mass
    return count


@numba.njit(inline="always")
def odds_and_log_miss(probability):
    """Odds, and logarithm of the complement, for :func:`binomial_at`.

    They depend on the probability alone, which in a run holds for thousands of
    counts. Certain outcomes have infinite odds.
    """
    if probability >= 1.0:
        return np.inf, -np.inf
    return probability / (1.0 - probability), math.log1p(-probability)


@numba.njit(inline="always")
def binomial_at(uniform, trials, odds, log_miss):
    """Quantile of the binomial distribution with prepared odds."""
    if trials <= 0 or odds <= 0.0:
        return np.int64(0)
    if odds == np.inf:
        return np.int64(trials)
    mean = trials * (odds / (1.0 + odds))
    if -trials * log_miss > _FAR:
        return _binomial_far(uniform, np.int64(trials), odds, log_miss, mean)
    mass = math.exp(trials * log_miss)
    return _search(uniform, np.int64(0), np.int64(trials), mass, mean, trials + 1.0, odds, 1.0)


@numba.njit
def _binomial_far(uniform, trials, odds, log_miss, mean):
    """Quantile for a large mean: the mass at zero would underflow, so start nearer."""
    spread = _DEVIATIONS * math.sqrt(mean / (1.0 + odds)) + _STEPS
    count = max(np.int64(mean - spread), np.int64(0))
    log_mass = (
        math.lgamma(trials + 1.0)
        - math.lgamma(count + 1.0)
        - math.lgamma(trials - count + 1.0)
        + count * math.log(odds)
        + trials * log_miss
    )
    return _search(uniform, count, trials, math.exp(log_mass), mean, trials + 1.0, odds, 1.0)


@numba.njit
def masses_at_zero(log_miss, out):
    """Write the mass at zero of each number of trials, for :func:`binomial_prepared`."""
    out[0] = 1.0
    for trials in range(1, out.size):
        out[trials] = math.exp(trials * log_miss)


@numba.njit(inline="always")
def binomial_prepared(uniform, trials, odds, log_miss, at_zero):
    """Return what :func:`binomial_at` does, without its exponential and its divisions.

    They are most of its time for the small counts of a municipality.
    """
    if trials >= PREPARED_TRIALS or -trials * log_miss > _FAR:
        return binomial_at(uniform, trials, odds, log_miss)
    mass = at_zero[trials]
    cumulated = mass
    mean = trials * (odds / (1.0 + odds))
    count = np.int64(0)
    while uniform > cumulated and count < trials and (mass > _NEGLIGIBLE or count < mean):
        count += 1
        mass *= odds * (trials + 1.0 - count) * _RECIPROCAL[count]
        cumulated += mass
    return count


@numba.njit
def binomial_quantile(uniform, trials, probability):
    """Quantile of the binomial distribution: smallest k with F(k) ≥ uniform."""
    odds, log_miss = odds_and_log_miss(probability)
    return binomial_at(uniform, trials, odds, log_miss)


@numba.njit
def poisson_quantile(uniform, mean):
    """Quantile of the Poisson distribution: smallest k with F(k) ≥ uniform."""
    if mean <= 0.0:
        return np.int64(0)
    count = np.int64(0)
    log_mass = -mean
    if mean > _FAR:
        count = max(np.int64(mean - _DEVIATIONS * math.sqrt(mean) - _STEPS), np.int64(0))
        log_mass = count * math.log(mean) - mean - math.lgamma(count + 1.0)
    return _search(uniform, count, np.int64(2**62), math.exp(log_mass), mean, mean, 1.0, 0.0)


@numba.njit(nogil=True, cache=True)
def _poisson_counts(uniforms, means, out):
    """Fill a flat array with Poisson quantiles."""
    for position in range(out.size):
        out[position] = poisson_quantile(uniforms[position], means[position])


def poisson_counts(uniforms: NDArray[np.float64], means: NDArray[np.float64]) -> NDArray[np.int64]:
    """Poisson counts by inversion.

    Parameters
    ----------
    uniforms
        Numbers in (0, 1), any shape.
    means
        Means of the counts, of the same shape, finite and not negative.

    Returns
    -------
    numpy.ndarray
        Smallest k with P(N ≤ k) ≥ uniform, of the same shape.

    Examples
    --------
    >>> poisson_counts(np.array([0.5, 0.99]), np.array([2.0, 2.0]))
    array([2, 6])
    """
    out = np.empty(uniforms.size, dtype=np.int64)
    _poisson_counts(uniforms.ravel(), np.ascontiguousarray(means).ravel(), out)
    return out.reshape(uniforms.shape)
