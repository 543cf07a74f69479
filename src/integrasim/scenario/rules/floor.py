"""Rule about the floor of illness costs: no threshold of any option may lie below it."""

from __future__ import annotations

import math
from datetime import date
from typing import TYPE_CHECKING, Final

from integrasim.documents.wording import plain_number
from integrasim.law.indexation import Indexed, amount_in
from integrasim.scenario.options import Overrides
from integrasim.scenario.quantities import LEAST_FLOOR, Floor, GrowthRate, lowest
from integrasim.scenario.schema import Horizon, LawState
from integrasim.scenario.world import Illness

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from integrasim.documents.problems import Problem
    from integrasim.law.indexation import Growth, Stated
    from integrasim.law.parameters import Law, StatuteBook
    from integrasim.scenario.quantities import Number
    from integrasim.scenario.rules.parts import Parts

__all__ = ["floor_problems"]

_THRESHOLD: Final = "fluag.illness_threshold"
_FLOOR: Final = ("world", "illness", "floor")


def floor_problems(parts: Parts, book: StatuteBook, options: Iterable[str]) -> Iterator[Problem]:
    """
    Yield thresholds below the floor of the ledger: cases between the two would be lost.

    A threshold that follows an index must stay above the floor in every year and draw, also
    where prices fall as fast as the scenario allows.

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
    stated = {option: _overrides(parts, option, enacted, horizon) for option in options}
    thresholds = {
        option: _lowest_threshold(enacted, overrides, horizon, _lowest_growth(parts))
        for option, overrides in stated.items()
        if overrides is not None
    }
    possible = {name: each for name, each in thresholds.items() if each >= LEAST_FLOOR}
    for option, threshold in thresholds.items():
        if option not in possible:
            yield _impossible(parts, option, threshold)
    floor = _written_floor(parts)
    lower = min(possible, key=lambda name: (possible[name], name), default=None)
    if floor is not None and lower is not None and floor > possible[lower]:
        least = math.floor(possible[lower])
        is_indexed = any(isinstance(each, Indexed) for _, each in stated[lower] or ())
        reached = f"which its index takes down to {least:,}" if is_indexed else f"{least:,}"
        message = f"the floor {floor:,.0f} lies above the threshold of {lower} ({reached})"
        remedy = f"Use at most {least}, or the cases between the two are lost."
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
    parts: Parts, option: str, enacted: Law, horizon: Horizon
) -> list[tuple[date, Stated]] | None:
    """Return the thresholds that an option sets; None if they are wrong by themselves."""
    path = ("options", option, "law", _THRESHOLD)
    if parts.written(path) is None:
        return []
    overrides = parts.get(path, Overrides) or ()
    pairs = [(override.begins(horizon.start), override.stated) for override in overrides]
    wrong = enacted.objections(_THRESHOLD, pairs)
    doubled = len({first_day for first_day, _ in pairs}) < len(pairs)
    return None if wrong or doubled or not pairs else pairs


def _lowest_growth(parts: Parts) -> Growth:
    """Return how little the indices of the world may grow in any draw."""

    def growth(index: str, start: int, end: int) -> float:
        inflation: Number | None = parts.get(tuple(index.split(".")), GrowthRate)
        if inflation is None:
            return math.inf  # it is wrong by itself, so nothing is said about the floor
        return float((1.0 + lowest(inflation)) ** (end - start))

    return growth


def _lowest_threshold(
    enacted: Law, overrides: list[tuple[date, Stated]], horizon: Horizon, growth: Growth
) -> float:
    """Return the lowest threshold in any year of the horizon."""
    law = enacted.override({_THRESHOLD: overrides}) if overrides else enacted
    amounts = {year: law.amount(_THRESHOLD, date(year, 1, 1)) for year in horizon.years}
    return min(
        (
            float(amount_in(amount, year, growth))
            for year, amount in amounts.items()
            if amount is not None
        ),
        default=math.inf,
    )
