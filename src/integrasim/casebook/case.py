"""What all law cases share: name, source, state of the law, tolerance."""

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sized
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, Field

from integrasim.documents.validation import invalid
from integrasim.documents.wording import did_you_mean, listed
from integrasim.law.definitions import Fault
from integrasim.law.indexation import Stated
from integrasim.law.parameters import Law, StatuteBook
from integrasim.scenario.dates import Day
from integrasim.scenario.entry import Entry
from integrasim.scenario.options import Overrides
from integrasim.scenario.texts import Words

__all__ = ["BaseCase", "Check", "Figures", "Quantity", "Some", "unknown_names"]

_ROUNDING = 1e-13
_FEW = 20


_Entries = TypeVar("_Entries", bound=Sized)


def _some(entries: _Entries) -> _Entries:
    """Refuse nothing at all, by which a case could not fail."""
    if not entries:
        raise invalid("this is empty", "Write at least one entry.")
    return entries


Some = AfterValidator(_some)
"""Marks a list or a map that must not be empty."""

Figures = Annotated[Mapping[str, float], Some]

Quantity = Literal[
    "value",
    "status",
    "key",
    "at_cap",
    "credited_places",
    "obligation",
    "fulfilment_quota",
    "land_cost",
    "transfer",
    "kreis_transfer",
    "land_payments",
]


@dataclass(frozen=True)
class Check:
    """A figure that a case expects, and the one that the law gives.

    Parameters
    ----------
    quantity
        What the figure is.
    expected, found
        The figures.
    tolerance
        Greatest difference allowed.
    of
        Whose figure it is, such as ``Adorf, 2025``; empty where a case has only one.

    Examples
    --------
    >>> Check("value", expected=15.8, found=15.82, tolerance=0.05).passed
    True
    >>> Check("value", expected=15.8, found=15.9, tolerance=0.05).passed
    False
    """

    quantity: Quantity
    expected: float
    found: float
    tolerance: float = 0.0
    of: str = ""

    @property
    def passed(self) -> bool:
        """Whether the figures agree, but for the tolerance and the rounding of computers."""
        rounding = _ROUNDING * max(1.0, abs(self.expected))
        return abs(self.found - self.expected) <= self.tolerance + rounding


class BaseCase(Entry):
    """Keys of every law case, whatever its kind."""

    name: Words
    """a name of its own, which the report shows"""
    source: Words
    """where the expected figure was published, or how it follows by hand"""
    as_of: Day | None = None
    """day up to which acts are known, if another than that of the file"""
    tolerance: float = Field(default=0.0, ge=0.0)
    """greatest difference between expected and found that passes; 0 if left out"""
    law: Mapping[str, Overrides] = {}
    """parameters that a later act changes: a value, {from: …, value: …, indexed_by: …}, or a list
    of these"""

    @property
    @abstractmethod
    def first_day(self) -> date:
        """The first day that the case looks at."""

    @abstractmethod
    def checks(self, law: Law) -> Iterator[Check]:
        """Yield what is expected and what the law gives."""

    def faults(self, book: StatuteBook, as_of: date) -> Iterator[Fault]:
        """Yield what the case must not say, besides its form, under the law as of a day."""
        yield from unknown_names(("law",), self.law, book.parameters, "parameter")
        law, changes = book.as_of(as_of), self._changes()
        for name, overrides in self.law.items():
            if name in book.parameters:
                for _, fault in law.objections(name, changes[name]):
                    yield Fault(("law", name), fault.message, fault.remedy)
            for override in overrides:
                if isinstance(override.indexed_by, str):
                    message = f"a case has no world, and so no {override.indexed_by}"
                    yield Fault(("law", name), message, "Use a yearly growth, such as 0.02.")

    def amended(self, law: Law) -> Law:
        """Return the law with the acts of the case on top."""
        return law.override(self._changes())

    def _changes(self) -> dict[str, list[tuple[date, Stated]]]:
        """Return what the acts of the case say, each with its first day."""
        return {
            name: [(each.begins(self.first_day), each.stated) for each in overrides]
            for name, overrides in self.law.items()
        }


def unknown_names(
    path: tuple[str | int, ...], names: Mapping[str, object], known: Mapping[str, object], what: str
) -> Iterator[Fault]:
    """Yield a fault for each key of a map that is not known.

    Parameters
    ----------
    path
        Where the map stands in the case.
    names
        The map.
    known
        What its keys may be.
    what
        What they name.

    Examples
    --------
    >>> next(unknown_names(("expected",), {"Adrof": 1}, {"Adorf": 1}, "municipality")).remedy
    'Did you mean Adorf?'
    """
    for name in names:
        if name not in known:
            otherwise = f"Use {listed(known)}." if 0 < len(known) <= _FEW else "Check the name."
            remedy = did_you_mean(name, known, otherwise=otherwise)
            yield Fault((*path, name), f"there is no {what} {name}", remedy)
