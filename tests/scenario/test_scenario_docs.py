"""The page on scenario files says what is so."""

from __future__ import annotations

import doctest
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from integrasim.documents.shapes import shapes_of
from integrasim.law.instruments import INSTRUMENTS
from integrasim.scenario import Scenario, check_scenario, load_scenario

if TYPE_CHECKING:
    from collections.abc import Callable

    Write = Callable[..., Path]

PAGE = Path(__file__).parents[2] / "docs" / "scenario-files.md"
TEXT = PAGE.read_text(encoding="utf-8")
FILES = dict(re.findall(r"<!-- file: (\S+) -->\n```yaml\n(.*?)```", TEXT, re.DOTALL))


@pytest.fixture
def files(write: Write) -> list[str]:
    """The files of the page, in the working folder."""
    for name, text in FILES.items():
        write(text, name)
    return list(FILES)


def test_the_examples_are_scenarios(files: list[str]) -> None:
    assert files == ["small.yaml", "uncertain.yaml", "wrong.yaml"]
    assert load_scenario("small.yaml").load_region().name == "toy"
    assert load_scenario("uncertain.yaml").draws == 1000


def test_the_errors_are_what_is_really_said(files: list[str]) -> None:
    output = re.search(r"<!-- output: .*? -->\n```text\n(.*?)```", TEXT, re.DOTALL)
    assert output is not None
    assert output.group(1).splitlines() == [str(each) for each in check_scenario(files[2])]


def test_the_sessions_run(files: list[str]) -> None:
    test = doctest.DocTestParser().get_doctest(TEXT, {}, PAGE.name, str(PAGE), 0)
    assert len(files) == 3
    assert doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test).failed == 0


def test_every_key_is_explained() -> None:
    prose = re.sub(r"```.*?```", "", TEXT, flags=re.DOTALL)
    words = {word for code in re.findall(r"`([^`]+)`", prose) for word in re.split(r"[.\s]", code)}
    keys = {key for shape in shapes_of(Scenario).all_shapes for key in shape.keys}
    assert keys <= words


def test_every_instrument_is_named() -> None:
    assert all(f"`{instrument.id}`" in TEXT for instrument in INSTRUMENTS)


def test_the_example_of_overrides_is_right(files: list[str], write: Write) -> None:
    (law,) = re.findall(r"```yaml\n(law:\n.*?)```", TEXT, re.DOTALL)
    option = "options:\n  threshold_25k:\n" + "".join(f"    {line}\n" for line in law.splitlines())
    assert check_scenario(write(f"extends: {files[0]}\n{option}")) == []


def test_links_lead_somewhere() -> None:
    headings = {
        re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.*)$", TEXT, re.MULTILINE)
    }
    for target in re.findall(r"\]\(([^)]+)\)", TEXT):
        if target.startswith("#"):
            assert target[1:] in headings
        else:
            assert (PAGE.parent / target).is_file()
