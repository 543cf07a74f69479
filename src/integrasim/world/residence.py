"""Assignment to municipalities and the paths of persons living there.

One compiled kernel walks the months of each draw with the persons of every
municipality by status. It is the heavy inner loop of the library.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numba
import numpy as np

from integrasim.world.counts import (
    PREPARED_TRIALS,
    binomial_prepared,
    masses_at_zero,
    odds_and_log_miss,
)
from integrasim.world.streams import Stream, four_uniforms

if TYPE_CHECKING:
    from numpy.typing import NDArray

STATUSES = ("reception", "procedure", "recognised", "tolerated", "temporary_protection")
"""Statuses of persons; all but the first live in municipalities."""


@dataclass(frozen=True)
class Transitions:
    """Monthly probabilities of changing status, each (draw,).

    A procedure ends with ``decided``; the person is then ``recognised``,
    ``tolerated`` (of those not recognised) or gone. The other statuses end with
    the probability named after them, and the person is gone.
    """

    decided: NDArray[np.float64]
    recognised: NDArray[np.float64]
    tolerated: NDArray[np.float64]
    recognised_end: NDArray[np.float64]
    tolerated_end: NDArray[np.float64]
    temporary_protection_end: NDArray[np.float64]


@dataclass(frozen=True)
class Placement:
    """Who is sent where: the law of § 3 FlüAG as plain arrays.

    Attributes
    ----------
    key
        (month, municipality) allocation key; each row sums to 1.
    credited
        (month, municipality) places in Land facilities credited to a municipality.
    temporary_protection_counts
        (month,) whether persons with temporary protection are counted persons.
    """

    key: NDArray[np.float64]
    credited: NDArray[np.float64]
    temporary_protection_counts: NDArray[np.bool_]


@dataclass(frozen=True)
class Inflows:
    """Persons coming to live in municipalities, each (draw, month)."""

    procedure: NDArray[np.int64]
    recognised: NDArray[np.int64]
    temporary_protection: NDArray[np.int64]


@dataclass(frozen=True)
class Residence:
    """What the municipalities' residents add up to.

    Attributes
    ----------
    person_months
        (draw, period, municipality) months of counted persons, who earn the lump sum.
    newly_tolerated
        (draw, period, municipality) persons whose duty to leave became enforceable.
    tolerated_months
        (draw, period, municipality) months of tolerated persons.
    stock
        (draw, month, status) persons in municipalities at the end of the month, in
        the order of ``STATUSES`` without reception.
    gone
        (draw, month) persons who left these statuses.
    """

    person_months: NDArray[np.int32]
    newly_tolerated: NDArray[np.int32]
    tolerated_months: NDArray[np.int32]
    stock: NDArray[np.int64]
    gone: NDArray[np.int64]


@numba.njit(nogil=True, cache=True)
def apportion(total, weights, uniform, out):
    """Add ``total`` whole persons to ``out`` in proportion to ``weights``.

    Systematic apportionment: the cumulated shares times the total, plus one
    uniform, rounded down and differenced. Everyone gets the share's floor or
    ceiling, the expectation is the exact share, and the total is exact
    (Madow 1949, "On the theory of systematic sampling", Ann. Math. Stat. 20).
    """
    if total == 0:
        return
    scale = total / weights.sum()
    cumulated = 0.0
    before = np.int64(0)
    last = np.int64(-1)
    for i in range(weights.size):
        if weights[i] > 0.0:
            cumulated += weights[i]
            upto = min(np.int64(np.floor(cumulated * scale + uniform)), total)
            out[i] += upto - before
            before = upto
            last = i
    # Rounding of the sum may leave the last boundary a hair below the total.
    out[last] += total - before


@numba.njit(inline="always")
def _positive_obligations(key, credited, counted, to_assign, out):
    """Obligation of each municipality on the stock (§ 3 FlüAG), zero where it is met."""
    basis = counted.sum() + credited.sum() + to_assign
    for i in range(key.size):
        out[i] = max(key[i] * basis - counted[i] - credited[i], 0.0)


@numba.njit(nogil=True, cache=True)
def _reside(
    key_0,
    key_1,
    first_draw,
    initial,
    inflows,
    transitions,
    key,
    credited,
    counts_tp,
    period,
    person_months,
    newly_tolerated,
    tolerated_months,
    stock,
    gone,
):
    """Walk all draws and months; see :func:`reside` for the arrays."""
    _, draws, months = inflows.shape
    size = key.shape[1]
    people = np.empty((4, size), dtype=np.int64)
    counted = np.empty(size, dtype=np.int64)
    weights = np.empty(size)
    odds = np.empty(6)
    log_miss = np.empty(6)
    at_zero = np.empty((6, PREPARED_TRIALS))
    for d in range(draws):
        draw = first_draw + d
        for change in range(6):
            odds[change], log_miss[change] = odds_and_log_miss(transitions[change, d])
            masses_at_zero(log_miss[change], at_zero[change])
        people[:] = 0
        counted[:] = 0
        settled = initial[0, d] + (initial[3, d] if counts_tp[0] else 0)
        _positive_obligations(key[0], credited[0], counted, settled, weights)
        apportion(initial[0, d], weights, 0.5, people[0])
        if not counts_tp[0]:
            weights[:] = key[0]
        apportion(initial[3, d], weights, 0.5, people[3])
        apportion(initial[1, d], key[0], 0.5, people[1])
        apportion(initial[2, d], key[0], 0.5, people[2])
        for t in range(months):
            u_procedure, u_recognised, u_protected, _ = four_uniforms(
                key_0, key_1, t * (size + 1), draw, 1
            )
            counted[:] = people[0]
            if counts_tp[t]:
                counted += people[3]
            arriving = inflows[0, d, t] + (inflows[2, d, t] if counts_tp[t] else 0)
            _positive_obligations(key[t], credited[t], counted, arriving, weights)
            apportion(inflows[0, d, t], weights, u_procedure, people[0])
            if not counts_tp[t]:
                weights[:] = key[t]
            apportion(inflows[2, d, t], weights, u_protected, people[3])
            apportion(inflows[1, d, t], key[t], u_recognised, people[1])
            p = period[t]
            left = np.int64(0)
            for i in range(size):
                procedure, recognised, tolerated, protected = people[:, i]
                counted_here = procedure + (protected if counts_tp[t] else 0)
                person_months[d, p, i] += counted_here
                tolerated_months[d, p, i] += tolerated
                address = t * (size + 1) + 1 + i
                u0, u1, u2, u3 = four_uniforms(key_0, key_1, address, draw, 1)
                v0, v1, _, _ = four_uniforms(key_0, key_1, address, draw, 2)
                ended = binomial_prepared(u0, procedure, odds[0], log_miss[0], at_zero[0])
                granted = binomial_prepared(u1, ended, odds[1], log_miss[1], at_zero[1])
                refused = binomial_prepared(u2, ended - granted, odds[2], log_miss[2], at_zero[2])
                out_r = binomial_prepared(u3, recognised, odds[3], log_miss[3], at_zero[3])
                out_t = binomial_prepared(v0, tolerated, odds[4], log_miss[4], at_zero[4])
                out_p = binomial_prepared(v1, protected, odds[5], log_miss[5], at_zero[5])
                newly_tolerated[d, p, i] += refused
                people[0, i] = procedure - ended
                people[1, i] = recognised + granted - out_r
                people[2, i] = tolerated + refused - out_t
                people[3, i] = protected - out_p
                left += ended - granted - refused + out_r + out_t + out_p
            gone[d, t] = left
            for status in range(4):
                stock[d, t, status] = people[status].sum()


def reside(
    inflows: Inflows,
    *,
    initial: NDArray[np.int64],
    transitions: Transitions,
    placement: Placement,
    period: NDArray[np.intp],
    seed: int,
    draws: range,
) -> Residence:
    """Assign persons to municipalities and follow them until they are gone.

    In each month, in this order: persons are assigned; all who are present are
    counted for the month (a person counts up to and including the month in which
    the status ends, § 3 (3) FlüAG); statuses change.

    Those in procedure (and, while they are counted persons, those with temporary
    protection) go in proportion to the positive obligations on the stock,
    key·(Σ counted + Σ credited places + to assign) - counted - credited places;
    recognised persons under the residence rule go by the key.

    Parameters
    ----------
    inflows
        Persons by month.
    initial
        (status, draw) persons living in municipalities before the first month, in
        the order of ``STATUSES`` without reception. Counted persons are spread by
        the obligations, so that everyone has fulfilled them; all others by the key.
    transitions
        Monthly probabilities.
    placement
        Key, credits and who is counted, by month.
    period
        (month,) index of the month's period of constant law.
    seed, draws
        Seed of the run and the block of draws.

    Returns
    -------
    Residence
        Sums by period and municipality, and the stock by month.
    """
    shape = (len(draws), int(period[-1]) + 1, placement.key.shape[1])
    months = period.size
    result = Residence(
        person_months=np.zeros(shape, dtype=np.int32),
        newly_tolerated=np.zeros(shape, dtype=np.int32),
        tolerated_months=np.zeros(shape, dtype=np.int32),
        stock=np.empty((len(draws), months, 4), dtype=np.int64),
        gone=np.empty((len(draws), months), dtype=np.int64),
    )
    not_recognised = np.maximum(1.0 - transitions.recognised, np.finfo(np.float64).tiny)
    _reside(
        *Stream(seed, "residence").key,
        draws.start,
        initial,
        np.stack([inflows.procedure, inflows.recognised, inflows.temporary_protection]),
        np.stack(
            [
                transitions.decided,
                transitions.recognised,
                transitions.tolerated / not_recognised,
                transitions.recognised_end,
                transitions.tolerated_end,
                transitions.temporary_protection_end,
            ]
        ),
        placement.key,
        placement.credited,
        placement.temporary_protection_counts,
        period,
        result.person_months,
        result.newly_tolerated,
        result.tolerated_months,
        result.stock,
        result.gone,
    )
    return result
