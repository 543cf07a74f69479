"""The systems are all covered, and what they name exists."""

from __future__ import annotations

import importlib
import re
from datetime import date
from pathlib import Path

import pytest

from integrasim.casebook import load_cases
from integrasim.coverage import State, System, left_out, load_systems, state_of
from integrasim.documents.problems import InputError
from integrasim.reporting.coverage import coverage_page
from integrasim.statutes import load_statute_book

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "coverage.md"
SYSTEMS = load_systems()
BOOK = load_statute_book()
CASES = {each.case.name for each in load_cases(sorted((ROOT / "tests/law/cases").glob("*.yaml")))}
WITHOUT_INSTRUMENTS = {10}
"""Systems whose instruments are not in the library yet."""
DOCUMENTS = {"000", "001", "002", "003", "004"}


def by_number(system: System) -> str:
    return str(system.number)


# The packaged systems


def test_there_are_twenty_systems() -> None:
    assert [system.number for system in SYSTEMS] == list(range(1, 21))


def test_nothing_is_left_out() -> None:
    assert left_out(SYSTEMS, BOOK) == []


def test_every_founding_document_is_covered() -> None:
    assert {each for system in SYSTEMS for each in system.documents} == DOCUMENTS


@pytest.mark.parametrize("system", SYSTEMS, ids=by_number)
def test_what_a_system_names_exists(system: System) -> None:
    for name in system.functions:
        module, _, function = name.rpartition(".")
        assert callable(getattr(importlib.import_module(module), function))
    for name in system.scenarios:
        assert (ROOT / "scenarios" / f"{name}.yaml").is_file(), name
    for figure in system.figures:
        if figure.case is not None:
            assert figure.case in CASES
        else:
            assert figure.test is not None
            path, _, function = figure.test.partition("::")
            text = (ROOT / path).read_text(encoding="utf-8")
            assert re.search(rf"^def {function}\(", text, re.MULTILINE), figure.test


@pytest.mark.parametrize("system", SYSTEMS, ids=by_number)
def test_every_system_reproduces_a_figure_and_says_what_it_leaves_out(system: System) -> None:
    assert system.figures or system.number in WITHOUT_INSTRUMENTS
    assert system.not_modelled
    for figure in system.figures:
        assert figure.figure.de != figure.figure.en
    for gap in system.not_modelled:
        assert gap.what.de != gap.what.en
        assert gap.why.de != gap.why.en


def test_the_page_is_what_the_systems_give(*, update_expected: bool) -> None:
    if update_expected:
        PAGE.write_text(coverage_page(SYSTEMS, BOOK), encoding="utf-8")
        return
    assert PAGE.read_text(encoding="utf-8") == coverage_page(SYSTEMS, BOOK), "see scripts/coverage"


# What the values tell


def test_state_of_systems() -> None:
    states = {system.number: state_of(system, BOOK) for system in SYSTEMS}
    # The guarantee reads the rates of 2017 but begins in 2024.
    assert states[2] == State(date(2024, 1, 1), enacted=1, assumed=2, absent=0)
    # Placement begins with its rules, as nothing is paid.
    assert states[7].since == date(2004, 1, 1)
    # Neither an instrument nor a rule: the file says since when.
    assert states[19] == State(date(2016, 12, 1), enacted=0, assumed=0, absent=0)
    # Never published with an amount.
    assert states[20] == State(None, enacted=0, assumed=0, absent=4)


def test_every_value_counts_once() -> None:
    states = [state_of(system, BOOK) for system in SYSTEMS]
    values = sum(len(parameter.values) for parameter in BOOK.parameters.values())
    assert sum(state.enacted + state.assumed for state in states) == values
    absent = sum(not parameter.values for parameter in BOOK.parameters.values())
    assert sum(state.absent for state in states) == absent


def test_what_is_left_out_is_said() -> None:
    missing = left_out(SYSTEMS[:3] + SYSTEMS[4:], BOOK)
    assert missing == ["fluag.illness", "fluag.illness_threshold"]


