"""The table of time and memory by stage: numbers by hand, both languages, narrow terminals."""

from __future__ import annotations

import io
import re
from typing import get_args

import pytest

from integrasim.profiling import Profile, Stage, StageName
from integrasim.reporting.profile import _WORDS, print_profile


def spent(*, cells: int = 100_000_000, processes: int = 1, peak: int = 800 * 2**20) -> Profile:
    """Twenty seconds, fifteen of them of the residence; PCG64 takes 2 ns."""
    profile = Profile(elapsed=12.5, cells=cells, result=300 * 2**20, pcg64=2e-9)
    profile.charge(Stage("residence"), process="0", processor=15.0, elapsed=16.25)
    profile.charge(Stage("settlement", "threshold_25k"), process="0", processor=1.0, elapsed=2.0)
    profile.charge(Stage("saving"), process="0", processor=4.0, elapsed=4.0)
    for number in range(processes):
        profile.grow(
            Stage("residence"), process=str(number), before=min(peak, 300 * 2**20), after=peak
        )
    return profile


def page(profile: Profile, language: str, *, width: int = 80) -> str:
    file = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", str(width))
        print_profile(profile, language=language, file=file)  # type: ignore[arg-type]
    return file.getvalue()


def row(text: str, name: str) -> list[str]:
    """The numbers of a stage."""
    (line,) = [line for line in text.splitlines() if line.startswith(name)]
    return line.removeprefix(name).split()


def test_numbers_by_hand() -> None:
    text = page(spent(), "en")
    assert row(text, "assignment and residence") == [
        "15.00",
        "16.25",
        "75.0%",
        "150",
        "75.00",
        "500",
    ]
    assert row(text, "settlement threshold_25k") == ["1.00", "2.00", "5.0%", "10.00", "5.00", "0"]
    assert row(text, "total") == ["20.00", "22.25", "100.0%", "200", "100", "500"]
    words = " ".join(text.split())
    assert "The run took 12.5 s; 1.60 processor cores were busy" in words
    assert "100,000,000. PCG64" in words
    assert "at 2.00 ns; the run took 62.50 times as long" in words  # 125 ns per cell
    assert "Peak: 800 MiB; result: 300 MiB." in words


def test_numbers_in_german() -> None:
    text = page(spent(), "de")
    assert row(text, "Zuweisung und Aufenthalt")[:2] == ["15,00", "16,25"]
    assert row(text, "Abrechnung threshold_25k")[:2] == ["1,00", "2,00"]
    words = " ".join(text.split())
    assert "Der Lauf dauerte 12,5 s; im Mittel waren 1,60 Prozessorkerne beschäftigt." in words
    assert "das 62,50-Fache" in words


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("width", [20, 40, 60, 80, 100, 200])
def test_no_number_is_cut_in_a_narrow_terminal(language: str, width: int) -> None:
    narrow, wide = (page(spent(), language, width=each) for each in (width, 100))
    assert "…" not in narrow
    numbers = re.compile(r"\d[\d.,]*")
    assert sorted(numbers.findall(narrow)) == sorted(numbers.findall(wide))
    assert max(map(len, narrow.splitlines())) <= max(width, 80)


def test_several_processes_and_none_that_tells_its_memory() -> None:
    assert "Peak: 1,600 MiB in 2 processes" in " ".join(page(spent(processes=2), "en").split())
    silent = page(spent(peak=0), "en")
    assert "Peak" not in silent
    assert row(silent, "saving")[-1] == "–"


def test_without_a_simulation_there_is_no_cell() -> None:
    text = page(spent(cells=0), "en")
    assert "PCG64 is" not in text
    assert row(text, "saving") == ["4.00", "4.00", "20.0%", "–", "–", "0"]


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_stage_has_a_name(language: str) -> None:
    names = _WORDS[language].stages  # type: ignore[index]
    assert tuple(names) == get_args(StageName)
    assert len(set(names.values())) == len(names)
