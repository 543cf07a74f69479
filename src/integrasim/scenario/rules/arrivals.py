"""Rules about arrivals: what a process must not say on the horizon of the scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING

from integrasim.documents.problems import InputError
from integrasim.region import load_history
from integrasim.scenario.channels import CHANNELS
from integrasim.scenario.processes import Bootstrap, Process
from integrasim.scenario.rules.tables import named_tables
from integrasim.scenario.schema import Horizon, series_key

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path as FilePath

    from integrasim.documents.problems import Problem
    from integrasim.region import MonthlySeries
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
    tables = named_tables(parts)
    for channel, dotted in CHANNELS.items():
        path = ("world", *dotted.split("."))
        process = parts.get(path, Process)
        if process is None:
            continue
        series = _history(process, tables.get(series_key(channel)))
        for fault in process.faults(horizon.months, series):
            yield parts.problem((*path, *fault.path), fault.message, fault.remedy)


def _history(process: Process, file: FilePath | None) -> MonthlySeries | None:
    """Load the observed months that a process draws on; None if it does not, or they are wrong."""
    if not isinstance(process, Bootstrap):
        return None
    try:
        return load_history(process.series if file is None else file)
    except InputError:
        return None
