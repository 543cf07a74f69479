"""Composing the events of the YAML parser into nodes, with nothing dropped on the way."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from integrasim.documents.nodes import Node, Path, Position
from integrasim.documents.problems import InputError, Problem
from integrasim.documents.scalars import parse_plain
from integrasim.documents.syntax import mark_position, syntax_problem

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["compose"]

_Start = AliasEvent | ScalarEvent | SequenceStartEvent | MappingStartEvent
_YAML: Final = (1, 2)
_DEEPEST: Final = 40
# Aliases of aliases multiply; a file of a few lines could otherwise fill the memory.
_MOST_REPEATED: Final = 100_000


class _StopComposingError(Exception):
    """The rest of the file cannot be understood."""


class _Composer:
    """Builds nodes from events; problems that leave the rest readable are collected."""

    def __init__(self, file: str, text: str) -> None:
        self.problems: list[Problem] = []
        self._file = file
        self._text = text
        self._reached = Position(file, 1, 1)
        self._anchors: dict[str, Node] = {}
        self._repeated = 0
        self._events = self._parse()

    def document(self) -> Node | None:
        """Return the root of the only document; None where there is none."""
        root = None
        try:
            for event in self._events:
                if isinstance(event, DocumentStartEvent):
                    self._start(event, another=root is not None)
                elif isinstance(event, _Start):
                    root = self._node(event, ())
        except _StopComposingError:
            return None
        return root

    def _parse(self) -> Iterator[Any]:
        """Pass on the parser's events; its refusal becomes a problem."""
        try:
            for event in YAML(typ="safe", pure=True).parse(self._text):
                self._reached = mark_position(self._file, event.start_mark)
                yield event
        except (YAMLError, ValueError, OverflowError) as error:
            self.problems.append(syntax_problem(error, self._text, self._reached))
            raise _StopComposingError from None

    def _stop(self, path: Path, message: str, remedy: str) -> _StopComposingError:
        """Note a problem after which nothing can be read."""
        self._complain(path, message, remedy)
        return _StopComposingError()

    def _complain(self, path: Path, message: str, remedy: str) -> None:
        self.problems.append(self._reached.problem(path, message, remedy))

    def _start(self, event: DocumentStartEvent, *, another: bool) -> None:
        """Refuse a second document and other versions of YAML."""
        if another:
            raise self._stop((), "a second document starts here", "Keep one document per file.")
        if event.version not in (None, _YAML):
            self._complain((), "this file asks for another version of YAML", "Write %YAML 1.2.")

    def _node(self, event: _Start, path: Path, position: Position | None = None) -> Node:
        """Compose the value that starts with an event."""
        place = position or self._reached
        if len(path) > _DEEPEST:
            raise self._stop((), f"maps and lists are nested {_DEEPEST} deep", "Flatten them.")
        if isinstance(event, AliasEvent):
            return replace(self._repeat(event.anchor, path), position=place)
        if event.tag is not None:
            remedy = "Remove it; write text in quotation marks and numbers without."
            self._complain(path, f"the tag {event.tag} is not used here", remedy)
        if isinstance(event, ScalarEvent):
            text = str(event.value)
            node = Node(place, text if event.style else parse_plain(text), text)
        elif isinstance(event, SequenceStartEvent):
            node = Node(place, self._items(path))
        else:
            node = Node(place, self._entries(path))
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        return node

    def _repeat(self, anchor: str, path: Path) -> Node:
        """Return the value that an alias repeats."""
        node = self._anchors.get(anchor)
        if node is None:
            remedy = f"Write &{anchor} at a value above that is complete, or write the value here."
            raise self._stop(path, f"*{anchor} repeats nothing that is known here", remedy)
        self._repeated += _size(node)
        if self._repeated > _MOST_REPEATED:
            raise self._stop(path, "aliases repeat too much", "Write the values out.")
        return node

    def _items(self, path: Path) -> list[Node]:
        """Compose the items of a list."""
        items: list[Node] = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            items.append(self._node(event, (*path, len(items))))
        return items

    def _entries(self, path: Path) -> dict[str, Node]:
        """Compose the entries of a map; a doubled key keeps its first value."""
        entries: dict[str, Node] = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            place = self._reached
            key = self._key(event, path)
            if key in entries:
                first = entries[key].position
                message = f"this key is doubled: it stands in line {first.line}, "
                message += f"column {first.column} already"
                self._complain((*path, key), message, "Keep one of the two.")
            elif key == "<<":
                remedy = "Write the keys out, or put them into a base file named by `extends`."
                self._complain(path, "the merge key << is no part of YAML 1.2", remedy)
            node = self._node(next(self._events), (*path, key), place)
            entries.setdefault(key, node)
        return entries

    def _key(self, event: _Start, path: Path) -> str:
        """Return a key, always text as written: an AGS such as 05334002 keeps its zero."""
        if not isinstance(event, ScalarEvent):
            raise self._stop(path, "a key must be text", "Write `key: value`.")
        if event.tag is not None:
            self._complain(path, f"the tag {event.tag} is not used here", "Remove it.")
        if not event.value:
            self._complain(path, "this key is empty", "Write `key: value`.")
        return str(event.value)


def compose(file: str, text: str) -> Node:
    """
    Read YAML text into nodes.

    Parameters
    ----------
    file
        What to call the file in positions.
    text
        Its text.

    Returns
    -------
    Node
        The root, a map.

    Raises
    ------
    InputError
        With all that is wrong: doubled keys, tags, merge keys, a root that is no map, several
        documents, nothing at all; reading ends at the first error of syntax.
    """
    composer = _Composer(file, text)
    root = composer.document()
    if not composer.problems and (root is None or not isinstance(root.value, dict)):
        empty = root is None or root.value is None
        message = "this file is empty" if empty else "a map of keys belongs here"
        place = root.position if root else Position(file, 1, 1)
        composer.problems.append(place.problem((), message, "Write `key: value` lines."))
    if composer.problems or root is None:
        raise InputError(composer.problems)
    return root


def _size(node: Node) -> int:
    """Count a node and all nodes in it."""
    if isinstance(node.value, dict):
        return 1 + sum(map(_size, node.value.values()))
    if isinstance(node.value, list):
        return 1 + sum(map(_size, node.value))
    return 1
