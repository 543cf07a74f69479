"""A fixed number of arrivals, fitted to a series."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from integrasim.analysis.fitting.estimates import Estimate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = ["fit_fixed"]

_MONTHS_PER_YEAR: Final = 12


def fit_fixed(logs: NDArray[np.float64]) -> Mapping[str, object]:
    """Take the mean of the last year as the number of every month to come.

    A table says nothing of its own error, so there is no standard error, and the only chance is
    that of Poisson counts.

    Parameters
    ----------
    logs
        (month,) logarithm of the series without its season.

    Returns
    -------
    dict
        Key of the process → value.
    """
    mean = float(np.exp(logs[-_MONTHS_PER_YEAR:]).mean())
    return {"monthly": Estimate(mean), "counts": "poisson"}
