"""Rules about planned places: they must be known from the first month on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from integrasim.scenario.schema import Horizon
from integrasim.scenario.world import PlannedPlaces

if TYPE_CHECKING:
    from collections.abc import Iterator

    from integrasim.documents.problems import Problem
    from integrasim.documents.yaml import Path
    from integrasim.scenario.rules.parts import Parts

__all__ = ["places_problems"]

_PLACES = ("world", "reception", "places")


def places_problems(parts: Parts) -> Iterator[Problem]:
    """
    Refuse places that begin after the horizon does.

    Parameters
    ----------
    parts
        The parts of the file.
    """
    horizon, places = parts.get(("horizon",), Horizon), parts.get(_PLACES, PlannedPlaces)
    if horizon is None or places is None:
        return
    first = places[0].first_month
    if first is not None and first > horizon.start:
        is_list = isinstance(parts.written(_PLACES), list)
        path: Path = (*_PLACES, 0, "from") if is_list else (*_PLACES, "from")
        message = f"the places begin in {first:%Y-%m}, the horizon in {horizon.start:%Y-%m}"
        yield parts.problem(path, message, f"Say how many there are in {horizon.start:%Y-%m}.")
