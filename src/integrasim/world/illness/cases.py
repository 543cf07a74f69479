"""Cases of illness at addresses: how many there are, and the random numbers of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numba
import numpy as np

from integrasim.world.counts import poisson_quantile
from integrasim.world.streams import four_uniforms

if TYPE_CHECKING:
    from typing import Self

    from numpy.typing import NDArray

    from integrasim.world.streams import Stream

_PLACE_BITS: Final = 20
"""Bits of a position, which has 32, that number the municipality; those above hold the group."""
_RANK_BITS: Final = 32
"""Bits of a layer that number the cases of a cell; those above hold the age."""
_NEGLIGIBLE: Final = 1e-19
"""Point mass below which a walk from zero would never begin, or has reached the end."""


class Cases(NamedTuple):
    """Some cases of a block, one row each.

    Attributes
    ----------
    draw
        (case,) draw within the block.
    group, municipality
        (case,) cell within the draw in which the case arose.
    rank
        (case,) number of the case in that cell.
    """

    draw: NDArray[np.int32]
    group: NDArray[np.int32]
    municipality: NDArray[np.int32]
    rank: NDArray[np.int32]

    def chosen(self, which: NDArray[np.bool_]) -> Self:
        """Give some of the cases."""
        rows = np.flatnonzero(which)
        return type(self)(*(column.take(rows) for column in self))

    def joined(self, other: Self) -> Self:
        """Give these cases and others after them."""
        return type(self)(*(np.concatenate(pair) for pair in zip(self, other, strict=True)))


@numba.njit(inline="always")
def case_uniforms(stream, cases, row, age):
    """Four uniforms of a case at its age in years; ``stream`` is the key and the first draw."""
    key_0, key_1, first_draw = stream
    position = np.int64(cases.group[row]) << _PLACE_BITS | np.int64(cases.municipality[row])
    layer = np.int64(age) << _RANK_BITS | np.int64(cases.rank[row])
    return four_uniforms(key_0, key_1, position, first_draw + cases.draw[row], layer)


def draw_cases(
    means: NDArray[np.float64], stream: Stream, draws: range, *, first_group: int = 0
) -> Cases:
    """Draw a Poisson number of cases in every cell.

    Parameters
    ----------
    means
        (draw, group, municipality) expected cases.
    stream
        Stream of the numbers of cases. A higher mean adds cases and changes no other.
    draws
        The block of draws.
    first_group
        Number of the first group.

    Returns
    -------
    Cases
        In order of draw, group and municipality.

    Examples
    --------
    >>> from integrasim.world.streams import Stream
    >>> stream, one, two = Stream(1, "cases"), np.ones((1, 2, 3)), np.full((1, 2, 3), 2.0)
    >>> few, many = draw_cases(one, stream, range(1)), draw_cases(two, stream, range(1))
    >>> before = set(zip(few.group, few.municipality, few.rank, strict=True))
    >>> before < set(zip(many.group, many.municipality, many.rank, strict=True))
    True
    """
    counts = np.zeros(means.shape, dtype=np.int32)
    _count(*stream.key, draws.start, first_group, means, np.exp(-means), counts)
    cases = Cases(*(np.empty(counts.sum(), dtype=np.int32) for _ in Cases._fields))
    _number(counts, first_group, cases)
    return cases


@numba.njit(nogil=True, cache=True)
def _count(key_0, key_1, first_draw, first_group, means, at_zero, counts):
    """Write the Poisson quantile of each cell, from zero with the mass ``at_zero`` upwards."""
    draws, groups, size = means.shape
    uniforms = np.empty(size + 3)
    for d in range(draws):
        for g in range(groups):
            row = np.int64(first_group + g) << _PLACE_BITS
            for i in range(0, size, 4):
                four = four_uniforms(key_0, key_1, row | i, first_draw + d, 0)
                uniforms[i], uniforms[i + 1], uniforms[i + 2], uniforms[i + 3] = four
            _walk(uniforms, means[d, g], at_zero[d, g], counts[d, g])


@numba.njit(inline="always")
def _walk(uniforms, means, mass, counts):
    """Walk the distribution functions of a row of cells upwards until they cover the uniforms.

    All together, step by step, as :func:`integrasim.world.counts.binomial_counts` does.
    """
    reached = mass.copy()
    walking = np.empty(means.size, dtype=np.uint32)
    left = np.uint32(0)
    for i in range(means.size):
        walking[left] = i
        if mass[i] > _NEGLIGIBLE:
            left += np.uint32(uniforms[i] > reached[i])
        else:
            counts[i] = poisson_quantile(uniforms[i], means[i])
    count = 0
    while left > 0:
        count += 1
        share = 1.0 / count
        before, left = left, np.uint32(0)
        for j in range(before):
            i = walking[j]
            mass[i] *= means[i] * share
            reached[i] += mass[i]
            counts[i] = count
            # Without a branch: the place is taken again unless this walk goes on.
            walking[left] = i
            ends = (mass[i] <= _NEGLIGIBLE) & (count >= means[i])
            left += np.uint32((uniforms[i] > reached[i]) & ~ends)


@numba.njit(nogil=True, cache=True)
def _number(counts, first_group, cases):
    """Write the address of every case."""
    draws, groups, size = counts.shape
    row = 0
    for d in range(draws):
        for g in range(groups):
            for i in range(size):
                for rank in range(counts[d, g, i]):
                    cases.draw[row] = d
                    cases.group[row] = first_group + g
                    cases.municipality[row] = i
                    cases.rank[row] = rank
                    row += 1
