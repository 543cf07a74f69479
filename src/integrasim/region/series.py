"""The observed series that the package carries."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import xarray as xr

from integrasim.documents.wording import did_you_mean
from integrasim.region.packaged import packaged_file
from integrasim.region.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["load_series", "series_names"]

# What a word in a series' name says of its unit; an earlier word goes before a later one, so
# that places of a facility are not taken for its occupants.
_UNITS: Final = {
    "mEUR": "million EUR",
    "kEUR": "thousand EUR",
    "pct": "%",
    "applications": "applications",
    "places": "places",
    "recipients": "persons",
    "seekers": "persons",
    "assigned": "persons",
    "refugees": "persons",
    "occupancy": "persons",
    "ukraine": "persons",
}


_COLUMNS: Final = ("series", "period", "value", "source", "note")


class _Observation(NamedTuple):
    """One row of the file, without the series' name."""

    period: str
    value: float
    source: str
    note: str


def series_names() -> tuple[str, ...]:
    """
    Name the packaged series.

    Returns
    -------
    tuple of str
        The names that :func:`load_series` takes, in ascending order.

    Examples
    --------
    >>> names = series_names()
    >>> len(names), names[0]
    (48, 'de_asylblg_par2_hlu_mEUR')
    """
    return tuple(sorted(_observations()))


def load_series(name: str) -> xr.DataArray:
    """
    Load an observed series, as published.

    Parameters
    ----------
    name
        One of :func:`series_names`. It starts with the territory (``de_``, ``nrw_``).

    Returns
    -------
    xarray.DataArray
        The values over `period`, the time as text exactly as in the file: a year, a month
        (``2015-01``), a day or a span of months (``2024-01/2024-05``). Coordinates `source` and
        `note` say for each value where it was published and what to know about it. The attribute
        ``units`` says what is counted.

    Raises
    ------
    ValueError
        If there is no such series; offers the nearest name.

    Notes
    -----
    Series with like names may count differently. ``docs/data.md`` says which must not be mixed.

    Examples
    --------
    >>> gross = load_series("nrw_asylblg_gross_expenditure_kEUR")
    >>> gross.sel(period="2016").item(), gross.attrs["units"]
    (1659306.0, 'thousand EUR')
    """
    if name not in _observations():
        remedy = did_you_mean(name, series_names(), otherwise="series_names() lists them.")
        raise ValueError(f'there is no series "{name}". {remedy}')
    observations = _observations()[name]
    return xr.DataArray(
        np.array([each.value for each in observations]),
        dims="period",
        coords={
            "period": np.array([each.period for each in observations]),
            "source": ("period", np.array([each.source for each in observations])),
            "note": ("period", np.array([each.note for each in observations])),
        },
        name=name,
        attrs=_units(name),
    )


def _units(name: str) -> dict[str, str]:
    """Return the attribute ``units`` if the series' name says it."""
    words = name.split("_")
    return next(({"units": unit} for word, unit in _UNITS.items() if word in words), {})


@cache
def _observations() -> Mapping[str, tuple[_Observation, ...]]:
    """Read the packaged file once; the series by name, each in the order of the file."""
    table = read_table(packaged_file("observed_series.csv"), required=_COLUMNS)
    table.finish()
    series: dict[str, list[_Observation]] = {}
    for cells in zip(*(table.columns[key] for key in _COLUMNS), strict=True):
        name, period, value, source, note = (cell.text for cell in cells)
        series.setdefault(name, []).append(_Observation(period, float(value), source, note))
    return {name: tuple(observations) for name, observations in series.items()}
