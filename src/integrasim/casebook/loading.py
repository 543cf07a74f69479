"""Reading case files: strict YAML, and everything that is wrong at once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import Field, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from integrasim.casebook.case import Some
from integrasim.casebook.payments import PaymentCase
from integrasim.casebook.placement import (
    AllocationKeyCase,
    CreditedPlacesCase,
    FulfilmentQuotaCase,
    ObligationsCase,
)
from integrasim.casebook.settlements import SettlementCase
from integrasim.casebook.values import ProductCase, ValueCase
from integrasim.documents.problems import InputError, Problem
from integrasim.documents.validation import in_order, validate
from integrasim.documents.yaml import Document, Position, read_document
from integrasim.scenario.dates import Day, parse_day
from integrasim.scenario.entry import Entry
from integrasim.statutes import load_statute_book

__all__ = ["KINDS", "Case", "LoadedCase", "load_cases"]

Case = Annotated[
    ValueCase
    | ProductCase
    | AllocationKeyCase
    | CreditedPlacesCase
    | ObligationsCase
    | FulfilmentQuotaCase
    | PaymentCase
    | SettlementCase,
    Field(discriminator="kind"),
]
KINDS = get_args(get_args(Case)[0])
"""All kinds of cases."""

_CASE: TypeAdapter[Any] = TypeAdapter(Case)


class _CaseFile(Entry):
    """What a case file says."""

    schema_: Literal["integrasim-law-cases/1"] = Field(alias="schema")
    """integrasim-law-cases/1"""
    as_of: Day
    """day up to which acts are known, such as 2025-01-01"""
    cases: Annotated[tuple[Case, ...], Field(strict=False), Some]
    """a list of cases"""


@dataclass(frozen=True)
class LoadedCase:
    """A case and where it stands.

    Parameters
    ----------
    case
        The case.
    as_of
        Day up to which acts are known.
    position
        Its place in its file.
    """

    case: Case
    as_of: date
    position: Position


def load_cases(paths: Iterable[str | Path]) -> list[LoadedCase]:
    """Load the law cases of some files.

    Parameters
    ----------
    paths
        Files in the format of ``docs/law.md``.

    Returns
    -------
    list of LoadedCase
        In the order of the files.

    Raises
    ------
    InputError
        With everything that is wrong with any of the files: each problem with its file, line
        and column, the key concerned, and how to mend it.

    Examples
    --------
    >>> load_cases(["no_such_file.yaml"])
    Traceback (most recent call last):
    integrasim.documents.problems.InputError: no_such_file.yaml:1:1: there is no such file.
    Check the path.
    """
    problems: list[Problem] = []
    loaded: list[LoadedCase] = []
    for path in paths:
        try:
            loaded.extend(_load_file(path))
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    return loaded


def _load_file(path: str | Path) -> Iterator[LoadedCase]:
    """Yield the cases of a file, once all of them are right."""
    document = read_document(path)
    problems = in_order(document, _problems(document))
    if problems:
        raise InputError(problems)
    file = validate(document, _CaseFile)
    for index, case in enumerate(file.cases):
        place = document.position(("cases", index, "kind"))
        yield LoadedCase(case, case.as_of or file.as_of, place)


def _problems(document: Document) -> Iterator[Problem]:
    """Yield what is wrong with the form of a file, then with each case that is well formed."""
    try:
        validate(document, _CaseFile)
    except InputError as error:
        yield from error.problems
    entries = document.at(("cases",))
    first: dict[str, int] = {}
    for index, entry in enumerate(entries if isinstance(entries, list) else []):
        yield from _case_problems(document, index, entry)
        name = entry.get("name") if isinstance(entry, dict) else None
        if isinstance(name, str) and name in first:
            path = ("cases", index, "name")
            line = document.position(("cases", first[name], "name")).line
            message = f"the case of line {line} has this name already"
            yield document.position(path).problem(path, message, "Give each a name of its own.")
        elif isinstance(name, str):
            first[name] = index


def _case_problems(document: Document, index: int, entry: object) -> Iterator[Problem]:
    """Yield what a well-formed case must not say."""
    try:
        case = _CASE.validate_python(entry)
    except ValidationError:
        return  # its form is reported already
    as_of = case.as_of or _as_of_file(document)
    for fault in case.faults(load_statute_book(), as_of) if as_of else ():
        path = ("cases", index, *fault.path)
        yield document.position(path).problem(path, fault.message, fault.remedy)


def _as_of_file(document: Document) -> date | None:
    """Return the day of the file, None where it is wrong; that is reported already."""
    try:
        return parse_day(document.at(("as_of",)))
    except PydanticCustomError:
        return None
