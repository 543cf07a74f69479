"""Rule about numerals: a German thousands separator is a decimal point in YAML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from integrasim.documents.wording import plain_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from integrasim.documents.nodes import Node
    from integrasim.documents.problems import Problem
    from integrasim.documents.yaml import Path

__all__ = ["numeral_problems"]

# 35.000 and 12.500, but not 1.125: a fraction to the thousandth is written on purpose.
_THOUSANDS: Final = re.compile(r"[-+]?[1-9][0-9]{0,2}\.[0-9]{2}0")


def numeral_problems(root: Node) -> Iterator[Problem]:
    """
    Yield the numbers that mean something else in German than in YAML.

    Parameters
    ----------
    root
        The root of the file.

    Examples
    --------
    >>> from integrasim.documents.yaml import parse_document
    >>> print(*numeral_problems(parse_document("budgets: {fluag: 35.000}", file="a.yaml").root))
    a.yaml:1:11: budgets.fluag: 35.000 is read as 35. Write 35000 if that is meant, or 35.
    """
    yield from _numerals(root, ())


def _numerals(node: Node, path: Path) -> Iterator[Problem]:
    """Look at a value and all that is in it."""
    if isinstance(node.value, dict):
        for key, entry in node.value.items():
            yield from _numerals(entry, (*path, key))
    elif isinstance(node.value, list):
        for index, item in enumerate(node.value):
            yield from _numerals(item, (*path, index))
    elif isinstance(node.value, float) and _THOUSANDS.fullmatch(node.text):
        remedy = (
            f"Write {node.text.replace('.', '')} if that is meant, or {plain_number(node.value)}."
        )
        message = f"{node.text} is read as {node.value:g}"
        yield node.position.problem(path, message, remedy)
