"""Results as the contract describes them, made without a simulation."""

from __future__ import annotations

import json
from typing import Literal

import numpy as np
import xarray as xr

STATUSES = ("reception", "procedure", "recognised", "tolerated", "temporary_protection")
FLOWS = ("assigned", "assigned_early", "tolerated")
INSTRUMENTS = {
    "fluag.lump_sum": ("Monatspauschale", "Monthly lump sum", "municipality"),
    "fluag.one_off": ("Einmalpauschale", "One-off amount", "municipality"),
    "fluag.illness": ("Krankheitskosten", "Illness costs", "municipality"),
    "fluag.kreis_lump_sum": ("Kreispauschale", "Kreis lump sum", "kreis"),
    "fluag.guarantee": ("Mindestbetrag", "Guarantee", "municipality"),
}
MUNICIPALITIES = {
    "00111000": ("Adorf", "00111", "kreisfrei"),
    "00200004": ("Bestadt", "00200", "kreisangehörig"),
    "00200008": ("Cedorf", "00200", "kreisangehörig"),
    "00200012": ("Detal", "00200", "kreisangehörig"),
}
KREISE = {"00111": "Adorf", "00200": "Beispielkreis"}
THRESHOLDS = {"threshold_35k": 35_000.0, "threshold_25k": 25_000.0, "same_again": 35_000.0}
LABELS_DE = {"threshold_35k": "Schwelle 35.000 €", "threshold_25k": "Schwelle 25.000 €"}
LABELS_EN = {"threshold_35k": "Threshold 35,000 EUR", "threshold_25k": "Threshold 25,000 EUR"}

OPTION_PLACE = ("option", "draw", "year", "municipality")
PLACE = ("draw", "year", "municipality")


def make_result(
    *,
    draws: int = 64,
    years: tuple[int, ...] = (2025, 2026),
    options: tuple[str, ...] = ("threshold_35k", "threshold_25k"),
    own_worlds: bool = False,
    keep: Literal["municipality", "kreis", "land"] = "municipality",
    seed: int = 0,
) -> xr.Dataset:
    """Make up a result on the toy Land: fewer than real persons, real shapes."""
    rng = np.random.default_rng(seed)
    shape = (draws, len(years), len(MUNICIPALITIES))
    months = 12 * len(years)
    persons = rng.poisson(np.array([900.0, 300.0, 200.0, 100.0]), shape).astype(np.int32)
    cases = 15_000.0 / rng.random((*shape, 3)) ** 0.5
    illness = np.stack([np.maximum(cases - THRESHOLDS[name], 0.0).sum(axis=-1) for name in options])
    rates = np.array([1303.0, 1013.0, 1013.0, 1013.0])
    lump_sum = np.broadcast_to(persons * rates, illness.shape)
    transfer = lump_sum + illness
    gross = persons * 1500.0 * rng.lognormal(0.0, 0.1, (draws, 1, 1)) + cases.sum(axis=-1)
    nothing = np.zeros(illness.shape[:3])
    land_cost = np.stack(
        [lump_sum.sum(-1), nothing, illness.sum(-1), nothing + 500_000.0, nothing], axis=-1
    )
    world = OPTION_PLACE if own_worlds else PLACE
    world_option = ("option",) if own_worlds else ()
    repeat = len(options) if own_worlds else None

    def of_world(values: np.ndarray) -> np.ndarray:
        return values if repeat is None else np.stack([values] * repeat)

    stock = rng.poisson(200.0, (draws, months, len(STATUSES))).astype(np.int32)
    arrivals = rng.poisson(20.0, (draws, months)).astype(np.int32)
    flows = rng.poisson((15.0, 3.0, 5.0), (draws, months, len(FLOWS))).astype(np.int32)
    result = xr.Dataset(
        {
            "land_cost": (("option", "draw", "year", "instrument"), land_cost),
            "transfer": (OPTION_PLACE, transfer),
            "kreis_transfer": (
                ("option", "draw", "year", "kreis"),
                np.broadcast_to([0.0, 500_000.0], (*illness.shape[:3], 2)).copy(),
            ),
            "gross_cost": (world, of_world(gross)),
            "municipal_exposure": (OPTION_PLACE, gross - transfer),
            "illness_reimbursement": (OPTION_PLACE, illness),
            "person_months": (world, of_world(persons)),
            "stock": ((*world_option, "draw", "month", "status"), of_world(stock)),
            "arrivals": ((*world_option, "draw", "month"), of_world(arrivals)),
            "occupancy": (
                (*world_option, "draw", "month"),
                of_world((stock[..., 0] / 250.0).astype(np.float32)),
            ),
            "flows": ((*world_option, "draw", "month", "flow"), of_world(flows)),
        },
        coords=_coordinates(draws=draws, years=years, options=options),
        attrs=_manifest(draws=draws, keep=keep),
    )
    for name, variable in result.data_vars.items():
        counts = {"person_months", "stock", "arrivals", "flows"}
        variable.attrs = {
            "units": "persons" if name in counts else "EUR",
            "long_name": f"{name} in words",
            "long_name_de": f"{name} in Worten",
        }
    return result if keep == "municipality" else reduce_result(result, keep=keep)


