"""Reading a CSV table with the place of every cell, so that each problem can be pointed at."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from integrasim.documents.problems import InputError, Problem
from integrasim.documents.wording import did_you_mean
from integrasim.documents.yaml import Position

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from importlib.resources.abc import Traversable

T = TypeVar("T")

__all__ = ["Cell", "CellError", "Table", "TableFile", "read_table", "table_source"]

# One cell up to the comma after it: quoted, or without a quotation mark at its start, or empty.
_CELL: Final = re.compile(r'(?:"(?:[^"]|"")*"|[^",][^,]*)?(?=,|$)')
_OTHER_SEPARATORS: Final = {";": "semicolons", "\t": "tabs"}


class CellError(ValueError):
    """
    What a parser raises about the text of one cell; the table adds the place.

    Parameters
    ----------
    message
        What is wrong, without a full stop at its end.
    remedy
        What would be right, as a whole sentence.
    """

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message, remedy)
        self.message = message
        self.remedy = remedy


@dataclass(frozen=True)
class TableFile:
    """
    A file as it was when it was read, whatever becomes of it, and wherever it is needed.

    Parameters
    ----------
    path
        Where it was.
    content
        What it said.
    """

    path: Path
    content: bytes

    def __str__(self) -> str:
        """Return the path."""
        return str(self.path)

    @property
    def stem(self) -> str:
        """The file's name without its ending."""
        return self.path.stem

    def read_bytes(self) -> bytes:
        """Return what it said."""
        return self.content


def table_source(source: str | Path | TableFile) -> Path | TableFile:
    """
    Return what `read_table` reads.

    Parameters
    ----------
    source
        A path, or a file that was read before.

    Examples
    --------
    >>> print(table_source("own/table.csv").stem)
    table
    """
    return source if isinstance(source, TableFile) else Path(source)


@dataclass(frozen=True)
class Cell:
    """
    The text of one cell and where it starts.

    Parameters
    ----------
    text
        What the cell says, without the quotation marks around it.
    place
        Where the cell starts.
    """

    text: str
    place: Position


@dataclass(frozen=True)
class Table:
    """
    The cells of a table by column, and every problem found in it so far.

    Parameters
    ----------
    size
        Number of rows that have as many cells as the header.
    columns
        The cells of those rows by column; a column that the file lacks is absent.
    problems
        The problems found so far; checks append to it.
    each
        What a row stands for, such as a municipality.
    """

    size: int
    columns: Mapping[str, Sequence[Cell]]
    problems: list[Problem]
    each: str

    def parse(self, key: str, parser: Callable[[str], T]) -> list[T | None]:
        """
        Turn a column into values.

        Parameters
        ----------
        key
            The column.
        parser
            Turns the text of a cell into a value, or raises `CellError`.

        Returns
        -------
        list
            One value per row; None where the cell became a problem or the column is missing.
        """
        if key not in self.columns:
            return [None] * self.size
        return [self._parse_cell(key, row, parser) for row in range(self.size)]

    def complain(self, key: str, row: int, message: str, remedy: str) -> None:
        """
        Add a problem at a cell.

        Parameters
        ----------
        key, row
            The column and the row, counted from 0, of the cell.
        message, remedy
            What is wrong and what would be right.
        """
        place = self.columns[key][row].place
        self.problems.append(place.problem((key,), message, remedy))

    def forbid_doubled(self, key: str, values: Sequence[str | None]) -> None:
        """
        Add a problem for every value that a row above has already.

        Parameters
        ----------
        key
            The column.
        values
            What `parse` made of the column; None is passed over.
        """
        first: dict[str, int] = {}
        for row, value in enumerate(values):
            if value is not None and first.setdefault(value, row) != row:
                line = self.columns[key][first[value]].place.line
                message = f"{value} stands in line {line} already"
                self.complain(key, row, message, f"Keep one row for each {self.each}.")

    def finish(self) -> None:
        """
        End the checks.

        Raises
        ------
        InputError
            With all problems, in the order of their places, if there is any.
        """
        if self.problems:
            raise InputError(sorted(self.problems, key=lambda each: (each.line, each.column)))

    def _parse_cell(self, key: str, row: int, parser: Callable[[str], T]) -> T | None:
        """Parse one cell; a refusal becomes a problem at its place."""
        try:
            return parser(self.columns[key][row].text)
        except CellError as error:
            self.complain(key, row, error.message, error.remedy)
            return None


@dataclass(frozen=True)
class _Line:
    """A line of the file and its number."""

    file: str
    number: int
    text: str

    def place(self, offset: int) -> Position:
        """Return the place so many characters after the start of the line."""
        return Position(self.file, self.number, offset + 1)

    @property
    def end(self) -> Position:
        """Return the place just after the last character."""
        return self.place(len(self.text))


