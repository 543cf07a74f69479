"""The residence stage and the ledger as one would write them first.

Same law, same order of events, same results in distribution, NumPy's or Python's own
random numbers.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from integrasim.law.assignment import obligations
from integrasim.world.residence import Inflows, Placement, Residence, Transitions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from integrasim.world.illness import IllnessYears

    Leavers = Callable[
        [np.random.Generator, NDArray[np.int64], NDArray[np.float64]], NDArray[np.int64]
    ]

PROCEDURE, RECOGNISED, TOLERATED, PROTECTED, GONE = range(5)
_ROUNDING = 0.5


@dataclass(frozen=True)
class Walk:
    """The arguments of :func:`integrasim.world.residence.reside`, but for the streams."""

    inflows: Inflows
    initial: NDArray[np.int64]
    transitions: Transitions
    placement: Placement
    period: NDArray[np.intp]

    @classmethod
    def of(cls, arguments: Mapping[str, Any], *, draws: NDArray[np.intp], months: int) -> Self:
        """Take some draws, which may repeat, and the first months of a run's arguments."""
        inflows, transitions = arguments["inflows"], arguments["transitions"]
        placement = arguments["placement"]
        return cls(
            inflows=Inflows(*(getattr(inflows, f.name)[draws, :months] for f in fields(Inflows))),
            initial=arguments["initial"][:, draws],
            transitions=Transitions(
                *(getattr(transitions, f.name)[draws] for f in fields(Transitions))
            ),
            placement=Placement(*(getattr(placement, f.name)[:months] for f in fields(Placement))),
            period=arguments["period"][:months],
        )

    @property
    def shape(self) -> tuple[int, int, int]:
        """Draws, months and municipalities."""
        return (*self.inflows.procedure.shape, self.placement.key.shape[1])

    @property
    def cells(self) -> int:
        """Count the draws × months × municipalities."""
        return math.prod(self.shape)


