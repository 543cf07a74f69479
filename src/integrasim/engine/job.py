"""What a worker needs and what it does: one block of draws under all options."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from integrasim.engine.invariants import check_money, check_persons
from integrasim.engine.reduction import Moments, sum_by_kreis
from integrasim.engine.variables import COMPARED, VARIABLES, levels_below
from integrasim.law.cash import pay_out, year_end
from integrasim.law.instruments import of_programmes
from integrasim.law.settlement import parameters_read, settle
from integrasim.profiling import stage
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
Parts = dict[str, Sequence["NDArray[np.number]"]]
"""Name → an array for each option, or the only one where options do not differ."""


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


@stage("plan")
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
        plans=tuple(
            plan_world(scenario, region, law, periods, others=worlds.values())
            for law in worlds.values()
        ),
        world_of_option=tuple(list(worlds).index(placement) for placement in placements),
        keep=keep,
    )


@stage("reduction")
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
    with stage("basis"):
        worlds = [simulate_world(job.scenario, plan, draws) for plan in job.plans]
    for world in worlds:
        check_persons(world)
    full = _world_variables(job, worlds)
    settlements, payments = [], []
    for (option, law), index in zip(job.laws.items(), job.world_of_option, strict=True):
        basis = worlds[index].basis
        with stage("settlement", option):
            settlement = settle(law, basis, instruments=job.instruments)
            payments.append(pay_out(settlement, law, basis, instruments=job.instruments))
        check_money(settlement, worlds[index].gross_cost, job.instruments)
        settlements.append(settlement)
    full |= _option_variables(job, worlds, settlements)
    full["land_payments"] = payments
    return _reduce(job, full, draws)


def _world_variables(job: Job, worlds: list[WorldBlock]) -> Parts:
    """Arrays of the world, in plan order, one for each option where worlds differ."""
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
    indices = job.world_of_option if job.has_own_worlds else (0,)
    return {name: [per_world[index][name] for index in indices] for name in per_world[0]}


def _option_variables(job: Job, worlds: list[WorldBlock], settlements: list[Settlement]) -> Parts:
    """Arrays that the law decides, in plan order, one for each option."""
    exposure = [
        worlds[index].gross_cost - settlement.transfer
        for index, settlement in zip(job.world_of_option, settlements, strict=True)
    ]
    return {
        "land_cost": [s.land_cost for s in settlements],
        "transfer": [s.transfer for s in settlements],
        "kreis_transfer": [s.kreis_transfer for s in settlements],
        "illness_reimbursement": [s.illness_reimbursement for s in settlements],
        "municipal_exposure": exposure,
    }


def _reduce(job: Job, full: Parts, draws: range) -> BlockResult:
    """Bring a block to the level kept, in the region's order of municipalities."""
    kept: Arrays = {}
    statistics: dict[str, Moments] = {}
    for variable in VARIABLES:
        parts = full[variable.name]
        for level in levels_below(variable, job.keep):
            own = _at_level(job, variable, parts, level)
            statistics |= _level_statistics(job, variable.name, level, own)
        at_level = _at_level(job, variable, parts, job.keep)
        kept[variable.name] = at_level.astype(variable.dtype, copy=False)
    return BlockResult(draws=draws, kept=kept, statistics=statistics)


def _at_level(
    job: Job, variable: Variable, parts: Sequence[NDArray[np.number]], level: str
) -> NDArray[np.number]:
    """Municipalities from plan order to the region's, or summed to Kreise or the Land.

    Options are put together, where the variable has any.
    """
    if level == "municipality" and "municipality" in variable.dims:
        together = _by_region(job, parts)
    else:
        together = np.stack(
            [
                _summed(job, variable, part, level, plan=job.plans[index])
                for part, index in zip(parts, job.world_of_option, strict=False)
            ]
        )
    return together if "option" in job.dims(variable.name) else together[0]


def _by_region(job: Job, parts: Sequence[NDArray[np.number]]) -> NDArray[np.number]:
    """Municipalities from plan order to the region's, (part, ..., municipality)."""
    by_ags = np.argsort(job.plans[0].order)
    together = np.empty((len(parts), *parts[0].shape), dtype=parts[0].dtype)
    for part, row in zip(parts, together, strict=True):
        # The indices are right; with the mode "raise" NumPy would write to a buffer first.
        np.take(part, by_ags, axis=-1, out=row, mode="clip")
    return together


def _summed(
    job: Job, variable: Variable, values: NDArray[np.number], level: str, *, plan: WorldPlan
) -> NDArray[np.number]:
    """Sum a variable of municipalities, or of Kreise, to a level; all others stay as they are."""
    if variable.levels == ("kreis",):
        return np.asarray(values.sum(axis=-1)) if level == "land" else values
    if not variable.levels:
        return values
    if not variable.is_quota:
        return _sums(job, values, level)
    # The quota of a Kreis is what all fulfil together over what they owe together.
    keys = plan.key_at_year_end[np.newaxis]
    return np.asarray(_sums(job, values * keys, level) / _sums(job, keys, level))


def _sums(job: Job, values: NDArray[np.number], level: str) -> NDArray[np.number]:
    """Sum over the municipalities of each Kreis, or over all."""
    if level == "kreis":
        return sum_by_kreis(values, job.region.kreis_index[job.plans[0].order])
    return np.asarray(values.sum(axis=-1))


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
