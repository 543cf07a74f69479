"""Blocks of observed changes: how long they should be."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from integrasim.analysis.fitting.estimates import Estimate, Fitted, Sample

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["fit_bootstrap", "mean_block_length"]

_LEAST_LAGS: Final = 5


def fit_bootstrap(sample: Sample) -> Fitted:
    """Name the months to draw from, and choose the mean length of their blocks.

    Parameters
    ----------
    sample
        The series; its source is where the scenario finds it.

    Returns
    -------
    Fitted
        The keys of the process. The block length is a choice, not a property of the world: it has
        no standard error.

    Raises
    ------
    ValueError
        If the source of the series is not known.
    """
    if sample.source is None:
        raise ValueError(
            "a bootstrap draws on the series itself. Say with source= where a scenario finds it: "
            "the name of a packaged series or the path of a CSV table"
        )
    names = sample.observed.names
    length = mean_block_length(np.diff(sample.logs))
    return Fitted(
        {"block_length": Estimate(length), "initial": Estimate(math.exp(sample.logs[-1]))},
        {"series": sample.source, "from": names[0], "until": names[-1]},
    )


def mean_block_length(changes: NDArray[np.float64]) -> float:
    """Mean block length of a stationary bootstrap that minimises the error of a mean's variance.

    b = (G² / g²)^(1/3)·n^(1/3) with g = Σ w(k/M)·R(k) and G = Σ w(k/M)·|k|·R(k) over the
    autocovariances R, flat-top weights w (1 up to 1/2, falling to 0 at 1), and M twice the smallest
    lag m after which K correlations in a row lie within ±2·√(log₁₀(n) / n) (Politis and White 2004,
    "Automatic block-length selection for the dependent bootstrap", Econometric Reviews 23;
    corrected by Patton, Politis and White 2009, ibid. 28, where D = 2·g²).

    Parameters
    ----------
    changes
        (month,) changes of the logarithm.

    Returns
    -------
    float
        Months, at least 1 and at most min(3·√n, n/3).

    Examples
    --------
    Changes of three months each that then turn:

    >>> mean_block_length(np.resize([1.0, 1.0, 1.0, -1.0, 1.0, -1.0, -1.0], 84)) > 1.0
    True
    """
    count = changes.size
    centred = changes - changes.mean()
    farthest = max(_LEAST_LAGS, math.ceil(math.sqrt(math.log10(count))))
    most = min(count - 1, math.ceil(math.sqrt(count)) + farthest)
    covariance = np.array(
        [centred[: count - lag] @ centred[lag:] / count for lag in range(most + 1)]
    )
    band = 2.0 * math.sqrt(math.log10(count) / count) * covariance[0]
    small = np.abs(covariance[1:]) < band
    cut = next(
        (lag for lag in range(most - farthest + 1) if small[lag : lag + farthest].all()),
        most - farthest,
    )
    window = min(2 * max(cut, 1), most)
    lags = np.arange(-window, window + 1)
    weights = np.clip(2.0 * (1.0 - np.abs(lags) / window), 0.0, 1.0)
    weighted = weights * covariance[np.abs(lags)]
    slope, density = float(np.sum(np.abs(lags) * weighted)), float(np.sum(weighted))
    longest = min(3.0 * math.sqrt(count), count / 3.0)
    if density <= 0.0:
        return longest
    return float(np.clip((slope**2 / density**2 * count) ** (1.0 / 3.0), 1.0, longest))
