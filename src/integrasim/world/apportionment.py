"""Sharing out whole persons among municipalities, with an exact total."""

from __future__ import annotations

import numba
import numpy as np

from integrasim.world.streams import four_uniforms

_HOUSEHOLDS = 1 << 32
"""Layers per flow for the numbers that say which persons begin a household, four in each."""


@numba.njit(nogil=True, cache=True)
def apportion(total, cumulated, uniform, out):
    """Add ``total`` whole persons to ``out`` in proportion to weights that are cumulated.

    Systematic apportionment: the cumulated shares times the total, plus one
    uniform, rounded down and differenced. Everyone gets the share's floor or
    ceiling, the expectation is the exact share, and the total is exact
    (Madow 1949, "On the theory of systematic sampling", Ann. Math. Stat. 20).
    """
    if total == 0:
        return
    scale = total / cumulated[-1]
    most = np.int32(total)
    out[0] += _boundary(cumulated[0], scale, uniform, most)
    # Every boundary twice: a loop that waits for nothing is compiled to wide registers.
    for i in range(1, cumulated.size):
        before = _boundary(cumulated[i - 1], scale, uniform, most)
        out[i] += _boundary(cumulated[i], scale, uniform, most) - before
    # Rounding may leave the last boundary a hair below the total.
    out[_last(cumulated)] += most - _boundary(cumulated[-1], scale, uniform, most)


@numba.njit(inline="always")
def _boundary(cumulated, scale, uniform, most):
    """Persons up to a boundary, rounded down."""
    return min(np.int32(cumulated * scale + uniform), most)


@numba.njit(nogil=True, cache=True)
def apportion_households(total, cumulated, uniform, beginning, address, flow, out):
    """Add ``total`` persons to ``out`` without parting those who belong together.

    The persons stand in a circle, and each begins a household with probability
    ``beginning``; mean sizes are its reciprocal, sizes geometric. The boundaries of
    :func:`apportion` move on to where the next household begins. As all do so, the
    first one included, everyone's expectation stays the exact share. ``address`` holds
    the key, the position and the draw of the numbers, ``flow`` tells apart the
    persons who are shared out in the same month.
    """
    if total == 0:
        return
    scale = total / cumulated[-1]
    last = _last(cumulated)
    first = _household(np.int64(0), total, beginning, address, flow)
    before = first
    for i in range(last):
        boundary = min(np.int64(np.floor(cumulated[i] * scale + uniform)), total)
        # A boundary in the household that the one before has moved past moves on as far.
        if boundary > before:
            upto = _household(boundary, total, beginning, address, flow)
            out[i] += upto - before
            before = upto
    out[last] += first + total - before


@numba.njit(inline="always")
def _last(cumulated):
    """Return the last place that has a weight."""
    last = cumulated.size - 1
    while last > 0 and cumulated[last - 1] == cumulated[last]:
        last -= 1
    return last


@numba.njit
def _household(boundary, total, beginning, address, flow):
    """First place at or after a boundary where a household begins; at most a round further."""
    key_0, key_1, position, draw = address
    known = np.int64(-1)
    numbers = (0.0, 0.0, 0.0, 0.0)
    for place in range(boundary, boundary + total):
        person = place if place < total else place - total
        if person // 4 != known:
            known = person // 4
            layer = (flow + 1) * _HOUSEHOLDS + known
            numbers = four_uniforms(key_0, key_1, position, draw, layer)
        if numbers[person % 4] < beginning:
            return place
    return boundary


@numba.njit(nogil=True, cache=True)
def cumulate_obligations(key, credited, counted, basis, out):
    """Cumulate the positive obligations of the municipalities on the stock (§ 3 FlüAG).

    The basis is the sum of all persons who are counted, credited places, and persons to
    assign. The quarters are cumulated side by side, as each sum waits for the one before.
    """
    quarter = key.size // 4
    first = second = third = fourth = 0.0
    for i in range(quarter):
        first += _obligation(key, credited, counted, basis, i)
        second += _obligation(key, credited, counted, basis, quarter + i)
        third += _obligation(key, credited, counted, basis, 2 * quarter + i)
        fourth += _obligation(key, credited, counted, basis, 3 * quarter + i)
        out[i] = first
        out[quarter + i] = second
        out[2 * quarter + i] = third
        out[3 * quarter + i] = fourth
    for i in range(4 * quarter, key.size):
        fourth += _obligation(key, credited, counted, basis, i)
        out[i] = fourth
    for i in range(quarter):
        out[quarter + i] += first
        out[2 * quarter + i] += first + second
    for i in range(3 * quarter, key.size):
        out[i] += first + second + third


@numba.njit(inline="always")
def _obligation(key, credited, counted, basis, i):
    """Positive obligation of a municipality."""
    return max(key[i] * basis - counted[i] - credited[i], 0.0)
