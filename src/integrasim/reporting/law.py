"""The law as pages to read: what holds, what one instrument says, what changed."""

from __future__ import annotations

import textwrap
from decimal import Decimal
from typing import IO, TYPE_CHECKING

from babel.dates import format_date
from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from integrasim.law.changes import changes_between, episodes, governing, revisions
from integrasim.law.descriptions import DESCRIPTIONS
from integrasim.reporting.law_words import LAW_WORDS
from integrasim.reporting.numbers import Language, format_number, format_percent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from rich.console import RenderableType

    from integrasim.law.changes import Change
    from integrasim.law.definitions import DatedValue, Parameter
    from integrasim.law.descriptions import Description
    from integrasim.law.parameters import StatuteBook

__all__ = ["known_names", "print_law", "print_law_changes", "print_law_overview"]

_WIDEST = 100
_MONEY = "EUR"
_NO_BREAK = "\N{NO-BREAK SPACE}"


def known_names(book: StatuteBook) -> list[str]:
    """List what a page can be printed about.

    Parameters
    ----------
    book
        All parameters.

    Returns
    -------
    list of str
        Names of instruments and of rules of placement, then of parameters; each once.

    Examples
    --------
    >>> from integrasim.statutes import load_statute_book
    >>> known_names(load_statute_book())[:3]
    ['fluag.lump_sum', 'fluag.one_off', 'fluag.illness']
    """
    return list(dict.fromkeys([*(each.name for each in DESCRIPTIONS), *book.parameters]))


def print_law_overview(
    book: StatuteBook,
    *,
    on: date,
    as_of: date,
    language: Language = "de",
    file: IO[str] | None = None,
) -> None:
    """Print what holds on a day: every instrument and rule with its values.

    Parameters
    ----------
    book
        All parameters.
    on
        The day.
    as_of
        Day up to which acts are known.
    language
        ``"de"`` or ``"en"``.
    file
        Where to print; standard output if None.

    Examples
    --------
    ``print_law_overview(book, on=date(2025, 1, 1), as_of=date(2025, 1, 1))``
    """
    page = _Page(book, on=on, as_of=as_of, language=language, file=file)
    page.print(page.overview())


def print_law(
    book: StatuteBook,
    name: str,
    *,
    on: date,
    as_of: date,
    language: Language = "de",
    file: IO[str] | None = None,
) -> None:
    """Print what an instrument, a rule of placement or a parameter says.

    Parameters
    ----------
    book
        All parameters.
    name
        One of :func:`known_names`.
    on
        Day whose value is stated.
    as_of
        Day up to which acts are known.
    language
        ``"de"`` or ``"en"``.
    file
        Where to print; standard output if None.

    Raises
    ------
    KeyError
        If there is no such name.

    Examples
    --------
    ``print_law(book, "fluag.illness", on=date(2025, 1, 1), as_of=date(2025, 1, 1))``
    """
    page = _Page(book, on=on, as_of=as_of, language=language, file=file)
    descriptions = {each.name: each for each in DESCRIPTIONS}
    if name in descriptions:
        page.print(page.description(descriptions[name]))
    else:
        page.print(page.parameter(book.parameters[name]))


def print_law_changes(
    book: StatuteBook,
    start: date,
    end: date,
    *,
    name: str | None = None,
    as_of: date,
    language: Language = "de",
    file: IO[str] | None = None,
) -> None:
    """Print what changed between two days, and what was changed retroactively for the first.

    Parameters
    ----------
    book
        All parameters.
    start, end
        The two days.
    name
        One of :func:`known_names`, to look at this parameter or at all that this instrument
        or rule reads; everything if None.
    as_of
        Day up to which acts are known.
    language
        ``"de"`` or ``"en"``.
    file
        Where to print; standard output if None.

    Examples
    --------
    ``print_law_changes(book, date(2023, 12, 31), date(2025, 1, 1), as_of=date(2025, 1, 1))``
    """
    page = _Page(book, on=end, as_of=as_of, language=language, file=file)
    read = {each.name: each.parameters for each in DESCRIPTIONS}
    names = book.parameters if name is None else read.get(name, (name,))
    page.print(page.changes(start, end, frozenset(names)))


