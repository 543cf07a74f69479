"""The comparison against a slow one written out by hand, and its promises."""

from __future__ import annotations

import json
import tracemalloc
from typing import Any, Literal

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from tests.analysis.synthetic import cut_months, make_result, reduce_result

from integrasim.analysis import differences, samples
from integrasim.analysis.compare import ComparisonError, compare
from integrasim.analysis.names import attributes
from integrasim.analysis.source import READ_VARIABLES
from integrasim.analysis.statistics import expected_shortfall

Over = Literal["year", "horizon"]
Keep = Literal["municipality", "kreis", "land"]
THREE = ("threshold_35k", "threshold_25k", "same_again")


def naive_statistics(draws: xr.DataArray) -> dict[str, xr.DataArray]:
    """Take the statistics of a labelled array in the plainest way."""
    n = draws.sizes["draw"]
    return {
        "mean": draws.mean("draw"),
        "median": draws.median("draw"),
        "quantile": draws.quantile([0.05, 0.25, 0.5, 0.75, 0.95], "draw"),
        "expected_shortfall": xr.apply_ufunc(
            lambda x: expected_shortfall(x, level=0.95, axis=-1), draws, input_core_dims=[["draw"]]
        ),
        "standard_error": draws.std("draw", ddof=1) / n**0.5,
        "probability_positive": (draws > 0.0).mean("draw"),
    }


def moved_result(**arguments: Any) -> xr.Dataset:
    """Make up a result in which the second option sends other persons to each municipality."""
    result = make_result(own_worlds=True, **arguments)
    rng = np.random.default_rng(1)
    moved = rng.integers(-90, 90, result["person_months"].shape[1:])
    result["person_months"][1] += moved
    result["municipal_exposure"][1] += 100.0 * moved
    return result


def naive_amounts(result: xr.Dataset) -> dict[str, xr.DataArray]:
    """Give the Land's cost and what places receive."""
    transfer = result["transfer"]
    return {
        "land": result["land_cost"].sum("instrument"),
        "municipality": transfer,
        "kreis": transfer.groupby("kreis_ags").sum().rename(kreis_ags="kreis"),
    }


def assert_same(found: xr.DataArray, expected: xr.DataArray) -> None:
    """Compare by label, whatever the order of the dimensions."""
    expected = expected.transpose(*found.dims)
    np.testing.assert_allclose(found.to_numpy(), expected.to_numpy(), rtol=1e-9, atol=1e-6)


@pytest.mark.parametrize("own_worlds", [False, True])
@pytest.mark.parametrize("over", ["year", "horizon"])
@pytest.mark.parametrize("baseline", ["threshold_35k", "threshold_25k"])
def test_every_statistic_equals_the_plain_computation(
    over: Over, baseline: str, own_worlds: bool
) -> None:
    result = make_result(draws=101, options=THREE, own_worlds=own_worlds)
    table = compare(result, baseline=baseline, over=over)
    for scope, amounts in naive_amounts(result).items():
        per_period = amounts if over == "year" else amounts.mean("year")
        difference = per_period - per_period.sel(option=baseline, drop=True)
        for statistic, expected in naive_statistics(difference).items():
            assert_same(table[f"{scope}_{statistic}"], expected)
        if scope == "land":
            for statistic, expected in naive_statistics(per_period).items():
                if statistic != "probability_positive":
                    assert_same(table[f"land_cost_{statistic}"], expected)


@pytest.mark.parametrize("over", ["year", "horizon"])
def test_baseline_and_unchanged_option_differ_by_exactly_zero(over: Over) -> None:
    table = compare(make_result(options=THREE), over=over)
    for name in table.data_vars:
        scope = str(name).partition("_")[0]
        if scope in {"land", "kreis", "municipality"} and not str(name).startswith("land_cost"):
            if name == "municipality_person_years":  # a level
                continue
            for option in ("threshold_35k", "same_again"):
                values = table[name].sel(option=option).to_numpy()
                assert not values.any(), name
                assert not np.signbit(values).any(), name


def test_result_is_not_changed() -> None:
    result = make_result()
    before = result.copy(deep=True)
    compare(result)
    compare(result, over="horizon")
    assert result.identical(before)


