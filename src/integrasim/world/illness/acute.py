"""Acute episodes: those within a calendar year, and those that cross New Year."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from integrasim.world.illness.cases import draw_cases
from integrasim.world.illness.rows import Rows
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
    size = exposure.counted_years.shape[2]
    above = model.severity.survival(model.floors)
    means = exposure.counted_years * (above * model.course.whole_episodes)[:, :, None]
    cases = draw_cases(means, Stream(seed, "illness.counts"), draws)
    year, municipality = np.divmod(cases.place, size)
    uniform = cases.uniforms(Stream(seed, "illness.costs"), draws)
    severity = model.severity.per_draw(lambda values: values[cases.draw, 0])
    cost = severity.at_survival(above[cases.draw, year] * uniform)
    nominal = np.minimum(cost * model.index[cases.draw, year], model.cap)
    return Rows(cases.draw, year, municipality, nominal)


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
    years, size = index.shape[1], persons.shape[2]
    dearest = np.maximum(
        np.concatenate([index[:, :1], index], axis=1),
        np.concatenate([index, index[:, -1:]], axis=1),
    )
    above = model.severity.survival(model.floor / dearest)
    means = persons * (above * model.course.crossing_episodes)[:, :, None]
    cases = draw_cases(means, Stream(seed, "illness.crossing.counts"), draws)
    draw = cases.draw
    new_year, municipality = np.divmod(cases.place, size)
    uniform = cases.uniforms(Stream(seed, "illness.crossing.costs"), draws)
    severity = model.severity.per_draw(lambda values: values[draw, 0])
    cost = severity.at_survival(above[draw, new_year] * uniform)
    share = cases.uniforms(Stream(seed, "illness.crossing.shares"), draws)
    stays = cases.uniforms(Stream(seed, "illness.crossing.staying"), draws)
    old, new = np.maximum(new_year - 1, 0), np.minimum(new_year, years - 1)
    first = share * cost * index[draw, old]
    second = (1.0 - share) * cost * index[draw, new]
    remaining = exposure.carried_over[draw, new, municipality]
    is_counted = stays * persons[draw, new, municipality] < remaining
    within = cases.uniforms(Stream(seed, "illness.crossing.covered"), draws)
    return (
        Rows(draw, old, municipality, np.minimum(first, model.cap)).chosen(
            (new_year > 0) & (first > model.floor) & (within < exposure.covered[old])
        ),
        Rows(draw, new, municipality, np.minimum(second, model.cap)).chosen(
            (new_year < years)
            & (second > model.floor)
            & is_counted
            & (within < exposure.covered[new])
        ),
    )
