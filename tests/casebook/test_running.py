"""The runner itself: a wrong figure fails whatever the kind, and a tolerance is honoured."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrasim.casebook.case import Check
from integrasim.casebook.loading import LoadedCase, load_cases
from integrasim.casebook.payments import QUANTITIES
from integrasim.casebook.running import run_case
from integrasim.casebook.values import ProductCase, ValueCase
from integrasim.documents.yaml import Position
from integrasim.law.instruments import INSTRUMENTS

ROOT = Path(__file__).parents[1] / "law" / "cases"
SHIPPED = load_cases(sorted(ROOT.glob("*.yaml")))
AS_OF = date(2025, 1, 1)


def mutated(data: Any, change: float) -> list[Any]:
    """The same expectation, one figure at a time changed."""
    if isinstance(data, dict):
        return [{**data, key: each} for key in data for each in mutated(data[key], change)]
    return [data + change]


@pytest.mark.parametrize("loaded", SHIPPED, ids=lambda each: each.case.name)
def test_a_mutated_figure_fails(loaded: LoadedCase) -> None:
    """Every single expected figure decides: moved beyond its tolerance, the case fails."""
    case = loaded.case
    data = case.model_dump(by_alias=True, exclude_none=True)
    if "expected" in data:
        for expected in mutated(data["expected"], 2.5 * case.tolerance + 0.001):
            other = type(case).model_validate({**data, "expected": expected})
            assert not run_case(LoadedCase(other, loaded.as_of, loaded.position)).passed
    for key, wrong in (("at_cap", 81), ("status", "enacted")):
        if data.get(key) not in {None, wrong}:
            other = type(case).model_validate({**data, key: wrong})
            assert not run_case(LoadedCase(other, loaded.as_of, loaded.position)).passed


@given(
    st.floats(-1e9, 1e9), st.floats(1e-3, 1e6), st.floats(0.01, 0.99), st.sampled_from([-1.0, 1.0])
)
def test_the_tolerance_decides(expected: float, tolerance: float, part: float, sign: float) -> None:
    inside = Check("value", expected, expected + sign * part * tolerance, tolerance)
    outside = Check("value", expected, expected + sign * (2.0 * tolerance + 2.0), tolerance)
    assert inside.passed
    assert not outside.passed


def test_what_does_not_exist_never_passes() -> None:
    assert not Check("value", 0.0, math.nan, 1e9).passed
    assert not Check("value", 0.0, math.inf, 1e9).passed


def test_rounding_of_computers_passes() -> None:
    assert Check("value", 0.3, 0.1 + 0.2).passed
    assert not Check("value", 0.3, 0.3 + 1e-8).passed


def outcome(case: Any) -> list[bool]:
    loaded = LoadedCase(case, AS_OF, Position("a.yaml", 1, 1))
    return [check.passed for check in run_case(loaded).checks]


def test_status_is_a_check_of_its_own() -> None:
    case = ValueCase(
        kind="value",
        name="a",
        source="b",
        parameter="fluag.illness_threshold",
        day=date(2025, 1, 1),
        expected=25_000,
        status="enacted",
    )
    assert outcome(case) == [True, False]
    nowhere = case.model_copy(update={"day": date(2014, 1, 1), "expected": 0.0})
    assert outcome(nowhere) == [True, False]


def test_division_by_what_is_not_in_force_fails() -> None:
    case = ProductCase.model_validate(
        {
            "kind": "product",
            "name": "a",
            "source": "b",
            "day": "2016-01-01",
            "factors": [1],
            "divisors": ["fluag.lump_sum_kreisfrei"],
            "expected": 0,
            "tolerance": 1e9,
        }
    )
    assert outcome(case) == [False]


def test_every_instrument_has_a_quantity_to_pay_for() -> None:
    assert list(QUANTITIES) == [instrument.id for instrument in INSTRUMENTS]
