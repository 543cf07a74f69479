"""Parts of a document that are right by themselves, so that a rule can look across them."""

from __future__ import annotations

from functools import cache
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

if TYPE_CHECKING:
    from integrasim.documents.problems import Problem
    from integrasim.documents.yaml import Document, Path

__all__ = ["Parts"]


class Parts:
    r"""
    Access to the parts of a scenario file that are right, whatever is wrong with the others.

    The rules about several parts run on these, so that one typing error somewhere does not hide
    what they would say.

    Parameters
    ----------
    document
        The file, with all it extends.

    Examples
    --------
    >>> from integrasim.documents.yaml import parse_document
    >>> parts = Parts(parse_document("draws: 10\nseed: ten\n", file="a.yaml"))
    >>> parts.get(("draws",), int), parts.get(("seed",), int)
    (10, None)
    """

    def __init__(self, document: Document) -> None:
        self._document = document

    def get(self, path: Path, kind: Any) -> Any:  # noqa: ANN401 (a part of the type asked for)
        """
        Return a part of the file, or None if it is missing or wrong.

        Parameters
        ----------
        path
            Where it stands.
        kind
            The type or annotated type that it must have.
        """
        written = self.written(path)
        if written is None:
            return None
        try:
            return _adapter(kind).validate_python(written)
        except ValidationError:
            return None

    def written(self, path: Path) -> Any:  # noqa: ANN401 (a document may hold anything)
        """
        Return what stands at a place as plain data, right or wrong; None if nothing does.

        Parameters
        ----------
        path
            Where it stands.
        """
        return self._document.at(path)

    def keys(self, path: Path) -> list[str]:
        """
        Return the keys of a map; none if no map stands there.

        Parameters
        ----------
        path
            Where the map stands.
        """
        written = self.written(path)
        return list(written) if isinstance(written, dict) else []

    def problem(self, path: Path, message: str, remedy: str) -> Problem:
        """
        Say what is wrong at a place.

        Parameters
        ----------
        path
            The place.
        message, remedy
            What is wrong and what would be right.
        """
        return self._document.position(path).problem(path, message, remedy)

    def line(self, path: Path) -> int:
        """
        Return the line in which a part stands.

        Parameters
        ----------
        path
            Where it stands.
        """
        return self._document.position(path).line

    def beside(self, path: Path, name: str) -> FilePath:
        """
        Return the file meant by a name: relative to the file in which the name stands.

        Parameters
        ----------
        path
            Where the name stands.
        name
            The name.
        """
        return FilePath(self._document.position(path).file).parent / name


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:  # noqa: ANN401 (any type or annotated type)
    """Build the check of a type once."""
    return TypeAdapter(kind)