@given(factor=st.floats(-3.0, 3.0), seed=st.integers(0, 50))
def test_mean_difference_is_linear(factor: float, seed: int) -> None:
    result = make_result(draws=20, seed=seed)
    scaled = result.copy()
    scaled["transfer"] = result["transfer"] * factor
    found = compare(scaled)["municipality_mean"]
    np.testing.assert_allclose(
        found, factor * compare(result)["municipality_mean"], rtol=1e-9, atol=1e-4
    )


def test_places_add_up() -> None:
    """Municipalities → Kreise → all transfers; means add up exactly, up to rounding."""
    table = compare(make_result())
    of_kreis = table["municipality_mean"].groupby("kreis_ags").sum().rename(kreis_ags="kreis")
    xr.testing.assert_allclose(table["kreis_mean"].drop_vars("kreis_name"), of_kreis)


def test_blocks_give_the_same_as_one_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    result = make_result(draws=50)
    whole = compare(result)
    monkeypatch.setattr(samples, "_IN_MEMORY", samples._Limits(buffer=1, part=1))
    monkeypatch.setattr(samples, "_PIECE_NUMBERS", 1)
    assert compare(result).identical(whole)


def test_horizon_is_paired_within_the_draw() -> None:
    """Years that cancel out in every draw leave nothing over the horizon."""
    result = make_result(draws=30)
    change = xr.DataArray([5.0, -5.0], dims="year")
    transfer = result["transfer"].sel(option="threshold_35k", drop=True)
    result["transfer"] = xr.concat([transfer, transfer + change], result["option"])
    table = compare(result, over="horizon").sel(option="threshold_25k")
    assert np.allclose(table["municipality_mean"], 0.0, atol=1e-9)
    assert np.allclose(table["municipality_standard_error"], 0.0, atol=1e-9)
    assert "year" not in table["municipality_quantile"].dims


@pytest.mark.parametrize("over", ["year", "horizon"])
@pytest.mark.parametrize("keep", ["kreis", "land"])
def test_coarser_results_agree_where_they_can(keep: Keep, over: Over) -> None:
    fine = compare(make_result(draws=40), over=over)
    coarse = compare(make_result(draws=40, keep=keep), over=over)
    stored = {"mean"} if over == "horizon" else {"mean", "standard_error", "probability_positive"}
    for place in ("municipality", "kreis"):
        drawn = keep == "kreis" and place == "kreis"
        for statistic in differences.DIFFERENCE_STATISTICS:
            name = f"{place}_{statistic}"
            if drawn or statistic in stored:
                xr.testing.assert_allclose(coarse[name], fine[name])
            elif statistic != "standard_error":
                assert coarse[name].sel(option="threshold_25k").isnull().all(), name
    for name in ("land_mean", "land_quantile", "budget_exceedance", "municipal_share"):
        xr.testing.assert_allclose(coarse[name], fine[name])


def test_stored_standard_error_over_the_horizon_is_an_upper_bound() -> None:
    fine = compare(make_result(), over="horizon")["municipality_standard_error"]
    coarse = compare(make_result(keep="land"), over="horizon")["municipality_standard_error"]
    assert (coarse >= fine).all()
    assert (coarse.sel(option="threshold_25k") < 2 * fine.sel(option="threshold_25k")).all()


def test_stored_probability_of_a_single_year_is_that_of_the_horizon() -> None:
    result = make_result(years=(2025,), keep="kreis")
    by_year = compare(result).isel(year=0, drop=True)["municipality_probability_positive"]
    over_horizon = compare(result, over="horizon").isel(year=0, drop=True)
    assert over_horizon["municipality_probability_positive"].identical(by_year)


def test_one_draw_has_no_standard_error() -> None:
    for keep in ("municipality", "kreis"):
        table = compare(make_result(draws=1, keep=keep)).sel(option="threshold_25k")
        assert table["municipality_standard_error"].isnull().all()
        assert table["land_standard_error"].isnull().all()
        assert table["land_mean"].notnull().all()


def test_other_baseline_needs_the_draws() -> None:
    with pytest.raises(ComparisonError) as caught:
        compare(make_result(keep="kreis"), baseline="threshold_25k")
    for part in ('level "kreis"', "threshold_35k", "threshold_25k", 'keep="municipality"'):
        assert part in str(caught.value)


