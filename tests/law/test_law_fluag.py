"""Formulas of the FlüAG against published figures and hand cases."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from integrasim.law.formulas import excess, per_unit, top_up
from integrasim.law.instruments.fluag import additional_amount
from integrasim.statutes import load_statute_book

LAW = load_statute_book().as_of(date(2025, 1, 1))


def test_the_raise_of_2024_is_15_8_percent() -> None:
    # StGB NRW of 9.12.2024 and Grüne Kommunalinfo of 18.12.2024
    for name in ("fluag.lump_sum_kreisfrei", "fluag.lump_sum_kreisangehoerig"):
        before, after = LAW.values(name, [date(2023, 12, 1), date(2024, 1, 1)])
        assert round(100 * (after / before - 1), 1) == 15.8
        assert after == round(before * 1.1581)


@pytest.mark.parametrize(
    ("year", "kreisangehoerig", "kreisfrei"),
    [(2017, 10_392, 10_392), (2021, 10_500, 13_500), (2024, 12_156, 15_636)],
)
def test_yearly_equivalents(year: int, kreisangehoerig: int, kreisfrei: int) -> None:
    # 10,392, 10,500 and 13,500 EUR a year are published (epd Landesdienst West, 28.12.2020)
    months = [date(year, month, 1) for month in range(1, 13)]
    assert LAW.values("fluag.lump_sum_kreisangehoerig", months).sum() == kreisangehoerig
    assert LAW.values("fluag.lump_sum_kreisfrei", months).sum() == kreisfrei


def test_31_kreise_receive_15_5_million() -> None:
    amount = LAW.value("fluag.kreis_lump_sum", date(2025, 1, 1))
    assert per_unit(31, rate=amount) == 15_500_000


def test_the_published_case_of_80_000_eur() -> None:
    # One asylum seeker in Hallenberg cost 80,000 EUR in a year; under the 70,000 EUR of the
    # time the Land would have paid 10,000 EUR, under 35,000 EUR 45,000, under 25,000 EUR 55,000.
    paid = [float(excess(80_000.0, deductible=t)) for t in (70e3, 35e3, 25e3)]
    assert paid == [10_000, 45_000, 55_000]


def test_twelve_thousand_eur_are_at_least_nine_months() -> None:
    amount = LAW.value("fluag.one_off_tolerated", date(2024, 1, 1))
    assert round(amount / LAW.value("fluag.lump_sum_kreisangehoerig", date(2021, 1, 1)), 1) == 13.7
    np.testing.assert_array_equal(per_unit([[1, 2]], rate=amount), [[12_000, 24_000]])


def test_the_guarantee_makes_up_what_is_missing() -> None:
    additional = additional_amount([[100, 10], [0, 0]], rate=[1303, 1013], reference=[1125, 875])
    np.testing.assert_array_equal(additional, [100 * 178 + 10 * 138, 0])
    np.testing.assert_array_equal(top_up(additional, minimum=20_000), [20_000 - 19_180, 20_000])
