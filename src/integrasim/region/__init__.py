"""
The region: municipalities and Kreise, observed series, and places of Land facilities.

A :class:`Region` is what the rest of the package knows about a Land: plain arrays over its
municipalities, in ascending order of their official key (AGS, *Amtlicher Gemeindeschlüssel*).
Tables that a user brings are checked completely before a single number of them is used.
"""

from __future__ import annotations

from integrasim.region.history import LogChanges, MonthlySeries, load_history, packaged_histories
from integrasim.region.loading import load_region
from integrasim.region.model_sites import ModelSites, model_sites
from integrasim.region.months import month_name, month_position
from integrasim.region.municipalities import KREISANGEHOERIG, KREISFREI, Region
from integrasim.region.places import (
    Places,
    load_dated_places,
    load_places,
    load_site_shares,
)
from integrasim.region.series import load_series, series_names

__all__ = [
    "KREISANGEHOERIG",
    "KREISFREI",
    "LogChanges",
    "ModelSites",
    "MonthlySeries",
    "Places",
    "Region",
    "load_dated_places",
    "load_history",
    "load_places",
    "load_region",
    "load_series",
    "load_site_shares",
    "model_sites",
    "month_name",
    "month_position",
    "packaged_histories",
    "series_names",
]
