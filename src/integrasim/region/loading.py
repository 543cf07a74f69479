"""Loading a region from the packaged tables or from a user's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from integrasim.documents.yaml import Position
from integrasim.region.cells import (
    parse_ags,
    parse_area,
    parse_kreis_ags,
    parse_measure,
    parse_name,
    parse_population,
    parse_type,
    parse_yes_or_no,
)
from integrasim.region.municipalities import KREISANGEHOERIG, KREISFREI, Region
from integrasim.region.packaged import packaged_file
from integrasim.region.tables import read_table, table_source

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from integrasim.documents.problems import Problem
    from integrasim.region.tables import Table, TableFile

__all__ = ["load_region"]

_TEXTS: Final[Mapping[str, Callable[[str], str]]] = {
    "ags": parse_ags,
    "name": parse_name,
    "type": parse_type,
    "kreis_ags": parse_kreis_ags,
    "kreis_name": parse_name,
}
_FIGURES: Final[Mapping[str, Callable[[str], float]]] = {
    "population": parse_population,
    "area_km2": parse_area,
}

_MEASURES: Final[Mapping[str, Callable[[str], float | bool]]] = {
    "labour_market": parse_measure,
    "rent_capped": parse_yes_or_no,
    "eu_recipients": parse_yes_or_no,
}
"""Columns of the integration key (§ 4 AWoV), which a table may have."""

# The packaged table of NRW has these besides, so a copy of it is a valid table.
_INFORMATION: Final = (
    "regierungsbezirk",
    "population_zensus2022",
    "population_2021",
    "population_2017",
    "lon",
    "lat",
)

_PACKAGED: Final = {"nrw": "municipalities_nrw.csv", "toy": "toy.csv"}
_RENT_CAPPED: Final = {"nrw": "rent_cap_nrw.csv"}

# Aachen is kreisangehörig in the register, but has the status of a kreisfreie Stadt within the
# Städteregion (Aachen-Gesetz); which lump sum it earns is a choice, stated here.
_STATED_TYPES: Final[Mapping[str, Mapping[str, str]]] = {"nrw": {"05334002": KREISFREI}}


def load_region(
    source: str | Path | TableFile = "nrw",
    *,
    municipality_type: Mapping[str, str] | None = None,
) -> Region:
    """
    Load a region from a table of municipalities.

    Parameters
    ----------
    source
        ``"nrw"`` for the 396 municipalities of North Rhine-Westphalia, ``"toy"`` for a Land of
        four with round numbers, or the path of a CSV table (or one read before) with the columns
        ``ags``, ``name``, ``type``, ``kreis_ags``, ``kreis_name``, ``population`` (persons) and
        ``area_km2``, in any order. It may also have the columns of the integration key (§ 4 AWoV):
        ``labour_market`` (a number above 0, more for fewer unemployed), ``rent_capped`` and
        ``eu_recipients`` (yes or no). The further columns of the packaged table are allowed and
        not looked at.
    municipality_type
        By AGS, ``"kreisfrei"`` or ``"kreisangehörig"``: the class that earns the lump sum, where
        it shall differ from the table's. In ``"nrw"``, Aachen (05334002) is kreisfrei unless this
        says otherwise. `Region.kreis_count` goes by the table and stays as it is.

    Returns
    -------
    Region
        The municipalities in ascending order of their AGS, whatever the order of the rows.

    Raises
    ------
    InputError
        With all that is wrong at once. Problems of the table have its file, line and column;
        problems of `municipality_type` have the file ``<argument>`` and the key
        ``municipality_type.<AGS>``.

    Notes
    -----
    Population and area of ``"nrw"``: Gemeindeverzeichnis, as of 31.12.2023,
    © Statistisches Bundesamt (Destatis), 2024.

    Examples
    --------
    >>> nrw = load_region("nrw")
    >>> f"{nrw.population.sum():,.0f} persons on {nrw.area_km2.sum():,.2f} km²"
    '18,190,422 persons on 34,112.56 km²'
    >>> aachen = nrw.ags.tolist().index("05334002")
    >>> print(nrw.municipality_type[aachen], nrw.kreis_count)
    kreisfrei 31
    >>> nrw = load_region("nrw", municipality_type={"05334002": "kreisangehörig"})
    >>> print(nrw.municipality_type[aachen], nrw.kreis_count)
    kreisangehörig 31
    """
    packaged = source if isinstance(source, str) and source in _PACKAGED else None
    table = read_table(
        packaged_file(_PACKAGED[packaged]) if packaged else table_source(source),
        required=(*_TEXTS, *_FIGURES),
        optional=tuple(_MEASURES),
        ignored=_INFORMATION,
        if_missing='Check the path, or name a packaged region: "nrw" or "toy".',
    )
    texts = {key: table.parse(key, parser) for key, parser in _TEXTS.items()}
    figures = {key: table.parse(key, parser) for key, parser in _FIGURES.items()}
    measures = {
        key: table.parse(key, parser) for key, parser in _MEASURES.items() if key in table.columns
    }
    table.forbid_doubled("ags", texts["ags"])
    _check_kreise(table, texts)
    chosen = dict(municipality_type or {})
    # Whether an AGS is unknown can be said only of a table that was read completely.
    known = chosen if table.problems else texts["ags"]
    table.problems.extend(_choice_problems(chosen, known))
    table.finish()
    stated = _STATED_TYPES.get(packaged, {}) if packaged else {}
    if packaged in _RENT_CAPPED:
        listed = set(
            read_table(packaged_file(_RENT_CAPPED[packaged]), required=("ags", "name")).parse(
                "ags", parse_ags
            )
        )
        measures["rent_capped"] = [ags in listed for ags in texts["ags"]]
    columns: dict[str, Sequence[object]] = {**texts, **figures, **measures}
    return _region(packaged or table_source(source).stem, columns, {**stated, **chosen})


def _check_kreise(table: Table, texts: Mapping[str, Sequence[str | None]]) -> None:
    """Note a Kreis that is not the municipality's own, and a Kreis with two names."""
    first: dict[str, int] = {}
    for row, (ags, kreis) in enumerate(zip(texts["ags"], texts["kreis_ags"], strict=True)):
        if kreis is None:
            continue
        if ags is not None and not ags.startswith(kreis):
            message = f"{kreis} is not the Kreis of {ags}"
            table.complain("kreis_ags", row, message, f"Write {ags[:5]}, or mend the AGS.")
        name, above = texts["kreis_name"][row], texts["kreis_name"][first.setdefault(kreis, row)]
        if name is not None and above is not None and name != above:
            message = f'Kreis {kreis} is called "{name}" here and "{above}" above'
            table.complain("kreis_name", row, message, "Call it by one name.")


def _choice_problems(chosen: Mapping[str, str], known: Collection[str | None]) -> Iterator[Problem]:
    """Say which choices name no municipality, or no type."""
    argument = Position("<argument>", 1, 1)
    for key, value in chosen.items():
        if key not in known:
            message, remedy = f"the table has no municipality {key}", "Use an AGS of the table."
            yield argument.problem(("municipality_type", key), message, remedy)
        if value not in (KREISFREI, KREISANGEHOERIG):
            remedy = f'Use "{KREISFREI}" or "{KREISANGEHOERIG}".'
            message = f'"{value}" is no type'
            yield argument.problem(("municipality_type", key), message, remedy)


def _region(name: str, columns: Mapping[str, Sequence[object]], types: Mapping[str, str]) -> Region:
    """Put checked columns into the order of the AGS."""
    order = np.argsort(np.array(columns["ags"], dtype=np.str_))
    column = {key: np.array(values)[order] for key, values in columns.items()}
    own = column.pop("type")
    return Region(
        name=name,
        municipality_name=column.pop("name"),
        municipality_type=np.array(
            [types.get(ags, kind) for ags, kind in zip(column["ags"], own, strict=True)]
        ),
        register_type=own,
        **column,
    )