def cut_months(result: xr.Dataset, *, first: str, last: str) -> xr.Dataset:
    """Simulate fewer months: the horizon begins and ends within a year."""
    return result.sel(month=slice(first, last))


def reduce_result(result: xr.Dataset, *, keep: Literal["kreis", "land"]) -> xr.Dataset:
    """Keep draws at a coarser level, and below it only statistics over draws."""
    reduced = result.drop_vars([n for n, v in result.data_vars.items() if "municipality" in v.dims])
    reduced.attrs["keep"] = keep
    for name in set(result.data_vars) - set(reduced.data_vars):
        local = result[name]
        by_kreis = local.groupby("kreis_ags").sum().rename(kreis_ags="kreis")
        by_kreis = by_kreis.assign_coords(kreis=result["kreis"])
        reduced[name] = by_kreis if keep == "kreis" else local.sum("municipality")
        below = {"": local} if keep == "kreis" else {"": local, "_kreis": by_kreis}
        for suffix, values in below.items():
            _add_statistics(reduced, f"{name}{suffix}", values)
    if keep == "land":
        of_kreise = result["kreis_transfer"]
        reduced["kreis_transfer"] = of_kreise.sum("kreis")
        _add_statistics(reduced, "kreis_transfer", of_kreise)
    return reduced


def _add_statistics(reduced: xr.Dataset, name: str, values: xr.DataArray) -> None:
    reduced[f"{name}_mean"] = values.mean("draw")
    reduced[f"{name}_sd"] = _deviation(values)
    if name.startswith(
        ("transfer", "kreis_transfer", "municipal_exposure", "illness_reimbursement")
    ):
        baseline = values.sel(option=reduced.attrs["baseline"], drop=True)
        difference = (values - baseline).transpose(*values.dims)
        reduced[f"{name}_difference_mean"] = difference.mean("draw")
        reduced[f"{name}_difference_sd"] = _deviation(difference)
        reduced[f"{name}_difference_positive"] = (difference > 0).mean("draw")


def _deviation(values: xr.DataArray) -> xr.DataArray:
    return values.std("draw", ddof=1) if values.sizes["draw"] > 1 else 0.0 * values.mean("draw")


