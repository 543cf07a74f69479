"""The eight invariants of the design, on whole runs."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

import integrasim as igs
from integrasim.engine import blocks
from integrasim.engine.invariants import InvariantError, check_money, check_persons
from integrasim.engine.job import plan_job
from integrasim.engine.variables import Keep
from integrasim.law.settlement import settle
from integrasim.world.block import simulate_world

Write = Callable[..., Path]


@pytest.fixture(scope="module")
def scenario(module_scenario: Write) -> igs.Scenario:
    """The toy Land with every flow and every assumption switched on."""
    return igs.load_scenario(module_scenario())


@pytest.fixture(scope="module")
def result(scenario: igs.Scenario) -> xr.Dataset:
    return igs.simulate(scenario, draws=600, seed=4, workers=2)


def same(left: xr.Dataset, right: xr.Dataset) -> bool:
    """Bit by bit the same data and coordinates."""
    return left.drop_attrs().identical(right.drop_attrs())


# 1. Persons


def test_persons_are_conserved(result: xr.Dataset) -> None:
    came = result.initial_stock.sum("status") + result.arrivals.cumsum("month")
    there = result.stock.sum("status") + result.departures.cumsum("month")
    assert (came == there).all()
    assert (result.departures > 0).any()


def test_a_lost_person_is_noticed(scenario: igs.Scenario) -> None:
    world = simulate_world(scenario, plan_job(scenario, keep="land").plans[0], range(4))
    check_persons(world)
    world.stock[2, 5, 1] -= 1
    with pytest.raises(InvariantError, match="draw 2 of the block, month 5"):
        check_persons(world)


# 2. Money


def test_money_is_conserved_to_the_cent(result: xr.Dataset) -> None:
    for recipient, received in (
        ("municipality", result.transfer.sum("municipality")),
        ("kreis", result.kreis_transfer.sum("kreis")),
    ):
        paid = result.land_cost.where(result.recipient == recipient, 0.0).sum("instrument")
        assert abs(received - paid).max() < 0.01
        assert (received > 0.0).any()
    exposure = result.gross_cost - result.transfer
    assert abs(result.municipal_exposure - exposure).max() < 0.01


def test_a_lost_cent_is_noticed(scenario: igs.Scenario) -> None:
    job = plan_job(scenario, keep="land")
    world = simulate_world(scenario, job.plans[0], range(4))
    settlement = settle(job.laws["threshold_25k"], world.basis, instruments=job.instruments)
    check_money(settlement, world.gross_cost, job.instruments)
    settlement.transfer[1, 0, 2] += 0.02
    with pytest.raises(InvariantError, match="draw 1 of the block, year 0"):
        check_money(settlement, world.gross_cost, job.instruments)


# 3. Layers of the reimbursement


@settings(max_examples=10)
@given(thresholds=st.lists(st.integers(15_000, 200_000), min_size=3, max_size=3, unique=True))
def test_reimbursement_falls_and_is_convex_in_the_threshold(
    module_scenario: Write, thresholds: list[int]
) -> None:
    low, middle, high = sorted(thresholds)
    scenario = igs.load_scenario(
        module_scenario(thresholds={"low": low, "middle": middle, "high": high})
    )
    illness = igs.simulate(scenario, draws=16).illness_reimbursement
    above = {name: illness.sel(option=name) for name in ("low", "middle", "high")}
    assert (above["low"] >= above["middle"]).all()
    assert (above["middle"] >= above["high"]).all()
    weight = (high - middle) / (high - low)
    chord = weight * above["low"] + (1 - weight) * above["high"]
    assert (above["middle"] <= chord + 1e-6).all()


def test_layers_of_the_ledger_add_up(scenario: igs.Scenario) -> None:
    """25k to 35k, cut out of the rows by hand, plus above 35k equals above 25k."""
    job = plan_job(scenario, keep="municipality")
    basis = simulate_world(scenario, job.plans[0], range(40)).basis
    ledger = basis.ledger
    layer = np.clip(ledger.cost - 25_000, 0.0, 10_000)
    cell = np.ravel_multi_index((ledger.draw, ledger.year, ledger.municipality), basis.shape)
    cut_out = np.bincount(cell, layer, minlength=np.prod(basis.shape)).reshape(basis.shape)
    low, high = (
        settle(job.laws[name], basis).illness_reimbursement
        for name in ("threshold_25k", "threshold_35k")
    )
    assert layer.sum() > 0
    assert np.allclose(cut_out + high, low, rtol=1e-12, atol=1e-6)


# 4. A null option


def test_an_option_that_changes_nothing_differs_by_exactly_zero(module_scenario: Write) -> None:
    scenario = igs.load_scenario(module_scenario(thresholds={"one": 25_000, "other": 25_000}))
    result = igs.simulate(scenario, draws=40)
    for variable in ("land_cost", "transfer", "municipal_exposure", "illness_reimbursement"):
        difference = result[variable].sel(option="one") - result[variable].sel(option="other")
        assert (difference == 0.0).all()
    table = igs.compare(result, baseline="one")
    assert (table.land_mean.sel(option="other") == 0.0).all()
    assert (table.land_standard_error.sel(option="other") == 0.0).all()


# 5. Draws, blocks, workers (executors are in test_executors.py)


def test_first_draws_do_not_depend_on_how_many_are_asked_for(
    scenario: igs.Scenario, result: xr.Dataset
) -> None:
    fewer = igs.simulate(scenario, draws=300, seed=4, workers=1)
    assert same(fewer, result.isel(draw=slice(300)))


@pytest.mark.parametrize("block", [1, 7, 64, 1000])
def test_blocks_do_not_matter(
    scenario: igs.Scenario, result: xr.Dataset, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "BLOCK_DRAWS", block)
    draws = 20 if block == 1 else 130
    assert same(igs.simulate(scenario, draws=draws, seed=4), result.isel(draw=slice(draws)))


def test_statistics_do_not_depend_on_workers(scenario: igs.Scenario) -> None:
    one = igs.simulate(scenario, draws=600, seed=4, workers=1, keep="land")
    two = igs.simulate(scenario, draws=600, seed=4, workers=2, keep="land")
    assert same(one, two)


def test_seed_zero_is_not_the_scenario_s_own(scenario: igs.Scenario, result: xr.Dataset) -> None:
    zero = igs.simulate(scenario, draws=50, seed=0)
    assert not same(zero, igs.simulate(scenario, draws=50))
    assert zero.attrs["seed"] == "0"


# 6. Labels


def test_reordering_and_relabelling_permute_the_result(
    module_scenario: Write, result: xr.Dataset
) -> None:
    """New keys in reversed order: the same numbers under the new labels."""
    rows = [
        ("00900004", "Adorf", "kreisfrei", "00900", 100_000, 100),
        ("00800012", "Bestadt", "kreisangehörig", "00800", 50_000, 200),
        ("00800008", "Cedorf", "kreisangehörig", "00800", 30_000, 300),
        ("00800004", "Detal", "kreisangehörig", "00800", 20_000, 400),
    ]
    table = "ags,name,type,kreis_ags,kreis_name,population,area_km2\n" + "".join(
        f"{ags},{name},{kind},{kreis},Kreis {kreis},{people},{area}\n"
        for ags, name, kind, kreis, people, area in rows
    )
    renamed = igs.simulate(
        igs.load_scenario(module_scenario(region_table=table)), draws=600, seed=4
    )
    assert list(renamed.municipality.values) == sorted(row[0] for row in rows)
    old = result.set_index(municipality="municipality_name")
    new = renamed.set_index(municipality="municipality_name").sel(
        municipality=old.municipality.values, kreis=["00900", "00800"]
    )
    for name, variable in old.data_vars.items():
        assert np.array_equal(variable.values, new[name].values, equal_nan=True), name


# 8. Saving and loading (7, closed forms and FFT, is in tests/world/test_illness.py)


@pytest.mark.parametrize("keep", ["municipality", "kreis", "land"])
def test_saving_and_loading_gives_back_the_same(
    scenario: igs.Scenario, tmp_path: Path, keep: Keep
) -> None:
    result = igs.simulate(scenario, draws=20, keep=keep)
    path = tmp_path / "result.nc"
    igs.save_result(result, path)
    assert igs.load_result(path).identical(result)


# What a broken run looks like


def test_numbers_that_are_not_finite_are_noticed(scenario: igs.Scenario) -> None:
    job = plan_job(scenario, keep="land")
    world = simulate_world(scenario, job.plans[0], range(2))
    settlement = settle(job.laws["threshold_25k"], world.basis, instruments=job.instruments)
    world.gross_cost[0, 0, 0] = np.nan
    with pytest.raises(InvariantError, match="gross cost is not a finite number"):
        check_money(settlement, world.gross_cost, job.instruments)


def test_more_reimbursed_than_spent_is_noticed(scenario: igs.Scenario) -> None:
    job = plan_job(scenario, keep="land")
    world = simulate_world(scenario, job.plans[0], range(2))
    settlement = settle(job.laws["threshold_25k"], world.basis, instruments=job.instruments)
    settlement.illness_reimbursement[1, 1, 0] = world.gross_cost[1, 1, 0] + 0.02
    with pytest.raises(InvariantError, match="more illness cost than it had"):
        check_money(settlement, world.gross_cost, job.instruments)
