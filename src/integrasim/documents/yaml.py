"""Strict YAML 1.2 that remembers where everything stands."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from io import StringIO
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML

from integrasim.documents.composer import compose
from integrasim.documents.nodes import Node, Path, Position, dotted
from integrasim.documents.problems import InputError
from integrasim.documents.syntax import offset_position
from integrasim.documents.wording import did_you_mean, siblings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = [
    "Document",
    "Node",
    "Path",
    "Position",
    "dotted",
    "merge_documents",
    "parse_document",
    "read_document",
    "write_document",
]


@dataclass(frozen=True)
class Document:
    r"""
    What a YAML file says, and where it says it.

    Parameters
    ----------
    root
        The map at the root, with the places of all that is in it.

    Examples
    --------
    >>> document = parse_document("draws: 10\nlaw: {as_of: 2025-01-01}\n", file="a.yaml")
    >>> document.data
    {'draws': 10, 'law': {'as_of': '2025-01-01'}}
    >>> document.position(("law", "as_of"))
    Position(file='a.yaml', line=2, column=7)
    """

    root: Node

    @property
    def file(self) -> str:
        """The file in which the root stands."""
        return self.root.position.file

    @cached_property
    def data(self) -> dict[str, Any]:
        """Plain dictionaries, lists and scalars; dates stay text."""
        return dict(self.root.plain())

    def position(self, path: Path) -> Position:
        """
        Return where a key or an item stands.

        Parameters
        ----------
        path
            Keys of maps and indices of lists, from the root.

        Returns
        -------
        Position
            The place of the key or the item; where there is none, that of the nearest
            value above it.
        """
        node = self.root
        for part in path:
            child = node.child(part)
            if child is None:
                break
            node = child
        return node.position

    def at(self, path: Path) -> Any:  # noqa: ANN401 (a document may hold anything)
        """
        Return what stands at a place as plain data; None if nothing does.

        Parameters
        ----------
        path
            Keys of maps and indices of lists, from the root.
        """
        node: Node | None = self.root
        for part in path:
            node = node.child(part) if node else None
        return node.plain() if node else None


def parse_document(text: str, *, file: str) -> Document:
    r"""
    Read YAML text.

    Keys are always text as written. Plain values follow the core schema of YAML 1.2
    (https://yaml.org/spec/1.2.2/, section 10.3): ``yes`` and ``2025-01-01`` are text. Anchors
    and aliases work; tags and the merge key ``<<`` are refused.

    Parameters
    ----------
    text
        The text.
    file
        What to call it in positions.

    Returns
    -------
    Document
        What it says.

    Raises
    ------
    InputError
        If it is not strict YAML 1.2 with one map at its root: an error of syntax, doubled keys
        (all of them), tags, merge keys, several documents, nothing at all.

    Examples
    --------
    >>> parse_document("a: 1\na: 2\n", file="a.yaml")
    Traceback (most recent call last):
    integrasim.documents.problems.InputError: a.yaml:2:1: a: this key is doubled: it stands in
    line 1, column 1 already. Keep one of the two.
    """
    return Document(compose(file, text))


def read_document(path: str | FilePath) -> Document:
    """
    Read a YAML file in UTF-8.

    Parameters
    ----------
    path
        The file; positions name it as it is written here.

    Returns
    -------
    Document
        What it says.

    Raises
    ------
    InputError
        If there is no such file, it cannot be read, is not UTF-8, or not as `parse_document`
        wants it.

    Examples
    --------
    >>> read_document("no_such_file.yaml")
    Traceback (most recent call last):
    integrasim.documents.problems.InputError: no_such_file.yaml:1:1: there is no such file.
    Check the path.
    """
    return parse_document(_read_text(FilePath(path), str(path)), file=str(path))


def merge_documents(
    base: Document,
    top: Document,
    *,
    replaces: Callable[[Mapping[str, Node], Mapping[str, Node]], bool] = lambda _base, _top: False,
) -> Document:
    """
    Lay one document over another.

    Maps merge deeply; anything else in `top` replaces what `base` has, lists as a whole. A key
    that is written as null (``null`` or ``~``) in `top` removes that of `base`; where `base` has
    none, the null stays. Keys of `base` come first, in their order. Each value keeps the place
    where it was written.

    Parameters
    ----------
    base
        What holds where `top` says nothing.
    top
        What has the last word.
    replaces
        Tells, of two maps under the same key in `base` and `top`, whether the map of `top`
        takes the place of the other as a whole.

    Returns
    -------
    Document
        A new document; neither of the two is changed.

    Examples
    --------
    >>> base = parse_document("world: {a: 1, b: [1, 2]}", file="base.yaml")
    >>> top = parse_document("world: {b: [3]}", file="top.yaml")
    >>> merged = merge_documents(base, top)
    >>> merged.data
    {'world': {'a': 1, 'b': [3]}}
    >>> merged.position(("world", "a")).file, merged.position(("world", "b")).file
    ('base.yaml', 'top.yaml')
    >>> merge_documents(base, parse_document("world: {b: null}", file="top.yaml")).data
    {'world': {'a': 1}}
    """
    return Document(_merge(base.root, top.root, replaces))


def _merge(
    base: Node, top: Node, replaces: Callable[[Mapping[str, Node], Mapping[str, Node]], bool]
) -> Node:
    """Lay one value over another."""
    if not (isinstance(base.value, dict) and isinstance(top.value, dict)):
        return top
    if replaces(base.value, top.value):
        return top
    merged = dict(base.value)
    for key, node in top.value.items():
        if key not in merged:
            merged[key] = node
        elif _is_written_null(node):
            del merged[key]
        else:
            merged[key] = _merge(merged[key], node, replaces)
    return Node(top.position, merged)


def _is_written_null(node: Node) -> bool:
    """Tell a null in so many letters from a key without a value, which was forgotten."""
    return node.value is None and bool(node.text)


def write_document(data: Mapping[str, Any]) -> str:
    """
    Write plain data as YAML that `parse_document` reads back to the same data.

    Parameters
    ----------
    data
        Dictionaries with text as keys, lists and scalars. Keys keep their order; the same data
        always give the same text.

    Returns
    -------
    str
        The text.

    Examples
    --------
    >>> print(write_document({"title": {"de": "Größe"}, "from": "2025-01-01", "x": [1, 2.5]}))
    title:
      de: Größe
    from: '2025-01-01'
    x:
    - 1
    - 2.5
    """
    yaml: Any = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.allow_unicode = True
    yaml.sort_base_mapping_type_on_output = False
    yaml.width = 4096
    stream = StringIO()
    yaml.dump(dict(data), stream)
    return stream.getvalue()


def _read_text(path: FilePath, file: str) -> str:
    """Read a whole file; one that cannot be read as text is an InputError."""
    start = Position(file, 1, 1)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        remedy = did_you_mean(path.name, siblings(path), otherwise="Check the path.")
        problem = start.problem((), "there is no such file", remedy)
        raise InputError([problem]) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name is impossible"
        problem = start.problem((), f"this file cannot be read ({reason})", "Check the path.")
        raise InputError([problem]) from None
    try:
        # Some editors put a byte order mark before UTF-8; it is no part of the text.
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = offset_position(file, error.object[: error.start].decode("utf-8"))
        problem = place.problem((), "this file is not UTF-8 from here on", "Save it as UTF-8.")
        raise InputError([problem]) from None
