"""The page on the law says what the packaged law says."""

from __future__ import annotations

import doctest
import re
from pathlib import Path
from typing import TYPE_CHECKING

from integrasim.law import allocation, formulas, integration_key, persons_keys
from integrasim.law.instruments import INSTRUMENTS, fluag
from integrasim.statutes import load_statute_book

if TYPE_CHECKING:
    from integrasim.law.definitions import Parameter

PAGE = Path(__file__).parents[2] / "docs" / "law.md"
TEXT = PAGE.read_text(encoding="utf-8")
KEYS = (allocation, integration_key, persons_keys)


def rows(columns: int) -> list[list[str]]:
    """Cells of the table rows with so many columns, without headings."""
    cells = [
        line.strip("|").split("|") for line in TEXT.splitlines() if line.startswith("| `fluag.")
    ]
    return [[cell.strip() for cell in row] for row in cells if len(row) == columns]


def rows_of(parameter: Parameter) -> list[list[str]]:
    """Cells of a parameter's rows: one for each value, or one that says why there is none."""
    name = f"`{parameter.name}`"
    if parameter.absent is not None:
        return [[name, "", "", "", "", "absent", parameter.absent]]
    return [
        [
            name,
            str(value.first_day),
            "" if value.last_day is None else str(value.last_day),
            f"{value.value:,.10g}",
            str(value.enacted),
            value.status,
            value.reference,
        ]
        for value in parameter.values
    ]


def test_the_table_lists_every_value_as_it_stands_in_the_file() -> None:
    assert rows(7) == [
        row for parameter in load_statute_book().parameters.values() for row in rows_of(parameter)
    ]


def test_the_instruments_are_those_of_the_settlement() -> None:
    assert [row[:2] for row in rows(3)] == [
        [f"`{instrument.id}`", instrument.recipient.replace("kreis", "Kreis")]
        for instrument in INSTRUMENTS
    ]


def test_every_parameter_that_the_page_names_exists() -> None:
    named = set(re.findall(r"fluag\.[a-z_]+", TEXT))
    known = set(load_statute_book().parameters) | {instrument.id for instrument in INSTRUMENTS}
    assert named - {"fluag.yaml"} <= known


def test_every_kind_of_formula_is_explained() -> None:
    table = TEXT[TEXT.index("## Formulas") : TEXT.index("## Who takes whom")]
    functions = re.findall(r"^\|[^|`]+\| `(\w+)` \|", table, re.MULTILINE)
    assert sorted(functions) == formulas.__all__
    assert all(f"`{name}`" in table for name in fluag.__all__ if name != "INSTRUMENTS")


def test_every_key_is_where_the_page_says() -> None:
    named = set(re.findall(r"`(\w+)` in `law/(\w+)\.py`", TEXT))
    modules = {module.__name__.rpartition(".")[2]: module.__all__ for module in KEYS}
    assert named - {("by_band", "formulas")} == {
        (name, module) for module, names in modules.items() for name in names
    }


def test_the_examples_run() -> None:
    results = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert results.attempted >= 17
    assert results.failed == 0
