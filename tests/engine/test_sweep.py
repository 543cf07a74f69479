"""The sweep against the simulation of each threshold, and what cannot matter to it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import pytest

import integrasim as igs
from integrasim.engine import blocks

if TYPE_CHECKING:
    import xarray as xr

GRID = [25_000.0, 30_000.0, 35_000.0, 40_000.0]


@pytest.fixture(scope="module")
def toy() -> igs.Scenario:
    return igs.load_scenario("scenarios/toy.yaml")


@pytest.fixture(scope="module")
def curve(toy: igs.Scenario) -> xr.Dataset:
    return igs.sweep(toy, GRID, draws=300, seed=5, workers=2)


def test_a_threshold_of_an_option_gives_what_its_simulation_gives(
    toy: igs.Scenario, curve: xr.Dataset
) -> None:
    result = igs.simulate(toy, draws=300, seed=5)
    for option, threshold in (("threshold_25k", 25_000.0), ("threshold_35k", 35_000.0)):
        of_option = result.sel(option=option)
        swept = curve.sel(threshold=threshold)
        paid = of_option.illness_reimbursement
        cent = 0.01
        assert abs(swept.illness_reimbursement - paid.sum("municipality")).max() < cent
        assert abs(swept.land_cost - of_option.land_cost.sum("instrument")).max() < cent
        assert abs(swept.municipality_reimbursement_mean - paid.mean("draw")).max() < cent
        error = paid.std("draw", ddof=1) / np.sqrt(300)
        np.testing.assert_allclose(
            swept.municipality_reimbursement_standard_error,
            error.transpose("year", "municipality"),
            rtol=1e-6,
        )


def test_what_the_land_reimburses_is_what_municipalities_receive(curve: xr.Dataset) -> None:
    received = curve.municipality_reimbursement_mean.sum("municipality")
    np.testing.assert_allclose(
        received, curve.illness_reimbursement.mean("draw").transpose("threshold", "year")
    )


def test_it_falls_and_is_convex_in_every_draw(curve: xr.Dataset) -> None:
    for name in ("illness_reimbursement", "land_cost"):
        falls = curve[name].diff("threshold")
        assert (falls <= 0.0).all()
        assert (falls.diff("threshold") >= 0.0).all()
    assert (curve.illness_reimbursement > 0.0).any()


@pytest.mark.parametrize("size", [1, 7, 4096])
def test_neither_blocks_nor_workers_nor_an_executor_matter(
    toy: igs.Scenario, curve: xr.Dataset, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "BLOCK_DRAWS", size)
    with ThreadPoolExecutor(2) as executor:
        again = igs.sweep(toy, GRID, draws=40, seed=5, executor=executor, workers=3)
    assert again.land_cost.identical(curve.land_cost.isel(draw=slice(40)))


def test_one_draw_has_no_standard_error(toy: igs.Scenario) -> None:
    one = igs.sweep(toy, GRID, draws=1)
    assert np.isnan(one.municipality_reimbursement_standard_error).all()


def test_it_can_be_saved(curve: xr.Dataset, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("sweep") / "sweep.nc"
    igs.save_result(curve, path)
    assert igs.load_result(path).identical(curve)


@pytest.mark.parametrize(
    ("grid", "message"),
    [
        ([], "1 to 1,000 numbers, not 0"),
        (list(map(float, range(20_000, 21_001))), r"not 1,001\. Use a larger step"),
        ([float("nan")], "thresholds must be finite"),
        ([30e3, 20e3], "thresholds must rise"),
        ([1_000.0], r"1,000 lies below world\.illness\.floor"),
        ([1_000.0], r"missing\. Use higher thresholds, or a lower floor"),
    ],
)
def test_wrong_thresholds(toy: igs.Scenario, grid: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        igs.sweep(toy, grid)


def test_all_wrong_arguments_at_once(toy: igs.Scenario) -> None:
    with pytest.raises(ValueError, match="draws must be at least 1, not 0; thresholds must rise"):
        igs.sweep(toy, [2e4, 2e4], draws=0)
