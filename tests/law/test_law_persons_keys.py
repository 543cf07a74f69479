"""Keys by persons, and the grants of 2018 and 2019 that follow them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from integrasim.law.formulas import by_band, in_proportion, largest_remainders, per_unit, share_out
from integrasim.law.persons_keys import kreis_key, mixed_key, persons_key
from integrasim.region import load_region

if TYPE_CHECKING:
    from random import Random

Integers = NDArray[np.int64]
PERSONS = hnp.arrays(np.int64, (3, 6), elements=st.integers(0, 5_000))


def cents(amounts: NDArray[np.float64]) -> Integers:
    return np.rint(100 * largest_remainders(amounts, decimals=2)).astype(np.int64)


# Assigned and residence-bound persons


def test_kim_posts_go_by_both_groups_together() -> None:
    # 363 posts: 30 + 20, 10 + 40 and 0 + 21 of 121 persons
    posts = in_proportion(363.0, weights=persons_key([30, 10, 0], residence_bound=[20, 40, 21]))
    np.testing.assert_allclose(posts, [150, 150, 63], rtol=1e-15)


@given(PERSONS, PERSONS)
def test_the_key_of_both_groups_sums_to_one(assigned: Integers, bound: Integers) -> None:
    key = persons_key(assigned, bound)
    somebody = (assigned + bound).sum(axis=-1) > 0
    np.testing.assert_allclose(key.sum(axis=-1), somebody, rtol=1e-12)
    np.testing.assert_array_equal(persons_key(bound, assigned), key)


@given(PERSONS)
def test_both_keys_agree_where_the_groups_live_alike(persons: Integers) -> None:
    np.testing.assert_allclose(
        mixed_key(persons, 3 * persons), persons_key(persons, 3 * persons), rtol=1e-12
    )


# The mix of 2018 and 2019


def test_the_mix_by_hand() -> None:
    # 0.4 · (60, 40, 0) / 100 + 0.6 · (10, 10, 20) / 40
    key = mixed_key([60, 40, 0], residence_bound=[10, 10, 20])
    np.testing.assert_allclose(key, [0.24 + 0.15, 0.16 + 0.15, 0.3], rtol=1e-15)


@given(PERSONS, PERSONS, st.floats(0.01, 0.99))
def test_the_mix_sums_to_one(assigned: Integers, bound: Integers, weight: float) -> None:
    key = mixed_key(assigned, bound, assigned_weight=weight)
    somebody = (assigned + bound).sum(axis=-1) > 0
    np.testing.assert_allclose(key.sum(axis=-1), somebody, rtol=1e-12)


@given(PERSONS, PERSONS, st.randoms(use_true_random=False))
def test_reordering_the_municipalities_reorders_the_mix(
    assigned: Integers, bound: Integers, random: Random
) -> None:
    order = list(range(assigned.shape[-1]))
    random.shuffle(order)
    np.testing.assert_allclose(
        mixed_key(assigned[:, order], bound[:, order]),
        mixed_key(assigned, bound)[:, order],
        rtol=1e-12,
    )


def test_where_one_group_is_empty_the_other_one_decides() -> None:
    np.testing.assert_allclose(mixed_key([0, 0], residence_bound=[3, 1]), [0.75, 0.25], rtol=1e-15)
    np.testing.assert_allclose(mixed_key([3, 1], residence_bound=[0, 0]), [0.75, 0.25], rtol=1e-15)
    np.testing.assert_array_equal(mixed_key([0, 0], residence_bound=[0, 0]), [0, 0])


@pytest.mark.parametrize("weight", [-0.1, 1.1, np.nan])
def test_a_weight_out_of_range_is_refused(weight: float) -> None:
    with pytest.raises(ValueError, match="assigned_weight must lie between 0 and 1"):
        mixed_key([1], [1], assigned_weight=weight)


def test_the_grants_of_2018_by_hand() -> None:
    # Keys 0.5, 0.4996 and 0.0004: the last one would receive 40,000 EUR of 100 million. It receives
    # 50,000, and the others share 99.95 million as 5,000 to 4,996.
    key = mixed_key([5_000, 4_996, 4], residence_bound=[5_000, 4_996, 4])
    grants = share_out(100e6, weights=key, minimum=50_000.0)
    expected = [99.95e6 * 5_000 / 9_996, 99.95e6 * 4_996 / 9_996, 50_000]
    np.testing.assert_allclose(grants, expected, rtol=1e-14)
    assert cents(grants).sum() == 100_000_000_00


def test_all_municipalities_of_nrw_receive_the_grants_of_2018_and_2019() -> None:
    region = load_region("nrw")
    # Persons in proportion to inhabitants; the smallest municipalities stay below the minimum.
    key = mixed_key(region.population, region.population)
    for pot, minimum in ((100e6, 50_000), (400e6, 100_000)):
        grants = cents(share_out(pot, weights=key, minimum=float(minimum)))
        assert grants.size == 396
        assert grants.sum() == 100 * pot
        assert grants.min() == 100 * minimum
        below = pot * key < minimum
        assert 0 < np.count_nonzero(below) <= np.count_nonzero(grants == 100 * minimum)


# Kreise


def test_a_kreis_holds_the_persons_of_its_municipalities() -> None:
    key = kreis_key([[900, 10, 20, 70], [5, 0, 0, 1]], kreis=[-1, 0, 0, 1], kreis_count=2)
    np.testing.assert_array_equal(key, [[0.3, 0.7], [0.0, 1.0]])


def test_a_kreis_without_municipalities_receives_nothing() -> None:
    np.testing.assert_array_equal(kreis_key([2.0], kreis=[1], kreis_count=3), [0, 1, 0])
    np.testing.assert_array_equal(kreis_key([2.0], kreis=[-1], kreis_count=2), [0, 0])


@given(PERSONS, hnp.arrays(np.int64, 6, elements=st.integers(-1, 3)))
def test_the_key_of_the_kreise_is_the_sum_of_their_municipalities(
    persons: Integers, kreis: Integers
) -> None:
    key = kreis_key(persons, kreis=kreis, kreis_count=4)
    sums = np.stack([persons[:, kreis == k].sum(axis=-1) for k in range(4)], axis=-1)
    np.testing.assert_array_equal(key, in_proportion(1.0, weights=sums))


def test_the_kreise_share_out_32_8_million_in_2019() -> None:
    region = load_region("nrw")
    kreise = np.unique(region.kreis_ags[region.municipality_type != "kreisfrei"])
    position = np.where(
        np.isin(region.kreis_ags, kreise), np.searchsorted(kreise, region.kreis_ags), -1
    )
    shares = in_proportion(
        32.8e6, weights=kreis_key(region.population, kreis=position, kreis_count=kreise.size)
    )
    assert shares.size == region.kreis_count == 31
    assert cents(shares).sum() == 32_800_000_00
    assert cents(shares).sum() + 400_000_000_00 == 432_800_000_00


@pytest.mark.parametrize("kreis", [[-2, 0], [0, 2]])
def test_a_position_outside_the_kreise_is_refused(kreis: list[int]) -> None:
    with pytest.raises(ValueError, match="kreis must lie between -1 and 1"):
        kreis_key([1, 1], kreis=kreis, kreis_count=2)


# Bands


def test_the_bands_of_komm_an() -> None:
    # Limits chosen for the test; posts at the 57,000 EUR of the Bezirksregierung Arnsberg.
    measure, limits = [100_000, 250_000, 900_000], [200_000, 400_000]
    posts = by_band(measure, limits=limits, values=[1.0, 1.5, 2.0])
    material = by_band(measure, limits=limits, values=[10_000, 15_000, 20_000])
    np.testing.assert_array_equal(
        per_unit(posts, rate=57_000.0) + material, [67_000, 100_500, 134_000]
    )
