"""What a worker needs and what it does: one block of draws under all options."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from integrasim.engine.invariants import check_money, check_persons
from integrasim.engine.reduction import Moments, sum_by_kreis
from integrasim.engine.variables import COMPARED, VARIABLES, levels_below
from integrasim.law.cash import pay_out, year_end
from integrasim.law.instruments import of_programmes
from integrasim.law.settlement import parameters_read, settle
from integrasim.statutes import load_statute_book
from integrasim.world.block import WorldBlock, simulate_world
from integrasim.world.flows import gone
from integrasim.world.plan import law_periods, plan_world

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from integrasim.engine.variables import Keep, Variable
    from integrasim.law.instruments import Instrument
    from integrasim.law.parameters import Law
    from integrasim.law.settlement import Settlement
    from integrasim.region import Region
    from integrasim.scenario import Scenario
    from integrasim.world.plan import WorldPlan

Arrays = dict[str, "NDArray[np.number]"]


@dataclass(frozen=True)
class Job:
    """A simulation laid out: what every block has in common.

    Attributes
    ----------
    scenario, region
        What is simulated, and where.
    laws
        Option → law.
    instruments
        What is settled.
    plans
        The worlds: options with the same placement law share one.
    world_of_option
        Index of the option's world, in the order of ``laws``.
    keep
        Level at which single draws are kept.
    """

    scenario: Scenario
    region: Region
    laws: Mapping[str, Law]
    instruments: tuple[Instrument, ...]
    plans: tuple[WorldPlan, ...]
    world_of_option: tuple[int, ...]
    keep: Keep

    @property
    def has_own_worlds(self) -> bool:
        """Whether options differ in their worlds."""
        return len(self.plans) > 1

    @property
    def baseline(self) -> int:
        """Index of the baseline option."""
        return list(self.laws).index(self.scenario.baseline)

    def dims(self, name: str) -> tuple[str, ...]:
        """Dimensions of a variable before any reduction by ``keep``."""
        variable = next(v for v in VARIABLES if v.name == name)
        own = variable.of_world and self.has_own_worlds
        return ("option", *variable.dims) if own else variable.dims


@dataclass(frozen=True)
class BlockResult:
    """Draws of a block at the level kept, and statistics below that level."""

    draws: range
    kept: Arrays
    statistics: dict[str, Moments]


def plan_job(scenario: Scenario, *, keep: Keep) -> Job:
    """Lay out the laws and worlds of a scenario.

    Parameters
    ----------
    scenario
        A validated scenario.
    keep
        Level at which single draws are kept.

    Returns
    -------
    Job
        All that a block needs besides its draws.
    """
    region = scenario.load_region()
    enacted = load_statute_book().as_of(scenario.law.as_of)
    first, last = scenario.horizon.months[0], scenario.horizon.months[-1]
    laws = {
        name: enacted.override(option.overrides(first)) if option.law else enacted
        for name, option in scenario.options.items()
    }
    instruments = of_programmes(*scenario.law.settled_programmes)
    read = parameters_read(instruments)
    # What was the law at the end of a year may change on other days than the law of today.
    states = [
        law.as_known(year_end(year))
        for law in laws.values()
        for year in range(first.year, last.year + 1)
    ]
    changes = sorted(
        {day for law in (*laws.values(), *states) for day in law.change_dates(first, last, read)}
    )
    periods = law_periods(scenario.horizon.months, changes)
    placements = [law.placement(first, last) for law in laws.values()]
    worlds = dict(zip(placements, laws.values(), strict=True))
    return Job(
        scenario=scenario,
        region=region,
        laws=laws,
        instruments=instruments,
        plans=tuple(plan_world(scenario, region, law, periods) for law in worlds.values()),
        world_of_option=tuple(list(worlds).index(placement) for placement in placements),
        keep=keep,
    )


def run_block(job: Job, draws: range) -> BlockResult:
    """Simulate the worlds of a block and settle every option in them.

    Parameters
    ----------
    job
        The simulation.
    draws
        Consecutive draws.

    Returns
    -------
    BlockResult
        Arrays in the region's order of municipalities.
    """
    worlds = [simulate_world(job.scenario, plan, draws) for plan in job.plans]
    for world in worlds:
        check_persons(world)
    full = _world_variables(job, worlds)
    settlements, payments = [], []
    for law, index in zip(job.laws.values(), job.world_of_option, strict=True):
        basis = worlds[index].basis
        settlement = settle(law, basis, instruments=job.instruments)
        check_money(settlement, worlds[index].gross_cost, job.instruments)
        settlements.append(settlement)
        payments.append(pay_out(settlement, law, basis, instruments=job.instruments))
    full |= _option_variables(job, worlds, settlements)
    full["land_payments"] = np.stack(payments)
    return _reduce(job, full, draws)


def _world_variables(job: Job, worlds: list[WorldBlock]) -> Arrays:
    """Arrays of the world, in plan order, with an option axis where worlds differ."""
    per_world: list[Arrays] = [
        {
            "gross_cost": world.gross_cost,
            "person_months": plan.by_year(world.basis.person_months),
            "residence_rule_months": world.recognised_months,
            "fulfilment_quota": world.fulfilment_quota,
            "stock": world.stock,
            "initial_stock": world.initial,
            "arrivals": world.arrivals,
            "occupancy": world.occupancy,
            "flows": world.flows,
            "departures": gone(world.flows),
        }
        for plan, world in zip(job.plans, worlds, strict=True)
    ]
    if not job.has_own_worlds:
        return dict(per_world[0])
    return {
        name: np.stack([per_world[index][name] for index in job.world_of_option])
        for name in per_world[0]
    }


def _option_variables(job: Job, worlds: list[WorldBlock], settlements: list[Settlement]) -> Arrays:
    """Arrays that the law decides, in plan order, option first."""
    exposure = [
        worlds[index].gross_cost - settlement.transfer
        for index, settlement in zip(job.world_of_option, settlements, strict=True)
    ]
    return {
        "land_cost": np.stack([s.land_cost for s in settlements]),
        "transfer": np.stack([s.transfer for s in settlements]),
        "kreis_transfer": np.stack([s.kreis_transfer for s in settlements]),
        "illness_reimbursement": np.stack([s.illness_reimbursement for s in settlements]),
        "municipal_exposure": np.stack(exposure),
    }


def _reduce(job: Job, full: Arrays, draws: range) -> BlockResult:
    """Bring a block to the level kept, in the region's order of municipalities."""
    kept: Arrays = {}
    statistics: dict[str, Moments] = {}
    for variable in VARIABLES:
        values = full[variable.name]
        if variable.levels:
            for level in levels_below(variable, job.keep):
                own = _at_level(job, variable, values, level)
                statistics |= _level_statistics(job, variable.name, level, own)
            values = _at_level(job, variable, values, job.keep)
        kept[variable.name] = values.astype(variable.dtype, copy=False)
    return BlockResult(draws=draws, kept=kept, statistics=statistics)