def test_unknown_baseline_comes_with_a_suggestion() -> None:
    with pytest.raises(ValueError, match='Did you mean "threshold_35k"') as caught:
        compare(make_result(), baseline="treshold_35k")
    assert '"threshold_25k"' in str(caught.value)
    with pytest.raises(ComparisonError) as caught:
        compare(make_result(), baseline="x")
    assert "Did you mean" not in str(caught.value)


def test_budget_exceedance() -> None:
    result = make_result(draws=200)
    budgets = {"fluag": 2_400_000, "fluag.illness": 300_000}
    result.attrs["budgets"] = json.dumps(budgets)
    table = compare(result)
    cost = result["land_cost"]
    paid = {"fluag": cost.sum("instrument"), "fluag.illness": cost.sel(instrument="fluag.illness")}
    for budget, amount in budgets.items():
        over = paid[budget] > amount
        share = over.mean("draw")
        assert 0.0 < share.min() < share.max() < 1.0
        found = table.sel(budget=budget)
        assert_same(found["budget_exceedance"], share)
        assert_same(found["budget_exceedance_standard_error"], (share * (1 - share) / 200) ** 0.5)
        assert_same(
            found["budget_shortfall_mean"], (paid[budget] - amount).where(over).mean("draw")
        )
        excess = (paid[budget] - amount).where(over)
        assert_same(
            found["budget_shortfall_standard_error"],
            excess.std("draw", ddof=1) / over.sum("draw") ** 0.5,
        )
        assert found["budget_amount"].to_numpy().tolist() == [amount, amount]
    assert compare(result, over="horizon")["budget_exceedance"].identical(
        table["budget_exceedance"]
    )


def test_budget_of_a_partial_year_is_in_proportion_to_its_months() -> None:
    """The horizon runs from October 2025 to June 2026: 3 and 6 months."""
    result = cut_months(make_result(draws=200), first="2025-10-01", last="2026-06-01")
    result.attrs["budgets"] = json.dumps({"fluag": 5_000_000})
    table = compare(result).sel(budget="fluag")
    assert table["first_month"].to_numpy().tolist() == [10, 1]
    assert table["last_month"].to_numpy().tolist() == [12, 6]
    assert table["budget_amount"].to_numpy().tolist() == [1_250_000.0, 2_500_000.0]
    cost = result["land_cost"].sum("instrument")
    amounts = xr.DataArray([1_250_000.0, 2_500_000.0], dims="year")
    share = (cost > amounts).mean("draw")
    assert 0.0 < share.sel(year=2026).min() < 1.0
    assert_same(table["budget_exceedance"], share)
    assert_same(table["budget_shortfall_mean"], (cost - amounts).where(cost > amounts).mean("draw"))


def test_shortfall_in_a_single_draw_has_no_standard_error() -> None:
    result = make_result(draws=50)
    cost = result["land_cost"].sum("instrument").isel(option=0, year=0)
    result.attrs["budgets"] = json.dumps({"fluag": float(np.sort(cost)[-2:].mean())})
    table = compare(result).isel(option=0, year=0, budget=0)
    assert table["budget_exceedance"].item() == 0.02
    assert table["budget_shortfall_mean"].item() > 0.0
    assert np.isnan(table["budget_shortfall_standard_error"].item())


def test_budgets_are_called_by_their_instrument() -> None:
    table = compare(make_result())
    assert table["budget_label_de"].to_numpy().tolist() == ["FlüAG", "Krankheitskosten"]
    assert table["budget_label_en"].to_numpy().tolist() == ["FlüAG", "Illness costs"]


def test_years_without_a_lump_sum_are_marked() -> None:
    """One draw is enough to show that the lump sum is modelled, for its option alone."""
    result = make_result()
    assert compare(result)["lump_sum_paid"].all()
    paid = result["land_cost"].copy()
    paid.loc[{"year": 2025, "instrument": "fluag.lump_sum"}] = 0.0
    result["land_cost"] = paid
    assert compare(result)["lump_sum_paid"].to_numpy().tolist() == 2 * [[False, True]]
    paid[{"option": 1, "draw": 3, "year": 0, "instrument": 0}] = 1.0
    assert compare(result)["lump_sum_paid"].to_numpy().tolist() == [[False, True], [True, True]]
    without = result.sel(instrument=["fluag.illness"])
    assert not compare(without)["lump_sum_paid"].any()


