"""Assignment to municipalities and the paths of persons living there.

One compiled kernel walks the months of each draw with the persons of every
municipality by group. It is the heavy inner loop of the library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numba
import numpy as np

from integrasim.world.apportionment import apportion, apportion_households, cumulated_obligations
from integrasim.world.counts import (
    PREPARED_TRIALS,
    binomial_at,
    binomial_counts,
    masses_at_zero,
    odds_and_log_miss,
)
from integrasim.world.streams import Stream, four_uniforms
from integrasim.world.transitions import CHANGES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from integrasim.world.transitions import Transitions

STATUSES = ("reception", "procedure", "recognised", "tolerated", "temporary_protection")
"""Statuses of persons; all but the first live in municipalities."""
GROUPS = (
    "first_instance",
    "appeal",
    "recognised",
    "tolerated",
    "temporary_protection",
    "temporary_protection_late",
)
"""Groups that the kernel tells apart, two each in procedure and with temporary protection."""
RESIDENCE_FLOWS = (
    "appealed",
    "recognised",
    "tolerated",
    "left_procedure",
    "regularised",
    "left_tolerated",
    "obligation_ended",
    "left_temporary_protection",
)
"""Flows between the statuses of persons in municipalities, and out of them."""
LEAVING = RESIDENCE_FLOWS[3:]
"""Those of them by which persons leave all statuses."""

_FIRST, _APPEAL, _RECOGNISED, _TOLERATED, _PROTECTED, _LATE = range(len(GROUPS))
_LAND_LAYER = 2
"""Layer of the number for the whole Land, beside that for the assignment."""
_REFUSED_LAYER, _RECOGNISED_LAYER = 4, 16
"""First layers of the numbers for persons who were refused, and recognised, lately; four months
have one."""


class Placement(NamedTuple):
    """Who is sent where, and who counts: the law of § 3 FlüAG as plain arrays.

    Attributes
    ----------
    key
        (month, municipality) allocation key; each row sums to 1.
    residence_key
        (month, municipality) key by which recognised persons are sent under the residence rule;
        each row sums to 1.
    credited
        (month, municipality) places in Land facilities credited to a municipality.
    temporary_protection_counts
        (month, 2) whether persons with temporary protection are counted persons:
        those who entered up to the cut-off date, and those who entered later.
    months_after_rejection
        (month,) months for which tolerated persons still count after the one in which
        their duty to leave became enforceable.
    months_after_recognition
        (month,) months for which persons recognised in a municipality still count after
        the one in which they were.
    """

    key: NDArray[np.float64]
    residence_key: NDArray[np.float64]
    credited: NDArray[np.float64]
    temporary_protection_counts: NDArray[np.bool_]
    months_after_rejection: NDArray[np.int64]
    months_after_recognition: NDArray[np.int64]


class Inflows(NamedTuple):
    """Persons coming to live in municipalities, each (draw, month).

    ``temporary_protection_late`` entered after the cut-off date.
    """

    first_instance: NDArray[np.int64]
    appeal: NDArray[np.int64]
    recognised: NDArray[np.int64]
    temporary_protection: NDArray[np.int64]
    temporary_protection_late: NDArray[np.int64]


class Calendar(NamedTuple):
    """What the months belong to.

    ``period`` is (month,) the index of the period of constant law, ``year_end`` (month,)
    the index of the calendar year whose last month it is, ``last_quarter`` (month,) that of the
    calendar year to whose last three months it belongs, each -1 for all other months.
    """

    period: NDArray[np.int64]
    year_end: NDArray[np.int64]
    last_quarter: NDArray[np.int64]


class Residence(NamedTuple):
    """What the municipalities' residents add up to.

    Attributes
    ----------
    person_months
        (draw, period, municipality) months of counted persons, who earn the lump sum.
    newly_tolerated
        (draw, period, municipality) persons whose duty to leave became enforceable.
    tolerated_months
        (draw, period, municipality) months of tolerated persons who are not counted.
    recognised_months
        (draw, period, municipality) months of recognised persons under the residence rule.
    counted_before, recognised_before
        (draw, municipality) persons counted, and persons under the residence rule, before
        the first month.
    counted_at_end
        (draw, year, municipality) persons counted in the last month of the year.
    counted_last_quarter
        (draw, year, municipality) persons counted in October to December, added up.
    recognised_at_end
        (draw, year, municipality) persons under the residence rule at the end of the year.
    stock
        (draw, month, status) persons in municipalities at the end of the month, in
        the order of ``STATUSES`` without reception.
    flows
        (draw, month, flow) persons, in the order of ``RESIDENCE_FLOWS``.
    counted, remaining
        (draw, month) persons counted in the month, and persons present at its end who
        are counted in the next (in the last month: as in this one).
    """

    person_months: NDArray[np.int32]
    newly_tolerated: NDArray[np.int32]
    tolerated_months: NDArray[np.int32]
    recognised_months: NDArray[np.int32]
    counted_before: NDArray[np.int32]
    recognised_before: NDArray[np.int32]
    counted_at_end: NDArray[np.int32]
    counted_last_quarter: NDArray[np.int32]
    recognised_at_end: NDArray[np.int32]
    stock: NDArray[np.int64]
    flows: NDArray[np.int64]
    counted: NDArray[np.int64]
    remaining: NDArray[np.int64]


@numba.njit(nogil=True, cache=True)
def _count(people, refused, recognised, law, t):
    """Count the persons of each municipality who are counted under the law of a month."""
    counted = people[_FIRST] + people[_APPEAL]
    if law.temporary_protection_counts[t, 0]:
        counted += people[_PROTECTED]
    if law.temporary_protection_counts[t, 1]:
        counted += people[_LATE]
    for age in range(law.months_after_rejection[t]):
        counted += refused[age]
    for age in range(law.months_after_recognition[t]):
        counted += recognised[age]
    return counted


@numba.njit(nogil=True, cache=True)
def _settle(initial, law, people):
    """Spread the persons of the start, the counted ones so that all obligations are met."""
    is_counted = (
        True,
        True,
        False,
        False,
        law.temporary_protection_counts[0, 0],
        law.temporary_protection_counts[0, 1],
    )
    settled = np.int64(0)
    for group in range(len(is_counted)):
        if is_counted[group]:
            settled += initial[group]
    people[:] = 0
    owed = cumulated_obligations(law.key[0], law.credited[0], people[0], settled)
    by_key = np.cumsum(law.key[0])
    by_residence_key = np.cumsum(law.residence_key[0])
    for group in range(len(is_counted)):
        uncounted = by_residence_key if group == _RECOGNISED else by_key
        apportion(initial[group], owed if is_counted[group] else uncounted, 0.5, people[group])


@numba.njit(nogil=True, cache=True)
def _place(arriving, law, beginning, t, address, counted, people):
    """Assign the month's persons to municipalities."""
    late, protected = law.temporary_protection_counts[t, 1], law.temporary_protection_counts[t, 0]
    entering = arriving[0] + arriving[1]
    if protected:
        entering += arriving[3]
    if late:
        entering += arriving[4]
    key_0, key_1, position, draw = address
    uniforms = four_uniforms(key_0, key_1, position, draw, 1)
    owed = cumulated_obligations(law.key[t], law.credited[t], counted, entering)
    _share_out(arriving[0], owed, uniforms[0], beginning, address, 0, people[_FIRST])
    _share_out(arriving[1], owed, uniforms[1], beginning, address, 1, people[_APPEAL])
    by_key = np.cumsum(law.key[t])
    for flow, group, counts in ((3, _PROTECTED, protected), (4, _LATE, late)):
        shares = owed if counts else by_key
        _share_out(arriving[flow], shares, uniforms[2], beginning, address, flow, people[group])
    nowhere = np.zeros(people.shape[1])
    owed = cumulated_obligations(law.residence_key[t], nowhere, people[_RECOGNISED], arriving[2])
    _share_out(arriving[2], owed, uniforms[3], beginning, address, 2, people[_RECOGNISED])


