"""The integration key of § 4 AWoV."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from integrasim.law.integration_key import integration_key
from integrasim.region import load_region

if TYPE_CHECKING:
    from random import Random

Floats = NDArray[np.float64]
POPULATION = [100_000, 50_000, 30_000, 20_000]
AREA = [100, 200, 300, 400]
MARKET = [1.0, 2.0, 3.0, 4.0]
NONE = [False, False, False, False]
# 0.8 · (0.5, 0.25, 0.15, 0.1) + (0.1 + 0.1) · (0.1, 0.2, 0.3, 0.4)
RAW = [Fraction(42, 100), Fraction(24, 100), Fraction(18, 100), Fraction(16, 100)]


@st.composite
def lands(draw: st.DrawFn) -> dict[str, Any]:
    size = draw(st.integers(2, 20))
    figures = st.floats(0.1, 1e6)
    reduced = hnp.arrays(np.bool_, size).filter(lambda listed: not listed.all())
    return {
        "population": draw(hnp.arrays(np.float64, size, elements=figures)),
        "area": draw(hnp.arrays(np.float64, size, elements=figures)),
        "labour_market": draw(hnp.arrays(np.float64, size, elements=figures)),
        "rent_capped": draw(reduced),
        "eu_recipients": draw(reduced),
    }


def key_of(land: dict[str, Any], **changed: Any) -> Floats:
    return integration_key(**(land | changed))


def toy(**changed: Any) -> Floats:
    land = {"population": POPULATION, "area": AREA, "labour_market": MARKET}
    return key_of(land | {"rent_capped": NONE, "eu_recipients": NONE}, **changed)


def test_without_a_reduction_by_hand() -> None:
    np.testing.assert_allclose(toy(), [float(share) for share in RAW], rtol=1e-14)


def test_one_reduction_by_hand() -> None:
    # The first of four loses 0.042; the others hold 0.58 and rise by 0.042 / 0.58 of their keys.
    freed = Fraction(42, 1000)
    expected = [RAW[0] - freed, *(share * (1 + freed / Fraction(58, 100)) for share in RAW[1:])]
    assert sum(expected) == 1
    for reduction in ("rent_capped", "eu_recipients"):
        key = toy(**{reduction: [True, False, False, False]})
        np.testing.assert_allclose(key, [float(share) for share in expected], rtol=1e-14)


def test_both_reductions_by_hand() -> None:
    # Under the rent cap the first one frees 0.042 for three others, who hold 0.58. By the share of
    # EU recipients the first two free 0.042 + 0.024 for the other two, who hold 0.34.
    rent, recipients = Fraction(42, 1000), Fraction(66, 1000)
    by_rent, by_recipients = rent / Fraction(58, 100), recipients / Fraction(34, 100)
    tenth = Fraction(1, 10)
    expected = [
        RAW[0] * (1 - 2 * tenth),
        RAW[1] * (1 + by_rent - tenth),
        RAW[2] * (1 + by_rent + by_recipients),
        RAW[3] * (1 + by_rent + by_recipients),
    ]
    assert sum(expected) == 1
    key = toy(rent_capped=[True, False, False, False], eu_recipients=[True, True, False, False])
    np.testing.assert_allclose(key, [float(share) for share in expected], rtol=1e-14)


def test_other_weights_and_reductions() -> None:
    np.testing.assert_allclose(toy(weights=(1.0, 0.0, 0.0)), [0.5, 0.25, 0.15, 0.1], rtol=1e-15)
    np.testing.assert_allclose(toy(weights=(0.0, 0.0, 1.0)), [0.1, 0.2, 0.3, 0.4], rtol=1e-15)
    key = toy(rent_capped=[True, False, False, False], reduction=0.5)
    assert key[0] == pytest.approx(0.21, rel=1e-14)


def test_nrw() -> None:
    region = load_region("nrw")
    # Inhabitants as the labour-market measure: unemployment equal everywhere.
    nobody = np.zeros(region.population.size, dtype=np.bool_)
    key = integration_key(
        region.population,
        region.area_km2,
        region.population,
        rent_capped=nobody,
        eu_recipients=nobody,
    )
    expected = (
        0.9 * region.population / region.population.sum()
        + 0.1 * region.area_km2 / region.area_km2.sum()
    )
    np.testing.assert_allclose(key, expected, rtol=1e-12)
    koeln = region.ags == "05315000"
    reduced = integration_key(
        region.population,
        region.area_km2,
        region.population,
        rent_capped=koeln,
        eu_recipients=nobody,
    )
    np.testing.assert_allclose(reduced[koeln], 0.9 * key[koeln], rtol=1e-14)
    assert reduced.sum() == pytest.approx(1.0, abs=1e-14)


@given(lands(), st.floats(0.0, 0.5))
def test_shares_sum_to_one(land: dict[str, Any], reduction: float) -> None:
    key = key_of(land, reduction=reduction)
    assert key.sum() == pytest.approx(1.0, abs=1e-12)
    assert (key >= 0).all()


@given(lands())
def test_who_is_not_reduced_never_loses(land: dict[str, Any]) -> None:
    nobody = np.zeros_like(land["rent_capped"])
    raw = key_of(land, rent_capped=nobody, eu_recipients=nobody)
    free = ~(land["rent_capped"] | land["eu_recipients"])
    assert (key_of(land)[free] >= raw[free]).all()


@given(lands())
def test_the_order_of_the_paragraphs_does_not_matter(land: dict[str, Any]) -> None:
    swapped = key_of(land, rent_capped=land["eu_recipients"], eu_recipients=land["rent_capped"])
    np.testing.assert_allclose(swapped, key_of(land), rtol=1e-12)


@given(lands(), st.randoms(use_true_random=False))
def test_reordering_reorders_bit_by_bit(land: dict[str, Any], random: Random) -> None:
    order = list(range(land["population"].size))
    random.shuffle(order)
    reordered = {name: values[order] for name, values in land.items()}
    np.testing.assert_array_equal(key_of(reordered), key_of(land)[order])


@given(lands(), st.floats(0.001, 1000.0))
def test_units_do_not_matter(land: dict[str, Any], unit: float) -> None:
    for name in ("population", "area", "labour_market"):
        np.testing.assert_allclose(
            key_of(land, **{name: unit * land[name]}), key_of(land), rtol=1e-9
        )


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"population": []}, "population must be a one-dimensional, non-empty array"),
        ({"area": [1, 2, 3]}, "population has 4 and area has 3 municipalities"),
        ({"labour_market": [1, 2, 3, 0]}, "labour_market must be finite and positive"),
        ({"rent_capped": [True]}, "population has 4 and rent_capped has 1"),
        ({"rent_capped": [True] * 4}, "rent_capped lists every municipality"),
        ({"eu_recipients": [True] * 4}, "eu_recipients lists every municipality"),
        ({"weights": (0.8, 0.1, 0.2)}, "weights must not be negative and must sum to 1"),
        ({"weights": (1.1, -0.1, 0.0)}, "weights must not be negative"),
        ({"weights": (np.nan, 0.5, 0.5)}, "weights must not be negative"),
        ({"reduction": 0.51}, "reduction must lie between 0 and 0.5"),
        ({"reduction": -0.1}, "reduction must lie between 0 and 0.5"),
        ({"reduction": np.nan}, "reduction must lie between 0 and 0.5"),
    ],
)
def test_wrong_inputs_are_named(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        toy(**changed)
