"""The residence stage and the ledger as one would write them first.

Same law, same order of events, same results in distribution, NumPy's or Python's own
random numbers. Persons are assigned one by one, not in households.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from integrasim.law.assignment import obligations
from integrasim.world.residence import (
    GROUPS,
    RESIDENCE_FLOWS,
    STATUSES,
    Calendar,
    Inflows,
    Placement,
    Residence,
)
from integrasim.world.transitions import CHANGES, Transitions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from integrasim.world.illness import IllnessYears

    Leavers = Callable[
        [np.random.Generator, NDArray[np.int64], NDArray[np.float64]], NDArray[np.int64]
    ]

FIRST, APPEAL, RECOGNISED, TOLERATED, PROTECTED, LATE = range(len(GROUPS))
REGULARISED, GONE = len(GROUPS), len(GROUPS) + 1
"""The two ways of not being there any more, after the groups."""
ARRIVING = (FIRST, APPEAL, RECOGNISED, PROTECTED, LATE)
"""Groups that the inflows go to, in their order."""
STATUS_STARTS = (FIRST, RECOGNISED, TOLERATED, PROTECTED)
"""Group with which each status in municipalities begins."""
_ROUNDING = 0.5
_LONG_AGO = 1 << 30
"""Months since the refusal of those who were tolerated before the first month."""


@dataclass(frozen=True)
class Walk:
    """The arguments of :func:`integrasim.world.residence.reside`, but for the streams."""

    inflows: Inflows
    initial: NDArray[np.int64]
    transitions: Transitions
    placement: Placement
    calendar: Calendar

    @classmethod
    def of(cls, arguments: Mapping[str, Any], *, draws: NDArray[np.intp], months: int) -> Self:
        """Take some draws, which may repeat, and the first months of a run's arguments."""
        return cls(
            inflows=Inflows(*(each[draws, :months] for each in arguments["inflows"])),
            initial=arguments["initial"][:, draws],
            transitions=Transitions(*(each[draws] for each in arguments["transitions"])),
            placement=Placement(*(each[:months] for each in arguments["placement"])),
            calendar=Calendar(*(each[:months] for each in arguments["calendar"])),
        )

    @property
    def shape(self) -> tuple[int, int, int]:
        """Draws, months and municipalities."""
        return (*self.inflows.first_instance.shape, self.placement.key.shape[1])

    @property
    def cells(self) -> int:
        """Count the draws × months × municipalities."""
        return math.prod(self.shape)

    def counted_groups(self, month: int) -> NDArray[np.bool_]:
        """Tell whether each group is counted in a month; before the first as in the first."""
        counts = np.zeros(len(GROUPS), dtype=np.bool_)
        counts[[FIRST, APPEAL]] = True
        counts[[PROTECTED, LATE]] = self.placement.temporary_protection_counts[max(month, 0)]
        return counts


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
    """Walk through the months with counts of persons, (draw, municipality) by group."""
    draws, months, size = walk.shape
    result = _empty(draws, walk)
    people = _initial_people(walk)
    result.recognised_before[:] = people[RECOGNISED]
    result.counted_before[:] = _counted(walk, people, 0)
    ages = walk.placement.months_after_rejection
    fresh = np.zeros((ages.max(), draws, size), dtype=np.int64)
    chances = dict(zip(CHANGES, walk.transitions.conditional(), strict=True))

    def leave(persons: NDArray[np.int64], change: str) -> NDArray[np.int64]:
        return leavers(generator, persons, chances[change])

    for month in range(months):
        still_counted = fresh[: ages[month]].sum(axis=0)
        before = _counted(walk, people, month) + still_counted
        uniforms = generator.random((len(GROUPS), draws))
        _assign(walk, people, before, month, uniforms)
        _note_counted(
            walk,
            result,
            month,
            counted=_counted(walk, people, month) + still_counted,
            tolerated=people[TOLERATED] - still_counted,
            recognised=people[RECOGNISED],
        )
        flows, refused = _change(people, fresh, leave)
        if walk.calendar.year_end[month] >= 0:
            result.recognised_at_end[:, walk.calendar.year_end[month]] = people[RECOGNISED]
        result.newly_tolerated[:, walk.calendar.period[month]] += refused
        result.flows[:, month] = np.stack([flow.sum(axis=1) for flow in flows], axis=1)
        result.stock[:, month] = _by_status(people)
        following = min(month + 1, months - 1)
        remaining = _counted(walk, people, following) + fresh[: ages[following]].sum(axis=0)
        result.remaining[:, month] = remaining.sum(axis=1)
    return result


