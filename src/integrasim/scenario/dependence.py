"""Dependence between uncertain numbers: rank correlations and the normal ones behind them.

A Gaussian copula with normal correlation r has the rank correlation (Spearman)
ρ = 6/π·arcsin(r/2), so r = 2·sin(π·ρ/6) (Kruskal 1958, "Ordinal measures of association",
Journal of the American Statistical Association 53). A table of pairs is possible only if the
matrix of all r is positive semi-definite.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "Conflict",
    "Correlation",
    "find_conflict",
    "normal_correlation",
    "normal_of_rank",
]

Correlation = tuple[str, str, float]
"""Two paths and their rank correlation."""

# Eigenvalues this little below zero are rounding.
_ROUNDING: Final = 1e-9
_DIGITS: Final = 1000


@dataclass(frozen=True)
class Conflict:
    """
    The pair whose change mends impossible correlations with the least change.

    Parameters
    ----------
    index
        Which of the pairs.
    low, high
        The rank correlations of this pair that fit all others; None where no value would.
    third
        The number whose correlations with these two exclude that of the pair by themselves; None
        if it takes more than one.
    addition
        A pair that is not listed, and the rank correlations that it would have to have for all
        listed ones to be possible: (path, path, low, high); None if no single one would do.
    """

    index: int
    low: float | None
    high: float | None
    third: str | None = None
    addition: tuple[str, str, float, float] | None = None


def normal_of_rank(rank: ArrayLike) -> NDArray[np.float64]:
    """
    Return the normal correlation r = 2·sin(π·ρ/6) that gives a rank correlation ρ.

    Parameters
    ----------
    rank
        Rank correlations (Spearman's ρ), any shape.

    Returns
    -------
    numpy.ndarray
        Normal correlations, the shape of `rank`.

    Examples
    --------
    >>> normal_of_rank([0.5, 1.0]).round(4)
    array([0.5176, 1.    ])
    """
    return np.asarray(2.0 * np.sin(np.pi * np.asarray(rank, dtype=np.float64) / 6.0))


def normal_correlation(
    paths: Sequence[str], correlations: Iterable[Correlation]
) -> NDArray[np.float64]:
    """
    Return the normal correlations that give these rank correlations.

    Parameters
    ----------
    paths
        The numbers, each once, in the order that rows and columns shall have.
    correlations
        Pairs of different paths, each pair once; a pair that is not listed has correlation 0.

    Returns
    -------
    numpy.ndarray
        (path, path) normal correlations of `normal_of_rank` [1]_.

    Raises
    ------
    ValueError
        If a pair names a path that is not among `paths`.

    References
    ----------
    .. [1] Kruskal (1958), "Ordinal measures of association", Journal of the American Statistical
       Association 53.

    Examples
    --------
    >>> normal_correlation(["a", "b"], [("a", "b", 0.5)]).round(4)
    array([[1.    , 0.5176],
           [0.5176, 1.    ]])
    """
    matrix = np.eye(len(paths))
    for left, right, rank in correlations:
        i, j = paths.index(left), paths.index(right)
        matrix[i, j] = matrix[j, i] = normal_of_rank(rank)
    return matrix


def find_conflict(correlations: Sequence[Correlation]) -> Conflict | None:
    """
    Find the pair to change where correlations are impossible together.

    Parameters
    ----------
    correlations
        As for `normal_correlation`.

    Returns
    -------
    Conflict or None
        None if the correlations are possible. Otherwise the pair that needs the least change
        if all others stay; if no single pair can mend them, the pair that weighs most in the
        impossible direction, without a range.

    Examples
    --------
    a goes with b, and b with c; then a has something to do with c, or one of the two is weaker:

    >>> find_conflict([("a", "b", 0.8), ("b", "c", 0.9), ("a", "c", 0.0)])
    Conflict(index=1, low=-0.563, high=0.563, third='a', addition=None)
    >>> find_conflict([("a", "b", 0.8), ("b", "c", 0.9)]).addition
    ('a', 'c', 0.478, 0.98)
    """
    paths = tuple(dict.fromkeys(path for *pair, _ in correlations for path in pair))
    matrix = normal_correlation(paths, correlations)
    if not correlations or _is_possible(matrix):
        return None
    places = [(paths.index(left), paths.index(right)) for left, right, _ in correlations]
    mended = _least_change(matrix, places)
    index = places.index(mended[0]) if mended else _heaviest(matrix, places)
    low, high = mended[1] if mended else (None, None)
    third = _third(matrix, *places[index])
    return Conflict(
        index,
        low,
        high,
        third=None if third is None else paths[third],
        addition=_addition(matrix, places, paths),
    )


def _least_change(
    matrix: NDArray[np.float64], places: Sequence[tuple[int, int]]
) -> tuple[tuple[int, int], tuple[float, float]] | None:
    """Return the pair that mends a matrix with the least change, and the ranks that fit it."""
    best: tuple[float, tuple[int, int], tuple[float, float]] | None = None
    for i, j in places:
        fitting = _fitting_range(matrix, i, j)
        if fitting is None:
            continue
        change = max(fitting[0] - matrix[i, j], matrix[i, j] - fitting[1])
        if best is None or change < best[0]:
            best = change, (i, j), _inner_ranks(*fitting)
    return best[1:] if best else None


def _third(matrix: NDArray[np.float64], i: int, j: int) -> int | None:
    """Return the variable that is most impossible together with i and j, if any one is."""
    least = {
        k: float(np.linalg.eigvalsh(matrix[np.ix_((i, j, k), (i, j, k))]).min())
        for k in range(len(matrix))
        if k not in (i, j)
    }
    third = min(least, key=least.__getitem__)
    return third if least[third] < -_ROUNDING else None


def _addition(
    matrix: NDArray[np.float64], places: Sequence[tuple[int, int]], paths: Sequence[str]
) -> tuple[str, str, float, float] | None:
    """Return the pair that is not listed whose correlation could mend the matrix."""
    listed = {frozenset(place) for place in places}
    free = [pair for pair in combinations(range(len(matrix)), 2) if frozenset(pair) not in listed]
    mended = _least_change(matrix, free)
    if mended is None:
        return None
    (i, j), (low, high) = mended
    return paths[i], paths[j], low, high


def _is_possible(matrix: NDArray[np.float64]) -> bool:
    """Tell whether a matrix is positive semi-definite."""
    return bool(np.linalg.eigvalsh(matrix).min() >= -_ROUNDING)


def _fitting_range(matrix: NDArray[np.float64], i: int, j: int) -> tuple[float, float] | None:
    """
    Return the correlations of i and j that fit all others, if there are any.

    They lie within √((1 - R²_i)·(1 - R²_j)) of what the other variables imply, where R² is the
    part of each variable's variance that the others explain (partial correlation is at most 1).
    """
    others = [k for k in range(len(matrix)) if k not in (i, j)]
    inverse = np.linalg.pinv(matrix[np.ix_(others, others)], hermitian=True)
    on_i, on_j = matrix[others, i], matrix[others, j]
    implied = float(on_i @ inverse @ on_j)
    unexplained = np.array([1.0 - on_i @ inverse @ on_i, 1.0 - on_j @ inverse @ on_j])
    candidate = matrix.copy()
    candidate[i, j] = candidate[j, i] = implied
    if not _is_possible(candidate):
        return None
    reach = float(np.sqrt(np.prod(np.maximum(unexplained, 0.0))))
    return max(implied - reach, -1.0), min(implied + reach, 1.0)


def _inner_ranks(low: float, high: float) -> tuple[float, float]:
    """Turn normal correlations into rank correlations, rounded so that they stay inside."""
    ranks = 6.0 / np.pi * np.arcsin(np.array([low, high]) / 2.0)
    inner = np.ceil(ranks[0] * _DIGITS) / _DIGITS, np.floor(ranks[1] * _DIGITS) / _DIGITS
    chosen = inner if inner[0] <= inner[1] else ranks
    return float(chosen[0]) + 0.0, float(chosen[1]) + 0.0  # no -0


def _heaviest(matrix: NDArray[np.float64], places: Sequence[tuple[int, int]]) -> int:
    """Return the pair that contributes most to the most negative eigenvalue."""
    vector = np.linalg.eigh(matrix).eigenvectors[:, 0]
    shares = [vector[i] * vector[j] * matrix[i, j] for i, j in places]
    return int(np.argmin(shares))
