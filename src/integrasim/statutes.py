"""Read statute files: dated parameters of the law, each with its reference."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from integrasim.documents.problems import InputError, Problem
from integrasim.documents.validation import in_order, validate
from integrasim.documents.wording import did_you_mean, listed
from integrasim.documents.yaml import Position, read_document
from integrasim.law.definitions import Label, Parameter, ParameterDefinition
from integrasim.law.parameters import StatuteBook

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from integrasim.documents.yaml import Document

__all__ = ["load_statute_book"]

_PACKAGED = Path(__file__).parent / "law" / "statutes"


class _Act(BaseModel):
    """The act whose parameters a file holds."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    label: Label = Field(description="the name of the act in German and English")
    reference: str = Field(min_length=1, description="where the act is published")


class _StatuteFile(BaseModel):
    """What a statute file says."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    schema_: Literal["integrasim-law/1"] = Field(alias="schema", description="integrasim-law/1")
    act: _Act = Field(description="the act whose parameters follow")
    parameters: dict[str, ParameterDefinition] = Field(description="parameters by name")


def load_statute_book(path: str | Path | None = None) -> StatuteBook:
    """Load the parameters of the law with all their dated values.

    Parameters
    ----------
    path
        A statute file of your own, or a folder of such files (``*.yaml``), in the format of
        the packaged ones; by default the packaged law of NRW. It must define the
        same parameters, as the formulas need each of them.

    Returns
    -------
    StatuteBook
        The book. The packaged one is read once.

    Raises
    ------
    InputError
        If a file cannot be read, or says something that cannot be: every problem with
        file, line, column and remedy.

    Examples
    --------
    >>> from datetime import date
    >>> law = load_statute_book().as_of(date(2025, 1, 1))
    >>> law.value("fluag.lump_sum_kreisangehoerig", date(2022, 7, 1))
    875.0
    """
    return _packaged_book() if path is None else _read_book(Path(path), _packaged_names())


@cache
def _packaged_book() -> StatuteBook:
    """Read the packaged law, once."""
    return _read_book(_PACKAGED, names=None)


def _packaged_names() -> frozenset[str]:
    """Return the names of all parameters that the formulas know."""
    return frozenset(_packaged_book().parameters)


def _read_book(path: Path, names: frozenset[str] | None) -> StatuteBook:
    """Read one file or a folder of files, and collect what is wrong with all of them."""
    problems: list[Problem] = []
    documents: list[Document] = []
    for file in _statute_files(path):
        try:
            documents.append(read_document(file))
        except InputError as error:
            problems.extend(error.problems)
    for document in documents:
        problems.extend(in_order(document, _file_problems(document)))
    problems.extend(_doubled_names(documents))
    if names is not None and not problems:
        problems.extend(_wrong_names(documents, names))
    if problems:
        raise InputError(problems)
    parameters = {
        name: Parameter.model_validate({"name": name, **definition})
        for document in documents
        for name, definition in document.data["parameters"].items()
    }
    return StatuteBook(parameters)


def _statute_files(path: Path) -> list[Path]:
    """List the files to read; a folder without any is an error."""
    if not path.is_dir():
        return [path]
    files = sorted(path.glob("*.yaml"))
    if not files:
        problem = Position(str(path), 1, 1).problem(
            (), "this folder has no statute file (*.yaml)", "Check the path."
        )
        raise InputError([problem])
    return files


def _file_problems(document: Document) -> Iterator[Problem]:
    """Find what is wrong within one file: its form, then each parameter's values."""
    try:
        validate(document, _StatuteFile)
    except InputError as error:
        yield from error.problems
    parameters = document.data.get("parameters")
    if isinstance(parameters, dict):
        for name, definition in parameters.items():
            yield from _value_problems(document, name, definition)


def _value_problems(document: Document, name: str, definition: object) -> Iterator[Problem]:
    """Find values that contradict each other, where the parameter is well formed."""
    try:
        parameter = ParameterDefinition.model_validate(definition)
    except ValidationError:
        return  # its form is reported already
    for fault in parameter.faults():
        path = ("parameters", name, *fault.path)
        yield document.position(path).problem(path, fault.message, fault.remedy)


def _doubled_names(documents: Sequence[Document]) -> Iterator[Problem]:
    """Find parameters that two files define."""
    first: dict[str, Position] = {}
    for document in documents:
        for name in _defined(document):
            path = ("parameters", name)
            position = document.position(path)
            if name in first:
                earlier = first[name]
                yield position.problem(
                    path,
                    f"defined in {earlier.file}:{earlier.line} already",
                    "Keep one of the two definitions.",
                )
            first.setdefault(name, position)


def _wrong_names(documents: Sequence[Document], names: frozenset[str]) -> Iterator[Problem]:
    """Find parameters that no formula knows, and those that a formula would miss."""
    defined = set()
    for document in documents:
        for name in _defined(document):
            defined.add(name)
            if name not in names:
                path = ("parameters", name)
                yield document.position(path).problem(
                    path,
                    "no formula uses such a parameter",
                    did_you_mean(name, names, otherwise=f"Use {listed(sorted(names))}."),
                )
    missing = names - defined
    if missing:
        place = documents[0].position(("parameters",))
        yield place.problem(
            ("parameters",),
            f"these parameters are missing: {', '.join(sorted(missing))}",
            "Copy them from the packaged files in law/statutes.",
        )


def _defined(document: Document) -> dict[str, Any]:
    """Return the parameters of a file, however wrong they are."""
    parameters = document.data.get("parameters")
    return parameters if isinstance(parameters, dict) else {}
