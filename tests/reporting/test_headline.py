"""The headline table: its rows against the result and the comparison."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.analysis.synthetic import make_result, with_programmes

from integrasim.analysis.compare import compare
from integrasim.reporting.headline import Headline, headline_rows, save_headline

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Literal

    import xarray as xr


def made(**arguments: object) -> xr.Dataset:
    """Make up a result with an occupancy, which the comparison does not need."""
    result = make_result(**arguments)  # type: ignore[arg-type]
    return result.assign(occupancy=result["arrivals"] / 100.0)


def by_labels(result: xr.Dataset) -> dict[tuple[str, str, str, str], Headline]:
    """Index the rows by quantity, key, option and year; each must be there once."""
    rows = list(headline_rows(result))
    found = {(row.quantity, row.key, row.option, row.year): row for row in rows}
    assert len(found) == len(rows)
    return found


def test_instruments_are_summarised_over_draws() -> None:
    result = made()
    sample = result["land_cost"].sel(option="threshold_25k", year=2026, instrument="fluag.illness")
    row = by_labels(result)["land_cost", "fluag.illness", "threshold_25k", "2026"]
    assert float(row.value) == pytest.approx(float(sample.mean()), rel=1e-5)
    error = float(sample.std(ddof=1)) / np.sqrt(sample.size)
    assert float(row.standard_error) == pytest.approx(error, rel=1e-5)
    assert float(row.low) < float(row.value) < float(row.high)
    assert row.unit == "EUR per year"


def test_instruments_that_pay_nothing_have_no_row() -> None:
    rows = by_labels(made())
    assert not any(row.key in {"fluag.one_off", "fluag.guarantee"} for row in rows.values())
    assert ("land_cost", "fluag.kreis_lump_sum", "threshold_35k", "2025") in rows


@pytest.mark.parametrize("period", ["2025", "2026", "horizon"])
def test_comparison_is_that_of_compare(period: str) -> None:
    result = made()
    rows = by_labels(result)
    yearly, horizon = compare(result), compare(result, over="horizon")
    table = horizon if period == "horizon" else yearly.sel(year=int(period))
    here = table.sel(option="threshold_25k")
    for quantity, prefix in (("land_cost", "land_cost"), ("land_cost_difference", "land")):
        row = rows[quantity, "", "threshold_25k", period]
        numbers = [float(number) for number in row[4:8]]
        low, *_, high = here[f"{prefix}_quantile"].to_numpy()
        mean, error = here[f"{prefix}_mean"].item(), here[f"{prefix}_standard_error"].item()
        assert numbers == pytest.approx([mean, error, low, high], rel=1e-5)
    share = rows["municipal_share", "", "threshold_25k", period]
    assert float(share.value) == pytest.approx(here["municipal_share"].item(), rel=1e-5)
    assert (share.low, share.high) == ("", "")


def test_baseline_has_no_difference_from_itself() -> None:
    rows = by_labels(made())
    compared = {"land_cost_difference", "municipalities_gaining", "municipalities_losing"}
    assert {row.option for row in rows.values() if row.quantity in compared} == {"threshold_25k"}
    assert rows["municipalities_gaining", "", "threshold_25k", "horizon"].value == "4"
    assert rows["municipalities_losing", "", "threshold_25k", "horizon"].value == "0"


def test_budgets_are_those_of_compare() -> None:
    result = made()
    rows = by_labels(result)
    yearly = compare(result).sel(option="threshold_25k", year=2025, budget="fluag.illness")
    row = rows["budget_exceedance", "fluag.illness", "threshold_25k", "2025"]
    assert float(row.value) == pytest.approx(yearly["budget_exceedance"].item(), rel=1e-5)
    assert 0.0 < float(row.value) < 1.0


def test_years_without_a_budget_have_no_row() -> None:
    result = made()
    result.attrs["budgets"] = '{"fluag": {"2026": 2400000}}'
    years = {row.year for row in headline_rows(result) if row.quantity == "budget_exceedance"}
    assert years == {"2026"}


def test_several_programmes_have_rows_of_their_own() -> None:
    assert not any(row.key == "fluag" for row in headline_rows(made()) if "cost" in row.quantity)
    result = with_programmes(made())
    rows = by_labels(result)
    for period in ("2025", "2026", "horizon"):
        assert rows["land_cost", "kim", "threshold_25k", period].value == "65000000"
    row = rows["land_cost", "fluag", "threshold_25k", "2025"]
    own = {"option": "threshold_25k", "year": 2025}
    sample = result["land_cost"].sel(own).isel(instrument=slice(0, 5)).sum("instrument")
    assert float(row.value) == pytest.approx(float(sample.mean()), rel=1e-5)
    assert float(row.high) == pytest.approx(float(sample.quantile(0.95)), rel=1e-5)
    assert ("land_cost", "prevention.grenzgaenger", "threshold_25k", "2025") not in rows
    result["land_cost"].loc[{"instrument": "ki.base"}] = 0.0
    assert not any(row.key == "ki" for row in headline_rows(result))


def test_without_the_fluag_there_is_no_municipal_share() -> None:
    result = with_programmes(made()).sel(instrument=["kim.coordination"])
    result.attrs["budgets"] = "{}"
    assert "municipal_share" not in {row.quantity for row in headline_rows(result)}


@pytest.mark.parametrize("keep", ["municipality", "kreis", "land"])
def test_world_is_that_of_the_year_and_of_its_last_month(
    keep: Literal["municipality", "kreis", "land"],
) -> None:
    result = made(keep=keep)
    rows = by_labels(result)
    whole = made()
    person_years = whole["person_months"].sel(year=2026).sum("municipality").mean() / 12.0
    stock = whole["stock"].sel(status="tolerated", month="2026-12").mean()
    occupancy = whole["occupancy"].sel(month="2026-12").mean()
    for labels, expected in (
        (("person_years", "", "", "2026"), person_years),
        (("stock", "tolerated", "", "2026"), stock),
        (("occupancy", "", "", "2026"), occupancy),
    ):
        assert float(rows[labels].value) == pytest.approx(float(expected), rel=1e-5)


def test_worlds_of_their_own_have_rows_of_their_own() -> None:
    rows = by_labels(made(own_worlds=True))
    options = {row.option for row in rows.values() if row.quantity == "stock"}
    assert options == {"threshold_35k", "threshold_25k"}


def test_file_is_the_rows_with_a_header(tmp_path: Path) -> None:
    result = made()
    save_headline(result, tmp_path / "headline.csv")
    with (tmp_path / "headline.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == list(Headline._fields)
    assert [Headline(*row) for row in rows] == list(headline_rows(result))
    assert [row[:5] for row in rows[:2]] == [
        ["draws", "", "", "", "64"],
        ["seed", "", "", "", "2025"],
    ]


def test_a_single_draw_has_no_standard_error() -> None:
    row = by_labels(made(draws=1))["land_cost", "", "threshold_25k", "2025"]
    assert row.standard_error == ""
    assert row.low == row.value == row.high


def test_numbers_have_six_significant_digits_and_no_exponent() -> None:
    rows = list(headline_rows(made()))
    numbers = [number for row in rows[2:] for number in row[4:8] if number]
    assert not any("e" in number for number in numbers)
    digits = [number.replace(".", "").replace("-", "").strip("0") for number in numbers]
    assert max(map(len, digits)) == 6
