"""The law in words is complete: every instrument, every parameter, and what really is read."""

from __future__ import annotations

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


def small_basis() -> LawBasis:
    """A world of 2024 in which every instrument pays."""
    one = np.zeros(1, dtype=np.intp)
    return basis_of(
        when=periods(date(2024, 1, 1)),
        person_months=np.array([[[30, 20]]]),
        newly_tolerated=np.array([[[2, 1]]]),
        ledger=Ledger(draw=one, year=one, municipality=one, cost=np.array([90e3])),
        is_kreisfrei=np.array([True, False]),
        kreis_count=3,
    )


def cost_of(name: str, law: Law) -> float:
    ids = [instrument.id for instrument in INSTRUMENTS]
    return float(settle(law, small_basis()).land_cost[0, 0, ids.index(name)])


@pytest.mark.parametrize("parameter", list(BOOK.parameters))
@pytest.mark.parametrize("description", PAYING, ids=lambda each: each.name)
def test_an_instrument_reads_just_what_its_description_says(
    description: Description, parameter: str
) -> None:
    day = date(2024, 1, 1)
    value = LAW.value(parameter, day)
    highest = BOOK.parameters[parameter].maximum
    other = value - 1 if value == highest else value + 1
    other = 0.5 if parameter == "fluag.key_population_weight" else other
    moved = cost_of(description.name, LAW.override({parameter: [(day, other)]}))
    assert (moved != cost_of(description.name, LAW)) == (parameter in description.parameters)
