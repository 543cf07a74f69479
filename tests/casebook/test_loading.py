"""Case files: everything that is wrong is said at once, with its place and a remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from integrasim.casebook.loading import KINDS, load_cases
from integrasim.documents.problems import InputError

HEAD = "schema: integrasim-law-cases/1\nas_of: 2025-01-01\ncases:\n"
VALUE = "kind: value, parameter: fluag.key_cap, day: 2025-01-01, expected: 1.25, source: s"
PAYMENT = "kind: payment, instrument: fluag.one_off, day: 2025-01-01, expected: 1, source: s"
SETTLEMENT = (
    "kind: settlement, start: 2025-02, end: 2025-03, municipalities: {A: kreisfrei}, source: s"
)
PAID = "expected: {transfer: {A: {2025: 1}}}"
KEY = "kind: allocation_key, day: 2025-01-01, source: s"


def said(tmp_path: Path, *cases: str) -> list[str]:
    """What is wrong with a file of some cases: 'line: key: message. remedy'."""
    file = tmp_path / "cases.yaml"
    rows = [f"  - {{name: case {i}, {case}}}\n" for i, case in enumerate(cases)]
    file.write_text(HEAD + "".join(rows), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_cases([file])
    return [
        f"{each.line}: {each.key}: {each.message}. {each.remedy}" for each in caught.value.problems
    ]


def test_a_kind_is_no_name_of_a_key() -> None:
    """Pydantic's places name the kind; a key of that name would be taken for it."""
    kinds = {kind.model_fields["kind"].annotation.__args__[0] for kind in KINDS}
    keys = {key for kind in KINDS for key in kind.model_fields}
    assert len(kinds) == len(KINDS)
    assert not kinds & keys


def test_every_key_says_what_belongs_there() -> None:
    for kind in KINDS:
        for field in kind.model_fields.values():
            assert field.description