def _change(
    people: NDArray[np.int64],
    fresh: NDArray[np.int64],
    leave: Callable[[NDArray[np.int64], str], NDArray[np.int64]],
) -> tuple[list[NDArray[np.int64]], NDArray[np.int64]]:
    """Change (group, draw, municipality) counts; give the flows and those refused for good."""
    decided = leave(people[FIRST], "decided")
    granted = leave(decided, "recognised")
    appealed = leave(decided - granted, "appealed")
    refused = leave(decided - granted - appealed, "tolerated")
    heard = leave(people[APPEAL], "appeal_decided")
    upheld = leave(heard, "appeal_recognised")
    refused_again = leave(heard - upheld, "appeal_tolerated")
    free = leave(people[RECOGNISED], "recognised_end")
    ending = leave(people[TOLERATED] - fresh.sum(axis=0), "tolerated_end")
    for age in reversed(range(len(fresh))):
        going = leave(fresh[age], "tolerated_end")
        ending += going
        if age + 1 < len(fresh):
            fresh[age + 1] = fresh[age] - going
    fresh[:1] = refused + refused_again
    regularised = leave(ending.sum(axis=1, keepdims=True), "regularised")
    unprotected = leave(people[PROTECTED], "temporary_protection_end")
    late = leave(people[LATE], "temporary_protection_end")

    people[FIRST] -= decided
    people[APPEAL] += appealed - heard
    people[RECOGNISED] += granted + upheld - free
    people[TOLERATED] += refused + refused_again - ending
    people[PROTECTED] -= unprotected
    people[LATE] -= late
    left = decided - granted - appealed - refused + heard - upheld - refused_again
    flows = [
        appealed,
        granted + upheld,
        refused + refused_again,
        left,
        regularised,
        ending.sum(axis=1, keepdims=True) - regularised,
        free,
        unprotected + late,
    ]
    return flows, refused + refused_again


@dataclass(slots=True)
class Person:
    municipality: int
    group: int
    months_since_refusal: int = _LONG_AGO


def walk_persons(walk: Walk, *, seed: int) -> Residence:
    """Walk through the months of the first draw person by person."""
    uniform = random.Random(seed).random
    _, months, size = walk.shape
    result = _empty(1, walk)
    initial = _initial_people(walk)
    result.recognised_before[:] = initial[RECOGNISED]
    result.counted_before[:] = _counted(walk, initial, 0)
    present = _arrive(initial[:, 0])
    chances = {name: float(each[0]) for name, each in walk.transitions._asdict().items()}
    for month in range(months):
        people = _tally(present, size)
        period = walk.calendar.period[month]
        still = _refused_lately(walk, present, month)
        still_counted = _tally(still, size).sum(axis=0)
        before = _counted(walk, people, month) + still_counted
        after = people.copy()
        uniforms = np.array([[uniform()] for _ in GROUPS])
        _assign(walk, after, before, month, uniforms)
        present += _arrive((after - people)[:, 0])
        _note_counted(
            walk,
            result,
            month,
            counted=_counted(walk, after, month) + still_counted,
            tolerated=after[TOLERATED] - still_counted,
            recognised=after[RECOGNISED],
        )
        staying = []
        for person in present:
            group = person.group
            person.group = _next_group(group, chances, uniform)
            person.months_since_refusal += 1
            if person.group == TOLERATED != group:
                person.months_since_refusal = 0
                result.newly_tolerated[0, period, person.municipality] += 1
            if person.group != group:
                result.flows[0, month, _FLOW[group, person.group]] += 1
            if person.group < len(GROUPS):
                staying.append(person)
        present = staying
        people = _tally(present, size)
        if walk.calendar.year_end[month] >= 0:
            result.recognised_at_end[:, walk.calendar.year_end[month]] = people[RECOGNISED]
        result.stock[:, month] = _by_status(people)
        following = min(month + 1, months - 1)
        remaining = _counted(walk, people, following).sum()
        result.remaining[:, month] = remaining + len(_refused_lately(walk, present, following))
    return result


