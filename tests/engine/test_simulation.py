"""Whole runs: the contract's dataset, the toy Land by hand, options with worlds of their own."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from ruamel.yaml import YAML

import integrasim as igs
from integrasim.engine.job import plan_job
from integrasim.engine.memory import estimate_memory

Write = Callable[..., Path]


@pytest.fixture(scope="module")
def toy() -> xr.Dataset:
    return igs.simulate(igs.load_scenario("scenarios/toy.yaml"), draws=200)


# The toy Land by hand (docs/toy-land.md)


def test_toy_key_by_hand() -> None:
    """Raw 46, 24.5, 16.5 and 13 %; Detal is cut to 12.5 % and 0.5 % goes to the others."""
    region = igs.load_region("toy")
    key = igs.allocation_key(region.population, region.area_km2)
    others = np.array([0.46, 0.245, 0.165])
    assert np.allclose(key, [*(others + 0.005 * others / 0.87), 0.125])


def test_toy_lump_sum_by_hand(toy: xr.Dataset) -> None:
    """1,000 persons at the start and 100 more each month, all present and counted.

    Person-months of 2025: Σ (1,000 + 100 m) for m = 1…12 = 19,800; of 2026: 34,200. They
    follow the key to within a person a month; the kreisfreie Stadt earns 1,303 EUR each,
    the others 1,013 EUR.
    """
    persons = toy.person_months.isel(draw=0)
    assert persons.sum("municipality").values.tolist() == [19_800, 34_200]
    key = np.array([0.46, 0.245, 0.165]) * (1 + 0.005 / 0.87)
    assert np.allclose(persons[0, :3], 19_800 * key, atol=12)
    rate = np.array([1303, 1013, 1013, 1013])
    lump_sum = toy.transfer - toy.illness_reimbursement
    expected = toy.person_months * xr.DataArray(rate, dims="municipality")
    assert abs(lump_sum - expected.broadcast_like(lump_sum)).max() < 0.01


def test_toy_payments_by_hand(tmp_path: Path) -> None:
    """At 1,000 EUR for all: in 2026 the 2,200 of December 2025 are paid, not the 3,400 of 2026."""
    file = tmp_path / "flat.yaml"
    file.write_text(
        f"extends: {Path('scenarios/toy.yaml').resolve()}\n"
        "schema: integrasim/1\n"
        "options:\n"
        "  flat:\n"
        "    label: {de: gleich, en: flat}\n"
        "    law: {fluag.lump_sum_kreisfrei: 1000, fluag.lump_sum_kreisangehoerig: 1000}\n",
        "utf-8",
    )
    result = igs.simulate(igs.load_scenario(file), draws=16)
    flat = result.land_payments.sel(option="flat")
    lump_sum = flat.sel(instrument="fluag.lump_sum")
    assert lump_sum.sel(year=2025).isnull().all()
    assert (lump_sum.sel(year=2026) == 1000 * (2_200 + 34_200 - 3_400)).all()
    due = result.land_cost.sel(option="flat")
    illness = flat.sel(instrument="fluag.illness", year=2026)
    assert (illness == due.sel(instrument="fluag.illness", year=2025)).all()
    assert (flat.sel(instrument="fluag.kreis_lump_sum") == 500_000).all()


def test_toy_kreis_money_by_hand(toy: xr.Dataset) -> None:
    """One Kreis at 500,000 EUR a year; the kreisfreie Stadt gets none."""
    assert (toy.land_cost.sel(instrument="fluag.kreis_lump_sum") == 500_000).all()
    assert toy.recipient.sel(instrument="fluag.kreis_lump_sum") == "kreis"


def test_toy_reimbursement_by_hand() -> None:
    """Pareto tail with index 2: 0.0005 · 70,000² · (1/35,000 - 1/1,000,000) = 67.55 EUR."""
    result = igs.simulate(igs.load_scenario("scenarios/toy.yaml"), draws=4096, keep="land")
    paid = result.illness_reimbursement.sel(option="threshold_35k")
    expected = xr.DataArray([19_800, 34_200], dims="year") / 12 * 67.55
    standard_error = paid.std("draw") / np.sqrt(4096)
    assert (abs(paid.mean("draw") - expected) < 4 * standard_error).all()


def test_toy_gross_cost_by_hand(toy: xr.Dataset) -> None:
    """No spread and no inflation: 16,000 or 12,000 EUR less 2,000 for illness, plus illness."""
    keep = np.array([14_000, 10_000, 10_000, 10_000]) / 12
    hosting = toy.person_months * xr.DataArray(keep, dims="municipality")
    illness = toy.gross_cost - hosting
    per_year = illness.sum("municipality") / (toy.person_months.sum("municipality") / 12)
    standard_error = per_year.std("draw") / np.sqrt(toy.sizes["draw"])
    assert (illness > 0).all()
    assert (abs(per_year.mean("draw") - 2_000) < 5 * standard_error).all()


# The contract


def test_dataset_of_the_contract(toy: xr.Dataset) -> None:
    local = ("option", "draw", "year", "municipality")
    assert {name: variable.dims for name, variable in toy.data_vars.items()} == {
        "land_cost": ("option", "draw", "year", "instrument"),
        "occupancy": ("draw", "month"),
        "flows": ("draw", "month", "flow"),
        "residence_rule_months": ("draw", "year", "municipality"),
        "fulfilment_quota": ("draw", "year", "municipality"),
        "transfer": local,
        "land_payments": ("option", "draw", "year", "instrument"),
        "kreis_transfer": ("option", "draw", "year", "kreis"),
        "illness_reimbursement": local,
        "municipal_exposure": local,
        "gross_cost": local[1:],
        "person_months": local[1:],
        "stock": ("draw", "month", "status"),
        "initial_stock": ("draw", "status"),
        "arrivals": ("draw", "month"),
        "departures": ("draw", "month"),
    }
    assert toy.municipality.values.tolist() == ["00111000", "00200004", "00200008", "00200012"]
    assert toy.municipality_type.values.tolist() == ["kreisfrei", *["kreisangehörig"] * 3]
    assert toy.kreis_ags.values.tolist() == ["00111", "00200", "00200", "00200"]
    assert toy.status.values.tolist() == [
        "reception",
        "procedure",
        "recognised",
        "tolerated",
        "temporary_protection",
    ]
    assert toy.option.values.tolist() == ["threshold_35k", "threshold_25k"]
    for name, variable in toy.data_vars.items():
        assert {"units", "long_name", "long_name_de"} <= variable.attrs.keys(), name
    for money in ("land_cost", "transfer", "gross_cost", "municipal_exposure"):
        assert toy[money].dtype == np.float64
        assert toy[money].attrs["units"] == "EUR"


def test_options_say_in_words_what_they_change(toy: xr.Dataset) -> None:
    higher, enacted = toy.option_change_en.values.tolist()
    assert higher.endswith(
        "(§ 4b FlüAG): from 1 January 2025 35,000 EUR per person and calendar year."
    )
    assert enacted == "The enacted law stays as it is."
    assert toy.option_change_de.values.tolist()[1] == "Es bleibt beim geltenden Recht."


def test_manifest_says_how_the_result_came_about(toy: xr.Dataset) -> None:
    scenario = igs.load_scenario("scenarios/toy.yaml").model_copy(update={"draws": 200})
    assert toy.attrs["scenario_text"] == scenario.source_text
    assert toy.attrs["scenario_sha256"] == scenario.sha256
    assert toy.attrs["seed"] == "2025"
    assert toy.attrs["draws"] == 200
    assert toy.attrs["law_as_of"] == "2025-01-01"
    assert toy.attrs["integrasim_version"] == igs.__version__
    assert "numpy" in toy.attrs["package_versions"]
    assert "toy.yaml" in toy.attrs["input_files"]
    assert all(isinstance(value, (str, int, float)) for value in toy.attrs.values())


def test_scenario_is_not_changed_by_a_run() -> None:
    scenario = igs.load_scenario("scenarios/toy.yaml")
    igs.simulate(scenario, draws=3, seed=0)
    assert (scenario.draws, scenario.seed) == (1000, 2025)


# Levels kept


@pytest.fixture(scope="module")
def lively(module_scenario: Write) -> igs.Scenario:
    return igs.load_scenario(module_scenario())


@pytest.fixture(scope="module")
def full(lively: igs.Scenario) -> xr.Dataset:
    return igs.simulate(lively, draws=600)


def test_keep_kreis_holds_sums_and_statistics(lively: igs.Scenario, full: xr.Dataset) -> None:
    kept = igs.simulate(lively, draws=600, keep="kreis")
    sums = full.transfer.groupby("kreis_ags").sum().rename(kreis_ags="kreis")
    assert kept.transfer.dims == ("option", "draw", "year", "kreis")
    assert np.allclose(kept.transfer, sums)
    assert np.allclose(kept.transfer_mean, full.transfer.mean("draw"))
    assert np.allclose(kept.gross_cost_sd, full.gross_cost.std("draw", ddof=1))
    assert kept.transfer_mean.dims == ("option", "year", "municipality")


def test_keep_land_holds_paired_differences(lively: igs.Scenario, full: xr.Dataset) -> None:
    kept = igs.simulate(lively, draws=600, keep="land")
    gain = full.transfer - full.transfer.sel(option="threshold_35k")
    assert kept.transfer.dims == ("option", "draw", "year")
    assert np.allclose(kept.transfer, full.transfer.sum("municipality"))
    assert np.allclose(kept.transfer_difference_mean, gain.mean("draw"))
    assert np.allclose(kept.transfer_difference_sd, gain.std("draw", ddof=1))
    assert np.allclose(kept.transfer_difference_positive, (gain > 0).mean("draw"))
    by_kreis = gain.groupby("kreis_ags").sum()
    assert np.allclose(kept.transfer_kreis_difference_mean, by_kreis.mean("draw"))
    assert "kreis" in kept.transfer_kreis_mean.dims


# Options that change who is sent where


def test_placement_options_have_their_own_world_from_the_same_streams(
    module_scenario: Write,
) -> None:
    path = module_scenario(
        options={
            "enacted": {},
            "population_only": {"fluag.key_population_weight": 1.0},
            "threshold": {"fluag.illness_threshold": 30_000},
        }
    )
    result = igs.simulate(igs.load_scenario(path), draws=50)
    assert result.person_months.dims[0] == "option"
    own, enacted = result.sel(option="population_only"), result.sel(option="enacted")
    assert (own.arrivals == enacted.arrivals).all()
    assert (own.person_months != enacted.person_months).any()
    assert own.person_months.mean("draw")[0, 3] < enacted.person_months.mean("draw")[0, 3]
    same = result.sel(option="threshold")
    for name in ("person_months", "gross_cost", "stock"):
        assert (same[name] == enacted[name]).all()


def test_a_dated_override_changes_the_law_from_its_day(module_scenario: Write) -> None:
    later = {"fluag.lump_sum_kreisfrei": {"from": "2025-07-01", "value": 2000}}
    path = module_scenario(options={"enacted": {}, "later": later})
    result = igs.simulate(igs.load_scenario(path), draws=10)
    gain = result.transfer.sel(option="later") - result.transfer.sel(option="enacted")
    assert (gain.sel(year=[2023, 2024]) == 0).all()
    assert (gain.sel(year=[2025, 2026]).isel(municipality=0) > 0).all()
    assert (gain.isel(municipality=slice(1, None)) == 0).all()
    per_month = gain.sel(year=2026).isel(municipality=0) / result.person_months.sel(year=2026).isel(
        municipality=0
    )
    assert np.allclose(per_month, 2000 - 1303)


PRICES = "world.costs.inflation"


@pytest.fixture(scope="module")
def indexed(module_scenario: Write) -> igs.Scenario:
    """Options that bind amounts to a growth of 0 and of 3 %, and to prices."""
    rate, threshold = "fluag.lump_sum_kreisfrei", "fluag.illness_threshold"
    path = module_scenario(
        options={
            "enacted": {},
            "null": {rate: {"from": "2024-01-01", "indexed_by": 0}},
            "three_percent": {rate: {"from": "2024-01-01", "indexed_by": 0.03}},
            # The inflation of illness costs is 3 % in every draw.
            "illness": {rate: {"from": "2024-01-01", "indexed_by": "world.illness.inflation"}},
            "prices": {rate: {"from": "2024-07-01", "value": 1000, "indexed_by": PRICES}},
            "threshold": {threshold: {"value": 20_000, "indexed_by": PRICES}},
        }
    )
    return igs.load_scenario(path)


def test_a_rate_follows_an_index_of_the_same_draw(indexed: igs.Scenario) -> None:
    result = igs.simulate(indexed, draws=40)
    paid = {name: result.transfer.sel(option=name).values for name in indexed.options}
    assert (paid["null"] - paid["enacted"] == 0.0).all()
    months = result.person_months.values[:, :, 0]
    more = {name: (paid[name] - paid["enacted"])[:, :, 0] / months for name in paid}
    three_percent = np.array([0.0, 0.0, 0.03, 1.03**2 - 1.0]) * 1303.0
    for name in ("three_percent", "illness"):
        np.testing.assert_allclose(more[name], np.tile(three_percent, (40, 1)), atol=1e-8)
    # The rates of 2025 and 2026 have the growth of one and the same inflation in each draw.
    rates = more["prices"][:, 2:] + 1303.0
    growth = rates[:, 0] / 1000.0
    np.testing.assert_allclose(rates[:, 1], 1000.0 * growth**2, rtol=1e-9)
    assert growth.std() > 0.005
    assert (abs(growth - 1.02) < 0.0401).all()


def test_a_draw_follows_its_index_whatever_the_blocks(indexed: igs.Scenario) -> None:
    many = igs.simulate(indexed, draws=300, keep="land", workers=2)
    few = igs.simulate(indexed, draws=20, keep="land", workers=1)
    assert many.land_cost.isel(draw=slice(20)).equals(few.land_cost)


# Arguments and errors


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"draws": 0}, "draws must be at least 1, not 0"),
        ({"seed": -1}, "seed must be at least 0, not -1"),
        ({"draws": 10.5}, r"draws must be a whole number, not 10\.5"),
        ({"draws": "10"}, "draws must be a whole number, not '10'"),
        ({"seed": True}, "seed must be a whole number, not True"),
        ({"seed": 2**70}, r"seed must be below 2\*\*63, not 1180591620717411303424"),
        ({"workers": 1.5, "seed": 0.5}, r"seed must be .* 0\.5; workers must be .* 1\.5"),
        ({"workers": 0}, "workers must be at least 1"),
        ({"keep": "town"}, "keep must be 'municipality', 'kreis' or 'land', not 'town'"),
        ({"draws": -2, "seed": -2}, "draws .*; seed "),
    ],
)
def test_impossible_arguments(
    lively: igs.Scenario, arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        igs.simulate(lively, **arguments)


def test_whole_numbers_of_other_libraries_are_taken(lively: igs.Scenario) -> None:
    numbers: Any = {"draws": np.int64(4), "seed": np.uint8(3)}
    plain = igs.simulate(lively, draws=4, seed=3)
    assert igs.simulate(lively, **numbers).identical(plain)


@pytest.mark.parametrize("path", ["x.yaml", Path("x.yaml")])
def test_a_path_in_place_of_a_scenario(path: Any) -> None:
    with pytest.raises(TypeError, match=r"x\.yaml.* load_scenario\(\"x\.yaml\"\)"):
        igs.simulate(path)


def test_a_map_in_place_of_a_scenario() -> None:
    wrong: Any = {"draws": 10}
    with pytest.raises(TypeError, match=r"a dict is no scenario.*load_scenario"):
        igs.simulate(wrong)


def test_assumptions_that_cannot_hold_together_are_an_input_error(module_scenario: Write) -> None:
    scenario = igs.load_scenario(module_scenario())
    illness = scenario.world.illness.model_copy(update={"mean_cost": 20.0})
    world = scenario.world.model_copy(update={"illness": illness})
    impossible = scenario.model_copy(update={"world": world})
    with pytest.raises(igs.InputError, match=r"\.yaml:\d+:\d+: world\.illness\.mean_cost: in some"):
        igs.simulate(impossible, draws=5)


def test_a_scenario_without_a_file_has_its_problems_too(module_scenario: Write) -> None:
    text = igs.load_scenario(module_scenario()).model_dump(by_alias=True)
    text["world"]["costs"]["kreisangehoerig"] = 500.0
    with pytest.raises(igs.InputError, match=r"<scenario>:1:1: world\.costs: in some draw"):
        igs.simulate(igs.Scenario.model_validate(text), draws=5)


def test_a_threshold_below_the_ledger_s_floor_is_an_input_error(module_scenario: Write) -> None:
    path = module_scenario(thresholds={"low": 9_000})
    with pytest.raises(igs.InputError, match=r"world.illness.floor"):
        igs.simulate(igs.load_scenario(path), draws=5)


# What is said before and during a run


def test_progress_goes_to_standard_error(
    lively: igs.Scenario, capsys: pytest.CaptureFixture[str]
) -> None:
    igs.simulate(lively, draws=30, progress=True)
    said = capsys.readouterr()
    assert said.out == ""
    assert "30 draws; about" in said.err
    assert "30/30" in said.err


def test_silence_by_default(lively: igs.Scenario, capsys: pytest.CaptureFixture[str]) -> None:
    igs.simulate(lively, draws=30)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("keep", ["municipality", "kreis", "land"])
def test_memory_estimate_of_the_result_is_exact(lively: igs.Scenario, keep: Any) -> None:
    scenario = lively.model_copy(update={"draws": 40})
    estimate = estimate_memory(plan_job(scenario, keep=keep), workers=2, block=256)
    result = igs.simulate(scenario, keep=keep)
    with_draws = [v for v in result.data_vars.values() if "draw" in v.dims]
    assert estimate.result == sum(variable.nbytes for variable in with_draws)


def test_a_scenario_whose_files_have_gone_since_still_runs(module_scenario: Write) -> None:
    """What was loaded is what is run and recorded, whatever happens to the files later."""
    path = module_scenario()
    kept = igs.simulate(igs.load_scenario(path), draws=2).attrs["input_files"]
    scenario = igs.load_scenario(path)
    path.unlink()
    assert igs.simulate(scenario, draws=2).attrs["input_files"] == kept


def test_memory_is_estimated_by_numbers_that_the_run_has(module_scenario: Write) -> None:
    """Cheap illness with as many dear cases as now is impossible, and no draw combines them."""
    world = YAML(typ="safe", pure=True).load(module_scenario().read_text("utf-8"))["world"]
    illness = world["illness"] | {
        "mean_cost": {"dist": "uniform", "low": 200, "high": 2_500},
        "tail_rate": {"dist": "uniform", "low": 1e-5, "high": 1e-3},
    }
    pair = ["world.illness.mean_cost", "world.illness.tail_rate"]
    path = module_scenario(
        world=world | {"illness": illness},
        dependence=[{"between": pair, "rank_correlation": 1}],
    )
    result = igs.simulate(igs.load_scenario(path), draws=64, seed=2)
    assert result.sizes["draw"] == 64
