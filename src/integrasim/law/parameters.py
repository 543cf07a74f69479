"""The law as enacted at a time, and what an option makes of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

import numpy as np

from integrasim.law.definitions import Fault, timeline_of
from integrasim.law.indexation import Indexed, IndexedAmount, amount_in, carried_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from integrasim.law.definitions import Parameter
    from integrasim.law.indexation import Amount, Stated
    from integrasim.law.timeline import Timeline

__all__ = ["Law", "StatuteBook"]


@dataclass(frozen=True)
class StatuteBook:
    """All parameters of the law with every value that was ever enacted.

    Parameters
    ----------
    parameters
        Parameters by name.

    Raises
    ------
    ValueError
        If the values of a parameter contradict each other or leave a gap.

    Examples
    --------
    >>> from datetime import date
    >>> from integrasim.statutes import load_statute_book
    >>> book = load_statute_book()
    >>> book.parameters["fluag.illness_threshold"].label.de
    'Schwelle für außergewöhnliche Krankheitskosten (§ 4b FlüAG)'

    The rates of 2024 were enacted in December 2024 and apply from January 2024:

    >>> summer = book.as_of(date(2024, 6, 1))
    >>> summer.value("fluag.lump_sum_kreisfrei", date(2024, 6, 1))
    1125.0
    >>> book.as_of(date(2025, 1, 1)).value("fluag.lump_sum_kreisfrei", date(2024, 6, 1))
    1303.0
    """

    parameters: Mapping[str, Parameter]

    def __post_init__(self) -> None:
        """Refuse contradictory values."""
        faults = [
            f"{name}: {fault.message}. {fault.remedy}"
            for name, parameter in self.parameters.items()
            for fault in parameter.faults()
        ]
        if faults:
            raise ValueError("\n".join(faults))

    def as_of(self, day: date) -> Law:
        """Return the law as enacted up to a day.

        Parameters
        ----------
        day
            An act of this very day counts.

        Returns
        -------
        Law
            What the acts up to then say about all days, past and future. A later
            act overwrites the days it covers.
        """
        timelines = {
            name: timeline_of(parameter.values, day) for name, parameter in self.parameters.items()
        }
        return Law(as_of=day, parameters=self.parameters, timelines=timelines)


@dataclass(frozen=True)
class Law:
    """One state of the law: for every parameter its value on every day.

    A law is never changed: :meth:`override` returns a new one. It can be pickled.

    Parameters
    ----------
    as_of
        Day up to which enacted acts count.
    parameters
        Definitions by name.
    timelines
        Values over time by name, one per definition.
    amendments
        What :meth:`override` put on top of the enacted law, in order: parameter, first day, and
        what holds from then on.

    Examples
    --------
    >>> from datetime import date
    >>> from integrasim.statutes import load_statute_book
    >>> law = load_statute_book().as_of(date(2025, 1, 1))
    >>> law.value("fluag.illness_threshold", date(2024, 1, 1))
    35000.0
    >>> law.value("fluag.kreis_lump_sum", date(2024, 1, 1))
    0.0
    >>> option = law.override({"fluag.illness_threshold": [(date(2026, 1, 1), 40000.0)]})
    >>> option.values("fluag.illness_threshold", [date(2025, 1, 1), date(2026, 1, 1)])
    array([25000., 40000.])

    From 2026 on, a yearly rise by 2 %:

    >>> option = law.override({"fluag.lump_sum_kreisfrei": [(date(2026, 1, 1), Indexed(0.02))]})
    >>> option.values("fluag.lump_sum_kreisfrei", [date(2026, 1, 1), date(2027, 1, 1)])
    array([1303.  , 1329.06])
    """

    as_of: date
    parameters: Mapping[str, Parameter] = field(repr=False)
    timelines: Mapping[str, Timeline] = field(repr=False)
    amendments: tuple[tuple[str, date, Amount], ...] = field(default=(), repr=False, compare=False)

    def as_known(self, day: date) -> Law:
        """Return this law as it was known on an earlier day.

        Parameters
        ----------
        day
            Only acts enacted up to this day count.

        Returns
        -------
        Law
            The law as of that day, with the same amendments on top: a later act that an option
            assumes is taken to have been known always, with the amounts that it carries on. This
            law itself from ``as_of`` on.

        Examples
        --------
        >>> from datetime import date
        >>> from integrasim.statutes import load_statute_book
        >>> law = load_statute_book().as_of(date(2025, 1, 1))
        >>> law.as_known(date(2023, 12, 31)).value("fluag.lump_sum_kreisfrei", date(2024, 1, 1))
        1125.0
        """
        if day >= self.as_of:
            return self
        timelines = {
            name: timeline_of(parameter.values, day) for name, parameter in self.parameters.items()
        }
        for name, first_day, amount in self.amendments:
            timelines[name] = timelines[name].overlay(first_day, None, amount)
        return replace(self, as_of=day, timelines=timelines)

    def value(self, name: str, day: date) -> float:
        """Return the value of a parameter on a day, 0.0 where it is not in force.

        Parameters
        ----------
        name
            Name of the parameter, such as ``fluag.illness_threshold``.
        day
            The day.

        Returns
        -------
        float
            The value in the unit of the parameter, carried forward to the day where a later
            act binds it to a yearly growth.

        Raises
        ------
        ValueError
            If there is no such parameter, or it follows an index of the world, of which
            every draw has its own: :class:`integrasim.law.account.Account` reads such amounts.
        """
        amount = self.amount(name, day)
        if isinstance(amount, IndexedAmount) and amount.indices:
            raise ValueError(
                f"{name}: on {day} it follows {' and '.join(sorted(amount.indices))}, so that it "
                "has no value without a world. Read it with an Account."
            )
        return 0.0 if amount is None else float(amount_in(amount, day.year))

    def amount(self, name: str, day: date) -> Amount | None:
        """Return what the law says about a parameter on a day, None where it is not in force.

        Parameters
        ----------
        name
            Name of the parameter.
        day
            The day.

        Returns
        -------
        float or IndexedAmount or None
            See :func:`integrasim.law.indexation.amount_in`.

        Raises
        ------
        ValueError
            If there is no such parameter.
        """
        return self._timeline(name).at(day)

    def values(self, name: str, days: Iterable[date]) -> NDArray[np.float64]:
        """Return the values of a parameter on several days, 0.0 where it is not in force.

        Parameters
        ----------
        name
            Name of the parameter.
        days
            The days.

        Returns
        -------
        numpy.ndarray
            (day,) values in the unit of the parameter.

        Raises
        ------
        ValueError
            As :meth:`value` does.
        """
        return np.array([self.value(name, day) for day in days], dtype=np.float64)

    def in_force(self, name: str, day: date) -> bool:
        """Return whether a parameter has a value on a day.

        Parameters
        ----------
        name
            Name of the parameter.
        day
            The day.

        Returns
        -------
        bool
            False before its first and after its last day.

        Raises
        ------
        ValueError
            If there is no such parameter.
        """
        return self._timeline(name).at(day) is not None

    def override(self, changes: Mapping[str, Sequence[tuple[date, Stated]]]) -> Law:
        """Return the law with a later act on top.

        Parameters
        ----------
        changes
            For each parameter one or more pairs (first day, value). A value holds
            until the next pair, the last one without end. In place of a value there may
            be an amount of money that an index carries forward on each following 1 January.

        Returns
        -------
        Law
            The new law. Where the values do not differ from the enacted ones, it
            equals this law; so it does where the law in force is indexed by 0.

        Raises
        ------
        ValueError
            If there is no such parameter, no value, two values for one day, a
            value outside the limits, a day on which the parameter cannot change, or an
            index on what is no amount or not in force. All such problems are named at once.
        """
        problems = [text for name in changes for text in self._refusals(name, changes[name])]
        if problems:
            raise ValueError("\n".join(problems))
        timelines, amendments = dict(self.timelines), list(self.amendments)
        for name, pairs in changes.items():
            for first_day, value in sorted(pairs, key=lambda pair: pair[0]):
                amount = _resolved(value, timelines[name], first_day)
                timelines[name] = timelines[name].overlay(first_day, None, amount)
                amendments.append((name, first_day, amount))
        return replace(self, timelines=timelines, amendments=tuple(amendments))

    def objections(
        self, name: str, changes: Sequence[tuple[date, Stated]]
    ) -> list[tuple[int, Fault]]:
        """Return what speaks against the values that a later act gives to a parameter.

        Parameters
        ----------
        name
            Name of a parameter.
        changes
            Pairs (first day, value), as :meth:`override` takes them.

        Returns
        -------
        list of (int, Fault)
            Position of the pair, and what is wrong with it; empty if all is well.

        Examples
        --------
        >>> from datetime import date
        >>> from integrasim.statutes import load_statute_book
        >>> law = load_statute_book().as_of(date(2025, 1, 1))
        >>> for _, fault in law.objections("fluag.guarantee_minimum", [(date(2026, 1, 1),
        ...                                                             Indexed(0.02))]):
        ...     print(fault.message)
        no value is in force on 2026-01-01 that could be carried on
        """
        found = [
            (position, fault)
            for position, (first_day, value) in enumerate(changes)
            for fault in self.parameters[name].objections(first_day, value)
        ]
        begun = min((first_day for first_day, _ in changes), default=None)
        for position, (first_day, value) in enumerate(changes):
            carries = isinstance(value, Indexed) and value.value is None
            if carries and first_day == begun and not self.in_force(name, first_day):
                message = f"no value is in force on {first_day} that could be carried on"
                remedy = "State the value of that day, or use a later day."
                found.append((position, Fault(("value",), message, remedy)))
        return found

    def change_dates(
        self, start: date, end: date, names: Iterable[str] | None = None
    ) -> list[date]:
        """Return the days on which the law changes.

        Parameters
        ----------
        start
            Days after this one count.
        end
            Last day that counts.
        names
            Parameters to look at; by default all.

        Returns
        -------
        list of datetime.date
            First days of new values, ascending, each once.

        Raises
        ------
        ValueError
            If there is no such parameter.
        """
        looked_at = self.parameters if names is None else names
        return sorted(
            {day for name in looked_at for day in self._timeline(name).changes(start, end)}
        )

    def placement(self, start: date, end: date) -> tuple[tuple[str, Timeline], ...]:
        """Return what the law says about placement: who is sent where, who is counted.

        Parameters
        ----------
        start, end
            First and last day of the horizon.

        Returns
        -------
        tuple
            Hashable. Two options with equal placement can share one world.
        """
        placement = [name for name in sorted(self.parameters) if self.parameters[name].placement]
        return tuple(zip(placement, self.excerpt(placement, start, end), strict=True))

    def excerpt(self, names: Iterable[str], start: date, end: date) -> tuple[Timeline, ...]:
        """Return what the law says about some parameters within some days.

        Parameters
        ----------
        names
            The parameters.
        start, end
            First and last day.

        Returns
        -------
        tuple of Timeline
            Hashable. Laws with equal excerpts say the same on each of the days.

        Raises
        ------
        ValueError
            If there is no such parameter.
        """
        return tuple(self._timeline(name).between(start, end) for name in names)

    def _timeline(self, name: str) -> Timeline:
        """Look a parameter up; a misspelt name must not read as "not in force"."""
        if name not in self.timelines:
            raise ValueError(self._unknown(name))
        return self.timelines[name]

    def _unknown(self, name: str) -> str:
        """Say that there is no such parameter, and which one may be meant."""
        near = get_close_matches(name, self.parameters, n=3, cutoff=0.5)
        meant = f" Did you mean {' or '.join(near)}?" if near else ""
        return f"{name}: there is no such parameter of the law.{meant}"

    def _refusals(self, name: str, pairs: Sequence[tuple[date, Stated]]) -> list[str]:
        """Say what speaks against the overrides of one parameter."""
        if name not in self.parameters:
            return [self._unknown(name)]
        if not pairs:
            return [f"{name}: no value is given. Give at least one pair (first day, value)."]
        problems = [
            f"{name}: {fault.message}. {fault.remedy}" for _, fault in self.objections(name, pairs)
        ]
        if len({first_day for first_day, _ in pairs}) < len(pairs):
            problems.append(f"{name}: two values begin on the same day. Keep one of them.")
        return problems


def _resolved(value: Stated, timeline: Timeline, first_day: date) -> Amount:
    """Return what holds from a day on, where an act says so on top of what was in force."""
    if not isinstance(value, Indexed):
        return float(value)
    base = timeline.at(first_day) if value.value is None else float(value.value)
    assert base is not None  # else there was an objection
    return carried_on(base, first_day.year, value.by)
