"""The observed series: complete, labelled, as published."""

from __future__ import annotations

import csv
import io
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np
import pytest
import xarray as xr

from integrasim.region import load_series, series_names

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    """Return the rows of the packaged file."""
    path = files("integrasim.region") / "data" / "observed_series.csv"
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


def test_names_are_those_of_the_file_in_ascending_order(rows: list[dict[str, str]]) -> None:
    assert series_names() == tuple(sorted({row["series"] for row in rows}))


def test_every_row_is_there_exactly_as_in_the_file(rows: list[dict[str, str]]) -> None:
    seen = 0
    for name in series_names():
        series = load_series(name)
        own = [row for row in rows if row["series"] == name]
        assert series.name == name
        assert series.dims == ("period",)
        assert series.period.values.tolist() == [row["period"] for row in own]
        assert series.values.tolist() == [float(row["value"]) for row in own]
        assert series.source.values.tolist() == [row["source"] for row in own]
        assert series.note.values.tolist() == [row["note"] for row in own]
        seen += series.size
    assert seen == len(rows)


def test_no_period_is_doubled_and_every_value_has_a_source() -> None:
    for name in series_names():
        series = load_series(name)
        assert series.indexes["period"].is_unique
        assert np.isfinite(series.values).all()
        assert (series.source != "").all()


@pytest.mark.parametrize(
    ("name", "units"),
    [
        ("de_asylblg_total_mEUR", "million EUR"),
        ("nrw_asylblg_gross_expenditure_kEUR", "thousand EUR"),
        ("koenigstein_key_pct_NW", "%"),
        ("de_first_applications_monthly", "applications"),
        ("nrw_asylblg_recipients", "persons"),
        ("nrw_state_facility_places_active", "places"),
        ("nrw_state_facility_occupancy", "persons"),
    ],
)
def test_units(name: str, units: str) -> None:
    assert load_series(name).attrs == {"units": units}


def test_every_packaged_series_has_units() -> None:
    assert all("units" in load_series(name).attrs for name in series_names())


def test_monthly_first_applications_of_2015_to_2021() -> None:
    """BAMF, Asylgeschäftsstatistik: complete from 2015-01 to 2021-11."""
    series = load_series("de_first_applications_monthly")
    months = [
        f"{year}-{month:02}"
        for year in range(2015, 2022)
        for month in range(1, 13)
        if (year, month) <= (2021, 11)
    ]
    assert series.sel(period=months).size == 83
    assert series.sel(period="2015-01") == 21_679
    assert series.sel(period="2016-08") == 89_703


def test_koenigstein_keys_of_a_year_sum_to_one_hundred() -> None:
    keys = [name for name in series_names() if name.startswith("koenigstein_key_pct_")]
    assert len(keys) == 16
    for year in ("2015", "2017"):
        total = sum(load_series(name).sel(period=year).item() for name in keys)
        assert total == pytest.approx(100, abs=1e-4)


def test_a_loaded_series_is_the_callers_own() -> None:
    series = load_series("nrw_asylblg_recipients")
    series[:] = 0
    series.attrs.clear()
    assert load_series("nrw_asylblg_recipients").sel(period="2023-12-31") == 103_650
    assert load_series("nrw_asylblg_recipients").attrs == {"units": "persons"}


def test_a_series_can_be_saved_and_read(tmp_path: Path) -> None:
    series = load_series("de_first_applications_monthly")
    series.to_netcdf(tmp_path / "series.nc", engine="netcdf4")
    with xr.open_dataarray(tmp_path / "series.nc", engine="netcdf4") as again:
        xr.testing.assert_identical(series, again.load())


def test_unknown_name_offers_the_nearest() -> None:
    with pytest.raises(ValueError, match=r'"nrw_asylblg_recipient"\. Did you mean nrw_asylblg_re'):
        load_series("nrw_asylblg_recipient")


def test_unknown_name_unlike_any_other() -> None:
    with pytest.raises(ValueError, match=r'no series "xyz"\. series_names\(\) lists them\.'):
        load_series("xyz")