def _coordinates(
    *, draws: int, years: tuple[int, ...], options: tuple[str, ...]
) -> dict[str, object]:
    first, last = f"{years[0]}-01", f"{years[-1] + 1}-01"
    places, instruments = list(MUNICIPALITIES.values()), list(INSTRUMENTS.values())
    return {
        "option": np.array(options),
        "option_label_de": ("option", np.array([LABELS_DE.get(o, o) for o in options])),
        "option_label_en": ("option", np.array([LABELS_EN.get(o, o) for o in options])),
        "draw": np.arange(draws),
        "year": np.array(years, dtype=np.int64),
        "month": np.arange(first, last, dtype="datetime64[M]").astype("datetime64[ns]"),
        "status": np.array(STATUSES),
        "flow": np.array(FLOWS),
        "instrument": np.array(list(INSTRUMENTS)),
        "instrument_label_de": ("instrument", np.array([i[0] for i in instruments])),
        "instrument_label_en": ("instrument", np.array([i[1] for i in instruments])),
        "recipient": ("instrument", np.array([i[2] for i in instruments])),
        "municipality": np.array(list(MUNICIPALITIES)),
        "municipality_name": ("municipality", np.array([place[0] for place in places])),
        "kreis_ags": ("municipality", np.array([place[1] for place in places])),
        "municipality_type": ("municipality", np.array([place[2] for place in places])),
        "kreis": np.array(list(KREISE)),
        "kreis_name": ("kreis", np.array(list(KREISE.values()))),
    }


def _manifest(*, draws: int, keep: str) -> dict[str, str | int]:
    return {
        "integrasim_version": "0.1.0",
        "title": "Threshold 25,000 or 35,000 EUR",
        "title_de": "Schwelle 25.000 oder 35.000 Euro",
        "purpose": "What the lower threshold costs",
        "purpose_de": "Was die niedrigere Schwelle kostet",
        "scenario_text": "schema: integrasim/1\ntitle: {de: Größe}\n",
        "scenario_sha256": "0" * 64,
        "seed": "2025",
        "draws": draws,
        "law_as_of": "2025-01-01",
        "baseline": "threshold_35k",
        "budgets": json.dumps({"fluag": 2_600_000, "fluag.illness": 600_000}),
        "package_versions": json.dumps({"numpy": "2.4"}),
        "python_version": "3.11",
        "keep": keep,
    }


def with_payments(result: xr.Dataset) -> xr.Dataset:
    """Pay a tenth of what is due in the following year; what was due before is unknown."""
    cost = result["land_cost"]
    paid = 0.9 * cost + 0.1 * cost.shift(year=1)
    return result.assign(land_payments=paid.transpose(*cost.dims))


OTHER_INSTRUMENTS = {
    "ki.base": ("Grundförderung", "Base funding", "integration_centre", 21.1e6),
    "kim.coordination": ("KIM, Baustein 1", "KIM, part 1", "integration_centre", 25e6),
    "kim.case_management": ("KIM, Baustein 2", "KIM, part 2", "integration_centre", 40e6),
    "prevention.facilities": ("Prävention: Unterkünfte", "Prevention: sites", "programme", 1e6),
    "prevention.grenzgaenger": ("Prävention: Netzwerk", "Prevention: network", "programme", 0.0),
}


def with_programmes(result: xr.Dataset) -> xr.Dataset:
    """Settle further programmes, whose money is the same in every draw, beside the FlüAG.

    All that integration centres receive goes to Adorf.
    """
    de, en, recipient, amount = zip(*OTHER_INSTRUMENTS.values(), strict=True)
    shape = (*result["land_cost"].shape[:3], len(amount))
    others = xr.Dataset(
        {"land_cost": (result["land_cost"].dims, np.broadcast_to(amount, shape))},
        coords={
            "option": result["option"],
            "draw": result["draw"],
            "year": result["year"],
            "instrument": list(OTHER_INSTRUMENTS),
            "instrument_label_de": ("instrument", list(de)),
            "instrument_label_en": ("instrument", list(en)),
            "recipient": ("instrument", list(recipient)),
        },
    )
    local = result.drop_dims("instrument")
    joined = xr.concat(
        [result[["land_cost"]], others], "instrument", coords="minimal", compat="override"
    )
    centres = sum(each[3] for each in OTHER_INSTRUMENTS.values() if each[2] == "integration_centre")
    received = xr.DataArray([centres, 0.0, 0.0, 0.0], dims="municipality")
    attributes = result["land_cost"].attrs
    whole = local.assign(
        land_cost=joined["land_cost"].assign_attrs(attributes),
        transfer=(result["transfer"] + received).assign_attrs(result["transfer"].attrs),
        municipal_exposure=result["municipal_exposure"] - received,
    )
    return whole.assign_attrs(result.attrs)
