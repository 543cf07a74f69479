"""Acute episodes: those within a calendar year, and those that cross New Year."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numba
import numpy as np

from integrasim.world.illness.cases import case_uniforms, draw_cases
from integrasim.world.illness.exposure import carried_over, eve
from integrasim.world.illness.rows import Rows
from integrasim.world.illness.severity import costs_at_survival
from integrasim.world.streams import Stream

if TYPE_CHECKING:
    from integrasim.world.illness.exposure import Exposure
    from integrasim.world.illness.model import IllnessYears


def whole_episodes(exposure: Exposure, model: IllnessYears, *, seed: int, draws: range) -> Rows:
    """Draw the episodes above the floor that begin and end in one calendar year.

    Parameters
    ----------
    exposure
        Person-years.
    model
        Severity, course, price levels, floor and cap.
    seed, draws
        Seed of the run and the block of draws.

    Returns
    -------
    Rows
        In order of draw, year and municipality.
    """
    above = model.severity.survival(model.floors)
    means = exposure.counted_years * (above * model.course.whole_episodes)[:, :, None]
    cases = draw_cases(means, Stream(seed, "illness.counts"), draws)
    survival = np.empty(cases.rank.size)
    stream = (*Stream(seed, "illness.cases").key, draws.start)
    _draw_survival(stream, cases, above, survival)
    cost = costs_at_survival(model.severity.quantiles(), cases.draw, survival)
    _to_nominal(cases, model.index, model.cap, cost)
    return Rows(cases.draw, cases.group, cases.municipality, cost)


@numba.njit(nogil=True, cache=True)
def _draw_survival(stream, cases, above, out):
    """Write the probability of a higher cost than that of each case, whose group is its year."""
    for row in range(out.size):
        uniform = case_uniforms(stream, cases, row, 0)[0]
        out[row] = above[cases.draw[row], cases.group[row]] * uniform


@numba.njit(nogil=True, cache=True)
def _to_nominal(cases, index, cap, cost):
    """Turn costs of the price year into those of the year that is the group, capped."""
    for row in range(cost.size):
        cost[row] = min(cost[row] * index[cases.draw[row], cases.group[row]], cap)


def crossing_episodes(
    exposure: Exposure, model: IllnessYears, *, seed: int, draws: range
) -> tuple[Rows, Rows]:
    """Draw the episodes that cross New Year: what falls into the old year and into the new.

    New Year n lies between the years n - 1 and n of the horizon. Those who are counted on
    its eve bring the episodes; a uniform share of the cost falls into the old year. Each
    part is in the prices of its year and is kept if it is above the floor; the second
    part only if the person is still counted. Of a calendar year that the horizon covers
    in part, the same part of its cases is kept.

    Parameters
    ----------
    exposure
        Persons at each New Year, and who remains.
    model
        Severity, course, price levels, floor and cap.
    seed, draws
        Seed of the run and the block of draws.

    Returns
    -------
    tuple of Rows
        First parts and second parts.
    """
    persons, index = exposure.at_new_year, model.index
    dearest = np.maximum(
        np.concatenate([index[:, :1], index], axis=1),
        np.concatenate([index, index[:, -1:]], axis=1),
    )
    above = model.severity.survival(model.floor / dearest)
    rates = above * model.course.crossing_episodes
    means = np.multiply(persons, rates[:, :, None], dtype=np.float64)
    cases = draw_cases(means, Stream(seed, "illness.crossing.counts"), draws)
    size = cases.rank.size
    survival, chances = np.empty(size), np.empty((size, 3))
    stream = (*Stream(seed, "illness.crossing.cases").key, draws.start)
    _draw_crossing(stream, cases, above, survival, chances)
    cost = costs_at_survival(model.severity.quantiles(), cases.draw, survival)
    first = Rows(cases.draw, cases.group - np.int32(1), cases.municipality, np.zeros(size))
    second = Rows(cases.draw, cases.group, cases.municipality, np.zeros(size))
    limits = (model.floor, model.cap)
    _split(cases, cost, chances, exposure, index, limits, (first.cost, second.cost))
    return first.chosen(first.cost > 0.0), second.chosen(second.cost > 0.0)


@numba.njit(nogil=True, cache=True)
def _draw_crossing(stream, cases, above, survival, chances):
    """Write the numbers of each case: one for its cost, three for what becomes of it."""
    for row in range(survival.size):
        u, chances[row, 0], chances[row, 1], chances[row, 2] = case_uniforms(stream, cases, row, 0)
        survival[row] = above[cases.draw[row], cases.group[row]] * u


@numba.njit(nogil=True, cache=True)
def _split(cases, cost, chances, exposure, index, limits, out):
    """Write the part of each case in the old year and that in the new, if it makes a row.

    The group of a case is the year that begins.
    """
    floor, cap = limits
    first, second = out
    years = index.shape[1]
    for row in range(cost.size):
        draw, year, municipality = cases.draw[row], cases.group[row], cases.municipality[row]
        share, staying, within = chances[row, 0], chances[row, 1], chances[row, 2]
        part = share * cost[row] * index[draw, max(year - 1, 0)]
        is_within = (year > 0) & (within < exposure.covered[max(year - 1, 0)])
        first[row] = min(part, cap) if is_within & (part > floor) else 0.0
        part = (1.0 - share) * cost[row] * index[draw, min(year, years - 1)]
        is_within = (year < years) & (within < exposure.covered[min(year, years - 1)])
        if is_within & (part > floor):
            there = staying * eve(exposure, draw, year, municipality)
            if there < carried_over(exposure, draw, year, municipality):
                second[row] = min(part, cap)
