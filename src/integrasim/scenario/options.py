"""Options of law that a scenario compares."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer

from integrasim.documents.validation import invalid
from integrasim.scenario.dates import Day
from integrasim.scenario.entry import Entry
from integrasim.scenario.texts import Text

__all__ = ["Option", "Override", "Overrides"]


class Override(Entry):
    """
    A value that an option gives to a parameter of the law.

    Examples
    --------
    >>> Override.model_validate({"from": "2026-01-01", "value": 30000}).value
    30000.0
    """

    first_day: Day | None = Field(default=None, alias="from")
    """first day of the value, such as 2026-01-01; without it, the value holds from the start"""
    value: float
    """the value, in the unit of the parameter"""

    def begins(self, start: date) -> date:
        """
        Return the first day of the value.

        Parameters
        ----------
        start
            First day of the horizon. A value without a day holds from 1 January of that year,
            so that a parameter that governs calendar years governs the first one too.

        Examples
        --------
        >>> Override(value=30000).begins(date(2025, 7, 1))
        datetime.date(2025, 1, 1)
        """
        return self.first_day or start.replace(month=1, day=1)


def _as_list(value: object) -> object:
    """Take a single value, dated or not, as a list of one."""
    entries = value if isinstance(value, list | tuple) else [value]
    return [each if isinstance(each, dict | Override) else {"value": each} for each in entries]


def _some(overrides: tuple[Override, ...]) -> tuple[Override, ...]:
    """Refuse an empty list."""
    if not overrides:
        raise invalid("no value is given", "Write a number, or {from: 2026-01-01, value: …}.")
    return overrides


def _plain(overrides: tuple[Override, ...]) -> Any:  # noqa: ANN401 (a number, a map or a list)
    """Write values the way they are read, the shortest way."""
    entries = [
        each.value
        if each.first_day is None
        else {"from": each.first_day.isoformat(), "value": each.value}
        for each in overrides
    ]
    return entries[0] if len(entries) == 1 else entries


Overrides = Annotated[
    tuple[Override, ...],
    Field(strict=False),
    BeforeValidator(_as_list),
    AfterValidator(_some),
    PlainSerializer(_plain),
]
"""A number, ``{from: …, value: …}``, or a list of these."""


class Option(Entry):
    """
    What an option is called and what it changes in the law.

    Examples
    --------
    >>> option = Option(label={"de": "Schwelle 35.000", "en": "Threshold 35,000"},
    ...                 law={"fluag.illness_threshold": 35000})
    >>> option.overrides(date(2025, 7, 1))
    {'fluag.illness_threshold': [(datetime.date(2025, 1, 1), 35000.0)]}
    """

    label: Text
    """what advisers read {de: …, en: …}"""
    law: Mapping[str, Overrides] = {}
    """parameters of the law with their value, {from: …, value: …}, or a list of these"""

    def overrides(self, start: date) -> dict[str, list[tuple[date, float]]]:
        """
        Return the changes to the law, each with its first day.

        Parameters
        ----------
        start
            First day of the horizon, see `Override.begins`.

        Returns
        -------
        dict
            For each parameter (first day, value), in order of time.
        """
        return {
            name: sorted((each.begins(start), each.value) for each in overrides)
            for name, overrides in self.law.items()
        }
