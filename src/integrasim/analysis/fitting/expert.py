"""Quantiles of yearly arrivals from the quantiles of past yearly growth."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from integrasim.analysis.fitting.estimates import Estimate, Fitted, Sample, rounded
from integrasim.region import month_name
from integrasim.world.arrivals.bootstrap import drawn_changes
from integrasim.world.streams import Stream

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["fit_expert"]

_MONTHS_PER_YEAR: Final = 12
_YEARS: Final = 5
_PROBABILITIES: Final = (0.1, 0.5, 0.9)
_NAMES: Final = ("p10", "p50", "p90")
_REPLICATES: Final = 400
_LEAST_GAP: Final = 0.01
_FEWEST, _MOST = 1.0, 1.2e8


def fit_expert(sample: Sample) -> Fitted:
    """Take the next years' quantiles from those of past growth from year to year.

    Growth is that of twelve months' persons over the twelve months before, ending in each month of
    the series. The first calendar year after the series (also one that it has begun) has the
    persons of the last twelve months times exp of the quantiles q of growth at 10, 50 and 90 %. Its
    median is kept for later years, as a trend is not carried on; in the k-th the distances of q10
    and q90 from it are √k times as large, as for independent yearly growth, whose totals have the
    correlation √½ from the first year to the second. Standard errors of the first year's quantiles
    are those of 400 stationary bootstraps of the overlapping growth in blocks of twelve months on
    average.

    Parameters
    ----------
    sample
        The series.

    Returns
    -------
    Fitted
        ``yearly`` for five calendar years and ``persistence``; the first year's quantiles as
        further estimates.
    """
    persons = np.exp(sample.logs)
    yearly = np.convolve(persons, np.ones(_MONTHS_PER_YEAR), mode="valid")
    growth = np.log(yearly[_MONTHS_PER_YEAR:] / yearly[:-_MONTHS_PER_YEAR])
    low, middle, high = np.quantile(growth, _PROBABILITIES)
    below, above = max(middle - low, _LEAST_GAP), max(high - middle, _LEAST_GAP)
    total = float(yearly[-1])
    first = int(month_name(sample.observed.end)[:4])
    quantiles = {}
    for step in range(1, _YEARS + 1):
        root = math.sqrt(step)
        logs = (middle - root * below, middle, middle + root * above)
        quantiles[str(first + step - 1)] = {
            name: _kept(total * math.exp(log), rank)
            for rank, (name, log) in enumerate(zip(_NAMES, logs, strict=True))
        }
    values = quantiles[str(first)]
    errors = _quantile_errors(growth)
    return Fitted(
        {},
        {"yearly": quantiles, "persistence": rounded(math.sqrt(0.5))},
        {
            name: Estimate(values[name], values[name] * error)
            for name, error in zip(_NAMES, errors, strict=True)
        },
    )


def _kept(persons: float, rank: int) -> float:
    """Keep persons within what a scenario allows, and the three quantiles apart there."""
    return rounded(np.clip(persons, _FEWEST * 2.0**rank, _MOST / 2.0 ** (2 - rank)))


def _quantile_errors(growth: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the standard errors of the quantiles of growth, (quantile,)."""
    stream = Stream(0, "fit.expert")
    numbers = stream.uniforms(range(_REPLICATES), 2 * growth.size)
    replicates = drawn_changes(
        numbers[:, : growth.size],
        numbers[:, growth.size :],
        value=growth,
        following=np.roll(np.arange(growth.size), -1),
        block_length=np.full(_REPLICATES, float(_MONTHS_PER_YEAR)),
    )
    return np.asarray(np.quantile(replicates, _PROBABILITIES, axis=1).std(axis=1, ddof=1))
