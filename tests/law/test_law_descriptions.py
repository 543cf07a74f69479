"""The law in words is complete: every instrument, every parameter, and what really is read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.law.bases import basis_of, periods

from integrasim.law.basis import LawBasis, Ledger
from integrasim.law.descriptions import DESCRIPTIONS, Description
from integrasim.law.instruments import INSTRUMENTS
from integrasim.law.settlement import settle
from integrasim.statutes import load_statute_book

if TYPE_CHECKING:
    from integrasim.law.instruments import Instrument
    from integrasim.law.parameters import Law

BOOK = load_statute_book()
LAW = BOOK.as_of(date(2025, 1, 1))
PAYING = [each for each in DESCRIPTIONS if each.recipient is not None]
PLACEMENT = [each for each in DESCRIPTIONS if each.recipient is None]


def test_every_instrument_is_described_in_order() -> None:
    assert [each.name for each in PAYING] == [instrument.id for instrument in INSTRUMENTS]
    assert [each.label for each in PAYING] == [instrument.label for instrument in INSTRUMENTS]


def test_every_parameter_belongs_somewhere() -> None:
    assert {name for each in DESCRIPTIONS for name in each.parameters} == set(BOOK.parameters)


def test_placement_reads_what_shapes_the_world() -> None:
    read = [name for each in PLACEMENT for name in each.parameters]
    assert sorted(read) == sorted(n for n, p in BOOK.parameters.items() if p.placement)


@pytest.mark.parametrize("description", DESCRIPTIONS, ids=lambda each: each.name)
def test_words_and_formula_differ_between_the_languages(description: Description) -> None:
    for label in (description.words, description.formula):
        assert label.de != label.en
    # What follows the law of a day must not state its figures: they stand in the statute file.
    assert "12.000" not in description.words.de
    assert "25.000" not in description.words.de


def small_basis(year: int) -> LawBasis:
    """A world in which every instrument pays that is in force in a year."""
    one = np.zeros(1, dtype=np.intp)
    basis = basis_of(
        when=periods(date(year, 1, 1)),
        person_months=np.array([[[30, 20, 0]]]),
        newly_tolerated=np.array([[[2, 1, 0]]]),
        ledger=Ledger(draw=one, year=one, municipality=one, cost=np.array([90e3])),
        is_kreisfrei=np.array([True, False, False]),
        kreis_count=3,
    )
    return replace(
        basis,
        # A kreisfreie Stadt and a Kreis at the limits of the bands of KOMM-AN.
        municipalities=replace(
            basis.municipalities,
            population=np.array([300e3, 600e3, 15e3]),
            model_sites=(1,),
            model_kreise=(0,),
        ),
        assigned=np.array([[[50, 1, 0]]]),
        residence_bound=np.array([[[4000, 7, 0]]]),
        newcomers=np.array([[[8, 4, 0]]]),
    )


YEARS = {"tintg.grant": 2019, "tintg.grant_kreise": 2019, "ki.former_komm_an": 2025}
"""Years in which an instrument pays that does not in 2024."""


def settled(instrument: Instrument, law: Law) -> list[float]:
    """What the Land pays by an instrument, and what each municipality and Kreis receives."""
    year = YEARS.get(instrument.id, 2024)
    found = settle(law, small_basis(year), instruments=[instrument])
    parts = (found.land_cost, found.transfer, found.kreis_transfer)
    return [float(amount) for part in parts for amount in part.ravel()]


def another_value(name: str, day: date) -> float:
    """A value that a parameter may have, and does not have on a day."""
    value = LAW.value(name, day)
    possible = (value + 1.0, value - 1.0, value / 2.0)
    return next(each for each in possible if not BOOK.parameters[name].objections(day, each))


@pytest.mark.parametrize("parameter", list(BOOK.parameters))
@pytest.mark.parametrize("instrument", INSTRUMENTS, ids=lambda each: each.id)
def test_an_instrument_reads_just_what_it_says(instrument: Instrument, parameter: str) -> None:
    day = date(YEARS.get(instrument.id, 2024), 1, 1)
    changed = LAW.override({parameter: [(day, another_value(parameter, day))]})
    moved = settled(instrument, changed) != settled(instrument, LAW)
    assert moved == (parameter in instrument.parameters)
