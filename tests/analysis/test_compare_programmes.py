"""Programmes, Kreise, budgets by year and the Land's budget year in the comparison."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal

import numpy as np
import pytest
import xarray as xr
from tests.analysis.synthetic import (
    cut_months,
    make_result,
    reduce_result,
    with_payments,
    with_programmes,
)

import integrasim as igs
from integrasim.analysis.compare import ComparisonError, compare
from integrasim.analysis.names import attributes

if TYPE_CHECKING:
    from pathlib import Path

Over = Literal["year", "horizon"]
PROGRAMMES = ["fluag", "ki", "kim", "prevention"]


def assert_same(found: xr.DataArray, expected: xr.DataArray) -> None:
    """Compare by label, whatever the order of the dimensions."""
    expected = expected.transpose(*found.dims)
    np.testing.assert_allclose(found.to_numpy(), expected.to_numpy(), rtol=1e-9, atol=1e-6)


# Budgets by year


def test_only_years_with_a_budget_can_exceed_it() -> None:
    result = make_result(draws=200, years=(2025, 2026, 2027))
    result.attrs["budgets"] = json.dumps({"fluag": {"2025": 2_400_000, "2027": 1}})
    table = compare(result).sel(budget="fluag")
    np.testing.assert_array_equal(table["budget_amount"], [2_400_000.0, np.nan, 1.0])
    for name in ("exceedance", "exceedance_standard_error", "shortfall_mean"):
        unknown = table[f"budget_{name}"].isnull()
        assert unknown.sel(year=2026).all(), name
        assert not unknown.sel(year=[2025, 2027]).any(), name
    result.attrs["budgets"] = json.dumps({"fluag": 2_400_000})
    every_year = compare(result).sel(budget="fluag")
    for name in ("budget_exceedance", "budget_shortfall_mean", "budget_shortfall_standard_error"):
        xr.testing.assert_identical(table[name].sel(year=2025), every_year[name].sel(year=2025))
    assert (table["budget_exceedance"].sel(year=2027) == 1.0).all()


def test_budget_by_year_of_a_partial_year_is_in_proportion() -> None:
    result = cut_months(make_result(), first="2025-10-01", last="2026-06-01")
    result.attrs["budgets"] = json.dumps({"fluag": {"2025": 5_000_000}})
    amounts = compare(result)["budget_amount"].sel(budget="fluag")
    np.testing.assert_array_equal(amounts, [1_250_000.0, np.nan])


@pytest.mark.parametrize("table", ['{"2025": true}', '{"soon": 5}', '{"2025": {"1": 5}}', "[5]"])
def test_broken_budgets_by_year_are_refused(table: str) -> None:
    result = make_result()
    result.attrs["budgets"] = f'{{"fluag": {table}}}'
    with pytest.raises(ComparisonError, match=r'"budgets" .* no mapping of names to EUR per year'):
        compare(result)


def test_budgets_of_a_scenario_reach_the_comparison_through_a_file(tmp_path: Path) -> None:
    text = "\n".join(
        (
            f"extends: {igs.__path__[0]}/../../scenarios/toy.yaml",
            "budgets: {fluag: {2026: 5000000}, fluag.kreis_lump_sum: 400000}",
        )
    )
    (tmp_path / "s.yaml").write_text(text, encoding="utf-8")
    result = igs.simulate(igs.load_scenario(tmp_path / "s.yaml"), draws=4)
    assert json.loads(result.attrs["budgets"]) == {
        "fluag": {"2026": 5_000_000.0},
        "fluag.kreis_lump_sum": 400_000.0,
    }
    igs.save_result(result, tmp_path / "result.nc")
    table = compare(igs.load_result(tmp_path / "result.nc"))
    np.testing.assert_array_equal(table["budget_amount"].sel(budget="fluag"), [np.nan, 5_000_000.0])
    assert (table["budget_shortfall_mean"].sel(budget="fluag.kreis_lump_sum") == 100_000.0).all()


def test_the_rounding_of_a_sum_exceeds_no_budget() -> None:
    result = make_result()
    result["land_cost"][:] = 0.0
    result["land_cost"].loc[{"instrument": "fluag.lump_sum"}] = 0.1
    result["land_cost"].loc[{"instrument": "fluag.one_off"}] = 0.2
    assert (result["land_cost"].sum("instrument") > 0.3).all()
    result.attrs["budgets"] = json.dumps({"fluag": 0.3})
    assert (compare(result)["budget_exceedance"] == 0.0).all()
    result.attrs["budgets"] = json.dumps({"fluag": 0.29})
    assert (compare(result)["budget_exceedance"] == 1.0).all()


# The Land's budget year


@pytest.mark.parametrize("baseline", ["threshold_35k", "threshold_25k"])
def test_cash_is_the_same_computation_on_what_is_paid(baseline: str) -> None:
    """The years but the first, as if what is paid in them were what is due in them."""
    result = with_payments(make_result(draws=60, years=(2025, 2026, 2027)))
    result.attrs["budgets"] = json.dumps({"fluag": 2_400_000, "fluag.illness": {"2026": 300_000}})
    cash = compare(result, view="cash", baseline=baseline)
    later = result.assign(land_cost=result["land_payments"])
    later = later.sel(year=[2026, 2027], month=slice("2026-01", "2027-12"))
    expected = compare(later, baseline=baseline)
    of_the_land = [
        name
        for name in cash.data_vars
        if str(name).partition("_")[0] in {"land", "programme", "instrument", "budget"}
    ]
    assert len(of_the_land) > 20
    for name in of_the_land:
        known = cash[name].sel(year=[2026, 2027])
        np.testing.assert_array_equal(known, expected[name].transpose(*known.dims), str(name))
        if name != "budget_amount":
            assert cash[name].sel(year=2025).isnull().all(), name
    horizon = compare(result, view="cash", baseline=baseline, over="horizon")
    mean = compare(later, baseline=baseline, over="horizon")
    for name in ("land_mean", "land_cost_quantile", "programme_cost_mean", "instrument_cost_mean"):
        np.testing.assert_array_equal(horizon[name], mean[name])
    for table in (cash, horizon):
        assert table.attrs["view"] == "cash"
        assert table["cost_known"].to_numpy().tolist() == [False, True, True]


def test_what_places_receive_is_the_same_in_both_views() -> None:
    result = with_payments(make_result(draws=20))
    cash, accrual = compare(result, view="cash"), compare(result)
    assert accrual["cost_known"].all()
    for name in accrual.data_vars:
        if str(name).startswith(("kreis", "municip", "person", "facility", "peak", "assigned")):
            xr.testing.assert_identical(cash[name].variable, accrual[name].variable)


@pytest.mark.parametrize("keep", ["kreis", "land"])
def test_cash_needs_no_draws_of_places(keep: Literal["kreis", "land"]) -> None:
    fine = with_payments(make_result(draws=20))
    found = compare(with_payments(make_result(draws=20, keep=keep)), view="cash")
    for name in ("land_quantile", "land_cost_mean", "budget_exceedance"):
        xr.testing.assert_allclose(found[name], compare(fine, view="cash")[name])


def test_cash_says_so_in_its_names() -> None:
    table = compare(with_payments(make_result()), view="cash")
    for name, variable in table.data_vars.items():
        assert variable.attrs == attributes(str(name), view="cash")
    assert table["land_mean"].attrs["long_name_de"].endswith(", im Jahr der Zahlung")
    assert "Zahlung" not in table["municipal_share"].attrs["long_name_de"]


def test_cash_of_a_result_without_payments_is_refused() -> None:
    with pytest.raises(ComparisonError, match=r'lacks the variable "land_payments".* again'):
        compare(make_result(), view="cash")


def test_cash_of_a_single_year_is_refused() -> None:
    result = with_payments(make_result(years=(2025,)))
    with pytest.raises(ComparisonError, match="Simulate a horizon that starts a year earlier"):
        compare(result, view="cash")


def test_unknown_view_is_refused() -> None:
    with pytest.raises(ValueError, match='view must be "accrual" or "cash", not "paid"'):
        compare(make_result(), view="paid")  # type: ignore[arg-type]


# Kreise


def kreis_result(*, draws: int = 40) -> xr.Dataset:
    """A result in which the Kreis itself receives more under the second option."""
    result = make_result(draws=draws)
    more = np.random.default_rng(5).normal(100_000.0, 20_000.0, (draws, 2))
    result["kreis_transfer"][1, :, :, 1] += more
    return result


@pytest.mark.parametrize("over", ["year", "horizon"])
def test_kreis_itself_equals_the_plain_computation(over: Over) -> None:
    result = kreis_result()
    table = compare(result, over=over)
    own = result["kreis_transfer"]
    difference = own - own.sel(option="threshold_35k", drop=True)
    difference = difference if over == "year" else difference.mean("year")
    assert_same(table["kreis_transfer_difference"], difference.mean("draw"))
    error = difference.std("draw", ddof=1) / 40**0.5
    assert_same(table["kreis_transfer_difference_standard_error"], error)
    quantiles = difference.quantile(table["quantile"].to_numpy(), "draw")
    assert_same(table["kreis_transfer_difference_quantile"], quantiles)
    assert (table["kreis_transfer_difference"].sel(kreis="00111") == 0.0).all()
    assert (table["kreis_transfer_difference"].sel(kreis="00200", option="threshold_25k") > 0).all()
    # What its municipalities receive together is another thing.
    xr.testing.assert_identical(
        table["kreis_mean"], compare(make_result(draws=40), over=over)["kreis_mean"]
    )


def test_kreis_itself_at_every_level() -> None:
    fine = kreis_result()
    table = compare(fine)
    by_kreis, by_land = (compare(reduce_result(fine, keep=keep)) for keep in ("kreis", "land"))
    for name in ("kreis_transfer_difference", "kreis_transfer_difference_standard_error"):
        xr.testing.assert_allclose(by_kreis[name], table[name])
        xr.testing.assert_allclose(by_land[name], table[name])
    quantile = "kreis_transfer_difference_quantile"
    xr.testing.assert_allclose(by_kreis[quantile], table[quantile])
    assert by_land[quantile].sel(option="threshold_25k").isnull().all()
    assert (by_land[quantile].sel(option="threshold_35k") == 0.0).all()


def test_kreis_itself_of_a_simulated_result(tmp_path: Path) -> None:
    """Half a million more a year for the toy Land's only Kreis, certain in every draw."""
    text = "\n".join(
        (
            f"extends: {igs.__path__[0]}/../../scenarios/toy.yaml",
            "options: {threshold_25k: {law: {fluag.kreis_lump_sum: 1000000}}}",
        )
    )
    (tmp_path / "s.yaml").write_text(text, encoding="utf-8")
    for keep in ("municipality", "land"):
        result = igs.simulate(igs.load_scenario(tmp_path / "s.yaml"), draws=4, keep=keep)
        table = compare(result).sel(option="threshold_25k")
        found = table["kreis_transfer_difference"].transpose("year", "kreis").to_numpy()
        assert sorted(found[0].tolist()) == [0.0, 500_000.0]
        assert (table["kreis_transfer_difference_standard_error"] == 0.0).all()


