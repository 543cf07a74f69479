"""Mean reversion of the logarithm, fitted to a series."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from integrasim.analysis.extras import import_extra
from integrasim.analysis.fitting.estimates import Estimate

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["fit_log_ar1"]


def fit_log_ar1(logs: NDArray[np.float64]) -> Mapping[str, Estimate]:
    """Estimate an AR(1) with mean by exact maximum likelihood.

    The likelihood is that of the stationary process (``ARIMA`` of statsmodels), so the persistence
    stays below 1, and the standard errors are those of the information matrix. The error of the
    level, exp(mean), follows by the delta method: level · error of the mean.

    Parameters
    ----------
    logs
        (month,) logarithm of the series without its season.

    Returns
    -------
    dict
        Key of the process → estimate. ``initial`` is the last month, which is known.
    """
    arima: Any = import_extra("statsmodels.tsa.arima.model")
    fitted = arima.ARIMA(logs, order=(1, 0, 0), trend="c").fit()
    mean, persistence, variance = (float(value) for value in fitted.params)
    errors = [float(value) for value in fitted.bse]
    level, volatility = math.exp(mean), math.sqrt(variance)
    return {
        "initial": Estimate(math.exp(logs[-1])),
        "level": Estimate(level, level * errors[0]),
        "persistence": Estimate(max(persistence, 0.0), errors[1], "share"),
        "volatility": Estimate(volatility, errors[2] / (2.0 * volatility)),
    }
