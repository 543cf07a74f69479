"""Checks and sums that the keys share."""

from __future__ import annotations

import math

import numpy as np
import pytest

from integrasim.law.shares import positive, same_municipalities, shares_of


def test_shares_do_not_depend_on_the_order() -> None:
    amounts = np.array([1e16, 1.0, 1.0, 1e-3])
    np.testing.assert_array_equal(shares_of(amounts)[::-1], shares_of(amounts[::-1]))
    assert math.fsum(shares_of(np.array([3.0, 1.0]))) == 1.0


def test_the_wrong_municipality_is_named() -> None:
    with pytest.raises(ValueError, match="area must be finite and positive; municipality 1 has 0"):
        positive([1.0, 0.0], name="area")


def test_the_array_that_does_not_fit_is_named() -> None:
    one, two = np.zeros(1), np.zeros(2)
    same_municipalities(population=two, area=two)
    with pytest.raises(ValueError, match="population has 2 and reduced has 1 municipalities"):
        same_municipalities(population=two, area=two, reduced=one)
