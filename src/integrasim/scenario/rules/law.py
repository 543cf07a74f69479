"""Rules about options and budgets, which name parameters and instruments of the law."""

from __future__ import annotations

import math
from datetime import date
from typing import TYPE_CHECKING, Final

from integrasim.documents.wording import did_you_mean, listed
from integrasim.law.settlement import INSTRUMENTS
from integrasim.scenario.options import Overrides
from integrasim.scenario.quantities import FixedPositive
from integrasim.scenario.schema import ENACTED_LAW, Horizon, LawState
from integrasim.scenario.world import Illness
from integrasim.statutes import load_statute_book

if TYPE_CHECKING:
    from collections.abc import Iterator

    from integrasim.documents.problems import Problem
    from integrasim.documents.yaml import Path
    from integrasim.law.definitions import Parameter
    from integrasim.law.parameters import Law, StatuteBook
    from integrasim.scenario.rules.parts import Parts

__all__ = ["law_problems"]

_THRESHOLD: Final = "fluag.illness_threshold"
_FLOOR: Final = ("world", "illness", "floor")


def law_problems(parts: Parts) -> Iterator[Problem]:
    """
    Yield what is wrong with options, baseline and budgets.

    Parameters
    ----------
    parts
        The parts of the file.
    """
    book = load_statute_book()
    horizon = parts.get(("horizon",), Horizon)
    for option in parts.keys(("options",)):
        for name in parts.keys(("options", option, "law")):
            path = ("options", option, "law", name)
            if name in book.parameters:
                yield from _override_problems(parts, path, book.parameters[name], horizon)
            else:
                otherwise = f"Use one of {', '.join(book.parameters)}."
                remedy = did_you_mean(name, book.parameters, otherwise=otherwise)
                yield parts.problem(path, "the law has no such parameter", remedy)
    yield from _baseline_problems(parts)
    yield from _budget_problems(parts)
    yield from _floor_problems(parts, book)


def _override_problems(
    parts: Parts, path: Path, parameter: Parameter, horizon: Horizon | None
) -> Iterator[Problem]:
    """Check the values that an option gives to a parameter."""
    overrides = parts.get(path, Overrides)
    if overrides is None or horizon is None:
        return
    is_list = isinstance(parts.written(path), list)
    for index, override in enumerate(overrides):
        place = (*path, index) if is_list else path
        is_map = isinstance(parts.written(place), dict)
        first_day = override.first_day or horizon.start.replace(month=1)
        for fault in parameter.objections(first_day, override.value):
            at = (*place, *fault.path) if is_map else place
            yield parts.problem(at, fault.message, fault.remedy)
        if (first_day.year, first_day.month) > (horizon.end.year, horizon.end.month):
            message = f"{first_day} lies after the horizon, which ends with {horizon.end:%Y-%m}"
            remedy = "Use an earlier day, or remove this value, which changes nothing."
            yield parts.problem((*place, "from"), message, remedy)


def _baseline_problems(parts: Parts) -> Iterator[Problem]:
    """Check that the baseline is an option."""
    names = _option_names(parts)
    if not names:
        if parts.written(("options",)) == {}:
            remedy = "Write one, or remove this key to have the enacted law alone."
            yield parts.problem(("options",), "there is no option here", remedy)
        return
    if parts.written(("baseline",)) is None:
        if ENACTED_LAW not in names:
            remedy = f"Add it: the option that all others are compared with, {listed(names)}."
            yield parts.problem(("baseline",), "this key is missing", remedy)
        return
    baseline = parts.get(("baseline",), str)
    if baseline is not None and baseline not in names:
        remedy = did_you_mean(baseline, names, otherwise=f"Use {listed(names)}.")
        yield parts.problem(("baseline",), f"there is no option {baseline}", remedy)


def _option_names(parts: Parts) -> list[str]:
    """Return the options; without any, the enacted law is the only one."""
    return [ENACTED_LAW] if parts.written(("options",)) is None else parts.keys(("options",))


def _budget_problems(parts: Parts) -> Iterator[Problem]:
    """Check that budgets are for instruments or groups of them."""
    instruments = [instrument.id for instrument in INSTRUMENTS]
    groups = dict.fromkeys(instrument.partition(".")[0] for instrument in instruments)
    known = [*groups, *instruments]
    for name in parts.keys(("budgets",)):
        if name not in known:
            remedy = did_you_mean(name, known, otherwise=f"Use {listed(known)}.")
            message = "there is no such instrument or group of instruments"
            yield parts.problem(("budgets", name), message, remedy)


def _floor_problems(parts: Parts, book: StatuteBook) -> Iterator[Problem]:
    """Refuse a floor of the ledger above a threshold: cases between the two would be lost."""
    horizon, law = parts.get(("horizon",), Horizon), parts.get(("law",), LawState)
    if horizon is None or law is None or not parts.keys(_FLOOR[:-1]):
        return
    floor = (
        Illness.model_fields["floor"].default
        if parts.written(_FLOOR) is None
        else parts.get(_FLOOR, FixedPositive)
    )
    enacted = book.as_of(law.as_of)
    lowest = min(
        (
            (_lowest_threshold(enacted, overrides, horizon), option)
            for option in _option_names(parts)
            if (overrides := _threshold_overrides(parts, option, book, horizon)) is not None
        ),
        default=None,
    )
    if floor is not None and lowest is not None and floor > lowest[0]:
        threshold, option = lowest
        message = f"the floor {floor:,.0f} lies above the threshold of {option} ({threshold:,.0f})"
        remedy = f"Use at most {threshold:.0f}, or the cases between the two are lost."
        yield parts.problem(_FLOOR, message, remedy)


def _threshold_overrides(
    parts: Parts, option: str, book: StatuteBook, horizon: Horizon
) -> list[tuple[date, float]] | None:
    """Return the thresholds that an option sets; None if they are wrong by themselves."""
    path = ("options", option, "law", _THRESHOLD)
    if parts.written(path) is None:
        return []
    overrides = parts.get(path, Overrides) or ()
    new_year = horizon.start.replace(month=1)
    pairs = [(override.first_day or new_year, override.value) for override in overrides]
    parameter = book.parameters[_THRESHOLD]
    wrong = any(parameter.objections(first_day, value) for first_day, value in pairs)
    return None if wrong or not pairs else pairs


def _lowest_threshold(enacted: Law, overrides: list[tuple[date, float]], horizon: Horizon) -> float:
    """Return the lowest threshold in any year of the horizon."""
    law = enacted.override({_THRESHOLD: overrides}) if overrides else enacted
    days = [date(year, 1, 1) for year in horizon.years]
    return min(
        (law.value(_THRESHOLD, day) for day in days if law.in_force(_THRESHOLD, day)),
        default=math.inf,
    )