def test_a_year_with_a_pool_is_no_year_without_lump_sums() -> None:
    result = make_result().sel(instrument=["fluag.illness", "fluag.guarantee"])
    assert not compare(result)["lump_sum_paid"].any()
    pool = result.assign_coords(instrument=["fluag.illness", "fluag.pool"])
    pool["land_cost"].loc[{"year": 2025, "instrument": "fluag.pool"}] = 183_046_000.0
    assert compare(pool)["lump_sum_paid"].to_numpy().tolist() == 2 * [[True, False]]


@pytest.mark.parametrize("over", ["year", "horizon"])
@pytest.mark.parametrize("keep", ["kreis", "land"])
@pytest.mark.parametrize("draws", [1, 8])
def test_baseline_differs_from_itself_by_zero_without_draws_too(
    keep: Keep, over: Over, draws: int
) -> None:
    table = compare(make_result(draws=draws, keep=keep), over=over).sel(option="threshold_35k")
    for place in ("kreis", "municipality"):
        for statistic in differences.DIFFERENCE_STATISTICS:
            assert (table[f"{place}_{statistic}"] == 0.0).all(), (place, statistic)


def test_budget_group_is_a_part_before_a_dot_and_not_any_prefix() -> None:
    result = make_result()
    result.attrs["budgets"] = json.dumps({"flu": 1})
    with pytest.raises(ComparisonError, match=r'the budget "flu" names no .* mean "fluag"\?'):
        compare(result)


def test_budget_never_exceeded_has_no_shortfall() -> None:
    result = make_result()
    result.attrs["budgets"] = json.dumps({"fluag": 1e15})
    table = compare(result)
    assert (table["budget_exceedance"] == 0.0).all()
    assert table["budget_shortfall_mean"].isnull().all()


def test_no_budgets() -> None:
    result = make_result()
    result.attrs["budgets"] = "{}"
    assert compare(result).sizes["budget"] == 0


@pytest.mark.parametrize("own_worlds", [False, True])
def test_municipal_share(own_worlds: bool) -> None:
    result = make_result(own_worlds=own_worlds)
    gross = result["gross_cost"].sum(("draw", "year", "municipality"))
    expected = result["municipal_exposure"].sum(("draw", "year", "municipality")) / gross
    found = compare(result, over="horizon")
    assert_same(found["municipal_share"], expected)
    assert (found["municipal_share_standard_error"] > 0.0).all()


@pytest.mark.parametrize("own_worlds", [False, True])
@pytest.mark.parametrize("over", ["year", "horizon"])
def test_persons_of_the_land_equal_the_plain_computation(over: Over, own_worlds: bool) -> None:
    result = make_result(draws=101, own_worlds=own_worlds)
    if own_worlds:
        for name in ("person_months", "stock", "occupancy", "flows"):
            result[name][1] = result[name][1] * 2
    table = compare(result, over=over)
    at_end = result.sel(month=np.array(["2025-12", "2026-12"], "M8[ns]")).assign_coords(
        month=[2025, 2026]
    )
    flows = result["flows"].groupby("month.year").sum()
    for quantity, values in {
        "person_years": result["person_months"].sum("municipality") / 12.0,
        "facility_persons": at_end["stock"].sel(status="reception").rename(month="year"),
        "peak_occupancy": result["occupancy"].groupby("month.year").max().astype(float),
        "assigned_early": flows.sel(flow="assigned_early"),
        "newly_tolerated": flows.sel(flow="tolerated"),
    }.items():
        per_period = values if over == "year" else values.mean("year")
        for statistic, expected in naive_statistics(per_period).items():
            if statistic != "probability_positive":
                found = table[f"{quantity}_{statistic}"]
                assert "option" in found.dims
                assert_same(found, expected.broadcast_like(found))


def test_persons_are_the_same_at_every_level() -> None:
    fine, coarse = compare(make_result()), compare(make_result(keep="land"))
    for name in ("person_years_median", "assigned_early_mean", "municipality_person_years"):
        xr.testing.assert_allclose(fine[name], coarse[name])


