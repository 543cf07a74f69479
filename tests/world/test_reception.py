"""Land facilities: nobody is lost, flows have their closed-form moments, places run short."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrasim.world.reception import ReceptionFlows, Stays, initial_outcomes, reception_flows


def run(
    arrivals: Any,
    *,
    initial: int = 0,
    stay: tuple[float, float, float] = (4.0, 4.0, 4.0),
    recognised: float = 0.0,
    left: float = 0.0,
    in_appeal: float = 0.0,
    room: float = np.inf,
    seed: int = 2,
    first_draw: int = 0,
) -> ReceptionFlows:
    """Run the facilities; ``stay`` is that of the assigned, the recognised and those who leave."""
    table = np.asarray(arrivals, dtype=np.int64)
    every = np.ones(len(table))
    return reception_flows(
        table,
        initial=np.full(len(table), initial),
        stays=Stays(*(value * every for value in (*stay, recognised, left, in_appeal))),
        room=np.full(table.shape, room),
        seed=seed,
        draws=range(first_draw, first_draw + len(table)),
    )


@settings(max_examples=60)
@given(
    arrivals=st.lists(st.integers(0, 3000), min_size=1, max_size=30),
    initial=st.integers(0, 20_000),
    stay=st.tuples(*[st.floats(1.0, 40.0)] * 3),
    recognised=st.floats(0.0, 1.0),
    rest=st.floats(0.0, 1.0),
    in_appeal=st.floats(0.0, 1.0),
    room=st.one_of(st.just(np.inf), st.floats(0.0, 5000.0)),
)
def test_nobody_appears_or_vanishes(
    arrivals: list[int],
    initial: int,
    stay: tuple[float, float, float],
    recognised: float,
    rest: float,
    in_appeal: float,
    room: float,
) -> None:
    table = np.array([arrivals, arrivals[::-1]])
    flows = run(
        table,
        initial=initial,
        stay=stay,
        recognised=recognised,
        left=(1.0 - recognised) * rest,
        in_appeal=in_appeal,
        room=room,
    )
    out = np.cumsum(flows.assigned + flows.recognised + flows.left, axis=1)
    assert all(part.min() >= 0 for part in flows)
    assert np.array_equal(initial + np.cumsum(table, axis=1), out + flows.stock)
    assert np.all(flows.early <= flows.assigned)
    assert np.all(flows.in_appeal <= flows.assigned)


def test_moments_of_a_cohort_by_outcome() -> None:
    """A cohort of n leaves geometrically by three doors, each in its time (5 standard errors)."""
    draws, cohort, stay = 20_000, 1000, (4.0, 6.0, 2.0)
    recognised, left, in_appeal = 0.2, 0.1, 0.4
    arrivals = np.zeros((draws, 6), dtype=np.int64)
    arrivals[:, 0] = cohort
    flows = run(arrivals, stay=stay, recognised=recognised, left=left, in_appeal=in_appeal)
    shares = (1 - recognised - left, recognised, left)
    doors = (flows.assigned, flows.recognised, flows.left)

    def close(persons: np.ndarray, probability: float) -> None:
        mean, variance = cohort * probability, cohort * probability * (1 - probability)
        assert abs(persons.mean() - mean) < 5 * np.sqrt(variance / draws)
        assert abs(persons.var() / variance - 1) < 5 * np.sqrt(2.1 / draws)

    for month in range(6):
        for flow, share, months in zip(doors, shares, stay, strict=True):
            close(flow[:, month], share * (1 - 1 / months) ** month / months)
        assigned = shares[0] * (1 - 1 / stay[0]) ** month / stay[0]
        close(flows.in_appeal[:, month], assigned * in_appeal)
        still = sum(
            share * (1 - 1 / months) ** (month + 1)
            for share, months in zip(shares, stay, strict=True)
        )
        close(flows.stock[:, month], still)


def test_the_persons_of_the_start_are_in_the_steady_state_of_their_outcomes() -> None:
    """With as many coming as going, neither stock nor flows drift (5 standard errors)."""
    draws, inflow, stay = 4000, 600, (6.0, 3.0, 2.0)
    recognised, left = 0.3, 0.2
    # Of those who come in a month, mean stay - 1 times as many are there at the end of one.
    weights = np.array([0.5 * (6 - 1), 0.3 * (3 - 1), 0.2 * (2 - 1)])
    there = inflow * weights.sum()
    stays = Stays(*(np.array([x]) for x in (*stay, recognised, left, 0.0)))
    split = initial_outcomes(np.array([33_000]), stays)[:, 0]
    assert np.array_equal(split, np.rint(33_000 * weights / weights.sum()))
    flows = run(
        np.full((draws, 12), inflow), initial=round(there), stay=stay, recognised=recognised,
        left=left,
    )  # fmt: skip
    error = flows.stock.std(axis=0) / np.sqrt(draws)
    assert np.all(np.abs(flows.stock.mean(axis=0) - there) < 5 * error)
    for flow, share in ((flows.assigned, 0.5), (flows.recognised, 0.3), (flows.left, 0.2)):
        error = flow.std(axis=0) / np.sqrt(draws)
        assert np.all(np.abs(flow.mean(axis=0) - inflow * share) < 5 * error)


def test_when_places_run_short_persons_are_assigned_earlier() -> None:
    flows = run([[500, 500, 500]], stay=(1e12, 1e12, 1e12), room=800.0)
    assert np.array_equal(flows.early[0], [0, 200, 500])
    assert np.array_equal(flows.stock[0], [500, 800, 800])
    assert np.array_equal(flows.assigned, flows.early)


def test_only_those_waiting_to_be_assigned_make_room() -> None:
    """All are to be recognised there: nobody can go, and the facilities are overcrowded."""
    flows = run([[500, 500]], stay=(1e12, 1e12, 1e12), recognised=1.0, room=800.0)
    assert not flows.early.any()
    assert np.array_equal(flows.stock[0], [500, 1000])


def test_a_limit_that_is_not_reached_changes_nothing() -> None:
    table = np.full((50, 12), 300)
    free, limited = run(table, recognised=0.2), run(table, recognised=0.2, room=1e6)
    for name in ReceptionFlows._fields:
        assert np.array_equal(getattr(free, name), getattr(limited, name)), name


@pytest.mark.parametrize("month", [0, 3])
def test_one_more_arrival_takes_one_door_and_moves_nobody_else(month: int) -> None:
    table = np.full((300, 12), 40)
    more = table.copy()
    more[:, month] += 1
    options: dict[str, Any] = {"recognised": 0.3, "left": 0.2, "initial": 200}
    before, after = run(table, **options), run(more, **options)
    doors = [
        np.cumsum(getattr(after, door) - getattr(before, door), axis=1)
        for door in ("assigned", "recognised", "left", "stock")
    ]
    doors[-1] = after.stock - before.stock
    assert all(set(np.unique(door)) <= {0, 1} for door in doors)
    total = np.sum(doors, axis=0)
    assert not np.any(total[:, :month])
    assert np.all(total[:, month:] == 1)


def test_blocks_do_not_matter() -> None:
    table = np.full((10, 12), 300)
    whole = run(table, recognised=0.2, left=0.1, in_appeal=0.5, room=900.0)
    part = run(table[6:], recognised=0.2, left=0.1, in_appeal=0.5, room=900.0, first_draw=6)
    for name in ReceptionFlows._fields:
        assert np.array_equal(getattr(whole, name)[6:], getattr(part, name)), name
