"""Assignment to municipalities and the paths of persons living there.

One compiled kernel walks the months of each draw with the persons of every
municipality by group. It is the heavy inner loop of the library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numba
import numpy as np

from integrasim.world.apportionment import apportion, apportion_households, positive_obligations
from integrasim.world.counts import (
    PREPARED_TRIALS,
    binomial_prepared,
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
_LATE_LAYER = 8
_FRESH_LAYER = 16
"""Layers of the numbers that few municipalities and months need."""


class Placement(NamedTuple):
    """Who is sent where, and who counts: the law of § 3 FlüAG as plain arrays.

    Attributes
    ----------
    key
        (month, municipality) allocation key; each row sums to 1.
    credited
        (month, municipality) places in Land facilities credited to a municipality.
    temporary_protection_counts
        (month, 2) whether persons with temporary protection are counted persons:
        those who entered up to the cut-off date, and those who entered later.
    months_after_rejection
        (month,) months for which tolerated persons still count after the one in which
        their duty to leave became enforceable.
    """

    key: NDArray[np.float64]
    credited: NDArray[np.float64]
    temporary_protection_counts: NDArray[np.bool_]
    months_after_rejection: NDArray[np.int64]


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
    the index of the calendar year whose last month it is, -1 for all other months.
    """

    period: NDArray[np.int64]
    year_end: NDArray[np.int64]


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
    counted_before
        (draw, municipality) persons counted before the first month.
    counted_at_end
        (draw, year, municipality) persons counted in the last month of the year.
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
    counted_at_end: NDArray[np.int32]
    stock: NDArray[np.int64]
    flows: NDArray[np.int64]
    counted: NDArray[np.int64]
    remaining: NDArray[np.int64]


@numba.njit(nogil=True, cache=True)
def _count(people, fresh, law, t, out):
    """Write the persons of each municipality who are counted under the law of a month."""
    for i in range(out.size):
        counted = people[_FIRST, i] + people[_APPEAL, i]
        if law.temporary_protection_counts[t, 0]:
            counted += people[_PROTECTED, i]
        if law.temporary_protection_counts[t, 1]:
            counted += people[_LATE, i]
        for age in range(law.months_after_rejection[t]):
            counted += fresh[age, i]
        out[i] = counted


@numba.njit(nogil=True, cache=True)
def _settle(initial, law, counted, weights, people):
    """Spread the persons of the start, the counted ones so that all obligations are met."""
    people[:] = 0
    counted[:] = 0
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
    positive_obligations(law.key[0], law.credited[0], counted, settled, weights)
    for group in range(len(is_counted)):
        if is_counted[group]:
            apportion(initial[group], weights, 0.5, people[group])
        else:
            apportion(initial[group], law.key[0], 0.5, people[group])


@numba.njit(nogil=True, cache=True)
def _place(arriving, law, beginning, t, address, counted, weights, people):
    """Assign the month's persons to municipalities."""
    late, protected = law.temporary_protection_counts[t, 1], law.temporary_protection_counts[t, 0]
    entering = arriving[0] + arriving[1]
    if protected:
        entering += arriving[3]
    if late:
        entering += arriving[4]
    key_0, key_1, position, draw = address
    uniforms = four_uniforms(key_0, key_1, position, draw, 1)
    positive_obligations(law.key[t], law.credited[t], counted, entering, weights)
    _share_out(arriving[0], weights, uniforms[0], beginning, address, 0, people[_FIRST])
    _share_out(arriving[1], weights, uniforms[1], beginning, address, 1, people[_APPEAL])
    for flow, group, counts in ((3, _PROTECTED, protected), (4, _LATE, late)):
        shares = weights if counts else law.key[t]
        _share_out(arriving[flow], shares, uniforms[2], beginning, address, flow, people[group])
    counted[:] = 0
    positive_obligations(law.key[t], counted, people[_RECOGNISED], arriving[2], weights)
    _share_out(arriving[2], weights, uniforms[3], beginning, address, 2, people[_RECOGNISED])


@numba.njit(nogil=True, cache=True)
def _share_out(total, weights, uniform, beginning, address, flow, out):
    """Share persons out one by one, or in households where these have more than one."""
    if beginning < 1.0:
        apportion_households(total, weights, uniform, beginning, address, flow, out)
    else:
        apportion(total, weights, uniform, out)


