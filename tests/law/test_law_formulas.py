"""The kinds of formula: closed forms, hand cases and what holds for any input."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import ArrayLike, NDArray

from integrasim.law.formulas import (
    by_band,
    excess,
    in_proportion,
    indexed,
    largest_remainders,
    per_unit,
    share_out,
    top_up,
)

if TYPE_CHECKING:
    from random import Random

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
AMOUNTS = hnp.arrays(np.float64, st.integers(0, 20), elements=st.floats(0, 2e6))
EUR = st.floats(0, 1e6)
# Cents as whole numbers, so that halves and thirds of a unit occur often.
SHARES = hnp.arrays(np.int64, st.integers(1, 30), elements=st.integers(0, 10**9)).map(
    lambda thousandths: thousandths / 1000
)
PERSONS = hnp.arrays(np.int64, (3, 8), elements=st.integers(0, 10_000))
MINIMA = st.sampled_from([0.0, 0.01, 50_000.0, 100_000.0])


def exact_shares(pot: int, weights: list[int], minimum: int) -> list[Fraction]:
    """Minimum amounts in exact fractions: λ is found by trying every number at the minimum."""
    lightest = sorted(weights)
    for at_minimum in range(len(weights)):
        free = sum(lightest[at_minimum:])
        if free == 0:
            break
        factor = Fraction(pot - at_minimum * minimum, free)
        if factor * lightest[at_minimum] >= minimum:
            return [max(Fraction(minimum), factor * weight) for weight in weights]
    return [Fraction(minimum)] * len(weights)


# Amount per unit


def test_an_amount_per_unit_is_a_product() -> None:
    np.testing.assert_array_equal(per_unit([[1, 2], [0, 3]], rate=[10, 100]), [[10, 200], [0, 300]])
    np.testing.assert_array_equal(per_unit([3, 0], rate=12_000.0), [36_000, 0])
    np.testing.assert_array_equal(per_unit(31, rate=[0.0, 500_000.0]), [0, 15_500_000])


@given(AMOUNTS, EUR, st.integers(0, 100))
def test_amounts_per_unit_add_up(units: Floats, rate: float, more: int) -> None:
    np.testing.assert_allclose(
        per_unit(units + more, rate=rate),
        per_unit(units, rate=rate) + per_unit(more, rate=rate),
        rtol=1e-12,
    )


def test_whole_units_give_money_in_floating_point() -> None:
    assert per_unit(np.array([1], np.int32), rate=2).dtype == np.float64


# Excess over a deductible


def test_at_the_deductible_nothing_is_paid() -> None:
    np.testing.assert_array_equal(
        excess([24_999.99, 25_000.0, 25_000.5], deductible=25_000.0), [0, 0, 0.5]
    )


@given(AMOUNTS, EUR, EUR)
def test_the_excess_falls_as_the_deductible_rises(costs: Floats, one: float, other: float) -> None:
    low, high = sorted([one, other])
    assert (excess(costs, deductible=low) >= excess(costs, deductible=high)).all()


@given(AMOUNTS, EUR, EUR, st.floats(0, 1))
def test_the_excess_is_convex_in_the_deductible(
    costs: Floats, one: float, other: float, weight: float
) -> None:
    between = weight * one + (1 - weight) * other
    chord = weight * excess(costs, deductible=one) + (1 - weight) * excess(costs, deductible=other)
    assert (excess(costs, deductible=between) <= chord + 1e-8).all()


@given(AMOUNTS)
def test_layers_add_up(costs: Floats) -> None:
    layer = np.minimum(excess(costs, deductible=25e3), 10e3)
    above = excess(costs, deductible=35e3)
    np.testing.assert_allclose(layer + above, excess(costs, deductible=25e3), atol=1e-9)


@given(AMOUNTS, EUR)
def test_kept_and_paid_are_the_cost(costs: Floats, deductible: float) -> None:
    kept = np.minimum(costs, deductible)
    np.testing.assert_allclose(kept + excess(costs, deductible=deductible), costs)


def test_an_infinite_deductible_pays_nothing() -> None:
    np.testing.assert_array_equal(excess([0.0, 1e9], deductible=np.inf), [0, 0])


# Top-up to a guaranteed amount


def test_a_top_up_makes_up_what_is_missing() -> None:
    np.testing.assert_array_equal(top_up([60.5e6, 70.5e6, 71e6], minimum=70.5e6), [10e6, 0, 0])


@given(AMOUNTS, EUR)
def test_with_the_top_up_nobody_is_below_the_guarantee(amounts: Floats, minimum: float) -> None:
    np.testing.assert_allclose(
        amounts + top_up(amounts, minimum=minimum), np.maximum(amounts, minimum)
    )


# In proportion


def test_spreading_is_proportional() -> None:
    np.testing.assert_array_equal(in_proportion(60.0, weights=[1, 2, 3]), [10, 20, 30])
    np.testing.assert_array_equal(in_proportion(60.0, weights=[0, 1]), [0, 60])


@given(
    hnp.arrays(np.float64, 3, elements=st.floats(0, 1e8)),
    hnp.arrays(np.int64, (3, 5), elements=st.integers(0, 10**6)),
)
def test_nothing_is_lost_in_spreading(total: Floats, weights: Integers) -> None:
    spread = in_proportion(total, weights=weights)
    somebody = weights.sum(axis=-1) > 0
    np.testing.assert_allclose(spread.sum(axis=-1), np.where(somebody, total, 0), atol=1e-6)
    assert (spread[weights == 0] == 0).all()


# A pot with minimum amounts


def test_minimum_amounts_by_hand() -> None:
    # Of 100, weights 80, 18 and 2 would give 80, 18 and 2. The last one receives 10, and the others
    # share 90 as 80 to 18.
    np.testing.assert_allclose(
        share_out(100.0, weights=[80, 18, 2], minimum=10.0), [7200 / 98, 1620 / 98, 10], rtol=1e-15
    )


def test_who_pays_for_a_minimum_can_fall_below_it() -> None:
    # Of 100, weights 78, 11, 11 and 0 would give 78, 11, 11 and 0. The last one receives 10, and
    # of the 90 left, 11 of 100 are 9.9: these two receive 10 as well, and the first one 70.
    np.testing.assert_array_equal(
        share_out(100.0, weights=[78, 11, 11, 0], minimum=10.0), [70, 10, 10, 10]
    )


def test_each_pot_may_have_its_own_minimum() -> None:
    np.testing.assert_array_equal(
        share_out(100.0, weights=[[3, 1], [3, 1]], minimum=[0.0, 40.0]), [[75, 25], [60, 40]]
    )


def test_a_pot_that_just_suffices_gives_everyone_the_minimum() -> None:
    np.testing.assert_array_equal(share_out(30.0, weights=[5, 1, 0], minimum=10.0), [10, 10, 10])


def test_without_a_minimum_a_pot_goes_in_proportion() -> None:
    np.testing.assert_array_equal(
        share_out([60.0, 6.0], weights=[[1, 2, 3], [0, 0, 1]], minimum=0.0),
        [[10, 20, 30], [0, 0, 6]],
    )


def test_without_any_weight_the_rest_stays_in_the_pot() -> None:
    np.testing.assert_array_equal(share_out(100.0, weights=[0, 0], minimum=10.0), [10, 10])


def test_a_pot_that_is_too_small_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"a pot of 29\.99 EUR does not suffice for 3 recipients"):
        share_out([30.0, 29.99], weights=[1, 2, 3], minimum=10.0)


@given(
    st.lists(st.integers(0, 1000), min_size=1, max_size=12),
    st.integers(0, 100),
    st.integers(0, 10_000),
)
def test_minimum_amounts_agree_with_exact_fractions(
    weights: list[int], minimum: int, more: int
) -> None:
    pot = minimum * len(weights) + more
    np.testing.assert_allclose(
        share_out(float(pot), weights=weights, minimum=float(minimum)),
        [float(share) for share in exact_shares(pot, weights, minimum)],
        rtol=1e-9,
        atol=1e-9,
    )


@given(PERSONS, MINIMA, EUR)
def test_a_pot_is_shared_out_whole_and_nobody_is_below_the_minimum(
    persons: Integers, minimum: float, more: float
) -> None:
    assume((persons.sum(axis=-1) > 0).all())
    pot = minimum * persons.shape[-1] + more
    shares = share_out(pot, weights=persons, minimum=minimum)
    np.testing.assert_allclose(shares.sum(axis=-1), pot, rtol=1e-12)
    assert (shares >= minimum).all()


@given(PERSONS, MINIMA, EUR)
def test_who_has_more_persons_never_receives_less(
    persons: Integers, minimum: float, more: float
) -> None:
    shares = share_out(minimum * persons.shape[-1] + more, weights=persons, minimum=minimum)
    order = np.argsort(persons, axis=-1)
    assert (np.diff(np.take_along_axis(shares, order, axis=-1), axis=-1) >= 0).all()


# Powers of two: rounding must not decide whether the pot suffices.
@given(PERSONS, MINIMA, EUR, st.integers(-6, 6).map(lambda exponent: 2.0**exponent))
def test_units_of_weights_and_of_money_do_not_matter(
    persons: Integers, minimum: float, more: float, unit: float
) -> None:
    pot = minimum * persons.shape[-1] + more
    shares = share_out(pot, weights=persons, minimum=minimum)
    np.testing.assert_array_equal(share_out(pot, weights=unit * persons, minimum=minimum), shares)
    np.testing.assert_array_equal(
        share_out(unit * pot, weights=persons, minimum=unit * minimum), unit * shares
    )


@given(PERSONS, MINIMA, EUR, st.randoms(use_true_random=False))
def test_reordering_the_persons_reorders_the_shares(
    persons: Integers, minimum: float, more: float, random: Random
) -> None:
    order = list(range(persons.shape[-1]))
    random.shuffle(order)
    pot = minimum * persons.shape[-1] + more
    np.testing.assert_array_equal(
        share_out(pot, weights=persons[:, order], minimum=minimum),
        share_out(pot, weights=persons, minimum=minimum)[:, order],
    )


@given(PERSONS, MINIMA, EUR)
def test_draws_do_not_touch_each_other(persons: Integers, minimum: float, more: float) -> None:
    pot = minimum * persons.shape[-1] + more
    together = share_out(pot, weights=persons, minimum=minimum)
    alone = [share_out(pot, weights=draw, minimum=minimum) for draw in persons]
    np.testing.assert_array_equal(together, alone)


# Largest remainders


def test_rounding_by_hand() -> None:
    # 10/7, 20/7 and 40/7 are 1.43, 2.86 and 5.71 euros: 1 + 2 + 5 leave two, for .86 and .71.
    np.testing.assert_array_equal(
        largest_remainders(np.array([10, 20, 40]) / 7, decimals=0), [1, 3, 6]
    )


def test_equal_remainders_go_to_the_larger_amount_then_to_the_first() -> None:
    np.testing.assert_array_equal(
        largest_remainders([1.5, 2.5, 0.0, 2.5, 1.5], decimals=0), [1, 3, 0, 3, 1]
    )
    np.testing.assert_array_equal(largest_remainders([0.5, 0.5], decimals=0), [1, 0])


def test_a_total_that_is_not_whole_is_rounded_itself() -> None:
    np.testing.assert_array_equal(largest_remainders([0.3, 0.4], decimals=0), [0, 1])
    np.testing.assert_array_equal(largest_remainders([0.1, 0.2], decimals=0), [0, 0])


@given(SHARES, st.sampled_from([0, 2]))
def test_the_rounded_total_is_exact(shares: Floats, decimals: int) -> None:
    rounded = largest_remainders(shares, decimals=decimals)
    units = np.rint(rounded * 10**decimals).astype(np.int64)
    np.testing.assert_array_equal(rounded, units / 10**decimals)
    total = sum(Fraction(round(1000 * share), 1000) for share in shares) * 10**decimals
    assert abs(units.sum() - total) <= Fraction(1, 2)


@given(SHARES, st.sampled_from([0, 2]))
def test_rounding_moves_less_than_a_unit_and_keeps_the_order(shares: Floats, decimals: int) -> None:
    rounded = largest_remainders(shares, decimals=decimals)
    assert (np.abs(rounded - shares) < 10.0**-decimals).all()
    larger = shares[:, np.newaxis] > shares
    assert (rounded[:, np.newaxis] >= rounded)[larger].all()


@given(hnp.arrays(np.int64, st.integers(1, 30), elements=st.integers(0, 10**10)))
def test_whole_cents_stay_as_they_are(cents: Integers) -> None:
    np.testing.assert_array_equal(largest_remainders(cents / 100, decimals=2), cents / 100)


@given(SHARES, st.randoms(use_true_random=False))
def test_reordering_changes_who_comes_first_among_equals_only(
    shares: Floats, random: Random
) -> None:
    order = list(range(shares.size))
    random.shuffle(order)
    rounded = largest_remainders(shares, decimals=0)
    reordered = largest_remainders(shares[order], decimals=0)
    np.testing.assert_array_equal(np.sort(reordered), np.sort(rounded))
    values, counts = np.unique(shares, return_counts=True)
    unique = np.isin(shares[order], values[counts == 1])
    np.testing.assert_array_equal(reordered[unique], rounded[order][unique])


@given(PERSONS, st.sampled_from([50_000.0, 100_000.0]), st.integers(0, 10**6))
def test_a_rounded_pot_keeps_total_and_minimum(
    persons: Integers, minimum: float, more: int
) -> None:
    assume((persons.sum(axis=-1) > 0).all())
    pot = minimum * persons.shape[-1] + more / 100
    shares = largest_remainders(share_out(pot, weights=persons, minimum=minimum), decimals=2)
    cents = np.rint(100 * shares).astype(np.int64)
    assert (cents.sum(axis=-1) == round(100 * pot)).all()
    assert (shares >= minimum).all()


# An indexed amount


def test_the_floor_of_the_tintg_by_hand() -> None:
    # Rates chosen for the test: pay +2 % and prices +10 % make 0.8 · 2 % + 0.2 · 10 % = 3.6 %.
    floor = indexed(130e6, growth=[[0.02, 0.10], [0.05, 0.0]], weights=[0.8, 0.2])
    np.testing.assert_allclose(floor, [130e6 * 1.036, 130e6 * 1.036 * 1.04], rtol=1e-15)


@given(
    hnp.arrays(np.float64, (2, 5, 2), elements=st.floats(-0.5, 0.5)),
    st.floats(0, 1),
    st.floats(1, 1e9),
)
def test_indexing_compounds_year_by_year(growth: Floats, weight: float, base: float) -> None:
    weights = [weight, 1 - weight]
    amounts = indexed(base, growth=growth, weights=weights)
    for year in range(1, 5):
        carried = indexed(amounts[:, year - 1], growth=growth[:, year:], weights=weights)
        np.testing.assert_allclose(carried, amounts[:, year:], rtol=1e-12)
    np.testing.assert_allclose(
        indexed(2 * base, growth=growth, weights=weights), 2 * amounts, rtol=1e-12
    )


@given(hnp.arrays(np.float64, 6, elements=st.floats(-0.5, 0.5)), st.floats(0, 1))
def test_equal_growth_leaves_the_weights_without_effect(rates: Floats, weight: float) -> None:
    growth = np.stack([rates, rates], axis=-1)
    np.testing.assert_allclose(
        indexed(100.0, growth=growth, weights=[weight, 1 - weight]),
        100.0 * np.cumprod(1 + rates),
        rtol=1e-12,
    )


# Bands


def test_a_limit_lies_in_the_upper_band() -> None:
    np.testing.assert_array_equal(
        by_band([0, 9.99, 10, 19.99, 20, 1e9], limits=[10, 20], values=[1, 1.5, 2]),
        [1, 1, 1.5, 1.5, 2, 2],
    )


@given(
    hnp.arrays(np.float64, (2, 6), elements=st.floats(0, 1e7)),
    st.lists(st.floats(0, 1e7), min_size=1, max_size=5, unique=True).map(sorted),
)
def test_bands_count_the_limits_reached(measure: Floats, limits: list[float]) -> None:
    values = np.arange(len(limits) + 1, dtype=float)
    reached = sum((measure >= limit).astype(float) for limit in limits)
    np.testing.assert_array_equal(by_band(measure, limits=limits, values=values), reached)


def test_bands_of_several_years() -> None:
    values = np.array([[[1, 1.5, 2], [1, 1.5, 2]], [[10, 15, 20], [11, 16, 21]]])
    np.testing.assert_array_equal(
        by_band([5, 15, 25], limits=[[10, 20], [4, 8]], values=values),
        [[[1, 1.5, 2], [1.5, 2, 2]], [[10, 15, 20], [16, 21, 21]]],
    )


@pytest.mark.parametrize(
    ("limits", "values", "message"),
    [
        ([1, 2], [1, 2], "2 limits part 3 bands, but there are 2 values"),
        ([2, 1], [1, 2, 3], "limits must rise"),
        ([1, 1], [1, 2, 3], "limits must rise"),
    ],
)
def test_bands_that_do_not_fit_are_refused(
    limits: ArrayLike, values: ArrayLike, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        by_band([1.0], limits=limits, values=values)
