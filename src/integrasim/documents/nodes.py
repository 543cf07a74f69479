"""Values of a document together with the place that each was written at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from integrasim.documents.problems import Problem

if TYPE_CHECKING:
    from integrasim.documents.scalars import Scalar

__all__ = ["Node", "Path", "Position", "dotted"]

Path = tuple[str | int, ...]
"""Keys of maps and indices of lists that lead to a value."""


@dataclass(frozen=True)
class Position:
    """
    A place in a file.

    Parameters
    ----------
    file
        The file, as its reader named it.
    line, column
        Both counted from 1.
    """

    file: str
    line: int
    column: int

    def problem(self, path: Path, message: str, remedy: str) -> Problem:
        """
        Say what is wrong at this place.

        Parameters
        ----------
        path
            Where the value stands in the document.
        message, remedy
            What is wrong and what would be right.

        Examples
        --------
        >>> print(Position("a.yaml", 2, 3).problem(("draws",), "0 is too small", "Use 1."))
        a.yaml:2:3: draws: 0 is too small. Use 1.
        """
        return Problem(self.file, self.line, self.column, dotted(path), message, remedy)


@dataclass(frozen=True)
class Node:
    """
    A value and its place: in a map the place of its key, in a list its own.

    Parameters
    ----------
    position
        The place.
    value
        A map or a list of nodes, or a scalar.
    text
        A scalar as it is written, without quotation marks.
    """

    position: Position
    value: dict[str, Node] | list[Node] | Scalar
    text: str = ""

    def plain(self) -> Any:  # noqa: ANN401 (a document may hold anything)
        """Return the value as plain dictionaries, lists and scalars."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def child(self, part: str | int) -> Node | None:
        """
        Return the value under a key or an index, if there is one.

        Parameters
        ----------
        part
            A key of the map or an index of the list.
        """
        if isinstance(self.value, dict) and isinstance(part, str):
            return self.value.get(part)
        if isinstance(self.value, list) and isinstance(part, int):
            return self.value[part] if 0 <= part < len(self.value) else None
        return None


def dotted(path: Path) -> str:
    """
    Return a path as text.

    Parameters
    ----------
    path
        Keys and indices.

    Examples
    --------
    >>> dotted(("dependence", 0, "between"))
    'dependence[0].between'
    """
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return "".join(parts).removeprefix(".")
