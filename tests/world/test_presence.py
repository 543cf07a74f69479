"""How long persons are counted in a year, against a hand count and a closed form."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrasim.world.presence import observe_presence

TWO_YEARS = np.array([-1] * 11 + [0] + [-1] * 11 + [1])


def test_by_hand() -> None:
    """Three persons: all year; January to March; from October into the next year."""
    first = [True] * 24
    second = [True] * 3 + [False] * 21
    third = [False] * 9 + [True] * 6 + [False] * 9
    there = np.array([first, second, third])
    counted = there.sum(axis=0, keepdims=True)
    remaining = (there & np.roll(there, -1, axis=1)).sum(axis=0, keepdims=True)
    found = observe_presence(counted, remaining, TWO_YEARS)
    assert found.presence == pytest.approx(np.array([[(12 + 3 + 3) / 36, (12 + 3) / 24]]))
    assert found.staying[0, 0] == pytest.approx(2 / 3)
    assert found.remaining[0, 0] == 1.0


def test_a_steady_state_has_its_closed_form() -> None:
    """Geometric stays with hazard h: n counted, n·h enter each month, (1 - h) of n remain."""
    n, h = 12_000, 0.05
    counted = np.full((1, 24), n)
    found = observe_presence(counted, np.full((1, 24), round(n * (1 - h))), TWO_YEARS)
    persons = n + 11 * n * h
    assert found.presence == pytest.approx(np.full((1, 2), 12 * n / (12 * persons)))
    assert found.staying == pytest.approx(np.full((1, 2), n * (1 - h) / persons))
    assert found.remaining == pytest.approx(np.full((1, 2), 1 - h))


@given(
    there=st.lists(st.lists(st.booleans(), min_size=24, max_size=24), min_size=1, max_size=8),
)
def test_shares_are_shares_whatever_happens(there: list[list[bool]]) -> None:
    present = np.array(there)
    counted = present.sum(axis=0, keepdims=True)
    remaining = (present & np.roll(present, -1, axis=1)).sum(axis=0, keepdims=True)
    for shares in observe_presence(counted, remaining, TWO_YEARS):
        assert np.all((shares >= 0.0) & (shares <= 1.0))


def test_a_law_that_stops_counting_leaves_nobody_negative() -> None:
    counted = np.array([[100] * 5 + [20] * 19])
    found = observe_presence(counted, counted, TWO_YEARS)
    assert found.presence[0, 0] == pytest.approx((5 * 100 + 7 * 20) / (12 * 100))
    assert found.staying[0, 0] == pytest.approx(0.2)
