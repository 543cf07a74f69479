"""Time in Land facilities, by which door persons leave them, and what short places do."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numba
import numpy as np

from integrasim.world.large_counts import large_binomial_counts
from integrasim.world.streams import Stream, four_uniforms

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Stays(NamedTuple):
    """How persons pass through the Land facilities, each (draw,).

    ``share_recognised`` and ``share_left`` of those who come will be recognised there or
    leave from there, all others are assigned; the mean stay in months, at least 1,
    belongs to the outcome. ``share_in_appeal`` of those assigned have been refused by
    then and have appealed.
    """

    mean_assigned: NDArray[np.float64]
    mean_recognised: NDArray[np.float64]
    mean_left: NDArray[np.float64]
    share_recognised: NDArray[np.float64]
    share_left: NDArray[np.float64]
    share_in_appeal: NDArray[np.float64]


class ReceptionFlows(NamedTuple):
    """What leaves the Land facilities each month, and who is still there.

    Each is (draw, month) persons: ``assigned`` go to municipalities while their
    procedure runs, ``in_appeal`` of them after a refusal and ``early`` of them because
    places have run short; ``recognised`` are granted protection first and go there
    under the residence rule, ``left`` leave without ever being assigned, ``stock``
    live in the facilities at the end of the month.
    """

    assigned: NDArray[np.int64]
    in_appeal: NDArray[np.int64]
    early: NDArray[np.int64]
    recognised: NDArray[np.int64]
    left: NDArray[np.int64]
    stock: NDArray[np.int64]


@numba.njit(nogil=True, cache=True)
def _flows(key_0, key_1, first_draw, arrivals, initial, stays, room, out):
    """Walk the months with the persons of each outcome, (draw,) each."""
    draws, months = arrivals.shape
    to_assign, to_recognise, to_leave = initial[0].copy(), initial[1].copy(), initial[2].copy()
    left_of_rest = stays.share_left / np.maximum(1.0 - stays.share_recognised, 1e-300)
    u = np.empty((6, draws))
    for t in range(months):
        for d in range(draws):
            u[0, d], u[1, d], u[2, d], u[3, d] = four_uniforms(key_0, key_1, t, first_draw + d, 0)
            u[4, d], u[5, d], _, _ = four_uniforms(key_0, key_1, t, first_draw + d, 1)
        # Persons who come are told apart by their outcome: to be assigned, recognised, to leave.
        come = arrivals[:, t].copy()
        come_recognised = large_binomial_counts(u[0], come, stays.share_recognised)
        come_left = large_binomial_counts(u[1], come - come_recognised, left_of_rest)
        to_assign += come - come_recognised - come_left
        to_recognise += come_recognised
        to_leave += come_left
        assigned = large_binomial_counts(u[2], to_assign, 1.0 / stays.mean_assigned)
        recognised = large_binomial_counts(u[3], to_recognise, 1.0 / stays.mean_recognised)
        left = large_binomial_counts(u[4], to_leave, 1.0 / stays.mean_left)
        to_assign -= assigned
        to_recognise -= recognised
        to_leave -= left
        stock = to_assign + to_recognise + to_leave
        for d in range(draws):
            out.early[d, t] = 0
            if stock[d] > room[d, t]:
                out.early[d, t] = min(np.int64(np.ceil(stock[d] - room[d, t])), to_assign[d])
        to_assign -= out.early[:, t]
        assigned += out.early[:, t]
        out.assigned[:, t] = assigned
        out.in_appeal[:, t] = large_binomial_counts(u[5], assigned, stays.share_in_appeal)
        out.recognised[:, t] = recognised
        out.left[:, t] = left
        out.stock[:, t] = stock - out.early[:, t]


def initial_outcomes(persons: NDArray[np.int64], stays: Stays) -> NDArray[np.int64]:
    """Tell the persons of the start apart by what will become of them.

    Who stays longer is met more often. At the end of a month of a steady state, outcome
    k has the weight share_k · (mean stay_k - 1), as stays are counted in months begun.
    Whole persons, the rest to be assigned.

    Parameters
    ----------
    persons
        (draw,) persons in the facilities before the first month.
    stays
        Shares and mean stays.

    Returns
    -------
    numpy.ndarray
        (outcome, draw) persons to be assigned, to be recognised, to leave.

    Examples
    --------
    Half of those who come will leave, in two months instead of four:

    >>> one = np.ones(1)
    >>> stays = Stays(4 * one, 4 * one, 2 * one, 0 * one, 0.5 * one, 0 * one)
    >>> initial_outcomes(np.array([100]), stays).ravel()
    array([75,  0, 25])
    """
    recognised = stays.share_recognised
    left = np.minimum(stays.share_left, 1.0 - recognised)
    outcomes = np.stack([1.0 - recognised - left, recognised, left])
    months = np.stack([stays.mean_assigned, stays.mean_recognised, stays.mean_left])
    weights = outcomes * (months - 1.0)
    # Where nobody would be left at the end of a month, those of the start leave in the first one.
    weights = np.where(weights.sum(axis=0) > 0.0, weights, outcomes)
    shares = np.cumsum(weights[::-1], axis=0) / weights.sum(axis=0)
    upto = np.rint(shares * persons).astype(np.int64)
    return np.asarray(np.diff(upto, axis=0, prepend=0)[::-1])


def reception_flows(
    arrivals: NDArray[np.int64],
    *,
    initial: NDArray[np.int64],
    stays: Stays,
    room: NDArray[np.float64],
    seed: int,
    draws: range,
) -> ReceptionFlows:
    """Let persons stay in Land facilities for a random number of months.

    Persons who arrive in a month can leave in the same month. Each month a person
    leaves with probability 1 / mean stay (geometric stay, counted in months begun).
    If more persons are left than places can be occupied, those waiting to be
    assigned go to municipalities earlier, as many as are too many.

    Parameters
    ----------
    arrivals
        (draw, month) persons.
    initial
        (draw,) persons there before the first month.
    stays
        Outcomes and mean stays.
    room
        (draw, month) persons who can live there at the most, infinite without a limit.
    seed, draws
        Seed of the run and the block of draws.

    Returns
    -------
    ReceptionFlows
        Persons by month; arrivals + initial = assigned + recognised + left + stock in
        every draw.

    Examples
    --------
    A stay of one month passes everyone on at once:

    >>> one = np.ones(1)
    >>> stays = Stays(one, one, one, 0 * one, 0 * one, 0 * one)
    >>> flows = reception_flows(np.array([[5, 7]]), initial=np.array([3]), stays=stays,
    ...     room=np.full((1, 2), np.inf), seed=0, draws=range(1))
    >>> flows.assigned
    array([[8, 7]])

    With a very long stay and ten places, the eleventh person is assigned early:

    >>> flows = reception_flows(np.array([[9, 2]]), initial=np.array([0]),
    ...     stays=stays._replace(mean_assigned=1e12 * one), room=np.array([[10.0, 10.0]]),
    ...     seed=0, draws=range(1))
    >>> flows.early
    array([[0, 1]])
    """
    out = ReceptionFlows(
        *(np.empty(arrivals.shape, dtype=np.int64) for _ in ReceptionFlows._fields)
    )
    key = Stream(seed, "reception").key
    outcomes = initial_outcomes(initial, stays)
    _flows(*key, draws.start, arrivals, outcomes, stays, room, out)
    return out
