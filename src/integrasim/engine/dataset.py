"""From arrays to the labelled dataset of the contract."""

from __future__ import annotations

import json
import platform
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from integrasim.engine.shapes import dims_at, dims_of_statistics
from integrasim.engine.variables import COMPARED, VARIABLES, Variable, levels_below
from integrasim.engine.versions import installed_versions
from integrasim.profiling import stage
from integrasim.world.flows import FLOWS
from integrasim.world.residence import STATUSES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from numpy.typing import NDArray

    from integrasim.engine.job import Arrays, Job
    from integrasim.engine.reduction import Moments
    from integrasim.reporting.numbers import Language
    from integrasim.scenario.options import Option

Variables = dict[str, tuple[tuple[str, ...], Any, dict[str, str]]]
"""Name → dimensions, values and attributes."""

Columns = dict[str, tuple["NDArray[np.float64]", str, str]]
"""Suffix of a statistic's name → values, English and German label."""


@stage("dataset")
def build_dataset(
    job: Job, kept: Arrays, statistics: Mapping[str, Moments], *, draws: int
) -> xr.Dataset:
    """Label the arrays of a finished simulation.

    Parameters
    ----------
    job
        The simulation.
    kept
        Name → array over all draws, at the level kept.
    statistics
        Name → moments over draws, below that level.
    draws
        Number of draws.

    Returns
    -------
    xarray.Dataset
        Dimensions, coordinates and attributes of the contract.
    """
    data: Variables = {}
    for variable in VARIABLES:
        dims = dims_at(job, variable, job.keep)
        data[variable.name] = (dims, kept[variable.name], _attributes(variable))
        if variable.levels:
            data |= _statistics(job, variable, statistics)
    return xr.Dataset(data, coords=coordinates(job, draws), attrs=manifest(job, draws))


def _attributes(variable: Variable, *, en: str = "", de: str = "") -> dict[str, str]:
    """Units and labels of a variable or of a statistic of it."""
    return {
        "units": variable.units,
        "long_name": variable.label_en + en,
        "long_name_de": variable.label_de + de,
    }


def _statistics(job: Job, variable: Variable, statistics: Mapping[str, Moments]) -> Variables:
    """Mean, standard deviation and paired difference at each level below the one kept."""
    data: Variables = {}
    for level in levels_below(variable, job.keep):
        key = f"{variable.name}_{level}"
        dims = dims_of_statistics(job)[key]
        name = variable.name if level == variable.levels[0] else key
        columns = _spread(statistics[key])
        if variable.name in COMPARED:
            columns |= _paired(statistics[f"{key}_difference"])
        for column, (values, en, de) in columns.items():
            attributes = _attributes(variable, en=f", {en}", de=f", {de}")
            if column == "difference_positive":
                attributes["units"] = "1"
            data[f"{name}_{column}"] = (dims, values, attributes)
    return data


def _spread(moments: Moments) -> Columns:
    """Columns of a variable itself: values, English and German label."""
    return {
        "mean": (moments.mean, "mean", "Mittelwert"),
        "sd": (moments.sd, "standard deviation", "Standardabweichung"),
    }


def _paired(moments: Moments) -> Columns:
    """Columns of its paired difference to the baseline: values, English and German label."""
    en, de = "difference to the baseline", "der Differenz zur Vergleichsoption"
    return {
        "difference_mean": (moments.mean, f"mean {en}", f"Mittelwert {de}"),
        "difference_sd": (
            moments.sd,
            f"standard deviation of the {en}",
            f"Standardabweichung {de}",
        ),
        "difference_positive": (
            moments.positive / moments.count,
            f"probability of a positive {en}",
            f"Wahrscheinlichkeit eines positiven Werts {de}",
        ),
    }


def coordinates(job: Job, draws: int) -> dict[str, Any]:
    """Every coordinate a result can have; those of unused dimensions are left out."""
    region, scenario = job.region, job.scenario
    months = np.array(scenario.horizon.months, dtype="datetime64[ns]")
    options = [scenario.options[name] for name in job.laws]
    first = scenario.horizon.start
    instruments = job.instruments
    return {
        "option": ("option", np.array(list(job.laws))),
        "option_label_de": ("option", np.array([option.label.de for option in options])),
        "option_label_en": ("option", np.array([option.label.en for option in options])),
        "option_change_de": ("option", _changes(options, "de", start=first)),
        "option_change_en": ("option", _changes(options, "en", start=first)),
        "draw": ("draw", np.arange(draws)),
        "year": ("year", np.array(job.plans[0].periods.years, dtype=np.int64)),
        "month": ("month", months),
        "status": ("status", np.array(STATUSES)),
        "flow": ("flow", np.array(FLOWS)),
        "instrument": ("instrument", np.array([i.id for i in instruments])),
        "instrument_label_de": ("instrument", np.array([i.label.de for i in instruments])),
        "instrument_label_en": ("instrument", np.array([i.label.en for i in instruments])),
        "recipient": ("instrument", np.array([i.recipient for i in instruments])),
        "municipality": ("municipality", region.ags),
        "municipality_name": ("municipality", region.municipality_name),
        "kreis_ags": ("municipality", region.kreis_ags),
        "municipality_type": ("municipality", region.municipality_type),
        "kreis": ("kreis", region.kreise),
        "kreis_name": ("kreis", region.kreise_names),
    }


def _changes(options: list[Option], lang: Language, *, start: date) -> NDArray[np.str_]:
    """Say what each option changes in the law, a sentence a line."""
    return np.array(["\n".join(option.describe(lang, start=start)) for option in options])


def manifest(job: Job, draws: int) -> dict[str, str | int]:
    """Everything needed to say how a result came about; strings and numbers only."""
    scenario = job.scenario
    versions = dict(installed_versions())
    return {
        "title": scenario.title.en,
        "title_de": scenario.title.de,
        "purpose": scenario.purpose.en,
        "purpose_de": scenario.purpose.de,
        "integrasim_version": versions.pop("integrasim"),
        "scenario_sha256": scenario.sha256,
        "scenario_text": scenario.source_text,
        "input_files": json.dumps(scenario.fingerprints),
        "seed": str(scenario.seed),
        "draws": draws,
        "keep": job.keep,
        "moved_from": scenario.moved_from.isoformat() if scenario.moved_from else "",
        "law_as_of": scenario.law.as_of.isoformat(),
        "programmes": json.dumps(scenario.law.settled_programmes),
        "baseline": scenario.baseline,
        "budgets": json.dumps(dict(scenario.budgets), sort_keys=True),
        "region": job.region.name,
        "python_version": platform.python_version(),
        "package_versions": json.dumps(versions, sort_keys=True),
    }
