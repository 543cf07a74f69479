"""Assignment to municipalities and the paths of persons living there.

One compiled kernel walks the months of each draw with the persons of every
municipality by group. It is the heavy inner loop of the library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numba
import numpy as np

from integrasim.world.apportionment import apportion, apportion_households, cumulate_obligations
from integrasim.world.counts import (
    Workspace,
    binomial_count,
    binomial_counts,
    binomial_tables,
    set_probability,
    workspace,
)
from integrasim.world.streams import Stream, three_uniforms, two_uniforms
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
# As 64-bit numbers, not literals: Numba compiles a function anew for each literal it is given.
(
    _DECIDED,
    _GRANTED,
    _APPEALED,
    _TOLERATED_AT_ONCE,
    _HEARD,
    _UPHELD,
    _TOLERATED_AT_LAST,
    _FREE,
    _ENDED,
    _UNPROTECTED,
    _REGULARISED,
) = np.arange(len(CHANGES))
"""Changes by name, in the order of ``CHANGES``."""
_LAYERS = np.arange(4)
"""Layers of the numbers of all persons of a municipality, three in each."""
_REFUSED_LAYER, _RECOGNISED_LAYER = np.int64(4), np.int64(20)
"""First layers of the numbers for persons who were refused, and recognised, lately; three months
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
    temporary_protection_local
        (2,) whether they are followed in their municipalities. Those whom no law counts in any
        month matter in the whole Land only, and are followed there.
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
    temporary_protection_local: NDArray[np.bool_]
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


class _Desk(NamedTuple):
    """Memory of a draw, used over and over: numbers, persons who move, and where walks are."""

    numbers: NDArray[np.float64]
    by_age: NDArray[np.float64]
    owed: NDArray[np.float64]
    persons: NDArray[np.int32]
    decided: NDArray[np.int32]
    moving: NDArray[np.int32]
    granted: NDArray[np.int32]
    tolerated: NDArray[np.int32]
    walks: Workspace


@numba.njit
def _desk(size):
    """Make the memory for a number of municipalities."""
    return _Desk(
        np.empty((3, size)),
        np.empty((3, size)),
        np.empty(size),
        np.empty(size, dtype=np.int32),
        np.empty(size, dtype=np.int32),
        np.empty(size, dtype=np.int32),
        np.empty(size, dtype=np.int32),
        np.empty(size, dtype=np.int32),
        workspace(size),
    )


@numba.njit(inline="always")
def _add(persons, others):
    """Add persons of each municipality."""
    for i in range(persons.size):
        persons[i] += others[i]


@numba.njit(inline="always")
def _subtract(persons, others):
    """Take persons of each municipality away."""
    for i in range(persons.size):
        persons[i] -= others[i]


@numba.njit(inline="always")
def _total(persons):
    """Add up the persons of all municipalities."""
    total = np.int64(0)
    for i in range(persons.size):
        total += persons[i]
    return total


@numba.njit(nogil=True, cache=True)
def _count(people, refused, recognised, law, t, counted):
    """Count the persons of each municipality who are counted under the law of a month."""
    for i in range(counted.size):
        counted[i] = people[_FIRST, i] + people[_APPEAL, i]
    if law.temporary_protection_counts[t, 0]:
        _add(counted, people[_PROTECTED])
    if law.temporary_protection_counts[t, 1]:
        _add(counted, people[_LATE])
    for age in range(law.months_after_rejection[t]):
        _add(counted, refused[age])
    for age in range(law.months_after_recognition[t]):
        _add(counted, recognised[age])
    return _total(counted)


_FLOWS = np.arange(len(Inflows._fields))
"""Inflows by number, as 64-bit numbers for the same reason as the changes above."""


@numba.njit(inline="always")
def _settle(initial, law, people, owed):
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
    basis = settled + law.credited[0].sum()
    cumulate_obligations(law.key[0], law.credited[0], people[0], basis, owed)
    by_key = np.cumsum(law.key[0])
    by_residence_key = np.cumsum(law.residence_key[0])
    for group in range(_PROTECTED):
        uncounted = by_residence_key if group == _RECOGNISED else by_key
        apportion(initial[group], owed if is_counted[group] else uncounted, 0.5, people[group])
    for kind in range(2):
        group = _protected_group(kind, law)
        if law.temporary_protection_local[kind]:
            shares = owed if is_counted[group] else by_key
            apportion(initial[group], shares, 0.5, people[group])
        else:
            people[group, 0] += initial[_PROTECTED + kind]


@numba.njit(inline="always")
def _protected_group(kind, law):
    """Group of persons with temporary protection; one for both kinds if neither is followed."""
    local = law.temporary_protection_local
    return _PROTECTED + kind if local[0] or local[1] else _PROTECTED


