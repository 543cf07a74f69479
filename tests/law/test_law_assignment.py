"""Obligations, credits and fulfilment under § 3 FlüAG."""

from __future__ import annotations

from datetime import date

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from integrasim.law.allocation import allocation_key
from integrasim.law.assignment import credited_places, fulfilment_quota, obligations
from integrasim.statutes import load_statute_book

Floats = NDArray[np.float64]
LAW = load_statute_book().as_of(date(2025, 1, 1))
COUNTS = hnp.arrays(np.float64, (3, 4), elements=st.integers(0, 10_000))


def toy_key() -> Floats:
    return allocation_key([100_000, 50_000, 30_000, 20_000], [100, 200, 300, 400])


def test_published_basis_of_2016() -> None:
    # Bezirksregierung Arnsberg, 2016: 217,000 countable persons and 86,000 places of the Land
    # make the 304,000 that the key distributes; each figure is rounded to a thousand.
    key = toy_key()
    counted, credited = 217_000 * key, np.array([86_000.0, 0, 0, 0])
    owed = obligations(key, counted, credited, to_assign=0)
    distributed = (owed + counted + credited).sum()
    assert distributed == pytest.approx(304_000, abs=1_500)
    np.testing.assert_allclose((owed + counted + credited) / distributed, key)
    quota = fulfilment_quota(key, counted, credited)
    assert quota[0] == pytest.approx((217 * key[0] + 86) / (303 * key[0]))


def test_obligations_by_hand() -> None:
    owed = obligations([0.5, 0.3, 0.2], [100, 20, 30], [0, 50, 0], 100)
    np.testing.assert_allclose(owed, [50, 20, 30])


@given(COUNTS, COUNTS, hnp.arrays(np.float64, 3, elements=st.integers(0, 10_000)))
def test_obligations_sum_to_the_persons_to_assign(
    counted: Floats, credited: Floats, to_assign: Floats
) -> None:
    owed = obligations(toy_key(), counted, credited, to_assign)
    assert owed.shape == (3, 4)
    np.testing.assert_allclose(owed.sum(axis=-1), to_assign, atol=1e-8)


@given(COUNTS, hnp.arrays(np.float64, 4, elements=st.integers(0, 10_000)))
def test_each_draw_is_computed_by_itself(counted: Floats, credited: Floats) -> None:
    together = obligations(toy_key(), counted, credited, np.array([5.0, 6.0, 7.0]))
    for draw, to_assign in enumerate([5.0, 6.0, 7.0]):
        alone = obligations(toy_key(), counted[draw], credited, to_assign)
        np.testing.assert_array_equal(together[draw], alone)


@given(COUNTS, COUNTS)
def test_quotas_weighted_by_the_key_average_to_one(counted: Floats, credited: Floats) -> None:
    key = toy_key()
    quota = fulfilment_quota(key, counted, credited)
    total = (counted + credited).sum(axis=-1)
    np.testing.assert_allclose((quota * key).sum(axis=-1)[total > 0], 1.0)
    assert np.isnan(quota[total == 0]).all()


def test_a_single_person_makes_an_obligation() -> None:
    np.testing.assert_array_equal(fulfilment_quota([0.5, 0.5], [1, 0], [0, 0]), [2, 0])


def test_a_quota_of_one_is_no_obligation() -> None:
    key = toy_key()
    counted = 1_000 * key
    none = np.zeros(4)
    np.testing.assert_allclose(fulfilment_quota(key, counted, none), 1.0)
    np.testing.assert_allclose(obligations(key, counted, none, 0), 0.0, atol=1e-9)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2016, 1, 1), 130 + 200),
        (date(2017, 7, 1), 100 + 150),
        (date(2023, 11, 1), 70 + 100),
        (date(2023, 12, 1), 100 + 200),
    ],
)
def test_credits_by_date(day: date, expected: float) -> None:
    credit = credited_places(LAW, day, np.array([[100.0]]), np.array([[200.0]]))
    np.testing.assert_allclose(credit, [[expected]])


def test_inputs_stay_as_they_are() -> None:
    key, counted, places = arrays = (toy_key(), np.arange(4.0), np.ones(4))
    for array in arrays:
        array.setflags(write=False)
    before = [array.copy() for array in arrays]
    obligations(key, counted, places, 3)
    fulfilment_quota(key, counted, places)
    credited_places(LAW, date(2025, 1, 1), counted, places)
    for array, copy in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(array, copy)
