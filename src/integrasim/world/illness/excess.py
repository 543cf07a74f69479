"""What a person-year is expected to cost above any amount, by the kinds of rows it brings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from integrasim.world.illness.part_year import longest_part, whole_year

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from integrasim.world.illness.model import IllnessYears

    Layer = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]
    """Expected EUR of a case between a limit and a cap, proportional to the scale of both."""


def excess_costs(
    thresholds: NDArray[np.float64], presence: NDArray[np.float64], model: IllnessYears
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give the expected excess over thresholds of the rows that a person-year and a New Year bring.

    It is E[Σ (row - T)⁺], and its second derivative in T is the density of the rows.

    Parameters
    ----------
    thresholds
        (...) nominal EUR at or above the floor.
    presence
        (draw, year) mean part of the year for which persons are counted.
    model
        Severity, course, price levels, floor and cap.

    Returns
    -------
    own, part : numpy.ndarray
        (..., draw, year) nominal EUR per person-year, and per person on the eve of a New Year in
        the old year and, if the person is still counted, in the new.
    """
    severity = model.severity

    def part_excess(
        deductible: NDArray[np.float64], cap: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """E[(min(W·X, cap) - d)⁺]."""
        cost = severity.part_cost_above(deductible, cap)
        return np.asarray(cost - deductible * severity.part_survival(deductible))

    limits = np.minimum(thresholds[..., None, None] / model.index, model.caps)
    own, part = by_exposure(severity.expected_excess, part_excess, limits, presence, model)
    return model.index * own, model.index * part


def by_exposure(
    whole: Layer,
    part: Layer,
    limit: NDArray[np.float64],
    presence: NDArray[np.float64],
    model: IllnessYears,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Add up what whole cases and uniform parts of cases cost by the kinds of rows.

    Parameters
    ----------
    whole, part
        Expected cost between a limit and a cap of a case X, and of W·X with W uniform from 0 to 1.
    limit
        (..., draw, year) EUR of the price year, at or below the cap.
    presence
        (draw, year) mean part of the year for which persons are counted.
    model
        Severity, course, price levels and cap.

    Returns
    -------
    own, part : numpy.ndarray
        (..., draw, year) EUR of the price year, per person-year and per person on the eve of a New
        Year.
    """
    course, cap, longest = model.course, model.caps, longest_part(presence)
    entire, share = whole(limit, cap), whole_year(presence)
    shortened = longest * part(limit / longest, cap / longest)
    chronic = share * entire + (1.0 - share) * shortened
    own = course.whole_episodes * entire + course.chronic_cases / presence * chronic
    return np.asarray(own), np.asarray(part(limit, cap) * course.crossing_episodes)
