"""Planned places of Land facilities: the user's own table, and the packaged one of sites."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from integrasim.region.cells import parse_ags, parse_month, parse_places
from integrasim.region.packaged import packaged_file
from integrasim.region.tables import read_table, table_source

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.resources.abc import Traversable

    from numpy.typing import NDArray

    from integrasim.region.municipalities import Region
    from integrasim.region.tables import TableFile

__all__ = ["Places", "load_dated_places", "load_places", "load_site_shares"]

_FROM: Final = "from"
# The packaged table has these besides, so a copy of it is a valid table.
_INFORMATION: Final = ("name", "basis", "source")
_SITES: Final = "facilities_nrw.csv"


class Places(NamedTuple):
    """
    Planned places of Land facilities, or shares of them, in arrays of shape (municipality,).

    By month they are of shape (month, municipality); for the whole Land, (month,).

    Parameters
    ----------
    reception_centre
        Places in Erstaufnahmeeinrichtungen (EAE).
    other_facility
        Places in Zentrale Unterbringungseinrichtungen (ZUE) and Notunterkünfte (NU).
    """

    reception_centre: NDArray[np.float64]
    other_facility: NDArray[np.float64]


class _Row(NamedTuple):
    """The places that a municipality has from a month on."""

    first_month: date
    municipality: int
    places: tuple[float, float]


def load_places(path: str | Path, region: Region) -> Places:
    r"""
    Load a table of planned places of Land facilities.

    Parameters
    ----------
    path
        A CSV table with the columns ``ags``, ``reception_centre`` and ``other_facility`` (places,
        0 or more), in any order of columns and rows. The further columns of the packaged table
        (``name``, ``basis``, ``source``) are allowed and not looked at.
    region
        The region whose municipalities the table names.

    Returns
    -------
    Places
        Two arrays in the order of `region`; a municipality that the table leaves out has 0.

    Raises
    ------
    InputError
        With all that is wrong at once, each problem with its file, line and column: an AGS that is
        no municipality of the region or stands there twice, a number that is negative or no
        number, columns missing, unknown or doubled, and what else keeps a table from being read.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from integrasim.region import load_region
    >>> with TemporaryDirectory() as folder:
    ...     table = Path(folder) / "places.csv"
    ...     _ = table.write_text("ags,reception_centre,other_facility\n00200008,600,350\n")
    ...     places = load_places(table, load_region("toy"))
    >>> places.reception_centre.tolist(), places.other_facility.tolist()
    ([0.0, 0.0, 600.0, 0.0], [0.0, 0.0, 350.0, 0.0])
    """
    by_month = _fill(_read(Path(path), region, optional=()), [date.max], region.size)
    return Places(*(values[0] for values in by_month))


def load_dated_places(
    path: str | Path | TableFile, region: Region, months: Sequence[date]
) -> Places:
    r"""
    Load a table of planned places that may change over time.

    Parameters
    ----------
    path
        A table as for `load_places`, which may have a column ``from`` besides: the month, such as
        2023-12, from which on a municipality has the places of the row. A municipality then has
        one row for each change, and no places before its first.
    region
        The region whose municipalities the table names.
    months
        First day of each month wanted, in order of time.

    Returns
    -------
    Places
        Two arrays (month, municipality) in the order of `months` and `region`.

    Raises
    ------
    InputError
        As `load_places`; also if a month is none, or stands there twice for a municipality.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from integrasim.region import load_region
    >>> with TemporaryDirectory() as folder:
    ...     table = Path(folder) / "places.csv"
    ...     _ = table.write_text(
    ...         "ags,from,reception_centre,other_facility\n"
    ...         "00111000,2020-01,0,300\n00111000,2025-02,0,500\n"
    ...     )
    ...     months = [date(2025, 1, 1), date(2025, 2, 1)]
    ...     places = load_dated_places(table, load_region("toy"), months)
    >>> places.other_facility[:, 0].tolist()
    [300.0, 500.0]
    """
    return _fill(_read(table_source(path), region, optional=(_FROM,)), months, region.size)


def load_site_shares(region: Region) -> Places:
    """
    Load where the Land facilities of North Rhine-Westphalia stand.

    Parameters
    ----------
    region
        A region that has the municipalities of the packaged table of sites.

    Returns
    -------
    Places
        Share of each municipality in all planned places of a type, (municipality,); each sums
        to 1.

    Raises
    ------
    InputError
        If the region lacks a municipality of the table.

    Notes
    -----
    The reception centres, and 36 of the 51 other facilities of January 2025, found one by one in
    notices of the Bezirksregierungen and in the press from 2015 to 2025. They hold 7,090 of 7,320
    and 21,208 of 28,493 places of May 2025; the facilities not found are left out, so the shares
    of the other facilities found are too large by a third. Where the places of a facility are
    not published, it has the mean of the others: an assumption, which the column ``basis`` of the
    packaged ``facilities_nrw.csv`` marks.

    Examples
    --------
    >>> from integrasim.region import load_region
    >>> nrw = load_region("nrw")
    >>> shares = load_site_shares(nrw)
    >>> dict(zip(nrw.municipality_name[shares.reception_centre > 0.12].tolist(),
    ...          shares.reception_centre[shares.reception_centre > 0.12].round(3).tolist()))
    {'Mönchengladbach, Stadt': 0.282, 'Bielefeld, Stadt': 0.134, 'Unna, Stadt': 0.141}
    """
    (centres,), (others,) = _fill(
        _read(packaged_file(_SITES), region, optional=()), [date.max], region.size
    )
    return Places(centres / centres.sum(), others / others.sum())


def _read(
    source: Path | Traversable | TableFile, region: Region, *, optional: Sequence[str]
) -> list[_Row]:
    """Read and check the rows of a table."""
    table = read_table(
        source, required=("ags", *Places._fields), optional=optional, ignored=_INFORMATION
    )
    position = {ags: index for index, ags in enumerate(region.ags.tolist())}
    named = table.parse("ags", parse_ags)
    is_dated = _FROM in optional and _FROM in table.columns
    starts = table.parse(_FROM, parse_month) if is_dated else [date.min] * table.size
    counts = [table.parse(kind, parse_places) for kind in Places._fields]
    table.forbid_doubled("ags", [_name(*pair) for pair in zip(named, starts, strict=True)])
    for row, ags in enumerate(named):
        if ags is not None and ags not in position:
            message = f'region "{region.name}" has no municipality {ags}'
            table.complain("ags", row, message, "Use an AGS of the region.")
    table.finish()
    return [
        _Row(start, position[ags], (centre, other))
        for ags, start, centre, other in zip(named, starts, *counts, strict=True)
        if ags is not None and start is not None and centre is not None and other is not None
    ]


def _name(ags: str | None, start: date | None) -> str | None:
    """Say which municipality a row is about, and from when on; None if that is not known."""
    if ags is None or start is None:
        return None
    return ags if start == date.min else f"{ags} from {start:%Y-%m}"


def _fill(rows: Sequence[_Row], months: Sequence[date], size: int) -> Places:
    """Put each row's places into its month and all after it."""
    places = Places(np.zeros((len(months), size)), np.zeros((len(months), size)))
    for first, municipality, counts in sorted(rows):
        since = slice(sum(month < first for month in months), None)
        for values, count in zip(places, counts, strict=True):
            values[since, municipality] = count
    return places
