"""One block of a world: every uncertain quantity of some consecutive draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from integrasim.law.assignment import fulfilment_quota
from integrasim.law.settlement import LawBasis, Ledger
from integrasim.world.arrivals import simulate_arrivals
from integrasim.world.assumptions import assumptions_under, draw_assumptions
from integrasim.world.costs import hosting_cost
from integrasim.world.flows import collect_flows
from integrasim.world.illness import IllnessYears, draw_illness_cost, draw_ledger, illness_years
from integrasim.world.reception import ReceptionFlows, Stays, reception_flows
from integrasim.world.residence import GROUPS, Inflows, Residence, reside
from integrasim.world.transitions import Transitions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from integrasim.scenario import Scenario
    from integrasim.scenario.world import World
    from integrasim.world.assumptions import Assumptions
    from integrasim.world.plan import WorldPlan

MONTHS_PER_YEAR = 12
_INITIAL_GROUPS = tuple({"first_instance": "procedure"}.get(group, group) for group in GROUPS)
"""Keys of ``residence.initial`` in the order of the kernel's groups."""


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
    recognised_months: NDArray[np.int64]
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
    assumptions = draw_assumptions(world.numbers(), scenario.correlations(), seed=seed, draws=draws)
    arrivals = simulate_arrivals(plan.arrivals, assumptions, seed=seed, draws=draws)
    reception = reception_flows(
        arrivals["asylum"],
        initial=_persons(assumptions, "reception.initial"),
        stays=_stays(assumptions),
        room=_room(assumptions, plan),
        seed=seed,
        draws=draws,
    )
    inflows = _inflows(arrivals, reception, plan)
    initial = np.stack(
        [_persons(assumptions, f"residence.initial.{name}") for name in _INITIAL_GROUPS]
    )
    residence = reside(
        inflows,
        initial=initial,
        transitions=_transitions(assumptions),
        household_size=assumptions["assignment.household_size"],
        placement=plan.placement,
        calendar=plan.calendar,
        seed=seed,
        draws=draws,
    )
    ledger, gross_cost = _costs(world, plan, assumptions, residence, seed=seed, draws=draws)
    return WorldBlock(
        initial=_by_status(_persons(assumptions, "reception.initial"), initial),
        arrivals=sum(arrivals.values(), start=np.zeros_like(reception.stock)),
        stock=np.concatenate([reception.stock[:, :, None], residence.stock], axis=2),
        flows=collect_flows(reception, inflows, residence),
        occupancy=_occupancy(reception, plan),
        recognised_months=plan.by_year(residence.recognised_months),
        fulfilment_quota=_fulfilment(residence, plan),
        gross_cost=gross_cost,
        basis=LawBasis(
            periods=plan.periods,
            person_months=residence.person_months,
            newly_tolerated=residence.newly_tolerated,
            ledger=ledger,
            is_kreisfrei=plan.is_kreisfrei,
            kreis_count=plan.kreis_count,
        ),
    )


def _persons(assumptions: Assumptions, path: str) -> NDArray[np.int64]:
    """Whole persons of a number of the world, (draw,)."""
    return np.rint(assumptions[path]).astype(np.int64)


def _by_status(in_facilities: NDArray[np.int64], groups: NDArray[np.int64]) -> NDArray[np.int64]:
    """Persons by status before the first month, (draw, status), from (group, draw)."""
    first, appeal, recognised, tolerated, protected, late = groups
    statuses = [in_facilities, first + appeal, recognised, tolerated, protected + late]
    return np.stack(statuses, axis=-1)


def _stays(assumptions: Assumptions) -> Stays:
    """How persons pass through the Land facilities."""
    own = assumptions_under(assumptions, "reception")
    return Stays(
        mean_assigned=own["mean_stay"],
        mean_recognised=own.get("mean_stay_recognised", own["mean_stay"]),
        mean_left=own.get("mean_stay_left", own["mean_stay"]),
        share_recognised=own["share_recognised"],
        share_left=own["share_left"],
        share_in_appeal=own["share_in_appeal"],
    )


