"""Chronic cases, which last from year to year.

Their number in a municipality is a Poisson INAR(1) process (McKenzie 1985, "Some
simple models for discrete variate time series", Water Resources Bulletin 21;
Al-Osh & Alzaid 1987, "First-order integer-valued autoregressive process", Journal
of Time Series Analysis 8): every case goes on with a probability of its own, and new
ones fill up to the mean. Both parts are Poisson, and so is their sum.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numba
import numpy as np
from numba.extending import register_jitable
from scipy import special

from integrasim.world.illness.cases import case_uniforms, draw_cases
from integrasim.world.illness.part_year import part_of_year
from integrasim.world.illness.rows import Rows
from integrasim.world.illness.severity import costs_at_survival
from integrasim.world.normal import normal_quantile
from integrasim.world.streams import Stream

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from integrasim.world.illness.exposure import Exposure
    from integrasim.world.illness.model import IllnessYears


def chronic_cases(
    exposure: Exposure, model: IllnessYears, *, seed: int, draws: range
) -> list[Rows]:
    """Draw the chronic cases above the floor, year by year.

    A case is a person whose costs in a whole year would be above the floor. Whoever
    is counted for a part of the year has that part of the costs, and a row if this
    is above the floor. The cost rank among the cases follows that of the year before
    by a Gaussian copula, so that costs have the distribution of the severity in every
    year.

    Parameters
    ----------
    exposure
        Person-years, presence, and who stays.
    model
        Severity, course, price levels, floor and cap.
    seed, draws
        Seed of the run and the block of draws.

    Returns
    -------
    list of Rows
        One for each year.
    """
    above = model.severity.survival(model.floors)
    rates = above * model.course.chronic_cases / exposure.presence
    # By year first, so that each year's numbers lie together.
    means = np.multiply(exposure.counted_years.swapaxes(0, 1), rates.T[:, :, np.newaxis], order="C")
    persistence = exposure.staying * model.course.persistence
    quantiles, correlation = model.severity.quantiles(), model.course.correlation[:, 0]
    counts = Stream(seed, "illness.chronic.counts")
    stream = (*Stream(seed, "illness.chronic.cases").key, draws.start)
    going, score = None, np.empty(0)
    rows = []
    for year, arising in enumerate(_arising(means, persistence)):
        cases = draw_cases(arising, counts, draws, first_group=year)
        cases = cases if going is None else going.joined(cases)
        size = cases.rank.size
        rank, part, goes_on = np.empty(size), np.empty(size), np.empty(size, dtype=np.bool_)
        shares = persistence, exposure.presence
        _draw_year(stream, cases, year, means, shares, (rank, part, goes_on))
        score = _follow(rank, score, correlation.take(cases.draw[: score.size]))
        cost = costs_at_survival(quantiles, cases.draw, above[:, year].take(cases.draw) * rank)
        cost *= model.index[:, year].take(cases.draw) * part
        of_year = Rows(
            cases.draw,
            np.full(size, year, dtype=np.int32),
            cases.municipality,
            np.minimum(cost, model.cap),
        )
        rows.append(of_year.chosen(cost > model.floor))
        going, score = cases.chosen(goes_on), score[goes_on]
    return rows


def _arising(
    means: NDArray[np.float64], persistence: NDArray[np.float64]
) -> Iterator[NDArray[np.float64]]:
    """Yield the mean of the new cases of each year, (draw, 1, municipality)."""
    yield means[0, :, np.newaxis]
    for year in range(1, len(means)):
        going_on = persistence[:, year - 1, np.newaxis] * means[year - 1]
        yield np.maximum(means[year] - going_on, 0.0)[:, np.newaxis]


@numba.njit(nogil=True, cache=True)
def _draw_year(stream, cases, year, means, shares, out):
    """Write each case's number for its rank, the part of the year it counts, whether it goes on."""
    persistence, presence = shares
    rank, part, goes_on = out
    for row in range(rank.size):
        draw, municipality = cases.draw[row], cases.municipality[row]
        u_going_on, rank[row], u_part, _ = case_uniforms(stream, cases, row, year)
        part[row] = part_of_year(u_part, presence[draw, year])
        chance = 0.0
        if year + 1 < len(means):
            before, after = means[year, draw, municipality], means[year + 1, draw, municipality]
            chance = continuation(before, after, persistence[draw, year])
        goes_on[row] = u_going_on < chance


def _follow(
    rank: NDArray[np.float64], before: NDArray[np.float64], correlation: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Give the normal scores of the ranks.

    The first cases had a score the year before: their ranks are changed to follow it.
    """
    score, old = normal_quantile(rank), before.size
    score[:old] *= np.sqrt(1.0 - correlation**2)
    score[:old] += correlation * before
    rank[:old] = special.ndtr(score[:old])
    return score


@register_jitable
def continuation(before: float, after: float, persistence: float) -> float:
    """Probability that a case goes on, where the means allow it.

    Where the mean falls faster than cases end, more must end: the probability is at
    most the ratio of the means.

    Parameters
    ----------
    before, after
        Expected cases in a year and in the next.
    persistence
        Probability that a case of the year goes on in the next.

    Returns
    -------
    float
        The probability.

    Examples
    --------
    >>> continuation(8.0, 6.0, 0.5), continuation(8.0, 2.0, 0.5)
    (0.5, 0.25)
    """
    return min(persistence, after / before) if before > 0.0 else 0.0