@pytest.mark.parametrize(
    ("case", "problem"),
    [
        (
            VALUE.replace("key_cap", "key_kap"),
            (
                "4: cases[0].parameter: there is no parameter fluag.key_kap. "
                "Did you mean fluag.key_cap?"
            ),
        ),
        (
            f"{SETTLEMENT}, expected: {{land_cost: {{ki.base: {{2025: 1}}}}}}",
            (
                "4: cases[0].expected.land_cost.ki.base: the programme ki is not settled. "
                "Add ki to 'programmes'."
            ),
        ),
        (
            VALUE.replace("2025-01-01", "2025-13-01"),
            (
                '4: cases[0].day: "2025-13-01" is no day of the calendar. '
                "Write year, month and day, such as 2025-01-31."
            ),
        ),
        (
            VALUE + ", tolerance: -1",
            "4: cases[0].tolerance: -1 is too small. Use at least 0.",
        ),
        (
            VALUE + ", tolerence: 1",
            "4: cases[0].tolerence: this key is unknown. Did you mean tolerance?",
        ),
        (
            VALUE.replace("kind: value", "kind: valeu"),
            '4: cases[0].kind: "valeu" is not known here. Did you mean value?',
        ),
        (
            VALUE.replace(", source: s", ""),
            (
                "4: cases[0].source: this key is missing. Add it: where the expected figure was "
                "published, or how it follows by hand."
            ),
        ),
        (
            VALUE + ", law: {fluag.key_cap: {from: 2025-07-01, value: 2}}",
            (
                "4: cases[0].law.fluag.key_cap: the value can only change on 1 January, not on "
                "2025-07-01. Use 2025-01-01 or 2026-01-01."
            ),
        ),
        (
            VALUE + ", law: {fluag.key_cup: 2}",
            (
                "4: cases[0].law.fluag.key_cup: there is no parameter fluag.key_cup. "
                "Did you mean fluag.key_cap?"
            ),
        ),
        (
            PAYMENT,
            (
                "4: cases[0].instrument: fluag.one_off pays for newly_tolerated, which is missing. "
                "Add 'newly_tolerated'."
            ),
        ),
        (
            PAYMENT + ", newly_tolerated: 1, kreise: 2",
            (
                "4: cases[0].kreise: fluag.one_off does not look at kreise. "
                "Remove it; state newly_tolerated instead."
            ),
        ),
        (
            PAYMENT.replace("one_off", "one_of"),
            (
                "4: cases[0].instrument: there is no instrument fluag.one_of. "
                "Did you mean fluag.one_off?"
            ),
        ),
        (
            "kind: product, day: 2025-01-01, factors: [fluag.key_kap], expected: 1, source: s",
            (
                "4: cases[0].factors[0]: there is no parameter fluag.key_kap. "
                "Did you mean fluag.key_cap?"
            ),
        ),
        (
            (
                "kind: product, day: 2025-01-01, factors: [{number: 3, parameter: fluag.key_cap}], "
                "expected: 1, source: s"
            ),
            (
                "4: cases[0].factors[0]: this is neither a number nor a parameter. "
                "Write a number, a name, or {parameter: …, day: …}."
            ),
        ),
        (
            (
                "kind: product, day: 2025-01-01, factors: [{number: 0, day: 2025-01-01}], "
                "expected: 1, source: s"
            ),
            (
                "4: cases[0].factors[0]: this is neither a number nor a parameter. "
                "Write a number, a name, or {parameter: …, day: …}."
            ),
        ),
        (
            KEY + ", region: toy, expected: {}",
            "4: cases[0].expected: this is empty. Write at least one entry.",
        ),
        (
            KEY + ", expected: {A: 1}",
            "4: cases[0]: a key needs a region or municipalities. State one of the two.",
        ),
        (
            KEY + ", region: toy",
            "4: cases[0]: nothing is expected. Add 'expected' or 'at_cap'.",
        ),
        (
            KEY + ", municipalities: {A: {population: 1, area: 1}}, expected: {B: 1}",
            "4: cases[0].expected.B: there is no municipality B. Use A.",
        ),
        (
            KEY.replace("2025", "2001") + ", region: toy, at_cap: 1",
            (
                "4: cases[0].day: the acts up to 2025-01-01 know no allocation key for 2001-01-01. "
                "Use a later day, or a later 'as_of'."
            ),
        ),
        (
            KEY + ", as_of: 2003-01-01" + ", region: toy, at_cap: 1",
            (
                "4: cases[0].day: the acts up to 2003-01-01 know no allocation key for 2025-01-01. "
                "Use a later day, or a later 'as_of'."
            ),
        ),
        (
            (
                "kind: obligations, day: 2025-01-01, municipalities: {A: {key: 0.5}}, "
                "expected: {A: 0}, source: s"
            ),
            (
                "4: cases[0].municipalities: the keys sum to 0.5, not to 1. "
                "State all municipalities; put the rest of the Land into one of them."
            ),
        ),
        (
            (
                "kind: credited_places, day: 2025-01-01, municipalities: {A: {}}, "
                "expected: {B: 0}, source: s"
            ),
            "4: cases[0].expected.B: there is no municipality B. Use A.",
        ),
        (
            SETTLEMENT.replace("end: 2025-03", "end: 2025-01") + f", {PAID}",
            "4: cases[0].end: the end lies before the start. Let it follow.",
        ),
        (
            SETTLEMENT + ", expected: {}",
            "4: cases[0].expected: nothing is expected. Add 'land_cost' or 'transfer'.",
        ),
        (
            SETTLEMENT + f", person_months: {{A: [1]}}, {PAID}",
            "4: cases[0].person_months.A: 1 numbers for 2 months. Write one number for each month.",
        ),
        (
            SETTLEMENT + f", newly_tolerated: {{B: [1, 2]}}, {PAID}",
            "4: cases[0].newly_tolerated.B: there is no municipality B. Use A.",
        ),
        (
            SETTLEMENT.replace("kreisfrei", "{type: kreisangehörig, kreis: K}")
            + f", model_kreise: [L], {PAID}",
            "4: cases[0].model_kreise[0]: there is no Kreis L. Use K.",
        ),
        (
            SETTLEMENT + ", expected: {kreis_transfer: {K: {2025: 1}}}",
            "4: cases[0].expected.kreis_transfer.K: there is no Kreis K. Check the name.",
        ),
        (
            SETTLEMENT + f", illness_costs: [{{municipality: B, year: 2025, cost: 1}}], {PAID}",
            "4: cases[0].illness_costs[0].municipality: there is no municipality B. Use A.",
        ),
        (
            SETTLEMENT + f", illness_costs: [{{municipality: A, year: 2024, cost: 1}}], {PAID}",
            "4: cases[0].illness_costs[0].year: there is no month of 2024. Did you mean 2025?",
        ),
        (
            SETTLEMENT + ", expected: {land_payments: {fluag.illness: {2025: 1}}}",
            (
                "4: cases[0].expected.land_payments.fluag.illness.2025: what is paid in 2025 "
                "depends on what was due before the first month. Start a year earlier, or "
                "remove it."
            ),
        ),
        (
            SETTLEMENT + ", expected: {land_cost: {fluag.oneoff: {2025: 1}}}",
            (
                "4: cases[0].expected.land_cost.fluag.oneoff: there is no instrument fluag.oneoff. "
                "Did you mean fluag.one_off?"
            ),
        ),
        (
            VALUE + ", law: {fluag.kreis_lump_sum: {indexed_by: world.costs.inflation}}",
            (
                "4: cases[0].law.fluag.kreis_lump_sum: a case has no world, and so no "
                "world.costs.inflation. Use a yearly growth, such as 0.02."
            ),
        ),
        (
            VALUE + ", law: {fluag.guarantee_minimum: {indexed_by: 0.02}}",
            (
                "4: cases[0].law.fluag.guarantee_minimum: no value is in force on 2025-01-01 that "
                "could be carried on. State the value of that day, or use a later day."
            ),
        ),
        (
            VALUE + ", law: {fluag.key_cap: {value: 1.5, indexed_by: 0.02}}",
            (
                "4: cases[0].law.fluag.key_cap: only an amount of money can be indexed; this is "
                "measured in: multiple of the population share. Remove it, and state a value for "
                "each day on which it changes."
            ),
        ),
        (
            SETTLEMENT + ", expected: {transfer: {A: {2024: 1}}}",
            "4: cases[0].expected.transfer.A.2024: there is no month of 2024. Did you mean 2025?",
        ),
        (
            SETTLEMENT + ", expected: {transfer: {A: {25: 1}}}",
            '4: cases[0].expected.transfer.A.25: "25" is no year. Write a year, such as 2025.',
        ),
    ],
)
def test_a_wrong_case(tmp_path: Path, case: str, problem: str) -> None:
    assert said(tmp_path, case) == [problem]


