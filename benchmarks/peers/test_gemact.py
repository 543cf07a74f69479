"""GEMAct's Monte Carlo beside the ledger, and where GEMAct is wrong."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from benchmarks.peers.memory import peak_memory
from benchmarks.peers.portfolio import (
    all_persons,
    distributions,
    municipal_persons,
    simulate,
)
from benchmarks.peers.rivals import (
    gemact_amounts,
    gemact_model,
    imported,
)
from benchmarks.peers.setting import PERSONS
from scipy import signal, stats

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.peers.conftest import Compare
    from numpy.typing import NDArray

DRAWS = 100_000
DRAWS_BY_MUNICIPALITY = 10_000
LESS_THAN_MIB = 150.0
_ERROR_RATE = 1e-6


@pytest.fixture(autouse=True)
def gemact() -> Any:
    return imported("gemact")


# Speed and memory


def test_portfolio_on_the_same_cases(compare: Compare) -> None:
    compare(
        "portfolio, both thresholds on the same cases",
        partial(simulate, all_persons(), DRAWS),
        partial(gemact_model, PERSONS, DRAWS, tower=True),
        peer="GEMAct tower",
        required=12,
        shared=True,
    )


def test_portfolio_with_cases_of_their_own(compare: Compare) -> None:
    compare(
        "portfolio, cases of its own per threshold",
        partial(simulate, all_persons(), DRAWS),
        partial(gemact_model, PERSONS, DRAWS),
        peer="GEMAct layers",
        shared=True,
    )


def test_every_municipality(compare: Compare) -> None:
    persons = municipal_persons()
    compare(
        f"{persons.size} municipalities, both thresholds",
        partial(simulate, persons, DRAWS_BY_MUNICIPALITY),
        lambda: [gemact_model(float(each), DRAWS_BY_MUNICIPALITY) for each in persons],
        peer="GEMAct layers",
        required=200,
        shared=True,
    )


@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is read from /proc")
def test_memory(note: Callable[[str], None]) -> None:
    ours = peak_memory("ours", DRAWS)
    theirs = peak_memory("gemact", DRAWS)
    note(
        f"memory of the portfolio: ours {ours.work:.0f} MiB for the work (required: less than "
        f"{LESS_THAN_MIB:.0f}), {ours.peak:.0f} with all libraries; GEMAct {theirs.work:.0f} and "
        f"{theirs.peak:.0f} MiB"
    )
    assert ours.work < LESS_THAN_MIB


# Agreement


@pytest.mark.parametrize("persons", [PERSONS, PERSONS / 396])
def test_all_have_the_same_distribution(persons: float) -> None:
    """Ours by ledger and GEMAct's against the transform: Kolmogorov's distance, and means."""
    draws = 20_000
    ours = simulate(np.array([persons]), draws)[:, :, 0]
    model = gemact_model(persons, draws)
    exact = distributions(np.array([persons]))[:, 0]
    bound = stats.kstwo.isf(_ERROR_RATE, draws)
    for layer, of_threshold in enumerate(exact):
        mean = float((1.0 - of_threshold).sum() * of_threshold.amount[1])
        for sample in (ours[layer], gemact_amounts(model, layer)):
            assert abs(sample.mean() - mean) < 5 * sample.std() / np.sqrt(draws)
            assert gap(sample, of_threshold.values, of_threshold.amount.values) < bound


def test_towers_have_the_layers_as_means() -> None:
    """Layer 1 lies between the thresholds, layer 2 above; layer 0 is what lies below."""
    draws = 20_000
    ours = simulate(all_persons(), draws)[:, :, 0]
    model = gemact_model(PERSONS, draws, tower=True)
    for layer, sample in ((1, ours[0] - ours[1]), (2, ours[1])):
        error = np.sqrt(2.0) * sample.std() / np.sqrt(draws)
        assert abs(model.mean(idx=layer) - sample.mean()) < 5 * error


def gap(
    sample: NDArray[np.float64],
    distribution: NDArray[np.float64],
    amounts: NDArray[np.float64],
) -> float:
    """Largest distance of a sample's distribution function, but for one step of the amounts."""
    ordered, step = np.sort(sample), amounts[1]
    least, most = (
        np.searchsorted(ordered, amounts + shift, side="right") / ordered.size
        for shift in (-step, step)
    )
    return float(max((least - distribution).max(), (distribution - most).max()))


# Where GEMAct is wrong

FREQUENCIES: dict[str, tuple[dict[str, float], NDArray[np.float64], bool]] = {
    "poisson": ({"mu": 3.0}, stats.poisson.pmf(np.arange(60), 3.0), True),
    "binom": ({"n": 10, "p": 0.3}, stats.binom.pmf(np.arange(11), 10, 0.3), False),
    "nbinom": ({"n": 5, "p": 0.625}, stats.nbinom.pmf(np.arange(150), 5, 0.625), False),
}
"""Frequency → its parameters and masses, each with a mean of 3, and if Panjer's recursion is right
where a case may be nothing."""
JUMPS = {True: np.array([0.25, 0.375, 0.225, 0.15]), False: np.array([0.0, 0.5, 0.3, 0.2])}
"""Whether a case may be nothing → masses of 0, 1, 2, 3."""
POINTS = 256


