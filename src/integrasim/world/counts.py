"""Whole numbers of persons from uniforms: binomial and Poisson by inversion.

A count is the quantile of its distribution at a given uniform. That keeps runs
comparable: the count never falls when the uniform, the number of persons or the
rate rises, so two worlds that differ a little stay close, person by person.
SciPy's quantile functions do the same at 1–2 µs a number, which is too slow for
the 10⁹ counts of a run; the tests hold these kernels against them.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

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
TABLED_TRIALS = 8192
"""Fewer trials than these have their distribution at the mode in a table."""
_BLIND_STEPS = 3
"""Steps that all walks take together before those that go on are told apart: fastest of 0 to 8."""


class BinomialTables(NamedTuple):
    """Where the walks of :func:`binomial_counts` begin: at the mode, for each number of trials.

    Attributes
    ----------
    probability
        (change,) probability of each of several changes.
    filled
        (change,) numbers of trials of which the tables know, from 0 on.
    at_mode
        (change, trials, 2) point mass and distribution function at the mode, side by side
        because they are read together.
    """

    probability: NDArray[np.float64]
    filled: NDArray[np.int64]
    at_mode: NDArray[np.float64]


class Workspace(NamedTuple):
    """Memory for :func:`binomial_counts`, each (count,)."""

    mass: NDArray[np.float64]
    cumulated: NDArray[np.float64]
    missing: NDArray[np.float64]
    walking: NDArray[np.uint32]


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
def binomial_tables(changes):
    """Make tables for a number of changes; :func:`set_probability` begins each."""
    return BinomialTables(
        np.empty(changes),
        np.zeros(changes, dtype=np.int64),
        np.empty((changes, TABLED_TRIALS, 2)),
    )


@numba.njit
def workspace(count):
    """Make memory for :func:`binomial_counts`."""
    return Workspace(
        np.empty(count), np.empty(count), np.empty(count), np.empty(count, dtype=np.uint32)
    )


@numba.njit
def set_probability(tables, change, probability):
    """Begin the tables of a change anew."""
    tables.probability[change] = probability
    tables.filled[change] = 1
    tables.at_mode[change, 0] = 1.0


@numba.njit(inline="always")
def _mode(trials, probability):
    """Most likely count; where two are, the larger one."""
    return min(np.floor((trials + 1.0) * probability), trials)


@numba.njit(error_model="numpy")
def _fill_tables(tables, change, trials):
    """Continue the tables of a change up to a number of trials.

    From n - 1 trials to n, with q = 1 - p:

        f(n, k) = f(n-1, k) · q · n / (n - k)  and  F(n, k) = F(n-1, k) - p · f(n-1, k);

    the mode k then stays, or moves on by one: f(n, k+1) = f(n, k) · p / q · (n - k) / (k + 1).
    """
    probability = tables.probability[change]
    odds, miss = probability / (1.0 - probability), 1.0 - probability
    filled = tables.filled[change]
    mass, cumulated = tables.at_mode[change, filled - 1]
    mode = _mode(filled - 1.0, probability)
    for n in range(filled, trials + 1):
        if probability < 1.0:
            cumulated -= probability * mass
            mass *= miss * n / (n - mode)
            if _mode(np.float64(n), probability) > mode:
                mass *= odds * (n - mode) / (mode + 1.0)
                mode += 1.0
                cumulated += mass
        tables.at_mode[change, n, 0], tables.at_mode[change, n, 1] = mass, cumulated
    tables.filled[change] = trials + 1


@numba.njit(inline="always")
def _depart(uniform, trials, probability, mass, cumulated):
    """Look from the mode to the side on which the quantile lies.

    Downwards is upwards for the failures: with the complements of the uniform and of the
    distribution function, and the reciprocal of the odds. Gives the direction, what must be
    covered, what is, and the factors of the next mass: odds · numerator / denominator.
    """
    mode = _mode(trials, probability)
    odds = probability / (1.0 - probability)
    up = uniform > cumulated
    return (
        1.0 if up else -1.0,
        mode,
        uniform if up else 1.0 - uniform,
        cumulated if up else 1.0 - cumulated + mass,
        odds if up else 1.0 / odds,
        trials - mode if up else mode,
        mode + 1.0 if up else trials - mode + 1.0,
    )


@numba.njit(nogil=True, error_model="numpy")
def _walk_together(uniforms, trials, probability, work, counts):
    """Take the first steps of all walks; note how much those who go on still miss."""
    for i in range(trials.size):
        mass = work.mass[i]
        side, count, wanted, covered, odds, numerator, denominator = _depart(
            uniforms[i], np.float64(trials[i]), probability, mass, work.cumulated[i]
        )
        for _ in range(_BLIND_STEPS):
            mass *= odds * numerator / denominator
            goes_on = (wanted > covered) & (mass > _NEGLIGIBLE)
            covered += mass if goes_on else 0.0
            count += side if goes_on else 0.0
            numerator -= 1.0
            denominator += 1.0
        counts[i] = np.int32(count)
        work.missing[i] = wanted - covered if mass > _NEGLIGIBLE else 0.0


@numba.njit(error_model="numpy")
def _walk(uniform, trials, probability, mass, cumulated):
    """Walk from the mode to the quantile."""
    side, count, wanted, covered, odds, numerator, denominator = _depart(
        uniform, trials, probability, mass, cumulated
    )
    while wanted > covered:
        mass *= odds * numerator / denominator
        if not mass > _NEGLIGIBLE:
            break
        covered += mass
        count += side
        numerator -= 1.0
        denominator += 1.0
    return np.int32(count)


@numba.njit
def binomial_count(uniform, trials, tables, change):
    """Quantile of a single binomial; see :func:`binomial_counts`."""
    probability = tables.probability[change]
    if trials >= TABLED_TRIALS:
        return binomial_quantile(uniform, trials, probability)
    if trials >= tables.filled[change]:
        _fill_tables(tables, change, trials)
    mass, cumulated = tables.at_mode[change, trials]
    return np.int64(_walk(uniform, np.float64(trials), probability, mass, cumulated))


@numba.njit
def _look_up(trials, highest, tables, change, work):
    """Write mass and distribution function at the modes."""
    if highest >= tables.filled[change]:
        _fill_tables(tables, change, min(highest, TABLED_TRIALS - 1))
    at_mode = tables.at_mode[change]
    if highest < TABLED_TRIALS:
        for i in range(trials.size):
            n = np.uint32(trials[i])
            work.mass[i], work.cumulated[i] = at_mode[n, 0], at_mode[n, 1]
    else:
        for i in range(trials.size):
            n = np.uint32(min(trials[i], TABLED_TRIALS - 1))
            work.mass[i], work.cumulated[i] = at_mode[n, 0], at_mode[n, 1]


@numba.njit
def binomial_counts(uniforms, trials, tables, change, work, counts):
    """Write quantiles of many binomials with one probability; return their sum.

    The distribution function is walked from the mode, where it stands in a table, up or
    down to the uniform. The first steps are taken by all at once in wide registers, without
    asking who is there already: walks that end where no processor can foresee it take
    longer than their few steps.
    """
    highest = np.int32(0)
    for i in range(trials.size):
        highest = max(highest, trials[i])
    _look_up(trials, highest, tables, change, work)
    probability = tables.probability[change]
    _walk_together(uniforms, trials, probability, work, counts)
    left = np.uint32(0)
    for i in range(trials.size):
        # Without a branch: the place is taken again unless this walk goes on.
        work.walking[left] = i
        left += np.uint32(work.missing[i] > 0.0)
    for j in range(left):
        i = work.walking[j]
        counts[i] = _walk(
            uniforms[i], np.float64(trials[i]), probability, work.mass[i], work.cumulated[i]
        )
    if highest >= TABLED_TRIALS:
        odds, log_miss = odds_and_log_miss(probability)
        for i in range(trials.size):
            if trials[i] >= TABLED_TRIALS:
                counts[i] = binomial_at(uniforms[i], trials[i], odds, log_miss)
    total = np.int64(0)
    for i in range(trials.size):
        total += counts[i]
    return total


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
