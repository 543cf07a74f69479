"""The model sites of "Einwanderung gestalten NRW", 2017 to 2019."""

from __future__ import annotations

import csv
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from integrasim.region.packaged import packaged_file

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from integrasim.region.municipalities import Region

__all__ = ["ModelSites", "model_sites"]

_TABLE: Final = "model_sites_nrw.csv"


class ModelSites(NamedTuple):
    """
    Who was a model site, in arrays of shape (municipality,) and (kreis,).

    Parameters
    ----------
    municipalities
        Whether each municipality was one.
    kreise
        Whether each Kreis was one itself.
    """

    municipalities: NDArray[np.bool_]
    kreise: NDArray[np.bool_]


def model_sites(region: Region) -> ModelSites:
    """
    Find the model sites of "Einwanderung gestalten NRW" in a region, by their keys.

    Parameters
    ----------
    region
        The region; one outside NRW has none.

    Returns
    -------
    ModelSites
        By municipality and by Kreis.

    References
    ----------
    Ministry of labour, integration and social affairs, press release of 2.3.2017 (land.nrw): the
    twelve sites chosen among 83 Kreise, kreisfreie Städte and large kreisangehörige Städte.

    Examples
    --------
    >>> from integrasim.region import load_region
    >>> nrw = load_region("nrw")
    >>> sites = model_sites(nrw)
    >>> int(sites.municipalities.sum()), nrw.kreise_names[sites.kreise].tolist()
    (10, ['Rheinisch-Bergischer Kreis', 'Lippe'])
    """
    keys = _keys()
    return ModelSites(np.isin(region.ags, keys), np.isin(region.kreise, keys))


@cache
def _keys() -> list[str]:
    """Read the keys of municipalities (eight digits) and Kreise (five digits), once."""
    text = packaged_file(_TABLE).read_text(encoding="utf-8")
    return [row["key"] for row in csv.DictReader(text.splitlines())]
