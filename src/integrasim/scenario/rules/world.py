"""Rules about the world: shares that add up, persons who can be there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from integrasim.law.assignment import TEMPORARY_PROTECTION_CUT_OFF
from integrasim.scenario.quantities import Persons, Share, highest, is_zero, lowest
from integrasim.scenario.schema import Horizon

if TYPE_CHECKING:
    from collections.abc import Iterator

    from integrasim.documents.problems import Problem
    from integrasim.documents.yaml import Path
    from integrasim.scenario.rules.parts import Parts

__all__ = ["world_problems"]

_RECEPTION = ("world", "reception")
_INITIAL = ("world", "residence", "initial")
_PROCEDURE = ("world", "residence", "procedure")
_APPEAL = (*_PROCEDURE, "appeal")
_SHARES = (
    (_RECEPTION, ("share_recognised", "share_left")),
    (_PROCEDURE, ("share_recognised", "share_closed", "share_tolerated")),
    (_APPEAL, ("share_recognised", "share_tolerated")),
)
_PENDING = ((*_RECEPTION, "share_in_appeal"), (*_INITIAL, "appeal"))
_STAYS = (("mean_stay_recognised", "share_recognised"), ("mean_stay_left", "share_left"))
"""Stays in facilities, and the shares of persons who have them."""
_LATE = (*_INITIAL, "temporary_protection_late")
# Shares such as 0.7 + 0.3 may miss 1 by rounding.
_ROUNDING = 1e-12


def world_problems(parts: Parts) -> Iterator[Problem]:
    """
    Yield what is wrong between the assumptions about the world.

    Parameters
    ----------
    parts
        The parts of the file.
    """
    for path, names in _SHARES:
        yield from _share_problems(parts, path, names)
    yield from _tolerated_problems(parts)
    yield from _stay_problems(parts)
    yield from _pending_problems(parts)
    yield from _late_problems(parts)


def _lowest(parts: Parts, path: Path) -> float | None:
    """Return the lowest value that a share can have, 0 if it is left out, None if it is wrong."""
    if parts.written(path) is None:
        return 0.0
    share = parts.get(path, Share)
    return None if share is None else lowest(share)


def _share_problems(parts: Parts, path: Path, names: tuple[str, ...]) -> Iterator[Problem]:
    """Refuse shares of the same persons that exceed 1 in every draw."""
    written = [name for name in names if parts.written((*path, name)) is not None]
    shares = [_lowest(parts, (*path, name)) for name in written]
    least = sum(share for share in shares if share is not None)
    if None not in shares and least > 1.0 + _ROUNDING:
        message = f"{' and '.join(written)} together are at least {least:g}"
        yield parts.problem((*path, written[-1]), message, "Let their sum be at most 1.")


def _tolerated_problems(parts: Parts) -> Iterator[Problem]:
    """Refuse more persons tolerated after the first decision than are refused without appeal."""
    names = ("share_recognised", "share_closed", "share_tolerated")
    recognised, closed, tolerated = (_lowest(parts, (*_PROCEDURE, name)) for name in names)
    appealed = _lowest(parts, (*_APPEAL, "share"))
    if recognised is None or closed is None or tolerated is None or not appealed:
        return
    refused = 1.0 - recognised - closed
    final = refused * (1.0 - appealed)
    if tolerated > final + _ROUNDING and tolerated <= refused + _ROUNDING:
        message = (
            f"at least {tolerated:g} of the first decisions, but only {final:.4g} are refusals "
            "without an appeal"
        )
        remedy = "Lower it, or procedure.appeal.share: who appeals is not tolerated yet."
        yield parts.problem((*_PROCEDURE, "share_tolerated"), message, remedy)


def _stay_problems(parts: Parts) -> Iterator[Problem]:
    """Refuse stays that nobody has."""
    for stay, condition in _STAYS:
        share = parts.get((*_RECEPTION, condition), Share)
        if share is not None and is_zero(share) and stay in parts.keys(_RECEPTION):
            message = f"without a {condition} above 0 this has no effect"
            yield parts.problem((*_RECEPTION, stay), message, f"Remove it, or raise {condition}.")


def _pending_problems(parts: Parts) -> Iterator[Problem]:
    """Refuse pending appeals where no appeal is described."""
    if parts.written(_APPEAL) is not None or parts.written(_PROCEDURE) is None:
        return
    for path in _PENDING:
        number = parts.get(path, Persons)
        if number is not None and highest(number) > 0.0:
            message = "appeals are pending, but the scenario does not say what becomes of them"
            remedy = f"Add {'.'.join(_APPEAL)}, or remove this key."
            yield parts.problem(path, message, remedy)


def _late_problems(parts: Parts) -> Iterator[Problem]:
    """Refuse persons admitted after the cut-off date who are there before it."""
    horizon, late = parts.get(("horizon",), Horizon), parts.get(_LATE, Persons)
    if horizon is None or late is None or horizon.start > TEMPORARY_PROTECTION_CUT_OFF:
        return
    if highest(late) > 0.0:
        message = f"the horizon starts with {horizon.start:%Y-%m}, before anyone was admitted late"
        remedy = "Count them in temporary_protection, and remove this key."
        yield parts.problem(_LATE, message, remedy)
