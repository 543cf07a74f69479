"""Mean reversion of the logarithm, fitted to a series."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from integrasim.analysis.fitting.estimates import Estimate, Fitted, Sample, delta_method
from integrasim.analysis.fitting.likelihood import maximise
from integrasim.extras import import_extra

__all__ = ["fit_log_ar1"]

_MOST_PERSONS: Final = 1e7
_MOST_VOLATILITY: Final = 5.0
_MOST_PERSISTENCE: Final = 0.999
_LEAST_DISPERSION: Final = 1e-4
"""Below it the counts vary no more than volatility does; a month of 10,000 has 1/10,000 anyway."""


def fit_log_ar1(sample: Sample) -> Fitted:
    """Estimate an AR(1) seen through noisy counts by exact maximum likelihood.

    ln y_t = x_t + u_t, x_t = c + φ·x_(t-1) + σ·ε_t, with u_t normal of variance ω: the Kalman
    filter of ``SARIMAX`` in statsmodels, started in the stationary distribution, so that φ stays
    below 1. Standard errors are those of the information matrix; level = exp(c / (1 - φ)) and
    σ follow by the delta method. To first order the logarithm of a negative binomial count has the
    variance 1/m + κ, so the dispersion is κ = ω - mean(1/y), and counts are Poisson where nothing
    is left of it.

    Parameters
    ----------
    sample
        The series.

    Returns
    -------
    Fitted
        All keys of the process. ``initial`` is the filtered level of the last month.
    """
    sarimax: Any = import_extra("statsmodels.tsa.statespace.sarimax", extra="hindcast")
    model = sarimax.SARIMAX(sample.logs, order=(1, 0, 0), trend="c", measurement_error=True)
    results = maximise(model)
    parameters = np.asarray(results.params)  # c, φ, ω, σ²
    covariance = np.nan_to_num(np.asarray(results.cov_params()))
    level = delta_method(lambda each: math.exp(each[0] / (1.0 - each[1])), parameters, covariance)
    volatility = delta_method(lambda each: math.sqrt(each[3]), parameters, covariance)
    errors = np.sqrt(np.diag(covariance))
    noise = float(parameters[2] - np.mean(1.0 / sample.observed.persons))
    estimates = {
        "initial": Estimate(
            math.exp(results.filtered_state[0, -1]),
            math.exp(results.filtered_state[0, -1])
            * math.sqrt(max(results.filtered_state_cov[0, 0, -1], 0.0)),
            most=_MOST_PERSONS,
        ),
        "level": Estimate(*level, most=_MOST_PERSONS),
        "persistence": Estimate(
            float(np.clip(parameters[1], 0.0, _MOST_PERSISTENCE)), float(errors[1]), "share"
        ),
        "volatility": Estimate(*volatility, most=_MOST_VOLATILITY),
    }
    if noise < _LEAST_DISPERSION:
        return Fitted(estimates)
    dispersion = Estimate(noise, float(errors[2]), most=10.0)
    return Fitted(estimates | {"dispersion": dispersion}, {"counts": "negative_binomial"})
