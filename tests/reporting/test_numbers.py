"""Formatted numbers: German and English, and no digit beyond the standard error."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrasim.reporting.numbers import (
    Language,
    format_count,
    format_estimate,
    format_million,
    format_number,
    format_percent,
    format_percent_estimate,
    format_probability,
    supported_decimals,
)

NAN = float("nan")


@pytest.mark.parametrize(
    ("error", "decimals"),
    [
        # The examples of the Particle Data Group's rule: 0.827 ± 0.119, and ± 0.367.
        (0.119, 2),
        (0.367, 1),
        (0.354, 2),
        (0.355, 1),
        (0.949, 1),
        (0.950, 1),
        (0.999, 1),
        (9.6, 0),
        (1.0, 1),
        (3.6, 0),
        (42.0, -1),
        (180.0, -1),
        (1e-4, 5),
        (0.0, 3),
        (1e-9, 3),
        (NAN, 1),
        (math.inf, 1),
    ],
)
def test_supported_decimals(error: float, decimals: int) -> None:
    assert supported_decimals(error) == decimals


@given(error=st.floats(1e-5, 1e9))
def test_a_rounded_error_has_one_or_two_digits_and_is_close(error: float) -> None:
    decimals = supported_decimals(error)
    units = round(error * 10.0**decimals)
    assert 3 < units <= 36
    assert units / 10.0**decimals == pytest.approx(error, rel=0.15)


@pytest.mark.parametrize(
    ("value", "decimals", "german", "english"),
    [
        (1234567.891, 1, "1.234.567,9", "1,234,567.9"),
        (-1234.5, 0, "−1.234", "−1,234"),
        (1250.0, -2, "1.200", "1,200"),
        (0.5, 3, "0,500", "0.500"),
        (-0.04, 1, "0,0", "0.0"),
        (NAN, 1, "–", "–"),
        (-math.inf, 1, "–", "–"),
    ],
)
def test_format_number(value: float, decimals: int, german: str, english: str) -> None:
    assert format_number(value, decimals=decimals, language="de") == german
    assert format_number(value, decimals=decimals, language="en") == english


@pytest.mark.parametrize(
    ("euros", "error", "german", "english"),
    [
        (1_234_456_789.0, 820_000.0, "1.234,5 ± 0,8 Mio. €", "1,234.5 ± 0.8 million EUR"),
        (1_234_456_789.0, 12_000.0, "1.234,457 ± 0,012 Mio. €", "1,234.457 ± 0.012 million EUR"),
        (90_900_000.0, 26e6, "91 ± 26 Mio. €", "91 ± 26 million EUR"),
        (-5e6, None, "−5 Mio. €", "−5 million EUR"),
        (660e6, None, "660 Mio. €", "660 million EUR"),
        (70_512_345.0, None, "70,512 Mio. €", "70.512 million EUR"),
        (1_250_000.0, NAN, "1,2 Mio. €", "1.2 million EUR"),
    ],
)
def test_format_million(euros: float, error: float | None, german: str, english: str) -> None:
    for language, expected in (("de", german), ("en", english)):
        text = format_million(euros, language=language, standard_error=error)  # type: ignore[arg-type]
        assert text == expected.replace(" ", "\N{NO-BREAK SPACE}")


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (12.346, 0.12, "12,35 ± 0,12"),
        (12.345, 12.0, "12 ± 12"),
        (12.345, NAN, "12,3"),
        (NAN, NAN, "–"),
        (1.0, 0.0, "1,000 ± 0,000"),
        (0.0, 0.0, "0"),
        (0.0, NAN, "0"),
        (0.0, 0.12, "0,00 ± 0,12"),
    ],
)
def test_format_estimate(value: float, error: float, text: str) -> None:
    found = format_estimate(value, standard_error=error, language="de")
    assert found == text.replace(" ", "\N{NO-BREAK SPACE}")


@pytest.mark.parametrize(
    ("share", "draws", "german", "english"),
    [
        (0.25, 10_000, "25,0 ± 0,4 %", "25.0 ± 0.4%"),
        (0.5, 100, "50 ± 5 %", "50 ± 5%"),
        (0.0, 10_000, "< 0,03 %", "< 0.03%"),
        (1.0, 10_000, "> 99,97 %", "> 99.97%"),
        (0.0, 1000, "< 0,3 %", "< 0.3%"),
        (0.0, 8, "< 38 %", "< 38%"),
        (1.0, 4, "> 25 %", "> 25%"),
        (1.0, 3, "–", "–"),
        (0.0, 1, "–", "–"),
        (NAN, 10, "–", "–"),
    ],
)
def test_format_probability(share: float, draws: int, german: str, english: str) -> None:
    pairs: list[tuple[Language, str]] = [("de", german), ("en", english)]
    for language, expected in pairs:
        found = format_probability(share, draws=draws, language=language)
        assert found == expected.replace(" ", "\N{NO-BREAK SPACE}")


@given(draws=st.integers(1, 10**6), years=st.integers(1, 50), data=st.data())
def test_only_all_draws_are_a_hundred_per_cent(draws: int, years: int, data: st.DataObject) -> None:
    """A mean over years of shares of draws that misses a single year of a single draw."""
    missed = data.draw(st.integers(1, 3))
    share = 1.0 - min(missed / (draws * years), 1.0)
    text = format_probability(share, draws=draws, language="en")
    assert not text.startswith("100")


def test_percentages_and_counts() -> None:
    assert format_percent(0.12346, decimals=2, language="de") == "12,35\N{NO-BREAK SPACE}%"
    assert format_percent(NAN, decimals=2, language="de") == "–"
    assert format_percent_estimate(NAN, standard_error=0.1, language="en") == "–"
    assert format_count(1_000_000, language="de") == "1.000.000"
