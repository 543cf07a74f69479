"""Loading a region: the published table, a user's own, and all that can be wrong with it."""

from __future__ import annotations

import csv
import io
import tempfile
import unicodedata
from importlib.resources import files
from pathlib import Path
from typing import Protocol

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrasim.documents.problems import InputError, Problem
from integrasim.region import Region, load_region

AACHEN = "05334002"
HEADER = "ags,name,type,kreis_ags,kreis_name,population,area_km2"
ADORF = "00111000,Adorf,kreisfrei,00111,Adorf,100000,100"
BESTADT = "00200004,Bestadt,kreisangehörig,00200,Beispielkreis,50000,200"
TABLE = f"{HEADER}\n{ADORF}\n{BESTADT}\n"


class Write(Protocol):
    """Write lines (or bytes) as a table and return its path."""

    def __call__(self, *lines: str, raw: bytes | None = None) -> Path: ...


class LoadWrong(Protocol):
    """Load a table that must have one problem; return (line, column, key) and what it says."""

    def __call__(
        self, *lines: str, raw: bytes | None = None
    ) -> tuple[tuple[int, int, str], str]: ...


def problems_of(
    path: Path | str, *, municipality_type: dict[str, str] | None = None
) -> tuple[Problem, ...]:
    """Load a table that must be refused; return its problems."""
    with pytest.raises(InputError) as caught:
        load_region(path, municipality_type=municipality_type)
    return caught.value.problems


@pytest.fixture
def table(tmp_path: Path) -> Write:
    def write(*lines: str, raw: bytes | None = None) -> Path:
        path = tmp_path / "table.csv"
        path.write_bytes(raw if raw is not None else "\n".join([*lines, ""]).encode())
        return path

    return write


@pytest.fixture
def only_problem(table: Write) -> LoadWrong:
    def load(*lines: str, raw: bytes | None = None) -> tuple[tuple[int, int, str], str]:
        path = table(*lines, raw=raw)
        (problem,) = problems_of(path)
        assert problem.file == str(path)
        return (problem.line, problem.column, problem.key), f"{problem.message}. {problem.remedy}"

    return load


class TestPublishedTable:
    """Gemeindeverzeichnis, 31.12.2023, © Statistisches Bundesamt (Destatis), 2024."""

    def test_counts(self) -> None:
        nrw = load_region("nrw")
        assert nrw.name == "nrw"
        assert nrw.size == len(set(nrw.ags.tolist())) == 396
        assert len(nrw.kreise) == 53
        assert np.count_nonzero(nrw.register_type == "kreisfrei") == 22
        assert nrw.kreis_count == 31

    def test_totals(self) -> None:
        nrw = load_region("nrw")
        assert nrw.population.sum() == 18_190_422
        assert nrw.area_km2.sum() == pytest.approx(34_112.56, abs=0.005)

    def test_ascending_keys_that_begin_with_their_kreis(self) -> None:
        nrw = load_region("nrw")
        assert nrw.ags.tolist() == sorted(nrw.ags.tolist())
        assert [ags[:5] for ags in nrw.ags.tolist()] == nrw.kreis_ags.tolist()

    def test_figures_stay_with_their_municipality(self) -> None:
        nrw = load_region()
        koeln = nrw.ags.tolist().index("05315000")
        assert nrw.municipality_name[koeln] == "Köln, Stadt"
        assert nrw.population[koeln] == 1_087_353
        assert nrw.area_km2[koeln] == 405.02
        assert nrw.is_kreisfrei[koeln]

    def test_canonical_order_needs_no_keys(self) -> None:
        """No two municipalities agree in area and population, so the AGS never decides."""
        nrw = load_region("nrw")
        pairs = set(zip(nrw.area_km2.tolist(), nrw.population.tolist(), strict=True))
        assert len(pairs) == nrw.size

    def test_attribution_is_packaged(self) -> None:
        sources = files("integrasim.region") / "data" / "SOURCES.md"
        text = sources.read_text(encoding="utf-8")
        assert "© Statistisches Bundesamt (Destatis), 2024" in text
        assert "dl-de/by-2-0" in text


