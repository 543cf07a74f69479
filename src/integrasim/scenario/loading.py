"""Loading scenario files, with all that they extend."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from integrasim.documents.problems import InputError
from integrasim.documents.validation import in_order, validation_problems
from integrasim.documents.wording import nearest, no_file, shown
from integrasim.documents.yaml import Document, Node, merge_documents, read_document
from integrasim.profiling import stage
from integrasim.scenario.rules import rule_problems
from integrasim.scenario.rules.numerals import numeral_problems
from integrasim.scenario.rules.parts import Parts
from integrasim.scenario.rules.tables import named_tables
from integrasim.scenario.schema import Scenario

if TYPE_CHECKING:
    from collections.abc import Mapping

    from integrasim.documents.problems import Problem

__all__ = ["check_scenario", "ensure_loaded", "load_scenario", "read_scenario_document"]

_EXTENDS: Final = "extends"


@stage("scenario")
def load_scenario(path: str | Path) -> Scenario:
    """
    Load a scenario file with all that it extends.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    Scenario
        The scenario, checked.

    Raises
    ------
    InputError
        With everything that is wrong, each problem with its file, line and column, the key
        concerned, and how to mend it.

    Examples
    --------
    >>> load_scenario("no_such_scenario.yaml")
    Traceback (most recent call last):
    integrasim.documents.problems.InputError: no_such_scenario.yaml:1:1: there is no such file.
    Check the path.
    """
    document, files = read_scenario_document(path)
    problems = _problems(document)
    if problems:
        raise InputError(problems)
    tables = named_tables(Parts(document))
    return Scenario.model_validate(document.data).located(
        files=files, tables={key: table.absolute() for key, table in tables.items()}
    )


def check_scenario(path: str | Path) -> list[Problem]:
    """
    Return everything that is wrong with a scenario file.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    list of Problem
        Empty if the scenario is right. Problems of the file itself come first, then those of the
        files that it extends or names.

    Examples
    --------
    >>> print(*check_scenario("no_such_scenario.yaml"))
    no_such_scenario.yaml:1:1: there is no such file. Check the path.
    """
    try:
        document, _ = read_scenario_document(path)
    except InputError as error:
        return list(error.problems)
    return _problems(document)


def ensure_loaded(scenario: object) -> None:
    """
    Refuse what stands where a loaded scenario is needed.

    Parameters
    ----------
    scenario
        What a caller gave.

    Raises
    ------
    TypeError
        If it is a path or anything else but a :class:`Scenario`.

    Examples
    --------
    >>> ensure_loaded("my.yaml")
    Traceback (most recent call last):
    TypeError: my.yaml is a path, no scenario. Load it first: load_scenario("my.yaml").
    """
    if isinstance(scenario, str | Path):
        raise TypeError(
            f'{scenario} is a path, no scenario. Load it first: load_scenario("{scenario}").'
        )
    if not isinstance(scenario, Scenario):
        raise TypeError(
            f"a {type(scenario).__name__} is no scenario. Give what load_scenario returns."
        )


def read_scenario_document(path: str | Path) -> tuple[Document, tuple[str, ...]]:
    """
    Read a scenario file and lay it over what it extends, without checking what they say.

    ``extends: base.yaml`` names a file relative to the one in which it stands. Maps merge deeply,
    lists replace, null removes. A map with the key ``dist`` replaces what stood there as a whole;
    so does a map with the key ``process`` if it names another process: keys of two kinds make no
    sense together.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    Document
        All that the files say together, without ``extends``.
    tuple of str
        The files, this one first.

    Raises
    ------
    InputError
        If a file cannot be read, is no strict YAML, or extends itself by way of others.
    """
    return _resolve(Path(path), str(path), ())


def _problems(document: Document) -> list[Problem]:
    """Return everything that is wrong with a document that could be read."""
    problems = rule_problems(document)
    misread = {problem.key for problem in numeral_problems(document.root)}
    try:
        Scenario.model_validate(document.data)
    except ValidationError as error:
        found = validation_problems(document, error, Scenario, misread=misread)
        problems.extend(map(_offer_extends, found))
    return in_order(document, problems)


def _offer_extends(problem: Problem) -> Problem:
    """Recognise a misspelt ``extends``, which the model does not know."""
    if nearest(problem.key, [_EXTENDS], cutoff=0.7) is None:
        return problem
    return replace(problem, remedy=f"Did you mean {_EXTENDS}?")


def _resolve(path: Path, file: str, above: tuple[Path, ...]) -> tuple[Document, tuple[str, ...]]:
    """Read a file that those above extend, and what it extends itself."""
    own = read_document(file)
    chain = (*above, path)
    if own.at((_EXTENDS,)) is None and _EXTENDS not in own.data:
        return own, (file,)
    base_path = _base_path(own, chain)
    base, files = _resolve(base_path, str(base_path), chain)
    return merge_documents(base, _without_extends(own), replaces=_replaces), (file, *files)


def _base_path(document: Document, chain: tuple[Path, ...]) -> Path:
    """Return the file that a document extends, if it is there and not one that led here."""
    place, name = document.position((_EXTENDS,)), document.at((_EXTENDS,))
    if not isinstance(name, str) or not name.strip():
        remedy = "Write the path of a scenario file, such as base.yaml."
        raise InputError([place.problem((_EXTENDS,), f"{shown(name)} is no file", remedy)])
    base = Path(os.path.normpath(chain[-1].parent / name))
    if not base.is_file():
        otherwise = "Write a path relative to the folder of this file."
        raise InputError([place.problem((_EXTENDS,), *no_file(base, otherwise=otherwise))])
    if any(base.samefile(each) for each in chain):
        names = " extends ".join(str(each) for each in (*chain, base))
        message = f"the files extend each other in a circle: {names}"
        raise InputError([place.problem((_EXTENDS,), message, "Remove one of these lines.")])
    return base


def _without_extends(document: Document) -> Document:
    """Leave out the key that has done its work."""
    value = document.root.value
    assert isinstance(value, dict)  # every document is a map
    entries = {key: node for key, node in value.items() if key != _EXTENDS}
    return Document(Node(document.root.position, entries))


def _replaces(base: Mapping[str, Node], top: Mapping[str, Node]) -> bool:
    """Tell whether a map means something else than the one below it, not only more of it."""
    if "dist" in top:
        return True
    both = "process" in top and "process" in base
    return both and top["process"].value != base["process"].value
