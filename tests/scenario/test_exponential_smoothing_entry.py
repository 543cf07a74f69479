"""Exponential smoothing in a scenario file: what is refused, in which words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from integrasim.scenario.processes import ExponentialSmoothing

if TYPE_CHECKING:
    from collections.abc import Callable

HEAD = "  arrivals:\n    process: log_ar1\n"
OWN = {
    "initial": "500",
    "smoothing": "{dist: beta, mean: 0.9, sd: 0.07}",
    "volatility": "0.2",
    "decay": "0.95",
    "highest_volatility": "0.3",
    "share": "0.5",
}


def scenario(toy: str, **changed: str) -> str:
    """Return the toy scenario with this process, some of its keys changed."""
    process = "".join(f"    {key}: {value}\n" for key, value in (OWN | changed).items())
    before, _, after = toy.partition(HEAD)
    rest = after[after.index("  other_arrivals:") :]
    return f"{before}  arrivals:\n    process: exponential_smoothing\n{process}{rest}"


def test_the_process_is_accepted(check: Callable[[str], list[str]], toy: str) -> None:
    assert check(scenario(toy)) == []
    assert check(scenario(toy, smoothing="1", decay="1", volatility="0.3")) == []


@pytest.mark.parametrize(
    ("key", "value", "place", "problem"),
    [
        (
            "smoothing",
            "1.2",
            "13:5",
            "1.2 is too large. Use a number that is at least 0 and at most 1.",
        ),
        (
            "decay",
            "-0.1",
            "15:5",
            "-0.1 is too small. Use a number that is at least 0 and at most 1.",
        ),
        (
            "highest_volatility",
            "0.1",
            "16:5",
            "the limit 0.1 lies below the volatility (0.2) in every draw. Use at least 0.2.",
        ),
        (
            "highest_volatility",
            "3",
            "16:5",
            (
                "arrivals can reach more than 1e+12 persons a month. "
                "Use a lower highest_volatility, or less smoothing."
            ),
        ),
    ],
)
def test_what_is_refused(
    check: Callable[[str], list[str]], toy: str, key: str, value: str, place: str, problem: str
) -> None:
    expected = f"s.yaml:{place}: world.arrivals.{key}: {problem}"
    assert check(scenario(toy, **{key: value})) == [expected]


def test_the_reach_grows_with_the_horizon_only_as_far_as_errors_stay() -> None:
    """Without smoothing the hundredth month reaches as far as the first."""
    still = ExponentialSmoothing(
        process="exponential_smoothing",
        initial=500.0,
        smoothing=0.0,
        volatility=0.2,
        decay=0.9,
        highest_volatility=0.3,
        share=1.0,
    )
    moving = still.model_copy(update={"smoothing": 1.0})
    assert still.log_peak(100) == pytest.approx(still.log_peak(1))
    first = moving.log_peak(1)
    assert first == pytest.approx(still.log_peak(1))
    start = still.model_copy(update={"highest_volatility": 0.0}).log_peak(1)
    assert moving.log_peak(100) - start == pytest.approx(10.0 * (first - start))


def test_it_describes_itself_in_both_languages() -> None:
    process = ExponentialSmoothing(
        process="exponential_smoothing",
        initial=14500.0,
        smoothing=0.9,
        volatility=0.17,
        decay=0.95,
        highest_volatility=0.25,
        share=0.2,
    )
    english, german = process.describe("en"), process.describe("de")
    assert english.startswith("Lately 14,500 persons a month have arrived in Germany.")
    assert german.startswith("Zuletzt kamen 14.500 Personen im Monat nach Deutschland.")
    assert "0.17 at first, at most 0.25" in english
    assert "zuerst 0,17, höchstens 0,25" in german
    assert process.shocks == "monthly shocks"
    assert process.model_copy(update={"volatility": 0.0}).shocks is None
