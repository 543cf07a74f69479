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
"""Fewer trials than these have their mass at zero at hand."""
_RECIPROCAL = 1.0 / np.maximum(np.arange(256), 1)
"""Enough for walks from zero: if the mass there is not negligible, it is at 150 and beyond."""


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
    """Write the mass at zero of each number of trials, as far as it is not negligible."""
    out[:] = 0.0
    out[0] = 1.0
    for trials in range(1, out.size):
        out[trials] = math.exp(trials * log_miss)
        if out[trials] <= _NEGLIGIBLE:
            break


@numba.njit
def binomial_counts(uniforms, trials, odds, log_miss, at_zero):
    """Quantiles of many binomials with one probability, the same as :func:`binomial_at` gives.

    All distribution functions are walked upwards together, step by step, and those
    that cover their uniform drop out. A walk of its own for each would end where no
    processor can foresee it, which takes longer than its few steps. ``at_zero`` are
    the :func:`masses_at_zero`.
    """
    counts = np.zeros_like(trials)
    mass = np.empty(trials.size)
    cumulated = np.empty(trials.size)
    walking = np.empty(trials.size, dtype=np.uint32)
    left = np.uint32(0)
    for i in range(trials.size):
        if trials[i] < at_zero.size:
            mass[i] = at_zero[trials[i]]
        else:
            mass[i] = math.exp(trials[i] * log_miss)
        cumulated[i] = mass[i]
        if mass[i] > _NEGLIGIBLE:
            walking[left] = i
            left += np.uint32(uniforms[i] > cumulated[i])
        else:
            counts[i] = binomial_at(uniforms[i], trials[i], odds, log_miss)
    count = 0
    while left > 0:
        count += 1
        before, left = left, np.uint32(0)
        odds_by_count = odds * _RECIPROCAL[count]
        for j in range(before):
            i = walking[j]
            point = mass[i] * (odds_by_count * (trials[i] + 1.0 - count))
            reached = cumulated[i] + point
            mass[i], cumulated[i], counts[i] = point, reached, count
            # Without a branch: the place is taken again unless this walk goes on.
            walking[left] = i
            goes_on = (uniforms[i] > reached) & (count < trials[i]) & (point > _NEGLIGIBLE)
            left += np.uint32(goes_on)
    return counts


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
