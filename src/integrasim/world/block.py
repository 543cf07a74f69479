"""One block of a world: every uncertain quantity of some consecutive draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from integrasim.law.assignment import fulfilment_quota
from integrasim.law.basis import LawBasis
from integrasim.profiling import stage
from integrasim.world.arrivals import simulate_arrivals
from integrasim.world.assumptions import draw_assumptions
from integrasim.world.expenses import draw_expenses
from integrasim.world.flows import collect_flows
from integrasim.world.indices import price_levels
from integrasim.world.movement import move_persons, whole_persons
from integrasim.world.newcomers import count_newcomers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from integrasim.scenario import Scenario
    from integrasim.world.assumptions import Assumptions
    from integrasim.world.plan import WorldPlan
    from integrasim.world.reception import ReceptionFlows
    from integrasim.world.residence import Residence


@dataclass(frozen=True)
class WorldBlock:
    """What happens in a block of draws, before any law of funding is applied.

    Municipalities are in the order of the plan. ``initial`` is (draw, status)
    persons before the first month, ``arrivals`` is (draw, month) persons, ``stock``
    (draw, month, status) persons at the end of the month, ``flows`` (draw, month,
    flow) persons, ``occupancy`` (draw, month) the share of the planned places in Land
    facilities that is occupied. ``recognised_months`` is (draw, year, municipality)
    person-months under the residence rule, ``fulfilment_quota`` (draw, year,
    municipality) the share of its obligation that a municipality fulfils in the last
    month of the year, ``gross_cost`` (draw, year, municipality) EUR; ``basis`` is what
    the funding law looks at.
    """

    initial: NDArray[np.int64]
    arrivals: NDArray[np.int64]
    stock: NDArray[np.int64]
    flows: NDArray[np.int64]
    occupancy: NDArray[np.float64]
    recognised_months: NDArray[np.int32]
    fulfilment_quota: NDArray[np.float64]
    gross_cost: NDArray[np.float64]
    basis: LawBasis


def simulate_world(scenario: Scenario, plan: WorldPlan, draws: range) -> WorldBlock:
    """Simulate a block of draws of one world.

    Parameters
    ----------
    scenario
        What is assumed.
    plan
        Region, calendar and placement law as arrays.
    draws
        Consecutive draws; each depends on the seed and its own number alone.

    Returns
    -------
    WorldBlock
        Every uncertain quantity of these draws.
    """
    world, seed = scenario.world, scenario.seed
    with stage("assumptions"):
        assumptions = draw_assumptions(
            world.numbers(), scenario.correlations(), seed=seed, draws=draws
        )
    with stage("arrivals"):
        arrivals = simulate_arrivals(plan.arrivals, assumptions, seed=seed, draws=draws)
    movement = move_persons(arrivals, assumptions, plan, seed=seed, draws=draws)
    reception, residence = movement.reception, movement.residence
    ledger, gross_cost = draw_expenses(world, plan, assumptions, residence, seed=seed, draws=draws)
    return WorldBlock(
        initial=movement.initial,
        arrivals=np.sum(list(arrivals.values()), axis=0),
        stock=movement.stock,
        flows=collect_flows(reception, movement.inflows, residence),
        occupancy=_occupancy(reception, plan),
        recognised_months=plan.by_year(residence.recognised_months),
        fulfilment_quota=_fulfilment(residence, plan),
        gross_cost=gross_cost,
        basis=LawBasis(
            periods=plan.periods,
            municipalities=plan.municipalities,
            person_months=residence.person_months,
            newly_tolerated=residence.newly_tolerated,
            ledger=ledger,
            assigned=_assigned(residence, plan),
            residence_bound=_residence_bound(residence),
            newcomers=_newcomers(arrivals, assumptions, plan),
            indices=price_levels(assumptions, years=len(plan.periods.years)),
        ),
    )


def _occupancy(reception: ReceptionFlows, plan: WorldPlan) -> NDArray[np.float64]:
    """Share of the planned places that is occupied, (draw, month); NaN without any place."""
    occupancy = np.full(reception.stock.shape, np.nan)
    np.divide(reception.stock, plan.capacity, out=occupancy, where=plan.capacity > 0.0)
    return occupancy


def _fulfilment(residence: Residence, plan: WorldPlan) -> NDArray[np.float64]:
    """Fulfilment quota in the last month of each year, (draw, year, municipality)."""
    credited = plan.placement.credited[plan.year_ends]
    return fulfilment_quota(plan.key_at_year_end, residence.counted_at_end, credited)


def _assigned(residence: Residence, plan: WorldPlan) -> NDArray[np.float64]:
    """Persons counted in October to December of the year before, mean, (draw, year, municipality).

    Before the first year these are the persons of the start; where the horizon begins in the last
    quarter, its months of it count.
    """
    year = plan.calendar.last_quarter
    months = np.bincount(year[year >= 0], minlength=len(plan.periods.years))
    assigned = np.empty(residence.counted_last_quarter.shape)
    assigned[:, 0] = residence.counted_before
    assigned[:, 1:] = residence.counted_last_quarter[:, :-1] / months[:-1, np.newaxis]
    return assigned


def _newcomers(
    arrivals: Mapping[str, NDArray[np.int64]], assumptions: Assumptions, plan: WorldPlan
) -> NDArray[np.int64]:
    """Persons of § 14 TIntG on the reference days of each year, (draw, year, municipality)."""
    before = whole_persons(assumptions, "residence.initial.newcomers")
    nobody = np.zeros((before.size, len(plan.months)), dtype=np.int64)
    return count_newcomers(
        arrivals.get("resettlement", nobody),
        before=before,
        months=plan.months,
        key=plan.placement.key,
    )


def _residence_bound(residence: Residence) -> NDArray[np.int32]:
    """Persons under the residence rule on 1 January, (draw, year, municipality)."""
    before = residence.recognised_before[:, np.newaxis]
    return np.concatenate([before, residence.recognised_at_end[:, :-1]], axis=1)
