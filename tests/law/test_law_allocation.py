"""The allocation key of § 3 (1) FlüAG."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import ArrayLike, NDArray

from integrasim.law.allocation import allocation_key
from integrasim.region import load_region

if TYPE_CHECKING:
    from random import Random

Floats = NDArray[np.float64]
TOY_POPULATION = [100_000, 50_000, 30_000, 20_000]
TOY_AREA = [100, 200, 300, 400]


@st.composite
def lands(draw: st.DrawFn) -> tuple[Floats, Floats]:
    size = draw(st.integers(1, 30))
    population = draw(hnp.arrays(np.float64, size, elements=st.floats(1, 1e6)))
    area = draw(hnp.arrays(np.float64, size, elements=st.floats(0.01, 1e3)))
    return population, area


def exact_key(
    population: list[int], area: list[int], weight: Fraction, cap: Fraction
) -> list[Fraction]:
    """The text of § 3 (1), sentence by sentence, in exact fractions."""
    people = [Fraction(p, sum(population)) for p in population]
    key = [
        weight * share + (1 - weight) * Fraction(a, sum(area))
        for share, a in zip(people, area, strict=True)
    ]
    capped: set[int] = set()
    while over := {i for i in range(len(key)) if key[i] > cap * people[i]}:
        excess = sum(key[i] - cap * people[i] for i in over)
        capped |= over
        others = sum(key[i] for i in range(len(key)) if i not in capped)
        key = [
            cap * people[i] if i in capped else key[i] + excess * key[i] / others
            for i in range(len(key))
        ]
    return key


def test_toy_land_by_hand() -> None:
    # raw 0.46, 0.245, 0.165, 0.13; Detal is cut to 1.25 · 0.1; the others share 0.875
    expected = [
        Fraction(46, 87) * Fraction(7, 8),
        Fraction(245, 870) * Fraction(7, 8),
        Fraction(165, 870) * Fraction(7, 8),
        Fraction(1, 8),
    ]
    assert sum(expected) == 1
    key = allocation_key(TOY_POPULATION, TOY_AREA)
    np.testing.assert_allclose(key, [float(share) for share in expected], rtol=1e-15)


def test_the_excess_can_lift_another_municipality_over_its_cap() -> None:
    # One pass would leave the third municipality above its cap.
    population, area = [900_000, 10_000, 40_000], [100, 1_000, 150]
    key = allocation_key(population, area)
    exact = exact_key(population, area, Fraction(9, 10), Fraction(5, 4))
    limits = 1.25 * np.array(population) / sum(population)
    raw = 0.9 * np.array(population) / sum(population) + 0.1 * np.array(area) / sum(area)
    assert raw[2] < limits[2]
    assert key[2] == limits[2]
    np.testing.assert_allclose(key, [float(share) for share in exact], rtol=1e-14)


def test_nrw() -> None:
    region = load_region("nrw")
    key = allocation_key(region.population, region.area_km2)
    koeln = key[region.ags == "05315000"]
    assert round(100 * float(koeln[0]), 4) == 5.5442
    assert np.count_nonzero(key == 1.25 * (region.population / region.population.sum())) == 82
    assert key.size == 396
    assert key.sum() == pytest.approx(1.0, abs=1e-14)


@given(lands(), st.floats(0.0, 1.0), st.floats(1.0, 3.0))
def test_shares_sum_to_one_and_keep_the_cap(
    land: tuple[Floats, Floats], weight: float, cap: float
) -> None:
    population, area = land
    key = allocation_key(population, area, population_weight=weight, cap=cap)
    assert key.sum() == pytest.approx(1.0, abs=1e-12)
    assert (key > 0).all()
    assert (key <= cap * population / population.sum() * (1 + 1e-12)).all()


@given(lands())
def test_municipalities_below_the_cap_keep_the_proportions_of_their_raw_keys(
    land: tuple[Floats, Floats],
) -> None:
    population, area = land
    key = allocation_key(population, area)
    raw = 0.9 * population / population.sum() + 0.1 * area / area.sum()
    free = key < 1.25 * population / population.sum() * (1 - 1e-9)
    if free.any():
        np.testing.assert_allclose(key[free] / raw[free], (key[free] / raw[free])[0], rtol=1e-9)


@given(lands(), st.randoms(use_true_random=False))
def test_reordering_reorders_bit_by_bit(land: tuple[Floats, Floats], random: Random) -> None:
    population, area = land
    order = list(range(population.size))
    random.shuffle(order)
    key = allocation_key(population, area)
    np.testing.assert_array_equal(allocation_key(population[order], area[order]), key[order])


@given(lands(), st.floats(0.001, 1000.0))
def test_units_of_area_do_not_matter(land: tuple[Floats, Floats], unit: float) -> None:
    population, area = land
    np.testing.assert_allclose(
        allocation_key(population, unit * area), allocation_key(population, area), rtol=1e-9
    )


def test_a_cap_of_one_leaves_the_population_shares() -> None:
    key = allocation_key(TOY_POPULATION, TOY_AREA, cap=1.0)
    np.testing.assert_allclose(key, [0.5, 0.25, 0.15, 0.1], rtol=1e-15)


def test_weight_one_ignores_the_area() -> None:
    key = allocation_key(TOY_POPULATION, TOY_AREA, population_weight=1.0)
    np.testing.assert_allclose(key, [0.5, 0.25, 0.15, 0.1], rtol=1e-15)


def test_inputs_stay_as_they_are() -> None:
    population, area = np.array(TOY_POPULATION, float), np.array(TOY_AREA, float)
    population.setflags(write=False)
    area.setflags(write=False)
    key = allocation_key(population, area)
    assert key.flags.writeable
    assert not np.shares_memory(key, population)


@pytest.mark.parametrize(
    ("population", "area", "options", "message"),
    [
        ([], [], {}, "population must be a one-dimensional, non-empty array"),
        ([[1.0]], [1.0], {}, "population must be a one-dimensional"),
        ([1.0], [[1.0]], {}, "area must be a one-dimensional"),
        ([1.0, 2.0], [1.0], {}, "population has 2 and area has 1 municipalities"),
        ([1.0, 0.0], [1.0, 1.0], {}, "population must be finite and positive; municipality 1"),
        ([1.0, 2.0], [np.nan, 1.0], {}, "area must be finite and positive; municipality 0 has nan"),
        ([np.inf, 2.0], [1.0, 1.0], {}, "municipality 0 has inf"),
        ([1.0], [1.0], {"population_weight": 1.01}, "population_weight must lie between 0 and 1"),
        ([1.0], [1.0], {"population_weight": -0.1}, "population_weight must lie between 0 and 1"),
        ([1.0], [1.0], {"population_weight": np.nan}, "population_weight must lie between"),
        ([1.0], [1.0], {"cap": 0.99}, "cap must be at least 1"),
        ([1.0], [1.0], {"cap": np.inf}, "cap must be at least 1 and finite"),
        ([1.0], [1.0], {"cap": np.nan}, "cap must be at least 1"),
    ],
)
def test_wrong_inputs_are_named(
    population: ArrayLike, area: ArrayLike, options: dict[str, float], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        allocation_key(population, area, **options)
