"""Rules about the CSV tables that a scenario names: they must be there, and right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from integrasim.documents.problems import InputError
from integrasim.documents.wording import no_file
from integrasim.region import (
    load_dated_places,
    load_history,
    load_region,
    load_site_shares,
    packaged_histories,
)
from integrasim.scenario.channels import CHANNELS
from integrasim.scenario.processes import Bootstrap, Process
from integrasim.scenario.schema import (
    KEY_SPREAD,
    PACKAGED_REGIONS,
    PLACES_KEY,
    REGION_KEY,
    SITES_SPREAD,
    RegionTable,
    series_key,
)
from integrasim.scenario.texts import Words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path as FilePath

    from integrasim.documents.problems import Problem
    from integrasim.documents.yaml import Path
    from integrasim.region import Region
    from integrasim.scenario.rules.parts import Parts

__all__ = ["named_tables", "table_problems"]

_PLACES = tuple(PLACES_KEY.split("."))
_SPREADS = (KEY_SPREAD, SITES_SPREAD)


def named_tables(parts: Parts) -> dict[str, FilePath]:
    """
    Return the tables that a scenario names, by the key that names them.

    Parameters
    ----------
    parts
        The parts of the file.

    Returns
    -------
    dict
        Paths relative to the file in which the name stands; packaged tables are left out.
    """
    tables = {}
    source = parts.get((REGION_KEY,), RegionTable)
    if source is not None and source.table not in PACKAGED_REGIONS:
        tables[REGION_KEY] = parts.beside(_region_path(parts), source.table)
    places = parts.get(_PLACES, Words)
    if places is not None and places not in _SPREADS:
        tables[PLACES_KEY] = parts.beside(_PLACES, places)
    for channel, dotted in CHANNELS.items():
        process = parts.get(("world", *dotted.split(".")), Process)
        if isinstance(process, Bootstrap) and process.series not in packaged_histories():
            key = series_key(channel)
            tables[key] = parts.beside(tuple(key.split(".")), process.series)
    return tables


def table_problems(parts: Parts) -> Iterator[Problem]:
    """
    Yield what is wrong with the tables of municipalities, of planned places and of arrivals.

    Parameters
    ----------
    parts
        The parts of the file.
    """
    tables = named_tables(parts)
    region: Region | None = None
    try:
        region = _region(parts, tables.get(REGION_KEY))
    except InputError as error:
        yield from (_in_scenario(parts, problem) for problem in error.problems)
    if region is not None and parts.get(_PLACES, Words) == SITES_SPREAD:
        yield from _site_problems(parts, region)
    yield from _places_problems(parts, tables.get(PLACES_KEY), region)
    for key in map(series_key, CHANNELS):
        yield from _series_problems(parts, key, tables.get(key))


def _places_problems(
    parts: Parts, file: FilePath | None, region: Region | None
) -> Iterator[Problem]:
    """Check a table of planned places; against no region if that is wrong by itself."""
    if file is None:
        return
    if not file.is_file():
        yield _no_file(parts, _PLACES, file, _SPREADS)
    elif region is not None:
        try:
            load_dated_places(file, region, ())
        except InputError as error:
            yield from error.problems


def _site_problems(parts: Parts, region: Region) -> Iterator[Problem]:
    """Refuse to spread places over sites of another Land."""
    try:
        load_site_shares(region)
    except InputError:
        message = f'region "{region.name}" does not have the sites of North Rhine-Westphalia'
        yield parts.problem(_PLACES, message, "Write key, or name a CSV table.")


def _series_problems(parts: Parts, key: str, file: FilePath | None) -> Iterator[Problem]:
    """Check a table of observed months."""
    if file is None:
        return
    if not file.is_file():
        yield _no_file(parts, tuple(key.split(".")), file, packaged_histories())
        return
    try:
        load_history(file)
    except InputError as error:
        yield from error.problems


def _region(parts: Parts, file: FilePath | None) -> Region | None:
    """Load the municipalities; None if what is written about them is wrong by itself."""
    if parts.written((REGION_KEY,)) is None:
        return load_region()
    source = parts.get((REGION_KEY,), RegionTable)
    if source is None:
        return None
    if file is not None and not file.is_file():
        raise InputError([_no_file(parts, _region_path(parts), file, PACKAGED_REGIONS)])
    table = source.table if file is None else file
    return load_region(table, municipality_type=source.municipality_type)


def _region_path(parts: Parts) -> Path:
    """Return where the name of the table of municipalities stands."""
    is_map = isinstance(parts.written((REGION_KEY,)), dict)
    return (REGION_KEY, "table") if is_map else (REGION_KEY,)


def _no_file(parts: Parts, path: Path, file: FilePath, words: tuple[str, ...]) -> Problem:
    """Say that a table is not there, and offer what may have been meant."""
    otherwise = f"Name a CSV table, or write {' or '.join(words)}."
    return parts.problem(path, *no_file(file, words, otherwise=otherwise))


def _in_scenario(parts: Parts, problem: Problem) -> Problem:
    """Move a problem with a stated type of municipality to where it is stated."""
    argument, _, ags = problem.key.partition(".")
    path = (REGION_KEY, argument, ags)
    if parts.written(path) is None:
        return problem
    return parts.problem(path, problem.message, problem.remedy)
