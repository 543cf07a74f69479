"""Distributions of a person-year's cost: properties, closed forms against integrals, errors."""

from __future__ import annotations

import pickle
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import integrate, stats
from tests.world.illness_models import CAP, RATE, SPLICE, TAILS, THRESHOLD, model, severity

from integrasim.world.illness import LognormalSeverity, Severity
from integrasim.world.problems import ImpossibleAssumptionError

if TYPE_CHECKING:
    from collections.abc import Callable

    from integrasim.world.illness import Tail

TAIL = pytest.mark.parametrize("tail", TAILS)
NUMBERS = st.fixed_dictionaries(
    {
        "mean_cost": st.floats(600.0, 3_000.0),
        "no_cost_share": st.floats(0.0, 0.6),
        "body_sigma": st.floats(0.5, 2.2),
        "tail_index": st.floats(1.3, 3.5),
        "tail_mean_excess": st.floats(30_000.0, 200_000.0),
        "tail_rate": st.floats(1e-5, 4e-4),
    }
)


def possible(tail: Tail, numbers: dict[str, float]) -> Severity:
    """The severity, or no example where the numbers contradict each other."""
    try:
        return severity(tail, **numbers)
    except ImpossibleAssumptionError:
        assume(condition=False)
        raise


def at(value: float) -> Any:
    return np.array([[value]])


def integral(function: Callable[[float], float], low: float, high: float) -> float:
    """Integrate a function of the cost over logarithms, from knot to knot."""
    knots = sorted({low, high, *(knot for knot in (SPLICE, THRESHOLD, CAP) if low < knot < high)})
    return sum(
        integrate.quad(
            lambda log_cost: function(np.exp(log_cost)) * np.exp(log_cost),
            np.log(start),
            np.log(end),
            limit=300,
            epsrel=1e-11,
        )[0]
        for start, end in pairwise(knots)
    )


@TAIL
@given(numbers=NUMBERS)
def test_mean_and_rate_are_those_stated(tail: Tail, numbers: dict[str, float]) -> None:
    one = possible(tail, numbers)
    assert one.capped_moment(1, at(CAP)).item() == pytest.approx(numbers["mean_cost"], rel=1e-6)
    assert one.survival(at(THRESHOLD)).item() == pytest.approx(numbers["tail_rate"], rel=1e-9)


@TAIL
@given(numbers=NUMBERS, costs=st.lists(st.floats(1.0, 1e7), min_size=2, max_size=20))
def test_survival_falls_from_all_with_any_cost(
    tail: Tail, numbers: dict[str, float], costs: list[float]
) -> None:
    survival = possible(tail, numbers).survival(np.sort(costs)[None, :])[0]
    assert (np.diff(survival) <= 1e-15).all()
    assert (survival >= 0.0).all()
    assert (survival <= 1.0 - numbers["no_cost_share"] + 1e-12).all()


@TAIL
@given(numbers=NUMBERS, cost=st.floats(300.0, 1.9e6))
def test_quantile_undoes_survival(tail: Tail, numbers: dict[str, float], cost: float) -> None:
    one = possible(tail, numbers)
    probability = one.survival(at(cost))
    assume(1e-13 < probability.item() < 1.0 - numbers["no_cost_share"] - 1e-9)
    again = one.survival(one.at_survival(probability))
    assert again.item() == pytest.approx(probability.item(), rel=1e-6)


def test_a_narrow_body_ends_at_the_splice() -> None:
    """Where next to nothing of the body is left below the splice, rounding must not pass it."""
    one = severity(body_sigma=0.5, mean_cost=450.0)
    assert one.at_survival(one.survival(at(SPLICE))).item() == SPLICE


@TAIL
@given(numbers=NUMBERS, limits=st.tuples(*[st.floats(500.0, 1.9e6)] * 3))
def test_layers_add_up(
    tail: Tail, numbers: dict[str, float], limits: tuple[float, float, float]
) -> None:
    """Above 25k is 25k to 35k and above 35k, whatever the two thresholds."""
    one, (low, middle, high) = possible(tail, numbers), np.sort(limits)
    assume(low < middle < high)
    above = [one.expected_excess(at(limit), at(CAP)).item() for limit in (low, middle, high)]
    layer = one.expected_excess(at(low), at(middle)).item()
    assert layer + above[1] == pytest.approx(above[0], rel=1e-9, abs=1e-9)
    weight = (high - middle) / (high - low)
    assert above[0] >= above[1] >= above[2] >= 0.0
    assert above[1] <= weight * above[0] + (1 - weight) * above[2] + 1e-9