def compound(masses: NDArray[np.float64], jumps: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distribution function of the sum, one number of cases after the other."""
    total, cases = np.zeros(POINTS), np.eye(1, POINTS)[0]
    for mass in masses:
        total += mass * cases
        cases = signal.convolve(cases, jumps, method="direct")[:POINTS]
    return np.cumsum(total)


@pytest.mark.parametrize("may_be_nothing", [False, True])
@pytest.mark.parametrize("name", FREQUENCIES)
def test_recursion_is_wrong_where_a_case_may_be_nothing(
    gemact: Any, note: Callable[[str], None], name: str, *, may_be_nothing: bool
) -> None:
    """Its transform is right; its recursion divides by 1 - a·f₀ once instead of in every step."""
    numbers, masses, is_right = FREQUENCIES[name]
    jumps = JUMPS[may_be_nothing]
    frequency = gemact.Frequency(name, dict(numbers))
    given = {
        "severity": {"fj": jumps, "nodes": np.arange(jumps.size)},
        "frequency": frequency,
        "n_aggr_dist_nodes": POINTS,
        "discr_step": 1.0,
    }
    calculator = gemact.calculators.LossModelCalculator
    exact = compound(masses, jumps)
    transform = calculator.fast_fourier_transform(**given, tilt=False, tilt_value=0.0)["cdf"]
    assert np.abs(transform - exact).max() < 1e-12
    recursion = calculator.panjer_recursion(**given)["cdf"]
    error = np.abs(recursion - exact).max()
    if is_right or not may_be_nothing:
        assert error < 1e-9
        return
    note(
        f"GEMAct's recursion, {name}: distribution function off by {error:.3f}, mean "
        f"{(1.0 - recursion).sum():.2f} instead of {(1.0 - exact).sum():.2f}"
    )
    assert error > 0.05
    a, b, _ = frequency.model.abk()
    assert np.abs(np.cumsum(panjer(a, b, exact[0], jumps)) - exact).max() < 1e-9


def panjer(a: float, b: float, none: float, jumps: NDArray[np.float64]) -> NDArray[np.float64]:
    """Masses of the sum by the recursion of Panjer (1981), started with the mass of nothing."""
    sums = np.zeros(POINTS)
    sums[0] = none
    for total in range(1, POINTS):
        reach = np.arange(1, min(total, jumps.size - 1) + 1)
        weights = (a + b * reach / total) * jumps[reach]
        sums[total] = (weights @ sums[total - reach]) / (1.0 - a * jumps[0])
    return sums


def test_recursion_of_a_layer_is_wrong(gemact: Any, note: Callable[[str], None]) -> None:
    """As a user meets it: an excess layer, whose cases are put on a grid with a mass at nothing."""

    def mean(method: str) -> float:
        model = gemact.LossModel(
            frequency=gemact.Frequency("binom", {"n": 100, "p": 0.05}),
            severity=gemact.Severity("lognormal", {"scale": np.exp(9.0), "shape": 1.2}),
            policystructure=gemact.PolicyStructure(
                layers=[gemact.Layer(deductible=5_000.0, cover=100_000.0)]
            ),
            aggr_loss_dist_method=method,
            sev_discr_method="localmoments",
            n_sev_discr_nodes=32,
            n_aggr_dist_nodes=1_024,
            tilt=False,
            tilt_value=0.0,
        )
        return float(model.mean(use_dist=True))

    cost = stats.lognorm(s=1.2, scale=np.exp(9.0))
    exact = 5.0 * cost.expect(lambda x: min(x - 5_000.0, 100_000.0), lb=5_000.0, ub=105_000.0)
    exact += 5.0 * 100_000.0 * cost.sf(105_000.0)
    found = {method: mean(method) for method in ("fft", "recursion")}
    note(
        f"GEMAct, 100 persons, 5 % ill, layer 5,000 to 105,000: mean {exact:,.0f}, by its "
        f"transform {found['fft']:,.0f}, by its recursion {found['recursion']:,.0f}"
    )
    assert found["fft"] == pytest.approx(exact, rel=0.01)
    assert abs(found["recursion"] / exact - 1.0) > 0.01


def test_pareto_of_the_first_kind_cannot_be_made(gemact: Any) -> None:
    with pytest.raises(KeyError, match="shape"):
        gemact.Severity("pareto1", {"min": 1.0, "shape": 2.0})


def test_geometric_numbers_are_not_the_same_by_simulation(
    gemact: Any, note: Callable[[str], None]
) -> None:
    """They begin with one case where it simulates, and with none where it transforms."""

    def mean(method: str) -> float:
        model = gemact.LossModel(
            frequency=gemact.Frequency("geom", {"p": 0.25}),
            severity=gemact.Severity("lognormal", {"scale": np.exp(9.0), "shape": 1.0}),
            policystructure=gemact.PolicyStructure(
                layers=[gemact.Layer(deductible=0.0, cover=200_000.0)]
            ),
            aggr_loss_dist_method=method,
            n_sim=100_000,
            random_state=1,
            sev_discr_method="localmoments",
            n_sev_discr_nodes=400,
            n_aggr_dist_nodes=8_192,
            tilt=False,
            tilt_value=0.0,
        )
        return float(model.mean(use_dist=True))

    simulated, transformed = mean("mc"), mean("fft")
    note(f"GEMAct, geometric number: mean {simulated:,.0f} simulated, {transformed:,.0f} by FFT")
    assert simulated / transformed == pytest.approx(4.0 / 3.0, rel=0.02)


def test_last_draw_of_a_tower_is_what_was_in_memory(
    gemact: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its loop ends one draw early, and the last one is never written."""

    class Untouched:
        """NumPy, but new memory is full of a number that no draw can give."""

        def __getattr__(self, name: str) -> Any:
            return getattr(np, name)

        def empty(self, shape: tuple[int, ...]) -> NDArray[np.float64]:
            return np.full(shape, -1.0)

    monkeypatch.setattr(gemact.calculators, "np", Untouched())
    draws = 50
    model = gemact_model(2_000.0, draws, tower=True)
    for layer in model.dist:
        assert layer.nodes[0] == -1.0
        assert layer.cumprobs[0] == pytest.approx(1 / draws)
