"""Chronic cases, which last from year to year.

Their number in a municipality is a Poisson INAR(1) process (McKenzie 1985, "Some
simple models for discrete variate time series", Water Resources Bulletin 21;
Al-Osh & Alzaid 1987, "First-order integer-valued autoregressive process", Journal
of Time Series Analysis 8): every case goes on with a probability of its own, and new
ones fill up to the mean. Both parts are Poisson, and so is their sum.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from integrasim.world.illness.cases import Cases, draw_cases
from integrasim.world.illness.part_year import part_of_year
from integrasim.world.illness.rows import Rows
from integrasim.world.streams import Stream

if TYPE_CHECKING:
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
    _, years, size = exposure.counted_years.shape
    above = model.severity.survival(model.floors)
    means = exposure.persons * (above * model.course.chronic_cases)[:, :, None]
    going_on = continuation(means, exposure.staying * model.course.persistence)
    arising = means.copy()
    arising[:, 1:] -= going_on * means[:, :-1]
    born = draw_cases(np.maximum(arising, 0.0), Stream(seed, "illness.chronic.counts"), draws)
    cases, score = born.chosen(born.place < size), np.empty(0)
    rows = []
    for year in range(years):
        if year:
            uniform = cases.uniforms(Stream(seed, "illness.chronic.persistence"), draws, year)
            lasting = uniform < going_on[cases.draw, year - 1, cases.place % size]
            new = born.chosen(born.place // size == year)
            cases, score = cases.chosen(lasting).joined(new), score[lasting]
        score = _next_scores(cases, score, model, seed=seed, draws=draws, year=year)
        rows.append(_rows(cases, score, above, exposure, model, seed=seed, draws=draws, year=year))
    return rows


def continuation(
    means: NDArray[np.float64], persistence: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Probability that a case goes on, where the means allow it.

    Where the mean falls faster than cases end, more must end: the probability is at
    most the ratio of the means.

    Parameters
    ----------
    means
        (draw, year, municipality) expected cases.
    persistence
        (draw, year) probability that a case of the year goes on in the next.

    Returns
    -------
    numpy.ndarray
        (draw, year - 1, municipality) probabilities.

    Examples
    --------
    >>> continuation(np.array([[[8.0, 8.0], [6.0, 2.0]]]), np.array([[0.5, 0.5]]))
    array([[[0.5 , 0.25]]])
    """
    before, after = means[:, :-1], means[:, 1:]
    ratio = np.divide(after, before, out=np.zeros_like(after), where=before > 0.0)
    return np.minimum(persistence[:, :-1, None], ratio)


def _next_scores(
    cases: Cases,
    score: NDArray[np.float64],
    model: IllnessYears,
    *,
    seed: int,
    draws: range,
    year: int,
) -> NDArray[np.float64]:
    """Draw the normal score of each case's rank; the first ones had a score the year before."""
    uniform = cases.uniforms(Stream(seed, "illness.chronic.costs"), draws, year)
    fresh = special.ndtri(uniform)
    old = score.size
    correlation = model.course.correlation[cases.draw[:old], 0]
    fresh[:old] *= np.sqrt(1.0 - correlation**2)
    fresh[:old] += correlation * score
    return np.asarray(fresh)


def _rows(
    cases: Cases,
    score: NDArray[np.float64],
    above: NDArray[np.float64],
    exposure: Exposure,
    model: IllnessYears,
    *,
    seed: int,
    draws: range,
    year: int,
) -> Rows:
    """Costs of the cases of a year, for the part of it in which they are counted."""
    draw = cases.draw
    severity = model.severity.per_draw(lambda values: values[draw, 0])
    cost = severity.at_survival(above[draw, year] * special.ndtr(score)) * model.index[draw, year]
    uniform = cases.uniforms(Stream(seed, "illness.chronic.presence"), draws, year)
    cost *= part_of_year(uniform, exposure.presence[draw, year])
    rows = Rows(
        draw,
        np.full(draw.size, year),
        cases.place % exposure.counted_years.shape[2],
        np.minimum(cost, model.cap),
    )
    return rows.chosen(cost > model.floor)
