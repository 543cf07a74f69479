"""Where the time and the memory of a run went, as a table to print."""

from __future__ import annotations

import sys
import textwrap
from typing import IO, TYPE_CHECKING, NamedTuple

from rich import box
from rich.console import Console
from rich.table import Table

from integrasim.reporting.numbers import MISSING, format_count, format_number, format_percent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from integrasim.profiling import Cost, Profile, Stage, StageName
    from integrasim.reporting.numbers import Language

__all__ = ["print_profile"]

_NANO = 1e9
_MIB = 2**20
_WIDEST = 100
_LARGE = 100.0


class _Words(NamedTuple):
    """The words of one language."""

    heads: tuple[str, str, str, str, str, str, str]
    total: str
    stages: dict[StageName, str]
    elapsed: str
    cells: str
    memory: str
    processes: str


_WORDS: dict[Language, _Words] = {
    "de": _Words(
        heads=("Schritt", "CPU s", "Uhr s", "Anteil", "ns/Zelle", "× PCG64", "MiB"),
        total="zusammen",
        stages={
            "imports": "Module laden",
            "scenario": "Szenario lesen",
            "plan": "Recht und Kalender auslegen",
            "compiled code": "Maschinencode laden oder übersetzen",
            "assumptions": "Annahmen",
            "arrivals": "Ankünfte",
            "reception": "Landeseinrichtungen",
            "residence": "Zuweisung und Aufenthalt",
            "illness ledger": "schwere Krankheitsfälle",
            "gross cost": "Bruttokosten",
            "basis": "Bezugsgrößen des Rechts",
            "settlement": "Abrechnung",
            "threshold curve": "Kurve der Schwellen",
            "invariants": "Prüfung der Erhaltung",
            "reduction": "Verdichten",
            "collection": "Einsammeln",
            "dataset": "Datensatz",
            "comparison": "Vergleich",
            "printing": "Ausgabe",
            "saving": "Speichern",
            "library threads": "Threads von Bibliotheken",
            "other": "Übriges",
        },
        elapsed="CPU ist Prozessorzeit, Uhr die vergangene Zeit, beide über alle Worker addiert. "
        "Der Lauf dauerte {elapsed} s; im Mittel waren {busy} Prozessorkerne beschäftigt.",
        cells="Zellen sind Ziehungen × Monate × Gemeinden: {cells}. PCG64 ist eine gleichverteilte "
        "Zufallszahl je Zelle, gemessen in diesem Lauf mit {pcg64} ns; der Lauf dauerte das "
        "{times}-Fache.",
        memory="MiB: um wie viel der Schritt den Höchststand des Speichers hob. Höchststand: "
        "{peak} MiB{processes}; Ergebnis: {result} MiB.",
        processes=" in {count} Prozessen",
    ),
    "en": _Words(
        heads=("stage", "CPU s", "clock s", "share", "ns/cell", "× PCG64", "MiB"),
        total="total",
        stages={
            "imports": "imports",
            "scenario": "reading the scenario",
            "plan": "laying out law and calendar",
            "compiled code": "loading or compiling kernels",
            "assumptions": "assumptions",
            "arrivals": "arrivals",
            "reception": "reception",
            "residence": "assignment and residence",
            "illness ledger": "illness ledger",
            "gross cost": "gross cost",
            "basis": "what the law looks at",
            "settlement": "settlement",
            "threshold curve": "curve of thresholds",
            "invariants": "invariants",
            "reduction": "reduction",
            "collection": "collection",
            "dataset": "dataset",
            "comparison": "comparison",
            "printing": "printing",
            "saving": "saving",
            "library threads": "threads of libraries",
            "other": "other",
        },
        elapsed="CPU is processor time and clock the time that passed, each summed over all "
        "workers. The run took {elapsed} s; {busy} processor cores were busy on average.",
        cells="Cells are draws × months × municipalities: {cells}. PCG64 is one uniform random "
        "number per cell, measured in this run at {pcg64} ns; the run took {times} times as long.",
        memory="MiB: by how much the stage raised the peak of the memory. Peak: {peak} "
        "MiB{processes}; result: {result} MiB.",
        processes=" in {count} processes",
    ),
}


