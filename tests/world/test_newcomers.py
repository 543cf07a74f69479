"""Persons of § 14 TIntG on the reference days: who is entitled, where, and for how long."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from integrasim.scenario import load_scenario
from integrasim.statutes import load_statute_book
from integrasim.world.block import simulate_world
from integrasim.world.newcomers import count_newcomers
from integrasim.world.plan import law_periods, plan_world

if TYPE_CHECKING:
    from numpy.typing import NDArray

TOY = Path(__file__).parents[2] / "scenarios" / "toy.yaml"
LAW = load_statute_book().as_of(date(2025, 1, 1))
DAYS_OF_A_YEAR = 4
DAYS = 8
"""Reference days within two years."""


def months(start: tuple[int, int], count: int) -> list[date]:
    first = start[0] * 12 + start[1] - 1
    return [date(month // 12, month % 12 + 1, 1) for month in range(first, first + count)]


def count(
    came: list[int], before: int, start: tuple[int, int], key: list[float]
) -> NDArray[np.int64]:
    """The newcomers of one draw, (year, municipality)."""
    found = count_newcomers(
        np.array([came]),
        before=np.array([before]),
        months=months(start, len(came)),
        key=np.array([key] * len(came)),
    )
    return found.reshape(found.shape[1:])


def test_who_came_in_january_2025_counts_from_april_2025_to_january_2027() -> None:
    """Four days in 2025 less January's, four in 2026, and January's of 2027."""
    found = count([100] + [0] * 35, 0, (2025, 1), [1.0])
    assert found.tolist() == [[300], [400], [100]]


def test_who_came_in_the_month_before_counts_on_the_first_day() -> None:
    """Of 24 persons who came one a month from January 2023, one fewer is entitled each month."""
    found = count([0] * 24, 24, (2025, 1), [1.0])
    assert found.tolist() == [[24 + 21 + 18 + 15], [12 + 9 + 6 + 3]]


def test_the_budget_of_2025() -> None:
    """6,250 persons and 6,250 / 24 a month stay 6,250: 25,000 on four days, 7.5 m at 300 EUR."""
    found = count([260, 261] * 6, 6250, (2025, 1), [0.5, 0.5])
    assert abs(found.sum() - 25_000) <= 4
    assert abs(found[0, 0] - found[0, 1]) <= 4


def test_a_horizon_without_a_reference_day() -> None:
    assert count([10, 10], 100, (2025, 2), [0.5, 0.5]).tolist() == [[0, 0]]


@given(
    st.lists(st.integers(0, 10_000), min_size=1, max_size=12),
    st.tuples(st.integers(2017, 2025), st.integers(1, 12)),
    st.lists(st.floats(1e-3, 1.0), min_size=1, max_size=9),
)
def test_everyone_counts_on_eight_days(
    came: list[int], start: tuple[int, int], weights: list[float]
) -> None:
    """Once two years have passed since the last one came."""
    key = [weight / sum(weights) for weight in weights]
    found = count([*came, *[0] * 24], 0, start, key)
    assert found.sum() == DAYS * sum(came)


@given(
    st.integers(0, 10_000_000),
    st.tuples(st.integers(2017, 2025), st.integers(1, 12)),
    st.lists(st.floats(1e-3, 1.0), min_size=2, max_size=9),
)
def test_whole_persons_by_the_key(
    before: int, start: tuple[int, int], weights: list[float]
) -> None:
    """No municipality is a whole person away from its share on any of the days."""
    key = [weight / sum(weights) for weight in weights]
    found = count([0] * 24, before, start, key)
    assert found.min() >= 0
    shares = found.sum(axis=1, keepdims=True) * key
    assert (np.abs(found - shares) < DAYS_OF_A_YEAR).all()


@given(st.integers(0, 10_000), st.integers(0, 10_000), st.integers(1, 12))
def test_more_persons_count_on_more_days(one: int, another: int, month: int) -> None:
    fewer, more = sorted((one, another))
    key = [0.2, 0.3, 0.5]
    few, many = (count([5] * 30, each, (2024, month), key) for each in (fewer, more))
    assert (many.sum(axis=1) >= few.sum(axis=1)).all()


def test_a_draw_depends_on_itself_alone() -> None:
    horizon = months((2025, 1), 12)
    key = np.array([[0.3, 0.7]] * 12)
    came = np.arange(36).reshape(3, 12)
    before = np.array([100, 7, 0])
    together = count_newcomers(came, before=before, months=horizon, key=key)
    for draw in range(3):
        alone = count_newcomers(came[[draw]], before=before[[draw]], months=horizon, key=key)
        assert np.array_equal(together[[draw]], alone)


def test_a_world_counts_those_of_the_start_and_the_resettled(tmp_path: Path) -> None:
    """From 2,400 persons, a hundred a month leave the two years and fifty a month join them."""
    path = tmp_path / "s.yaml"
    path.write_text(
        f"extends: {TOY}\nhorizon: {{start: 2025-01, end: 2026-12}}\nworld:\n"
        "  residence: {initial: {newcomers: 2400}}\n"
        "  other_arrivals: {resettlement: {process: fixed, monthly: 50, counts: exact}}\n",
        encoding="utf-8",
    )
    scenario = load_scenario(path)
    periods = law_periods(scenario.horizon.months, [])
    plan = plan_world(scenario, scenario.load_region(), LAW, periods)
    found = simulate_world(scenario, plan, range(3)).basis.newcomers
    totals = [
        sum(2400 - 50 * month for month in (0, 3, 6, 9)) - 12 * 50 * 4 * year for year in (0, 1)
    ]
    assert found.sum(axis=2).tolist() == [totals] * 3
    shares = np.multiply.outer(totals, plan.placement.key[0])
    assert (np.abs(found - shares) < DAYS_OF_A_YEAR).all()
