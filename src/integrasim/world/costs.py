"""What hosting costs a municipality before any transfer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numba
import numpy as np

from integrasim.world.normal import normal_quantile
from integrasim.world.problems import ImpossibleAssumptionError
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
    year_shares: NDArray[np.float64],
    seed: int,
    draws: range,
) -> NDArray[np.float64]:
    """Cost of housing and keep, illness left out.

    (person-years · (full cost of the type - mean illness cost) + empty places ·
    place share · full cost of the type) · price index · lasting effect of the
    municipality. The full cost per person-year comes from a survey that includes
    illness, which the illness model adds on its own: its mean at the survey's prices
    is taken off here, so it is not counted twice. The survey also includes the places
    that stood empty in its year; `empty_places` are those that come on top.

    Parameters
    ----------
    person_years
        (draw, year, municipality) person-years hosted.
    assumptions
        (draw,) ``kreisfrei`` and ``kreisangehoerig`` full cost in EUR per
        person-year at survey prices, ``index_at_start`` price level of the first
        year against the survey, yearly ``inflation`` from then on,
        ``municipality_sd`` standard deviation of the municipality effect in logs,
        ``place_share`` share of the full cost that is the cost of a place, and
        ``place_release`` share of empty places given up within a year.
    illness_mean
        (draw,) mean illness cost per person-year at survey prices.
    is_kreisfrei
        (municipality,) whether a municipality counts as kreisfreie Stadt.
    year_shares
        (year,) share of each calendar year that the horizon covers.
    seed, draws
        Seed of the run and the block of draws.

    Returns
    -------
    numpy.ndarray
        (draw, year, municipality) EUR, nominal.

    Raises
    ------
    ImpossibleAssumptionError
        If a place and illness alone cost more than the full cost.
    """
    _, years, size = person_years.shape
    full = np.where(
        is_kreisfrei,
        assumptions["kreisfrei"][:, None],
        assumptions["kreisangehoerig"][:, None],
    )
    place = assumptions["place_share"][:, None] * full
    rate = full - illness_mean[:, None]
    if (rate - place <= 0.0).any():
        raise ImpossibleAssumptionError(
            "world.costs",
            "in some draw the full cost per person-year, less its place_share, is below the mean "
            f"illness cost that it contains (up to {illness_mean.max():.4g} EUR)",
            "Raise kreisfrei and kreisangehoerig, or lower place_share or world.illness.mean_cost.",
        )
    growth = (1.0 + assumptions["inflation"][:, None]) ** np.arange(years)
    index = assumptions["index_at_start"][:, None] * growth
    normal = normal_quantile(Stream(seed, "costs.municipality").uniforms(draws, size))
    spread = assumptions["municipality_sd"][:, None]
    effect = np.exp(spread * normal - 0.5 * spread**2)
    kept = 1.0 - assumptions["place_release"]
    cost = np.empty(person_years.shape)
    _write_costs(person_years, year_shares, kept, (rate * effect, place * effect), index, cost)
    return cost


@numba.njit(nogil=True, cache=True)
def _write_costs(person_years, year_shares, kept, rates, index, out):
    """Write what persons and empty places cost, (draw, year, municipality) EUR."""
    of_person, of_place = rates
    draws, years, size = out.shape
    for draw in range(draws):
        empty, before = np.zeros(size), person_years[draw, 0] / year_shares[0]
        for year in range(years):
            share = year_shares[year]
            for i in range(size):
                persons = person_years[draw, year, i] / share
                empty[i] = _still_empty(empty[i], before[i], persons, kept[draw])
                before[i] = persons
                yearly = persons * of_person[draw, i] + empty[i] * of_place[draw, i]
                out[draw, year, i] = yearly * share * index[draw, year]


@numba.njit(inline="always")
def _still_empty(empty, before, persons, kept):
    """Empty places after a year, from those before it and the persons then and now."""
    return kept * max(empty + before - persons, 0.0)


def empty_places(persons: NDArray[np.float64], release: NDArray[np.float64]) -> NDArray[np.float64]:
    """Places that a municipality still holds for persons who are no longer there.

    Who hosts persons needs a place for each. When fewer come, the places left over are
    given up only as leases and contracts end; when more come, empty places fill first:

        empty_0 = 0,  empty_y = (1 - release) · max(empty_(y-1) + persons_(y-1) - persons_y, 0)

    The release applies to the places that nobody lives in, not to all places held, so
    that a place is never given up under a person, and a release of 1 leaves none empty.

    Parameters
    ----------
    persons
        (draw, year, municipality) persons hosted, mean of each year.
    release
        (draw,) share of empty places given up within a year, 0 to 1.

    Returns
    -------
    numpy.ndarray
        (draw, year, municipality) empty places, mean of each year.

    Examples
    --------
    100 persons, then 60: of 40 places left over, a quarter is given up; the next 20 persons
    move into empty places:

    >>> empty_places(np.array([[[100.0], [60.0], [80.0]]]), np.array([0.25]))[0, :, 0]
    array([ 0. , 30. ,  7.5])
    """
    empty = np.zeros(persons.shape)
    _write_empty_places(persons, 1.0 - release, empty)
    return empty


@numba.njit(nogil=True, cache=True)
def _write_empty_places(persons, kept, empty):
    """Write the empty places of every year after the first."""
    draws, years, size = persons.shape
    for draw in range(draws):
        for year in range(1, years):
            for i in range(size):
                empty[draw, year, i] = _still_empty(
                    empty[draw, year - 1, i],
                    persons[draw, year - 1, i],
                    persons[draw, year, i],
                    kept[draw],
                )
