"""Problems in what users write, each with its place, what is wrong and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["InputError", "Problem"]


@dataclass(frozen=True)
class Problem:
    """
    One thing that is wrong in an input file.

    Parameters
    ----------
    file
        The file, as its reader named it.
    line, column
        The place in the file, both counted from 1.
    key
        The dotted key, such as ``world.illness.splice``; empty where no key is concerned.
    message
        What is wrong, without a full stop at its end.
    remedy
        What would be right, as a whole sentence; may be empty.

    Examples
    --------
    >>> print(Problem("a.yaml", 3, 8, "draws", "0 is too small", "Use a number of at least 1."))
    a.yaml:3:8: draws: 0 is too small. Use a number of at least 1.
    >>> print(Problem("a.yaml", 1, 1, "", "this file is empty", ""))
    a.yaml:1:1: this file is empty.
    """

    file: str
    line: int
    column: int
    key: str
    message: str
    remedy: str

    def __str__(self) -> str:
        """Return ``file:line:column: key: message. remedy``."""
        place = f"{self.file}:{self.line}:{self.column}: "
        key = f"{self.key}: " if self.key else ""
        return f"{place}{key}{self.message}. {self.remedy}".rstrip()


class InputError(ValueError):
    """
    An input is wrong; all that is wrong with it is said at once.

    Parameters
    ----------
    problems
        Every problem found, at least one.

    Attributes
    ----------
    problems : tuple of Problem
        The same problems, in the order given.

    Raises
    ------
    ValueError
        If there is no problem to report.

    Examples
    --------
    >>> problem = Problem("a.yaml", 3, 8, "draws", "0 is too small", "Use at least 1.")
    >>> error = InputError([problem])
    >>> print(error)
    a.yaml:3:8: draws: 0 is too small. Use at least 1.
    >>> error.problems == (problem,)
    True
    """

    problems: tuple[Problem, ...]

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        if not self.problems:
            raise ValueError("an InputError needs at least one problem")
        super().__init__(self.problems)

    def __str__(self) -> str:
        """Return all problems, one per line."""
        return "\n".join(map(str, self.problems))
