"""Running law cases: what was expected, what was found, and whether it agrees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from integrasim.statutes import load_statute_book

if TYPE_CHECKING:
    from integrasim.casebook.case import Check
    from integrasim.casebook.loading import LoadedCase

__all__ = ["Outcome", "run_case"]


@dataclass(frozen=True)
class Outcome:
    """What came of a case.

    Parameters
    ----------
    loaded
        The case and its place.
    checks
        Every figure that it expects, with the one found.
    """

    loaded: LoadedCase
    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        """Whether all figures agree."""
        return all(check.passed for check in self.checks)


def run_case(loaded: LoadedCase) -> Outcome:
    """Compute what the packaged law gives, and compare it with what a case expects.

    Parameters
    ----------
    loaded
        A case, as :func:`integrasim.casebook.load_cases` returns it.

    Returns
    -------
    Outcome
        With one check for each figure expected.

    Examples
    --------
    >>> from integrasim.casebook import load_cases
    >>> all(run_case(each).passed for each in load_cases(["tests/law/cases/lump_sums.yaml"]))
    True
    """
    law = loaded.case.amended(load_statute_book().as_of(loaded.as_of))
    return Outcome(loaded, tuple(loaded.case.checks(law)))