def test_everything_is_said_at_once(tmp_path: Path) -> None:
    problems = said(
        tmp_path, VALUE + ", x: 1", VALUE.replace("key_cap", "key_kap"), PAYMENT + ", kreise: 1"
    )
    assert [each[0] for each in problems] == ["4", "5", "6", "6"]


def test_all_files_are_read(tmp_path: Path) -> None:
    first, second = tmp_path / "first.yaml", tmp_path / "second.yaml"
    first.write_text(HEAD + "  - {}\n")
    second.write_text("schema: integrasim-law-cases/2\nas_of: 2025-01-01\ncases: []\n")
    with pytest.raises(InputError) as caught:
        load_cases([first, second, tmp_path / "third.yaml"])
    assert {Path(each.file).stem for each in caught.value.problems} == {"first", "second", "third"}


def test_names_are_not_doubled(tmp_path: Path) -> None:
    file = tmp_path / "cases.yaml"
    file.write_text(HEAD + f"  - {{name: a, {VALUE}}}\n" * 2)
    with pytest.raises(InputError, match=r"5:6: cases\[1\]\.name: the case of line 4"):
        load_cases([file])


def test_the_state_of_the_law_is_that_of_the_case_or_the_file(tmp_path: Path) -> None:
    file = tmp_path / "cases.yaml"
    file.write_text(
        HEAD + f"  - {{name: a, {VALUE}}}\n  - {{name: b, as_of: 2024-01-01, {VALUE}}}\n"
    )
    assert [str(each.as_of) for each in load_cases([file])] == ["2025-01-01", "2024-01-01"]