@numba.njit(inline="always")
def _place(arriving, law, credited, beginning, t, address, counted, people, owed):
    """Assign the month's persons to municipalities; ``credited`` are the Land's places."""
    protected, late = law.temporary_protection_counts[t, 0], law.temporary_protection_counts[t, 1]
    entering = arriving[0] + arriving[1]
    if protected:
        entering += arriving[3]
    if late:
        entering += arriving[4]
    to_first, to_appeal = _two(address, 0)
    to_protected, to_recognised = _two(address, 1)
    basis = _total(counted) + credited + entering
    cumulate_obligations(law.key[t], law.credited[t], counted, basis, owed)
    _share_out(arriving[0], owed, to_first, beginning, address, _FLOWS[0], people[_FIRST])
    _share_out(arriving[1], owed, to_appeal, beginning, address, _FLOWS[1], people[_APPEAL])
    for kind, counts in ((0, protected), (1, late)):
        flow, group = _FLOWS[3 + kind], _protected_group(kind, law)
        if not law.temporary_protection_local[kind]:
            people[group, 0] += arriving[flow]
        elif arriving[flow] > 0:
            shares = owed if counts else np.cumsum(law.key[t])
            _share_out(
                arriving[flow], shares, to_protected, beginning, address, flow, people[group]
            )
    if arriving[2] > 0:
        bound = people[_RECOGNISED]
        basis = np.float64(_total(bound) + arriving[2])
        cumulate_obligations(law.residence_key[t], np.zeros(bound.size), bound, basis, owed)
        _share_out(
            arriving[2], owed, to_recognised, beginning, address, _FLOWS[2], people[_RECOGNISED]
        )


@numba.njit(nogil=True, cache=True)
def _share_out(total, cumulated, uniform, beginning, address, flow, out):
    """Share persons out one by one, or in households where these have more than one."""
    if beginning < 1.0:
        apportion_households(total, cumulated, uniform, beginning, address, flow, out)
    else:
        apportion(total, cumulated, uniform, out)


@numba.njit(inline="always")
def _two(address, layer):
    """Two numbers for the whole Land."""
    key_0, key_1, position, draw = address
    return two_uniforms(key_0, key_1, position, draw, layer)


@numba.njit(nogil=True, cache=True)
def _draw_numbers(address, layer, out):
    """Write three numbers for each municipality, (3, municipality)."""
    key_0, key_1, position, draw = address
    for i in range(out.shape[1]):
        out[0, i], out[1, i], out[2, i] = three_uniforms(
            key_0, key_1, position + 1 + i, draw, layer
        )


@numba.njit(inline="always")
def _change(people, cohorts, law, tables, address, desk, newly_tolerated, flows):
    """Let persons change their status, each municipality on its own."""
    refused, recognised = cohorts
    u, moving, walks = desk.numbers, desk.moving, desk.walks

    # The first decision: recognised, appealed, tolerated, or gone.
    _draw_numbers(address, _LAYERS[0], u)
    left = binomial_counts(u[0], people[_FIRST], tables, _DECIDED, walks, desk.decided)
    _subtract(people[_FIRST], desk.decided)
    granted = binomial_counts(u[1], desk.decided, tables, _GRANTED, walks, desk.granted)
    _subtract(desk.decided, desk.granted)
    appealed = binomial_counts(u[2], desk.decided, tables, _APPEALED, walks, moving)
    _subtract(desk.decided, moving)
    _draw_numbers(address, _LAYERS[1], u)
    tolerated = binomial_counts(
        u[0], desk.decided, tables, _TOLERATED_AT_ONCE, walks, desk.tolerated
    )

    # The decision on an appeal: recognised, tolerated, or gone.
    left += binomial_counts(u[1], people[_APPEAL], tables, _HEARD, walks, desk.decided)
    _subtract(people[_APPEAL], desk.decided)
    _add(people[_APPEAL], moving)
    granted += binomial_counts(u[2], desk.decided, tables, _UPHELD, walks, moving)
    _add(desk.granted, moving)
    _subtract(desk.decided, moving)
    _draw_numbers(address, _LAYERS[2], u)
    tolerated += binomial_counts(u[0], desk.decided, tables, _TOLERATED_AT_LAST, walks, moving)
    _add(desk.tolerated, moving)

    flows[0] = appealed
    flows[1] = granted
    flows[2] = tolerated
    flows[3] = left - appealed - granted - tolerated
    flows[6] = _end(
        people[_RECOGNISED], recognised, u[1], _FREE, _RECOGNISED_LAYER, tables, address, desk
    )
    _enter(people[_RECOGNISED], recognised, desk.granted)
    ending = _end(people[_TOLERATED], refused, u[2], _ENDED, _REFUSED_LAYER, tables, address, desk)
    _enter(people[_TOLERATED], refused, desk.tolerated)
    _add(newly_tolerated, desk.tolerated)
    flows[4] = binomial_count(_two(address, 2)[0], ending, tables, _REGULARISED)
    flows[5] = ending - flows[4]

    for kind in range(2):
        flows[7] += _unprotect(people[_PROTECTED + kind], kind, law, tables, address, desk)


