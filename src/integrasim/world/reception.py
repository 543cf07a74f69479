"""Time in Land facilities, and by which door persons leave them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numba
import numpy as np

from integrasim.world.counts import binomial_quantile
from integrasim.world.streams import Stream, four_uniforms

if TYPE_CHECKING:
    from numpy.typing import NDArray


class ReceptionFlows(NamedTuple):
    """What leaves the Land facilities each month, and who is still there.

    Each is (draw, month) persons: ``assigned`` go to municipalities while their
    procedure runs, ``recognised`` are granted protection first and go there under
    the residence rule, ``left`` leave without ever being assigned, ``stock`` live
    in the facilities at the end of the month.
    """

    assigned: NDArray[np.int64]
    recognised: NDArray[np.int64]
    left: NDArray[np.int64]
    stock: NDArray[np.int64]


@numba.njit(nogil=True, cache=True)
def _flows(key_0, key_1, first_draw, arrivals, initial, leaving, recognised, left, out):
    """Competing monthly risks in the Land facilities; ``out`` is (4, draw, month)."""
    draws, months = arrivals.shape
    for d in range(draws):
        stock = initial[d]
        left_of_rest = left[d] / max(1.0 - recognised[d], 1e-300)
        for t in range(months):
            stock += arrivals[d, t]
            u_leaving, u_recognised, u_left, _ = four_uniforms(key_0, key_1, t, first_draw + d, 0)
            out_all = binomial_quantile(u_leaving, stock, leaving[d])
            out_recognised = binomial_quantile(u_recognised, out_all, recognised[d])
            out_left = binomial_quantile(u_left, out_all - out_recognised, left_of_rest)
            stock -= out_all
            out[0, d, t] = out_all - out_recognised - out_left
            out[1, d, t] = out_recognised
            out[2, d, t] = out_left
            out[3, d, t] = stock


def reception_flows(
    arrivals: NDArray[np.int64],
    *,
    initial: NDArray[np.int64],
    mean_stay: NDArray[np.float64],
    share_recognised: NDArray[np.float64],
    share_left: NDArray[np.float64],
    seed: int,
    draws: range,
) -> ReceptionFlows:
    """Let persons stay in Land facilities for a random number of months.

    Persons who arrive in a month can leave in the same month. Each month a person
    leaves with probability 1 / ``mean_stay`` (geometric stay, counted in months
    begun), and then is recognised, has left, or is assigned with the given shares.

    Parameters
    ----------
    arrivals
        (draw, month) persons.
    initial
        (draw,) persons there before the first month.
    mean_stay
        (draw,) months, at least 1.
    share_recognised, share_left
        (draw,) shares of those who leave; the rest is assigned.
    seed, draws
        Seed of the run and the block of draws.

    Returns
    -------
    ReceptionFlows
        Persons by month; arrivals + initial = flows + stock in every draw.

    Examples
    --------
    A stay of one month passes everyone on at once:

    >>> one = np.ones(1)
    >>> flows = reception_flows(np.array([[5, 7]]), initial=np.array([3]), mean_stay=one,
    ...     share_recognised=0 * one, share_left=0 * one, seed=0, draws=range(1))
    >>> flows.assigned
    array([[8, 7]])
    """
    out = np.empty((4, *arrivals.shape), dtype=np.int64)
    key = Stream(seed, "reception").key
    _flows(*key, draws.start, arrivals, initial, 1.0 / mean_stay, share_recognised, share_left, out)
    return ReceptionFlows(*out)
