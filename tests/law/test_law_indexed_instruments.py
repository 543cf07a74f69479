"""Every amount of money can follow an index of the world, whatever instrument reads it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from tests.law.bases import basis_of, periods

from integrasim.law.basis import LawBasis, Ledger
from integrasim.law.indexation import Indexed
from integrasim.law.settlement import settle
from integrasim.statutes import load_statute_book

BOOK = load_statute_book()
LAW = BOOK.as_of(date(2025, 1, 1))
START = date(2024, 1, 1)
PRICES = "world.costs.inflation"
MONEY = [
    name
    for name, parameter in BOOK.parameters.items()
    if parameter.unit.startswith("EUR") and LAW.in_force(name, START)
    # The floor has an index of its own, which begins anew in the year for which one is set.
    if name != "tintg.floor"
]


def two_draws() -> LawBasis:
    """Two years of two draws in which everybody is paid for, with prices that differ."""
    zeros = np.zeros(4, dtype=np.intp)
    basis = basis_of(
        when=periods(START, date(2025, 1, 1)),
        person_months=np.full((2, 2, 3), 10_000),
        newly_tolerated=np.full((2, 2, 3), 3),
        ledger=Ledger(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]), zeros, np.full(4, 90e3)),
        is_kreisfrei=np.array([True, False, False]),
    )
    return replace(
        basis,
        assigned=np.full((2, 2, 3), 40),
        residence_bound=np.full((2, 2, 3), 60),
        newcomers=np.full((2, 2, 3), 8),
        indices={PRICES: np.array([[1.0, 1.0], [1.0, 1.1]])},
    )


@pytest.mark.parametrize("name", MONEY)
def test_an_amount_that_follows_an_index_is_the_amount_of_each_draw(name: str) -> None:
    """A draw without growth pays as enacted; one with a tenth more as if that were enacted."""
    basis = two_draws()
    unchanged = LAW.override({name: [(START, LAW.value(name, START))]})
    raised = unchanged.override({name: [(date(2025, 1, 1), 1.1 * LAW.value(name, START))]})
    found = settle(LAW.override({name: [(START, Indexed(PRICES))]}), basis)
    for draw, law in ((0, unchanged), (1, raised)):
        expected = settle(law, basis)
        for part in ("land_cost", "transfer", "kreis_transfer"):
            np.testing.assert_allclose(
                getattr(found, part)[draw], getattr(expected, part)[draw], rtol=1e-12
            )
