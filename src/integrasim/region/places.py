"""The user's table of planned places of Land facilities."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from integrasim.region.cells import parse_ags, parse_places
from integrasim.region.tables import read_table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from integrasim.region.municipalities import Region

__all__ = ["Places", "load_places"]


class Places(NamedTuple):
    """
    Planned places of Land facilities in each municipality; arrays of shape (municipality,).

    Parameters
    ----------
    reception_centre
        Places in Erstaufnahmeeinrichtungen (EAE).
    other_facility
        Places in Zentrale Unterbringungseinrichtungen (ZUE) and Notunterkünfte (NU).
    """

    reception_centre: NDArray[np.float64]
    other_facility: NDArray[np.float64]


def load_places(path: str | Path, region: Region) -> Places:
    r"""
    Load a table of planned places of Land facilities.

    Parameters
    ----------
    path
        A CSV table with the columns ``ags``, ``reception_centre`` and ``other_facility`` (places,
        0 or more), in any order of columns and rows.
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
    table = read_table(Path(path), required=("ags", *Places._fields))
    position = {ags: index for index, ags in enumerate(region.ags.tolist())}
    named = table.parse("ags", parse_ags)
    counts = [table.parse(kind, parse_places) for kind in Places._fields]
    table.forbid_doubled("ags", named)
    for row, ags in enumerate(named):
        if ags is not None and ags not in position:
            message = f'region "{region.name}" has no municipality {ags}'
            table.complain("ags", row, message, "Use an AGS of the region.")
    table.finish()
    rows = [position[ags] for ags in named if ags is not None]
    return Places(*(_spread(values, rows, region.size) for values in counts))


def _spread(values: list[float | None], rows: list[int], size: int) -> NDArray[np.float64]:
    """Put the table's values at the municipalities they belong to."""
    spread = np.zeros(size)
    spread[rows] = np.array(values, dtype=np.float64)
    return spread
