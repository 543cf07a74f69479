"""What a result says of the world: flows, occupancy, fulfilment; options with own worlds."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from ruamel.yaml import YAML

import integrasim as igs
from integrasim.scenario import check_scenario

Write = Callable[..., Path]
LEAVING = [
    "left_reception",
    "left_procedure",
    "regularised",
    "left_tolerated",
    "obligation_ended",
    "left_temporary_protection",
]
LATE = "fluag.temporary_protection_late_counted"


@pytest.fixture(scope="module")
def scenario(module_scenario: Write) -> igs.Scenario:
    return igs.load_scenario(module_scenario())


@pytest.fixture(scope="module")
def result(scenario: igs.Scenario) -> xr.Dataset:
    return igs.simulate(scenario, draws=60, seed=2)


def before(stock: xr.DataArray, initial: xr.DataArray) -> xr.DataArray:
    """Persons by status at the start of each month."""
    return stock.shift(month=1).fillna(initial)


def test_flows_explain_every_change_of_stock(result: xr.Dataset) -> None:
    """Month by month and status by status, what comes less what goes is the change.

    Recognised persons from the facilities and resettled ones share a flow, so the facilities and
    the recognised are taken together; 40 persons a month come under temporary protection.
    """
    flow = {str(name): result.flows.sel(flow=name, drop=True) for name in result.flow.values}
    change = result.stock - before(result.stock, result.initial_stock)
    from_procedure = flow["recognised"] + flow["tolerated"] + flow["left_procedure"]
    expected = {
        ("procedure",): flow["assigned"] - from_procedure,
        ("tolerated",): flow["tolerated"] - flow["regularised"] - flow["left_tolerated"],
        ("temporary_protection",): 40 - flow["left_temporary_protection"],
        ("reception", "recognised"): (result.arrivals - 40)
        + flow["recognised"]
        - flow["assigned"]
        - flow["left_reception"]
        - flow["obligation_ended"],
    }
    for statuses, persons in expected.items():
        assert (change.sel(status=list(statuses)).sum("status") == persons).all(), statuses


def test_departures_are_the_flows_out(result: xr.Dataset) -> None:
    assert (result.flows.sel(flow=LEAVING).sum("flow") == result.departures).all()
    assert (result.flows.sum(["month", "draw"]) > 0).all()


def test_occupancy_is_stock_over_places(result: xr.Dataset) -> None:
    stock = result.stock.sel(status="reception", drop=True)
    assert np.allclose(result.occupancy, stock / 900, rtol=1e-6)


def test_early_assignment_keeps_occupancy_at_what_is_usable(module_scenario: Write) -> None:
    """Where all persons wait to be assigned, as many go early as there are no places for."""
    reception = {
        "initial": 500,
        "mean_stay": 4,
        "share_recognised": 0,
        "share_left": 0,
        "usable_share": {"dist": "uniform", "low": 0.5, "high": 0.7},
        "places": {"reception_centre": 200, "other_facility": 700},
        "places_by_municipality": "key",
    }
    result = igs.simulate(
        igs.load_scenario(module_scenario(world={"reception": reception})), draws=60, seed=2
    )
    assert (result.flows.sel(flow="assigned_early") > 0).any()
    assert (result.occupancy <= 0.7 + 1e-6).all()


def test_fulfilment_is_one_in_the_weighted_mean(result: xr.Dataset, scenario: igs.Scenario) -> None:
    region = scenario.load_region()
    key = xr.DataArray(igs.allocation_key(region.population, region.area_km2), dims="municipality")
    mean = (result.fulfilment_quota * key).sum("municipality")
    assert np.allclose(mean, 1.0, atol=1e-6)
    assert (abs(result.fulfilment_quota - 1.0) < 0.1).all()


def test_the_quota_of_a_kreis_is_that_of_its_municipalities_together(
    result: xr.Dataset, scenario: igs.Scenario
) -> None:
    region = scenario.load_region()
    key = xr.DataArray(igs.allocation_key(region.population, region.area_km2), dims="municipality")
    by_kreis = igs.simulate(scenario, draws=60, seed=2, keep="kreis").fulfilment_quota
    groups = result.kreis_ags
    together = (result.fulfilment_quota * key).groupby(groups).sum() / key.assign_coords(
        kreis_ags=groups
    ).groupby("kreis_ags").sum()
    assert np.allclose(by_kreis, together.transpose("draw", "year", "kreis_ags"), rtol=1e-5)


def test_residence_rule_months_are_those_of_recognised_persons(result: xr.Dataset) -> None:
    """Of a month: who was recognised when it began, and who came under the residence rule."""
    there = before(result.stock, result.initial_stock).sel(status="recognised")
    persons = there + result.flows.sel(flow="assigned_recognised")
    by_year = persons.groupby("month.year").sum().transpose("draw", "year")
    assert (result.residence_rule_months.sum("municipality") == by_year).all()


def test_counting_late_protection_again_gives_worlds_of_their_own(module_scenario: Write) -> None:
    """From the same streams: what the law does not touch is the same person by person."""
    options: dict[str, dict[str, object]] = {
        "now": {},
        "again": {LATE: {"from": "2025-07-01", "value": 1}},
    }
    scenario = igs.load_scenario(module_scenario(options=options))
    result = igs.simulate(scenario, draws=20, seed=3)
    assert result.person_months.dims == ("option", "draw", "year", "municipality")
    months = result.person_months.sum("municipality")
    gain = months.sel(option="again") - months.sel(option="now")
    assert (gain.sel(year=2024) == 0).all()
    assert (gain.sel(year=[2025, 2026]) > 0).all()
    facilities = result.stock.sel(status="reception")
    assert (facilities.sel(option="again") == facilities.sel(option="now")).all()


def test_three_months_after_refusal_until_2020(module_scenario: Write) -> None:
    """The same world under the law of 2020 and with the rule of 2021 as an option."""
    options: dict[str, dict[str, object]] = {
        "law_of_2020": {},
        "month_itself": {"fluag.months_after_rejection": 0},
    }
    path = module_scenario(
        options=options,
        horizon={"start": "2019-01", "end": "2019-12"},
        law={"as_of": "2020-01-01"},
        budgets={},
    )
    result = igs.simulate(igs.load_scenario(path), draws=20, seed=3)
    months = result.person_months.sum(["municipality", "year"])
    more = months.sel(option="law_of_2020") - months.sel(option="month_itself")
    tolerated = result.flows.sel(flow="tolerated", option="law_of_2020").isel(month=slice(9))
    # Nine months of refusals with up to three months each; one in forty leaves a month.
    at_most = 3 * tolerated.sum("month") + 3 * result.flows.sel(
        flow="tolerated", option="law_of_2020"
    ).isel(month=slice(9, 12)).sum("month")
    assert (more > 2.5 * tolerated.sum("month")).all()
    assert (more < at_most).all()
    paid = result.land_cost.sel(instrument="fluag.lump_sum")
    gap = paid.sel(option="law_of_2020") - paid.sel(option="month_itself")
    assert np.allclose(gap.sum("year"), 866 * more)


@pytest.mark.parametrize(
    ("process", "key"),
    [
        ({"process": "fixed", "monthly": 1e7}, "monthly"),
        (
            {"process": "log_ar1", "initial": 1e7, "level": 1e7, "persistence": 0.5}
            | {"volatility": 0.3, "share": 1.0},
            "volatility",
        ),
    ],
)
def test_more_arrivals_than_people_are_refused(
    module_scenario: Write, process: dict[str, object], key: str
) -> None:
    """Numbers beyond the 32 bits of the kernel are an error of the input, not of the program."""
    world = YAML(typ="safe", pure=True).load(module_scenario().read_text("utf-8"))["world"]
    path = module_scenario(world=world | {"arrivals": process})
    assert check_scenario(path) == []
    with pytest.raises(igs.InputError, match="more than live in Germany") as caught:
        igs.simulate(igs.load_scenario(path), draws=1)
    assert caught.value.problems[0].key == f"world.arrivals.{key}"
