"""Municipalities: exact totals, obligations on the stock, closed-form transitions."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrasim.world.residence import (
    Inflows,
    Placement,
    Residence,
    Transitions,
    apportion,
    reside,
)


def run(
    *,
    draws: range = range(4),
    months: int = 12,
    key: tuple[float, ...] = (0.5, 0.3, 0.2),
    credited: tuple[float, ...] = (0.0, 0.0, 0.0),
    initial: tuple[int, int, int, int] = (0, 0, 0, 0),
    inflow: tuple[int, int, int] = (0, 0, 0),
    decided: float = 0.0,
    recognised: float = 0.0,
    tolerated: float = 0.0,
    ends: tuple[float, float, float] = (0.0, 0.0, 0.0),
    counts_tp: bool = False,
    seed: int = 1,
) -> Residence:
    size = len(draws)

    def every(value: float) -> np.ndarray:
        return np.full(size, value)

    def monthly(value: int) -> np.ndarray:
        return np.full((size, months), value)

    return reside(
        Inflows(*(monthly(value) for value in inflow)),
        initial=np.repeat(np.array(initial)[:, None], size, axis=1),
        transitions=Transitions(
            every(decided), every(recognised), every(tolerated), *(every(e) for e in ends)
        ),
        placement=Placement(
            key=np.tile(key, (months, 1)),
            credited=np.tile(credited, (months, 1)),
            temporary_protection_counts=np.full(months, counts_tp),
        ),
        period=np.arange(months) // 12,
        seed=seed,
        draws=draws,
    )


@given(
    total=st.integers(0, 5000),
    weights=st.lists(st.floats(0.0, 1.0), min_size=1, max_size=30).filter(lambda w: sum(w) > 0.01),
    uniform=st.floats(0.0, 1.0, exclude_max=True),
)
def test_apportionment_is_exact_and_fair(total: int, weights: list[float], uniform: float) -> None:
    shares = np.array(weights)
    out = np.zeros(shares.size, dtype=np.int64)
    apportion(total, shares, uniform, out)
    exact = total * shares / shares.sum()
    assert out.sum() == total
    assert np.all(np.abs(out - exact) < 1.0 + 1e-6)
    assert np.all(out[shares == 0.0] == 0)


def test_apportionment_has_the_exact_share_as_its_mean() -> None:
    weights = np.array([0.07, 0.31, 0.62])
    uniforms = (np.arange(10_000) + 0.5) / 10_000
    mean = np.zeros(3)
    for uniform in uniforms:
        out = np.zeros(3, dtype=np.int64)
        apportion(11, weights, uniform, out)
        mean += out / uniforms.size
    assert np.allclose(mean, 11 * weights, atol=1e-3)


def test_assignment_by_hand() -> None:
    """Key 1/2, 3/10, 2/10 and 100 persons a month: everyone meets the obligation."""
    result = run(months=2, inflow=(100, 0, 0))
    assert np.array_equal(result.person_months[0, 0], [50 + 100, 30 + 60, 20 + 40])


def test_credited_places_reduce_what_a_municipality_must_take() -> None:
    """40 places in the first: basis 140, obligations 70 - 40, 42, 28."""
    result = run(months=1, inflow=(100, 0, 0), credited=(40.0, 0.0, 0.0))
    assert np.array_equal(result.person_months[0, 0], [30, 42, 28])


def test_a_municipality_above_its_obligation_receives_nobody() -> None:
    """90 places in the first: basis 190, obligations 95 - 90, 57, 38."""
    result = run(months=1, inflow=(100, 0, 0), credited=(200.0, 0.0, 0.0))
    assert result.person_months[0, 0, 0] == 0
    assert result.person_months[0, 0].sum() == 100
    assert np.array_equal(result.person_months[0, 0, 1:], [60, 40])


def test_credits_are_deducted_once_from_the_persons_at_the_start() -> None:
    """Key 1/2, 3/10, 2/10; 40 places in the first, 160 in procedure: 200 · key - places."""
    result = run(months=1, initial=(160, 100, 100, 100), credited=(40.0, 0.0, 0.0))
    assert np.array_equal(result.person_months[0, 0], [60, 60, 40])
    assert np.array_equal(result.tolerated_months[0, 0], [50, 30, 20])


def test_temporary_protection_is_counted_only_under_the_law_that_says_so() -> None:
    counted = run(months=3, initial=(0, 0, 0, 100), counts_tp=True)
    not_counted = run(months=3, initial=(0, 0, 0, 100), counts_tp=False)
    assert counted.person_months[0, 0].sum() == 300
    assert not_counted.person_months.sum() == 0


def test_the_month_in_which_a_procedure_ends_still_counts() -> None:
    result = run(months=3, inflow=(10, 0, 0), decided=1.0, recognised=0.0, tolerated=1.0)
    assert np.array_equal(result.person_months.sum(axis=(1, 2)), [30] * 4)
    assert np.array_equal(result.newly_tolerated.sum(axis=(1, 2)), [30] * 4)
    assert np.array_equal(result.tolerated_months.sum(axis=(1, 2)), [10 + 20] * 4)


@settings(max_examples=40)
@given(
    initial=st.tuples(*[st.integers(0, 3000)] * 4),
    inflow=st.tuples(*[st.integers(0, 300)] * 3),
    decided=st.floats(0.0, 1.0),
    recognised=st.floats(0.0, 1.0),
    rest=st.floats(0.0, 1.0),
    ends=st.tuples(*[st.floats(0.0, 1.0)] * 3),
    counts_tp=st.booleans(),
    credited=st.tuples(*[st.floats(0.0, 500.0)] * 3),
)
def test_nobody_appears_or_vanishes(
    initial: tuple[int, int, int, int],
    inflow: tuple[int, int, int],
    decided: float,
    recognised: float,
    rest: float,
    ends: tuple[float, float, float],
    counts_tp: bool,
    credited: tuple[float, float, float],
) -> None:
    result = run(
        initial=initial,
        inflow=inflow,
        decided=decided,
        recognised=recognised,
        tolerated=(1.0 - recognised) * rest,
        ends=ends,
        counts_tp=counts_tp,
        credited=credited,
    )
    assert result.stock.min() >= 0
    came = sum(initial) + sum(inflow) * np.arange(1, 13)
    assert np.array_equal(
        np.broadcast_to(came, (4, 12)), result.stock.sum(axis=2) + np.cumsum(result.gone, axis=1)
    )


def test_transitions_have_their_closed_form_moments() -> None:
    """A cohort in procedure: competing risks, mean and variance within 5 standard errors."""
    size, cohort, decided, recognised, tolerated = 20_000, 900, 0.1, 0.5, 0.3
    months = 6
    result = run(
        draws=range(size),
        months=months,
        initial=(cohort, 0, 0, 0),
        decided=decided,
        recognised=recognised,
        tolerated=tolerated,
    )
    for month in range(months):
        still = (1 - decided) ** (month + 1)
        for column, probability in (
            (0, still),
            (1, (1 - still) * recognised),
            (2, (1 - still) * tolerated),
        ):
            persons = result.stock[:, month, column]
            variance = cohort * probability * (1 - probability)
            assert abs(persons.mean() - cohort * probability) < 5 * np.sqrt(variance / size)
            assert abs(persons.var() / variance - 1) < 5 * np.sqrt(2.1 / size)


def test_one_municipality_has_binomial_noise_of_its_own() -> None:
    """Leavers of a small municipality vary as much as independent persons do."""
    size = 20_000
    result = run(draws=range(size), months=1, initial=(1000, 0, 0, 0), decided=0.1, tolerated=1.0)
    leavers = result.newly_tolerated[:, 0, 2]
    assert leavers.mean() == pytest.approx(200 * 0.1, abs=5 * np.sqrt(18 / size))
    assert leavers.var() == pytest.approx(18.0, rel=5 * np.sqrt(2.1 / size))
    pair = np.corrcoef(leavers, result.newly_tolerated[:, 0, 0])[0, 1]
    assert abs(pair) < 5 / np.sqrt(size)


def test_blocks_do_not_matter() -> None:
    options: dict[str, Any] = {
        "initial": (500, 500, 500, 500),
        "inflow": (50, 20, 10),
        "decided": 0.1,
        "recognised": 0.4,
        "tolerated": 0.3,
        "ends": (0.1, 0.1, 0.1),
    }
    whole = run(draws=range(10), **options)
    part = run(draws=range(6, 10), **options)
    for name in ("person_months", "newly_tolerated", "tolerated_months", "stock", "gone"):
        assert np.array_equal(getattr(whole, name)[6:], getattr(part, name))
