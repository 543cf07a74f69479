"""Rules about the world: tables of arrivals, shares that add up."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from integrasim.scenario.distributions import BaseDistribution
from integrasim.scenario.processes import Fixed, LogAr1, Process
from integrasim.scenario.quantities import Share
from integrasim.scenario.schema import Horizon

if TYPE_CHECKING:
    from collections.abc import Iterator

    from integrasim.documents.problems import Problem
    from integrasim.documents.yaml import Path
    from integrasim.scenario.quantities import Number
    from integrasim.scenario.rules.parts import Parts

__all__ = ["world_problems"]

_CHANNELS = (
    ("world", "arrivals"),
    ("world", "other_arrivals", "temporary_protection"),
    ("world", "other_arrivals", "resettlement"),
)
_SHARES = (
    (("world", "reception"), ("share_recognised", "share_left")),
    (("world", "residence", "procedure"), ("share_recognised", "share_tolerated")),
)
_MOST_NAMED = 3
_MOST_PERSONS = 1e12
# As many standard deviations as a uniform number in floating point can lead to.
_SHOCKS = 8.2
# Shares such as 0.7 + 0.3 may miss 1 by rounding.
_ROUNDING = 1e-12


def world_problems(parts: Parts) -> Iterator[Problem]:
    """
    Yield what is wrong between the assumptions about the world.

    Parameters
    ----------
    parts
        The parts of the file.
    """
    for channel in _CHANNELS:
        yield from _table_problems(parts, channel)
        yield from _runaway_problems(parts, channel)
    for path, names in _SHARES:
        yield from _share_problems(parts, path, names)


def _table_problems(parts: Parts, path: Path) -> Iterator[Problem]:
    """Compare a table of arrivals with the horizon."""
    horizon, process = parts.get(("horizon",), Horizon), parts.get(path, Process)
    if horizon is None or not isinstance(process, Fixed):
        return
    months = [f"{month:%Y-%m}" for month in horizon.months]
    span = f"{months[0]} to {months[-1]}"
    if isinstance(process.monthly, tuple) and len(process.monthly) != len(months):
        message = f"the list has {len(process.monthly)} months, the horizon {len(months)}"
        remedy = f"Write one number for each month from {span}."
        yield parts.problem((*path, "monthly"), message, remedy)
    missing = process.missing_months(months)
    if missing:
        named = ", ".join(missing[:_MOST_NAMED])
        more = f" and {len(missing) - _MOST_NAMED} more" if len(missing) > _MOST_NAMED else ""
        remedy = f"Write a number for every month from {span}."
        yield parts.problem((*path, "monthly"), f"the table lacks {named}{more}", remedy)


def _runaway_problems(parts: Parts, path: Path) -> Iterator[Problem]:
    """
    Refuse arrivals beyond all counting.

    The logarithm reaches that of level or initial plus the shocks, whose standard deviation is
    σ·√(1 + φ² + … + φ^(2(T-1))) after T months.
    """
    horizon, process = parts.get(("horizon",), Horizon), parts.get(path, Process)
    if horizon is None or not isinstance(process, LogAr1):
        return
    lags = np.arange(len(horizon.months))
    spread = _highest(process.volatility) * math.hypot(*_highest(process.persistence) ** lags)
    start = max(_highest(process.initial), _highest(process.level))
    season = max(process.seasonality) / float(np.mean(process.seasonality))
    if math.log(start * season) + _SHOCKS * spread > math.log(_MOST_PERSONS):
        message = f"arrivals can reach more than {_MOST_PERSONS:.0e} persons a month"
        yield parts.problem((*path, "volatility"), message, "Use less volatility or persistence.")


def _highest(number: Number) -> float:
    """Return the highest value that a number can have."""
    return number.reach[1] if isinstance(number, BaseDistribution) else number


def _share_problems(parts: Parts, path: Path, names: tuple[str, ...]) -> Iterator[Problem]:
    """Refuse shares of the same persons that exceed 1 in every draw."""
    shares = [parts.get((*path, name), Share) for name in names]
    if None in shares:
        return
    least = sum(
        share.reach[0] if isinstance(share, BaseDistribution) else share for share in shares
    )
    if least > 1.0 + _ROUNDING:
        message = f"{' and '.join(names)} together are at least {least:g}"
        yield parts.problem((*path, names[-1]), message, "Let their sum be at most 1.")
