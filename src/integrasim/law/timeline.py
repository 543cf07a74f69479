"""A value over time: between the days on which it changes it is constant, or follows an index."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from integrasim.law.indexation import IndexedAmount

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from integrasim.law.indexation import Amount

__all__ = ["Timeline"]


@dataclass(frozen=True)
class Timeline:
    """A step function of the day; ``None`` means that nothing is in force.

    Two timelines that give the same value on every day are equal: a step that
    changes nothing is not kept. Use :meth:`overlay` to build one.

    Parameters
    ----------
    steps
        (first day, value) in ascending order of the day. Before the first step
        nothing is in force; the last step has no end.

    Examples
    --------
    >>> timeline = Timeline().overlay(date(2021, 1, 1), None, 875.0)
    >>> timeline = timeline.overlay(date(2024, 1, 1), None, 1013.0)
    >>> timeline.at(date(2023, 12, 31)), timeline.at(date(2024, 1, 1))
    (875.0, 1013.0)
    >>> timeline.at(date(2020, 12, 31)) is None
    True
    """

    steps: tuple[tuple[date, Amount | None], ...] = ()

    def at(self, day: date) -> Amount | None:
        """Return what holds on a day, ``None`` where nothing is in force."""
        position = bisect_right(self.steps, day, key=lambda step: step[0])
        return self.steps[position - 1][1] if position else None

    def overlay(self, first: date, last: date | None, value: Amount) -> Timeline:
        """Return a timeline that takes a value from ``first`` to ``last``, both included.

        Parameters
        ----------
        first
            First day of the new value.
        last
            Its last day; ``None`` for a value without end.
        value
            The value on those days. All other days keep theirs.

        Returns
        -------
        Timeline
            The new timeline; this one is unchanged.
        """
        steps = [step for step in self.steps if step[0] < first]
        steps.append((first, value))
        if last is not None and last < date.max:
            after = last + timedelta(days=1)
            steps.append((after, self.at(after)))
            steps.extend(step for step in self.steps if step[0] > after)
        return Timeline(_without_repetition(steps))

    def changes(self, start: date, end: date) -> list[date]:
        """Return the days after ``start``, up to and including ``end``, with a new value.

        An indexed amount changes on each 1 January.
        """
        days = [day for day, _ in self.steps if start < day <= end]
        ends = [day - timedelta(days=1) for day, _ in self.steps[1:]]
        for (day, amount), last in zip(self.steps, [*ends, end], strict=bool(self.steps)):
            if isinstance(amount, IndexedAmount):
                days += _new_years(max(day, start), min(last, end))
        return sorted(days)

    def between(self, start: date, end: date) -> Timeline:
        """Return the part from ``start`` to ``end``, both included, to compare by.

        Two timelines have equal parts if and only if they agree on every day of it.
        """
        inside = [(start, self.at(start))]
        inside += [step for step in self.steps if start < step[0] <= end]
        return Timeline(_without_repetition(inside))

    def gaps(self) -> list[tuple[date, date]]:
        """Return (first day, last day) of every pause between two values."""
        return [
            (day, following - timedelta(days=1))
            for (day, value), (following, _) in pairwise(self.steps)
            if value is None
        ]


def _new_years(after: date, until: date) -> Iterator[date]:
    """Yield each 1 January after a day, up to and including another."""
    return (date(year, 1, 1) for year in range(after.year + 1, until.year + 1))


def _without_repetition(
    steps: Iterable[tuple[date, Amount | None]],
) -> tuple[tuple[date, Amount | None], ...]:
    """Keep the steps that change the value, so that equal timelines compare equal."""
    kept: list[tuple[date, Amount | None]] = []
    current: Amount | None = None
    for day, value in steps:
        if value != current:
            kept.append((day, value))
        current = value
    return tuple(kept)
