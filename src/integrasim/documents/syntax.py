"""What the YAML parser complains about, in words that help whoever wrote the file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.reader import ReaderError

from integrasim.documents.nodes import Position

if TYPE_CHECKING:
    from ruamel.yaml.error import StringMark

    from integrasim.documents.problems import Problem

__all__ = ["mark_position", "offset_position", "syntax_problem"]

_INDENTATION: Final = (
    "this line does not fit the lines above it",
    "Indent it with as many spaces as the lines it belongs to.",
)
# The first pattern found in the parser's complaint gives message and remedy. "{opened}" is
# where the bracket or map began; "{caught}" what the group caught.
_EXPLANATIONS: Final = (
    (r"character '\\t'", "a tab stands where YAML allows only spaces", "Replace it by spaces."),
    (
        r"character '(.+)' that cannot start",
        "a value cannot start with {caught}",
        "Put the value in quotation marks.",
    ),
    (
        r"mapping values are not allowed",
        "a colon stands where no key can be",
        "Check the indentation here and above; put text with a colon in quotation marks.",
    ),
    (
        r"expected ',' or",
        "a comma or a closing bracket is missing before this",
        "Check the bracket opened at {opened}.",
    ),
    (
        r"unknown escape character",
        "this backslash sequence is unknown",
        "Use single quotation marks, in which a backslash is only a backslash.",
    ),
    (r"expected <block end>|expected '<document start>'", *_INDENTATION),
    (
        r"expected the node content, but found '(.)'",
        "a value belongs before {caught}",
        "Write it, or put text that begins so in quotation marks.",
    ),
    (
        r"incompatible YAML document|expected a digit",
        "this version of YAML is unknown",
        "Remove the %YAML line, or write `%YAML 1.2`.",
    ),
    (
        r"undefined tag handle",
        "a tag such as !name is not used here",
        "Remove it, or put text that starts with ! in quotation marks.",
    ),
)
# Complaints that arise long after the culprit, which is where the parser's context began.
_EXPLANATIONS_AT_START: Final = (
    (
        r"end of stream|stream end",
        "this bracket or quotation mark is never closed",
        "Close it.",
    ),
    (r"could not find expected ':'", "this line has no colon", "Write `key: value`."),
)
_UNEXPLAINED: Final = (
    "this is not valid YAML",
    "Check indentation, colons, brackets and quotation marks here.",
)


def mark_position(file: str, mark: StringMark) -> Position:
    """
    Return the place of a mark of the parser, which counts from 0.

    Parameters
    ----------
    file
        The file.
    mark
        The parser's mark.
    """
    return Position(file, mark.line + 1, mark.column + 1)


def offset_position(file: str, before: str) -> Position:
    r"""
    Return the place just after a stretch of text that starts the file.

    Parameters
    ----------
    file
        The file.
    before
        All text before the place.

    Examples
    --------
    >>> offset_position("a.yaml", "draws: 1\nse")
    Position(file='a.yaml', line=2, column=3)
    """
    return Position(file, before.count("\n") + 1, len(before) - before.rfind("\n"))


def syntax_problem(error: Exception, text: str, reached: Position) -> Problem:
    """
    Say what is wrong with the YAML, where and how to mend it.

    Parameters
    ----------
    error
        What the parser raised.
    text
        The text it read.
    reached
        How far it came, for an error that does not say where it arose.
    """
    if isinstance(error, ReaderError):
        place = offset_position(reached.file, text[: error.position])
        message = f"the control character U+{ord(text[error.position]):04X} is not allowed"
        return place.problem((), message, "Remove it.")
    if not isinstance(error, MarkedYAMLError):
        return reached.problem((), *_UNEXPLAINED)
    complaint = str(error.problem)
    place = _position(error.problem_mark, otherwise=reached)
    opened = _position(error.context_mark, otherwise=place)
    for pattern, message, remedy in _EXPLANATIONS_AT_START:
        if re.search(pattern, complaint):
            return opened.problem((), message, remedy)
    return place.problem((), *_explain(complaint, opened))


def _position(mark: StringMark | None, *, otherwise: Position) -> Position:
    """Return the place of a mark, if there is one."""
    return mark_position(otherwise.file, mark) if mark else otherwise


def _explain(complaint: str, opened: Position) -> tuple[str, str]:
    """Return message and remedy for a complaint of the parser."""
    for pattern, message, remedy in _EXPLANATIONS:
        if match := re.search(pattern, complaint):
            caught = match.group(1) if match.groups() else ""
            place = f"line {opened.line}, column {opened.column}"
            return message.format(caught=caught), remedy.format(opened=place)
    return _UNEXPLAINED
