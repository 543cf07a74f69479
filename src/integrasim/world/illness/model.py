"""Illness model of a block: severity, prices, and the course of cases over the years."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Self

import numpy as np

from integrasim.scenario.dependence import normal_of_rank
from integrasim.world.illness.lognormal import LognormalSeverity
from integrasim.world.illness.part_year import longest_part, whole_year
from integrasim.world.illness.spliced import SplicedSeverity, excess_shift

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from integrasim.world.assumptions import Assumptions
    from integrasim.world.illness.severity import Severity

Tail = Literal["pareto", "lognormal", "generalised_pareto"]
"""Families of tails."""
_MONTHS_PER_YEAR = 12.0


@dataclass(frozen=True)
class Course:
    """How large costs run through the years, each (draw, 1).

    A large cost is *chronic*, spread evenly over the year, or an *acute* episode of
    given length, which may cross New Year.

    Attributes
    ----------
    chronic_share
        Share of the cases that are chronic.
    persistence
        Probability that a chronic case is one again in the next year, while counted.
    correlation
        Normal correlation of the cost ranks of a chronic case in successive years.
    crossing
        q, probability that an episode crosses New Year.
    dilution
        κ, calendar-year sums above the tail threshold per episode above it.
    thinning
        Calendar-year sums above the tail threshold per person-year in chronic cases, for
        each that whole years would bring.
    """

    chronic_share: NDArray[np.float64]
    persistence: NDArray[np.float64]
    correlation: NDArray[np.float64]
    crossing: NDArray[np.float64]
    dilution: NDArray[np.float64]
    thinning: NDArray[np.float64]

    @classmethod
    def of(cls, assumptions: Assumptions, severity: Severity, tail_threshold: float) -> Self:
        """Derive the course from the numbers of the scenario.

        An episode that crosses New Year leaves a uniform share W of its cost in the
        old year and 1 - W in the new one. Per episode of cost X there are
        κ = (1 - q) + 2·q·P(W·X > t) / P(X > t) calendar-year sums above t, which for a
        Pareto tail is (1 - q) + 2·q/(α + 1). Episodes are as many more than severe
        calendar years as κ is below 1, so that ``tail_rate`` stays the rate of
        calendar-year sums, as it has been observed.

        A chronic case counted for a part A of the year has the sum A·X. In the year of
        the observation, with a mean part f = ``tail_presence``, a person-year brought
        P(A·X > t) / (f·P(X > t)) of the chronic sums above t that a whole year of one
        person brings. Chronic cases are as many more as this is below 1.

        Parameters
        ----------
        assumptions
            (draw,) ``chronic_share``, ``persistence``, ``persistence_rank_correlation``,
            ``episode_months`` and ``tail_presence``.
        severity
            Severity with (draw,) parameters.
        tail_threshold
            t in EUR.

        Returns
        -------
        Course
            Each number (draw, 1).
        """
        threshold = np.asarray(tail_threshold)
        crossing = assumptions["episode_months"] / _MONTHS_PER_YEAR
        survival = severity.survival(threshold)
        halves = 2.0 * severity.part_survival(threshold) / survival
        presence = assumptions["tail_presence"]
        whole, longest = whole_year(presence), longest_part(presence)
        parts = severity.part_survival(threshold / longest) / survival
        normal = normal_of_rank(assumptions["persistence_rank_correlation"])
        return cls(
            chronic_share=assumptions["chronic_share"][:, None],
            persistence=assumptions["persistence"][:, None],
            correlation=normal[:, None],
            crossing=crossing[:, None],
            dilution=(1.0 - crossing + crossing * halves)[:, None],
            thinning=((whole + (1.0 - whole) * parts) / presence)[:, None],
        )

    @property
    def chronic_cases(self) -> NDArray[np.float64]:
        """Chronic cases of whole years, per case in a calendar year."""
        return np.asarray(self.chronic_share / self.thinning)

    @property
    def whole_episodes(self) -> NDArray[np.float64]:
        """Episodes within one calendar year, per case in a calendar year."""
        return np.asarray((1.0 - self.chronic_share) * (1.0 - self.crossing) / self.dilution)

    @property
    def crossing_episodes(self) -> NDArray[np.float64]:
        """Episodes that cross New Year, per case in a calendar year."""
        return np.asarray((1.0 - self.chronic_share) * self.crossing / self.dilution)


@dataclass(frozen=True)
class IllnessYears:
    """Illness model of a block in nominal terms.

    ``severity`` and ``course`` have (draw, 1) parameters, the former in prices of the
    price year; ``index`` is (draw, year) the price level of each year against it;
    ``cap`` and ``floor`` are nominal EUR.
    """

    severity: Severity
    course: Course
    index: NDArray[np.float64]
    floor: float
    cap: float

    @property
    def floors(self) -> NDArray[np.float64]:
        """(draw, year) floor in prices of the price year."""
        return np.asarray(self.floor / self.index)

    @property
    def caps(self) -> NDArray[np.float64]:
        """(draw, year) cap in prices of the price year."""
        return np.asarray(self.cap / self.index)


def illness_years(
    assumptions: Assumptions,
    *,
    tail: Tail,
    price_year: int,
    splice: float | None,
    tail_threshold: float,
    floor: float,
    cap: float,
    years: tuple[int, ...],
) -> IllnessYears:
    """Build the severity of every draw, its course, and its price level in every year.

    Parameters
    ----------
    assumptions
        (draw,) ``mean_cost``, ``no_cost_share``, ``tail_rate``, ``inflation`` and the
        numbers of :meth:`Course.of`; with a splice ``body_sigma`` and ``tail_index``;
        ``tail_mean_excess`` with a generalised Pareto tail.
    tail
        Family of the tail.
    price_year, splice, tail_threshold, floor, cap
        Fixed numbers of the scenario, EUR; no splice with a lognormal tail.
    years
        Calendar years of the horizon.

    Returns
    -------
    IllnessYears
        The model of all draws.

    Raises
    ------
    ImpossibleAssumptionError
        If the numbers of some draw contradict each other.
    """
    severity = _severity(
        assumptions, tail=tail, splice=splice, tail_threshold=tail_threshold, cap=cap
    )
    elapsed = np.asarray(years, dtype=np.float64) - price_year
    return IllnessYears(
        severity=severity.per_draw(lambda values: values[:, None]),
        course=Course.of(assumptions, severity, tail_threshold),
        index=(1.0 + assumptions["inflation"][:, None]) ** elapsed,
        floor=floor,
        cap=cap,
    )


def _severity(
    assumptions: Assumptions,
    *,
    tail: Tail,
    splice: float | None,
    tail_threshold: float,
    cap: float,
) -> Severity:
    """Build the severity of a family, with (draw,) parameters."""
    if tail == "lognormal":
        return LognormalSeverity.with_mean(
            assumptions["mean_cost"],
            no_cost=assumptions["no_cost_share"],
            tail_threshold=tail_threshold,
            tail_rate=assumptions["tail_rate"],
            cap=cap,
        )
    assert splice is not None
    index = assumptions["tail_index"]
    shift = (
        np.zeros_like(index)
        if tail == "pareto"
        else excess_shift(
            index,
            assumptions["tail_mean_excess"],
            splice=splice,
            tail_threshold=tail_threshold,
        )
    )
    return SplicedSeverity.with_mean(
        assumptions["mean_cost"],
        no_cost=assumptions["no_cost_share"],
        sigma=assumptions["body_sigma"],
        splice=splice,
        tail_threshold=tail_threshold,
        tail_rate=assumptions["tail_rate"],
        tail_index=index,
        shift=shift,
        cap=cap,
    )
