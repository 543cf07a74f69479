"""Municipalities: exact totals, obligations on the stock, closed-form transitions."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrasim.world.apportionment import apportion, apportion_households
from integrasim.world.residence import (
    GROUPS,
    LEAVING,
    RESIDENCE_FLOWS,
    Calendar,
    Inflows,
    Placement,
    Residence,
    reside,
)
from integrasim.world.transitions import Transitions

PROTECTED = ("temporary_protection", "temporary_protection_late")
NOBODY = dict.fromkeys(GROUPS, 0)
NO_INFLOW = dict.fromkeys(Inflows._fields, 0)


def run(
    *,
    draws: range = range(4),
    months: int = 12,
    key: tuple[float, ...] = (0.5, 0.3, 0.2),
    credited: tuple[float, ...] = (0.0, 0.0, 0.0),
    initial: dict[str, int] | None = None,
    inflow: dict[str, int] | None = None,
    counts_tp: tuple[bool, bool] = (False, False),
    local: tuple[bool, bool] | None = None,
    months_after: int = 0,
    months_after_recognition: int = 0,
    household_size: float = 1.0,
    seed: int = 1,
    extra: tuple[str, int] | None = None,
    **rates: float,
) -> Residence:
    """Run the kernel with constant inflows; ``extra`` is one more person in a flow and month."""
    size = len(draws)
    month = np.arange(months)
    shares = {"appeal_decided": 1.0} | rates
    inflows = {
        name: np.full((size, months), persons)
        for name, persons in (NO_INFLOW | (inflow or {})).items()
    }
    if extra is not None:
        inflows[extra[0]][:, extra[1]] += 1
    return reside(
        Inflows(**inflows),
        initial=np.repeat(
            np.array(list((NOBODY | (initial or {})).values()))[:, None], size, axis=1
        ),
        transitions=Transitions(
            **{name: np.full(size, shares.get(name, 0.0)) for name in Transitions._fields}
        ),
        household_size=np.full(size, household_size),
        placement=Placement(
            key=np.tile(key, (months, 1)),
            residence_key=np.tile(key, (months, 1)),
            credited=np.tile(credited, (months, 1)),
            temporary_protection_counts=np.tile(counts_tp, (months, 1)),
            temporary_protection_local=np.array(counts_tp if local is None else local),
            months_after_rejection=np.full(months, months_after),
            months_after_recognition=np.full(months, months_after_recognition),
        ),
        calendar=Calendar(
            period=month // 12,
            year_end=np.where((month % 12 == 11) | (month == months - 1), month // 12, -1),
            last_quarter=np.where(month % 12 >= 9, month // 12, -1),
        ),
        seed=seed,
        draws=draws,
    )


def gone(result: Residence) -> np.ndarray:
    leaving = [RESIDENCE_FLOWS.index(name) for name in LEAVING]
    return np.asarray(result.flows[..., leaving].sum(axis=-1))


@given(
    total=st.integers(0, 5000),
    weights=st.lists(st.floats(0.0, 1.0), min_size=1, max_size=30).filter(lambda w: sum(w) > 0.01),
    uniform=st.floats(0.0, 1.0, exclude_max=True),
)
def test_apportionment_is_exact_and_fair(total: int, weights: list[float], uniform: float) -> None:
    shares = np.array(weights)
    out = np.zeros(shares.size, dtype=np.int64)
    apportion(total, np.cumsum(shares), uniform, out)
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
        apportion(11, np.cumsum(weights), uniform, out)
        mean += out / uniforms.size
    assert np.allclose(mean, 11 * weights, atol=1e-3)


ADDRESS = (np.uint64(11), np.uint64(5), 0, 0)


@settings(max_examples=60)
@given(
    total=st.integers(0, 800),
    weights=st.lists(st.floats(0.0, 1.0), min_size=1, max_size=30).filter(lambda w: sum(w) > 0.01),
    uniform=st.floats(0.0, 1.0, exclude_max=True),
    size=st.floats(1.0, 6.0),
)
def test_households_are_shared_out_exactly(
    total: int, weights: list[float], uniform: float, size: float
) -> None:
    shares = np.array(weights)
    out = np.zeros(shares.size, dtype=np.int64)
    apportion_households(total, np.cumsum(shares), uniform, 1.0 / size, ADDRESS, 0, out)
    assert out.sum() == total
    assert out.min() >= 0
    assert np.all(out[shares == 0.0] == 0)


def test_households_have_the_exact_share_as_their_mean_and_geometric_sizes() -> None:
    """60,000 sharings of 40 persons in households of 2.5 (5 standard errors)."""
    weights, total, size, rounds = np.array([0.07, 0.31, 0.62]), 40, 2.5, 60_000
    uniforms = np.random.default_rng(4).random(rounds)
    found, cumulated = np.zeros((rounds, 3), dtype=np.int64), np.cumsum(weights)
    for draw in range(rounds):
        address = (np.uint64(3), np.uint64(4), 0, draw)
        apportion_households(total, cumulated, uniforms[draw], 1.0 / size, address, 0, found[draw])
    error = found.std(axis=0) / np.sqrt(rounds)
    assert np.all(np.abs(found.mean(axis=0) - total * weights) < 5 * error)
    # A boundary moves on by a geometric number of persons with mean size - 1, independently of
    # others that are far away: each share has twice that variance besides the rounding.
    spread = 2 * size * (size - 1)
    assert found[:, 1].var() == pytest.approx(spread + 1 / 6, rel=0.1)


def test_assignment_by_hand() -> None:
    """Key 1/2, 3/10, 2/10 and 100 persons a month: everyone meets the obligation."""
    result = run(months=2, inflow={"first_instance": 100})
    assert np.array_equal(result.person_months[0, 0], [50 + 100, 30 + 60, 20 + 40])


def test_credited_places_reduce_what_a_municipality_must_take() -> None:
    """40 places in the first: basis 140, obligations 70 - 40, 42, 28."""
    result = run(months=1, inflow={"first_instance": 100}, credited=(40.0, 0.0, 0.0))
    assert np.array_equal(result.person_months[0, 0], [30, 42, 28])


def test_a_municipality_above_its_obligation_receives_nobody() -> None:
    """90 places in the first: basis 190, obligations 95 - 90, 57, 38."""
    result = run(months=1, inflow={"first_instance": 100}, credited=(200.0, 0.0, 0.0))
    assert result.person_months[0, 0, 0] == 0
    assert result.person_months[0, 0].sum() == 100
    assert np.array_equal(result.person_months[0, 0, 1:], [60, 40])


def test_credits_are_deducted_once_from_the_persons_at_the_start() -> None:
    """Key 1/2, 3/10, 2/10; 40 places in the first, 160 in procedure: 200 · key - places."""
    result = run(
        months=1,
        initial={"first_instance": 160, "tolerated": 100, "recognised": 100},
        credited=(40.0, 0.0, 0.0),
    )
    assert np.array_equal(result.person_months[0, 0], [60, 60, 40])
    assert np.array_equal(result.tolerated_months[0, 0], [50, 30, 20])


def test_recognised_persons_go_by_the_obligations_on_their_own_stock() -> None:
    """Key 1/2, 3/10, 2/10 of 200; those who are there already do not move."""
    result = run(months=2, inflow={"recognised": 100}, credited=(1e6, 0.0, 0.0))
    assert np.array_equal(result.recognised_months[0, 0], [150, 90, 60])
    assert result.person_months.sum() == 0


def test_temporary_protection_is_counted_only_under_the_law_that_says_so() -> None:
    for early, late in ((True, False), (False, True), (True, True), (False, False)):
        result = run(
            months=3,
            initial={"temporary_protection": 100, "temporary_protection_late": 10},
            counts_tp=(early, late),
        )
        assert result.person_months[0, 0].sum() == 300 * early + 30 * late


def test_the_month_in_which_a_procedure_ends_still_counts() -> None:
    result = run(months=3, inflow={"first_instance": 10}, decided=1.0, tolerated=1.0)
    assert np.array_equal(result.person_months.sum(axis=(1, 2)), [30] * 4)
    assert np.array_equal(result.newly_tolerated.sum(axis=(1, 2)), [30] * 4)
    assert np.array_equal(result.tolerated_months.sum(axis=(1, 2)), [10 + 20] * 4)


def test_three_months_after_a_refusal_count_as_until_2020() -> None:
    """Ten persons, refused at once: one month of procedure and three more, then tolerated only."""
    result = run(
        months=6, initial={"first_instance": 10}, decided=1.0, tolerated=1.0, months_after=3
    )
    assert np.array_equal(result.counted[0], [10, 10, 10, 10, 0, 0])
    assert result.person_months[0].sum() == 40
    assert result.tolerated_months[0].sum() == 20
    assert result.newly_tolerated[0].sum() == 10
    assert np.array_equal(result.remaining[0], [10, 10, 10, 0, 0, 0])


def test_who_leaves_within_the_three_months_no_longer_counts() -> None:
    """Half of those tolerated leave each month: 1 + 1 + 1/2 + 1/4 months a person."""
    size = 20_000
    result = run(
        draws=range(size),
        months=6,
        initial={"first_instance": 100},
        decided=1.0,
        tolerated=1.0,
        tolerated_end=0.5,
        months_after=3,
    )
    months = result.person_months.sum(axis=(1, 2))
    assert months.mean() == pytest.approx(275, abs=5 * months.std() / np.sqrt(size))


def test_nobody_is_newly_tolerated_twice() -> None:
    """No path leads back: everyone comes to be tolerated, once, whatever the way there."""
    result = run(
        months=60,
        initial={"first_instance": 500, "appeal": 300},
        inflow={"first_instance": 40, "appeal": 5},
        decided=0.5,
        appealed=0.8,
        tolerated=0.2,
        appeal_decided=0.5,
        appeal_tolerated=1.0,
        tolerated_end=0.2,
    )
    came = 500 + 300 + 45 * 60
    still = result.stock[:, -1, 0]
    assert np.array_equal(result.newly_tolerated.sum(axis=(1, 2)), came - still)


@settings(max_examples=40)
@given(
    initial=st.fixed_dictionaries({name: st.integers(0, 3000) for name in GROUPS}),
    inflow=st.fixed_dictionaries({name: st.integers(0, 300) for name in Inflows._fields}),
    rates=st.fixed_dictionaries({name: st.floats(0.0, 1.0) for name in Transitions._fields}),
    counts_tp=st.tuples(st.booleans(), st.booleans()),
    months_after=st.integers(0, 4),
    household_size=st.sampled_from([1.0, 1.7, 4.0]),
    credited=st.tuples(*[st.floats(0.0, 500.0)] * 3),
)
def test_nobody_appears_or_vanishes(
    initial: dict[str, int],
    inflow: dict[str, int],
    rates: dict[str, Any],
    counts_tp: tuple[bool, bool],
    months_after: int,
    household_size: float,
    credited: tuple[float, float, float],
) -> None:
    """Whatever the probabilities, even shares that exceed 1 together."""
    result = run(
        initial=initial,
        inflow=inflow,
        counts_tp=counts_tp,
        months_after=months_after,
        household_size=household_size,
        credited=credited,
        **rates,
    )
    assert result.stock.min() >= 0
    assert result.flows.min() >= 0
    assert result.tolerated_months.min() >= 0
    came = sum(initial.values()) + sum(inflow.values()) * np.arange(1, 13)
    there = result.stock.sum(axis=2) + np.cumsum(gone(result), axis=1)
    assert np.array_equal(np.broadcast_to(came, (4, 12)), there)
    assert np.array_equal(result.counted.sum(axis=1), result.person_months.sum(axis=(1, 2)))
    assert np.array_equal(result.counted[:, -1], result.counted_at_end[:, 0].sum(axis=1))
    protected = [name for name, on in zip(PROTECTED, counts_tp, strict=True) if on]
    counted_groups = ["first_instance", "appeal", *protected]
    assert np.all(result.counted_before.sum(axis=1) == sum(initial[g] for g in counted_groups))
    assert np.all(result.remaining <= result.counted)
    tolerated = result.flows[..., RESIDENCE_FLOWS.index("tolerated")].sum(axis=1)
    assert np.array_equal(tolerated, result.newly_tolerated.sum(axis=(1, 2)))


COHORT, SIZE, MONTHS = 900, 20_000, 6


def close(persons: np.ndarray, probability: float, cohort: int = COHORT) -> None:
    """Binomial mean and variance within 5 standard errors."""
    variance = cohort * probability * (1 - probability)
    assert abs(persons.mean() - cohort * probability) < 5 * np.sqrt(variance / persons.size)
    assert abs(persons.var() / variance - 1) < 5 * np.sqrt(2.1 / persons.size)


def test_first_decisions_have_their_closed_form_moments() -> None:
    """A cohort in procedure without appeals: competing risks."""
    decided, recognised, closed, tolerated = 0.1, 0.5, 0.1, 0.3
    result = run(
        draws=range(SIZE),
        months=MONTHS,
        initial={"first_instance": COHORT},
        decided=decided,
        recognised=recognised,
        closed=closed,
        tolerated=tolerated,
    )
    for month in range(MONTHS):
        ended = 1 - (1 - decided) ** (month + 1)
        for status, share in ((0, None), (1, recognised), (2, tolerated)):
            probability = 1 - ended if share is None else ended * share
            close(result.stock[:, month, status], probability)
        close(np.cumsum(gone(result), axis=1)[:, month], ended * (1 - recognised - tolerated))


def test_appeals_have_their_closed_form_moments() -> None:
    """Two stages with hazards a and b: P(in appeal) is a hypoexponential difference."""
    a, b, recognised, closed, appealed = 0.3, 0.2, 0.4, 0.1, 0.75
    upheld, tolerated = 0.2, 0.6
    result = run(
        draws=range(SIZE),
        months=MONTHS,
        initial={"first_instance": COHORT},
        decided=a,
        recognised=recognised,
        closed=closed,
        appealed=appealed,
        appeal_decided=b,
        appeal_recognised=upheld,
        appeal_tolerated=tolerated,
    )
    enters = (1 - recognised - closed) * appealed
    flow = {name: result.flows[..., i] for i, name in enumerate(RESIDENCE_FLOWS)}
    for month in range(1, MONTHS):
        first = (1 - a) ** (month + 1)
        # Decided in month s (0-based), appealed, and not heard in the months s + 1 … month.
        in_appeal = sum(
            (1 - a) ** s * a * enters * (1 - b) ** (month - s) for s in range(month + 1)
        )
        heard = (1 - first) * enters - in_appeal
        close(result.stock[:, month, 0], first + in_appeal)
        close(result.stock[:, month, 1], (1 - first) * recognised + heard * upheld)
        close(result.stock[:, month, 2], heard * tolerated)
        close(flow["appealed"][:, month], (1 - a) ** month * a * enters)


@pytest.mark.parametrize(
    ("group", "rate", "flow", "share"),
    [
        ("recognised", {"recognised_end": 0.2}, "obligation_ended", 1.0),
        ("tolerated", {"tolerated_end": 0.2, "regularised": 0.3}, "regularised", 0.3),
        ("tolerated", {"tolerated_end": 0.2, "regularised": 0.3}, "left_tolerated", 0.7),
        ("appeal", {"appeal_decided": 0.2, "appeal_recognised": 0.3}, "recognised", 0.3),
        ("appeal", {"appeal_decided": 0.2, "appeal_tolerated": 0.3}, "tolerated", 0.3),
        ("appeal", {"appeal_decided": 0.2, "appeal_tolerated": 0.3}, "left_procedure", 0.7),
        (
            "temporary_protection",
            {"temporary_protection_end": 0.2},
            "left_temporary_protection",
            1.0,
        ),
        (
            "temporary_protection_late",
            {"temporary_protection_end": 0.2},
            "left_temporary_protection",
            1.0,
        ),
    ],
)
def test_every_other_change_has_its_closed_form_moments(
    group: str, rate: dict[str, Any], flow: str, share: float
) -> None:
    """A cohort with a monthly hazard of 1/5: P(change in month t) = 0.8^t · 0.2 · share."""
    result = run(draws=range(SIZE), months=MONTHS, initial={group: COHORT}, **rate)
    persons = result.flows[..., RESIDENCE_FLOWS.index(flow)]
    for month in range(MONTHS):
        close(persons[:, month], 0.8**month * 0.2 * share)
    pair = np.cov(persons[:, 0], persons[:, 1])[0, 1]
    covariance = -COHORT * 0.2 * share * 0.8 * 0.2 * share
    spread = persons[:, 0].std() * persons[:, 1].std()
    assert abs(pair - covariance) < 5 * spread / np.sqrt(SIZE)


@pytest.mark.parametrize("group", PROTECTED)
@pytest.mark.parametrize("local", [(True, False), (False, True), (True, True)])
def test_temporary_protection_ends_alike_in_municipalities_and_in_the_whole_land(
    group: str, local: tuple[bool, bool]
) -> None:
    result = run(
        draws=range(SIZE),
        months=MONTHS,
        initial={group: COHORT},
        local=local,
        temporary_protection_end=0.2,
    )
    persons = result.flows[..., RESIDENCE_FLOWS.index("left_temporary_protection")]
    for month in range(MONTHS):
        close(persons[:, month], 0.8**month * 0.2)


def test_weekly_rounds_lead_where_the_month_as_a_whole_does() -> None:
    """While every obligation is positive, four weekly rounds assign the same as one for the month.

    The obligation rests on the stock, so what one week rounds off the next makes good.
    """
    monthly = run(months=1, inflow={"first_instance": 400})
    weekly = run(months=4, inflow={"first_instance": 100})
    at_end = weekly.counted_at_end[:, 0]
    assert np.all(np.abs(at_end - monthly.counted_at_end[:, 0]) <= 1)


LIVELY: dict[str, Any] = {
    "initial": dict.fromkeys(GROUPS, 500),
    "inflow": dict.fromkeys(Inflows._fields, 20),
    "decided": 0.1,
    "recognised": 0.4,
    "closed": 0.1,
    "appealed": 0.5,
    "tolerated": 0.2,
    "appeal_decided": 0.1,
    "appeal_recognised": 0.3,
    "appeal_tolerated": 0.4,
    "recognised_end": 0.1,
    "tolerated_end": 0.1,
    "regularised": 0.4,
    "temporary_protection_end": 0.1,
}


@pytest.mark.parametrize("flow", Inflows._fields)
def test_one_more_person_moves_nobody_else(flow: str) -> None:
    """In one municipality a world with one more arrival has this person more, and nothing else."""
    whole = run(draws=range(200), key=(1.0,), credited=(0.0,), **LIVELY)
    more = run(draws=range(200), key=(1.0,), credited=(0.0,), extra=(flow, 2), **LIVELY)
    stock = more.stock - whole.stock
    left = np.cumsum(gone(more) - gone(whole), axis=1)
    assert not stock[:, :2].any()
    assert set(np.unique(stock)) <= {0, 1}
    assert set(np.unique(left)) <= {0, 1}
    assert np.all((stock.sum(axis=2) + left)[:, 2:] == 1)


def test_one_more_person_changes_assignment_by_single_persons() -> None:
    """Where the law sends the others round the newcomer, it is by one person each at the most."""
    whole = run(draws=range(200), months=1, inflow={"first_instance": 100})
    more = run(draws=range(200), months=1, inflow={"first_instance": 101})
    difference = more.person_months - whole.person_months
    assert np.all(np.abs(difference) <= 1)
    assert np.all(difference.sum(axis=2) == 1)


def test_one_municipality_has_binomial_noise_of_its_own() -> None:
    """Leavers of a small municipality vary as much as independent persons do."""
    size = 20_000
    result = run(
        draws=range(size), months=1, initial={"first_instance": 1000}, decided=0.1, tolerated=1.0
    )
    leavers = result.newly_tolerated[:, 0, 2]
    assert leavers.mean() == pytest.approx(200 * 0.1, abs=5 * np.sqrt(18 / size))
    assert leavers.var() == pytest.approx(18.0, rel=5 * np.sqrt(2.1 / size))
    pair = np.corrcoef(leavers, result.newly_tolerated[:, 0, 0])[0, 1]
    assert abs(pair) < 5 / np.sqrt(size)


def test_blocks_do_not_matter() -> None:
    options = LIVELY | {"months_after": 2, "household_size": 1.5}
    whole = run(draws=range(10), **options)
    part = run(draws=range(6, 10), **options)
    for name in Residence._fields:
        assert np.array_equal(getattr(whole, name)[6:], getattr(part, name)), name
