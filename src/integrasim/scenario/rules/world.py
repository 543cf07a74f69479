"""Rules about the world: shares that add up, the order of illness costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from integrasim.scenario.distributions import BaseDistribution
from integrasim.scenario.quantities import FixedAmount, Floor, Share

if TYPE_CHECKING:
    from collections.abc import Iterator

    from integrasim.documents.problems import Problem
    from integrasim.documents.yaml import Path
    from integrasim.scenario.rules.parts import Parts

__all__ = ["world_problems"]

_SHARES = (
    (("world", "reception"), ("share_recognised", "share_left")),
    (("world", "residence", "procedure"), ("share_recognised", "share_tolerated")),
)
_ILLNESS = ("world", "illness")
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
    for path, names in _SHARES:
        yield from _share_problems(parts, path, names)
    yield from _illness_problems(parts)


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


def _illness_problems(parts: Parts) -> Iterator[Problem]:
    """Check the order splice ≤ tail_threshold < cap and floor < cap."""
    names = ("splice", "tail_threshold", "cap")
    splice, threshold, cap = (parts.get((*_ILLNESS, name), FixedAmount) for name in names)
    floor = parts.get((*_ILLNESS, "floor"), Floor)
    if splice is not None and threshold is not None and splice > threshold:
        message = f"the tail begins at {splice:,.0f}, above tail_threshold ({threshold:,.0f})"
        yield parts.problem((*_ILLNESS, "splice"), message, f"Use at most {threshold:.0f}.")
    for name, amount in (("tail_threshold", threshold), ("floor", floor)):
        if cap is not None and amount is not None and cap <= amount:
            message = f"the cap {cap:,.0f} is not above {name} ({amount:,.0f})"
            yield parts.problem((*_ILLNESS, "cap"), message, f"Use more than {amount:.0f}.")
