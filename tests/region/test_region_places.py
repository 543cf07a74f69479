"""The user's table of planned places of Land facilities."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from integrasim.documents.problems import InputError
from integrasim.region import load_places, load_region

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
    ]
    assert {p.file for p in caught.value.problems} == {str(path)}


def test_columns_are_those_of_places_alone(write: Write) -> None:
    path = write("ags,reception_center,name", "00111000,1,Adorf")
    with pytest.raises(InputError) as caught:
        load_places(path, load_region("toy"))
    assert [(p.column, p.key, p.remedy) for p in caught.value.problems] == [
        (5, "reception_center", "Did you mean reception_centre?"),
        (22, "name", "The columns are ags, reception_centre, other_facility."),
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
