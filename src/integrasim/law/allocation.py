"""The allocation key of § 3 (1) FlüAG: which share of the refugees a municipality takes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from integrasim.law.shares import positive, same_municipalities, shares_of

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["allocation_key"]


def allocation_key(
    population: ArrayLike,
    area: ArrayLike,
    *,
    population_weight: float = 0.9,
    cap: float = 1.25,
) -> NDArray[np.float64]:
    """Compute the allocation key (Zuweisungsschlüssel) of § 3 (1) FlüAG.

    The key mixes the shares of population (Einwohnerschlüssel) and area (Flächenschlüssel),

        raw_i = w · population_i / Σ population + (1 - w) · area_i / Σ area,

    and limits what the area adds: no key may exceed cap · population_i / Σ population.
    What exceeds the cap goes to all other municipalities in proportion to their keys.
    Where that lifts another one above its cap, the same is done again, until no
    key exceeds its cap.

    Parameters
    ----------
    population
        (municipality,) inhabitants.
    area
        (municipality,) area in any unit.
    population_weight
        Weight w of the population, from 0 to 1; § 3 (1): 90 %.
    cap
        Largest multiple of the population share, at least 1; § 3 (1): 125 %.

    Returns
    -------
    numpy.ndarray
        (municipality,) shares that sum to 1. Reordering the municipalities reorders
        the shares and changes none of them by a single bit.

    Raises
    ------
    ValueError
        If the inputs are not equally long, one-dimensional, finite and positive, or if
        weight or cap are out of range.

    References
    ----------
    § 3 (1) and (2) FlüAG NRW of 28.2.2003 (GV. NRW. S. 93).

    Examples
    --------
    Four municipalities with 200,000 inhabitants on 1,000 km²; the last one has a raw key
    of 0.13, but no more than 1.25 · 0.1 = 0.125:

    >>> key = allocation_key([100_000, 50_000, 30_000, 20_000], [100, 200, 300, 400])
    >>> [float(round(share, 6)) for share in key]
    [0.462644, 0.246408, 0.165948, 0.125]
    """
    people, land = positive(population, name="population"), positive(area, name="area")
    same_municipalities(population=people, area=land)
    if not 0.0 <= population_weight <= 1.0:
        raise ValueError(f"population_weight must lie between 0 and 1, not {population_weight}")
    if not (cap >= 1.0 and math.isfinite(cap)):
        raise ValueError(f"cap must be at least 1 and finite, not {cap}: the keys sum to 1")
    share = shares_of(people)
    raw = population_weight * share + (1.0 - population_weight) * land / math.fsum(land)
    return _capped(raw, cap * share)


def _capped(raw: NDArray[np.float64], limit: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cut shares to their limits and give the excess to the others, until none exceeds.

    All others rise by one factor, as the excess goes to them in proportion; so a
    round needs no more than the raw shares. Sums are exact (fsum), hence independent
    of the order. Where no one is left to take a remainder, it is rounding.
    """
    capped = np.zeros(raw.size, dtype=np.bool_)
    key = raw
    while True:
        exceeding = ~capped & (key > limit)
        if not exceeding.any():
            return key
        capped |= exceeding
        free = math.fsum(raw[~capped])
        factor = (1.0 - math.fsum(limit[capped])) / free if free > 0.0 else 0.0
        key = np.where(capped, limit, raw * factor)
