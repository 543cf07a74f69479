"""The page on data says what the package does."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

from integrasim.documents.problems import InputError
from integrasim.region import load_region

PAGE = Path(__file__).parents[2] / "docs" / "data.md"


def test_examples_run() -> None:
    outcome = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert outcome.attempted >= 5
    assert outcome.failed == 0


def test_quoted_problems_are_those_of_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("table.csv").write_text(
        "ags,name,type,kreis_ags,kreis_name,population,area_km2\n"
        '5334002,"Aachen, Stadt",kreisfrei,05334,Städteregion Aachen,252.769,160.85\n',
        encoding="utf-8",
    )
    with pytest.raises(InputError) as caught:
        load_region("table.csv")
    quoted = PAGE.read_text(encoding="utf-8").split("```text\n")[1].split("\n```")[0]
    assert str(caught.value) == quoted
