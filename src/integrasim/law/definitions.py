"""What the law says: parameters, their dated values, and the rules these must keep."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, FiniteFloat

from integrasim.law.indexation import Indexed
from integrasim.law.timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from integrasim.law.indexation import Stated

__all__ = ["DatedValue", "Fault", "Label", "Parameter", "ParameterDefinition", "timeline_of"]

_MONEY = "EUR"


def _day(value: object) -> object:
    """Read a day written in full; 20250101 and 2025-W01-1 are ISO days too, but hard to read."""
    if not isinstance(value, str):
        return value
    try:
        day = date.fromisoformat(value)
    except ValueError:
        day = None
    if day is None or day.isoformat() != value:
        raise ValueError(f'"{value}" is not a day of the calendar')
    return day


Day = Annotated[date, BeforeValidator(_day)]
Text = Annotated[str, Field(min_length=1, pattern=r"\S")]


class _Entry(BaseModel):
    """Common rules of what a statute file says: nothing unknown, nothing converted."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Label(_Entry):
    """A text for advisers in German and English.

    Examples
    --------
    >>> Label(de="Kreispauschale", en="Lump sum per Kreis").de
    'Kreispauschale'
    """

    de: Text = Field(description="the text in German")
    en: Text = Field(description="the text in English")


class DatedValue(_Entry):
    """One value of a parameter, the days on which it holds, and where it is from.

    Attributes
    ----------
    first_day : datetime.date
        First day of validity (``from`` in the file).
    last_day : datetime.date or None
        Last day of validity (``until`` in the file); none for a value without end.
    value : float
        The value, in the unit of the parameter.
    enacted : datetime.date
        Day of the act that set the value. It may lie after ``first_day``: FlüAG
        rates were raised retroactively in 2021 and in 2024.
    reference : str
        The act and where to find it.
    status : str
        ``enacted`` if a source gives value and dates; ``assumption`` if we chose one of them.
    reason : str or None
        Why an assumption was made and why so.
    note : str or None
        What a reader should know besides.
    reference_de, reason_de, note_de : str or None
        The same in German; where there is none, the English text stands for both.

    Examples
    --------
    >>> value = DatedValue.model_validate({
    ...     "from": "2021-01-01", "value": 875, "enacted": "2021-11-09",
    ...     "reference": "Act of 9.11.2021, GV. NRW. S. 1184", "status": "enacted",
    ... })
    >>> value.first_day < value.enacted
    True
    """

    first_day: Day = Field(alias="from", description="the first day, such as 2025-01-01")
    last_day: Day | None = Field(
        default=None, alias="until", description="the last day, such as 2025-12-31"
    )
    value: FiniteFloat = Field(description="a number in the unit of the parameter")
    enacted: Day = Field(description="the day of the act, such as 2024-12-10")
    reference: Text = Field(description="the act and where it is published")
    status: Literal["enacted", "assumption"] = Field(
        description="enacted, or assumption where no source gives value and days"
    )
    reason: Text | None = Field(
        default=None, description="what could not be read, and why this value was chosen"
    )
    note: Text | None = Field(default=None, description="what a reader should know besides")
    reference_de: Text | None = Field(default=None, description="the reference in German")
    reason_de: Text | None = Field(default=None, description="the reason in German")
    note_de: Text | None = Field(default=None, description="the note in German")


@dataclass(frozen=True)
class Fault:
    """Something that a parameter's values must not say.

    Parameters
    ----------
    path
        Where: keys and positions from the parameter down, such as ``("values", 0, "from")``.
    message
        What is wrong.
    remedy
        What would be right, as a whole sentence.
    """

    path: tuple[str | int, ...]
    message: str
    remedy: str