def leave_by_month(
    generator: np.random.Generator, persons: NDArray[np.int64], probability: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Draw the leavers of all draws and municipalities in one call."""
    return generator.binomial(persons, probability[:, None])


def leave_by_cell(
    generator: np.random.Generator, persons: NDArray[np.int64], probability: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Draw the leavers municipality by municipality, all draws at once."""
    leavers = np.empty_like(persons)
    for place in range(persons.shape[1]):
        leavers[:, place] = generator.binomial(persons[:, place], probability)
    return leavers


def walk_counts(walk: Walk, generator: np.random.Generator, *, leavers: Leavers) -> Residence:
    """Walk through the months with counts of persons, (draw, municipality) by status."""
    law, chance = walk.placement, walk.transitions
    draws, months, _ = walk.shape
    result = _empty(draws, walk)
    people = _initial_people(walk)
    refusal = chance.tolerated / (1.0 - chance.recognised)
    for month in range(months):
        _assign(walk, people, month, generator.random((GONE, draws)))
        period = walk.period[month]
        result.person_months[:, period] += people[PROCEDURE]
        if law.temporary_protection_counts[month]:
            result.person_months[:, period] += people[PROTECTED]
        result.tolerated_months[:, period] += people[TOLERATED]
        ended = leavers(generator, people[PROCEDURE], chance.decided)
        granted = leavers(generator, ended, chance.recognised)
        refused = leavers(generator, ended - granted, refusal)
        out = [
            leavers(generator, people[RECOGNISED], chance.recognised_end),
            leavers(generator, people[TOLERATED], chance.tolerated_end),
            leavers(generator, people[PROTECTED], chance.temporary_protection_end),
        ]
        result.newly_tolerated[:, period] += refused
        people[PROCEDURE] -= ended
        people[RECOGNISED] += granted - out[0]
        people[TOLERATED] += refused - out[1]
        people[PROTECTED] -= out[2]
        result.gone[:, month] = (ended - granted - refused + sum(out)).sum(axis=1)
        result.stock[:, month] = people.sum(axis=2).T
    return result


@dataclass(slots=True)
class Person:
    municipality: int
    status: int


def walk_persons(walk: Walk, *, seed: int) -> Residence:
    """Walk through the months of the first draw person by person."""
    uniform = random.Random(seed).random
    _, months, size = walk.shape
    result = _empty(1, walk)
    present = _arrive(_initial_people(walk)[:, 0])
    ends, decisions = _chances(walk.transitions)
    for month in range(months):
        before = _tally(present, size)
        after = before.copy()
        _assign(walk, after, month, np.array([[uniform()] for _ in range(GONE)]))
        present += _arrive((after - before)[:, 0])
        counts_protected = walk.placement.temporary_protection_counts[month]
        period = walk.period[month]
        still = []
        for person in present:
            place, before_change = person.municipality, person.status
            person.status = _next_status(before_change, ends, decisions, uniform)
            if before_change == PROCEDURE or (before_change == PROTECTED and counts_protected):
                result.person_months[0, period, place] += 1
            elif before_change == TOLERATED:
                result.tolerated_months[0, period, place] += 1
            if before_change == PROCEDURE and person.status == TOLERATED:
                result.newly_tolerated[0, period, place] += 1
            if person.status != GONE:
                still.append(person)
        result.gone[0, month] = len(present) - len(still)
        present = still
        result.stock[0, month] = _tally(present, size).sum(axis=(1, 2))
    return result


def _tally(present: list[Person], size: int) -> NDArray[np.int64]:
    """Count persons, (status, draw, municipality) with a single draw."""
    count = Counter((person.status, person.municipality) for person in present)
    return np.array([[[count[status, i] for i in range(size)]] for status in range(GONE)])


def _chances(transitions: Transitions) -> tuple[list[float], list[float]]:
    """Monthly probabilities of the first draw: of an end by status, and of each decision."""
    ends = (
        transitions.decided,
        transitions.recognised_end,
        transitions.tolerated_end,
        transitions.temporary_protection_end,
    )
    decisions = (transitions.recognised, transitions.tolerated)
    return [float(each[0]) for each in ends], [float(each[0]) for each in decisions]


def _next_status(
    status: int, ends: list[float], decisions: list[float], uniform: Callable[[], float]
) -> int:
    """Draw what becomes of a person within a month."""
    if uniform() >= ends[status]:
        return status
    if status != PROCEDURE:
        return GONE
    recognised, tolerated = decisions
    decision = uniform()
    if decision < recognised:
        return RECOGNISED
    return TOLERATED if decision < recognised + tolerated else GONE


def draw_costs(
    person_years: NDArray[np.float64], model: IllnessYears, generator: np.random.Generator
) -> NDArray[np.float64]:
    """Draw the illness cost of every single person-year; give those above the floor."""
    persons = generator.poisson(person_years)
    draw, year, _ = (np.repeat(index, persons.ravel()) for index in _cells(persons.shape))
    uniform = generator.random(draw.size)
    severity = model.severity
    ill = uniform < 1.0 - severity.no_cost[draw, 0]
    draw, year, uniform = draw[ill], year[ill], uniform[ill]
    by_row = severity.per_draw(lambda values: values[draw, 0])
    cost = np.minimum(by_row.at_survival(uniform) * model.index[draw, year], model.cap)
    return np.asarray(cost[cost > model.floor])


def _cells(shape: tuple[int, ...]) -> list[NDArray[np.intp]]:
    return [index.ravel() for index in np.indices(shape)]


def _empty(draws: int, walk: Walk) -> Residence:
    _, months, size = walk.shape
    by_period = (draws, int(walk.period[-1]) + 1, size)
    return Residence(
        person_months=np.zeros(by_period, dtype=np.int32),
        newly_tolerated=np.zeros(by_period, dtype=np.int32),
        tolerated_months=np.zeros(by_period, dtype=np.int32),
        stock=np.empty((draws, months, 4), dtype=np.int64),
        gone=np.empty((draws, months), dtype=np.int64),
    )


def _initial_people(walk: Walk) -> NDArray[np.int64]:
    """Spread who is there before the first month, (status, draw, municipality)."""
    draws, _, size = walk.shape
    people = np.zeros((GONE, draws, size), dtype=np.int64)
    _place(walk, people, walk.initial, month=0, uniforms=np.full((GONE, draws), _ROUNDING))
    return people


def _assign(
    walk: Walk, people: NDArray[np.int64], month: int, uniforms: NDArray[np.float64]
) -> None:
    """Add the month's new persons to (status, draw, municipality)."""
    flows, draws = walk.inflows, people.shape[1]
    nobody = np.zeros_like(flows.procedure)
    inflows = (flows.procedure, flows.recognised, nobody, flows.temporary_protection)
    new = np.stack([inflow[:draws, month] for inflow in inflows])
    _place(walk, people, new, month=month, uniforms=uniforms)


def _place(
    walk: Walk,
    people: NDArray[np.int64],
    new: NDArray[np.int64],
    *,
    month: int,
    uniforms: NDArray[np.float64],
) -> None:
    """Add (status, draw) persons to municipalities: counted ones as § 3 FlüAG says, others by key.

    ``uniforms`` are (status, draw).
    """
    law = walk.placement
    counts = np.array([1, 0, 0, law.temporary_protection_counts[month]])
    counted, arriving = np.tensordot(counts, people, axes=1), counts @ new
    owed = np.maximum(obligations(law.key[month], counted, law.credited[month], arriving), 0.0)
    by_key = np.broadcast_to(law.key[month], owed.shape)
    for status in range(GONE):
        weights = owed if counts[status] else by_key
        people[status] += _apportion(new[status], weights, uniforms[status])


def _apportion(
    total: NDArray[np.int64], weights: NDArray[np.float64], uniform: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Share out whole persons, (draw, municipality), by systematic sampling."""
    cumulated = np.cumsum(weights, axis=1)
    bounds = np.floor(cumulated / cumulated[:, -1:] * total[:, None] + uniform[:, None])
    return np.diff(bounds, axis=1, prepend=0.0).astype(np.int64)


def _arrive(people: NDArray[np.int64]) -> list[Person]:
    """Make persons of (status, municipality) counts."""
    return [
        Person(municipality, status)
        for status, row in enumerate(people)
        for municipality, count in enumerate(row)
        for _ in range(count)
    ]
