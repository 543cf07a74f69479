"""Rules about the costs of illness: the keys of each tail, the order of amounts, no idle key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from integrasim.scenario.quantities import FixedAmount, Floor, Share, TailIndex, is_zero, lowest
from integrasim.scenario.world import Illness

if TYPE_CHECKING:
    from collections.abc import Iterator

    from integrasim.documents.problems import Problem
    from integrasim.scenario.quantities import Number
    from integrasim.scenario.rules.parts import Parts

__all__ = ["illness_problems"]

_PATH: Final = ("world", "illness")
_SPLICED: Final = frozenset({"body_sigma", "splice", "tail_index"})
_KEYS_OF_TAILS: Final = {
    "pareto": _SPLICED,
    "lognormal": frozenset[str](),
    "generalised_pareto": _SPLICED | {"tail_mean_excess"},
}
_IDLE: Final = (
    ("tail_presence", "chronic_share"),
    ("persistence", "chronic_share"),
    ("persistence_rank_correlation", "persistence"),
)
"""Keys that have no effect while another is 0."""


def illness_problems(parts: Parts) -> Iterator[Problem]:
    """
    Yield what is wrong between the assumptions about illness.

    Parameters
    ----------
    parts
        The parts of the file.
    """
    if not parts.keys(_PATH):
        return
    yield from _tail_problems(parts)
    yield from _order_problems(parts)
    yield from _idle_problems(parts)


def _tail_problems(parts: Parts) -> Iterator[Problem]:
    """Compare the keys with those that the tail needs."""
    written = parts.written((*_PATH, "tail"))
    tail = Illness.model_fields["tail"].default if written is None else written
    if tail not in _KEYS_OF_TAILS:
        return
    needed, given = _KEYS_OF_TAILS[tail], parts.keys(_PATH)
    for name in sorted(_SPLICED | {"tail_mean_excess"}):
        path = (*_PATH, name)
        if name in needed and name not in given:
            meaning = Illness.model_fields[name].description
            yield parts.problem(path, "this key is missing", f"Add it: {meaning}.")
        if name not in needed and name in given:
            message = f"this has no effect with tail: {tail}"
            yield parts.problem(path, message, "Remove it, or use another tail.")
    index: Number | None = parts.get((*_PATH, "tail_index"), TailIndex)
    if tail == "generalised_pareto" and index is not None and lowest(index) <= 1.0:
        message = "with an index of 1 or less the tail has no mean excess"
        yield parts.problem((*_PATH, "tail_index"), message, "Let every value be above 1.")


def _order_problems(parts: Parts) -> Iterator[Problem]:
    """Check the order splice ≤ tail_threshold < cap and floor < cap."""
    names = ("splice", "tail_threshold", "cap")
    splice, threshold, cap = (parts.get((*_PATH, name), FixedAmount) for name in names)
    floor = parts.get((*_PATH, "floor"), Floor)
    if splice is not None and threshold is not None and splice > threshold:
        message = f"the tail begins at {splice:,.0f}, above tail_threshold ({threshold:,.0f})"
        yield parts.problem((*_PATH, "splice"), message, f"Use at most {threshold:.0f}.")
    for name, amount in (("tail_threshold", threshold), ("floor", floor)):
        if cap is not None and amount is not None and cap <= amount:
            message = f"the cap {cap:,.0f} is not above {name} ({amount:,.0f})"
            yield parts.problem((*_PATH, "cap"), message, f"Use more than {amount:.0f}.")


def _idle_problems(parts: Parts) -> Iterator[Problem]:
    """Refuse what is said about cases that there are none of."""
    for name, condition in _IDLE:
        share: Number | None = parts.get((*_PATH, condition), Share)
        is_absent = parts.written((*_PATH, condition)) is None
        is_idle = is_absent or (share is not None and is_zero(share))
        if is_idle and name in parts.keys(_PATH):
            message = f"without a {condition} above 0 this has no effect"
            yield parts.problem((*_PATH, name), message, f"Remove it, or state {condition}.")
