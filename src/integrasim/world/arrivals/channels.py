"""Persons newly arriving in the Land, month by month and channel by channel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from integrasim.scenario.channels import CHANNELS
from integrasim.scenario.processes import (
    Bootstrap,
    Expert,
    ExponentialSmoothing,
    Fixed,
    LogAr1,
    Regime,
)
from integrasim.world.arrivals.bootstrap import bootstrap
from integrasim.world.arrivals.expert import expert
from integrasim.world.arrivals.exponential_smoothing import exponential_smoothing
from integrasim.world.arrivals.fixed import fixed
from integrasim.world.arrivals.log_ar1 import log_ar1
from integrasim.world.arrivals.persons import count_persons
from integrasim.world.arrivals.regime import regime
from integrasim.world.arrivals.season import seasonal_factors
from integrasim.world.arrivals.setting import Setting
from integrasim.world.assumptions import assumptions_under

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from integrasim.scenario.processes import BaseProcess, Process
    from integrasim.world.arrivals.plan import ArrivalPlan
    from integrasim.world.assumptions import Assumptions

INTENSITY: Final[Mapping[type[BaseProcess], Callable[[Any, Setting], NDArray[np.float64]]]] = {
    ExponentialSmoothing: exponential_smoothing,
    Fixed: fixed,
    LogAr1: log_ar1,
    Regime: regime,
    Bootstrap: bootstrap,
    Expert: expert,
}
"""Process → its function: persons per month in Germany but for the season, (draw, month)."""


def simulate_arrivals(
    plan: ArrivalPlan, assumptions: Assumptions, *, seed: int, draws: range
) -> dict[str, NDArray[np.int64]]:
    """Simulate the persons who arrive in the Land by each channel.

    Parameters
    ----------
    plan
        Processes of the channels, and the calendar.
    assumptions
        (draw,) values of every number of the world.
    seed, draws
        Seed of the run and the block of draws.

    Returns
    -------
    dict
        Name of the channel → (draw, month) persons.
    """
    weights = plan.weights()
    return {
        name: _simulate_channel(
            process,
            Setting(
                path=CHANNELS[name],
                months=plan.months,
                numbers=assumptions_under(assumptions, CHANNELS[name]),
                weights=weights[CHANNELS[name]],
                history=plan.histories.get(name),
                seed=seed,
                draws=draws,
            ),
        )
        for name, process in plan.processes.items()
    }


def _simulate_channel(process: Process, setting: Setting) -> NDArray[np.int64]:
    """Persons arriving by one channel, (draw, month)."""
    season = seasonal_factors(process.seasonality, [month.month for month in setting.months])
    intensity = INTENSITY[type(process)](process, setting) * season
    return count_persons(process, intensity, setting)
