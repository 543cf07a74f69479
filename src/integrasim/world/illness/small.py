"""All illness costs of a municipality: the rows of the ledger and the many small sums."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numba
import numpy as np

from integrasim.world.illness.excess import by_exposure
from integrasim.world.illness.exposure import carried_over
from integrasim.world.normal import normal_quantile
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


class _Moments(NamedTuple):
    """What the small sums of a municipality are made of, each (draw, year), nominal EUR.

    ``below`` and ``whole`` are first moments of a person-year's cost, of what lies below the
    floor and of all of it, with second ones as ``below_squared`` and ``whole_squared``;
    ``displaced`` what a person-year is expected to cost above the floor beyond its own
    rows, and ``part`` the cost of the rows that a person on the eve of a New Year brings.
    ``displaced_size`` is the variance of what is displaced per EUR.
    """

    below: NDArray[np.float64]
    below_squared: NDArray[np.float64]
    whole: NDArray[np.float64]
    whole_squared: NDArray[np.float64]
    displaced: NDArray[np.float64]
    part: NDArray[np.float64]
    displaced_size: float


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
    normal = normal_quantile(Stream(seed, "illness.small").uniforms(draws, years * size))
    cost, log_variance = (np.empty(exposure.counted_years.shape) for _ in range(2))
    _write_small_sums(exposure, _moments(exposure.presence, model), cost, log_variance)
    # A lognormal amount, mean · exp(σ·z - σ²/2) with σ² = ln(1 + relative variance).
    np.log1p(log_variance, out=log_variance)
    exponent = np.sqrt(log_variance)
    exponent *= normal.reshape(cost.shape)
    log_variance *= 0.5
    exponent -= log_variance
    cost *= np.exp(exponent, out=exponent)
    _add_rows(ledger.draw, ledger.year, ledger.municipality, ledger.cost, cost)
    return cost


@numba.njit(nogil=True, cache=True)
def _write_small_sums(exposure, moments, mean, relative):
    """Write the mean of what is not in the ledger, and its variance over the mean squared."""
    draws, years, size = mean.shape
    for draw in range(draws):
        for year in range(years):
            for municipality in range(size):
                counted = exposure.counted_years[draw, year, municipality]
                tolerated = exposure.tolerated_years[draw, year, municipality]
                parts = exposure.ending[draw, year, municipality]
                parts += carried_over(exposure, draw, year, municipality)
                displaced = counted * moments.displaced[draw, year]
                displaced -= parts * exposure.covered[year] * moments.part[draw, year]
                # Who has far more persons at New Year than in the year has no less than nothing.
                sums = max(counted * moments.below[draw, year] + displaced, 0.0)
                sums += tolerated * moments.whole[draw, year]
                variance = counted * moments.below_squared[draw, year]
                variance += tolerated * moments.whole_squared[draw, year]
                variance += moments.displaced_size * max(displaced, 0.0)
                mean[draw, year, municipality] = sums
                relative[draw, year, municipality] = variance / sums**2 if sums > 0.0 else 0.0


@numba.njit(nogil=True, cache=True)
def _add_rows(draw, year, municipality, cost, out):
    """Add the rows of the ledger."""
    for row in range(cost.size):
        out[draw[row], year[row], municipality[row]] += cost[row]


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


def _moments(presence: NDArray[np.float64], model: IllnessYears) -> _Moments:
    """Moments of a person-year's cost, and of what is displaced from the rows."""
    severity, index = model.severity, model.index
    floor, cap = model.floors, model.caps
    large = large_costs(presence, model)
    return _Moments(
        below=index * severity.moment(1, floor),
        below_squared=index**2 * severity.moment(2, floor),
        whole=index * severity.capped_moment(1, cap),
        whole_squared=index**2 * severity.capped_moment(2, cap),
        displaced=index * severity.cost_above(floor, cap) - large.own,
        part=large.part,
        displaced_size=_PART_SIZE * model.floor,
    )


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