@numba.njit(inline="always")
def _unprotect(persons, kind, law, tables, address, desk):
    """Let temporary protection end, in each municipality or in the whole Land."""
    if law.temporary_protection_local[kind]:
        _draw_numbers(address, _LAYERS[3], desk.numbers)
        ended = binomial_counts(
            desk.numbers[kind], persons, tables, _UNPROTECTED, desk.walks, desk.moving
        )
        _subtract(persons, desk.moving)
    else:
        ended = binomial_count(_two(address, 3)[kind], np.int64(persons[0]), tables, _UNPROTECTED)
        persons[0] -= ended
    return ended


@numba.njit(nogil=True, cache=True)
def _end(persons, cohorts, uniforms, change, layer, tables, address, desk):
    """Let persons end a status this month; those who entered it lately grow a month older."""
    ages = cohorts.shape[0]
    longer, moving = desk.persons, desk.moving
    longer[:] = persons
    for age in range(ages):
        _subtract(longer, cohorts[age])
    ended = binomial_counts(uniforms, longer, tables, change, desk.walks, moving)
    _subtract(persons, moving)
    for age in range(ages - 1, -1, -1):
        if age == ages - 1 or age % 3 == 2:  # noqa: PLR2004 (three numbers to an address)
            _draw_numbers(address, layer + age // 3, desk.by_age)
        ended += binomial_counts(
            desk.by_age[age % 3], cohorts[age], tables, change, desk.walks, moving
        )
        _subtract(persons, moving)
        if age + 1 < ages:
            cohorts[age + 1] = cohorts[age]
            _subtract(cohorts[age + 1], moving)
    return ended


@numba.njit(inline="always")
def _enter(persons, cohorts, entering):
    """Let persons enter a status; they are the youngest of those who entered lately."""
    _add(persons, entering)
    if cohorts.shape[0] > 0:
        cohorts[0] = entering


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
    counted = np.empty(size, dtype=np.int32)
    credited = law.credited.sum(axis=1)
    tables, desk = binomial_tables(len(CHANGES)), _desk(size)
    for d in range(draws):
        for change in range(len(CHANGES)):
            set_probability(tables, change, probabilities[change, d])
        _settle(initial[:, d], law, people, desk.owed)
        refused[:] = 0
        recognised[:] = 0
        _count(people, refused, recognised, law, 0, counted)
        out.counted_before[d] = counted
        out.recognised_before[d] = people[_RECOGNISED]
        for t in range(months):
            address = (key_0, key_1, np.int64(t * (size + 1)), np.int64(first_draw + d))
            _place(
                inflows[d, t],
                law,
                credited[t],
                beginning[d],
                t,
                address,
                counted,
                people,
                desk.owed,
            )
            out.counted[d, t] = _count(people, refused, recognised, law, t, counted)
            p = calendar.period[t]
            _add(out.person_months[d, p], counted)
            _add(out.tolerated_months[d, p], people[_TOLERATED])
            for age in range(law.months_after_rejection[t]):
                _subtract(out.tolerated_months[d, p], refused[age])
            _add(out.recognised_months[d, p], people[_RECOGNISED])
            if calendar.year_end[t] >= 0:
                out.counted_at_end[d, calendar.year_end[t]] = counted
            if calendar.last_quarter[t] >= 0:
                _add(out.counted_last_quarter[d, calendar.last_quarter[t]], counted)
            _change(
                people,
                (refused, recognised),
                law,
                tables,
                address,
                desk,
                out.newly_tolerated[d, p],
                out.flows[d, t],
            )
            if calendar.year_end[t] >= 0:
                out.recognised_at_end[d, calendar.year_end[t]] = people[_RECOGNISED]
            following = min(t + 1, months - 1)
            out.remaining[d, t] = _count(people, refused, recognised, law, following, counted)
            out.stock[d, t, 0] = _total(people[_FIRST]) + _total(people[_APPEAL])
            out.stock[d, t, 1] = _total(people[_RECOGNISED])
            out.stock[d, t, 2] = _total(people[_TOLERATED])
            out.stock[d, t, 3] = _total(people[_PROTECTED]) + _total(people[_LATE])


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