# Programmes


@pytest.mark.parametrize("over", ["year", "horizon"])
def test_programmes_add_up_their_instruments(over: Over) -> None:
    result = with_programmes(make_result(draws=50))
    table = compare(result, over=over)
    assert table["programme"].to_numpy().tolist() == PROGRAMMES
    assert table["programme_label_de"].to_numpy().tolist() == [
        *("FlüAG", "Kommunale Integrationszentren", "KIM", "Präventionspaket")
    ]
    programme = xr.DataArray(
        [str(name).partition(".")[0] for name in result["instrument"].to_numpy()],
        dims="instrument",
        name="programme",
    )
    cost = result["land_cost"] if over == "year" else result["land_cost"].mean("year")
    by_programme = cost.groupby(programme).sum()
    assert_same(table["programme_cost_mean"], by_programme.mean("draw"))
    error = by_programme.std("draw", ddof=1) / 50**0.5
    assert_same(table["programme_cost_standard_error"], error)
    quantiles = by_programme.quantile(table["quantile"].to_numpy(), "draw")
    assert_same(table["programme_cost_quantile"], quantiles)
    assert_same(table["instrument_cost_mean"], cost.mean("draw"))
    error = cost.std("draw", ddof=1) / 50**0.5
    assert_same(table["instrument_cost_standard_error"], error)
    assert_same(table["programme_cost_mean"].sum("programme"), table["land_cost_mean"])