@TAIL
@given(numbers=NUMBERS, deductible=st.floats(2_000.0, 1e6))
def test_pure_premium_is_the_integral_of_the_survival_function(
    tail: Tail, numbers: dict[str, float], deductible: float
) -> None:
    one = possible(tail, numbers)
    area = integral(lambda cost: one.survival(at(cost)).item(), deductible, CAP)
    assert one.expected_excess(at(deductible), at(CAP)).item() == pytest.approx(
        area, rel=1e-6, abs=1e-8
    )


@TAIL
@given(numbers=NUMBERS)
def test_second_moment_is_the_integral(tail: Tail, numbers: dict[str, float]) -> None:
    one = possible(tail, numbers)
    area = integral(lambda cost: 2.0 * cost * one.survival(at(cost)).item(), 1e-4, CAP)
    assert one.capped_moment(2, at(CAP)).item() == pytest.approx(area, rel=1e-6)


@TAIL
@given(numbers=NUMBERS, limit=st.floats(2_000.0, 1e6))
def test_reciprocal_is_the_integral(tail: Tail, numbers: dict[str, float], limit: float) -> None:
    """E[1/X; X > l] = P(X > l)/l - ∫ P(X > x)/x² dx."""
    one = possible(tail, numbers)
    area = integral(lambda cost: one.survival(at(cost)).item() / cost**2, limit, 1e12)
    expected = one.survival(at(limit)).item() / limit - area
    assert one.reciprocal_above(at(limit)).item() == pytest.approx(expected, rel=1e-6, abs=1e-15)


@TAIL
@pytest.mark.parametrize("limit", [3_000.0, 15_000.0, 50_000.0, 200_000.0])
def test_uniform_parts_are_integrals_over_the_share(tail: Tail, limit: float) -> None:
    one, knots = severity(tail), [limit / end for end in (CAP, SPLICE) if end > limit]
    survival, cost = (
        integrate.quad(function, 0.0, 1.0, epsrel=1e-10, limit=500, points=knots)[0]
        for function in (
            lambda share: one.survival(at(limit / share)).item(),
            lambda share: share * one.cost_above(at(limit / share), at(CAP / share)).item(),
        )
    )
    assert one.part_survival(at(limit)).item() == pytest.approx(survival, rel=1e-7)
    assert one.part_cost_above(at(limit), at(CAP)).item() == pytest.approx(cost, rel=1e-7)


@given(tail_index=st.floats(1.2, 4.0), cost=st.floats(1_000.0, 1e7))
def test_a_generalised_pareto_tail_of_the_right_scale_is_a_pareto_tail(
    tail_index: float, cost: float
) -> None:
    """A Pareto tail has the mean excess t/(α - 1)."""
    numbers = {"tail_index": tail_index, "tail_mean_excess": THRESHOLD / (tail_index - 1.0)}
    generalised = possible("generalised_pareto", numbers)
    ordinary = severity(tail_index=tail_index)
    for each in ("survival", "reciprocal_above", "part_survival"):
        found, expected = (getattr(one, each)(at(cost)).item() for one in (generalised, ordinary))
        assert found == pytest.approx(expected, rel=1e-7)
    assert generalised.moment(2, at(cost)).item() == pytest.approx(
        ordinary.moment(2, at(cost)).item(), rel=1e-7
    )


@pytest.mark.parametrize("tail_index", [2.1, 3.5])
def test_mean_excess_of_a_generalised_pareto_tail_is_the_one_stated(tail_index: float) -> None:
    one = severity("generalised_pareto", tail_index=tail_index)
    area = integral(lambda cost: one.survival(at(cost)).item(), THRESHOLD, 1e13)
    assert area / one.survival(at(THRESHOLD)).item() == pytest.approx(60_000.0, rel=1e-4)


