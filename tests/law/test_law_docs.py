"""The page on the law says what the packaged law says."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

from integrasim.law import allocation, formulas, integration_key, persons_keys
from integrasim.law.instruments import INSTRUMENTS, PROGRAMMES, fluag
from integrasim.statutes import load_statute_book

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "law.md"
TEXT = PAGE.read_text(encoding="utf-8")
PROGRAMMES_TEXT = (DOCS / "programmes.md").read_text(encoding="utf-8")
KEYS = (allocation, integration_key, persons_keys)


def rows(columns: int) -> list[list[str]]:
    """Cells of the table rows with so many columns, first those of the FlüAG."""
    other = rf"\| `({'|'.join(PROGRAMMES[1:])})\."
    lines = [line for line in TEXT.splitlines() if re.match(r"\| `(fluag|awov)\.", line)]
    lines += [line for line in PROGRAMMES_TEXT.splitlines() if re.match(other, line)]
    cells = [line.strip("|").split("|") for line in lines]
    return [[cell.strip() for cell in row] for row in cells if len(row) == columns]


def test_the_table_lists_every_value_as_it_stands_in_the_file() -> None:
    assert sorted(rows(7)) == sorted(
        [
            f"`{name}`",
            str(value.first_day),
            "" if value.last_day is None else str(value.last_day),
            f"{value.value:,.10g}",
            str(value.enacted),
            value.status,
            value.reference,
        ]
        for name, parameter in load_statute_book().parameters.items()
        for value in parameter.values
    )


def test_the_instruments_are_those_of_the_settlement() -> None:
    recipients = {
        "municipality": "municipality",
        "kreis": "Kreis",
        "integration_centre": "integration centre",
        "programme": "programme",
    }
    assert [row[:2] for row in rows(3)] == [
        [f"`{instrument.id}`", recipients[instrument.recipient]] for instrument in INSTRUMENTS
    ]


def test_every_parameter_that_the_page_names_exists() -> None:
    name = rf"\b(?:{'|'.join(PROGRAMMES)})\.[a-z_0-9]+"
    named = set(re.findall(name, TEXT + PROGRAMMES_TEXT))
    known = set(load_statute_book().parameters) | {instrument.id for instrument in INSTRUMENTS}
    assert {each for each in named if not each.endswith(".yaml")} <= known


def test_every_kind_of_formula_is_explained() -> None:
    table = TEXT[TEXT.index("## Formulas") : TEXT.index("## Who takes whom")]
    functions = re.findall(r"^\|[^|`]+\| `(\w+)` \|", table, re.MULTILINE)
    assert sorted(functions) == formulas.__all__
    assert all(f"`{name}`" in table for name in fluag.__all__ if name != "INSTRUMENTS")


def test_every_key_is_where_the_page_says() -> None:
    named = set(re.findall(r"`(\w+)` in `law/(\w+)\.py`", TEXT))
    modules = {
        module.__name__.rpartition(".")[2]: [name for name in module.__all__ if name.islower()]
        for module in KEYS
    }
    assert named - {("by_band", "formulas")} == {
        (name, module) for module, names in modules.items() for name in names
    }


def test_the_examples_run() -> None:
    results = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert results.attempted >= 17
    assert results.failed == 0
