"""The data files that the package carries."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

__all__ = ["packaged_file"]


def packaged_file(name: str) -> Traversable:
    """
    Return one of the packaged data files; ``SOURCES.md`` beside them names their sources.

    Parameters
    ----------
    name
        The file's name, such as ``"toy.csv"``.

    Examples
    --------
    >>> packaged_file("SOURCES.md").is_file()
    True
    """
    return files("integrasim.region") / "data" / name
