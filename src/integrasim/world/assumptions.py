"""What is uncertain about the world itself: one value of each assumption per draw.

The uniforms are a scrambled Sobol' sequence (Owen 1998), which fills the space of
assumptions more evenly than independent numbers and, unlike a Latin hypercube,
can be continued draw by draw. Rank correlations enter by a Gaussian copula.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import count
from typing import TYPE_CHECKING, Protocol

import numpy as np
from scipy import special
from scipy.stats import qmc

from integrasim.scenario.dependence import Correlation, normal_correlation
from integrasim.world.streams import Stream

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BITS = 32
_LEAST_BITS = 14
"""Bits whose directions are found at once: more take longer than a block needs."""
_DIMENSIONS = 128
"""Dimensions of the sequence, more than any world has numbers: its scrambling depends on them."""
_RESERVED = {
    "residence.initial.newcomers": 79,
    "arrivals.": 80,
    "other_arrivals.temporary_protection.": 96,
    "other_arrivals.resettlement.": 112,
}
"""Start of the paths of some numbers → the first of their dimensions.

A channel of arrival owns them whether a scenario has it or not, and whatever its process, so that
neither moves the numbers of anything else; so does a number that the schema did not have from the
beginning. All other numbers have the dimensions from the first one on.
"""


class _Distribution(Protocol):
    def ppf(self, u: NDArray[np.float64]) -> NDArray[np.float64]: ...


Assumptions = Mapping[str, "NDArray[np.float64]"]
"""Dotted path of each number of the world → (draw,) values."""


def draw_assumptions(
    numbers: Sequence[tuple[str, float | _Distribution | None]],
    correlations: Sequence[Correlation],
    *,
    seed: int,
    draws: range,
) -> dict[str, NDArray[np.float64]]:
    """Draw a value for every number of the world.

    Parameters
    ----------
    numbers
        Every number of the world by dotted path, fixed, with a distribution, or None
        where it is left out, in the fixed order of the schema. Each owns one dimension
        of the sequence whether it is uncertain or not, so making one uncertain moves no
        other, nor does another process or channel of arrivals.
    correlations
        Rank (Spearman) correlations between pairs of paths.
    seed
        Seed of the run.
    draws
        Consecutive draws.

    Returns
    -------
    dict
        Path → (draw,) values; the same value throughout where it is fixed. Numbers that
        are left out are not in it.

    Examples
    --------
    >>> drawn = draw_assumptions([("costs.inflation", 0.02)], [], seed=1, draws=range(3))
    >>> drawn["costs.inflation"]
    array([0.02, 0.02, 0.02])
    """
    columns = dimensions([path for path, _ in numbers])
    uniforms = _correlate(_sobol(seed=seed, draws=draws), columns, correlations)
    return {
        path: np.full(len(draws), float(number))
        if isinstance(number, (int, float))
        else np.asarray(number.ppf(uniforms[:, columns[path]]), dtype=np.float64)
        for path, number in numbers
        if number is not None
    }


def dimensions(paths: Sequence[str]) -> dict[str, int]:
    """Give every number a dimension of the sequence.

    Parameters
    ----------
    paths
        Dotted path of every number of the world, in the order of the schema.

    Returns
    -------
    dict
        Path → its dimension.

    Examples
    --------
    >>> dimensions(["arrivals.level", "costs.inflation", "illness.mean_cost"])
    {'arrivals.level': 80, 'costs.inflation': 0, 'illness.mean_cost': 1}
    """
    following = {"": count(), **{start: count(first) for start, first in _RESERVED.items()}}
    starts = (next((start for start in _RESERVED if path.startswith(start)), "") for path in paths)
    return {path: next(following[start]) for path, start in zip(paths, starts, strict=True)}


def _sobol(*, seed: int, draws: range) -> NDArray[np.float64]:
    """Scrambled Sobol' points of the given draws, (draw, dimension), inside (0, 1).

    A point is the first one changed by a direction for each bit of its Gray code (Antonov and
    Saleev 1979), so no point needs those before it.
    """
    first, directions = _directions(seed, max(draws.stop.bit_length(), _LEAST_BITS))
    numbers = np.arange(draws.start, draws.stop)
    gray = numbers ^ (numbers >> 1)
    points = np.tile(first, (len(draws), 1))
    for bit, direction in enumerate(directions):
        points[gray >> bit & 1 == 1] ^= direction
    return np.asarray((points + 0.5) * 2.0**-_BITS)


@lru_cache(maxsize=4)
def _directions(seed: int, bits: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """First point, (dimension,), and direction of each bit, (bit, dimension), as whole numbers."""
    key = Stream(seed, "assumptions").key
    engine = qmc.Sobol(
        _DIMENSIONS, scramble=True, bits=_BITS, rng=np.random.default_rng([int(k) for k in key])
    )
    neighbours = []
    for bit in range(bits):
        # From point 2^bit - 1 to the next, the Gray code changes in this bit alone.
        engine.reset()
        if bit > 0:
            engine.fast_forward(2**bit - 1)
        neighbours.append((engine.random(2) * 2.0**_BITS).astype(np.uint64))
    return neighbours[0][0], np.array([before ^ after for before, after in neighbours])


def _correlate(
    uniforms: NDArray[np.float64],
    column_of: Mapping[str, int],
    correlations: Sequence[Correlation],
) -> NDArray[np.float64]:
    """Give the named columns their rank correlations, leaving all others untouched."""
    if not correlations:
        return uniforms
    tied = sorted({path for *pair, _ in correlations for path in pair}, key=column_of.__getitem__)
    matrix = normal_correlation(tied, correlations)
    columns = [column_of[path] for path in tied]
    mixed = special.ndtri(uniforms[:, columns]) @ square_root(matrix).T
    correlated = uniforms.copy()
    correlated[:, columns] = special.ndtr(mixed)
    return correlated


def square_root(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Lower factor of a correlation matrix; a perfect correlation has no Cholesky factor.

    Parameters
    ----------
    matrix
        (number, number) correlations, positive semi-definite.

    Returns
    -------
    numpy.ndarray
        (number, number) lower triangle L with L·Lᵀ = matrix.

    Examples
    --------
    >>> square_root(np.array([[1.0, 1.0], [1.0, 1.0]])).round(6)
    array([[1., 0.],
           [1., 0.]])
    """
    values, vectors = np.linalg.eigh(matrix)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    lower = np.asarray(np.linalg.qr(root.T).R).T
    return np.asarray(lower * np.where(np.diag(lower) < 0.0, -1.0, 1.0))


def assumptions_under(assumptions: Assumptions, prefix: str) -> Assumptions:
    """Assumptions of one part of the world, named without the path that leads to it."""
    return {
        path.removeprefix(prefix + "."): values
        for path, values in assumptions.items()
        if path.startswith(prefix + ".")
    }