class TestAachen:
    @staticmethod
    def of(region: Region) -> tuple[str, str]:
        index = region.ags.tolist().index(AACHEN)
        return str(region.municipality_type[index]), str(region.register_type[index])

    def test_kreisfrei_by_default(self) -> None:
        nrw = load_region("nrw")
        assert self.of(nrw) == ("kreisfrei", "kreisangehörig")
        assert np.count_nonzero(nrw.is_kreisfrei) == 23
        assert nrw.kreis_count == 31

    def test_the_choice_can_be_changed(self) -> None:
        nrw = load_region("nrw", municipality_type={AACHEN: "kreisangehörig"})
        assert self.of(nrw) == ("kreisangehörig", "kreisangehörig")
        assert np.count_nonzero(nrw.is_kreisfrei) == 22
        assert nrw.kreis_count == 31

    def test_another_choice_leaves_aachen_as_stated(self) -> None:
        nrw = load_region("nrw", municipality_type={"05111000": "kreisangehörig"})
        assert self.of(nrw)[0] == "kreisfrei"
        assert not nrw.is_kreisfrei[0]
        assert nrw.kreis_count == 31

    def test_a_copy_of_the_table_says_itself_what_it_means(self, tmp_path: Path) -> None:
        packaged = files("integrasim.region") / "data" / "municipalities_nrw.csv"
        copy = tmp_path / "nrw.csv"
        copy.write_bytes(packaged.read_bytes())
        region = load_region(copy)
        assert region.name == "nrw"
        assert self.of(region)[0] == "kreisangehörig"
        assert np.array_equal(region.population, load_region("nrw").population)


class TestChoices:
    def test_any_municipality_of_any_table(self, table: Write) -> None:
        region = load_region(
            table(HEADER, ADORF, BESTADT), municipality_type={"00200004": "kreisfrei"}
        )
        assert region.is_kreisfrei.tolist() == [True, True]
        assert region.kreis_count == 1

    def test_all_wrong_choices_at_once(self) -> None:
        problems = problems_of("toy", municipality_type={"00111001": "Stadt", "00111000": "frei"})
        assert [(problem.file, problem.key, problem.message) for problem in problems] == [
            (
                "<argument>",
                "municipality_type.00111001",
                "the table has no municipality 00111001",
            ),
            ("<argument>", "municipality_type.00111001", '"Stadt" is no type'),
            ("<argument>", "municipality_type.00111000", '"frei" is no type'),
        ]

    def test_beside_a_wrong_table_only_the_word_is_judged(self, table: Write) -> None:
        """The key may well stand in the row that could not be read."""
        path = table(HEADER, ADORF, "00200004,Bestadt")
        problems = problems_of(path, municipality_type={"00200004": "frei"})
        assert [problem.message for problem in problems] == [
            '"frei" is no type',
            "this row has 2 cells, the header has 7",
        ]


