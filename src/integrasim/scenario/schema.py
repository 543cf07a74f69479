"""The scenario: everything that a run depends on."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, PrivateAttr, model_validator

from integrasim.documents.validation import invalid
from integrasim.documents.wording import did_you_mean, listed
from integrasim.documents.yaml import write_document
from integrasim.law.instruments import PROGRAMMES
from integrasim.region import (
    MonthlySeries,
    Region,
    load_dated_places,
    load_history,
    load_region,
    load_site_shares,
)
from integrasim.region import Places as PlacesByMunicipality
from integrasim.region.tables import TableFile
from integrasim.scenario.channels import CHANNELS, channel_processes
from integrasim.scenario.dates import Day, Month
from integrasim.scenario.dependence import Correlation
from integrasim.scenario.entry import Entry
from integrasim.scenario.options import Option
from integrasim.scenario.processes import Bootstrap
from integrasim.scenario.quantities import Bounds, Budget
from integrasim.scenario.texts import Identifier, Text, Words
from integrasim.scenario.world import World

__all__ = [
    "ALL_PROGRAMMES",
    "ENACTED_LAW",
    "KEY_SPREAD",
    "MOST_DRAWS",
    "PACKAGED_REGIONS",
    "PLACES_KEY",
    "REGION_KEY",
    "SEEDS",
    "SITES_SPREAD",
    "Dependence",
    "Horizon",
    "LawState",
    "Programmes",
    "RegionSource",
    "RegionTable",
    "Scenario",
    "series_key",
    "settled_programmes",
]

MOST_DRAWS = 10_000_000
"""Largest number of draws of a run."""
SEEDS = 2**63
"""Number of seeds: they are below it."""
PACKAGED_REGIONS = ("nrw", "toy")
KEY_SPREAD = "key"
SITES_SPREAD = "sites"
ENACTED_LAW = "enacted_law"
ALL_PROGRAMMES = "all"
"""Stands for every programme of the law."""
REGION_KEY = "region"
PLACES_KEY = "world.reception.places_by_municipality"
_WORLD = "world."


def series_key(channel: str) -> str:
    """
    Return the key under which a channel's process names the series that it draws on.

    Parameters
    ----------
    channel
        Name of the channel.

    Examples
    --------
    >>> series_key("resettlement")
    'world.other_arrivals.resettlement.series'
    """
    return f"{_WORLD}{CHANNELS[channel]}.series"


class Horizon(Entry):
    """
    The months that are simulated.

    Examples
    --------
    >>> horizon = Horizon.model_validate({"start": "2025-11", "end": "2026-01"})
    >>> [f"{month:%Y-%m}" for month in horizon.months], horizon.years
    (['2025-11', '2025-12', '2026-01'], (2025, 2026))
    """

    start: Month
    """the first month, such as 2025-01"""
    end: Month
    """the last month, such as 2029-12"""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.end < self.start:
            message = f"the end {self.end:%Y-%m} lies before the start {self.start:%Y-%m}"
            raise invalid(message, "Let the end be the start or later.", at=("end",))
        return self

    @property
    def months(self) -> tuple[date, ...]:
        """The first day of each month."""
        first = self.start.year * 12 + self.start.month - 1
        last = self.end.year * 12 + self.end.month - 1
        return tuple(date(month // 12, month % 12 + 1, 1) for month in range(first, last + 1))

    @property
    def years(self) -> tuple[int, ...]:
        """The calendar years, also those that are only partly simulated."""
        return tuple(range(self.start.year, self.end.year + 1))


class RegionSource(Entry):
    """The table of municipalities."""

    table: Words
    """nrw, toy, or the path of a CSV table of municipalities"""
    municipality_type: Mapping[str, Literal["kreisfrei", "kreisangehörig"]] = {}
    """by AGS, kreisfrei or kreisangehörig, where it shall differ from the table"""


def _as_table(value: object) -> object:
    """Take a name or a path alone as a table without changes."""
    return value if isinstance(value, dict | RegionSource) else {"table": value}


RegionTable = Annotated[RegionSource, BeforeValidator(_as_table)]
"""A table of municipalities, written as its name or path alone or as a map."""


def _as_names(value: object) -> object:
    """Take a name alone as a list of one."""
    return [value] if isinstance(value, str) else value


def _two_numbers(paths: tuple[str, ...]) -> tuple[str, ...]:
    """Refuse anything but two different numbers."""
    pair = 2
    if len(paths) != pair:
        raise invalid(f"two paths belong here, not {len(paths)}", "Name two numbers.")
    if paths[0] == paths[1]:
        raise invalid("a number cannot depend on itself", "Name two different numbers.", at=(1,))
    return paths


class Dependence(Entry):
    """Rank correlation between two uncertain numbers, or between the shocks of two processes."""

    between: Annotated[tuple[str, ...], Field(strict=False), AfterValidator(_two_numbers)]
    """two paths of distributions, such as [world.illness.mean_cost, world.costs.inflation], or of
    processes, such as [world.arrivals, world.other_arrivals.temporary_protection]"""
    rank_correlation: Annotated[float, Bounds(-1, 1)]
    """Spearman's rank correlation, from -1 to 1"""