def test_places_that_are_not_planned_have_no_occupancy() -> None:
    result = make_result()
    result["occupancy"][:] = np.nan
    assert compare(result)["peak_occupancy_median"].isnull().all()


@pytest.mark.parametrize("over", ["year", "horizon"])
def test_municipal_changes_equal_the_plain_computation(over: Over) -> None:
    result = moved_result(draws=101)
    table = compare(result, over=over)
    for name, amounts in {
        "person_years": result["person_months"] / 12.0,
        "exposure": result["municipal_exposure"],
    }.items():
        per_period = amounts if over == "year" else amounts.mean("year")
        expected = naive_statistics(per_period - per_period.sel(option="threshold_35k", drop=True))
        found = f"municipality_{name}_difference"
        assert_same(table[found], expected["mean"])
        assert_same(table[f"{found}_standard_error"], expected["standard_error"])
    level = result["person_months"].mean("draw") / 12.0
    level = level if over == "year" else level.mean("year")
    assert_same(table["municipality_person_years"], level)


@pytest.mark.parametrize("keep", ["kreis", "land"])
def test_stored_municipal_changes_have_the_error_that_is_stored(
    keep: Literal["kreis", "land"],
) -> None:
    fine = moved_result(draws=40)
    table, coarse = compare(fine), compare(reduce_result(fine, keep=keep))
    for name in ("person_years_difference", "exposure_difference"):
        xr.testing.assert_allclose(coarse[f"municipality_{name}"], table[f"municipality_{name}"])
    name = "municipality_exposure_difference_standard_error"
    xr.testing.assert_allclose(coarse[name], table[name])
    name = "municipality_person_years_difference_standard_error"
    assert coarse[name].sel(option="threshold_25k").isnull().all()
    assert (coarse[name].sel(option="threshold_35k") == 0.0).all()
    assert (compare(make_result(keep=keep))[name] == 0.0).all()


def test_municipal_share_of_no_cost_is_unknown() -> None:
    result = make_result()
    result["gross_cost"] = result["gross_cost"] * 0.0
    assert compare(result)["municipal_share"].isnull().all()


def test_labels_units_and_attributes() -> None:
    result = make_result()
    table = compare(result, baseline="threshold_25k", level=0.9, quantiles=[0.1, 0.9])
    assert table.attrs == {
        **result.attrs,
        "baseline": "threshold_25k",
        "over": "year",
        "view": "accrual",
        "expected_shortfall_level": 0.9,
    }
    for name, variable in table.data_vars.items():
        assert variable.attrs == attributes(str(name))
        assert set(variable.attrs) == {"units", "long_name", "long_name_de"}
    assert table["quantile"].to_numpy().tolist() == [0.1, 0.9]
    assert table["kreis_name"].to_numpy().tolist() == ["Adorf", "Beispielkreis"]
    for name in ("option_label_de", "municipality_name", "municipality_type"):
        assert table[name].identical(
            result[name].drop_vars(set(result[name].coords) - set(table.coords))
        )
    assert table["land_quantile"].dims == ("option", "year", "quantile")
    assert table["kreis_mean"].dims == ("option", "year", "kreis")


def test_kreise_come_from_the_municipalities_where_the_result_names_none() -> None:
    table = compare(make_result().drop_vars(["kreis", "kreis_name"]))
    assert table["kreis"].to_numpy().tolist() == ["00111", "00200"]
    assert table["kreis_name"].to_numpy().tolist() == ["00111", "00200"]


def test_kreise_that_do_not_fit_are_named() -> None:
    result = make_result().assign_coords(kreis=["00111", "00999"])
    with pytest.raises(ComparisonError, match='"00200", "00999"'):
        compare(result)


@pytest.mark.parametrize("dim", ["option", "municipality"])
def test_doubled_labels_are_named(dim: str) -> None:
    result = make_result()
    doubled = xr.concat([result, result.isel({dim: [0]})], dim, data_vars="minimal")
    with pytest.raises(ComparisonError, match=f"more than one {dim} .*{result[dim][0].item()}"):
        compare(doubled)


