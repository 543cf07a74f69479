"""Options of law that a scenario compares."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Final, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Discriminator,
    Field,
    PlainSerializer,
    Tag,
    model_validator,
)

from integrasim.documents.validation import invalid
from integrasim.documents.wording import did_you_mean, listed, number_remedy, shown
from integrasim.law.indexation import Indexed, Stated
from integrasim.reporting.numbers import Language
from integrasim.scenario.dates import Day
from integrasim.scenario.entry import Entry
from integrasim.scenario.option_words import option_words
from integrasim.scenario.quantities import FixedGrowthRate
from integrasim.scenario.texts import Text

__all__ = ["INDICES", "Option", "Override", "Overrides"]

INDICES: Final = ("world.costs.inflation", "world.illness.inflation")
"""Inflations of the world that an amount of the law may follow."""


def _known_index(name: str) -> str:
    """Refuse an index that the world does not have."""
    if name not in INDICES:
        otherwise = f"Use {listed(INDICES)}, or a yearly growth such as 0.02."
        remedy = number_remedy(name) or did_you_mean(name, INDICES, otherwise=otherwise)
        raise invalid(f"there is no index {shown(name)}", remedy)
    return name


def _kind_of_index(value: object) -> str:
    """Tell a name from a number."""
    return "name" if isinstance(value, str) else "growth"


Index = Annotated[
    Annotated[FixedGrowthRate, Tag("growth")]
    | Annotated[str, AfterValidator(_known_index), Tag("name")],
    Discriminator(_kind_of_index),
]
"""A yearly growth, or the name of an inflation of the world."""


class Override(Entry):
    """
    A value that an option gives to a parameter of the law, or an index that it binds it to.

    Examples
    --------
    >>> Override.model_validate({"from": "2026-01-01", "value": 30000}).stated
    30000.0
    >>> Override.model_validate({"from": "2026-01-01", "indexed_by": 0.02}).stated
    Indexed(by=0.02, value=None)
    """

    first_day: Day | None = Field(default=None, alias="from")
    """first day of the value, such as 2026-01-01; without it, the value holds from the start"""
    value: float | None = None
    """the value, in the unit of the parameter; with indexed_by, the one in force if left out"""
    indexed_by: Index | None = None
    """yearly growth of an amount of money, such as 0.02, or world.costs.inflation or
    world.illness.inflation"""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        """Refuse a day alone."""
        if self.value is None and self.indexed_by is None:
            remedy = "Add it: the value, in the unit of the parameter, or add indexed_by."
            raise invalid("this key is missing", remedy, at=("value",))
        return self

    @property
    def stated(self) -> Stated:
        """What the law is told: the value, or what binds it to an index."""
        if self.indexed_by is not None:
            return Indexed(self.indexed_by, self.value)
        assert self.value is not None  # one of both is given
        return self.value

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


def _plain_entry(override: Override) -> Any:  # noqa: ANN401 (a number or a map)
    """Write a value the way it is read, the shortest way."""
    entry = override.model_dump(mode="json", by_alias=True, exclude_none=True)
    return override.value if set(entry) == {"value"} else entry


def _plain(overrides: tuple[Override, ...]) -> Any:  # noqa: ANN401 (a number, a map or a list)
    """Write values the way they are read, the shortest way."""
    entries = [_plain_entry(each) for each in overrides]
    return entries[0] if len(entries) == 1 else entries


Overrides = Annotated[
    tuple[Override, ...],
    Field(strict=False),
    BeforeValidator(_as_list),
    AfterValidator(_some),
    PlainSerializer(_plain),
]
"""A number, ``{from: …, value: …, indexed_by: …}``, or a list of these."""


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
    """parameters of the law with their value, {from: …, value: …, indexed_by: …}, or a list of
    these"""

    def overrides(self, start: date) -> dict[str, list[tuple[date, Stated]]]:
        """
        Return the changes to the law, each with its first day.

        Parameters
        ----------
        start
            First day of the horizon, see `Override.begins`.

        Returns
        -------
        dict
            For each parameter (first day, what is stated), in order of time.
        """
        return {
            name: sorted(
                ((each.begins(start), each.stated) for each in overrides),
                key=lambda pair: pair[0],
            )
            for name, overrides in self.law.items()
        }

    def describe(self, lang: Language, *, start: date) -> tuple[str, ...]:
        """
        Say in words what the option changes in the law.

        Parameters
        ----------
        lang
            ``"de"`` or ``"en"``.
        start
            First day of the horizon, see `Override.begins`.

        Returns
        -------
        tuple of str
            A sentence for each parameter, or one that says that nothing is changed.

        Examples
        --------
        >>> Option(label={"de": "Recht", "en": "Law"}).describe("en", start=date(2025, 1, 1))
        ('The enacted law stays as it is.',)
        """
        return option_words(self.law, start=start, lang=lang)
