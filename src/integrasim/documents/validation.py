"""Checking a document against a model; what is wrong is said in plain words, with its place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticCustomError

from integrasim.documents.nodes import dotted
from integrasim.documents.problems import InputError, Problem
from integrasim.documents.shapes import Shapes, shapes_of
from integrasim.documents.wording import (
    did_you_mean,
    listed,
    nearest,
    number_remedy,
    plain_number,
    shown,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from pydantic_core import ErrorDetails

    from integrasim.documents.nodes import Path
    from integrasim.documents.yaml import Document

M = TypeVar("M", bound=BaseModel)

__all__ = ["in_order", "invalid", "validate", "validation_problems"]

_INVALID: Final = "invalid"
_UNKNOWN_KEY: Final = "extra_forbidden"
# What belongs where pydantic complains of a wrong type.
_EXPECTED: Final[Mapping[str, str]] = {
    "bool_type": "true or false",
    "date_type": "a day",
    "dict_type": "a map of keys",
    "float_type": "a number",
    "frozen_set_type": "a list",
    "int_type": "a whole number",
    "list_type": "a list",
    "mapping_type": "a map of keys",
    "model_attributes_type": "a map of keys",
    "model_type": "a map of keys",
    "string_type": "text",
    "tuple_type": "a list",
}
_LIMITS: Final[Mapping[str, tuple[str, str, str]]] = {
    "greater_than": ("gt", "too small", "Use a number above {}."),
    "greater_than_equal": ("ge", "too small", "Use at least {}."),
    "less_than": ("lt", "too large", "Use a number below {}."),
    "less_than_equal": ("le", "too large", "Use at most {}."),
}
_BLANK: Final = frozenset({"string_too_short", "string_pattern_mismatch"})


def invalid(message: str, remedy: str, *, at: Path = ()) -> PydanticCustomError:
    """
    Return what a validator of a model raises to have its words reach the user.

    Parameters
    ----------
    message
        What is wrong, without a full stop at its end.
    remedy
        What would be right, as a whole sentence.
    at
        The place of the culprit, seen from the value that the validator checks.

    Examples
    --------
    >>> raise invalid("the end lies before the start", "Let it follow.", at=("end",))
    Traceback (most recent call last):
    pydantic_core._pydantic_core.PydanticCustomError: the end lies before the start
    """
    context = {"message": message, "remedy": remedy, "at": at}
    return PydanticCustomError(_INVALID, "{message}", context)


def validate(document: Document, model: type[M]) -> M:
    """
    Check a document against a model.

    Parameters
    ----------
    document
        What was written.
    model
        What may be written. `invalid` gives the words of its own validators; field
        descriptions say what a missing or wrong value should be.

    Returns
    -------
    BaseModel
        An instance of the model.

    Raises
    ------
    InputError
        With everything that is wrong.

    Examples
    --------
    >>> from integrasim.documents.yaml import parse_document
    >>> class Run(BaseModel, extra="forbid", strict=True):
    ...     draws: int
    >>> validate(parse_document("draws: 10", file="a.yaml"), Run)
    Run(draws=10)
    >>> validate(parse_document("drwas: 10", file="a.yaml"), Run)
    Traceback (most recent call last):
    integrasim.documents.problems.InputError: a.yaml:1:1: drwas: this key is unknown.
    Did you mean draws?
    """
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        raise InputError(validation_problems(document, error, model)) from None


def validation_problems(
    document: Document,
    error: ValidationError,
    model: type[BaseModel],
    *,
    misread: Collection[str] = (),
) -> list[Problem]:
    """
    Say what a model found wrong with a document.

    Parameters
    ----------
    document
        What was written.
    error
        What the model raised about it.
    model
        The model.
    misread
        Dotted keys whose values are known to mean something else than was meant: what the model
        says about these values is left out.

    Returns
    -------
    list of Problem
        In the order of their places. A missing key is left out where a misspelt one stands.
    """
    translator = _Translator(document, shapes_of(model))
    errors = error.errors(include_url=False)
    problems = [(each["type"] != _UNKNOWN_KEY, translator.problem(each)) for each in errors]
    kept = [
        problem
        for of_value, problem in problems
        if problem.key not in translator.misspelt and not (of_value and problem.key in misread)
    ]
    return in_order(document, kept)


def in_order(document: Document, problems: Iterable[Problem]) -> list[Problem]:
    """
    Sort problems by place: those of the document's own file first, then those of others.

    Parameters
    ----------
    document
        What was written.
    problems
        Its problems.
    """
    own = document.file
    return sorted(problems, key=lambda each: (each.file != own, each.file, each.line, each.column))


class _Translator:
    """Puts the errors of a model into words about a document."""

    def __init__(self, document: Document, shapes: Shapes) -> None:
        self.misspelt: set[str] = set()
        self._document = document
        self._shapes = shapes

    def problem(self, error: ErrorDetails) -> Problem:
        """Return the problem that an error stands for."""
        kind, context = error["type"], error.get("ctx", {})
        path = self._locate(error["loc"])
        if kind == "missing":
            path = (*path, error["loc"][-1])
            message, remedy = "this key is missing", f"Add it{self._meaning(path)}."
        elif kind == _UNKNOWN_KEY:
            message, remedy = self._unknown_key(path)
        elif kind in ("union_tag_invalid", "union_tag_not_found"):
            path = (*path, str(context["discriminator"]).strip("'"))
            message, remedy = self._choice(path)
        elif kind == _INVALID:
            path = (*path, *context["at"])
            message, remedy = context["message"], context["remedy"]
        else:
            message, remedy = self._value(kind, context, path, error["input"])
        return self._document.position(path).problem(path, message, remedy)

    def _locate(self, location: Path) -> Path:
        """Keep the parts of an error's location that the document has; others name types."""
        path: Path = ()
        node = self._document.root
        for part in location:
            child = node.child(part)
            if child is not None:
                node, path = child, (*path, part)
        return path

    def _meaning(self, path: Path) -> str:
        """Return a colon and what belongs at a path, or nothing if the model does not say."""
        while path and isinstance(path[-1], int):
            path = path[:-1]
        keys = self._shapes.keys_at(path[:-1], self._document.at(path[:-1])) if path else {}
        meaning = keys.get(str(path[-1]), "") if path else ""
        return f": {' '.join(meaning.split()).rstrip('.')}" if meaning else ""

    def _unknown_key(self, path: Path) -> tuple[str, str]:
        """Offer the key that was meant, or the place where this one belongs."""
        *parent, last = path
        key, above = str(last), tuple(parent)
        keys = self._shapes.keys_at(above, self._document.at(above))
        near = nearest(key, keys)
        place = self._shapes.place_of(key, above)
        if near is not None:
            self.misspelt.add(dotted((*above, near)))
            remedy = f"Did you mean {near}?"
        elif place is not None:
            remedy = f"It belongs under {place}." if place else "It belongs at the top level."
        elif keys:
            remedy = f"Use {listed(keys)}."
        else:
            remedy = "Remove it."
        return "this key is unknown", remedy

    def _choice(self, path: Path) -> tuple[str, str]:
        """Say what may stand under a key that chooses between kinds of maps."""
        words = self._shapes.choices_at(path[:-1], str(path[-1]))
        chosen = self._document.at(path)
        if chosen is None:
            return "this key is missing", f"Add it: {listed(words)}."
        message = f"{shown(chosen)} is not known here"
        return message, did_you_mean(str(chosen), words, otherwise=f"Use {listed(words)}.")

    def _value(
        self, kind: str, context: Mapping[str, Any], path: Path, value: object
    ) -> tuple[str, str]:
        """Say what is wrong with a value, and what it should be."""
        if kind in _EXPECTED:
            return self._wrong_type(_EXPECTED[kind], path, value)
        if kind in _LIMITS:
            key, message, remedy = _LIMITS[kind]
            return f"{shown(value)} is {message}", remedy.format(plain_number(context[key]))
        if kind == "literal_error":
            words = re.findall(r"'([^']*)'", str(context["expected"]))
            message = f"{shown(value)} is not known here"
            return message, did_you_mean(str(value), words, otherwise=f"Use {listed(words)}.")
        if kind == "value_error":
            return str(context["error"]), f"Mend it{self._meaning(path)}."
        if kind in _BLANK and not str(value).strip():
            return "this text is empty", f"Write it{self._meaning(path)}."
        return self._unlike(kind, context, path, value)

    def _unlike(
        self, kind: str, context: Mapping[str, Any], path: Path, value: object
    ) -> tuple[str, str]:
        """Say what is wrong where it is the size or the form of a value."""
        if kind == "finite_number":
            return f"{shown(value)} is not a finite number", "Write a number."
        if kind == "too_short":
            message = f"{context['actual_length']} entries are too few"
            return message, f"Write at least {context['min_length']}{self._meaning(path)}."
        if kind == "too_long":
            message = f"{context['actual_length']} entries are too many"
            return message, f"Write at most {context['max_length']}{self._meaning(path)}."
        return f"{shown(value)} does not fit here", f"Change it{self._meaning(path)}."

    def _wrong_type(self, expected: str, path: Path, value: object) -> tuple[str, str]:
        """Say that a value is not of the type that belongs here."""
        remedy = f"Write {expected}{self._meaning(path)}."
        if value is None:
            return "nothing is written here", remedy
        if isinstance(value, dict) and "dist" in value:
            return "a distribution stands where its value must be fixed", remedy
        if expected == "text" and not isinstance(value, dict | list):
            remedy = f'Put it in quotation marks: "{shown(value)}".'
        if isinstance(value, str) and "number" in expected:
            remedy = number_remedy(value) or remedy
        if isinstance(value, float) and expected == "a whole number" and value.is_integer():
            remedy = f"Write {plain_number(value)}."
        return f"{shown(value)} is not {expected}", remedy