def test_foreign_dataset_is_refused() -> None:
    with pytest.raises(ComparisonError, match='lacks the variables "transfer", "kreis_transfer"'):
        compare(make_result()[["land_cost"]])


def test_everything_that_is_missing_is_named_at_once() -> None:
    result = make_result().drop_vars(["transfer", "kreis_ags", "option_label_de", "month"])
    del result.attrs["baseline"], result.attrs["budgets"]
    with pytest.raises(ComparisonError) as caught:
        compare(result)
    assert str(caught.value) == (
        'this is no complete result of integrasim: it lacks the variables "transfer", the '
        'coordinates "option_label_de", "month", "kreis_ags" and the attributes "baseline", '
        '"budgets". Run the simulation again'
    )


@pytest.mark.parametrize("keep", ["municipality", "kreis", "land"])
def test_every_needed_part_is_missed(keep: Keep) -> None:
    """Whatever is taken away, the comparison is right or says what it lacks."""
    result = make_result(keep=keep)
    for name in result.variables:
        less = result.drop_vars(str(name))
        try:
            compare(less)
        except ComparisonError as error:
            assert f'"{name}"' in str(error)  # noqa: PT017 (not every part is needed)
    for name in result.attrs:
        less = result.copy()
        del less.attrs[name]
        try:
            compare(less)
        except ComparisonError as error:
            assert f'"{name}"' in str(error)  # noqa: PT017


@pytest.mark.parametrize(
    "budgets", ["{", "[1]", "7", '{"fluag": "much"}', '{"fluag": NaN}', '{"fluag": true}', 5]
)
def test_broken_budgets_are_refused(budgets: object) -> None:
    result = make_result()
    result.attrs["budgets"] = budgets
    with pytest.raises(ComparisonError, match=r'"budgets" .* no mapping of names to EUR per year'):
        compare(result)


def test_unknown_period_is_refused() -> None:
    with pytest.raises(ValueError, match='over must be "year" or "horizon", not "month"'):
        compare(make_result(), over="month")  # type: ignore[arg-type]


@pytest.mark.parametrize("keep", ["municipality", "kreis", "land"])
def test_nothing_is_read_but_the_read_variables(keep: Keep) -> None:
    result = make_result(keep=keep)
    read = result.drop_vars(set(result.data_vars) - set(READ_VARIABLES))
    assert len(read.data_vars) < len(result.data_vars)
    assert compare(read).identical(compare(result))


def test_memory_stays_below_200_megabytes() -> None:
    """10,000 draws × 5 years × 396 municipalities under two options: 634 MB of transfers."""
    shape = (2, 10_000, 5, 396)
    places = np.array([f"{place:08d}" for place in range(396)])
    small = make_result(draws=1, years=tuple(range(2025, 2030)))
    small = small.drop_vars(list(small.data_vars)).drop_dims(["municipality", "kreis"])
    result = xr.Dataset(
        {
            "transfer": (
                ("option", "draw", "year", "municipality"),
                np.random.default_rng(0).random(shape, dtype=np.float64),
            ),
            "land_cost": (("option", "draw", "year", "instrument"), np.zeros((*shape[:3], 5))),
            "gross_cost": (("draw", "year", "municipality"), np.ones(shape[1:])),
            "municipal_exposure": (
                ("option", "draw", "year", "municipality"),
                np.broadcast_to(1.0, shape),
            ),
            "person_months": (
                ("draw", "year", "municipality"),
                np.broadcast_to(np.int32(12), shape[1:]),
            ),
            "kreis_transfer": (
                ("option", "draw", "year", "kreis"),
                np.broadcast_to(1.0, shape),
            ),
            "stock": (("draw", "month", "status"), np.ones((10_000, 60, 5), np.int32)),
            "occupancy": (("draw", "month"), np.ones((10_000, 60), np.float32)),
            "flows": (("draw", "month", "flow"), np.ones((10_000, 60, 3), np.int32)),
        },
        coords={
            **small.coords,
            "draw": np.arange(10_000),
            "municipality": places,
            "municipality_name": ("municipality", places),
            "kreis_ags": ("municipality", np.array([place[:7] for place in places])),
        },
        attrs=small.attrs,
    )
    tracemalloc.start()
    compare(result)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 200e6
