"""Processes of arrival fitted to observed series: one module per process."""

from integrasim.analysis.fitting.estimates import Estimate
from integrasim.analysis.fitting.fit import FITTED_PROCESSES, Fit, fit_months, fit_process
from integrasim.analysis.fitting.months import (
    Gaps,
    Observed,
    ObservedMonths,
    monthly_table,
    observed_months,
    stretch_until,
)

__all__ = [
    "FITTED_PROCESSES",
    "Estimate",
    "Fit",
    "Gaps",
    "Observed",
    "ObservedMonths",
    "fit_months",
    "fit_process",
    "monthly_table",
    "observed_months",
    "stretch_until",
]