# Files that are wrong

GOOD = """\
schema: integrasim-systems/1
systems:
  - number: 1
    label: {de: Garantie, en: Guarantee}
    documents: ["000"]
    instruments: [fluag.guarantee]
    figures:
      - {figure: {de: Mindestbetrag, en: Minimum}, case: Guaranteed minimum}
    not_modelled:
      - {what: {de: Feinabstimmung, en: Adjustment}, why: {de: nicht lesbar, en: not readable}}
  - number: 2
    label: {de: Ankünfte, en: Arrivals}
    documents: []
    scenarios: [surge_2015]
    since: 2015-01-01
"""


def problems(path: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        load_systems(path)
    return [str(problem).removeprefix(f"{path}:") for problem in caught.value.problems]


def test_a_file_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "systems.yaml"
    file.write_text(GOOD, encoding="utf-8")
    guarantee, arrivals = load_systems(file)
    assert guarantee.instruments == ("fluag.guarantee",)
    assert arrivals.since == date(2015, 1, 1)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "[fluag.guarantee]",
            "[fluag.garantee]",
            (
                "6:19: systems[0].instruments[0]: there is no instrument fluag.garantee. "
                "Did you mean fluag.guarantee?"
            ),
        ),
        (
            "    instruments: [fluag.guarantee]",
            "    rules: [xyz]",
            "6:13: systems[0].rules[0]: there is no rule of placement xyz. See integrasim law.",
        ),
        (
            "number: 2",
            "number: 3",
            "11:5: systems[1].number: the 2. system has the number 3. Write 2.",
        ),
        (
            "    scenarios: [surge_2015]",
            "    instruments: [fluag.guarantee]",
            (
                "15:5: systems[1].since: the values of the instruments and rules tell the first "
                "day. Remove 'since'."
            ),
        ),
        (
            "    scenarios: [surge_2015]\n    since: 2015-01-01\n",
            "    instruments: [fluag.guarantee]\n",
            (
                "14:19: systems[1].instruments[0]: fluag.guarantee belongs to system 1 already. "
                "Keep it in one of the two."
            ),
        ),
        (
            "    scenarios: [surge_2015]\n",
            "",
            ("11:5: systems[1]: nothing covers this system. Add 'instruments' or 'scenarios'."),
        ),
        (
            ", case: Guaranteed minimum",
            "",
            (
                "8:9: systems[0].figures[0]: a figure is reproduced by a case or by a test. "
                "State one of the two."
            ),
        ),
        (
            "{de: nicht lesbar, en: not readable}",
            "{en: not readable}",
            (
                "10:54: systems[0].not_modelled[0].why.de: this key is missing. "
                "Add it: the text in German."
            ),
        ),
        (
            "documents: []",
            "dokuments: []",
            "13:5: systems[1].dokuments: this key is unknown. Did you mean documents?",
        ),
        (
            "2015-01-01",
            "2015-02-30",
            None,
        ),
        (
            "integrasim-systems/1",
            "integrasim/1",
            '1:1: schema: "integrasim/1" is not known here. Did you mean integrasim-systems/1?',
        ),
    ],
)
def test_wrong_files(tmp_path: Path, old: str, new: str, expected: str | None) -> None:
    assert old in GOOD
    file = tmp_path / "systems.yaml"
    file.write_text(GOOD.replace(old, new), encoding="utf-8")
    found = problems(file)
    if expected is None:
        assert [line.split(": ")[:2] for line in found] == [["15:5", "systems[1].since"]]
    else:
        assert found == [expected]


def test_all_problems_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "systems.yaml"
    text = GOOD.replace("fluag.guarantee", "fluag.garantee").replace("number: 2", "number: 7")
    file.write_text(text.replace("{de: Ankünfte, en: Arrivals}", "{de: Ankünfte}"), "utf-8")
    assert [line.split(": ")[:2] for line in problems(file)] == [
        ["6:19", "systems[0].instruments[0]"],
        ["12:5", "systems[1].label.en"],
    ]
