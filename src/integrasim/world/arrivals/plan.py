"""What every draw of the arrivals shares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from integrasim.scenario.channels import channel_processes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from integrasim.scenario import Scenario
    from integrasim.scenario.processes import Process


@dataclass(frozen=True)
class ArrivalPlan:
    """Processes and calendar of the arrivals.

    Attributes
    ----------
    processes
        Name of each channel → its process.
    months
        First day of each month of the horizon.
    """

    processes: Mapping[str, Process]
    months: tuple[date, ...]


def plan_arrivals(scenario: Scenario) -> ArrivalPlan:
    """Lay out what all draws of a scenario's arrivals share.

    Parameters
    ----------
    scenario
        Horizon and processes.

    Returns
    -------
    ArrivalPlan
        What :func:`simulate_arrivals` needs besides the numbers of a block.
    """
    return ArrivalPlan(
        processes=channel_processes(scenario.world),
        months=scenario.horizon.months,
    )