@numba.njit(nogil=True, cache=True)
def _change(people, fresh, odds, log_miss, at_zero, address, refused_here, flows):
    """Let persons change their status, each municipality on its own."""
    key_0, key_1, position, draw = address
    ages = fresh.shape[0]
    for i in range(people.shape[1]):
        place = position + 1 + i
        u0, u1, u2, u3 = four_uniforms(key_0, key_1, place, draw, 1)
        v0, v1, v2, v3 = four_uniforms(key_0, key_1, place, draw, 2)
        w0, w1, w2, w3 = four_uniforms(key_0, key_1, place, draw, 3)

        # The first decision: recognised, closed, appealed, tolerated, or gone.
        decided = _leave(u0, people[_FIRST, i], 0, odds, log_miss, at_zero)
        granted = _leave(u1, decided, 1, odds, log_miss, at_zero)
        closed = _leave(u2, decided - granted, 2, odds, log_miss, at_zero)
        refused = decided - granted - closed
        appealed = _leave(u3, refused, 3, odds, log_miss, at_zero)
        tolerated = _leave(v0, refused - appealed, 4, odds, log_miss, at_zero)
        left = closed + refused - appealed - tolerated

        # The decision on an appeal: recognised, tolerated, or gone.
        heard = _leave(v1, people[_APPEAL, i], 5, odds, log_miss, at_zero)
        upheld = _leave(v2, heard, 6, odds, log_miss, at_zero)
        finally_tolerated = _leave(v3, heard - upheld, 7, odds, log_miss, at_zero)
        left += heard - upheld - finally_tolerated

        free = _leave(w0, people[_RECOGNISED, i], 8, odds, log_miss, at_zero)
        older = people[_TOLERATED, i]
        for age in range(ages):
            older -= fresh[age, i]
        ending = _leave(w1, older, 9, odds, log_miss, at_zero)
        for age in range(ages - 1, -1, -1):
            u_age = four_uniforms(key_0, key_1, place, draw, _FRESH_LAYER + age)[0]
            going = _leave(u_age, fresh[age, i], 9, odds, log_miss, at_zero)
            ending += going
            if age + 1 < ages:
                fresh[age + 1, i] = fresh[age, i] - going
        if ages > 0:
            fresh[0, i] = tolerated + finally_tolerated
        regularised = _leave(w2, ending, 10, odds, log_miss, at_zero)
        unprotected = _leave(w3, people[_PROTECTED, i], 11, odds, log_miss, at_zero)
        late = np.int64(0)
        if people[_LATE, i] > 0:
            u_late = four_uniforms(key_0, key_1, place, draw, _LATE_LAYER)[0]
            late = _leave(u_late, people[_LATE, i], 11, odds, log_miss, at_zero)

        refused_here[i] += tolerated + finally_tolerated
        people[_FIRST, i] -= decided
        people[_APPEAL, i] += appealed - heard
        people[_RECOGNISED, i] += granted + upheld - free
        people[_TOLERATED, i] += tolerated + finally_tolerated - ending
        people[_PROTECTED, i] -= unprotected
        people[_LATE, i] -= late
        flows[0] += appealed
        flows[1] += granted + upheld
        flows[2] += tolerated + finally_tolerated
        flows[3] += left
        flows[4] += regularised
        flows[5] += ending - regularised
        flows[6] += free
        flows[7] += unprotected + late


@numba.njit(inline="always")
def _leave(uniform, persons, change, odds, log_miss, at_zero):
    """Persons who make a change this month."""
    return binomial_prepared(uniform, persons, odds[change], log_miss[change], at_zero[change])


@numba.njit(nogil=True, cache=True)
def _reside(
    key_0, key_1, first_draw, initial, inflows, probabilities, beginning, law, calendar, ages, out
):
    """Walk all draws and months; see :func:`reside` for the arrays."""
    draws, months, _ = inflows.shape
    size = law.key.shape[1]
    people = np.empty((len(GROUPS), size), dtype=np.int64)
    fresh = np.empty((ages, size), dtype=np.int64)
    counted = np.empty(size, dtype=np.int64)
    weights = np.empty(size)
    odds = np.empty(len(CHANGES))
    log_miss = np.empty(len(CHANGES))
    at_zero = np.empty((len(CHANGES), PREPARED_TRIALS))
    for d in range(draws):
        for change in range(len(CHANGES)):
            odds[change], log_miss[change] = odds_and_log_miss(probabilities[change, d])
            masses_at_zero(log_miss[change], at_zero[change])
        _settle(initial[:, d], law, counted, weights, people)
        fresh[:] = 0
        _count(people, fresh, law, 0, counted)
        out.counted_before[d] = counted
        for t in range(months):
            p = calendar.period[t]
            address = (key_0, key_1, np.int64(t * (size + 1)), np.int64(first_draw + d))
            _place(inflows[d, t], law, beginning[d], t, address, counted, weights, people)
            _count(people, fresh, law, t, counted)
            out.counted[d, t] = counted.sum()
            for i in range(size):
                uncounted = people[_TOLERATED, i]
                for age in range(law.months_after_rejection[t]):
                    uncounted -= fresh[age, i]
                out.person_months[d, p, i] += counted[i]
                out.tolerated_months[d, p, i] += uncounted
                out.recognised_months[d, p, i] += people[_RECOGNISED, i]
            if calendar.year_end[t] >= 0:
                out.counted_at_end[d, calendar.year_end[t]] = counted
            _change(
                people,
                fresh,
                odds,
                log_miss,
                at_zero,
                address,
                out.newly_tolerated[d, p],
                out.flows[d, t],
            )
            _count(people, fresh, law, min(t + 1, months - 1), counted)
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
    obligations on their own stock, without credits.

    Parameters
    ----------
    inflows
        Persons by month.
    initial
        (group, draw) persons living in municipalities before the first month, in
        the order of ``GROUPS``. Counted persons are spread by the obligations, so
        that everyone has fulfilled them; all others by the key.
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
    result = Residence(
        person_months=np.zeros(by_period, dtype=np.int32),
        newly_tolerated=np.zeros(by_period, dtype=np.int32),
        tolerated_months=np.zeros(by_period, dtype=np.int32),
        recognised_months=np.zeros(by_period, dtype=np.int32),
        counted_before=np.zeros((len(draws), size), dtype=np.int32),
        counted_at_end=np.zeros(
            (len(draws), int(calendar.year_end.max()) + 1, size), dtype=np.int32
        ),
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
        int(placement.months_after_rejection.max()),
        result,
    )
    return result
