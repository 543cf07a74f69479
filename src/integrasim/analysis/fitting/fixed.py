"""A fixed number of arrivals, fitted to a series."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from integrasim.analysis.fitting.estimates import Estimate, Fitted, Sample

__all__ = ["fit_fixed"]

_MONTHS_PER_YEAR: Final = 12
_LEAST_DISPERSION: Final = 1e-6


def fit_fixed(sample: Sample) -> Fitted:
    """Take the mean of the last year for every month to come, and its scatter for dispersion.

    With the mean m and the variance s² of the last twelve months without their season, the
    dispersion of negative binomial counts is κ = (s² - m) / m² by the method of moments, with the
    standard error κ·√(2/11) of a normal variance. The standard error of the mean is left out:
    months of a year are not independent, and a table says nothing of how its level moves on.

    Parameters
    ----------
    sample
        The series.

    Returns
    -------
    Fitted
        ``monthly`` and ``dispersion``, or Poisson counts where months scatter no more than these.
    """
    months = np.exp(sample.logs[-_MONTHS_PER_YEAR:])
    mean = float(months.mean())
    dispersion = (float(months.var(ddof=1)) - mean) / mean**2
    monthly = {"monthly": Estimate(mean)}
    if dispersion < _LEAST_DISPERSION:
        return Fitted(monthly, {"counts": "poisson"})
    error = dispersion * math.sqrt(2.0 / (_MONTHS_PER_YEAR - 1))
    return Fitted(
        monthly | {"dispersion": Estimate(dispersion, error, most=10.0)},
        {"counts": "negative_binomial"},
    )
