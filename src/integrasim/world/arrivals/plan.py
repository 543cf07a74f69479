"""What every draw of the arrivals shares."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from integrasim.scenario.channels import CHANNELS, channel_processes
from integrasim.scenario.dependence import normal_correlation
from integrasim.world.assumptions import square_root

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from integrasim.region import MonthlySeries
    from integrasim.scenario import Scenario
    from integrasim.scenario.dependence import Correlation
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
    correlations
        Pairs of channels' paths and the rank correlation of their shocks.
    histories
        Name of each channel whose process draws on observed months → these.
    """

    processes: Mapping[str, Process]
    months: tuple[date, ...]
    correlations: Sequence[Correlation] = ()
    histories: Mapping[str, MonthlySeries] = field(default_factory=dict)

    def weights(self) -> dict[str, dict[str, float]]:
        """Parts that the independent shocks of each channel have in those of each.

        Returns
        -------
        dict
            Path of a channel → path of a channel → weight. Weights are a lower
            triangle L with L·Lᵀ the normal correlation (Gaussian copula), so the
            first of the correlated channels keeps its shocks.

        Examples
        --------
        >>> plan = ArrivalPlan({}, (), [("other_arrivals.resettlement", "arrivals", 0.6)])
        >>> {path: round(part, 3) for path, part in
        ...  plan.weights()["other_arrivals.resettlement"].items()}
        {'arrivals': 0.618, 'other_arrivals.resettlement': 0.786}
        >>> plan.weights()["other_arrivals.temporary_protection"]
        {'other_arrivals.temporary_protection': 1.0}
        """
        tied = [
            path
            for path in CHANNELS.values()
            if any(path in pair for *pair, _ in self.correlations)
        ]
        root = square_root(normal_correlation(tied, self.correlations))
        weights = {path: {path: 1.0} for path in CHANNELS.values()}
        for row, path in enumerate(tied):
            weights[path] = {
                other: float(root[row, column]) for column, other in enumerate(tied[: row + 1])
            }
        return weights


def plan_arrivals(scenario: Scenario) -> ArrivalPlan:
    """Lay out what all draws of a scenario's arrivals share.

    Parameters
    ----------
    scenario
        Horizon, processes, and how they depend on each other.

    Returns
    -------
    ArrivalPlan
        What :func:`simulate_arrivals` needs besides the numbers of a block.

    Raises
    ------
    InputError
        With all that is wrong with a table of observed months.
    """
    return ArrivalPlan(
        processes=channel_processes(scenario.world),
        months=scenario.horizon.months,
        correlations=scenario.arrival_correlations(),
        histories=scenario.load_histories(),
    )