def print_profile(
    profile: Profile, *, language: Language = "de", file: IO[str] | None = None
) -> None:
    """Print what each stage of a run has cost.

    A cell is a draw × month × municipality. Nanoseconds per cell and the ratio to one uniform
    random number of PCG64 per cell are those of processor time.

    Parameters
    ----------
    profile
        From :func:`integrasim.profile`, after its end.
    language
        ``"de"`` or ``"en"``.
    file
        Where to print; standard error if None.

    Examples
    --------
    ``print_profile(spent, language="en")``
    """
    words = _WORDS[language]
    console = Console(file=file or sys.stderr, markup=False, emoji=False, highlight=False)
    table = _table(profile, words, language)
    # No number is cut where the terminal is narrow: names of stages break, then the terminal wraps.
    wide = console.options.update(max_width=_WIDEST)
    least = console.measure(table, options=wide).minimum
    console.width = min(max(least, console.width), _WIDEST)
    with console.capture() as capture:
        console.print()
        console.print(table)
        console.print()
        for note in _notes(profile, words, language):
            console.print(textwrap.fill(note, console.width))
    lines = [line.rstrip(" ") for line in capture.get().splitlines()]
    console.file.write("\n".join([*lines, ""]))


def _table(profile: Profile, words: _Words, language: Language) -> Table:
    """One row a stage, and their sum."""
    stages = [(_name(stage, words), cost) for stage, cost in profile.costs.items()]
    rows = [
        (name, *_numbers(cost, profile, language))
        for name, cost in (*stages, (words.total, profile.total))
    ]
    stage, *numbers = zip(words.heads, *rows, strict=True)
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column(stage[0])
    for heading, *cells in numbers:
        longest = max(map(len, (heading, *cells)))
        table.add_column(heading, justify="right", no_wrap=True, min_width=longest)
    for row in rows[:-1]:
        table.add_row(*row)
    table.add_section()
    table.add_row(*rows[-1])
    return table


def _name(stage: Stage, words: _Words) -> str:
    """Call a stage by its name, with its option."""
    return " ".join(filter(None, [words.stages[stage.name], stage.option]))


def _numbers(cost: Cost, profile: Profile, language: Language) -> Iterator[str]:
    """Yield what stands in the columns of a stage."""
    yield format_number(cost.processor, decimals=2, language=language)
    yield format_number(cost.elapsed, decimals=2, language=language)
    share = cost.processor / profile.total.processor
    yield format_percent(share, decimals=1, language=language)
    if profile.cells:
        per_cell = cost.processor / profile.cells
        yield _ratio(per_cell * _NANO, language)
        yield _ratio(per_cell / profile.pcg64, language)
    else:
        yield from (MISSING, MISSING)
    yield _mebibytes(cost.memory, language) if profile.peak else MISSING


def _notes(profile: Profile, words: _Words, language: Language) -> Iterator[str]:
    """Yield what the columns mean, and what no stage has alone."""
    yield words.elapsed.format(
        elapsed=format_number(profile.elapsed, decimals=1, language=language),
        busy=format_number(
            profile.total.processor / profile.elapsed, decimals=2, language=language
        ),
    )
    if profile.cells:
        yield words.cells.format(
            cells=format_count(profile.cells, language=language),
            pcg64=format_number(profile.pcg64 * _NANO, decimals=2, language=language),
            times=_ratio(profile.elapsed / profile.cells / profile.pcg64, language),
        )
    if profile.peak:
        count = len(profile.peaks)
        yield words.memory.format(
            peak=_mebibytes(profile.peak, language),
            processes=words.processes.format(count=count) if count > 1 else "",
            result=_mebibytes(profile.result, language),
        )


def _ratio(value: float, language: Language) -> str:
    """Format a number that is small in a long run and large in a short one."""
    decimals = 2 if round(value, 2) < _LARGE else 0
    return format_number(value, decimals=decimals, language=language)


def _mebibytes(size: int, language: Language) -> str:
    """Format bytes as whole MiB."""
    return format_count(size / _MIB, language=language)
