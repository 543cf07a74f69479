"""Rules about arrivals: what a process must not say on the horizon of the scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING

from integrasim.scenario.channels import CHANNELS
from integrasim.scenario.processes import Process
from integrasim.scenario.schema import Horizon

if TYPE_CHECKING:
    from collections.abc import Iterator

    from integrasim.documents.problems import Problem
    from integrasim.scenario.rules.parts import Parts

__all__ = ["arrival_problems"]


def arrival_problems(parts: Parts) -> Iterator[Problem]:
    """
    Yield what is wrong with the processes of arrival.

    Parameters
    ----------
    parts
        The parts of the file.
    """
    horizon = parts.get(("horizon",), Horizon)
    if horizon is None:
        return
    for dotted in CHANNELS.values():
        path = ("world", *dotted.split("."))
        process = parts.get(path, Process)
        for fault in process.faults(horizon.months) if process is not None else ():
            yield parts.problem((*path, *fault.path), fault.message, fault.remedy)
