"""Reading the systems: strict YAML, and everything that is wrong at once."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from integrasim.coverage.systems import System
from integrasim.documents.problems import InputError, Problem
from integrasim.documents.validation import in_order, validate
from integrasim.documents.yaml import Document, read_document
from integrasim.scenario.entry import Entry

__all__ = ["load_systems"]

_PACKAGED = Path(__file__).with_name("systems.yaml")


class _SystemsFile(Entry):
    """What the file says."""

    schema_: Literal["integrasim-systems/1"] = Field(alias="schema")
    """integrasim-systems/1"""
    systems: Annotated[tuple[System, ...], Field(strict=False, min_length=1)]
    """a list of systems"""


def load_systems(path: str | Path | None = None) -> tuple[System, ...]:
    """Load the systems that the founding documents name.

    Parameters
    ----------
    path
        A file in the format of the packaged one, ``coverage/systems.yaml``; by default that one.

    Returns
    -------
    tuple of System
        In the order of their numbers.

    Raises
    ------
    InputError
        With everything that is wrong: each problem with file, line and column, the key
        concerned, and how to mend it.

    Examples
    --------
    >>> load_systems()[0].label.en
    'Lump sum per person-month (§ 4 FlüAG)'
    """
    document = read_document(_PACKAGED if path is None else path)
    problems = in_order(document, _problems(document))
    if problems:
        raise InputError(problems)
    return validate(document, _SystemsFile).systems


def _problems(document: Document) -> Iterator[Problem]:
    """Yield what is wrong with the form of the file, then with each system that is well formed."""
    try:
        validate(document, _SystemsFile)
    except InputError as error:
        yield from error.problems
    entries = document.at(("systems",))
    first: dict[str, int] = {}
    for index, entry in enumerate(entries if isinstance(entries, list) else []):
        try:
            system = System.model_validate(entry)
        except ValidationError:
            continue  # its form is reported already
        yield from _system_problems(document, index, system)
        yield from _doubled_names(document, index, system, first)


def _system_problems(document: Document, index: int, system: System) -> Iterator[Problem]:
    """Yield a number out of order, and names that the law does not know."""
    if system.number != index + 1:
        path = ("systems", index, "number")
        message = f"the {index + 1}. system has the number {system.number}"
        yield document.position(path).problem(path, message, f"Write {index + 1}.")
    for fault in system.faults():
        place = ("systems", index, *fault.path)
        yield document.position(place).problem(place, fault.message, fault.remedy)


def _doubled_names(
    document: Document, index: int, system: System, first: dict[str, int]
) -> Iterator[Problem]:
    """Yield instruments and rules that belong to an earlier system already."""
    for key, names in (("instruments", system.instruments), ("rules", system.rules)):
        for position, name in enumerate(names):
            if name in first:
                path = ("systems", index, key, position)
                message = f"{name} belongs to system {first[name]} already"
                yield document.position(path).problem(path, message, "Keep it in one of the two.")
            first.setdefault(name, system.number)