class TestTolerance:
    """What a table may look like without changing what it says."""

    @staticmethod
    def same(path: Path | str) -> None:
        region = load_region(path)
        assert region.municipality_name.tolist() == ["Adorf", "Bestadt"]
        assert region.municipality_type.tolist() == ["kreisfrei", "kreisangehörig"]
        assert region.population.tolist() == [100_000, 50_000]

    def test_name_is_the_stem(self, table: Write) -> None:
        assert load_region(table(HEADER, ADORF)).name == "table"

    def test_path_as_text(self, table: Write) -> None:
        self.same(str(table(HEADER, ADORF, BESTADT)))

    def test_rows_in_any_order(self, table: Write) -> None:
        self.same(table(HEADER, BESTADT, ADORF))

    @pytest.mark.parametrize("newline", [b"\r\n", b"\r", b"\n"])
    def test_line_ends(self, table: Write, newline: bytes) -> None:
        self.same(table(raw=TABLE.encode().replace(b"\n", newline)))

    def test_byte_order_mark(self, table: Write) -> None:
        self.same(table(raw=TABLE.encode("utf-8-sig")))

    def test_decomposed_letters(self, table: Write) -> None:
        text = unicodedata.normalize("NFD", TABLE)
        assert text != TABLE
        self.same(table(raw=text.encode()))

    def test_blank_lines(self, table: Write) -> None:
        self.same(table("", HEADER, "", ADORF, "   ", BESTADT, ""))

    def test_columns_in_any_order_quoted_and_with_information(self, table: Write) -> None:
        self.same(
            table(
                '"lon",area_km2,population,kreis_name,kreis_ags,type,name,ags',
                ",100,100000,Adorf,00111,kreisfreie Stadt,Adorf,00111000",
                '?,200,50000.0,"Kreis ""B"", neu",00200,kreisangehörige Stadt,Bestadt,"00200004"',
            )
        )

    @pytest.mark.parametrize(
        ("word", "meaning"),
        [
            ("kreisfrei", "kreisfrei"),
            ("kreisangehörig", "kreisangehörig"),
            ("kreisfreie Stadt", "kreisfrei"),
            ("kreisangehörige Stadt", "kreisangehörig"),
            ("kreisangehörige Gemeinde", "kreisangehörig"),
        ],
    )
    def test_words_for_the_type(self, table: Write, word: str, meaning: str) -> None:
        region = load_region(table(HEADER, ADORF.replace("kreisfrei", word)))
        assert region.municipality_type.tolist() == [meaning]

    @given(data=st.data())
    def test_row_order_and_column_order_change_nothing(self, data: st.DataObject) -> None:
        packaged = files("integrasim.region") / "data" / "municipalities_nrw.csv"
        rows = list(csv.reader(io.StringIO(packaged.read_text(encoding="utf-8"))))
        header, body = rows[0], rows[1:40]
        columns = data.draw(st.permutations(range(len(header))))
        order = data.draw(st.permutations(range(len(body))))
        shuffled = [header, *(body[row] for row in order)]
        with tempfile.TemporaryDirectory() as folder:
            regions = []
            for name, lines in (
                ("plain", [header, *body]),
                ("shuffled", [[line[column] for column in columns] for line in shuffled]),
            ):
                path = Path(folder) / f"{name}.csv"
                with path.open("w", encoding="utf-8", newline="") as file:
                    csv.writer(file).writerows(lines)
                regions.append(load_region(path))
        plain, other = regions
        assert np.array_equal(plain.ags, other.ags)
        assert np.array_equal(plain.municipality_name, other.municipality_name)
        assert np.array_equal(plain.municipality_type, other.municipality_type)
        assert np.array_equal(plain.kreis_name, other.kreis_name)
        assert np.array_equal(plain.population, other.population)
        assert np.array_equal(plain.area_km2, other.area_km2)
        assert np.array_equal(plain.canonical_order(), other.canonical_order())


