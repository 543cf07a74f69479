"""Points of a scrambled Sobol' sequence, each at its number."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import qmc

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_BITS = 32
_DIMENSIONS = 128
"""Dimensions of the sequence, more than any world has numbers: its scrambling depends on them."""
_STRETCH = 256
"""Points that are kept; others follow from them by the number of their stretch."""
_LEAST_DIRECTIONS = 8
"""Directions that are looked up at once: those of 65,536 points, in a few milliseconds."""


def sobol_uniforms(
    key: tuple[int, ...], draws: range, dimensions: Sequence[int]
) -> NDArray[np.float64]:
    """Give the points of some draws in some dimensions.

    A digital sequence in Gray code is linear: point n is point 0 with the direction of every bit
    of n added without carry. SciPy gives these directions; it would walk to the first of the
    points from the beginning of the sequence, and scramble it anew for every block.

    Parameters
    ----------
    key
        Seed of the scrambling (Owen 1998).
    draws
        Consecutive points.
    dimensions
        Which of the 128 dimensions are wanted.

    Returns
    -------
    numpy.ndarray
        (draw, dimension) numbers inside (0, 1).

    References
    ----------
    Antonov, I. A. & Saleev, V. M. (1979), "An economic method of computing LPτ-sequences", USSR
    Computational Mathematics and Mathematical Physics 19.

    Examples
    --------
    >>> points = sobol_uniforms((1, 2), range(8), [0, 5])
    >>> np.sort(np.floor(8 * points[:, 1]))
    array([0., 1., 2., 3., 4., 5., 6., 7.])
    """
    chosen = list(dimensions)
    number = np.arange(draws.start, draws.stop, dtype=np.uint32)
    stretch, place = np.divmod(number, np.uint32(_STRETCH))
    bits = int(stretch[-1]).bit_length() if draws else 0
    beginning, directions = _directions(key, max(bits, _LEAST_DIRECTIONS))
    stretches = np.unique(stretch)
    start = np.zeros((stretches.size, len(chosen)), dtype=np.uint32)
    for bit in range(bits):
        start ^= (stretches[:, None] >> np.uint32(bit) & np.uint32(1)) * directions[bit, chosen]
    points = beginning[:, chosen][place] ^ start[np.searchsorted(stretches, stretch)]
    return np.asarray((points + 0.5) * 2.0**-_BITS)


@lru_cache(maxsize=8)
def _directions(key: tuple[int, ...], bits: int) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Points of the first stretch, (number, dimension), and what its number adds to a stretch.

    The latter is (bit, dimension), for each bit of the number of the stretch.
    """
    engine = qmc.Sobol(_DIMENSIONS, scramble=True, bits=_BITS, rng=np.random.default_rng(list(key)))
    beginning = (engine.random(_STRETCH) * 2.0**_BITS).astype(np.uint32)
    directions = np.empty((bits, _DIMENSIONS), dtype=np.uint32)
    for bit in range(bits):
        engine.fast_forward((_STRETCH << bit) - engine.num_generated)
        directions[bit] = engine.random(1)[0] * 2.0**_BITS
    return beginning, directions ^ beginning[0]
