"""Channels by which persons arrive, and where a scenario says how."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from integrasim.scenario.processes import Process
    from integrasim.scenario.world import World

__all__ = ["CHANNELS", "channel_processes"]

CHANNELS: Final[Mapping[str, str]] = {
    "asylum": "arrivals",
    "temporary_protection": "other_arrivals.temporary_protection",
    "resettlement": "other_arrivals.resettlement",
}
"""Name of each channel → dotted path of its process within ``world``."""


def channel_processes(world: World) -> dict[str, Process]:
    """
    Return the process of every channel that a world has.

    Parameters
    ----------
    world
        What is assumed about the world.

    Returns
    -------
    dict
        Name of the channel → its process, in the order of `CHANNELS`.

    Examples
    --------
    >>> from integrasim import load_scenario
    >>> list(channel_processes(load_scenario("scenarios/toy.yaml").world))
    ['asylum']
    """
    found = {name: attrgetter(path)(world) for name, path in CHANNELS.items()}
    return {name: process for name, process in found.items() if process is not None}