class TestFile:
    """What keeps a table from being read at all."""

    def test_missing_file(self, tmp_path: Path) -> None:
        (problem,) = problems_of(tmp_path / "no.csv")
        assert str(problem) == (
            f"{tmp_path / 'no.csv'}:1:1: there is no such file. "
            'Check the path, or name a packaged region: "nrw" or "toy".'
        )

    def test_a_path_is_never_a_packaged_name(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        (problem,) = problems_of(Path("nrw"))
        assert problem.message == "there is no such file"

    def test_folder(self, tmp_path: Path) -> None:
        (problem,) = problems_of(tmp_path)
        assert problem.message.startswith("this file cannot be read (")

    @pytest.mark.parametrize("raw", [b"", b"\n \n", b"\xef\xbb\xbf"])
    def test_empty_file(self, only_problem: LoadWrong, raw: bytes) -> None:
        place, text = only_problem(raw=raw)
        assert place == (1, 1, "")
        assert text == (
            "this file is empty. Write a header line with the columns ags, name, type, kreis_ags, "
            "kreis_name, population, area_km2."
        )

    def test_header_without_rows(self, only_problem: LoadWrong) -> None:
        place, text = only_problem(HEADER)
        assert place == (1, len(HEADER) + 1, "")
        assert text == "this table has no rows. Write one row for each municipality."

    @pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
    def test_wrong_encoding(self, only_problem: LoadWrong, mark: bytes) -> None:
        raw = mark + f"{HEADER}\n{ADORF}\n00200004,Bést".encode() + "ädt".encode("latin-1")
        place, text = only_problem(raw=raw)
        assert place == (3, len("00200004,Bést") + 1, "")
        assert text.startswith("this file is not UTF-8 from here on. Save it as UTF-8")

    @pytest.mark.parametrize(("mark", "name"), [(";", "semicolons"), ("\t", "tabs")])
    def test_other_separators(self, only_problem: LoadWrong, mark: str, name: str) -> None:
        place, text = only_problem(*(line.replace(",", mark) for line in (HEADER, ADORF)))
        assert place == (1, 1, "")
        assert text.startswith(f"the columns are separated by {name}. Separate them by commas")

    def test_header_with_an_open_quotation_mark(self, only_problem: LoadWrong) -> None:
        place, text = only_problem(HEADER.replace("type", '"type'), ADORF)
        assert place == (1, HEADER.index("type") + 1, "")
        assert text.startswith('the quotation marks do not match. Put " around')


class TestHeader:
    def test_missing_columns(self, table: Write) -> None:
        path = table("ags,name,kreis_ags,kreis_name,population", "00111000,Adorf,00111,Adorf,1")
        assert [(p.line, p.column, p.key, p.message) for p in problems_of(path)] == [
            (1, 41, "type", "this column is missing"),
            (1, 41, "area_km2", "this column is missing"),
        ]

    def test_unknown_column_with_a_suggestion(self, table: Write) -> None:
        path = table(HEADER.replace("population", "populaton"), ADORF)
        unknown, missing = problems_of(path)
        assert (unknown.line, unknown.column) == (1, HEADER.index("population") + 1)
        assert str(unknown).endswith(
            'populaton: "populaton" is no column of this table. Did you mean population?'
        )
        assert (missing.key, missing.message) == ("population", "this column is missing")

    def test_unknown_column_unlike_any_other(self, only_problem: LoadWrong) -> None:
        place, text = only_problem(HEADER + ",xyz", ADORF + ",1")
        assert place == (1, len(HEADER) + 2, "xyz")
        assert text.endswith(
            "The columns are ags, name, type, kreis_ags, kreis_name, population, area_km2."
        )

    @pytest.mark.parametrize("key", ["ags", "lon"])
    def test_doubled_column(self, only_problem: LoadWrong, key: str) -> None:
        place, text = only_problem(f"{HEADER},lon,{key}", f"{ADORF},7,8")
        assert place == (1, len(HEADER) + 6, key)
        assert text == "this column is doubled. Keep it once."

    def test_column_doubled_and_missing_keys_leave_the_choice_unjudged(self, table: Write) -> None:
        path = table(HEADER.replace("ags,", "", 1), ADORF.removeprefix("00111000,"))
        (problem,) = problems_of(path, municipality_type={"00111000": "kreisfrei"})
        assert problem.key == "ags"


class TestCells:
    """The place of a cell is the place where it starts."""

    @staticmethod
    def row(**changes: str) -> tuple[str, int]:
        """Return Bestadt's row with other cells, and where a changed cell starts."""
        cells = dict(zip(HEADER.split(","), BESTADT.split(","), strict=True)) | changes
        start = 1
        for key, cell in cells.items():
            if key in changes:
                break
            start += len(cell) + 1
        return ",".join(cells.values()), start

    @pytest.mark.parametrize(
        ("key", "cell", "message"),
        [
            ("ags", "200004", '"200004" does not have 8 digits. An AGS is a text'),
            ("ags", "0200004", '"0200004" does not have 8 digits. Write 00200004 if a spreadsheet'),
            ("ags", "0020000x", '"0020000x" does not have 8 digits. An AGS'),
            ("ags", "０0200004", '"０0200004" does not have 8 digits. An AGS'),
            ("ags", "", '"" does not have 8 digits. An AGS'),
            ("name", "", "the name is missing. Write the name."),
            ("name", "  ", "the name is missing. Write the name."),
            ("type", "", '"" is no type. Use "kreisfrei" or "kreisangehörig".'),
            ("type", "kreisfre", '"kreisfre" is no type. Did you mean kreisfrei?'),
            ("type", "Markt", '"Markt" is no type. Use "kreisfrei" or "kreisangehörig".'),
            ("kreis_ags", "0020", '"0020" does not have 5 digits. Write 00020 if'),
            ("kreis_ags", "00201", "00201 is not the Kreis of 00200004. Write 00200, or"),
            ("kreis_name", "", "the name is missing. Write the name."),
            ("population", "0", '"0" is not a whole number of at least 1. Write the number'),
            ("population", "-5", '"-5" is not a whole number of at least 1.'),
            ("population", "50.000", '"50.000" is not a whole number of at least 1.'),
            ("population", "50000.5", '"50000.5" is not a whole number of at least 1.'),
            ("population", "nan", '"nan" is not a whole number of at least 1.'),
            ("population", "inf", '"inf" is not a whole number of at least 1.'),
            ("population", "9" * 400, '9" is not a whole number of at least 1.'),
            ("population", "", '"" is not a whole number of at least 1.'),
            ("area_km2", "0", '"0" is not a number above 0. Write the area in km²'),
            ("area_km2", "-1.5", '"-1.5" is not a number above 0.'),
            ("area_km2", "nan", '"nan" is not a number above 0.'),
            ("area_km2", "inf", '"inf" is not a number above 0.'),
            ("area_km2", "1e999", '"1e999" is not a number above 0.'),
            ("area_km2", "1_0", '"1_0" is not a number above 0.'),
            ("area_km2", "", '"" is not a number above 0.'),
        ],
    )
    def test_wrong_cell(self, only_problem: LoadWrong, key: str, cell: str, message: str) -> None:
        line, column = self.row(**{key: cell})
        place, text = only_problem(HEADER, ADORF, line)
        assert place == (3, column, key)
        assert message in text

    def test_decimal_comma_in_quotation_marks(self, only_problem: LoadWrong) -> None:
        place, text = only_problem(HEADER, ADORF.removesuffix("100") + '"217,41"')
        assert place == (2, len(ADORF) - 2, "area_km2")
        assert text.startswith('"217,41" is not a number above 0. Write the area in km² with a')

    def test_place_after_quoted_cells_with_commas_and_quotation_marks(
        self, only_problem: LoadWrong
    ) -> None:
        line = '00111000,"A ""x"", y",kreisfrei,"00111",Adorf,0,100'
        place, _ = only_problem(HEADER, line)
        assert place == (2, line.index(",0,") + 2, "population")

    def test_doubled_key_names_the_first_line(self, only_problem: LoadWrong) -> None:
        place, text = only_problem(HEADER, ADORF, BESTADT, ADORF)
        assert place == (4, 1, "ags")
        assert text == ("00111000 stands in line 2 already. Keep one row for each municipality.")

    def test_kreis_with_two_names(self, only_problem: LoadWrong) -> None:
        second = BESTADT.replace("00200004", "00200008").replace("Beispielkreis", "Kreis B")
        place, text = only_problem(HEADER, BESTADT, second)
        assert place == (3, second.index("Kreis B") + 1, "kreis_name")
        assert text.startswith('Kreis 00200 is called "Kreis B" here and "Beispielkreis" above.')

    def test_too_few_cells(self, only_problem: LoadWrong) -> None:
        place, text = only_problem(HEADER, ADORF, "00200004,Bestadt,kreisangehörig")
        assert place == (3, len("00200004,Bestadt,kreisangehörig") + 1, "")
        assert text.startswith("this row has 3 cells, the header has 7. Write decimals with")

    def test_too_many_cells(self, only_problem: LoadWrong) -> None:
        place, text = only_problem(HEADER, ADORF + ",5")
        assert place == (2, len(ADORF) + 2, "")
        assert text.startswith("this row has 8 cells, the header has 7.")

    @pytest.mark.parametrize("name", ['"Adorf', '"Adorf"x', '"A"dorf"'])
    def test_quotation_marks_that_do_not_match(self, only_problem: LoadWrong, name: str) -> None:
        place, text = only_problem(HEADER, ADORF.replace("Adorf", name, 1), BESTADT)
        assert place == (2, 10, "")
        assert text.startswith("the quotation marks do not match.")

    def test_a_quotation_mark_inside_plain_text_is_text(self, table: Write) -> None:
        region = load_region(table(HEADER, ADORF.replace("Adorf", 'A"dorf', 1)))
        assert region.municipality_name.tolist() == ['A"dorf']


def test_everything_at_once_in_the_order_of_the_file(table: Write) -> None:
    path = table(
        "ags,name,type,kreis_ags,kreis_name,population,populaton,area_km2",
        "111000,,kreisfrei,00111,Adorf,0,1,-1",
        "00200004,Bestadt,Stadt,00201,Beispielkreis,nan,1,200",
        "00200008,Cedorf",
        '00200012,"Detal,kreisangehörig,00200,Beispielkreis,20000,1,400',
        "00200004,Bestadt,kreisfrei,00200,Kreis,1,1,1",
    )
    problems = problems_of(path, municipality_type={"00200012": "x"})
    assert [(p.line, p.column, p.key) for p in problems] == [
        (1, 1, "municipality_type.00200012"),
        (1, 47, "populaton"),
        (2, 1, "ags"),
        (2, 8, "name"),
        (2, 31, "population"),
        (2, 35, "area_km2"),
        (3, 18, "type"),
        (3, 24, "kreis_ags"),
        (3, 44, "population"),
        (4, 16, ""),
        (5, 10, ""),
        (6, 1, "ags"),
    ]


def test_the_integration_key_has_its_measures() -> None:
    nrw = load_region("nrw")
    assert nrw.rent_capped.sum() == 22
    assert {"05315000", "05334002", "05711000"} <= set(nrw.ags[nrw.rent_capped].tolist())
    assert not nrw.eu_recipients.any()
    np.testing.assert_array_equal(nrw.labour_market, nrw.population)


def test_a_table_may_state_the_measures_of_the_integration_key(tmp_path: Path) -> None:
    table = tmp_path / "own.csv"
    head = "ags,name,type,kreis_ags,kreis_name,population,area_km2"
    own = "labour_market,rent_capped,eu_recipients"
    table.write_text(
        f"{head},{own}\n"
        "00200008,B,kreisangehörig,00200,K,20,2,0.5,no,yes\n"
        "00200004,A,kreisangehörig,00200,K,10,1,2.5,yes,no\n",
        encoding="utf-8",
    )
    region = load_region(table)
    assert region.labour_market.tolist() == [2.5, 0.5]
    assert region.rent_capped.tolist() == [True, False]
    assert region.eu_recipients.tolist() == [False, True]


def test_wrong_measures_of_the_integration_key(tmp_path: Path) -> None:
    table = tmp_path / "own.csv"
    table.write_text(
        "ags,name,type,kreis_ags,kreis_name,population,area_km2,labour_market,rent_capped\n"
        "00200004,A,kreisangehörig,00200,K,10,1,0,ja\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError) as error:
        load_region(table)
    assert [str(each).partition(": ")[2] for each in error.value.problems] == [
        'labour_market: "0" is not a number above 0. Write it with a decimal point, such as 12.5.',
        'rent_capped: "ja" is neither yes nor no. Write "yes" or "no".',
    ]