def _at_level(
    job: Job, variable: Variable, values: NDArray[np.number], level: str
) -> NDArray[np.number]:
    """Municipalities from plan order to the region's, or summed to Kreise or the Land."""
    if variable.levels == ("kreis",):
        return np.asarray(values.sum(axis=-1)) if level == "land" else values
    if level == "municipality":
        return values.take(np.argsort(job.plans[0].order), axis=-1)
    if not variable.is_quota:
        return _summed(job, values, level)
    # The quota of a Kreis is what all fulfil together over what they owe together.
    keys = _keys(job, variable)
    return np.asarray(_summed(job, values * keys, level) / _summed(job, keys, level))


def _summed(job: Job, values: NDArray[np.number], level: str) -> NDArray[np.number]:
    """Sum over the municipalities of each Kreis, or over all."""
    if level == "kreis":
        return sum_by_kreis(values, job.region.kreis_index[job.plans[0].order])
    return np.asarray(values.sum(axis=-1))


def _keys(job: Job, variable: Variable) -> NDArray[np.float64]:
    """Allocation keys that fit a quota's (option, draw, year, municipality)."""
    by_world = np.stack([plan.key_at_year_end for plan in job.plans])
    if "option" in job.dims(variable.name):
        return by_world[list(job.world_of_option), None]
    return by_world[0, None]


def _level_statistics(
    job: Job, name: str, level: str, values: NDArray[np.number]
) -> dict[str, Moments]:
    """Moments over the draws of a variable, and of its paired difference to the baseline."""
    axis = job.dims(name).index("draw")
    found = {f"{name}_{level}": Moments.of(values, axis=axis)}
    if name in COMPARED:
        paired = values - values[job.baseline : job.baseline + 1]
        found[f"{name}_{level}_difference"] = Moments.of(paired, axis=axis)
    return found
