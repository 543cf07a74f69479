"""Systems: the programmes that the founding documents name, and what the library has of them."""

from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import Field, model_validator

from integrasim.documents.validation import invalid
from integrasim.documents.wording import did_you_mean
from integrasim.law.definitions import Fault
from integrasim.law.descriptions import DESCRIPTIONS
from integrasim.scenario.dates import Day
from integrasim.scenario.entry import Entry
from integrasim.scenario.texts import Text, Words

__all__ = ["Figure", "Gap", "System"]

_INSTRUMENTS = tuple(each.name for each in DESCRIPTIONS if each.recipient is not None)
_RULES = tuple(each.name for each in DESCRIPTIONS if each.recipient is None)

Names = Annotated[tuple[Words, ...], Field(strict=False)]


class Figure(Entry):
    """
    A published figure, and the law case or the test that reproduces it.

    Examples
    --------
    >>> Figure(figure=Text(de="31 Kreise", en="31 Kreise"), case="All Kreise").test is None
    True
    """

    figure: Text
    """the figure in German and English"""
    case: Words | None = None
    """the name of a law case"""
    test: Words | None = None
    """a test, such as tests/law/test_law_fluag.py::test_rates"""

    @model_validator(mode="after")
    def _reproduced(self) -> Self:
        """Refuse a figure that nothing reproduces, and one with two proofs."""
        if (self.case is None) == (self.test is None):
            raise invalid("a figure is reproduced by a case or by a test", "State one of the two.")
        return self


class Gap(Entry):
    """
    Something that is not modelled.

    Examples
    --------
    >>> gap = Gap(what=Text(de="Rückzahlung", en="Repayment"), why=Text(de="…", en="no text found"))
    >>> gap.why.en
    'no text found'
    """

    what: Text
    """what is not modelled"""
    why: Text
    """why it is not"""


class System(Entry):
    """
    One of the programmes that the founding documents name.

    Examples
    --------
    >>> system = System(number=2, label=Text(de="Garantie", en="Guarantee"), documents=["000"],
    ...                 instruments=["fluag.guarantee"])
    >>> system.rules
    ()
    """

    number: int = Field(ge=1)
    """its number, counted from 1"""
    label: Text
    """a name in German and English"""
    documents: Names
    """a list of founding documents; empty if none names it"""
    instruments: Names = ()
    """a list of instruments, such as fluag.illness"""
    rules: Names = ()
    """a list of rules of placement, such as fluag.allocation_key"""
    functions: Names = ()
    """a list of further functions, such as integrasim.law.formulas.by_band"""
    scenarios: Names = ()
    """a list of scenarios, such as baseline_2025"""
    since: Day | None = None
    """its first day, where no dated value tells"""
    figures: Annotated[tuple[Figure, ...], Field(strict=False)] = ()
    """a list of published figures"""
    not_modelled: Annotated[tuple[Gap, ...], Field(strict=False)] = ()
    """a list of what is left out and why"""

    @model_validator(mode="after")
    def _covered(self) -> Self:
        """Refuse a system that nothing covers, and a day that values tell better."""
        if not (self.instruments or self.rules or self.functions or self.scenarios):
            raise invalid("nothing covers this system", "Add 'instruments' or 'scenarios'.")
        if (self.instruments or self.rules) and self.since is not None:
            message = "the values of the instruments and rules tell the first day"
            raise invalid(message, "Remove 'since'.", at=("since",))
        return self

    def faults(self) -> Iterator[Fault]:
        """Yield the names that the law does not know."""
        for key, names, known, what in (
            ("instruments", self.instruments, _INSTRUMENTS, "instrument"),
            ("rules", self.rules, _RULES, "rule of placement"),
        ):
            for index, name in enumerate(names):
                if name not in known:
                    remedy = did_you_mean(name, known, otherwise="See integrasim law.")
                    yield Fault((key, index), f"there is no {what} {name}", remedy)
