"""One block of a world: every uncertain quantity of some consecutive draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from integrasim.law.settlement import LawBasis, Ledger
from integrasim.world.arrivals import (
    channel_assumptions,
    fixed_arrivals,
    log_ar1_intensity,
    normal_shocks,
    poisson_arrivals,
    seasonal_factors,
)
from integrasim.world.assumptions import draw_assumptions
from integrasim.world.costs import hosting_cost
from integrasim.world.illness import (
    Exposure,
    IllnessYears,
    draw_illness_cost,
    draw_ledger,
    illness_years,
)
from integrasim.world.reception import ReceptionFlows, reception_flows
from integrasim.world.residence import STATUSES, Inflows, Residence, Transitions, reside

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from integrasim.scenario import Scenario
    from integrasim.scenario.processes import Process
    from integrasim.scenario.world import World
    from integrasim.world.assumptions import Assumptions
    from integrasim.world.plan import WorldPlan

MONTHS_PER_YEAR = 12


@dataclass(frozen=True)
class WorldBlock:
    """What happens in a block of draws, before any law of funding is applied.

    Municipalities are in the order of the plan. ``initial`` is (draw, status)
    persons before the first month, ``arrivals`` and ``gone`` are (draw, month)
    persons, ``stock`` (draw, month, status) persons at the end of the month,
    ``gross_cost`` (draw, year, municipality) EUR; ``basis`` is what the funding
    law looks at.
    """

    initial: NDArray[np.int64]
    arrivals: NDArray[np.int64]
    stock: NDArray[np.int64]
    gone: NDArray[np.int64]
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
    arrivals = {
        channel: channel_arrivals(process, assumptions, path, plan, seed=seed, draws=draws)
        for channel, path, process in channels(world)
    }
    initial = _initial_stock(assumptions)
    reception = reception_flows(
        arrivals["asylum"],
        initial=initial[0],
        mean_stay=assumptions["reception.mean_stay"],
        share_recognised=assumptions["reception.share_recognised"],
        share_left=assumptions["reception.share_left"],
        seed=seed,
        draws=draws,
    )
    none = np.zeros_like(arrivals["asylum"])
    residence = reside(
        Inflows(
            procedure=reception.assigned,
            recognised=reception.recognised + arrivals.get("resettlement", none),
            temporary_protection=arrivals.get("temporary_protection", none),
        ),
        initial=initial[1:],
        transitions=_transitions(assumptions),
        placement=plan.placement,
        period=plan.period_of_month,
        seed=seed,
        draws=draws,
    )
    ledger, gross_cost = _costs(world, plan, assumptions, residence, seed=seed, draws=draws)
    return WorldBlock(
        initial=initial.T,
        arrivals=sum(arrivals.values(), start=none),
        stock=_stock(reception, residence),
        gone=reception.left + residence.gone,
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


def channels(world: World) -> list[tuple[str, str, Process]]:
    """Channels of arrival that a world has: name, dotted path and process."""
    others = world.other_arrivals
    listed = [
        ("asylum", "arrivals", world.arrivals),
        (
            "temporary_protection",
            "other_arrivals.temporary_protection",
            others.temporary_protection,
        ),
        ("resettlement", "other_arrivals.resettlement", others.resettlement),
    ]
    return [(name, path, process) for name, path, process in listed if process is not None]


def channel_arrivals(
    process: Process,
    assumptions: Assumptions,
    path: str,
    plan: WorldPlan,
    *,
    seed: int,
    draws: range,
) -> NDArray[np.int64]:
    """Persons arriving by one channel, (draw, month)."""
    own = channel_assumptions(assumptions, path)
    months = plan.calendar_months
    if process.process == "fixed":
        monthly = process.table(plan.month_names)
        if process.counts == "exact":
            return fixed_arrivals(monthly, own["share"])
        return poisson_arrivals(
            np.multiply.outer(own["share"], monthly), name=path, seed=seed, draws=draws
        )
    intensity = log_ar1_intensity(
        normal_shocks(path, seed=seed, draws=draws, months=len(months)),
        initial=own["initial"],
        level=own["level"],
        persistence=own["persistence"],
        volatility=own["volatility"],
    )
    factors = seasonal_factors(process.seasonality, months)
    return poisson_arrivals(
        intensity * factors * own["share"][:, None], name=path, seed=seed, draws=draws
    )


def _initial_stock(assumptions: Assumptions) -> NDArray[np.int64]:
    """Whole persons by status before the first month, (status, draw)."""
    paths = [
        "reception.initial" if status == "reception" else f"residence.initial.{status}"
        for status in STATUSES
    ]
    return np.rint(np.stack([assumptions[path] for path in paths])).astype(np.int64)


def _transitions(assumptions: Assumptions) -> Transitions:
    """Monthly probabilities: one over the mean duration in months."""

    def monthly(status: str) -> NDArray[np.float64]:
        return np.asarray(1.0 / assumptions[f"residence.{status}.mean_duration"])

    return Transitions(
        decided=monthly("procedure"),
        recognised=assumptions["residence.procedure.share_recognised"],
        tolerated=assumptions["residence.procedure.share_tolerated"],
        recognised_end=monthly("recognised"),
        tolerated_end=monthly("tolerated"),
        temporary_protection_end=monthly("temporary_protection"),
    )


def _stock(reception: ReceptionFlows, residence: Residence) -> NDArray[np.int64]:
    """Persons by status at the end of each month, (draw, month, status)."""
    return np.concatenate([reception.stock[:, :, None], residence.stock], axis=2)


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
    exposure = _exposure(plan, assumptions, residence)
    model = illness_model(world, plan, assumptions)
    ledger = draw_ledger(exposure, model, seed=seed, draws=draws)
    own = channel_assumptions(assumptions, "illness")
    survey_level = (1.0 + own["inflation"]) ** (world.costs.price_year - world.illness.price_year)
    gross_cost = hosting_cost(
        exposure.counted_years + exposure.tolerated_years,
        channel_assumptions(assumptions, "costs"),
        illness_mean=own["mean_cost"] * survey_level,
        is_kreisfrei=plan.is_kreisfrei,
        seed=seed,
        draws=draws,
    )
    gross_cost += draw_illness_cost(exposure, ledger, model, seed=seed, draws=draws)
    return ledger, gross_cost


def _exposure(plan: WorldPlan, assumptions: Assumptions, residence: Residence) -> Exposure:
    """Person-years at risk of illness; all persons of a year are counted throughout.

    A person counted in the j-th month of a year is still counted when the next one
    begins if the procedure outlasts the 13 - j months that end by then.
    """
    counted = plan.by_year(residence.person_months) / MONTHS_PER_YEAR
    monthly = 1.0 - 1.0 / assumptions["residence.procedure.mean_duration"]
    staying = np.mean([monthly**months for months in range(1, MONTHS_PER_YEAR + 1)], axis=0)
    draws, years, _ = counted.shape
    return Exposure(
        counted_years=counted,
        tolerated_years=plan.by_year(residence.tolerated_months) / MONTHS_PER_YEAR,
        presence=np.ones((draws, years)),
        staying=np.broadcast_to(staying[:, None], (draws, years)),
    )


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
        channel_assumptions(assumptions, "illness"),
        tail=illness.tail,
        price_year=illness.price_year,
        splice=illness.splice,
        tail_threshold=illness.tail_threshold,
        floor=illness.floor,
        cap=illness.cap,
        years=plan.periods.years,
    )
