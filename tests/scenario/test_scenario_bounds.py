"""Numbers out of all proportion are refused in words, not by an overflow or an endless run."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrasim.scenario import check_scenario

if TYPE_CHECKING:
    from collections.abc import Callable

    Check = Callable[[str], list[str]]

ROOT = Path(__file__).parents[2]
SHIPPED = [*sorted((ROOT / "scenarios").rglob("*.yaml")), ROOT / "tests" / "engine" / "lively.yaml"]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_the_shipped_scenarios_are_right(path: Path) -> None:
    assert check_scenario(path) == []


@pytest.mark.parametrize(
    ("old", "new", "path", "bounds"),
    [
        ("initial: 500", "initial: 10000001", "arrivals.initial", "above 0 and at most 10000000"),
        (
            "initial: 100\n",
            "initial: 1e8\n",
            "reception.initial",
            "at least 0 and at most 10000000",
        ),
        (
            "tolerated: 50,",
            "tolerated: 1e8,",
            "residence.initial.tolerated",
            "at least 0 and at most 10000000",
        ),
        (
            "reception_centre: 100,",
            "reception_centre: 1e8,",
            "reception.places.reception_centre",
            "at least 0 and at most 10000000",
        ),
        (
            "monthly: 20,",
            "monthly: 1e8,",
            "other_arrivals.temporary_protection.monthly",
            "at least 0 and at most 10000000",
        ),
        (
            "    volatility: 0.1",
            "    volatility: 6",
            "arrivals.volatility",
            "at least 0 and at most 5",
        ),
        (
            "seasonality: [1,",
            "seasonality: [1001,",
            "arrivals.seasonality[0]",
            "above 0 and at most 1000",
        ),
        (
            "{mean_duration: 24}",
            "{mean_duration: 1e13}",
            "residence.recognised.mean_duration",
            "at least 1 and at most 1000000000000",
        ),
        (
            "mean_stay: 3",
            "mean_stay: 1e13",
            "reception.mean_stay",
            "at least 1 and at most 1000000000000",
        ),
        (
            "kreisfrei: 14000",
            "kreisfrei: 1e13",
            "costs.kreisfrei",
            "above 0 and at most 1000000000000",
        ),
        ("cap: 2000000", "cap: 1e13", "illness.cap", "above 0 and at most 1000000000000"),
        (
            "cap: 2000000",
            "cap: 2000000\n    floor: 99",
            "illness.floor",
            "at least 100 and at most 1000000000000",
        ),
        (
            "body_sigma: 1.6",
            "body_sigma: 0.001",
            "illness.body_sigma",
            "at least 0.01 and at most 5",
        ),
        ("body_sigma: 1.6", "body_sigma: 5.1", "illness.body_sigma", "at least 0.01 and at most 5"),
        (
            "tail_index: {dist: uniform, low: 1.6, high: 2.4}",
            "tail_index: 0.1",
            "illness.tail_index",
            "at least 0.2 and at most 50",
        ),
        (
            "tail_index: {dist: uniform, low: 1.6, high: 2.4}",
            "tail_index: 51",
            "illness.tail_index",
            "at least 0.2 and at most 50",
        ),
        ("    inflation: 0.03", "    inflation: 3", "illness.inflation", "above -1 and at most 1"),
        (
            "index_at_start: 1",
            "index_at_start: 1001",
            "costs.index_at_start",
            "above 0 and at most 1000",
        ),
        (
            "municipality_sd: 0.1",
            "municipality_sd: 6",
            "costs.municipality_sd",
            "at least 0 and at most 5",
        ),
    ],
)
def test_numbers_of_the_world_have_bounds(
    check: Check, toy: str, old: str, new: str, path: str, bounds: str
) -> None:
    assert toy.count(old) == 1
    (problem,) = check(toy.replace(old, new))
    assert f": world.{path}: " in problem
    assert problem.endswith(f"Use a number that is {bounds}.")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "{dist: lognormal, median: 400, sigma: 0.2}",
            "{dist: lognormal, median: 400, sigma: 6}",
            "world.arrivals.level.sigma: 6 is too large. Use at most 5.",
        ),
        (
            "{dist: lognormal, median: 400, sigma: 0.2}",
            "{dist: lognormal, median: 400, sigma: 0.001}",
            "world.arrivals.level.sigma: 0.001 is too small. Use at least 0.01.",
        ),
        (
            "{dist: lognormal, median: 400, sigma: 0.2}",
            "{dist: uniform, low: 1, high: 1e8}",
            (
                "world.arrivals.level: this distribution goes up to 1e+08. Every value must be "
                "above 0 and at most 10000000: set low and high accordingly."
            ),
        ),
        (
            "budgets: {fluag: 660000000}",
            "budgets: {fluag: 1e14}",
            (
                "budgets.fluag: 100000000000000 is too large. "
                "Use a number that is above 0 and at most 10000000000000."
            ),
        ),
        (
            "initial: 500",
            "initial: 1e300",
            (
                "world.arrivals.initial: 1e+300 is too large. "
                "Use a number that is above 0 and at most 10000000."
            ),
        ),
        ("draws: 100", "draws: 99999999", "draws: 99999999 is too large. Use at most 10000000."),
    ],
)
def test_other_numbers_have_bounds_too(
    check: Check, toy: str, old: str, new: str, message: str
) -> None:
    assert toy.count(old) == 1
    (problem,) = check(toy.replace(old, new))
    assert problem.split(": ", 1)[1] == message


def test_the_highest_numbers_are_right(check: Check, toy: str) -> None:
    text = toy
    for old, new in (
        ("tolerated: 50,", "tolerated: 1e7,"),
        ("{mean_duration: 24}", "{mean_duration: 1e12}"),
        ("kreisfrei: 14000", "kreisfrei: 1e12"),
        ("cap: 2000000", "cap: 1e12\n    floor: 100"),
        ("body_sigma: 1.6", "body_sigma: 5"),
        ("{fluag: 660000000}", "{fluag: 1e13}"),
        (
            "{dist: lognormal, median: 400, sigma: 0.2}",
            "{dist: lognormal, median: 9000, sigma: 0.8}",
        ),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    assert check(text) == []


@pytest.mark.parametrize(
    ("volatility", "persistence", "is_right"),
    [
        # ln(1e12 / 500) = 21.4 are 8.2 standard deviations of 2.61 each.
        ("2.6", "0", True),
        ("2.63", "0", False),
        # Two years of shocks that last: √24 = 4.9 times as wide.
        ("0.53", "0.9999999", True),
        ("0.54", "0.9999999", False),
        ("{dist: uniform, low: 0, high: 0.54}", "0.9999999", False),
        ("5", "{dist: beta, mean: 0.9, sd: 0.05}", False),
    ],
)
def test_arrivals_that_run_away_are_refused(
    check: Check, toy: str, volatility: str, persistence: str, *, is_right: bool
) -> None:
    text = toy
    for old, new in (
        ("    volatility: 0.1\n", f"    volatility: {volatility}\n"),
        ("persistence: {dist: beta, mean: 0.9, sd: 0.05}", f"persistence: {persistence}"),
        ("{dist: lognormal, median: 400, sigma: 0.2}", "400"),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    expected = (
        "s.yaml:15:5: world.arrivals.volatility: arrivals can reach more than 1e+12 persons a "
        "month. Use less volatility or persistence."
    )
    assert check(text) == ([] if is_right else [expected])


EXTREMES = st.sampled_from(
    ["0", "1", "-1", "1e-300", "-1e-300", "5e-324", "1e300", "-1e300", "1e-9", "1e9", "0.5", "1e13"]
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("extremes")


@given(
    written=st.one_of(
        st.tuples(st.just("uniform"), st.fixed_dictionaries({"low": EXTREMES, "high": EXTREMES})),
        st.tuples(
            st.just("triangular"),
            st.fixed_dictionaries({"low": EXTREMES, "mode": EXTREMES, "high": EXTREMES}),
        ),
        st.tuples(
            st.sampled_from(["normal", "beta"]),
            st.fixed_dictionaries(
                {"mean": EXTREMES, "sd": EXTREMES}, optional={"low": EXTREMES, "high": EXTREMES}
            ),
        ),
        st.tuples(
            st.just("lognormal"),
            st.fixed_dictionaries(
                {"median": EXTREMES, "sigma": EXTREMES},
                optional={"low": EXTREMES, "high": EXTREMES},
            ),
        ),
        st.tuples(st.just("gamma"), st.fixed_dictionaries({"mean": EXTREMES, "sd": EXTREMES})),
    ),
    place=st.sampled_from(["initial: 500", "kreisfrei: 14000", "tail_rate: 0.0003"]),
)
def test_extreme_distributions_are_right_or_refused_in_words(
    written: tuple[str, dict[str, str]], place: str, toy: str, folder: Path
) -> None:
    name, keys = written
    inside = ", ".join(f"{key}: {value}" for key, value in keys.items())
    path = folder / "s.yaml"
    key = place.partition(":")[0]
    path.write_text(toy.replace(place, f"{key}: {{dist: {name}, {inside}}}"), "utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_scenario(path)