@numba.njit(nogil=True, cache=True)
def _share_out(total, cumulated, uniform, beginning, address, flow, out):
    """Share persons out one by one, or in households where these have more than one."""
    if beginning < 1.0:
        apportion_households(total, cumulated, uniform, beginning, address, flow, out)
    else:
        apportion(total, cumulated, uniform, out)


@numba.njit(nogil=True, cache=True)
def _change(people, cohorts, chances, address, refused_here, flows):
    """Let persons change their status, each municipality on its own."""
    refused, recognised = cohorts
    size = people.shape[1]
    u = _uniforms(address, 1, size)
    v = _uniforms(address, 2, size)
    w = _uniforms(address, 3, size)

    # The first decision: recognised, appealed, tolerated, or gone.
    decided = _leave(u[0], people[_FIRST], 0, chances)
    granted = _leave(u[1], decided, 1, chances)
    appealed = _leave(u[2], decided - granted, 2, chances)
    tolerated = _leave(u[3], decided - granted - appealed, 3, chances)

    # The decision on an appeal: recognised, tolerated, or gone.
    heard = _leave(v[0], people[_APPEAL], 4, chances)
    upheld = _leave(v[1], heard, 5, chances)
    finally_tolerated = _leave(v[2], heard - upheld, 6, chances)

    granted += upheld
    tolerated += finally_tolerated
    free = _end(
        w[0], people[_RECOGNISED], recognised, granted, 7, _RECOGNISED_LAYER, chances, address
    )
    ending = _end(w[1], people[_TOLERATED], refused, tolerated, 8, _REFUSED_LAYER, chances, address)
    unprotected = _leave(w[2], people[_PROTECTED], 9, chances)
    late = _leave(w[3], people[_LATE], 9, chances)

    refused_here += tolerated
    people[_FIRST] -= decided
    people[_APPEAL] += appealed - heard
    people[_RECOGNISED] += granted - free
    people[_TOLERATED] += tolerated - ending
    people[_PROTECTED] -= unprotected
    people[_LATE] -= late
    flows[0] = appealed.sum()
    flows[1] = granted.sum()
    flows[2] = tolerated.sum()
    flows[3] = decided.sum() + heard.sum() - flows[0] - flows[1] - flows[2]
    flows[4] = _regularised(ending.sum(), chances, address)
    flows[5] = ending.sum() - flows[4]
    flows[6] = free.sum()
    flows[7] = unprotected.sum() + late.sum()


