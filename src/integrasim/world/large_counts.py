"""Many binomial or Poisson quantiles at once, most of them of large numbers.

The same quantiles as in :mod:`integrasim.world.counts`. Where the mean is large, a walk up the
distribution function has hundreds of steps. Here the walks of all counts go in step, without a
branch and without a division, so that the processor takes several of them at a time.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numba
import numpy as np

from integrasim.world.counts import binomial_quantile, poisson_quantile

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FEW: Final = 50.0
"""Mean below which a walk from zero takes no longer."""
_DEVIATIONS: Final = 9.0
_STEPS: Final = 20.0
"""Standard deviations and steps below the mean at which a walk starts (left mass < 2⁻⁵³)."""
_NEGLIGIBLE: Final = 1e-19
"""Point mass below which, beyond the mean, a walk has reached the end."""
_OPEN: Final = -1
"""Count that is still to be found."""
_TOGETHER: Final = 16
"""Steps between two looks at whether all walks have ended."""


@numba.njit(nogil=True, error_model="numpy")
def _walk(uniforms, start, mass, mean, base, slope):
    """Walk the distribution functions upwards until they cover their uniforms.

    Mass recursion: f(k) = f(k-1) · (base - slope·k) / k. Mass, distribution function and uniform
    are all multiplied by k/mean in each step, so that nothing is divided: only their order
    counts. The uniform of a walk that has ended becomes 0, which no later step can raise.
    """
    size = uniforms.size
    steps = np.zeros(size)
    uniform, reached = uniforms.copy(), mass.copy()
    per_mean = 1.0 / mean
    base, slope = base * per_mean, slope * per_mean
    step, left = 0.0, True
    while left:
        for _ in range(_TOGETHER):
            step += 1.0
            for i in range(size):
                count = start[i] + step
                scale = count * per_mean[i]
                may_go_on = (mass[i] > _NEGLIGIBLE * uniform[i]) | (scale <= 1.0)
                goes_on = (uniform[i] > reached[i]) & may_go_on
                steps[i] += 1.0 if goes_on else 0.0
                uniform[i] = uniform[i] * scale if goes_on else 0.0
                mass[i] *= base[i] - slope[i] * count
                reached[i] = reached[i] * scale + mass[i]
        left = uniform.any()
    return start + steps


@numba.njit(nogil=True, error_model="numpy")
def large_binomial_counts(uniforms, trials, probability):
    """Quantiles of binomial distributions, each (count,): smallest k with F(k) ≥ uniform."""
    size = uniforms.size
    uniform, start, mass = np.zeros(size), np.zeros(size), np.ones(size)
    mean, base, slope = np.ones(size), np.ones(size), np.zeros(size)
    out = np.empty(size, dtype=np.int64)
    for i in range(size):
        n, p = trials[i], probability[i]
        if n * p < _FEW or p >= 1.0:
            out[i] = binomial_quantile(uniforms[i], n, p)
            continue
        out[i] = _OPEN
        odds = p / (1.0 - p)
        uniform[i], mean[i], base[i], slope[i] = uniforms[i], n * p, odds * (n + 1.0), odds
        spread = _DEVIATIONS * math.sqrt(mean[i] * (1.0 - p)) + _STEPS
        start[i] = max(math.floor(mean[i] - spread), 0.0)
        mass[i] = math.exp(
            math.lgamma(n + 1.0)
            - math.lgamma(start[i] + 1.0)
            - math.lgamma(n - start[i] + 1.0)
            + start[i] * math.log(odds)
            + n * math.log1p(-p)
        )
    found = _walk(uniform, start, mass, mean, base, slope)
    for i in range(size):
        if out[i] == _OPEN:
            out[i] = min(np.int64(found[i]), trials[i])
    return out


@numba.njit(nogil=True, error_model="numpy")
def _poisson_counts(uniforms, means):
    """Quantiles of Poisson distributions, each (count,): smallest k with F(k) ≥ uniform."""
    size = uniforms.size
    uniform, start, mass = np.zeros(size), np.zeros(size), np.ones(size)
    mean, slope = np.ones(size), np.zeros(size)
    out = np.empty(size, dtype=np.int64)
    for i in range(size):
        if means[i] < _FEW:
            out[i] = poisson_quantile(uniforms[i], means[i])
            continue
        out[i] = _OPEN
        uniform[i], mean[i] = uniforms[i], means[i]
        start[i] = max(math.floor(mean[i] - _DEVIATIONS * math.sqrt(mean[i]) - _STEPS), 0.0)
        mass[i] = math.exp(start[i] * math.log(mean[i]) - mean[i] - math.lgamma(start[i] + 1.0))
    found = _walk(uniform, start, mass, mean, mean, slope)
    for i in range(size):
        if out[i] == _OPEN:
            out[i] = np.int64(found[i])
    return out


@numba.njit(nogil=True, cache=True)
def _write_poisson_counts(uniforms, means, out):
    """Fill an array with Poisson quantiles, row by row."""
    for row in range(len(out)):
        out[row] = _poisson_counts(uniforms[row], means[row])


def large_poisson_counts(
    uniforms: NDArray[np.float64], means: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Poisson counts by inversion, most of them large.

    Parameters
    ----------
    uniforms
        (draw, count) numbers in (0, 1).
    means
        (draw, count) means of the counts, finite and not negative.

    Returns
    -------
    numpy.ndarray
        (draw, count) smallest k with P(N ≤ k) ≥ uniform.

    Examples
    --------
    >>> large_poisson_counts(np.array([[0.5, 0.99]]), np.array([[2000.0, 2000.0]]))
    array([[2000, 2105]])
    """
    out = np.empty(uniforms.shape, dtype=np.int64)
    _write_poisson_counts(uniforms, means, out)
    return out
