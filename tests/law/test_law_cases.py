"""The shipped law cases: all pass, and they leave no parameter, instrument or assumption out."""

from __future__ import annotations

from pathlib import Path

import pytest

from integrasim.casebook import load_cases, run_case
from integrasim.casebook.loading import KINDS, LoadedCase
from integrasim.casebook.payments import PaymentCase
from integrasim.casebook.settlements import SettlementCase
from integrasim.casebook.values import ValueCase
from integrasim.law.instruments import INSTRUMENTS
from integrasim.statutes import load_statute_book

CASES = load_cases(sorted((Path(__file__).parent / "cases").glob("*.yaml")))
BOOK = load_statute_book()


@pytest.mark.parametrize("loaded", CASES, ids=lambda each: each.case.name)
def test_shipped_case(loaded: LoadedCase) -> None:
    outcome = run_case(loaded)
    assert outcome.passed, [check for check in outcome.checks if not check.passed]


def test_there_are_enough_of_every_kind() -> None:
    assert len(CASES) >= 120
    assert len({loaded.case.name for loaded in CASES}) == len(CASES)
    assert {type(loaded.case) for loaded in CASES} == set(KINDS)


def test_every_parameter_has_a_case() -> None:
    named = {each.case.parameter for each in CASES if isinstance(each.case, ValueCase)}
    assert named == set(BOOK.parameters)


def test_every_instrument_has_a_case_in_which_it_pays() -> None:
    paying = {
        each.case.instrument
        for each in CASES
        if isinstance(each.case, PaymentCase)
        if each.case.expected > 0
    }
    assert paying == {instrument.id for instrument in INSTRUMENTS}
    settled = {
        name
        for each in CASES
        if isinstance(each.case, SettlementCase)
        for name, amounts in each.case.expected.land_cost.items()
        if any(amounts.values())
    }
    assert settled == paying


def test_every_parameter_with_an_assumption_has_a_case_that_says_so() -> None:
    stated = {
        each.case.parameter
        for each in CASES
        if isinstance(each.case, ValueCase)
        if each.case.status == "assumption"
    }
    assert stated == {
        name
        for name, parameter in BOOK.parameters.items()
        if any(value.status == "assumption" for value in parameter.values)
    }
