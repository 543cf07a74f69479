"""What the persons of a block cost: illness, and hosting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from integrasim.profiling import stage
from integrasim.world.assumptions import assumptions_under
from integrasim.world.costs import hosting_cost
from integrasim.world.illness import (
    Exposure,
    IllnessYears,
    check_floor,
    draw_illness_cost,
    draw_ledger,
    illness_years,
)
from integrasim.world.presence import observe_presence

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from integrasim.law.basis import Ledger
    from integrasim.scenario.world import World
    from integrasim.world.assumptions import Assumptions
    from integrasim.world.plan import WorldPlan
    from integrasim.world.residence import Residence

_MONTHS_PER_YEAR = 12


def draw_expenses(
    world: World,
    plan: WorldPlan,
    assumptions: Assumptions,
    residence: Residence,
    *,
    seed: int,
    draws: range,
) -> tuple[Ledger, NDArray[np.float64]]:
    """Draw what hosting costs the municipalities, illness included.

    Parameters
    ----------
    world
        The fixed numbers of the illness and cost models.
    plan
        Calendar years and types of municipality.
    assumptions
        (draw,) values of every number of the world.
    residence
        Who lives where, and for how long.
    seed, draws
        Seed of the run and the block of draws.

    Returns
    -------
    ledger : Ledger
        Person-years with large illness costs.
    gross_cost : numpy.ndarray
        (draw, year, municipality) EUR.

    Raises
    ------
    ImpossibleAssumptionError
        If the numbers of some draw contradict each other.
    """
    with stage("illness ledger"):
        exposure = _exposure(plan, residence)
        model = illness_model(world, plan.periods.years, assumptions)
        check_floor(exposure.presence, model)
        ledger = draw_ledger(exposure, model, seed=seed, draws=draws)
    own = assumptions_under(assumptions, "illness")
    survey_level = (1.0 + own["inflation"]) ** (world.costs.price_year - world.illness.price_year)
    with stage("gross cost"):
        gross_cost = hosting_cost(
            exposure.counted_years + exposure.tolerated_years,
            assumptions_under(assumptions, "costs"),
            illness_mean=own["mean_cost"] * survey_level,
            is_kreisfrei=plan.municipalities.is_kreisfrei,
            year_shares=plan.periods.covered,
            seed=seed,
            draws=draws,
        )
        gross_cost += draw_illness_cost(exposure, ledger, model, seed=seed, draws=draws)
    return ledger, gross_cost


def _exposure(plan: WorldPlan, residence: Residence) -> Exposure:
    """Person-years at risk of illness, and how persons make them up."""
    observed = observe_presence(residence.counted, residence.remaining, plan.calendar.year_end)
    return Exposure(
        counted_years=plan.by_year(residence.person_months) / _MONTHS_PER_YEAR,
        tolerated_years=plan.by_year(residence.tolerated_months) / _MONTHS_PER_YEAR,
        presence=observed.presence,
        staying=observed.staying,
        before=residence.counted_before,
        ending=residence.counted_at_end,
        remaining=observed.remaining,
        covered=plan.periods.covered,
    )


def illness_model(world: World, years: tuple[int, ...], assumptions: Assumptions) -> IllnessYears:
    """Build the illness model of a block from the numbers drawn for it.

    Parameters
    ----------
    world
        The fixed numbers of the illness model.
    years
        Calendar years.
    assumptions
        (draw,) values of every number of it.

    Returns
    -------
    IllnessYears
        Severity and price levels by draw.
    """
    illness = world.illness
    return illness_years(
        assumptions_under(assumptions, "illness"),
        tail=illness.tail,
        price_year=illness.price_year,
        splice=illness.splice,
        tail_threshold=illness.tail_threshold,
        floor=illness.floor,
        cap=illness.cap,
        years=years,
    )