def read_table(
    source: Path | Traversable | TableFile,
    *,
    required: Sequence[str],
    optional: Sequence[str] = (),
    ignored: Sequence[str] = (),
    if_missing: str = "Check the path.",
    each: str = "municipality",
) -> Table:
    """
    Read a CSV table: UTF-8, commas, a header, one line for each row.

    Text is brought to Unicode normal form C, so that an ``ö`` typed on any system is the same
    letter. Blank lines are passed over.

    Parameters
    ----------
    source
        The file.
    required
        The columns that the table must have, in any order.
    optional
        Columns that it may have besides.
    ignored
        Columns that it may have besides; they are not looked at.
    if_missing
        The remedy where there is no such file.
    each
        What a row stands for.

    Returns
    -------
    Table
        The cells, and the problems that leave the other cells readable: missing, unknown and
        doubled columns, rows with too many or too few cells, no rows at all.

    Raises
    ------
    InputError
        If nothing can be read: no such file, not UTF-8, empty, columns not separated by commas.
    """
    lines = _lines(str(source), _read_text(source, if_missing))
    if not lines:
        remedy = f"Write a header line with the columns {', '.join(required)}."
        raise InputError([Position(str(source), 1, 1).problem((), "this file is empty", remedy)])
    problems: list[Problem] = []
    header, *rows = [_split(line, problems) for line in lines]
    if header is None:
        raise InputError(problems)
    _check_separator(header)
    problems.extend(_header_problems(header, lines[0].end, required, (*optional, *ignored)))
    if not rows:
        remedy = f"Write one row for each {each}."
        problems.append(lines[0].end.problem((), "this table has no rows", remedy))
    whole = [
        row
        for row, line in zip(rows, lines[1:], strict=True)
        if row is not None and _has_width(row, line.end, len(header), problems)
    ]
    return Table(len(whole), _columns(header, whole), problems, each)


def _read_text(source: Path | Traversable | TableFile, if_missing: str) -> str:
    """Read the whole file; a file that cannot be read as UTF-8 text is an InputError."""
    start = Position(str(source), 1, 1)
    try:
        data = source.read_bytes()
    except FileNotFoundError:
        raise InputError([start.problem((), "there is no such file", if_missing)]) from None
    except OSError as error:
        message = f"this file cannot be read ({error.strerror})"
        raise InputError([start.problem((), message, "Name a file that can be read.")]) from None
    try:
        # Spreadsheets put a byte order mark before UTF-8; it is no part of the text.
        return unicodedata.normalize("NFC", data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        text = error.object[: error.start].decode()
        place = Position(str(source), text.count("\n") + 1, len(text) - text.rfind("\n"))
        remedy = 'Save it as UTF-8; in a spreadsheet choose "CSV UTF-8".'
        raise InputError(
            [place.problem((), "this file is not UTF-8 from here on", remedy)]
        ) from None


def _lines(file: str, text: str) -> list[_Line]:
    """Return the lines that are not blank, whatever ends a line."""
    lines = (line.rstrip("\n") for line in io.StringIO(text, newline=None))
    return [_Line(file, number, line) for number, line in enumerate(lines, start=1) if line.strip()]


def _split(line: _Line, problems: list[Problem]) -> list[Cell] | None:
    """Split a line into cells; None, and a problem, if its quotation marks do not match."""
    places = [line.place(offset) for offset in _cell_offsets(line.text)]
    try:
        texts = next(csv.reader([line.text], strict=True))
    except csv.Error:
        remedy = 'Put " around a whole cell, write "" for one inside, and keep a row on one line.'
        problems.append(places[-1].problem((), "the quotation marks do not match", remedy))
        return None
    return [Cell(text, place) for text, place in zip(texts, places, strict=True)]


def _cell_offsets(text: str) -> list[int]:
    """Return where the cells of a line start; ends with a cell whose quotation marks are wrong."""
    offsets = [0]
    while (match := _CELL.match(text, offsets[-1])) and match.end() < len(text):
        offsets.append(match.end() + 1)
    return offsets


def _check_separator(header: list[Cell]) -> None:
    """Refuse another separator at once: each further message would only repeat it."""
    for separator, name in _OTHER_SEPARATORS.items():
        if len(header) == 1 and separator in header[0].text:
            message = f"the columns are separated by {name}"
            remedy = "Separate them by commas, and write numbers with a decimal point."
            raise InputError([header[0].place.problem((), message, remedy)])


def _header_problems(
    header: list[Cell], end: Position, required: Sequence[str], others: Sequence[str]
) -> Iterator[Problem]:
    """Say which columns are unknown, doubled or missing."""
    known = (*required, *others)
    listing = f"The columns are {', '.join(required)}."
    seen: set[str] = set()
    for cell in header:
        key = cell.text
        if key not in known:
            remedy = did_you_mean(key, known, otherwise=listing)
            yield cell.place.problem((key,), f'"{key}" is no column of this table', remedy)
        elif key in seen:
            yield cell.place.problem((key,), "this column is doubled", "Keep it once.")
        seen.add(key)
    for key in required:
        if key not in seen:
            yield end.problem((key,), "this column is missing", f"Add it. {listing}")


def _has_width(row: list[Cell], end: Position, width: int, problems: list[Problem]) -> bool:
    """Tell whether a row has as many cells as the header; note it if not."""
    if len(row) == width:
        return True
    place = row[width].place if len(row) > width else end
    message = f"this row has {len(row)} cells, the header has {width}"
    remedy = "Write decimals with a point, and put text that contains a comma in quotation marks."
    problems.append(place.problem((), message, remedy))
    return False


def _columns(header: list[Cell], rows: list[list[Cell]]) -> dict[str, list[Cell]]:
    """Turn rows into columns; of a doubled column the first is taken."""
    positions: dict[str, int] = {}
    for position, cell in enumerate(header):
        positions.setdefault(cell.text, position)
    return {key: [row[position] for row in rows] for key, position in positions.items()}