class _Page:
    """The parts of the pages, in the order in which they are printed."""

    def __init__(
        self,
        book: StatuteBook,
        *,
        on: date,
        as_of: date,
        language: Language,
        file: IO[str] | None,
    ) -> None:
        self._book = book
        self._on = on
        self._as_of = as_of
        self._language: Language = language
        self._words = LAW_WORDS[language]
        self._console = Console(file=file, markup=False, emoji=False, highlight=False)
        self._console.width = min(self._console.width, _WIDEST)

    def print(self, parts: Iterable[RenderableType]) -> None:
        """Print the parts of a page."""
        for part in parts:
            self._console.print(part)

    def overview(self) -> Iterator[RenderableType]:
        """Yield every instrument and rule with the values of the day."""
        words = self._words
        yield self._paragraph(words.overview.format(day=self._day(self._on)), style="bold")
        yield self._paragraph(words.state.format(as_of=self._day(self._as_of)))
        homes = {name: _home(name) for name in self._book.parameters}
        for title, paying in ((words.instruments, True), (words.placement, False)):
            yield Text()
            yield self._paragraph(title, style="bold underline")
            for each in DESCRIPTIONS:
                if (each.recipient is not None) == paying:
                    own = [name for name in each.parameters if homes[name] == each.name]
                    yield from self._group(each, own)
        yield Text()
        yield self._paragraph(words.hint)

    def description(self, description: Description) -> Iterator[RenderableType]:
        """Yield what an instrument or a rule says, and all values that it reads."""
        words = self._words
        yield self._paragraph(getattr(description.label, self._language), style="bold")
        yield self._paragraph(
            f"{description.name}, {words.recipients[description.recipient]}. "
            f"{words.state.format(as_of=self._day(self._as_of))}."
        )
        yield Text()
        yield self._paragraph(getattr(description.words, self._language))
        yield Text()
        yield self._formula(description)
        for name in description.parameters:
            yield Text()
            parameter = self._book.parameters[name]
            yield self._paragraph(getattr(parameter.label, self._language), style="bold")
            yield from self._values(parameter)

    def parameter(self, parameter: Parameter) -> Iterator[RenderableType]:
        """Yield what a parameter is, which formulas read it, and its values."""
        words = self._words
        readers = [each for each in DESCRIPTIONS if parameter.name in each.parameters]
        yield self._paragraph(getattr(parameter.label, self._language), style="bold")
        yield self._paragraph(words.state.format(as_of=self._day(self._as_of)))
        yield Text()
        for reader in readers:
            label = getattr(reader.label, self._language)
            yield self._paragraph(words.read_by.format(names=f"{reader.name}, {label}"))
            yield self._formula(reader)
        yield Text()
        yield from self._values(parameter)

    def changes(self, start: date, end: date, names: frozenset[str]) -> Iterator[RenderableType]:
        """Yield what changed between two days, then what was changed for the first of them."""
        words = self._words
        title = words.changes.format(start=self._day(start), end=self._day(end))
        yield self._paragraph(title, style="bold")
        yield self._paragraph(words.state.format(as_of=self._day(self._as_of)))
        found = changes_between(self._book, start, end, as_of=self._as_of)
        yield from self._list([each for each in found if each.name in names])
        known = min(end, self._as_of)
        revised = [each for each in revisions(self._book, start, known) if each.name in names]
        if revised:
            title = words.revisions.format(start=self._day(start), known=self._day(known))
            yield Text()
            yield self._paragraph(title, style="bold")
            yield from self._list(revised)

    def _group(self, description: Description, names: list[str]) -> Iterator[RenderableType]:
        """Yield an instrument or a rule in one line, and a line for each of its values."""
        label = getattr(description.label, self._language)
        yield Text()
        yield self._paragraph(f"{description.name}: {label}")
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(no_wrap=True)
        grid.add_column(justify="right", no_wrap=True)
        grid.add_column()
        for name in names:
            parameter = self._book.parameters[name]
            source = governing(parameter.values, self._on, as_of=self._as_of)
            number = "–" if source is None else self._number(source.value)
            remark = self._not_in_force(parameter) if source is None else self._unit(parameter)
            if source is not None and source.status == "assumption":
                remark = f"{remark} ({self._words.assumption})"
            grid.add_row(name, number, remark)
        yield Padding(grid, (0, 0, 0, 2))

    def _values(self, parameter: Parameter) -> Iterator[RenderableType]:
        """Yield a parameter's unit, its value on the day, all its values, and their sources."""
        words = self._words
        unit = self._unit(parameter)
        yield self._paragraph(f"{parameter.name}, {unit}, {words.changes_by[parameter.changes]}")
        source = governing(parameter.values, self._on, as_of=self._as_of)
        held = self._amount(None if source is None else source.value, parameter)
        yield self._paragraph(words.on_day.format(day=self._day(self._on), value=held))
        known = sorted(
            (value for value in parameter.values if value.enacted <= self._as_of),
            key=lambda value: (value.first_day, value.enacted),
        )
        if not known:
            absent = words.absent.format(text=self._said(parameter, "absent"))
            yield self._paragraph(words.none_known if parameter.values else absent)
            return
        yield Text()
        yield self._table(parameter, known)
        yield Text()
        for number, value in enumerate(known, start=1):
            yield self._notes(number, value)

    def _table(self, parameter: Parameter, known: list[DatedValue]) -> Table:
        """Tabulate the values of a parameter, superseded ones included."""
        words = self._words
        table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
        table.add_column("")
        table.add_column(words.valid_from, justify="right", no_wrap=True)
        table.add_column(words.valid_until, justify="right", no_wrap=True)
        table.add_column(words.value, justify="right", no_wrap=True)
        table.add_column(words.enacted, justify="right", no_wrap=True)
        table.add_column(words.status)
        held = episodes(parameter.values, as_of=self._as_of)
        current = governing(parameter.values, self._on, as_of=self._as_of)
        for number, value in enumerate(known, start=1):
            last_days = [each.last_day for each in held if each.source is value]
            until = last_days[-1] if last_days else value.last_day
            marks = list(self._marks(value, retroactive=value.enacted > value.first_day))
            marks += [] if last_days else [words.superseded]
            table.add_row(
                str(number),
                self._day(value.first_day),
                "" if until is None else self._day(until),
                self._number(value.value),
                self._day(value.enacted),
                ", ".join(marks),
                style="bold" if value is current else "",
            )
        return table

    def _marks(self, value: DatedValue, *, retroactive: bool) -> Iterator[str]:
        """Yield what to know about a value: whether it is law, and whether retroactive."""
        words = self._words
        yield words.assumption if value.status == "assumption" else words.enacted_status
        if retroactive:
            yield words.retroactive

    def _notes(self, number: int, value: DatedValue) -> RenderableType:
        """Return source, reason and note of a value under its number."""
        words = self._words
        texts = [words.source.format(text=self._said(value, "reference"))]
        if value.reason is not None:
            texts.append(words.reason.format(text=self._said(value, "reason")))
        if value.note is not None:
            texts.append(words.note.format(text=self._said(value, "note")))
        return self._hanging(f"{number}", texts)

    def _list(self, changes: list[Change]) -> Iterator[RenderableType]:
        """Yield changes, one below the other."""
        if not changes:
            yield Text()
            yield self._paragraph(self._words.no_changes)
        for change in changes:
            yield Text()
            yield self._change(change)

    def _change(self, change: Change) -> RenderableType:
        """Return a change: from when, what, from which value to which, by which act."""
        parameter = self._book.parameters[change.name]
        act = self._words.act.format(
            day=self._day(change.source.enacted),
            marks=", ".join(self._marks(change.source, retroactive=change.retroactive)),
            reference=self._said(change.source, "reference"),
        )
        label = getattr(parameter.label, self._language)
        return self._hanging(self._day(change.day), [label, change.name, self._step(change), act])

    def _step(self, change: Change) -> str:
        """Return former and new value, and by how much an amount of money grows or falls."""
        parameter = self._book.parameters[change.name]
        before, after = change.before, change.after
        if before is None or after is None:
            return f"{self._amount(before, parameter)} → {self._amount(after, parameter)}"
        step = f"{self._number(before)} → {self._amount(after, parameter)}"
        if not parameter.is_money or before == 0.0:
            return step
        share = after / before - 1.0
        sign = "+" if share > 0.0 else ""
        growth = format_percent(share, decimals=1, language=self._language)
        return f"{step} ({sign}{growth})"

    def _amount(self, value: float | None, parameter: Parameter) -> str:
        """Format a value with its unit, or say that there is none."""
        if value is None:
            return self._not_in_force(parameter)
        unit = self._unit(parameter)
        return f"{self._number(value)} {unit if unit.startswith(_MONEY) else f'({unit})'}"

    def _not_in_force(self, parameter: Parameter) -> str:
        """Say that a parameter has no value, and whether it ever had one."""
        return self._words.not_in_force if parameter.values else self._words.only_as_option

    def _formula(self, description: Description) -> Text:
        """Return the formula of an instrument or a rule."""
        formula = getattr(description.formula, self._language)
        return self._paragraph(self._words.formula.format(formula=formula))

    def _unit(self, parameter: Parameter) -> str:
        """Return the unit of a parameter."""
        return (parameter.unit_de if self._language == "de" else None) or parameter.unit

    def _said(self, entry: DatedValue | Parameter, what: str) -> str:
        """Return a text such as the reference of a value; in English where there is no German."""
        german = getattr(entry, f"{what}_de") if self._language == "de" else None
        return str(german or getattr(entry, what))

    def _number(self, value: float) -> str:
        """Format a value of the law with all its decimals."""
        exponent = Decimal(str(value)).normalize().as_tuple().exponent
        decimals = max(0, -exponent) if isinstance(exponent, int) else 0
        return format_number(value, decimals=decimals, language=self._language)

    def _day(self, day: date) -> str:
        """Format a day; it does not break at the end of a line."""
        text = format_date(day, self._words.date_format, locale=self._language)
        return str(text).replace(" ", _NO_BREAK)

    def _hanging(self, mark: str, texts: list[str]) -> RenderableType:
        """Put paragraphs beside a mark."""
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(no_wrap=True)
        grid.add_column()
        for position, text in enumerate(texts):
            grid.add_row("" if position else mark, text)
        return grid

    def _paragraph(self, text: str, *, style: str = "") -> Text:
        """Wrap a text at spaces that may break; Rich would break at any."""
        width = self._console.width
        lines = textwrap.fill(text, width, break_long_words=False, break_on_hyphens=False)
        return Text(lines, style=style)


def _home(parameter: str) -> str:
    """Name the description under which a parameter stands: the first of its act that reads it."""
    readers = [each.name for each in DESCRIPTIONS if parameter in each.parameters]
    act = parameter.partition(".")[0]
    return next((name for name in readers if name.partition(".")[0] == act), readers[0])
