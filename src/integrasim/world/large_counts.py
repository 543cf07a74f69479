"""Many binomial or Poisson quantiles at once, most of them of large numbers.

The same quantiles as in :mod:`integrasim.world.counts`. Where the mean is large, a walk up the
distribution function has hundreds of steps. Here the walks of all binomials go in step, without
a branch and without a division, so that the processor takes several of them at a time; the
Poisson distribution function near the quantile is SciPy's (that of the binomial takes longer
than the walk).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numba
import numpy as np
from scipy import special

from integrasim.world.counts import binomial_quantile
from integrasim.world.normal import normal_quantile

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
_LEAST: Final = 1e-300
"""Mean that stands for none at all."""
_TOGETHER: Final = 16
"""Steps between two looks at whether all walks have ended."""


@numba.njit(nogil=True, error_model="numpy")
def _walk(uniforms, start, mass, mean, odds, top):
    """Walk the distribution functions upwards until they cover their uniforms.

    Mass recursion: f(k) = f(k-1) · odds · (top - k) / k, where ``top`` is one more than the
    trials. Mass, distribution function and uniform are all multiplied by k/mean in each step, so
    that nothing is divided: only their order counts. The uniform of a walk that has ended becomes
    0, which no later step can raise.
    """
    size = uniforms.size
    steps = np.zeros(size)
    uniform, reached = uniforms.copy(), mass.copy()
    per_mean = 1.0 / mean
    odds_per_mean = odds * per_mean
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
                mass[i] *= odds_per_mean[i] * (top[i] - count)
                reached[i] = reached[i] * scale + mass[i]
        left = uniform.any()
    return start + steps


@numba.njit(nogil=True, error_model="numpy")
def large_binomial_counts(uniforms, trials, probability):
    """Quantiles of binomial distributions, each (count,): smallest k with F(k) ≥ uniform."""
    size = uniforms.size
    uniform, start, mass = np.zeros(size), np.zeros(size), np.ones(size)
    mean, odds, top = np.ones(size), np.zeros(size), np.ones(size)
    out = np.empty(size, dtype=np.int64)
    for i in range(size):
        n, p = trials[i], probability[i]
        if n * p < _FEW or p >= 1.0:
            out[i] = binomial_quantile(uniforms[i], n, p)
            continue
        out[i] = _OPEN
        uniform[i], mean[i], odds[i], top[i] = uniforms[i], n * p, p / (1.0 - p), n + 1.0
        spread = _DEVIATIONS * math.sqrt(mean[i] * (1.0 - p)) + _STEPS
        start[i] = max(math.floor(mean[i] - spread), 0.0)
        mass[i] = math.exp(
            math.lgamma(n + 1.0)
            - math.lgamma(start[i] + 1.0)
            - math.lgamma(n - start[i] + 1.0)
            + start[i] * math.log(odds[i])
            + n * math.log1p(-p)
        )
    found = _walk(uniform, start, mass, mean, odds, top)
    for i in range(size):
        if out[i] == _OPEN:
            out[i] = min(np.int64(found[i]), trials[i])
    return out


def large_poisson_counts(
    uniforms: NDArray[np.float64], means: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Poisson counts by inversion, most of them large.

    The expansion of Cornish and Fisher (1938) leads to within a few counts of the quantile, SciPy's
    distribution function tells how far it is.

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
    >>> large_poisson_counts(np.array([[0.5, 0.99]]), np.array([[2000.0, 2000.0]]))
    array([[2000, 2105]])
    """
    mean, normal = np.maximum(means, _LEAST), normal_quantile(uniforms)
    count = np.floor(mean + normal * np.sqrt(mean) + (normal**2 - 1.0) / 6.0)
    np.maximum(count, 0.0, out=count)
    reached = special.pdtr(count, mean)
    mass = np.exp(count * np.log(mean) - mean - special.gammaln(count + 1.0))
    _step(*(values.ravel() for values in (uniforms, mean, reached, mass, count)))
    return count.astype(np.int64)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _step(uniforms, means, reached, mass, counts):
    """Step from counts near their quantiles, with distribution function and mass, to these."""
    for i in range(counts.size):
        while reached[i] < uniforms[i] and (mass[i] > _NEGLIGIBLE or counts[i] < means[i]):
            counts[i] += 1.0
            mass[i] *= means[i] / counts[i]
            reached[i] += mass[i]
        while counts[i] > 0.0 and reached[i] - mass[i] >= uniforms[i]:
            reached[i] -= mass[i]
            mass[i] *= counts[i] / means[i]
            counts[i] -= 1.0