class ParameterDefinition(_Entry):
    """A parameter of the law with all values that it ever had.

    Attributes
    ----------
    label : Label
        Name for advisers.
    unit : str
        Unit of the values.
    unit_de : str or None
        The unit in German; where there is none, the English one stands for both.
    changes : str
        ``year`` if a value can only change on 1 January, because it governs whole
        calendar years; ``month`` if it can change on the first of any month.
    placement : bool
        Whether the parameter shapes the world (who is sent where, who is counted).
        An option that changes such a parameter needs a world of its own.
    minimum, maximum : float or None
        Limits, included, that no value can leave.
    whole : bool
        Whether values must be whole numbers, as a yes or no (1 or 0) is.
    carried_forward : bool
        Whether the law itself carries the amount forward with an index of its own.
    values : tuple of DatedValue
        All values, in any order; none where the parameter never was law, and only an option
        gives it one.
    absent : str or None
        Why there is no value, where there is none.
    absent_de : str or None
        The same in German.
    """

    label: Label = Field(description="a name in German and English")
    unit: Text = Field(description="the unit, such as EUR per person")
    unit_de: Text | None = Field(default=None, description="the unit in German")
    changes: Literal["month", "year"] = Field(
        description="month or year: how often the value can change"
    )
    placement: bool = Field(description="true if the parameter says who is sent where")
    minimum: FiniteFloat | None = Field(default=None, description="the least value allowed")
    maximum: FiniteFloat | None = Field(default=None, description="the greatest value allowed")
    whole: bool = Field(default=False, description="true if only whole numbers are allowed")
    carried_forward: bool = Field(
        default=False, description="true if the law itself carries the amount forward"
    )
    values: tuple[DatedValue, ...] = Field(strict=False, description="a list of dated values")
    absent: Text | None = Field(default=None, description="why there is no value")
    absent_de: Text | None = Field(default=None, description="the same in German")

    @property
    def is_money(self) -> bool:
        """Whether the values are amounts of money, such as EUR per person."""
        return self.unit.startswith(_MONEY)

    def objections(self, first_day: date, value: Stated) -> list[Fault]:
        """Return what speaks against a value from a day on; serves options too.

        Parameters
        ----------
        first_day
            First day of validity.
        value
            The value, or what binds it to an index.

        Returns
        -------
        list of Fault
            With the path ``("from",)``, ``("value",)`` or ``("indexed_by",)``; empty if all
            is well.

        Examples
        --------
        >>> parameter = ParameterDefinition.model_validate({
        ...     "label": {"de": "Schwelle", "en": "Threshold"}, "unit": "EUR",
        ...     "changes": "year", "placement": False, "minimum": 0,
        ...     "values": [{"from": "2015-01-01", "value": 35000, "enacted": "2016-05-24",
        ...                 "reference": "GV. NRW. 2016 S. 262", "status": "enacted"}],
        ... })
        >>> [fault.message for fault in parameter.objections(date(2026, 7, 1), -5.0)]
        ['the value can only change on 1 January, not on 2026-07-01', '-5 is below the minimum 0']
        """
        number = value.value if isinstance(value, Indexed) else value
        return [
            *_start_faults(self, first_day),
            *(() if number is None else _limit_faults(self, number)),
            *(_index_faults(self, value) if isinstance(value, Indexed) else ()),
        ]

    def faults(self) -> list[Fault]:
        """Return all that is wrong with the values, in the order of the file.

        A parameter without values says why there is none. A
        value must not end before it begins, must begin and end with a month or
        year as ``changes`` says, must lie within the limits, and an assumption needs a reason.
        Two values of the same act must not overlap, and at no time may the
        enacted law have a gap between two values.

        Returns
        -------
        list of Fault
            Empty if all is well.
        """
        faults = [fault for i in range(len(self.values)) for fault in _value_faults(self, i)]
        # A wrong day would show a second time as a gap or an overlap.
        if not any(fault.path[-1] in {"from", "until"} for fault in faults):
            faults += [*_overlap_faults(self.values), *_gap_faults(self.values)]
        return [*_absence_faults(self), *sorted(faults, key=lambda fault: fault.path[1])]


class Parameter(ParameterDefinition):
    """A parameter definition with its name, such as ``fluag.illness_threshold``."""

    name: Text


def timeline_of(values: Sequence[DatedValue], as_of: date) -> Timeline:
    """Return what was the law, as enacted up to a day.

    Acts apply in the order of their enactment; a later act overwrites the days it covers.

    Parameters
    ----------
    values
        Values of one parameter.
    as_of
        The day; an act of this very day counts.

    Returns
    -------
    Timeline
        The value on every day.
    """
    timeline = Timeline()
    for value in sorted(values, key=lambda value: (value.enacted, value.first_day)):
        if value.enacted <= as_of:
            timeline = timeline.overlay(value.first_day, value.last_day, value.value)
    return timeline


def _absence_faults(parameter: ParameterDefinition) -> Iterator[Fault]:
    """Check that a parameter without values says why, and no other does."""
    if not parameter.values and parameter.absent is None:
        yield Fault(("values",), "there is no value", "Add one, or 'absent:' and say why not.")
    if parameter.values and parameter.absent is not None:
        yield Fault(("absent",), "there are values", "Remove 'absent', or the values.")


def _value_faults(parameter: ParameterDefinition, position: int) -> Iterator[Fault]:
    """Check one value by itself."""
    value = parameter.values[position]
    path = ("values", position)
    for fault in parameter.objections(value.first_day, value.value):
        yield Fault((*path, *fault.path), fault.message, fault.remedy)
    if value.last_day is not None:
        for fault in _end_faults(parameter, value.first_day, value.last_day):
            yield Fault((*path, *fault.path), fault.message, fault.remedy)
    if value.status == "assumption" and value.reason is None:
        yield Fault(
            path,
            "an assumption without a reason",
            "Add 'reason:' and say what could not be read and why this value was chosen.",
        )


def _start_faults(parameter: ParameterDefinition, first_day: date) -> Iterator[Fault]:
    """Check that a value begins with a year or month."""
    if parameter.changes == "year" and (first_day.month, first_day.day) != (1, 1):
        yield Fault(
            ("from",),
            f"the value can only change on 1 January, not on {first_day}",
            f"Use {first_day.year}-01-01 or {first_day.year + 1}-01-01.",
        )
    elif first_day.day != 1:
        yield Fault(
            ("from",),
            f"the value can only change on the first of a month, not on {first_day}",
            f"Use {first_day.replace(day=1)}, for example.",
        )


