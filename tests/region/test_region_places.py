"""Planned places of Land facilities: the user's table, and the packaged one of sites."""

from __future__ import annotations

import csv
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrasim.documents.problems import InputError
from integrasim.region import load_dated_places, load_places, load_region, load_site_shares
from integrasim.region.packaged import packaged_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write lines as a table and return its path."""

    def lines_to_path(*lines: str) -> Path:
        path = tmp_path / "places.csv"
        path.write_text("\n".join([*lines, ""]), encoding="utf-8")
        return path

    return lines_to_path


HEADER = "ags,reception_centre,other_facility"


def test_places_stand_in_the_order_of_the_region(write: Write) -> None:
    path = write("other_facility,ags,reception_centre", "350,00200008,0", "0,00111000,600.5")
    reception_centre, other_facility = load_places(path, load_region("toy"))
    assert reception_centre.tolist() == [600.5, 0, 0, 0]
    assert other_facility.tolist() == [0, 0, 350, 0]
    assert reception_centre.dtype == other_facility.dtype == np.float64


def test_path_as_text(write: Write) -> None:
    places = load_places(str(write(HEADER, "00200012,1,2")), load_region("toy"))
    assert places.reception_centre.tolist() == [0, 0, 0, 1]
    assert places.other_facility.tolist() == [0, 0, 0, 2]


def test_all_problems_at_once(write: Write) -> None:
    path = write(
        HEADER,
        "00111000,1,2",
        "05334002,1,2",
        "00111000,-1,",
        "200004,nan,inf",
        "00200008,1",
        "00200012,3.000,2",
    )
    with pytest.raises(InputError) as caught:
        load_places(path, load_region("toy"))
    assert [(p.line, p.column, p.key, p.message) for p in caught.value.problems] == [
        (3, 1, "ags", 'region "toy" has no municipality 05334002'),
        (4, 1, "ags", "00111000 stands in line 2 already"),
        (4, 10, "reception_centre", '"-1" is not a number of at least 0'),
        (4, 13, "other_facility", '"" is not a number of at least 0'),
        (5, 1, "ags", '"200004" does not have 8 digits'),
        (5, 8, "reception_centre", '"nan" is not a number of at least 0'),
        (5, 12, "other_facility", '"inf" is not a number of at least 0'),
        (6, 11, "", "this row has 2 cells, the header has 3"),
        (7, 10, "reception_centre", '"3.000" is not a number of at least 0'),
    ]
    assert {p.file for p in caught.value.problems} == {str(path)}


def test_columns_are_those_of_places_alone(write: Write) -> None:
    path = write("ags,reception_center,town", "00111000,1,Adorf")
    with pytest.raises(InputError) as caught:
        load_places(path, load_region("toy"))
    assert [(p.column, p.key, p.remedy) for p in caught.value.problems] == [
        (5, "reception_center", "Did you mean reception_centre?"),
        (22, "town", "The columns are ags, reception_centre, other_facility."),
        (
            26,
            "reception_centre",
            "Add it. The columns are ags, reception_centre, other_facility.",
        ),
        (26, "other_facility", "Add it. The columns are ags, reception_centre, other_facility."),
    ]


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        load_places(tmp_path / "no.csv", load_region("toy"))
    assert str(caught.value) == f"{tmp_path / 'no.csv'}:1:1: there is no such file. Check the path."


MONTHS = [date(2024 + month // 12, month % 12 + 1, 1) for month in range(24)]
DATED = "ags,from,reception_centre,other_facility"


def test_dated_places_hold_until_the_next_row(write: Write) -> None:
    path = write(DATED, "00111000,2024-03,5,7", "00200012,2023-01,0,1", "00111000,2024-01,1,2")
    centres, others = load_dated_places(path, load_region("toy"), MONTHS[:4])
    assert centres.tolist() == [[1, 0, 0, 0], [1, 0, 0, 0], [5, 0, 0, 0], [5, 0, 0, 0]]
    assert others.tolist() == [[2, 0, 0, 1], [2, 0, 0, 1], [7, 0, 0, 1], [7, 0, 0, 1]]


def test_there_are_no_places_before_the_first_row(write: Write) -> None:
    path = write(DATED, "00111000,2024-03,5,7", "00200012,2030-01,9,9")
    centres, _ = load_dated_places(path, load_region("toy"), MONTHS[:3])
    assert centres.tolist() == [[0, 0, 0, 0], [0, 0, 0, 0], [5, 0, 0, 0]]


def test_a_table_without_months_holds_throughout(write: Write) -> None:
    path = write(HEADER, "00200008,600,350")
    region = load_region("toy")
    by_month, once = load_dated_places(path, region, MONTHS), load_places(path, region)
    for months, values in zip(by_month, once, strict=True):
        assert np.array_equal(months, np.tile(values, (len(MONTHS), 1)))


CHANGES = st.dictionaries(st.integers(0, 30), st.integers(0, 99), min_size=1, max_size=8)


@given(CHANGES.flatmap(lambda changes: st.permutations(list(changes.items()))))
def test_the_latest_row_up_to_a_month_counts(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, int]]
) -> None:
    """Checked against a walk through the months; the order of the rows changes nothing."""
    rows = [f"00200004,{2023 + at // 12}-{at % 12 + 1:02},0,{n}" for at, n in changes]
    path = tmp_path_factory.mktemp("places") / "places.csv"
    path.write_text("\n".join([DATED, *rows]), encoding="utf-8")
    _, others = load_dated_places(path, load_region("toy"), MONTHS)
    now, expected = 0, []
    for month in range(36):
        now = dict(changes).get(month, now)
        expected.append(now)
    assert others[:, 1].tolist() == expected[12:]


def test_problems_of_dated_places(write: Write) -> None:
    path = write(
        DATED,
        "00111000,2024-01,1,2",
        "00111000,2024-13,1,2",
        "00111000,2024-01,3,4",
        "00111000,,3,4",
    )
    with pytest.raises(InputError) as caught:
        load_dated_places(path, load_region("toy"), MONTHS)
    no_month = "is no month of the calendar. Write year and month, such as 2023-12."
    assert [str(problem).removeprefix(f"{path}:") for problem in caught.value.problems] == [
        f'3:10: from: "2024-13" {no_month}',
        (
            "4:1: ags: 00111000 from 2024-01 stands in line 2 already. "
            "Keep one row for each municipality."
        ),
        f'5:10: from: "" {no_month}',
    ]


def test_a_dated_table_is_none_of_places_for_good(write: Write) -> None:
    with pytest.raises(InputError, match='"from" is no column of this table'):
        load_places(write(DATED, "00111000,2024-01,1,2"), load_region("toy"))


def packaged_sites() -> list[dict[str, str]]:
    """Rows of the packaged table of sites, read without the package."""
    text = packaged_file("facilities_nrw.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def test_site_shares_are_the_packaged_places_in_proportion() -> None:
    region = load_region("nrw")
    rows = packaged_sites()
    shares = load_site_shares(region)
    for kind, values in zip(("reception_centre", "other_facility"), shares, strict=True):
        total = sum(float(row[kind]) for row in rows)
        expected = {row["ags"]: float(row[kind]) / total for row in rows if row[kind] != "0"}
        found = dict(zip(region.ags.tolist(), values.tolist(), strict=True))
        assert {ags: share for ags, share in found.items() if share} == pytest.approx(expected)


def test_every_packaged_site_says_where_it_is_from() -> None:
    region = load_region("nrw")
    names = dict(zip(region.ags.tolist(), region.municipality_name.tolist(), strict=True))
    rows = packaged_sites()
    assert [row["ags"] for row in rows] == sorted({row["ags"] for row in rows})
    for row in rows:
        assert names[row["ags"]] == row["name"]
        assert row["basis"] in ("published", "derived", "partly assumption", "assumption")
        assert row["source"]
        assert ("not published" in row["source"]) == ("assumption" in row["basis"])


def test_what_is_assumed_is_the_mean_of_what_is_published() -> None:
    """18,258 places in 31 facilities of published size: 590 to the next ten."""
    rows = {row["ags"]: row for row in packaged_sites()}
    assumed = {row["other_facility"] for row in rows.values() if row["basis"] == "assumption"}
    assert assumed == {"590"}
    assert round(18_258 / 31, -1) == 590
    total = sum(int(row["other_facility"]) for row in rows.values())
    assert total == 18_258 + 5 * 590
    assert rows["05154064"]["other_facility"] == str(640 + 590)  # Weeze: one known, one not


def test_sites_belong_to_their_land() -> None:
    with pytest.raises(InputError, match='region "toy" has no municipality 05113000'):
        load_site_shares(load_region("toy"))


def test_a_copy_of_the_packaged_sites_is_a_valid_table(tmp_path: Path) -> None:
    copy = tmp_path / "sites.csv"
    copy.write_bytes(packaged_file("facilities_nrw.csv").read_bytes())
    places = load_places(copy, load_region("nrw"))
    assert (places.reception_centre.sum(), places.other_facility.sum()) == (7090, 21208)