def _known_programmes(names: tuple[str, ...]) -> tuple[str, ...]:
    """Refuse programmes that do not exist, and none or one twice."""
    known = (ALL_PROGRAMMES, *PROGRAMMES)
    for index, name in enumerate(names):
        if name not in known:
            remedy = did_you_mean(name, known, otherwise=f"Use {listed(known)}.")
            raise invalid(f"there is no programme {name}", remedy, at=(index,))
        if name in names[:index]:
            raise invalid(f"{name} is listed already", "Keep one of the two.", at=(index,))
    if not names:
        raise invalid("no programme is given", f"Use {listed(known)}.")
    if ALL_PROGRAMMES in names and len(names) > 1:
        raise invalid("all includes every other programme", "Write all alone.")
    return names


Programmes = Annotated[
    tuple[str, ...],
    Field(strict=False),
    BeforeValidator(_as_names),
    AfterValidator(_known_programmes),
]
"""Names of programmes of the law, or `all`."""


def settled_programmes(names: Iterable[str]) -> tuple[str, ...]:
    """
    Return the programmes to settle, in the order of the result.

    Parameters
    ----------
    names
        Names of programmes, or `all` alone.

    Examples
    --------
    >>> settled_programmes(["kim", "fluag"])
    ('fluag', 'kim')
    """
    known = tuple(names)
    return tuple(name for name in PROGRAMMES if name in known or ALL_PROGRAMMES in known)


class LawState(Entry):
    """
    Which law applies.

    Examples
    --------
    >>> LawState.model_validate({"as_of": "2025-01-01"}).settled_programmes
    ('fluag',)
    """

    as_of: Day
    """the day up to which enacted acts count, such as 2025-01-01"""
    programmes: Programmes = ("fluag",)
    """a list of the programmes to settle, such as [fluag, kim], or all"""

    @property
    def settled_programmes(self) -> tuple[str, ...]:
        """Names of the programmes to settle, in the order of the result."""
        return settled_programmes(self.programmes)


