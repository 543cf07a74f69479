"""Laying one document over another."""

from __future__ import annotations

from functools import reduce
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrasim.documents.yaml import (
    Document,
    Position,
    merge_documents,
    parse_document,
    write_document,
)

LEAVES = st.integers(0, 9) | st.lists(st.integers(0, 9), max_size=3)


def shaped(keys: str) -> st.SearchStrategy[dict[str, Any]]:
    """Maps in which a key in capitals always leads to a map and any other to a leaf."""
    leaves = st.dictionaries(st.sampled_from(keys.lower()), LEAVES, min_size=1, max_size=3)
    return st.recursive(
        leaves,
        lambda inner: st.builds(
            lambda plain, deep: {**plain, **deep},
            leaves,
            st.dictionaries(st.sampled_from(keys.upper()), inner, max_size=2),
        ),
        max_leaves=6,
    )


def document(data: dict[str, Any], file: str) -> Document:
    return parse_document(write_document(data), file=file)


def expected(base: Any, top: Any) -> Any:
    if not (isinstance(base, dict) and isinstance(top, dict)):
        return top
    return {
        key: expected(base[key], top[key]) if key in base and key in top else (base | top)[key]
        for key in [*base, *(key for key in top if key not in base)]
    }


@given(shaped("abc"), shaped("abc"))
def test_maps_merge_deeply_and_all_else_replaces(base: dict[str, Any], top: dict[str, Any]) -> None:
    documents = document(base, "base"), document(top, "top")
    merged = merge_documents(*documents)
    assert write_document(merged.data) == write_document(expected(base, top))
    assert (documents[0].data, documents[1].data) == (base, top)


@given(shaped("abc"), shaped("abc"), shaped("abc"))
def test_a_chain_may_be_laid_from_either_end(
    first: dict[str, Any], second: dict[str, Any], third: dict[str, Any]
) -> None:
    a, b, c = (document(data, name) for data, name in ((first, "a"), (second, "b"), (third, "c")))
    from_below = reduce(merge_documents, (a, b, c))
    from_above = merge_documents(a, merge_documents(b, c))
    assert from_below.root == from_above.root


@given(shaped("abc"))
def test_a_document_over_itself_changes_nothing(data: dict[str, Any]) -> None:
    own = document(data, "a")
    assert merge_documents(own, own).root == own.root


def paths(data: Any, above: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    if isinstance(data, dict):
        items: list[tuple[str | int, Any]] = list(data.items())
    else:
        items = list(enumerate(data)) if isinstance(data, list) else []
    return [(*above, key) for key, _ in items] + [
        path for key, value in items for path in paths(value, (*above, key))
    ]


@given(shaped("abc"), shaped("abc"))
def test_every_position_is_that_of_its_origin(base: dict[str, Any], top: dict[str, Any]) -> None:
    below, above = document(base, "base"), document(top, "top")
    merged = merge_documents(below, above)
    written_above = set(paths(top))
    for path in paths(merged.data):
        origin = above if path in written_above else below
        assert merged.position(path) == origin.position(path)


def test_a_scalar_and_a_map_replace_each_other() -> None:
    over_map = merge_documents(document({"a": {"b": 1}}, "base"), document({"a": 2}, "top"))
    over_scalar = merge_documents(document({"a": 2}, "base"), document({"a": {"b": 1}}, "top"))
    assert (over_map.data, over_scalar.data) == ({"a": 2}, {"a": {"b": 1}})


@pytest.mark.parametrize("null", ["null", "~", "Null", "NULL"])
def test_a_written_null_removes_what_is_below(null: str) -> None:
    base = parse_document("a: {b: 1, c: 2}\nd: 3\ne: [4]\n", file="base")
    top = parse_document(f"a: {{b: {null}}}\nd: {null}\n", file="top")
    assert merge_documents(base, top).data == {"a": {"c": 2}, "e": [4]}
    assert base.data == {"a": {"b": 1, "c": 2}, "d": 3, "e": [4]}


@pytest.mark.parametrize("written", ["a:", "b: null", "a: 'null'", "a: [null]", "new: {a: null}"])
def test_anything_else_that_is_like_a_null_stays(written: str) -> None:
    base, top = (parse_document(text, file="x") for text in ("a: 1", written))
    assert merge_documents(base, top).data == {"a": 1} | top.data


def test_what_was_removed_may_come_back() -> None:
    texts = "a: {b: 1, c: 2}", "a: null", "a: {d: 3}"
    documents = [parse_document(text, file="x") for text in texts]
    assert reduce(merge_documents, documents).data == {"a": {"d": 3}}


def test_a_rule_may_have_a_map_replace_another_as_a_whole() -> None:
    base = document({"x": {"kind": 1, "old": 1}, "y": {"kind": 1, "old": 1}}, "base")
    top = document({"x": {"kind": 2, "new": 2}, "y": {"kind": 1, "new": 2}}, "top")
    merged = merge_documents(
        base,
        top,
        replaces=lambda below, above: (
            "kind" in above and below["kind"].value != above["kind"].value
        ),
    )
    assert merged.data == {"x": {"kind": 2, "new": 2}, "y": {"kind": 1, "old": 1, "new": 2}}
    assert merged.position(("x", "old")) == Position("top", 1, 1)
