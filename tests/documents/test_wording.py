"""Words for problems."""

from __future__ import annotations

import pytest

from integrasim.documents.wording import did_you_mean, listed, nearest, number_remedy, shown


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("a\n  b", '"a b"'),
        ("x" * 50, f'"{"x" * 39}…"'),
        (10**50, f"{'1' + '0' * 38}…"),
        (False, "false"),
        (2.0, "2.0"),
        ((1,), "a list"),
    ],
)
def test_values_are_shown_as_a_reader_would_recognise_them(value: object, words: str) -> None:
    assert shown(value) == words


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("12", "Write 12 without quotation marks."),
        (" 1.5 ", "Write 1.5 without quotation marks."),
        ("35000 EUR", "Write 35000 without quotation marks."),
        ("0,5", "Write 0.5."),
        ("-1234,5678", "Write -1234.5678."),
        ("5%", "Write 0.05."),
        ("2,5 %", "Write 0.025."),
        ("660.000.000 €", "Write 660000000."),
        ("660 000 000", "Write 660000000."),
        ("660_000_000", "Write 660000000."),
        ("660'000", "Write 660000."),
        ("25,000", "Write 25000, or 25.0 with a point if a fraction is meant."),
        ("1,250", "Write 1250, or 1.25 with a point if a fraction is meant."),
        ("1.000_000", None),
        ("twelve", None),
        ("true", None),
        ("", None),
    ],
)
def test_text_that_looks_like_a_number_is_offered_as_one(text: str, remedy: str | None) -> None:
    assert number_remedy(text) == remedy


def test_the_nearest_word_is_found_whatever_its_case() -> None:
    assert nearest("Persistence", ["level", "persistence"]) == "persistence"
    assert nearest("xyz", ["level", "persistence"]) is None


def test_a_remedy_names_what_was_meant_or_what_is_known() -> None:
    assert did_you_mean("levle", ["level"], otherwise="No.") == "Did you mean level?"
    assert did_you_mean("xyz", ["level"], otherwise="Use level.") == "Use level."


def test_lists_read_like_sentences() -> None:
    assert [listed("a"), listed("ab"), listed("abc")] == ["a", "a or b", "a, b or c"]
