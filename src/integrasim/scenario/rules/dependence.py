"""Rules about dependence: between which numbers or processes it may be, and how strong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from integrasim.documents.wording import did_you_mean
from integrasim.scenario.channels import CHANNELS
from integrasim.scenario.dependence import find_conflict
from integrasim.scenario.processes import Process
from integrasim.scenario.schema import Dependence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from integrasim.documents.problems import Problem
    from integrasim.documents.yaml import Path
    from integrasim.scenario.dependence import Conflict, Correlation
    from integrasim.scenario.rules.parts import Parts

__all__ = ["dependence_problems"]

_PROCESSES: Final = tuple(f"world.{path}" for path in CHANNELS.values())


def dependence_problems(parts: Parts) -> Iterator[Problem]:
    """
    Yield what is wrong with the dependence between numbers, and between processes of arrival.

    Parameters
    ----------
    parts
        The parts of the file.
    """
    written = parts.written(("dependence",))
    size = len(written) if isinstance(written, list) and parts.keys(("world",)) else 0
    entries = [parts.get(("dependence", index), Dependence) for index in range(size)]
    found = [
        problem
        for index, entry in enumerate(entries)
        if entry is not None
        for problem in _pair_problems(parts, ("dependence", index, "between"), entry.between)
    ]
    found.extend(_doubled_problems(parts, entries))
    yield from found
    if not found and None not in entries:
        yield from _conflict_problems(
            parts, [(*entry.between, entry.rank_correlation) for entry in entries]
        )


def _pair_problems(parts: Parts, place: Path, pair: tuple[str, ...]) -> Iterator[Problem]:
    """Check that a pair consists of two distributions, or of two processes of a kind."""
    if not any(path in _PROCESSES for path in pair):
        for index, path in enumerate(pair):
            yield from _path_problems(parts, (*place, index), path)
    elif all(path in _PROCESSES for path in pair):
        yield from _process_problems(parts, place, pair)
    else:
        message = "a process and a number cannot vary together"
        yield parts.problem(place, message, "Name two processes, or two distributions.")


def _process_problems(parts: Parts, place: Path, pair: tuple[str, ...]) -> Iterator[Problem]:
    """Check that two processes have shocks, and of the same kind."""
    written = [parts.written(tuple(path.split("."))) for path in pair]
    processes = [parts.get(tuple(path.split(".")), Process) for path in pair]
    for index, (path, part, process) in enumerate(zip(pair, written, processes, strict=True)):
        if part is None:
            message = f"{path} is not in this scenario"
            remedy = "Give it a process, or remove this dependence."
            yield parts.problem((*place, index), message, remedy)
        elif process is not None and process.shocks is None:
            message = f"{path} has no shocks, so it cannot vary together with another"
            remedy = "Use another process or a volatility above 0, or remove this dependence."
            yield parts.problem((*place, index), message, remedy)
    kinds = [process.shocks for process in processes if process is not None]
    if len(kinds) == len(pair) and None not in kinds and kinds[0] != kinds[1]:
        message = (
            f"a correlation of {kinds[0]} ({pair[0]}) and {kinds[1]} ({pair[1]}) has no clear "
            "meaning"
        )
        remedy = "Use processes of the same kind, or remove this dependence."
        yield parts.problem(place, message, remedy)


def _path_problems(parts: Parts, place: Path, path: str) -> Iterator[Problem]:
    """Check that a path leads to a distribution of the world."""
    value = parts.written(tuple(path.split(".")))
    uncertain = list(_distributions(parts.written(("world",)), "world"))
    if path in uncertain:
        return
    if isinstance(value, int | float) and path.startswith("world."):
        message = f"{path} is a fixed number, which cannot vary together with another"
        yield parts.problem(place, message, "Give it a distribution, or remove this dependence.")
        return
    otherwise = f"Use one of {', '.join(uncertain)}." if uncertain else "Give it a distribution."
    prefixed = f"world.{path}"
    remedy = (
        f"Did you mean {prefixed}?"
        if prefixed in uncertain
        else did_you_mean(path, uncertain, otherwise=otherwise)
    )
    yield parts.problem(place, f"{path} is no distribution of the world", remedy)


def _distributions(value: Any, path: str) -> Iterator[str]:  # noqa: ANN401 (any part of a file)
    """Yield the paths of the distributions in a part of the world."""
    if not isinstance(value, dict):
        return
    if "dist" in value:
        yield path
        return
    for key, part in value.items():
        yield from _distributions(part, f"{path}.{key}")


def _doubled_problems(parts: Parts, entries: list[Dependence | None]) -> Iterator[Problem]:
    """Refuse a pair that an entry above has already, in whichever order."""
    first: dict[frozenset[str], int] = {}
    for index, entry in enumerate(entries):
        if entry is None:
            continue
        above = first.setdefault(frozenset(entry.between), index)
        if above != index:
            line = parts.line(("dependence", above))
            message = f"this pair stands in line {line} already"
            yield parts.problem(("dependence", index, "between"), message, "Keep one of the two.")


def _conflict_problems(parts: Parts, correlations: list[Correlation]) -> Iterator[Problem]:
    """Refuse correlations that cannot hold together."""
    conflict = find_conflict(correlations)
    if conflict is None:
        return
    left, right, rank = correlations[conflict.index]
    message = f"{rank:g} between {left} and {right} cannot hold together with "
    message += (
        "the other correlations (a pair that is not listed has 0)"
        if conflict.third is None
        else f"the correlations of both with {conflict.third} "
        f"({_stated(correlations, left, conflict.third)} and "
        f"{_stated(correlations, right, conflict.third)})"
    )
    *ways, last = _ways_out(conflict)
    remedy = f"{', '.join(ways)}, or {last}." if ways else f"{last}."
    yield parts.problem(("dependence", conflict.index, "rank_correlation"), message, remedy)


def _stated(correlations: list[Correlation], left: str, right: str) -> str:
    """Say what a file states about a pair."""
    stated = [rank for *pair, rank in correlations if set(pair) == {left, right}]
    return f"{stated[0]:g}" if stated else "not listed, so 0"


def _ways_out(conflict: Conflict) -> list[str]:
    """Return what would mend a conflict, the first with a capital."""
    if conflict.low is None or conflict.high is None:
        ways = ["Bring several of them closer to 0, this one first"]
    else:
        ways = [f"Use {_range(conflict.low, conflict.high)} here", "bring others closer to 0"]
    if conflict.addition is not None:
        left, right, low, high = conflict.addition
        ways.append(f"list {left} with {right} at {_range(low, high)}")
    return ways


def _range(low: float, high: float) -> str:
    """Write a range, or the one value that it holds."""
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"