def _refused_lately(walk: Walk, present: list[Person], month: int) -> list[Person]:
    """Give the tolerated persons who are still counted in a month."""
    months = walk.placement.months_after_rejection[month]
    return [person for person in present if person.months_since_refusal < months]


_FLOW = {
    (before, after): RESIDENCE_FLOWS.index(flow)
    for flow, befores, after in (
        ("appealed", (FIRST,), APPEAL),
        ("recognised", (FIRST, APPEAL), RECOGNISED),
        ("tolerated", (FIRST, APPEAL), TOLERATED),
        ("left_procedure", (FIRST, APPEAL), GONE),
        ("regularised", (TOLERATED,), REGULARISED),
        ("left_tolerated", (TOLERATED,), GONE),
        ("obligation_ended", (RECOGNISED,), GONE),
        ("left_temporary_protection", (PROTECTED, LATE), GONE),
    )
    for before in befores
}
"""Flow to which a change from one group to another belongs."""


def _next_group(group: int, chances: dict[str, float], uniform: Callable[[], float]) -> int:
    """Draw what becomes of a person within a month."""
    if uniform() >= chances[_END[group]]:
        return group
    outcome = uniform()
    for share, after in _outcomes(group, chances):
        outcome -= share
        if outcome < 0.0:
            return after
    return GONE


_END = (
    "decided",
    "appeal_decided",
    "recognised_end",
    "tolerated_end",
    "temporary_protection_end",
    "temporary_protection_end",
)
"""Change by which persons leave each group."""


def _outcomes(group: int, chances: dict[str, float]) -> list[tuple[float, int]]:
    """List the share that goes from a group to another one; the rest is gone."""
    if group == FIRST:
        refused = 1.0 - chances["recognised"] - chances["closed"]
        return [
            (chances["recognised"], RECOGNISED),
            (refused * chances["appealed"], APPEAL),
            (chances["tolerated"], TOLERATED),
        ]
    if group == APPEAL:
        return [
            (chances["appeal_recognised"], RECOGNISED),
            (chances["appeal_tolerated"], TOLERATED),
        ]
    return [(chances["regularised"], REGULARISED)] if group == TOLERATED else []


def _tally(present: list[Person], size: int) -> NDArray[np.int64]:
    """Count persons, (group, draw, municipality) with a single draw."""
    count = Counter((person.group, person.municipality) for person in present)
    return np.array([[[count[group, i] for i in range(size)]] for group in range(len(GROUPS))])


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
    periods, years = walk.calendar.period[-1] + 1, walk.calendar.year_end.max() + 1
    return Residence(
        **{
            name: np.zeros((draws, periods, size), dtype=np.int32)
            for name in (
                "person_months",
                "newly_tolerated",
                "tolerated_months",
                "recognised_months",
            )
        },
        counted_before=np.zeros((draws, size), dtype=np.int32),
        recognised_before=np.zeros((draws, size), dtype=np.int32),
        counted_at_end=np.zeros((draws, years, size), dtype=np.int32),
        counted_last_quarter=np.zeros((draws, years, size), dtype=np.int32),
        recognised_at_end=np.zeros((draws, years, size), dtype=np.int32),
        stock=np.empty((draws, months, len(STATUSES) - 1), dtype=np.int64),
        flows=np.zeros((draws, months, len(RESIDENCE_FLOWS)), dtype=np.int64),
        counted=np.empty((draws, months), dtype=np.int64),
        remaining=np.empty((draws, months), dtype=np.int64),
    )


