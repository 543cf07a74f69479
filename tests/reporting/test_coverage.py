"""What is covered, on the terminal: all of it, in both languages, and nothing too wide."""

from __future__ import annotations

from io import StringIO
from typing import Literal

import pytest

from integrasim.coverage import load_systems, state_of
from integrasim.reporting.coverage import print_coverage
from integrasim.statutes import load_statute_book

BOOK = load_statute_book()
SYSTEMS = load_systems()
LANGUAGES: tuple[Literal["de", "en"], ...] = ("de", "en")


def printed(language: Literal["de", "en"]) -> str:
    file = StringIO()
    print_coverage(SYSTEMS, BOOK, language=language, file=file)
    return file.getvalue()


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_of_it_is_said(language: Literal["de", "en"]) -> None:
    said = "".join(printed(language).split())  # long names are broken
    for system in SYSTEMS:
        texts = [getattr(system.label, language), *system.instruments, *system.rules]
        texts += [*system.functions, *system.scenarios]
        for figure in system.figures:
            texts += [getattr(figure.figure, language), figure.case or figure.test or ""]
        for gap in system.not_modelled:
            texts += [getattr(gap.what, language), getattr(gap.why, language)]
        for text in texts:
            assert "".join(text.split()) in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_fits_a_terminal(language: Literal["de", "en"]) -> None:
    assert all(len(line) <= 100 for line in printed(language).splitlines())


def test_status_in_words() -> None:
    german, english = printed("de"), printed("en")
    assert state_of(SYSTEMS[14], BOOK).assumed == 1
    assert "15. Präventionspaket 2025\n    gilt ab 1.1.2025; Gesetz, 1 von 9 Werten Ann" in german
    assert state_of(SYSTEMS[15], BOOK).assumed == 0
    assert "\n    gilt ab 1.1.2015; Gesetz\n" in german
    assert "\n    since 2015-01-01; enacted\n" in english
    assert "since 2017-01-01; assumption\n" in english
    assert "gilt ab 1.1.2024; Gesetz, 2 von 3 Werten Annahme\n" in german
    assert "20. Further programmes of the integration centres\n    absent: 4 by option" in english
    # Neither values nor absent ones: nothing is claimed.
    assert "gilt ab 1.1.2015\n    Dokumente: 001, 004\n" in german
