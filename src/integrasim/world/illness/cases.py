"""Cases of illness at addresses: how many there are, and the random numbers of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from integrasim.world.counts import poisson_counts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from integrasim.world.streams import Stream

_AGE_SHIFT = 32
"""Bits of a layer that number the cases of a cell; those above hold the age."""


@dataclass(frozen=True)
class Cases:
    """Some cases of a block, one row each.

    Attributes
    ----------
    draw
        (case,) draw within the block.
    place
        (case,) cell within the draw in which the case arose.
    rank
        (case,) number of the case in that cell.
    """

    draw: NDArray[np.int64]
    place: NDArray[np.int64]
    rank: NDArray[np.int64]

    def chosen(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> Self:
        """Give some of the cases."""
        return type(self)(self.draw[which], self.place[which], self.rank[which])

    def joined(self, other: Self) -> Self:
        """Give these cases and others after them."""
        return type(self)(
            np.concatenate([self.draw, other.draw]),
            np.concatenate([self.place, other.place]),
            np.concatenate([self.rank, other.rank]),
        )

    def uniforms(
        self, stream: Stream, draws: range, age: NDArray[np.int64] | int = 0
    ) -> NDArray[np.float64]:
        """(case,) numbers in (0, 1), one for each case and age in years."""
        layer = self.rank | (np.asarray(age, dtype=np.int64) << _AGE_SHIFT)
        return stream.uniforms_at(draws, self.draw, self.place, layer)


def draw_cases(means: NDArray[np.float64], stream: Stream, draws: range) -> Cases:
    """Draw a Poisson number of cases in every cell.

    Parameters
    ----------
    means
        (draw, group, municipality) expected cases.
    stream
        Stream of the numbers of cases. A higher mean adds cases and changes no other.
    draws
        The block of draws.

    Returns
    -------
    Cases
        In order of draw and place, where a place is group · municipalities + municipality.

    Examples
    --------
    >>> from integrasim.world.streams import Stream
    >>> stream, one, two = Stream(1, "cases"), np.ones((1, 2, 3)), np.full((1, 2, 3), 2.0)
    >>> few, many = draw_cases(one, stream, range(1)), draw_cases(two, stream, range(1))
    >>> before = set(zip(few.place, few.rank, strict=True))
    >>> before < set(zip(many.place, many.rank, strict=True))
    True
    """
    draw_count, groups, size = means.shape
    uniforms = stream.uniforms(draws, groups * size).reshape(means.shape)
    counts = poisson_counts(uniforms, means).reshape(draw_count, groups * size)
    draw, place = np.divmod(np.repeat(np.arange(counts.size), counts.ravel()), groups * size)
    starts = np.cumsum(counts) - counts.ravel()
    rank = np.arange(draw.size) - np.repeat(starts, counts.ravel())
    return Cases(draw=draw, place=place, rank=rank)