def _counted(walk: Walk, people: NDArray[np.int64], month: int) -> NDArray[np.int64]:
    """Add up the groups that are counted in a month, (draw, municipality)."""
    return np.asarray(people[walk.counted_groups(month)].sum(axis=0))


def _by_status(people: NDArray[np.int64]) -> NDArray[np.int64]:
    """Add up (group, draw, municipality) counts to (draw, status)."""
    return np.add.reduceat(people.sum(axis=2), STATUS_STARTS).T


def _note_counted(
    walk: Walk,
    result: Residence,
    month: int,
    *,
    counted: NDArray[np.int64],
    tolerated: NDArray[np.int64],
    recognised: NDArray[np.int64],
) -> None:
    """Note who is counted in a month, and who is there and is not."""
    period, year = walk.calendar.period[month], walk.calendar.year_end[month]
    result.counted[:, month] = counted.sum(axis=1)
    result.person_months[:, period] += counted
    result.tolerated_months[:, period] += tolerated
    result.recognised_months[:, period] += recognised
    if year >= 0:
        result.counted_at_end[:, year] = counted
    if walk.calendar.last_quarter[month] >= 0:
        result.counted_last_quarter[:, walk.calendar.last_quarter[month]] += counted


def _initial_people(walk: Walk) -> NDArray[np.int64]:
    """Spread who is there before the first month, (group, draw, municipality)."""
    draws, _, size = walk.shape
    people = np.zeros((len(GROUPS), draws, size), dtype=np.int64)
    counts = walk.counted_groups(0)
    rounding = np.full(draws, _ROUNDING)
    nobody = np.zeros((draws, size), dtype=np.int64)
    owed = _owed(walk, nobody, counts @ walk.initial, month=0)
    for group in range(len(GROUPS)):
        weights = owed if counts[group] else np.broadcast_to(walk.placement.key[0], owed.shape)
        people[group] = _apportion(walk.initial[group], weights, rounding)
    return people


def _assign(
    walk: Walk,
    people: NDArray[np.int64],
    counted: NDArray[np.int64],
    month: int,
    uniforms: NDArray[np.float64],
) -> None:
    """Add the month's new persons to municipalities.

    ``people`` are (group, draw, municipality), of whom ``counted`` (draw, municipality)
    are counted. ``uniforms`` are (group, draw).
    """
    counts = walk.counted_groups(month)
    draws = people.shape[1]
    new = np.zeros((len(GROUPS), draws), dtype=np.int64)
    new[list(ARRIVING)] = np.stack(walk.inflows)[:, :draws, month]
    entering = counts @ new
    key = np.broadcast_to(walk.placement.key[month], counted.shape)
    owed = _owed(walk, counted, entering, month=month)
    residence_rule = np.maximum(
        obligations(key[0], people[RECOGNISED], np.zeros_like(key[0]), new[RECOGNISED]), 0.0
    )
    for group in ARRIVING:
        by_obligation = residence_rule if group == RECOGNISED else owed
        weights = by_obligation if counts[group] or group == RECOGNISED else key
        people[group] += _apportion(new[group], weights, uniforms[group])


def _owed(
    walk: Walk, counted: NDArray[np.int64], entering: NDArray[np.int64], *, month: int
) -> NDArray[np.float64]:
    """Positive obligations of § 3 FlüAG, (draw, municipality)."""
    law = walk.placement
    return np.maximum(obligations(law.key[month], counted, law.credited[month], entering), 0.0)


def _apportion(
    total: NDArray[np.int64], weights: NDArray[np.float64], uniform: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Share out whole persons, (draw, municipality), by systematic sampling."""
    cumulated = np.cumsum(weights, axis=1)
    bounds = np.floor(cumulated / cumulated[:, -1:] * total[:, None] + uniform[:, None])
    return np.diff(bounds, axis=1, prepend=0.0).astype(np.int64)


def _arrive(people: NDArray[np.int64]) -> list[Person]:
    """Make persons of (group, municipality) counts."""
    return [
        Person(municipality, group)
        for group, row in enumerate(people)
        for municipality, count in enumerate(row)
        for _ in range(count)
    ]
