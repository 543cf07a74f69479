"""Strict YAML 1.2 with positions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrasim.documents.problems import InputError, Problem
from integrasim.documents.yaml import Position, parse_document, read_document, write_document

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def complaints(text: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        parse_document(text, file="f")
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("Null", None),
        ("nULL", "nULL"),
        ("true", True),
        ("FALSE", False),
        ("tRUE", "tRUE"),
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("off", "off"),
        ("12", 12),
        ("-012", -12),
        ("+3", 3),
        ("0o17", 15),
        ("0x1F", 31),
        ("0b101", "0b101"),
        ("1_000", "1_000"),
        ("12:30:45", "12:30:45"),
        ("1.5", 1.5),
        ("1.", 1.0),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("-2.5E-1", -0.25),
        (".inf", float("inf")),
        ("-.INF", float("-inf")),
        ("inf", "inf"),
        ("2025-01-01", "2025-01-01"),
        ("2025-01", "2025-01"),
        ("'12'", "12"),
        ('"true"', "true"),
        ("|\n  12\n", "12\n"),
        ("9" * 5000, float("inf")),
    ],
)
def test_plain_values_follow_the_core_schema(written: str, value: object) -> None:
    read = parse_document(f"key: {written}", file="f").data["key"]
    assert (read, type(read)) == (value, type(value))


def test_not_a_number_is_read_as_such() -> None:
    value = parse_document("key: .nan", file="f").data["key"]
    assert value != value  # noqa: PLR0124 (only NaN differs from itself)


def test_keys_are_text_as_written() -> None:
    data = parse_document("05334002: a\ntrue: b\n2025-01: c\n1.50: d", file="f").data
    assert data == {"05334002": "a", "true": "b", "2025-01": "c", "1.50": "d"}


NESTED = """\
# a comment
world:
  arrivals: {process: fixed, monthly: [1, 2,
    3]}