@numba.njit(nogil=True, cache=True)
def _uniforms(address, layer, size):
    """Four numbers for each municipality, (4, municipality)."""
    key_0, key_1, position, draw = address
    out = np.empty((4, size))
    for i in range(size):
        out[0, i], out[1, i], out[2, i], out[3, i] = four_uniforms(
            key_0, key_1, position + 1 + i, draw, layer
        )
    return out


@numba.njit(inline="always")
def _leave(uniforms, persons, change, chances):
    """Persons of each municipality who make a change this month."""
    odds, log_miss, at_zero = chances
    return binomial_counts(uniforms, persons, odds[change], log_miss[change], at_zero[change])


@numba.njit(nogil=True, cache=True)
def _end(uniforms, persons, cohorts, entering, change, layer, chances, address):
    """Persons who end a status this month; those who entered it lately grow a month older."""
    ages, size = cohorts.shape
    ending = _leave(uniforms, _without(persons, cohorts), change, chances)
    for age in range(ages - 1, -1, -1):
        if age == ages - 1 or (age + 1) % 4 == 0:
            by_age = _uniforms(address, layer + age // 4, size)
        going = _leave(by_age[age % 4], cohorts[age], change, chances)
        ending += going
        if age + 1 < ages:
            cohorts[age + 1] = cohorts[age] - going
    if ages > 0:
        cohorts[0] = entering
    return ending


@numba.njit(inline="always")
def _regularised(ending, chances, address):
    """Those of the tolerated in the whole Land who end it with a right of residence."""
    key_0, key_1, position, draw = address
    odds, log_miss, _ = chances
    uniform = four_uniforms(key_0, key_1, position, draw, _LAND_LAYER)[0]
    return binomial_at(uniform, ending, odds[10], log_miss[10])


@numba.njit(inline="always")
def _without(persons, others):
    """Persons of each municipality less all rows of others."""
    rest = persons.copy()
    for row in range(others.shape[0]):
        rest -= others[row]
    return rest


@numba.njit(nogil=True, cache=True)
def _reside(
    key_0, key_1, first_draw, initial, inflows, probabilities, beginning, law, calendar, ages, out
):
    """Walk all draws and months; see :func:`reside` for the arrays."""
    draws, months, _ = inflows.shape
    size = law.key.shape[1]
    people = np.empty((len(GROUPS), size), dtype=np.int32)
    refused = np.empty((ages[0], size), dtype=np.int32)
    recognised = np.empty((ages[1], size), dtype=np.int32)
    odds = np.empty(len(CHANGES))
    log_miss = np.empty(len(CHANGES))
    at_zero = np.empty((len(CHANGES), PREPARED_TRIALS))
    for d in range(draws):
        for change in range(len(CHANGES)):
            odds[change], log_miss[change] = odds_and_log_miss(probabilities[change, d])
            masses_at_zero(log_miss[change], at_zero[change])
        _settle(initial[:, d], law, people)
        refused[:] = 0
        recognised[:] = 0
        counted = _count(people, refused, recognised, law, 0)
        out.counted_before[d] = counted
        out.recognised_before[d] = people[_RECOGNISED]
        for t in range(months):
            address = (key_0, key_1, np.int64(t * (size + 1)), np.int64(first_draw + d))
            _place(inflows[d, t], law, beginning[d], t, address, counted, people)
            counted = _count(people, refused, recognised, law, t)
            uncounted = _without(people[_TOLERATED], refused[: law.months_after_rejection[t]])
            p = calendar.period[t]
            out.counted[d, t] = counted.sum()
            out.person_months[d, p] += counted
            out.tolerated_months[d, p] += uncounted
            out.recognised_months[d, p] += people[_RECOGNISED]
            if calendar.year_end[t] >= 0:
                out.counted_at_end[d, calendar.year_end[t]] = counted
            if calendar.last_quarter[t] >= 0:
                out.counted_last_quarter[d, calendar.last_quarter[t]] += counted
            _change(
                people,
                (refused, recognised),
                (odds, log_miss, at_zero),
                address,
                out.newly_tolerated[d, p],
                out.flows[d, t],
            )
            if calendar.year_end[t] >= 0:
                out.recognised_at_end[d, calendar.year_end[t]] = people[_RECOGNISED]
            counted = _count(people, refused, recognised, law, min(t + 1, months - 1))
            out.remaining[d, t] = counted.sum()
            out.stock[d, t, 0] = people[_FIRST].sum() + people[_APPEAL].sum()
            out.stock[d, t, 1] = people[_RECOGNISED].sum()
            out.stock[d, t, 2] = people[_TOLERATED].sum()
            out.stock[d, t, 3] = people[_PROTECTED].sum() + people[_LATE].sum()


def reside(
    inflows: Inflows,
    *,
    initial: NDArray[np.int64],
    transitions: Transitions,
    household_size: NDArray[np.float64],
    placement: Placement,
    calendar: Calendar,
    seed: int,
    draws: range,
) -> Residence:
    """Assign persons to municipalities and follow them until they are gone.

    In each month, in this order: persons are assigned; all who are present are
    counted for the month (a person counts up to and including the month in which
    the status ends, § 3 (3) FlüAG); statuses change.

    Those in procedure, and those with temporary protection while the law counts
    them, go in proportion to the positive obligations on the stock,
    key·(Σ counted + Σ credited places + to assign) - counted - credited places;
    recognised persons under the residence rule (§ 12a AufenthG) go likewise by the
    obligations on their own stock, with a key of their own and without credits.

    Parameters
    ----------
    inflows
        Persons by month.
    initial
        (group, draw) persons living in municipalities before the first month, in
        the order of ``GROUPS``. Counted persons are spread by the obligations, so
        that everyone has fulfilled them; recognised ones by their key, all others by the
        allocation key.
    transitions
        Monthly probabilities.
    household_size
        (draw,) mean number of persons who are assigned together, at least 1.
    placement
        Key, credits and who is counted, by month.
    calendar
        What the months belong to.
    seed, draws
        Seed of the run and the block of draws.

    Returns
    -------
    Residence
        Sums by period and municipality, stocks and flows by month.
    """
    months, size = placement.key.shape
    by_period = (len(draws), int(calendar.period[-1]) + 1, size)
    by_month = (len(draws), months)
    by_year = (len(draws), int(calendar.year_end.max()) + 1, size)
    result = Residence(
        person_months=np.zeros(by_period, dtype=np.int32),
        newly_tolerated=np.zeros(by_period, dtype=np.int32),
        tolerated_months=np.zeros(by_period, dtype=np.int32),
        recognised_months=np.zeros(by_period, dtype=np.int32),
        counted_before=np.zeros((len(draws), size), dtype=np.int32),
        recognised_before=np.zeros((len(draws), size), dtype=np.int32),
        counted_at_end=np.zeros(by_year, dtype=np.int32),
        counted_last_quarter=np.zeros(by_year, dtype=np.int32),
        recognised_at_end=np.zeros(by_year, dtype=np.int32),
        stock=np.empty((*by_month, len(STATUSES) - 1), dtype=np.int64),
        flows=np.zeros((*by_month, len(RESIDENCE_FLOWS)), dtype=np.int64),
        counted=np.empty(by_month, dtype=np.int64),
        remaining=np.empty(by_month, dtype=np.int64),
    )
    _reside(
        *Stream(seed, "residence").key,
        draws.start,
        initial,
        np.stack(inflows, axis=-1),
        transitions.conditional(),
        1.0 / household_size,
        placement,
        calendar,
        (
            int(placement.months_after_rejection.max()),
            int(placement.months_after_recognition.max()),
        ),
        result,
    )
    return result
