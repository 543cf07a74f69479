"""Formulas of the FlüAG against published figures and hand cases."""

from __future__ import annotations

from datetime import date

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from integrasim.law import fluag
from integrasim.statutes import load_statute_book

Floats = NDArray[np.float64]
LAW = load_statute_book().as_of(date(2025, 1, 1))
COSTS = hnp.arrays(np.float64, st.integers(0, 20), elements=st.floats(0, 2e6))
THRESHOLDS = st.floats(0, 1e6)


def test_the_raise_of_2024_is_15_8_percent() -> None:
    # StGB NRW of 9.12.2024 and Grüne Kommunalinfo of 18.12.2024
    for name in ("fluag.lump_sum_kreisfrei", "fluag.lump_sum_kreisangehoerig"):
        before, after = LAW.values(name, [date(2023, 12, 1), date(2024, 1, 1)])
        assert round(100 * (after / before - 1), 1) == 15.8
        assert after == round(before * 1.1581)


@pytest.mark.parametrize(
    ("year", "kreisangehoerig", "kreisfrei"),
    [(2017, 10_392, 10_392), (2021, 10_500, 13_500), (2024, 12_156, 15_636)],
)
def test_yearly_equivalents(year: int, kreisangehoerig: int, kreisfrei: int) -> None:
    # 10,392, 10,500 and 13,500 EUR a year are published (epd Landesdienst West, 28.12.2020)
    months = [date(year, month, 1) for month in range(1, 13)]
    assert LAW.values("fluag.lump_sum_kreisangehoerig", months).sum() == kreisangehoerig
    assert LAW.values("fluag.lump_sum_kreisfrei", months).sum() == kreisfrei


def test_31_kreise_receive_15_5_million() -> None:
    amount = LAW.value("fluag.kreis_lump_sum", date(2025, 1, 1))
    assert fluag.kreis_lump_sum(amount, kreis_count=31) == 15_500_000


def test_the_published_case_of_80_000_eur() -> None:
    # One asylum seeker in Hallenberg cost 80,000 EUR in a year; under the 70,000 EUR of the
    # time the Land would have paid 10,000 EUR, under 35,000 EUR 45,000, under 25,000 EUR 55,000.
    paid = [float(fluag.excess(80_000.0, threshold=t)) for t in (70e3, 35e3, 25e3)]
    assert paid == [10_000, 45_000, 55_000]


def test_twelve_thousand_eur_are_at_least_nine_months() -> None:
    amount = LAW.value("fluag.one_off_tolerated", date(2024, 1, 1))
    assert round(amount / LAW.value("fluag.lump_sum_kreisangehoerig", date(2021, 1, 1)), 1) == 13.7
    np.testing.assert_array_equal(fluag.one_off([[1, 2]], amount=amount), [[12_000, 24_000]])


def test_at_the_threshold_nothing_is_paid() -> None:
    np.testing.assert_array_equal(
        fluag.excess([24_999.99, 25_000.0, 25_000.5], threshold=25_000.0), [0, 0, 0.5]
    )


@given(COSTS, THRESHOLDS, THRESHOLDS)
def test_reimbursement_falls_as_the_threshold_rises(
    costs: Floats, one: float, other: float
) -> None:
    low, high = sorted([one, other])
    assert (fluag.excess(costs, threshold=low) >= fluag.excess(costs, threshold=high)).all()


@given(COSTS, THRESHOLDS, THRESHOLDS, st.floats(0, 1))
def test_reimbursement_is_convex_in_the_threshold(
    costs: Floats, one: float, other: float, weight: float
) -> None:
    between = weight * one + (1 - weight) * other
    chord = weight * fluag.excess(costs, threshold=one)
    chord += (1 - weight) * fluag.excess(costs, threshold=other)
    assert (fluag.excess(costs, threshold=between) <= chord + 1e-8).all()


@given(COSTS)
def test_layers_add_up(costs: Floats) -> None:
    layer = np.minimum(fluag.excess(costs, threshold=25e3), 10e3)
    above = fluag.excess(costs, threshold=35e3)
    np.testing.assert_allclose(layer + above, fluag.excess(costs, threshold=25e3), atol=1e-9)


@given(COSTS, THRESHOLDS)
def test_municipality_and_land_share_the_cost(costs: Floats, threshold: float) -> None:
    kept = np.minimum(costs, threshold)
    np.testing.assert_allclose(kept + fluag.excess(costs, threshold=threshold), costs)


def test_an_infinite_threshold_pays_nothing() -> None:
    np.testing.assert_array_equal(fluag.excess([0.0, 1e9], threshold=np.inf), [0, 0])


def test_the_guarantee_makes_up_what_is_missing() -> None:
    additional = fluag.additional_amount(
        [[100, 10], [0, 0]], rate=[1303, 1013], reference=[1125, 875]
    )
    np.testing.assert_array_equal(additional, [100 * 178 + 10 * 138, 0])
    np.testing.assert_array_equal(
        fluag.guarantee_top_up(additional, minimum=20_000), [20_000 - 19_180, 20_000]
    )
    np.testing.assert_array_equal(fluag.guarantee_top_up([70.5e6, 71e6], minimum=70.5e6), [0, 0])


@given(
    hnp.arrays(np.float64, 3, elements=st.floats(0, 1e8)),
    hnp.arrays(np.int64, (3, 5), elements=st.integers(0, 10**6)),
)
def test_nothing_is_lost_in_spreading(total: Floats, weights: NDArray[np.int64]) -> None:
    spread = fluag.in_proportion(total, weights=weights)
    somebody = weights.sum(axis=-1) > 0
    np.testing.assert_allclose(spread.sum(axis=-1), np.where(somebody, total, 0), atol=1e-6)
    assert (spread[weights == 0] == 0).all()


def test_spreading_is_proportional() -> None:
    np.testing.assert_array_equal(fluag.in_proportion(60.0, weights=[1, 2, 3]), [10, 20, 30])
    np.testing.assert_array_equal(fluag.in_proportion(60.0, weights=[0, 1]), [0, 60])