def test_a_generalised_pareto_tail_is_that_of_scipy() -> None:
    """ξ = 1/α, and the scale at u is (e·(α - 1) - (t - u))/α."""
    one, index = severity("generalised_pareto", tail_index=2.5), 2.5
    scale = (60_000.0 * (index - 1.0) - (THRESHOLD - SPLICE)) / index
    costs = np.array([[SPLICE, 50_000.0, THRESHOLD, 300_000.0]])
    expected = stats.genpareto.sf(costs - SPLICE, 1.0 / index, scale=scale)
    relative = one.survival(costs) / one.survival(at(SPLICE))
    assert np.allclose(relative, expected, rtol=1e-12)


def test_a_lognormal_severity_is_that_of_scipy() -> None:
    one = severity("lognormal")
    assert isinstance(one, LognormalSeverity)
    assert one.sigma.item() == pytest.approx(1.44, abs=0.01)
    frozen = stats.lognorm(one.sigma.item(), scale=np.exp(one.location.item()))
    costs = np.array([[10.0, 1_000.0, 30_000.0, 1e6]])
    assert np.allclose(one.survival(costs), 0.7 * frozen.sf(costs), rtol=1e-10)
    # The root at which less than half of all cost is that of persons above the threshold.
    assert one.cost_above(at(THRESHOLD), at(CAP)).item() < 0.5 * 1_100.0


@pytest.mark.parametrize("tail_index", [1.6, 2.0, 1.0 + 1e-12])
def test_moments_have_no_gap_at_whole_indices(tail_index: float) -> None:
    near, exact = severity(tail_index=tail_index + 1e-7), severity(tail_index=tail_index)
    for order in (1, 2):
        assert near.moment(order, at(CAP)).item() == pytest.approx(
            exact.moment(order, at(CAP)).item(), rel=1e-5
        )


@pytest.mark.parametrize(
    ("tail", "changes", "key", "message"),
    [
        ("pareto", {"mean_cost": 50.0}, "mean_cost", "tail alone costs"),
        ("pareto", {"mean_cost": 20_950.0}, "mean_cost", "does not fit below 30,000 EUR"),
        (
            "pareto",
            {"mean_cost": 11_900.0, "no_cost_share": 0.6, "body_sigma": 3.0},
            "mean_cost",
            "does not fit",
        ),
        ("pareto", {"no_cost_share": 0.999, "tail_rate": 0.01}, "no_cost_share", "more than 1"),
        (
            "generalised_pareto",
            {"tail_index": 1.5},
            "tail_mean_excess",
            "can begin at 30,000 EUR",
        ),
        ("lognormal", {"mean_cost": 100.0}, "mean_cost", "least possible is 1"),
        ("lognormal", {"mean_cost": 60_000.0}, "mean_cost", "tail_threshold or more on average"),
        ("lognormal", {"tail_rate": 0.4}, "tail_rate", "half or more of the persons"),
    ],
)
def test_parameters_that_do_not_fit_are_an_error(
    tail: Tail, changes: dict[str, Any], key: str, message: str
) -> None:
    with pytest.raises(ImpossibleAssumptionError, match=message) as caught:
        model(tail, **changes)
    assert caught.value.key == f"world.illness.{key}"
    assert pickle.loads(pickle.dumps(caught.value)).remedy == caught.value.remedy


@given(
    target=st.floats(0.001, 0.999),
    sigma=st.floats(0.01, 5.0),
    no_cost=st.floats(0.0, 0.9),
)
def test_mean_is_exact_or_refused(target: float, sigma: float, no_cost: float) -> None:
    """Near the splice no lognormal body has the mean; there must be no silent misfit."""
    mean_cost = 30_000 * target * (1 - no_cost) + 200.0
    try:
        one = severity(mean_cost=mean_cost, body_sigma=sigma, no_cost_share=no_cost)
    except ImpossibleAssumptionError:
        assert target > 0.3
        return
    assert one.capped_moment(1, at(CAP)).item() == pytest.approx(mean_cost, rel=1e-6)
    assert np.isfinite(one.survival(at(10_000.0))).all()


@TAIL
def test_draws_have_parameters_of_their_own(tail: Tail) -> None:
    rates = np.array([RATE, 2 * RATE])
    joint = model(tail, draws=2, tail_rate=rates).severity
    alone = [severity(tail, tail_rate=rate).survival(at(200_000.0)).item() for rate in rates]
    assert np.allclose(joint.survival(at(200_000.0))[:, 0], alone, rtol=1e-12)
    assert alone[1] > alone[0]
