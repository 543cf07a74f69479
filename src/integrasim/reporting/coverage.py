"""What of the founding documents is covered, as a page of documentation and on the terminal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final

from babel.dates import format_date
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from integrasim.coverage import state_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from integrasim.coverage import Figure, State, System
    from integrasim.law.parameters import StatuteBook
    from integrasim.reporting.numbers import Language

__all__ = ["coverage_page", "print_coverage"]

_WIDEST: Final = 100
_NONE: Final = "–"
_INDENT: Final = (0, 0, 0, 4)


@dataclass(frozen=True)
class _Words:
    """The words of one language; texts with ``{…}`` are filled in."""

    title: str
    date_format: str
    since: str
    enacted: str
    partly: str
    assumed: str
    absent: str
    documents: str
    instruments: str
    rules: str
    functions: str
    scenarios: str
    case: str
    test: str
    reproduced: str
    gap: str


_WORDS: Final[Mapping[Language, _Words]] = {
    "de": _Words(
        title="Was von den Programmen der Gründungsdokumente gerechnet wird",
        date_format="d.M.y",
        since="gilt ab {day}",
        enacted="Gesetz",
        partly="Gesetz, {assumed} von {count} Werten Annahme",
        assumed="Annahme",
        absent="kein Betrag veröffentlicht: {absent} nur als Option",
        documents="Dokumente: {names}",
        instruments="Instrumente: {names}",
        rules="Regeln der Zuweisung: {names}",
        functions="Funktionen: {names}",
        scenarios="Szenarien: {names}",
        case="Rechtsfall „{name}“",
        test="Test {name}",
        reproduced="Nachgerechnet: {figure} ({proof})",
        gap="Nicht modelliert: {what}. {why}.",
    ),
    "en": _Words(
        title="What of the programmes of the founding documents is computed",
        date_format="y-MM-dd",
        since="since {day}",
        enacted="enacted",
        partly="enacted, {assumed} of {count} values assumption",
        assumed="assumption",
        absent="absent: {absent} by option only",
        documents="documents: {names}",
        instruments="instruments: {names}",
        rules="rules of placement: {names}",
        functions="functions: {names}",
        scenarios="scenarios: {names}",
        case="law case “{name}”",
        test="test {name}",
        reproduced="reproduced: {figure} ({proof})",
        gap="not modelled: {what}. {why}.",
    ),
}

_PAGE: Final = """\
# Coverage

Every programme that the founding documents name: since when it is law, how much of it is assumed,
what computes it, which published figure is reproduced where, and what is not modelled and why. This
page is written by `scripts/coverage` from `src/integrasim/coverage/systems.yaml` and the dated
values of [the law](law.md) and [the programmes](programmes.md); a test keeps it so.
`integrasim law --coverage` prints the same in German.

A value is an *assumption* if its source leaves the amount or the days open; the pages above say why
each was chosen. What is *absent* was never published with an amount and pays what an option states.

## Systems

| # | system | documents | since | status | computed by | scenarios |
|---:|---|---|---|---|---|---|
{systems}

## Published figures

Law cases are in `tests/law/cases/`; `integrasim law --test FILE` runs them.

| # | figure | reproduced by |
|---:|---|---|
{figures}

## Not modelled

| # | what | why |
|---:|---|---|
{gaps}
"""


def coverage_page(systems: Sequence[System], book: StatuteBook) -> str:
    """Write the page of documentation on coverage.

    Parameters
    ----------
    systems
        All systems, see :func:`integrasim.coverage.load_systems`.
    book
        All parameters of the law.

    Returns
    -------
    str
        ``docs/coverage.md``, in English.

    Examples
    --------
    >>> from integrasim.coverage import load_systems
    >>> from integrasim.statutes import load_statute_book
    >>> coverage_page(load_systems(), load_statute_book()).splitlines()[0]
    '# Coverage'
    """
    return _PAGE.format(
        systems=_table(_system_row(system, state_of(system, book)) for system in systems),
        figures=_table(
            (str(system.number), figure.figure.en, _code_of(figure))
            for system in systems
            for figure in system.figures
        ),
        gaps=_table(
            (str(system.number), gap.what.en, gap.why.en)
            for system in systems
            for gap in system.not_modelled
        ),
    )


def print_coverage(
    systems: Sequence[System],
    book: StatuteBook,
    *,
    language: Language = "de",
    file: IO[str] | None = None,
) -> None:
    """Print what is covered, system by system.

    Parameters
    ----------
    systems
        All systems.
    book
        All parameters of the law.
    language
        ``"de"`` or ``"en"``.
    file
        Where to print; standard output if None.

    Examples
    --------
    ``print_coverage(load_systems(), load_statute_book(), language="en")``
    """
    words = _WORDS[language]
    console = Console(file=file, markup=False, emoji=False, highlight=False)
    console.width = min(console.width, _WIDEST)
    console.print(Text(words.title, style="bold"))
    for system in systems:
        console.print()
        label = getattr(system.label, language)
        console.print(Text(f"{system.number}. {label}", style="bold"))
        for line in _lines(system, state_of(system, book), language):
            console.print(Padding(Text(line), _INDENT, expand=False))


def _table(rows: Iterable[Sequence[str]]) -> str:
    """Write rows as lines of a table."""
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _system_row(system: System, state: State) -> tuple[str, ...]:
    """Return the cells of a system: what it is, since when, how certain, and what computes it."""
    names = (*system.instruments, *system.rules, *system.functions)
    return (
        str(system.number),
        system.label.en,
        ", ".join(system.documents) or _NONE,
        _NONE if state.since is None else str(state.since),
        "; ".join(_status(state, _WORDS["en"])) or _NONE,
        ", ".join(f"`{name}`" for name in names) or _NONE,
        ", ".join(f"`{name}`" for name in system.scenarios) or _NONE,
    )


def _code_of(figure: Figure) -> str:
    """Return the case or the test that reproduces a figure, as the page writes it."""
    return f"`{figure.test}`" if figure.case is None else f"case “{figure.case}”"


def _lines(system: System, state: State, language: Language) -> Iterator[str]:
    """Yield the lines on a system for the terminal."""
    words = _WORDS[language]
    since = () if state.since is None else (_since(state.since, language),)
    if known := "; ".join((*since, *_status(state, words))):
        yield known
    for text, names in (
        (words.documents, system.documents),
        (words.instruments, system.instruments),
        (words.rules, system.rules),
        (words.functions, system.functions),
        (words.scenarios, system.scenarios),
    ):
        if names:
            yield text.format(names=", ".join(names))
    for figure in system.figures:
        proof = words.test if figure.case is None else words.case
        yield words.reproduced.format(
            figure=getattr(figure.figure, language),
            proof=proof.format(name=figure.test if figure.case is None else figure.case),
        )
    for gap in system.not_modelled:
        yield words.gap.format(what=getattr(gap.what, language), why=getattr(gap.why, language))


def _since(day: date, language: Language) -> str:
    """Say from which day on a system is law."""
    words = _WORDS[language]
    return words.since.format(day=format_date(day, words.date_format, locale=language))


def _status(state: State, words: _Words) -> Iterator[str]:
    """Yield whether a system's values are enacted or assumed, and how many are absent."""
    count = state.enacted + state.assumed
    if state.enacted and state.assumed:
        yield words.partly.format(count=count, assumed=state.assumed)
    elif count:
        yield words.enacted if state.enacted else words.assumed
    if state.absent:
        yield words.absent.format(absent=state.absent)
