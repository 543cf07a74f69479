"""summary.csv: its format to the byte, its numbers against the comparison."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
import xarray as xr
from tests.analysis.synthetic import make_result, with_payments, with_programmes

from integrasim.analysis.compare import compare
from integrasim.reporting.summary import COLUMNS, HORIZON, save_summary, summary_rows

GOLDEN = Path(__file__).parent / "summary_golden.csv"


def tiny_result() -> xr.Dataset:
    """One municipality with an awkward name, two draws, one year, round numbers."""
    result = make_result(draws=2, years=(2025,)).isel(municipality=[0], kreis=[0])
    result = result.assign_coords(municipality_name=("municipality", ['Ädorf, "Bad"']))
    result["land_cost"] = result["land_cost"] * 0.0
    result["transfer"] = result["transfer"] * 0.0
    result["gross_cost"] = result["gross_cost"] * 0.0 + 250.0
    paid = xr.DataArray([[[100.0], [200.0]], [[110.0], [240.5]]], dims=("option", "draw", "year"))
    result["land_cost"].loc[{"instrument": "fluag.illness"}] = paid
    result["transfer"].loc[{"municipality": "00111000"}] = paid
    result["person_months"][:] = [[[120]], [[240]]]
    result["stock"][:] = 7
    result["occupancy"][:] = 0.5
    result["flows"][:] = 2
    result.attrs["budgets"] = '{"fluag": 150}'
    return result


def saved(result: xr.Dataset, path: Path) -> bytes:
    """Save the summary of a result and read it back."""
    save_summary(compare(result), horizon=compare(result, over="horizon"), path=path)
    return path.read_bytes()


def test_golden_file(tmp_path: Path) -> None:
    assert saved(tiny_result(), tmp_path / "summary.csv") == GOLDEN.read_bytes()


def test_rows_are_the_numbers_of_the_comparison(tmp_path: Path) -> None:
    result = make_result(options=("threshold_35k", "threshold_25k", "same_again"))
    saved(result, tmp_path / "summary.csv")
    with (tmp_path / "summary.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    yearly, horizon = compare(result), compare(result, over="horizon")
    found = {
        tuple(row[c] for c in ("scope", "key", "option", "year", "quantity", "statistic")): row
        for row in rows
    }
    assert len(found) == len(rows)
    for option in result["option"].to_numpy():
        for year, table in [
            *((str(y), yearly.sel(year=y)) for y in result["year"].to_numpy()),
            (HORIZON, horizon),
        ]:
            here = table.sel(option=option)
            for scope, key, quantity, statistic, expected in (
                ("land", "", "land_cost", "quantile_0.95", here["land_cost_quantile"][-1]),
                ("land", "", "land_cost_difference", "mean", here["land_mean"]),
                ("land", "", "municipal_share", "mean", here["municipal_share"]),
                ("land", "", "person_years", "median", here["person_years_median"]),
                ("land", "", "newly_tolerated", "mean", here["newly_tolerated_mean"]),
                (
                    "municipality",
                    "00200012",
                    "exposure_difference",
                    "standard_error",
                    here["municipality_exposure_difference_standard_error"].sel(
                        municipality="00200012"
                    ),
                ),
                (
                    "municipality",
                    "00200012",
                    "person_years",
                    "mean",
                    here["municipality_person_years"].sel(municipality="00200012"),
                ),
                (
                    "kreis",
                    "00200",
                    "transfer_difference",
                    "expected_shortfall_0.95",
                    here["kreis_expected_shortfall"].sel(kreis="00200"),
                ),
                (
                    "municipality",
                    "00200012",
                    "transfer_difference",
                    "probability_positive",
                    here["municipality_probability_positive"].sel(municipality="00200012"),
                ),
            ):
                row = found[scope, key, option, year, quantity, statistic]
                assert float(row["value"]) == expected.item()
    assert found["kreis", "00200", "same_again", "2025", "transfer_difference", "mean"]["name"] == (
        "Beispielkreis"
    )


def test_shortfall_has_its_standard_error() -> None:
    result = make_result(draws=200)
    result.attrs["budgets"] = '{"fluag": 2400000}'
    yearly = compare(result)
    rows = summary_rows(yearly, horizon=compare(result, over="horizon"))
    found = [row for row in rows if row[6] == "shortfall_standard_error"]
    expected = yearly["budget_shortfall_standard_error"].to_numpy().ravel()
    assert [float(row[7]) for row in found] == expected.tolist()
    assert {row[8] for row in found} == {"EUR per year"}


@pytest.mark.parametrize("keep", ["kreis", "land"])
def test_what_is_not_known_has_no_row(keep: Literal["kreis", "land"]) -> None:
    result = make_result(keep=keep)
    rows = list(summary_rows(compare(result), horizon=compare(result, over="horizon")))
    assert all(np.isfinite(float(row[COLUMNS.index("value")])) for row in rows)
    statistics = {row[6] for row in rows if row[0::3][:2] == ("municipality", "threshold_25k")}
    assert statistics == {"mean", "standard_error", "probability_positive"}


def test_programmes_and_instruments_that_pay_have_rows() -> None:
    result = with_programmes(make_result())
    yearly, horizon = compare(result), compare(result, over="horizon")
    rows = list(summary_rows(yearly, horizon=horizon))
    found = {(row[0], row[1], row[3], row[4], row[6]): row for row in rows if row[5] == "land_cost"}
    row = found["programme", "kim", "threshold_25k", "2026", "mean"]
    assert (row[2], row[7]) == ("KIM", "65000000.0")
    own = {"programme": "fluag", "option": "threshold_25k"}
    expected = horizon["programme_cost_quantile"].sel(own)[-1].item()
    row = found["programme", "fluag", "threshold_25k", HORIZON, "quantile_0.95"]
    assert float(row[7]) == expected
    instruments = {row[1] for row in rows if row[0] == "instrument"}
    assert "kim.coordination" in instruments
    assert not instruments & {"prevention.grenzgaenger", "fluag.one_off"}


def test_years_without_a_budget_have_no_row() -> None:
    result = make_result()
    result.attrs["budgets"] = '{"fluag": {"2026": 2400000}}'
    rows = list(summary_rows(compare(result), horizon=compare(result, over="horizon")))
    assert {row[4] for row in rows if row[0] == "budget"} == {"2026"}


def test_what_is_paid_in_the_year_is_called_otherwise() -> None:
    result = with_payments(make_result())
    tables = compare(result, view="cash"), compare(result, over="horizon", view="cash")
    rows = list(summary_rows(tables[0], horizon=tables[1]))
    land = {row[5] for row in rows if row[0] in {"land", "instrument"}}
    assert {"land_payments", "land_payments_difference"} < land
    assert not any(name.startswith("land_cost") for name in land)
    assert {row[4] for row in rows if row[5] == "land_payments"} == {"2026", HORIZON}


def test_order_is_land_instruments_budgets_kreise_municipalities() -> None:
    result = make_result()
    rows = list(summary_rows(compare(result), horizon=compare(result, over="horizon")))
    assert list(dict.fromkeys(row[0] for row in rows)) == [
        "land",
        "instrument",
        "budget",
        "kreis",
        "municipality",
    ]
    places = list(dict.fromkeys(row[1] for row in rows if row[0] == "municipality"))
    assert places == sorted(places)
    assert list(dict.fromkeys(row[4] for row in rows)) == ["2025", "2026", HORIZON]


def test_failure_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "summary.csv"
    path.write_text("old")
    result = make_result()
    broken = compare(result).drop_vars("municipality_mean")
    with pytest.raises(KeyError):
        save_summary(broken, horizon=compare(result, over="horizon"), path=path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
