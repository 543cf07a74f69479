"""Forecasts from one origin: the fitted process run ahead, and the two naive references."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import special

from integrasim.analysis.fitting import fit_months
from integrasim.region import MonthlySeries, month_name
from integrasim.scenario.channels import CHANNELS
from integrasim.scenario.dates import parse_month
from integrasim.scenario.schema import Horizon
from integrasim.scenario.world import numbers_of
from integrasim.world.arrivals import ArrivalPlan, simulate_arrivals
from integrasim.world.assumptions import draw_assumptions
from integrasim.world.streams import Stream

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from integrasim.analysis.fitting import ObservedMonths

__all__ = ["REFERENCES", "forecast_process", "forecast_reference"]

_CHANNEL: Final = "asylum"
_MONTHS_PER_YEAR: Final = 12


def forecast_process(
    process: str,
    known: ObservedMonths,
    *,
    months: int,
    draws: int,
    seed: int,
    uncertain: bool,
) -> NDArray[np.float64]:
    """Fit a process to the months that are known and simulate the ones that follow.

    The simulation is that of the asylum seekers of a run whose scenario has the fitted process.

    Parameters
    ----------
    process
        Name of the process.
    known
        The months up to the origin.
    months
        Months ahead.
    draws
        Number of draws.
    seed
        Seed of the random numbers.
    uncertain
        Whether the draws span the standard errors of the estimates.

    Returns
    -------
    numpy.ndarray
        (draw, month) persons.
    """
    fitted = fit_months(process, known, share=1.0, uncertain=uncertain, source="observed").process
    start, end = (parse_month(month_name(known.end + step)) for step in (0, months - 1))
    plan = ArrivalPlan(
        processes={_CHANNEL: fitted},
        months=Horizon(start=start, end=end).months,
        histories={_CHANNEL: MonthlySeries("observed", known.positions, known.persons)},
    )
    numbers = list(numbers_of(fitted, f"{CHANNELS[_CHANNEL]}."))
    block = range(draws)
    assumptions = draw_assumptions(numbers, [], seed=seed, draws=block)
    arrivals = simulate_arrivals(plan, assumptions, seed=seed, draws=block)
    return arrivals[_CHANNEL].astype(np.float64)


def forecast_reference(
    name: str, known: ObservedMonths, *, months: int, draws: int, seed: int
) -> NDArray[np.float64]:
    """Forecast by a naive reference.

    Parameters
    ----------
    name
        One of :data:`REFERENCES`.
    known
        The months up to the origin.
    months
        Months ahead.
    draws
        Number of draws.
    seed
        Seed of the random numbers.

    Returns
    -------
    numpy.ndarray
        (draw, month) persons.
    """
    uniforms = Stream(seed, f"hindcast.{name}").uniforms(range(draws), months)
    logs = REFERENCES[name](np.log(known.persons), np.asarray(special.ndtri(uniforms)))
    return np.exp(logs)


def _random_walk(logs: NDArray[np.float64], shocks: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the last month plus independent shocks with the sd of past monthly changes."""
    spread = np.diff(logs).std(ddof=1)
    return np.asarray(logs[-1] + spread * np.cumsum(shocks, axis=1))


def _same_month_last_year(
    logs: NDArray[np.float64], shocks: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the same month a year ago plus a shock a year with the sd of past yearly changes.

    All months of a year share its shock; in later years the shocks add up.
    """
    spread = (logs[_MONTHS_PER_YEAR:] - logs[:-_MONTHS_PER_YEAR]).std(ddof=1)
    year, month = np.divmod(np.arange(shocks.shape[1]), _MONTHS_PER_YEAR)
    yearly = np.cumsum(shocks[:, ::_MONTHS_PER_YEAR], axis=1)
    return np.asarray(logs[-_MONTHS_PER_YEAR:][month] + spread * yearly[:, year])


REFERENCES: Final[
    Mapping[str, Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]]
] = {
    "random_walk": _random_walk,
    "same_month_last_year": _same_month_last_year,
}
"""Reference → its function: logarithm of the months known and shocks (draw, month) → logarithms."""