def _room(assumptions: Assumptions, plan: WorldPlan) -> NDArray[np.float64]:
    """Persons who can live in the Land facilities, (draw, month)."""
    usable = assumptions.get("reception.usable_share")
    if usable is None:
        draws = assumptions["reception.initial"].size
        return np.full((draws, plan.capacity.size), np.inf)
    return np.multiply.outer(usable, plan.capacity)


def _inflows(
    arrivals: Mapping[str, NDArray[np.int64]], reception: ReceptionFlows, plan: WorldPlan
) -> Inflows:
    """Persons coming to live in municipalities, from the facilities and directly."""
    none = np.zeros_like(reception.stock)
    protected = arrivals.get("temporary_protection", none)
    return Inflows(
        first_instance=reception.assigned - reception.in_appeal,
        appeal=reception.in_appeal,
        recognised=reception.recognised + arrivals.get("resettlement", none),
        temporary_protection=np.where(plan.is_late, 0, protected),
        temporary_protection_late=np.where(plan.is_late, protected, 0),
    )


def _transitions(assumptions: Assumptions) -> Transitions:
    """Monthly probabilities: one over the mean duration in months."""
    own = assumptions_under(assumptions, "residence")

    def monthly(status: str) -> NDArray[np.float64]:
        return np.asarray(1.0 / own[f"{status}.mean_duration"])

    return Transitions(
        decided=monthly("procedure"),
        recognised=own["procedure.share_recognised"],
        closed=own["procedure.share_closed"],
        appealed=own["procedure.appeal.share"],
        tolerated=own["procedure.share_tolerated"],
        appeal_decided=monthly("procedure.appeal"),
        appeal_recognised=own["procedure.appeal.share_recognised"],
        appeal_tolerated=own["procedure.appeal.share_tolerated"],
        recognised_end=monthly("recognised"),
        tolerated_end=monthly("tolerated"),
        regularised=own["tolerated.share_regularised"],
        temporary_protection_end=monthly("temporary_protection"),
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


def _costs(
    world: World,
    plan: WorldPlan,
    assumptions: Assumptions,
    residence: Residence,
    *,
    seed: int,
    draws: range,
) -> tuple[Ledger, NDArray[np.float64]]:
    """Ledger of large illness costs, and gross cost by (draw, year, municipality)."""
    counted = plan.by_year(residence.person_months) / MONTHS_PER_YEAR
    tolerated = plan.by_year(residence.tolerated_months) / MONTHS_PER_YEAR
    model = illness_model(world, plan, assumptions)
    ledger = draw_ledger(counted, model, seed=seed, draws=draws)
    own = assumptions_under(assumptions, "illness")
    survey_level = (1.0 + own["inflation"]) ** (world.costs.price_year - world.illness.price_year)
    gross_cost = hosting_cost(
        counted + tolerated,
        assumptions_under(assumptions, "costs"),
        illness_mean=own["mean_cost"] * survey_level,
        is_kreisfrei=plan.is_kreisfrei,
        year_shares=plan.periods.covered,
        seed=seed,
        draws=draws,
    )
    gross_cost += draw_illness_cost(counted, tolerated, ledger, model, seed=seed, draws=draws)
    return ledger, gross_cost


def illness_model(world: World, plan: WorldPlan, assumptions: Assumptions) -> IllnessYears:
    """Build the illness model of a block from the numbers drawn for it.

    Parameters
    ----------
    world
        The fixed numbers of the illness model.
    plan
        Calendar years of the horizon.
    assumptions
        (draw,) values of every number.

    Returns
    -------
    IllnessYears
        Severity and price levels by draw.
    """
    illness = world.illness
    return illness_years(
        assumptions_under(assumptions, "illness"),
        price_year=illness.price_year,
        splice=illness.splice,
        tail_threshold=illness.tail_threshold,
        floor=illness.floor,
        cap=illness.cap,
        years=plan.periods.years,
    )
