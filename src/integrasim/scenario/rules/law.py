"""Rules about options and budgets, which name parameters and instruments of the law."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from integrasim.documents.wording import did_you_mean, listed
from integrasim.law.instruments import INSTRUMENTS, PROGRAMMES, of_programmes
from integrasim.law.settlement import parameters_read
from integrasim.scenario.options import Overrides
from integrasim.scenario.quantities import Budget
from integrasim.scenario.rules.floor import floor_problems
from integrasim.scenario.schema import ENACTED_LAW, Horizon, LawState
from integrasim.statutes import load_statute_book

if TYPE_CHECKING:
    from collections.abc import Iterator

    from integrasim.documents.problems import Problem
    from integrasim.documents.yaml import Path
    from integrasim.law.parameters import Law, StatuteBook
    from integrasim.scenario.options import Override
    from integrasim.scenario.rules.parts import Parts

__all__ = ["law_problems"]

_KEY: Final = ("fluag.key_population_weight", "fluag.key_cap")
_INTEGRATION_WEIGHTS: Final = ("awov.key_population_weight", "awov.key_area_weight")
_ROUNDING: Final = 1e-9


def law_problems(parts: Parts) -> Iterator[Problem]:
    """
    Yield what is wrong with the years of the law, options, baseline and budgets.

    Parameters
    ----------
    parts
        The parts of the file.
    """
    book = load_statute_book()
    horizon = parts.get(("horizon",), Horizon)
    law = _enacted(parts, book)
    yield from _key_problems(parts, book, horizon)
    for option in parts.keys(("options",)):
        for name in parts.keys(("options", option, "law")):
            path = ("options", option, "law", name)
            if name in book.parameters:
                yield from _override_problems(parts, path, law, horizon)
            else:
                otherwise = f"Use one of {', '.join(book.parameters)}."
                remedy = did_you_mean(name, book.parameters, otherwise=otherwise)
                yield parts.problem(path, "the law has no such parameter", remedy)
    yield from _baseline_problems(parts)
    yield from _budget_problems(parts)
    yield from _budget_year_problems(parts, horizon)
    yield from _weight_problems(parts, book, horizon)
    yield from _idle_problems(parts, book)
    yield from floor_problems(parts, book, _option_names(parts))


def _enacted(parts: Parts, book: StatuteBook) -> Law:
    """Return the law that the options change; that of all acts if the day is wrong."""
    state: LawState | None = parts.get(("law",), LawState)
    return book.as_of(date.max if state is None else state.as_of)


def _key_problems(parts: Parts, book: StatuteBook, horizon: Horizon | None) -> Iterator[Problem]:
    """Refuse years without an allocation key: nobody could be sent anywhere."""
    state = parts.get(("law",), LawState)
    if horizon is None or state is None:
        return
    law = book.as_of(state.as_of)

    def has_key(year: int) -> bool:
        return all(law.in_force(name, date(year, 1, 1)) for name in _KEY)

    lacking = [year for year in horizon.years if not has_key(year)]
    if not lacking:
        return
    names = f"{' and '.join(_KEY)}, which say who is sent where,"
    possible = next((year for year in range(lacking[-1], date.max.year) if has_key(year)), None)
    if possible is None:
        enacted = max(min(each.enacted for each in book.parameters[name].values) for name in _KEY)
        message = f"{names} were not enacted by {state.as_of}"
        yield parts.problem(("law", "as_of"), message, f"Use {enacted} or a later day.")
    else:
        message = f"{names} are not in force on {lacking[0]}-01-01"
        remedy = f"Use {possible}-01 or a later month."
        yield parts.problem(("horizon", "start"), message, remedy)


def _override_problems(
    parts: Parts, path: Path, law: Law, horizon: Horizon | None
) -> Iterator[Problem]:
    """Check the values that an option gives to a parameter."""
    overrides = parts.get(path, Overrides)
    if overrides is None:
        return
    yield from _doubled_problems(parts, path, overrides, horizon)
    if horizon is None:
        return
    is_list = isinstance(parts.written(path), list)
    places = [(*path, index) if is_list else path for index in range(len(overrides))]
    stated = [(override.begins(horizon.start), override.stated) for override in overrides]
    for index, fault in law.objections(str(path[-1]), stated):
        is_map = isinstance(parts.written(places[index]), dict)
        at = (*places[index], *fault.path) if is_map else places[index]
        yield parts.problem(at, fault.message, fault.remedy)
    for place, override in zip(places, overrides, strict=True):
        first_day = override.begins(horizon.start)
        if (first_day.year, first_day.month) > (horizon.end.year, horizon.end.month):
            message = f"{first_day} lies after the horizon, which ends with {horizon.end:%Y-%m}"
            remedy = "Use an earlier day, or remove this value, which changes nothing."
            yield parts.problem((*place, "from"), message, remedy)
        elif override.indexed_by is not None:
            last_day = _last_day(override, overrides, horizon)
            yield from _index_problems(parts, place, override, horizon, last_day)


def _last_day(override: Override, overrides: tuple[Override, ...], horizon: Horizon) -> date:
    """Return the last day on which what an override says makes a difference."""
    first_day = override.begins(horizon.start)
    last_day = horizon.end
    for other in overrides:
        following = other.begins(horizon.start)
        if first_day < following <= last_day:
            # Without a value of its own, the next one carries on what has grown up to its day.
            last_day = following if other.value is None else following - timedelta(days=1)
    return last_day


def _index_problems(
    parts: Parts, place: Path, override: Override, horizon: Horizon, last_day: date
) -> Iterator[Problem]:
    """Refuse an index that is not known when it begins, or that never moves anything."""
    first_day, first_year = override.begins(horizon.start), horizon.start.year
    if isinstance(override.indexed_by, str) and first_day.year < first_year:
        message = f"{override.indexed_by} is not known before {first_year}, when the horizon starts"
        remedy = f"Use {first_year}-01-01 or a later day, or a yearly growth such as 0.02."
        yield parts.problem((*place, "from"), message, remedy)
    elif last_day.year <= first_day.year:
        message = "this has no effect: the value ends before the 1 January after it begins"
        remedy = "Remove it, or begin in an earlier year."
        yield parts.problem((*place, "indexed_by"), message, remedy)


def _doubled_problems(
    parts: Parts, path: Path, overrides: tuple[Override, ...], horizon: Horizon | None
) -> Iterator[Problem]:
    """Refuse two values for one day, be it written or that of the horizon."""
    first: dict[date | None, Override] = {}
    for index, override in enumerate(overrides):
        day = override.first_day if horizon is None else override.begins(horizon.start)
        above = first.setdefault(day, override)
        if above is override:
            continue
        if override.first_day is not None:
            message = f"a value from {day} is given already"
            message += ", the one without a day" if above.first_day is None else ""
        elif above.first_day is None:
            message = "a value without a day is given already"
        else:
            message = f"without a day, a value holds from {day}, for which one is given already"
        yield parts.problem((*path, index), message, "Keep one of the two.")


def _weight_problems(parts: Parts, book: StatuteBook, horizon: Horizon | None) -> Iterator[Problem]:
    """Refuse weights of the integration key that leave less than nothing for the labour market."""
    state = parts.get(("law",), LawState)
    if state is None or horizon is None:
        return
    enacted = book.as_of(state.as_of)
    for option in parts.keys(("options",)):
        path = ("options", option, "law")
        given = {
            name: parts.get((*path, name), Overrides)
            for name in _INTEGRATION_WEIGHTS
            if parts.written((*path, name)) is not None
        }
        if not given or None in given.values():
            continue
        changes = {
            name: [(each.begins(horizon.start), each.stated) for each in overrides or ()]
            for name, overrides in given.items()
        }
        try:
            law = enacted.override(changes)
        except ValueError:
            continue  # each value by itself is reported already
        for month in horizon.months:
            total = sum(law.value(name, month) for name in _INTEGRATION_WEIGHTS)
            if total > 1.0 + _ROUNDING:
                message = f"the weights of population and area come to {total:.6g} in {month:%Y-%m}"
                remedy = "Let them sum to 1 at most; the labour market has the rest."
                yield parts.problem((*path, next(iter(given))), message, remedy)
                break


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
    """Check that budgets are for programmes, or instruments of these, that are settled."""
    known = [*PROGRAMMES, *(instrument.id for instrument in INSTRUMENTS)]
    state = parts.get(("law",), LawState)
    for name in parts.keys(("budgets",)):
        programme = name.partition(".")[0]
        if name not in known:
            remedy = did_you_mean(name, known, otherwise=f"Use {listed(known)}.")
            message = "there is no such programme or instrument"
            yield parts.problem(("budgets", name), message, remedy)
        elif state is not None and programme not in state.settled_programmes:
            message = f"the programme {programme} is not settled"
            remedy = f"Add {programme} to law.programmes, or remove this budget."
            yield parts.problem(("budgets", name), message, remedy)


def _budget_year_problems(parts: Parts, horizon: Horizon | None) -> Iterator[Problem]:
    """Check that the years that have a budget are simulated."""
    if horizon is None:
        return
    years = [str(year) for year in horizon.years]
    for name in parts.keys(("budgets",)):
        path = ("budgets", name)
        if not isinstance(parts.get(path, Budget), dict):
            continue
        for year in parts.keys(path):
            if year not in years:
                message = (
                    f"{year} lies outside the horizon, {horizon.start:%Y-%m} to {horizon.end:%Y-%m}"
                )
                remedy = f"Use {listed(years)}, or remove this budget."
                yield parts.problem((*path, year), message, remedy)


def _idle_problems(parts: Parts, book: StatuteBook) -> Iterator[Problem]:
    """Refuse values of options that nothing reads which the scenario settles."""
    state = parts.get(("law",), LawState)
    if state is None:
        return
    settled = of_programmes(*state.settled_programmes)
    read = set(parameters_read(settled))
    for option in parts.keys(("options",)):
        for name in parts.keys(("options", option, "law")):
            if name not in book.parameters or book.parameters[name].placement or name in read:
                continue
            readers = [each.programme for each in INSTRUMENTS if name in each.parameters]
            readers.sort(key=lambda programme: programme != name.partition(".")[0])
            message = "no programme that is settled reads this parameter"
            remedy = f"Add {listed(dict.fromkeys(readers))} to law.programmes, or remove it."
            yield parts.problem(("options", option, "law", name), message, remedy)