def _end_faults(parameter: ParameterDefinition, first_day: date, last_day: date) -> Iterator[Fault]:
    """Check that a value ends with a year or month, and not before it begins."""
    if last_day < first_day:
        yield Fault(
            ("until",),
            f"the value ends on {last_day}, before it begins on {first_day}",
            "Use a later day, or leave 'until' out for a value without end.",
        )
    elif last_day < date.max and list(_start_faults(parameter, last_day + timedelta(days=1))):
        yield Fault(
            ("until",),
            f"{last_day} is not the last day of a {parameter.changes}",
            f"Use the last day of a {parameter.changes}, because the value can only change then.",
        )


def _limit_faults(parameter: ParameterDefinition, value: float) -> Iterator[Fault]:
    """Check that a value is a number within the limits."""
    low, high = parameter.minimum, parameter.maximum
    if not math.isfinite(value):
        yield Fault(("value",), f"{value} is not a finite number", "Use a finite number.")
    elif low is not None and value < low:
        yield Fault(
            ("value",),
            f"{_plain(value)} is below the minimum {_plain(low)}",
            f"Use at least {_plain(low)} ({parameter.unit}).",
        )
    elif high is not None and value > high:
        yield Fault(
            ("value",),
            f"{_plain(value)} is above the maximum {_plain(high)}",
            f"Use at most {_plain(high)} ({parameter.unit}).",
        )
    elif parameter.whole and not value.is_integer():
        yield Fault(
            ("value",),
            f"{_plain(value)} is not a whole number",
            f"Use a whole number{_range(low, high)} ({parameter.unit}).",
        )


def _index_faults(parameter: ParameterDefinition, stated: Indexed) -> Iterator[Fault]:
    """Check that an index can carry the amounts forward."""
    by = stated.by
    if not parameter.is_money:
        yield Fault(
            ("indexed_by",),
            f"only an amount of money can be indexed; this is measured in: {parameter.unit}",
            "Remove it, and state a value for each day on which it changes.",
        )
    elif not isinstance(by, str) and not (by > -1.0 and math.isfinite(by)):
        yield Fault(
            ("indexed_by",),
            f"{_plain(by)} is no yearly growth",
            "Use a finite number above -1, such as 0.02 for 2 %.",
        )
    elif parameter.carried_forward and stated.value is None and by != 0.0:
        yield Fault(
            ("value",),
            "the law itself carries this amount forward; what it has become stands nowhere in it",
            "State the amount from which the other index starts.",
        )


def _plain(number: float) -> str:
    """Write a number in full, without an exponent unless it is huge, and 0 without a sign."""
    return f"{number + 0.0:.15g}"


def _range(low: float | None, high: float | None) -> str:
    """Say between which limits, if there are any."""
    if low is not None and high is not None:
        return f" from {_plain(low)} to {_plain(high)}"
    if low is not None:
        return f", at least {_plain(low)}"
    return "" if high is None else f", at most {_plain(high)}"


def _overlap_faults(values: Sequence[DatedValue]) -> Iterator[Fault]:
    """Find values of one act that cover the same day: the act would contradict itself."""
    acts: dict[date, list[int]] = defaultdict(list)
    for position in sorted(range(len(values)), key=lambda i: values[i].first_day):
        acts[values[position].enacted].append(position)
    for enacted, positions in acts.items():
        for earlier, later in pairwise(positions):
            last_day = values[earlier].last_day
            if last_day is None or values[later].first_day <= last_day:
                yield Fault(
                    ("values", later, "from"),
                    f"from {values[later].first_day} on, this value overlaps the one from "
                    f"{values[earlier].first_day} of the same act ({enacted})",
                    "Give the earlier value an 'until' before this day, or correct 'enacted'.",
                )


def _gap_faults(values: Sequence[DatedValue]) -> Iterator[Fault]:
    """Find days between two values on which the law, as enacted at any time, said nothing."""
    reported = set()
    for as_of in sorted({value.enacted for value in values}):
        for first, last in timeline_of(values, as_of).gaps():
            resumes = last + timedelta(days=1)
            if resumes not in reported:
                reported.add(resumes)
                yield Fault(
                    ("values", _resuming_value(values, resumes, as_of), "from"),
                    f"no value from {first} to {last}: a gap before this value",
                    f"Begin on {first}, or state a value for the gap (0 where nothing is paid).",
                )


def _resuming_value(values: Sequence[DatedValue], first_day: date, as_of: date) -> int:
    """Find the latest enacted value that begins on a day: the one that ends a gap."""
    candidates = [
        i
        for i, value in enumerate(values)
        if value.first_day == first_day and value.enacted <= as_of
    ]
    return max(candidates, key=lambda i: values[i].enacted)
