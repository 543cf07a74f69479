"""What is uncertain about the world itself: one value of each assumption per draw.

The uniforms are a scrambled Sobol' sequence (Owen 1998), which fills the space of
assumptions more evenly than independent numbers and, unlike a Latin hypercube,
can be continued draw by draw. Rank correlations enter by a Gaussian copula.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np
from scipy import special
from scipy.stats import qmc

from integrasim.scenario.dependence import Correlation, normal_correlation
from integrasim.world.streams import Stream

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BITS = 32
_DIMENSIONS = 128
"""Dimensions of the sequence, more than any world has numbers: its scrambling depends on them."""
_LAST = ("arrivals.", "other_arrivals.")
"""Numbers that a scenario may have or not. They come last, so that they move no others."""
_FROM_THE_END = (
    "illness.tail_mean_excess",
    "illness.chronic_share",
    "illness.persistence",
    "illness.persistence_rank_correlation",
    "illness.episode_months",
)
"""Numbers that the schema did not have at first. They own the dimensions from the last one down,
so that they move no others; a new one goes at the end of this list."""


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
        Every number of the world by dotted path, fixed or with a distribution, in
        the fixed order of the schema. Each owns one dimension of the sequence
        whether it is uncertain or not, or None where this world has no such number;
        so making one uncertain moves no other, nor does another process or channel of
        arrivals.
    correlations
        Rank (Spearman) correlations between pairs of paths.
    seed
        Seed of the run.
    draws
        Consecutive draws.

    Returns
    -------
    dict
        Path → (draw,) values; the same value throughout where it is fixed.

    Examples
    --------
    >>> drawn = draw_assumptions([("costs.inflation", 0.02)], [], seed=1, draws=range(3))
    >>> drawn["costs.inflation"]
    array([0.02, 0.02, 0.02])
    """
    columns = _columns([path for path, _ in numbers])
    uniforms = _sobol(max(len(numbers), _DIMENSIONS), seed=seed, draws=draws)
    uniforms = _correlate(uniforms, columns, correlations)
    return {
        path: np.full(len(draws), float(number))
        if isinstance(number, (int, float))
        else np.asarray(number.ppf(uniforms[:, columns[path]]), dtype=np.float64)
        for path, number in numbers
        if number is not None
    }


def _columns(paths: Sequence[str]) -> dict[str, int]:
    """Give each number its dimension."""
    from_the_start = sorted((path for path in paths if path not in _FROM_THE_END), key=_group)
    columns = {path: column for column, path in enumerate(from_the_start)}
    last = max(len(paths), _DIMENSIONS) - 1
    return columns | {
        path: last - place for place, path in enumerate(_FROM_THE_END) if path in paths
    }


def _group(path: str) -> int:
    """Rank the groups of numbers: what every world has, then arrivals, then other channels."""
    return max((rank for rank, head in enumerate(_LAST, 1) if path.startswith(head)), default=0)


def _sobol(dimensions: int, *, seed: int, draws: range) -> NDArray[np.float64]:
    """Scrambled Sobol' points of the given draws, (draw, dimension), inside (0, 1)."""
    key = Stream(seed, "assumptions").key
    engine = qmc.Sobol(
        dimensions, scramble=True, bits=_BITS, rng=np.random.default_rng([int(k) for k in key])
    )
    if draws.start:
        engine.fast_forward(draws.start)
    # SciPy warns unless the first request is a power of two: ask for the next one.
    points = engine.random(1 << max(0, len(draws) - 1).bit_length())[: len(draws)]
    return np.asarray(points + 0.5 * 2.0**-_BITS)


def _correlate(
    uniforms: NDArray[np.float64], columns: Mapping[str, int], correlations: Sequence[Correlation]
) -> NDArray[np.float64]:
    """Give the named columns their rank correlations, leaving all others untouched."""
    if not correlations:
        return uniforms
    tied = sorted({path for *pair, _ in correlations for path in pair}, key=columns.__getitem__)
    matrix = normal_correlation(tied, correlations)
    places = [columns[path] for path in tied]
    mixed = special.ndtri(uniforms[:, places]) @ _square_root(matrix).T
    correlated = uniforms.copy()
    correlated[:, places] = special.ndtr(mixed)
    return correlated


def _square_root(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Lower factor L with L·Lᵀ = matrix; a perfect correlation has no Cholesky factor."""
    values, vectors = np.linalg.eigh(matrix)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    lower = np.asarray(np.linalg.qr(root.T).R).T
    return np.asarray(lower * np.where(np.diag(lower) < 0.0, -1.0, 1.0))
