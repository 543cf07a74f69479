"""Intensity given as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from integrasim.scenario.processes import Fixed
    from integrasim.world.arrivals.setting import Setting


def fixed(process: Fixed, setting: Setting) -> NDArray[np.float64]:
    """Persons per month in Germany by a ``fixed`` process, (draw, month)."""
    table = process.table([f"{month:%Y-%m}" for month in setting.months])
    return np.broadcast_to(table, (len(setting.draws), table.size))
