"""What the dated values of the law tell about a system: since when, and how much is assumed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from integrasim.law.descriptions import DESCRIPTIONS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from integrasim.coverage.systems import System
    from integrasim.law.parameters import StatuteBook

__all__ = ["State", "left_out", "state_of"]


@dataclass(frozen=True)
class State:
    """How far a system is law.

    Parameters
    ----------
    since
        Its first day; None where no amount was ever published.
    enacted, assumed
        Numbers of its dated values by status.
    absent
        Number of its parameters that never had a value, so that only an option can give one.
    """

    since: date | None
    enacted: int
    assumed: int
    absent: int


def state_of(system: System, book: StatuteBook) -> State:
    """Derive since when a system is law, and how much of it is assumed.

    A parameter that several instruments read counts for the first of them alone: the guarantee of
    2024 is not as old as the rates that it compares. Rules tell the first day only where there is
    no instrument: who counts was law before there was a lump sum.

    Parameters
    ----------
    system
        The system.
    book
        All parameters.

    Returns
    -------
    State
        First day and numbers of values.

    Examples
    --------
    >>> from integrasim.coverage.loading import load_systems
    >>> from integrasim.statutes import load_statute_book
    >>> guarantee = load_systems()[1]
    >>> state_of(guarantee, load_statute_book())
    State(since=datetime.date(2024, 1, 1), enacted=1, assumed=2, absent=0)
    """
    own = _own_parameters()
    paying, placing = (
        [book.parameters[name] for each in names for name in own[each]]
        for names in (system.instruments, system.rules)
    )
    values = [value for parameter in (*paying, *placing) for value in parameter.values]
    days = [value.first_day for parameter in paying or placing for value in parameter.values]
    enacted = sum(value.status == "enacted" for value in values)
    return State(
        since=min(days, default=system.since),
        enacted=enacted,
        assumed=len(values) - enacted,
        absent=sum(not parameter.values for parameter in (*paying, *placing)),
    )


def left_out(systems: Sequence[System], book: StatuteBook) -> list[str]:
    """List the instruments, rules and parameters that belong to no system.

    Parameters
    ----------
    systems
        All systems.
    book
        All parameters.

    Returns
    -------
    list of str
        Names, each once; empty if nothing is left out.

    Examples
    --------
    >>> from integrasim.statutes import load_statute_book
    >>> "fluag.illness_threshold" in left_out([], load_statute_book())
    True
    """
    covered = {name for system in systems for name in (*system.instruments, *system.rules)}
    covered |= {name for each in DESCRIPTIONS if each.name in covered for name in each.parameters}
    known = dict.fromkeys([*(each.name for each in DESCRIPTIONS), *book.parameters])
    return [name for name in known if name not in covered]


def _own_parameters() -> dict[str, tuple[str, ...]]:
    """Return for each instrument and rule the parameters that none before it reads."""
    own: dict[str, tuple[str, ...]] = {}
    read: set[str] = set()
    for each in DESCRIPTIONS:
        own[each.name] = tuple(name for name in each.parameters if name not in read)
        read.update(each.parameters)
    return own
