"""What hosting costs a municipality before any transfer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from integrasim.world.illness import ImpossibleAssumptionError
from integrasim.world.streams import Stream

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from integrasim.world.assumptions import Assumptions


def hosting_cost(
    person_years: NDArray[np.float64],
    assumptions: Assumptions,
    *,
    illness_mean: NDArray[np.float64],
    is_kreisfrei: NDArray[np.bool_],
    seed: int,
    draws: range,
) -> NDArray[np.float64]:
    """Cost of housing and keep, illness left out.

    person-years · (full cost of the type - mean illness cost) · price index ·
    lasting effect of the municipality. The full cost per person-year comes from a
    survey that includes illness, which the illness model adds on its own: its mean
    at the survey's prices is taken off here, so it is not counted twice.

    Parameters
    ----------
    person_years
        (draw, year, municipality) person-years hosted.
    assumptions
        (draw,) ``kreisfrei`` and ``kreisangehoerig`` full cost in EUR per
        person-year at survey prices, ``index_at_start`` price level of the first
        year against the survey, yearly ``inflation`` from then on, and
        ``municipality_sd`` standard deviation of the municipality effect in logs.
    illness_mean
        (draw,) mean illness cost per person-year at survey prices.
    is_kreisfrei
        (municipality,) whether a municipality counts as kreisfreie Stadt.
    seed, draws
        Seed of the run and the block of draws.

    Returns
    -------
    numpy.ndarray
        (draw, year, municipality) EUR, nominal.

    Raises
    ------
    ImpossibleAssumptionError
        If illness alone costs more than the full cost.
    """
    _, years, size = person_years.shape
    rate = np.where(
        is_kreisfrei,
        assumptions["kreisfrei"][:, None],
        assumptions["kreisangehoerig"][:, None],
    )
    rate = rate - illness_mean[:, None]
    if (rate <= 0.0).any():
        raise ImpossibleAssumptionError(
            "world.costs",
            "in some draw the full cost per person-year is below the mean illness cost that it "
            f"contains (up to {illness_mean.max():,.0f} EUR)",
            "Raise kreisfrei and kreisangehoerig, or lower world.illness.mean_cost.",
        )
    growth = (1.0 + assumptions["inflation"][:, None]) ** np.arange(years)
    index = assumptions["index_at_start"][:, None] * growth
    normal = special.ndtri(Stream(seed, "costs.municipality").uniforms(draws, size))
    spread = assumptions["municipality_sd"][:, None]
    effect = np.exp(spread * normal - 0.5 * spread**2)
    return np.asarray(person_years * index[:, :, None] * (rate * effect)[:, None, :])
