"""Rule about the floor of illness costs: no threshold of any option may lie below it."""

from __future__ import annotations

import math
from datetime import date
from typing import TYPE_CHECKING, Final

from integrasim.documents.wording import plain_number
from integrasim.scenario.options import Overrides
from integrasim.scenario.quantities import LEAST_FLOOR, Floor
from integrasim.scenario.schema import Horizon, LawState
from integrasim.scenario.world import Illness

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from integrasim.documents.problems import Problem
    from integrasim.law.parameters import Law, StatuteBook
    from integrasim.scenario.rules.parts import Parts

__all__ = ["floor_problems"]

_THRESHOLD: Final = "fluag.illness_threshold"
_FLOOR: Final = ("world", "illness", "floor")


def floor_problems(parts: Parts, book: StatuteBook, options: Iterable[str]) -> Iterator[Problem]:
    """
    Yield thresholds below the floor of the ledger: cases between the two would be lost.

    Parameters
    ----------
    parts
        The parts of the file.
    book
        The law.
    options
        The options of the file.
    """
    horizon, law = parts.get(("horizon",), Horizon), parts.get(("law",), LawState)
    if horizon is None or law is None or not parts.keys(_FLOOR[:-1]):
        return
    enacted = book.as_of(law.as_of)
    thresholds = {
        option: _lowest_threshold(enacted, overrides, horizon)
        for option in options
        if (overrides := _overrides(parts, option, book, horizon)) is not None
    }
    possible = {name: each for name, each in thresholds.items() if each >= LEAST_FLOOR}
    for option, threshold in thresholds.items():
        if option not in possible:
            yield _impossible(parts, option, threshold)
    floor = _written_floor(parts)
    lowest = min(possible, key=lambda name: (possible[name], name), default=None)
    if floor is not None and lowest is not None and floor > possible[lowest]:
        least = possible[lowest]
        message = f"the floor {floor:,.0f} lies above the threshold of {lowest} ({least:,.0f})"
        remedy = f"Use at most {least:.0f}, or the cases between the two are lost."
        yield parts.problem(_FLOOR, message, remedy)


def _impossible(parts: Parts, option: str, threshold: float) -> Problem:
    """Say that no floor could be low enough for a threshold."""
    least = plain_number(LEAST_FLOOR)
    message = (
        f"the threshold {plain_number(threshold)} lies below the least floor of illness costs "
        f"that is possible ({least})"
    )
    return parts.problem(("options", option, "law", _THRESHOLD), message, f"Use at least {least}.")


def _written_floor(parts: Parts) -> float | None:
    """Return the floor, by default that of the schema; None if it is wrong by itself."""
    if parts.written(_FLOOR) is None:
        return float(Illness.model_fields["floor"].default)
    floor: float | None = parts.get(_FLOOR, Floor)
    return floor


def _overrides(
    parts: Parts, option: str, book: StatuteBook, horizon: Horizon
) -> list[tuple[date, float]] | None:
    """Return the thresholds that an option sets; None if they are wrong by themselves."""
    path = ("options", option, "law", _THRESHOLD)
    if parts.written(path) is None:
        return []
    overrides = parts.get(path, Overrides) or ()
    pairs = [(override.begins(horizon.start), override.value) for override in overrides]
    parameter = book.parameters[_THRESHOLD]
    wrong = any(parameter.objections(first_day, value) for first_day, value in pairs)
    doubled = len({first_day for first_day, _ in pairs}) < len(pairs)
    return None if wrong or doubled or not pairs else pairs


def _lowest_threshold(enacted: Law, overrides: list[tuple[date, float]], horizon: Horizon) -> float:
    """Return the lowest threshold in any year of the horizon."""
    law = enacted.override({_THRESHOLD: overrides}) if overrides else enacted
    days = [date(year, 1, 1) for year in horizon.years]
    return min(
        (law.value(_THRESHOLD, day) for day in days if law.in_force(_THRESHOLD, day)),
        default=math.inf,
    )
