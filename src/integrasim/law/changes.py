"""What the law says over time, act by act: which value governs when, and what changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from integrasim.law.definitions import timeline_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from integrasim.law.definitions import DatedValue
    from integrasim.law.parameters import StatuteBook

__all__ = ["Change", "Episode", "changes_between", "episodes", "governing", "revisions"]

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Episode:
    """Days on which one dated value governs.

    Parameters
    ----------
    first_day
        The first of them.
    last_day
        The last of them; None if there is no end in sight.
    source
        The value, with its act and reference.
    """

    first_day: date
    last_day: date | None
    source: DatedValue


@dataclass(frozen=True)
class Change:
    """A day from which a parameter has another value.

    Parameters
    ----------
    name
        Name of the parameter.
    day
        First day of the new value.
    before, after
        Values, None where the parameter is not in force.
    source
        The dated value that brings the change; where a value ends, that value.

    Attributes
    ----------
    retroactive : bool
        Whether the act is younger than the day.
    """

    name: str
    day: date
    before: float | None
    after: float | None
    source: DatedValue

    @property
    def retroactive(self) -> bool:
        """Whether the act is younger than the day."""
        return self.source.enacted > self.day


def governing(values: Sequence[DatedValue], day: date, *, as_of: date) -> DatedValue | None:
    """Return the dated value that says what holds on a day.

    Parameters
    ----------
    values
        Values of one parameter.
    day
        The day.
    as_of
        Day up to which acts are known.

    Returns
    -------
    DatedValue or None
        That of the latest act that covers the day; None where nothing is in force.

    Examples
    --------
    >>> from integrasim.statutes import load_statute_book
    >>> values = load_statute_book().parameters["fluag.lump_sum_kreisfrei"].values
    >>> summer = date(2024, 6, 1)
    >>> [governing(values, summer, as_of=known).value for known in (summer, date(2025, 1, 1))]
    [1125.0, 1303.0]
    """
    covering = [
        value
        for value in values
        if value.enacted <= as_of
        and value.first_day <= day
        and (value.last_day is None or day <= value.last_day)
    ]
    return max(covering, key=lambda value: (value.enacted, value.first_day), default=None)


def episodes(values: Sequence[DatedValue], *, as_of: date) -> list[Episode]:
    """Return which value governs when, in order of time.

    Parameters
    ----------
    values
        Values of one parameter.
    as_of
        Day up to which acts are known.

    Returns
    -------
    list of Episode
        Days without a value are in none of them; a value that later acts overwrote as a
        whole has none.

    Examples
    --------
    >>> from integrasim.statutes import load_statute_book
    >>> values = load_statute_book().parameters["fluag.guarantee_minimum"].values
    >>> [(str(each.first_day), str(each.last_day))
    ...  for each in episodes(values, as_of=date(2025, 1, 1))]
    [('2024-01-01', '2024-12-31')]
    """
    borders = sorted(
        {value.first_day for value in values}
        | {value.last_day + _ONE_DAY for value in values if value.last_day not in {None, date.max}}
    )
    found: list[Episode] = []
    for position, day in enumerate(borders):
        source = governing(values, day, as_of=as_of)
        if source is None:
            continue
        following = borders[position + 1] if position + 1 < len(borders) else None
        last_day = source.last_day if following is None else following - _ONE_DAY
        if found and found[-1].source is source:
            found[-1] = Episode(found[-1].first_day, last_day, source)
        else:
            found.append(Episode(day, last_day, source))
    return found


def changes_between(book: StatuteBook, start: date, end: date, *, as_of: date) -> list[Change]:
    """Return what holds otherwise after one day, up to and including another.

    Parameters
    ----------
    book
        All parameters.
    start, end
        The two days.
    as_of
        Day up to which acts are known.

    Returns
    -------
    list of Change
        In order of the day, then of the book.

    Examples
    --------
    >>> from integrasim.statutes import load_statute_book
    >>> changes = changes_between(load_statute_book(), date(2024, 1, 1), date(2025, 1, 1),
    ...                           as_of=date(2025, 1, 1))
    >>> of_the_act = [each for each in changes if each.name.startswith("fluag.")]
    >>> [(each.name, each.before, each.after) for each in of_the_act][-2:]
    [('fluag.illness_threshold', 35000.0, 25000.0), ('fluag.kreis_lump_sum', None, 500000.0)]
    """
    changes = [
        Change(
            name,
            day,
            _held(parameter.values, day - _ONE_DAY, as_of),
            _held(parameter.values, day, as_of),
            source,
        )
        for name, parameter in book.parameters.items()
        for day in timeline_of(parameter.values, as_of).changes(start, end)
        for source in _sources(parameter.values, day, as_of)
    ]
    return sorted(changes, key=lambda change: change.day)


def revisions(book: StatuteBook, start: date, end: date) -> list[Change]:
    """Return what acts of the days after one day, up to another, changed for that first day.

    Parameters
    ----------
    book
        All parameters.
    start
        Day whose law is looked at: as known on this day itself, and as known later.
    end
        Day up to which later acts are known.

    Returns
    -------
    list of Change
        In the order of the book; all are retroactive.

    Examples
    --------
    >>> from integrasim.statutes import load_statute_book
    >>> for each in revisions(load_statute_book(), date(2024, 6, 1), date(2025, 1, 1))[:2]:
    ...     print(each.name, each.before, each.after, each.source.enacted)
    fluag.lump_sum_kreisfrei 1125.0 1303.0 2024-12-10
    fluag.lump_sum_kreisangehoerig 875.0 1013.0 2024-12-10
    """
    return [
        Change(name, source.first_day, before, source.value, source)
        for name, parameter in book.parameters.items()
        for before in [_held(parameter.values, start, start)]
        for source in [governing(parameter.values, start, as_of=end)]
        if source is not None and source.value != before
    ]


def _held(values: Sequence[DatedValue], day: date, as_of: date) -> float | None:
    """Return what held on a day, None where nothing was in force."""
    source = governing(values, day, as_of=as_of)
    return None if source is None else source.value


def _sources(values: Sequence[DatedValue], day: date, as_of: date) -> Iterator[DatedValue]:
    """Yield the value that begins to govern on a day, or else the one that ended before it."""
    begun = governing(values, day, as_of=as_of)
    source = begun or governing(values, day - _ONE_DAY, as_of=as_of)
    if source is not None:
        yield source
