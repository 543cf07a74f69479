"""What is uncertain about the world itself: one value of each assumption per draw.

The uniforms are a scrambled Sobol' sequence (Owen 1998), which fills the space of
assumptions more evenly than independent numbers and, unlike a Latin hypercube,
can be continued draw by draw. Rank correlations enter by a Gaussian copula.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count
from types import NoneType
from typing import TYPE_CHECKING, Protocol

import numpy as np
from scipy import special

from integrasim.scenario.dependence import Correlation, normal_correlation
from integrasim.world.sobol import sobol_uniforms
from integrasim.world.streams import Stream

if TYPE_CHECKING:
    from numpy.typing import NDArray

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
    dimension = dimensions([path for path, _ in numbers])
    uncertain = {path for path, number in numbers if not isinstance(number, (int, float, NoneType))}
    tied = {path for *pair, _ in correlations for path in pair}
    paths = sorted(uncertain | tied, key=dimension.__getitem__)
    key = tuple(int(word) for word in Stream(seed, "assumptions").key)
    points = sobol_uniforms(key, draws, [dimension[path] for path in paths])
    columns = {path: column for column, path in enumerate(paths)}
    uniforms = _correlate(points, columns, correlations)
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