options:
- name: a
-   name: b
"""


@pytest.mark.parametrize(
    ("path", "line", "column"),
    [
        ((), 2, 1),
        (("world",), 2, 1),
        (("world", "arrivals"), 3, 3),
        (("world", "arrivals", "process"), 3, 14),
        (("world", "arrivals", "monthly"), 3, 30),
        (("world", "arrivals", "monthly", 0), 3, 40),
        (("world", "arrivals", "monthly", 2), 4, 5),
        (("options", 0), 6, 3),
        (("options", 1, "name"), 7, 5),
    ],
)
def test_positions_are_those_of_keys_and_items(
    path: tuple[str | int, ...], line: int, column: int
) -> None:
    assert parse_document(NESTED, file="f").position(path) == Position("f", line, column)


@pytest.mark.parametrize(
    "path",
    [
        ("world", "arrivals", "level"),
        ("world", "arrivals", "level", "deeper"),
        ("world", "arrivals", 0),
        ("world", "arrivals", "process", "fixed"),
    ],
)
def test_where_nothing_stands_the_nearest_position_above_serves(
    path: tuple[str | int, ...],
) -> None:
    expected = 14 if path[2] == "process" else 3
    assert parse_document(NESTED, file="f").position(path) == Position("f", 3, expected)
    assert parse_document(NESTED, file="f").at(path) is None


def test_items_are_not_counted_from_the_end() -> None:
    assert parse_document(NESTED, file="f").at(("options", -1)) is None


def test_an_alias_repeats_its_anchor_with_a_position_of_its_own() -> None:
    document = parse_document("a: &x {b: 1}\nc: [*x, 2]\n", file="f")
    assert document.data == {"a": {"b": 1}, "c": [{"b": 1}, 2]}
    assert document.position(("c", 0)) == Position("f", 2, 5)
    assert document.position(("c", 0, "b")) == Position("f", 1, 8)


def test_every_doubled_key_is_reported_with_both_positions() -> None:
    text = "a: 1\nb: {c: 1, c: 2}\na: 3\n'a': 4\n"
    doubled = "this key is doubled: it stands in line"
    assert complaints(text) == [
        f"f:2:11: b.c: {doubled} 2, column 5 already. Keep one of the two.",
        f"f:3:1: a: {doubled} 1, column 1 already. Keep one of the two.",
        f"f:4:1: a: {doubled} 1, column 1 already. Keep one of the two.",
    ]


def test_doubled_keys_before_an_error_of_syntax_are_reported_too() -> None:
    assert [text.split(": ")[1] for text in complaints("a: 1\na: 2\nb: [")] == [
        "a",
        "this bracket or quotation mark is never closed. Close it.",
    ]


@pytest.mark.parametrize(
    ("text", "message", "remedy"),
    [
        ("", "f:1:1: this file is empty", "Write `key: value` lines."),
        ("# only a comment\n", "f:1:1: this file is empty", "Write `key: value` lines."),
        ("---\n", "f:2:1: this file is empty", "Write `key: value` lines."),
        ("- a\n", "f:1:1: a map of keys belongs here", "Write `key: value` lines."),
        ("text", "f:1:1: a map of keys belongs here", "Write `key: value` lines."),
        (
            "a: 1\n---\nb: 2\n",
            "f:2:1: a second document starts here",
            "Keep one document per file.",
        ),
        ("a: 1\n...\nb\n", "f:3:1: a second document starts here", "Keep one document per file."),
        (
            "a:\n\tb: 1",
            "f:2:1: a tab stands where YAML allows only spaces",
            "Replace it by spaces.",
        ),
        (
            "a: 1\n  b: 2",
            "f:2:4: a colon stands where no key can be",
            "Check the indentation here and above; put text with a colon in quotation marks.",
        ),
        ("a: @b", "f:1:4: a value cannot start with @", "Put the value in quotation marks."),
        ("a: [1,\n2", "f:1:4: this bracket or quotation mark is never closed", "Close it."),
        ("a: 'b\n", "f:1:4: this bracket or quotation mark is never closed", "Close it."),
        (
            "a: {b: 1\nc: 2",
            "f:2:2: a comma or a closing bracket is missing before this",
            "Check the bracket opened at line 1, column 4.",
        ),
        ("a: 1\nb\nc: 2", "f:2:1: this line has no colon", "Write `key: value`."),
        (
            'a: "\\q"',
            "f:1:6: this backslash sequence is unknown",
            "Use single quotation marks, in which a backslash is only a backslash.",
        ),
        (
            "- a\nb: 1",
            "f:2:1: this line does not fit the lines above it",
            "Indent it with as many spaces as the lines it belongs to.",
        ),
        (
            "a: }",
            "f:1:4: a value belongs before }",
            "Write it, or put text that begins so in quotation marks.",
        ),
        (
            "a: |3x\n",
            "f:1:6: this is not valid YAML",
            "Check indentation, colons, brackets and quotation marks here.",
        ),
        (
            'a: "\\U99999999"',
            "f:1:1: this is not valid YAML",
            "Check indentation, colons, brackets and quotation marks here.",
        ),
        ("a: 1\nb\x01: 2", "f:2:2: the control character U+0001 is not allowed", "Remove it."),
        (
            "%YAML 1.1\n---\na: 1",
            "f:2:1: this file asks for another version of YAML",
            "Write %YAML 1.2.",
        ),
        (
            "%YAML 2.0\n---\na: 1",
            "f:1:1: this version of YAML is unknown",
            "Remove the %YAML line, or write `%YAML 1.2`.",
        ),
        (
            "a: !!str 1",
            "f:1:4: a: the tag tag:yaml.org,2002:str is not used here",
            "Remove it; write text in quotation marks and numbers without.",
        ),
        ("!x a: 1", "f:1:1: the tag !x is not used here", "Remove it."),
        (
            "a: !x!y 1",
            "f:1:4: a tag such as !name is not used here",
            "Remove it, or put text that starts with ! in quotation marks.",
        ),
        (
            "a: &x {b: 1}\nc:\n  <<: *x",
            "f:3:3: c: the merge key << is no part of YAML 1.2",
            "Write the keys out, or put them into a base file named by `extends`.",
        ),
        ("[a]: 1", "f:1:1: a key must be text", "Write `key: value`."),
        (": 1", "f:1:1: this key is empty", "Write `key: value`."),
        (
            "a: *x",
            "f:1:4: a: *x repeats nothing that is known here",
            "Write &x at a value above that is complete, or write the value here.",
        ),
        (
            "a: &x [*x]",
            "f:1:8: a[0]: *x repeats nothing that is known here",
            "Write &x at a value above that is complete, or write the value here.",
        ),
    ],
)
def test_what_is_not_strict_yaml_is_refused(text: str, message: str, remedy: str) -> None:
    assert complaints(text) == [f"{message}. {remedy}"]


def test_a_text_nested_too_deep_is_refused() -> None:
    assert "nested 40 deep. Flatten them." in complaints("a: " + "[" * 1000)[0]


def test_aliases_that_multiply_are_refused() -> None:
    lines = ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 9)]
    lines += ["m: &m {b: *a0}", "n: *m"]
    assert complaints("\n".join(lines)) == [
        "f:5:45: a4[7]: aliases repeat too much. Write the values out."
    ]


def test_a_directive_for_this_version_is_fine() -> None:
    assert parse_document("%YAML 1.2\n---\na: 1", file="f").data == {"a": 1}


def test_a_missing_file_is_named_and_a_similar_one_offered(tmp_path: Path) -> None:
    tmp_path.joinpath("base_nrw.yaml").write_text("a: 1", "utf-8")
    for name, remedy in (
        ("bose_nrw.yaml", "Did you mean base_nrw.yaml?"),
        ("x", "Check the path."),
    ):
        with pytest.raises(InputError) as caught:
            read_document(tmp_path / name)
        assert str(caught.value) == f"{tmp_path / name}:1:1: there is no such file. {remedy}"


def test_a_folder_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"1:1: this file cannot be read \(Is a directory\)"):
        read_document(tmp_path)


def test_an_impossible_name_cannot_be_read() -> None:
    with pytest.raises(InputError, match=r"this file cannot be read \(its name is impossible\)"):
        read_document("a\0b.yaml")


def test_a_file_that_is_not_utf8_is_refused_where_it_fails(tmp_path: Path) -> None:
    path = tmp_path / "latin.yaml"
    path.write_bytes("a: 1\ntitel: Größe".encode("latin-1"))
    with pytest.raises(InputError) as caught:
        read_document(path)
    expected = f"{path}:2:10: this file is not UTF-8 from here on. Save it as UTF-8."
    assert str(caught.value) == expected


def test_a_byte_order_mark_moves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "marked.yaml"
    path.write_bytes("\ufeffa: Größe\r\nb: 2\r\n".encode())
    document = read_document(str(path))
    assert document.data == {"a": "Größe", "b": 2}
    assert document.position(("a",)) == Position(str(path), 1, 1)
    assert document.file == str(path)


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False)
    | st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]))
    | st.sampled_from(["yes", "0o17", "1_000", "2025-01-01", "12", "1e5", ".5", "~", "<<", "null"])
)
KEYS = st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1)
PLAIN = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(KEYS, PLAIN, min_size=1, max_size=5))
def test_written_data_are_read_back(data: dict[str, Any]) -> None:
    text = write_document(data)
    assert parse_document(text, file="f").data == data
    assert write_document(data) == text


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    problems: Sequence[Problem] = ()
    try:
        parse_document(text, file="f")
    except InputError as error:
        problems = error.problems
    lines = len(text.splitlines()) + 1
    assert all(1 <= problem.line <= lines and problem.column >= 1 for problem in problems)
