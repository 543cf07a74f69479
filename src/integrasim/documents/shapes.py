"""Which keys a model allows where: what near misses are compared with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, get_args, get_origin

from pydantic import BaseModel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from integrasim.documents.nodes import Path

__all__ = ["ANY", "Shape", "Shapes", "shapes_of"]

ANY: Final = "*"
"""Stands in a path for any key of a map and any index of a list."""


@dataclass(frozen=True)
class Shape:
    """
    The keys of a map that one model describes.

    Parameters
    ----------
    path
        Where the map stands in the document.
    keys
        Each key and what it means; empty text where the model does not say.
    choices
        The keys that allow only certain words, and those words.
    """

    path: tuple[str, ...]
    keys: Mapping[str, str]
    choices: Mapping[str, tuple[str, ...]]

    def stands_at(self, path: Path) -> bool:
        """
        Tell whether a map at a place is described here.

        Parameters
        ----------
        path
            Where the map stands.
        """
        return len(path) == len(self.path) and all(
            mine in (ANY, part) for mine, part in zip(self.path, path, strict=True)
        )

    def fits(self, data: object) -> bool:
        """
        Tell whether a map makes the choices that lead to this shape.

        Parameters
        ----------
        data
            The map.
        """
        chosen = data if isinstance(data, dict) else {}
        return all(chosen.get(key, words[0]) in words for key, words in self.choices.items())


@dataclass(frozen=True)
class Shapes:
    """
    All maps that a model describes, its own first.

    Parameters
    ----------
    all_shapes
        The shapes.
    """

    all_shapes: tuple[Shape, ...]

    def keys_at(self, path: Path, data: object) -> dict[str, str]:
        """
        Return the keys allowed in a map, and what they mean.

        Parameters
        ----------
        path
            Where the map stands.
        data
            The map; what it says chooses between shapes that share a place.
        """
        here = [shape for shape in self.all_shapes if shape.stands_at(path)]
        fitting = [shape for shape in here if shape.fits(data)] or here
        return {key: means for shape in fitting for key, means in shape.keys.items()}

    def choices_at(self, path: Path, key: str) -> tuple[str, ...]:
        """
        Return the words allowed under a key that chooses between shapes.

        Parameters
        ----------
        path
            Where the map stands.
        key
            The key.
        """
        here = [shape for shape in self.all_shapes if shape.stands_at(path)]
        return tuple(dict.fromkeys(word for shape in here for word in shape.choices.get(key, ())))

    def place_of(self, key: str, near: Path) -> str | None:
        """
        Return where a key belongs that stands in the wrong map.

        Parameters
        ----------
        key
            The key.
        near
            The map in which it stands.

        Returns
        -------
        str or None
            The dotted path of the nearest map that has this key, empty for the root; None if
            there is none, or no single one, or it stands under a key that the user chooses.
        """
        places = {shape.path for shape in self.all_shapes if key in shape.keys}
        distances = {path: _distance(path, near) for path in places}
        nearest = [path for path in places if distances[path] == min(distances.values())]
        if len(nearest) != 1 or ANY in nearest[0] or nearest[0] == near:
            return None
        return ".".join(nearest[0])


@cache
def shapes_of(model: type[BaseModel]) -> Shapes:
    """
    Return all maps that a model describes.

    Parameters
    ----------
    model
        A model that does not contain itself.

    Examples
    --------
    >>> from pydantic import create_model
    >>> inner = create_model("Inner", mean=float)
    >>> outer = create_model("Outer", parts=dict[str, inner])
    >>> [(shape.path, list(shape.keys)) for shape in shapes_of(outer).all_shapes]
    [((), ['parts']), (('parts', '*'), ['mean'])]
    """
    return Shapes(tuple(_walk(model, ())))


def _walk(annotation: Any, path: tuple[str, ...]) -> Iterator[Shape]:  # noqa: ANN401
    """Yield the shapes within a type."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        fields = {each.alias or name: each for name, each in annotation.model_fields.items()}
        choices = {
            key: get_args(field.annotation)
            for key, field in fields.items()
            if get_origin(field.annotation) is Literal
        }
        meanings = {key: field.description or "" for key, field in fields.items()}
        yield Shape(path, meanings, choices)
        for key, field in fields.items():
            yield from _walk(field.annotation, (*path, key))
        return
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        yield from _walk(arguments[0], path)
    elif isinstance(origin, type) and issubclass(origin, Mapping):
        yield from _walk(arguments[1], (*path, ANY))
    elif origin in (list, tuple):
        # Some lists of one may be written as their only item.
        yield from _walk(arguments[0], path)
        yield from _walk(arguments[0], (*path, ANY))
    elif origin is not Literal:
        for argument in arguments:
            yield from _walk(argument, path)


def _distance(place: tuple[str, ...], near: Path) -> int:
    """Count the steps between two maps in the tree."""
    shared = 0
    for mine, part in zip(place, near, strict=False):
        if mine != part:
            break
        shared += 1
    return len(place) + len(near) - 2 * shared
