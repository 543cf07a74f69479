"""Progress of a run on standard error."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from integrasim.engine.memory import MemoryEstimate

_MIB = 2**20


@contextmanager
def report_progress(
    blocks: Sequence[range], memory: MemoryEstimate, *, done: int, show: bool
) -> Iterator[Callable[[int], None]]:
    """Say what is coming, then show how many draws are done.

    Parameters
    ----------
    blocks
        Blocks of draws to come.
    memory
        Estimate to announce.
    done
        Draws that are there already.
    show
        Whether to say anything at all.

    Yields
    ------
    collections.abc.Callable
        To be called with the number of draws just finished.
    """
    if not show:
        yield lambda _draws: None
        return
    from rich.console import Console  # noqa: PLC0415 (a library user may never need it)
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    draws = done + sum(len(block) for block in blocks)
    there = f", {done:,} of them there already" if done else ""
    result = (
        f"the result takes about {memory.disk / _MIB:,.0f} MiB of disk"
        if memory.disk
        else f"{memory.result / _MIB:,.0f} MiB of it for the result"
    )
    console.print(
        f"{draws:,} draws{there}; about {memory.total / _MIB:,.0f} MiB of memory, {result}",
        highlight=False,
    )
    columns = (
        TextColumn("simulating"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("draws"),
        TimeElapsedColumn(),
        TextColumn("remaining"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("draws", total=draws, completed=done)
        yield lambda done: bar.advance(task, done)