class Scenario(Entry):
    """
    A checked scenario; `load_scenario` makes one from a file.

    Examples
    --------
    >>> "world" in Scenario.model_fields
    True
    """

    schema_: Literal["integrasim/1"] = Field(alias="schema")
    """integrasim/1"""
    title: Text
    """what the scenario is called {de: …, en: …}"""
    purpose: Text
    """which question it answers {de: …, en: …}"""
    author: Words
    """who answers for it"""
    horizon: Horizon
    """the months that are simulated {start: 2025-01, end: 2029-12}"""
    draws: Annotated[int, Field(ge=1, le=MOST_DRAWS)]
    """number of equally likely futures, 1 to 10000000"""
    seed: Annotated[int, Field(ge=0, lt=SEEDS)]
    """seed of the random numbers, at least 0"""
    region: RegionTable = RegionSource(table="nrw")
    """nrw, toy, the path of a CSV table of municipalities, or {table: …, municipality_type: …}"""
    world: World
    """what is assumed about the world"""
    dependence: Annotated[tuple[Dependence, ...], Field(strict=False)] = ()
    """a list of {between: [path, path], rank_correlation: …}"""
    law: LawState
    """the law that applies {as_of: 2025-01-01}"""
    options: Mapping[Identifier, Option] = {
        ENACTED_LAW: Option(label=Text(de="Geltendes Recht", en="Enacted law"))
    }
    """the options to compare, each by a simple name; without any, the law as it stands"""
    baseline: str = ENACTED_LAW
    """the option that all others are compared with"""
    budgets: Mapping[str, Budget] = {}
    """EUR per year for an instrument such as fluag.illness or a programme such as fluag, or
    {2025: …, 2026: …} for the years that have a budget"""

    _files: tuple[str, ...] = PrivateAttr(default=())
    _tables: dict[str, TableFile] = PrivateAttr(default_factory=dict)
    _fingerprints: dict[str, str] = PrivateAttr(default_factory=dict)

    def located(self, *, files: tuple[str, ...], tables: Mapping[str, Path]) -> Self:
        """
        Return the scenario with a note of where it came from, and the tables that it names.

        The tables are read here once and belong to the scenario from now on, wherever it goes.

        Parameters
        ----------
        files
            The scenario file and the files that it extends, in this order.
        tables
            Absolute paths of the CSV tables it names, by the key that names them.
        """
        located = self.model_copy()
        located._files = files  # noqa: SLF001 (the same class)
        read = {key: TableFile(path, path.read_bytes()) for key, path in tables.items()}
        located._tables = read  # noqa: SLF001
        contents = {Path(file): Path(file).read_bytes() for file in files}
        contents |= {table.path: table.content for table in read.values()}
        located._fingerprints = {  # noqa: SLF001
            path.name: sha256(content).hexdigest() for path, content in contents.items()
        }
        return located

    @property
    def files(self) -> tuple[str, ...]:
        """The scenario file, the files that it extends, and the tables that it names."""
        return (*self._files, *map(str, self._tables.values()))

    @property
    def fingerprints(self) -> dict[str, str]:
        """Name and SHA-256 of each of these files as they were when they were loaded."""
        return dict(self._fingerprints)

    @property
    def moved_from(self) -> date | None:
        """The month whose persons and prices the horizon starts with, if it is another one."""
        starts_in = self.world.starts_in
        return None if starts_in in {None, self.horizon.start} else starts_in

    @property
    def source_text(self) -> str:
        """
        The scenario as one YAML text, in the order of the schema and without ``extends``.

        The same settings give the same text; loading it gives the same scenario, but for paths
        of tables, which stay as they were written.
        """
        return write_document(
            _tidy(self.model_dump(mode="json", by_alias=True, exclude_unset=True))
        )

    @property
    def sha256(self) -> str:
        """SHA-256 of `source_text` in UTF-8, as 64 hexadecimal digits."""
        return sha256(self.source_text.encode("utf-8")).hexdigest()

    def correlations(self) -> list[Correlation]:
        """
        Return the rank correlations between numbers of the world.

        Returns
        -------
        list of (str, str, float)
            Two paths as `World.numbers` has them, and their rank correlation.
        """
        return [each for each in self._all_correlations() if each[0] not in CHANNELS.values()]

    def arrival_correlations(self) -> list[Correlation]:
        """
        Return the rank correlations between the shocks of channels of arrival.

        Returns
        -------
        list of (str, str, float)
            Two paths as `CHANNELS` has them, and their rank correlation.
        """
        return [each for each in self._all_correlations() if each[0] in CHANNELS.values()]

    def _all_correlations(self) -> Iterator[Correlation]:
        """Yield the pairs of the file, as paths within the world."""
        for each in self.dependence:
            left, right = (path.removeprefix(_WORLD) for path in each.between)
            yield left, right, each.rank_correlation

    def load_histories(self) -> dict[str, MonthlySeries]:
        """
        Load the observed months that channels of arrival draw on.

        Returns
        -------
        dict
            Name of the channel → observed months, where its process draws on any.

        Raises
        ------
        InputError
            With all that is wrong with a table.
        """
        return {
            name: load_history(self._tables.get(series_key(name), process.series))
            for name, process in channel_processes(self.world).items()
            if isinstance(process, Bootstrap)
        }

    def load_region(self) -> Region:
        """
        Load the municipalities.

        Raises
        ------
        InputError
            With all that is wrong with the table.
        """
        source = self.region
        table = self._tables.get(REGION_KEY, source.table)
        return load_region(table, municipality_type=source.municipality_type)

    def own_places(self, region: Region) -> PlacesByMunicipality | None:
        """
        Load the user's table of planned places.

        Parameters
        ----------
        region
            The municipalities, from `load_region`.

        Returns
        -------
        Places or None
            ``reception_centre`` and ``other_facility``, (month, municipality) places each; None
            where there is no such table, and the places of the Land are spread.

        Raises
        ------
        InputError
            With all that is wrong with the table.
        """
        written = self.world.reception.places_by_municipality
        if written in (KEY_SPREAD, SITES_SPREAD):
            return None
        path = self._tables.get(PLACES_KEY, Path(written))
        return load_dated_places(path, region, self.horizon.months)

    def site_shares(self, region: Region) -> PlacesByMunicipality | None:
        """
        Load how the places of the Land are spread over the sites of its facilities.

        Parameters
        ----------
        region
            The municipalities, from `load_region`.

        Returns
        -------
        Places or None
            Shares (municipality,) by type; None unless the scenario asks for ``sites``.

        Raises
        ------
        InputError
            If the region does not have the municipalities of the sites.
        """
        is_asked = self.world.reception.places_by_municipality == SITES_SPREAD
        return load_site_shares(region) if is_asked else None


def _tidy(value: Any) -> Any:  # noqa: ANN401 (any part of a document)
    """Write whole numbers without a point, as a person would."""
    if isinstance(value, dict):
        return {key: _tidy(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_tidy(each) for each in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < 2.0**53:
        return int(value)
    return value
