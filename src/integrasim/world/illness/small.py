"""All illness costs of a municipality: the rows of the ledger and the many small sums."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import special

from integrasim.world.illness.excess import by_exposure
from integrasim.world.problems import ImpossibleAssumptionError
from integrasim.world.streams import Stream

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from integrasim.law.basis import Ledger
    from integrasim.world.illness.exposure import Exposure
    from integrasim.world.illness.model import IllnessYears

_PART_SIZE = 2.0 / 3.0
"""E[A²; A ≤ l] / (l · E[A; A ≤ l]) of a uniform share A of a cost above l."""


class LargeCosts(NamedTuple):
    """Expected nominal cost of the ledger's rows, each (draw, year) EUR.

    ``own`` per person-year; ``part`` per person on the eve of a New Year, in the old year
    and, if the person is still counted, in the new.
    """

    own: NDArray[np.float64]
    part: NDArray[np.float64]


def draw_illness_cost(
    exposure: Exposure, ledger: Ledger, model: IllnessYears, *, seed: int, draws: range
) -> NDArray[np.float64]:
    """Total illness cost that falls on each municipality.

    The ledger's rows at their full cost, plus everything else, so that a person-year
    costs E[min(X, cap)] in the mean. What is below the floor, what parts of a year or
    of an episode have fallen short of a row, and the costs of tolerated persons, who
    are not in the ledger, are many small sums with no need of rows: they are drawn as
    one lognormal amount per cell with the mean and variance of a compound Poisson sum
    (Fenton 1960, "The sum of log-normal probability distributions", IRE Trans. Comm.
    Syst. 8). What is displaced from the rows counts as uniform parts of larger costs
    that lie below the floor: the mean is exact, the variance as far as this is so.

    Parameters
    ----------
    exposure
        Person-years, presence, and who stays.
    ledger
        Large costs of the counted persons.
    model
        Severity, course, price levels, floor and cap.
    seed, draws
        Seed of the run and the block of draws.

    Returns
    -------
    numpy.ndarray
        (draw, year, municipality) EUR.
    """
    _, years, size = exposure.counted_years.shape
    normal = special.ndtri(Stream(seed, "illness.small").uniforms(draws, years * size))
    mean, variance = _small_moments(exposure, model)
    relative = np.divide(variance, mean**2, out=np.zeros_like(mean), where=mean > 0.0)
    log_variance = np.log1p(relative)
    spread = np.sqrt(log_variance) * normal.reshape(mean.shape)
    small = mean * np.exp(spread - 0.5 * log_variance)
    cell = (ledger.draw * years + ledger.year) * size + ledger.municipality
    large = np.bincount(cell, weights=ledger.cost, minlength=mean.size)
    return np.asarray(small + large.reshape(mean.shape))


def large_costs(presence: NDArray[np.float64], model: IllnessYears) -> LargeCosts:
    """Give the expected cost of the rows that a person-year and a New Year bring.

    Parameters
    ----------
    presence
        (draw, year) mean part of the year for which persons are counted.
    model
        Severity, course, price levels, floor and cap.

    Returns
    -------
    LargeCosts
        Nominal EUR per person-year, each (draw, year).
    """
    severity, floor = model.severity, model.floors
    own, part = by_exposure(severity.cost_above, severity.part_cost_above, floor, presence, model)
    return LargeCosts(own=model.index * own, part=model.index * part)


def _small_moments(
    exposure: Exposure, model: IllnessYears
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean and variance of what is not in the ledger, (draw, year, municipality)."""
    severity, index = model.severity, model.index
    floor, cap = model.floors, model.caps
    large = large_costs(exposure.presence, model)
    whole = index * severity.cost_above(floor, cap)
    below = index * severity.moment(1, floor)
    counted, tolerated = exposure.counted_years, exposure.tolerated_years
    displaced = counted * (whole - large.own)[:, :, None]
    parts = (exposure.ending + exposure.carried_over) * exposure.covered[:, None]
    displaced -= parts * large.part[:, :, None]
    # A municipality with far more persons at New Year than in the year has no less than nothing.
    mean = np.maximum(counted * below[:, :, None] + displaced, 0.0)
    mean += tolerated * (index * severity.capped_moment(1, cap))[:, :, None]
    variance = counted * (index**2 * severity.moment(2, floor))[:, :, None]
    variance += tolerated * (index**2 * severity.capped_moment(2, cap))[:, :, None]
    variance += _PART_SIZE * model.floor * np.maximum(displaced, 0.0)
    return mean, variance


def check_floor(presence: NDArray[np.float64], model: IllnessYears) -> None:
    """Refuse a floor above which cases are expected to cost more than all illness does.

    Below the amounts that were observed, cases that are split or cut short at New Year can
    be more than the calendar years that they make up for.

    Parameters
    ----------
    presence
        (draw, year) mean part of the year for which persons are counted.
    model
        Severity, course, price levels, floor and cap.

    Raises
    ------
    ImpossibleAssumptionError
        If it is so in any draw and year.
    """
    large = large_costs(presence, model)
    everything = model.index * model.severity.capped_moment(1, model.caps)
    if (large.own + 2.0 * large.part > everything).any():
        raise ImpossibleAssumptionError(
            "world.illness.floor",
            f"in some draw the cases above {model.floor:,.0f} EUR that bring tail_rate about, by "
            "parts of a year and of episodes, cost more than all persons together",
            "Raise the floor or tail_presence, or lower episode_months.",
        )