def test_what_is_the_same_in_every_draw_has_no_error() -> None:
    """Not even one of rounding, although a third of a cent cannot be averaged exactly."""
    result = with_programmes(make_result(draws=1000))
    result["land_cost"].loc[{"instrument": "kim.coordination"}] = 1e7 / 3.0
    result.attrs["budgets"] = json.dumps({"kim.coordination": 1e6 / 3.0})
    assert np.full(1000, 1e7 / 3.0).std() > 0.0
    for over in ("year", "horizon"):
        table = compare(result, over=over)
        errors = table["instrument_cost_standard_error"].sel(instrument="kim.coordination")
        assert (errors == 0.0).all()
        assert (table["programme_cost_standard_error"].sel(programme="kim") == 0.0).all()
        assert (table["budget_shortfall_standard_error"] == 0.0).all()
        assert (table["programme_cost_standard_error"].sel(programme="fluag") > 0.0).all()


def test_programme_of_an_unknown_name_keeps_it() -> None:
    result = make_result()
    names = [str(each).replace("fluag", "asylblg") for each in result["instrument"].to_numpy()]
    result = result.assign_coords(instrument=names)
    result.attrs["budgets"] = "{}"
    table = compare(result)
    assert table["programme_label_en"].to_numpy().tolist() == ["asylblg"]
    assert table["municipal_share"].isnull().all()


@pytest.mark.parametrize("over", ["year", "horizon"])
def test_money_of_other_programmes_does_not_change_the_municipal_share(over: Over) -> None:
    alone = make_result()
    more = with_programmes(alone)
    assert (more["transfer"] > alone["transfer"]).any()
    for name in ("municipal_share", "municipal_share_standard_error"):
        xr.testing.assert_allclose(
            compare(more, over=over)[name], compare(alone, over=over)[name], rtol=1e-12
        )


def test_budget_of_a_programme_pays_all_its_instruments() -> None:
    result = with_programmes(make_result())
    result.attrs["budgets"] = json.dumps({"kim": {"2025": 60e6}, "kim.case_management": 41e6})
    table = compare(result)
    assert table["budget_label_de"].to_numpy().tolist() == ["KIM", "KIM, Baustein 2"]
    assert (table["budget_shortfall_mean"].sel(budget="kim", year=2025) == 5e6).all()
    assert (table["budget_exceedance"].sel(budget="kim.case_management") == 0.0).all()
