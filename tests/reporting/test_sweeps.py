"""The table of a sweep: what it says, in both languages, and its file."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import numpy as np
import pytest
import xarray as xr

import integrasim as igs
from integrasim.reporting.sweeps import SweepRow, print_sweep, save_sweep, sweep_rows

if TYPE_CHECKING:
    from pathlib import Path


def curve_of(paid: list[list[list[float]]]) -> xr.Dataset:
    """A curve of (threshold, draw, year) amounts."""
    amounts = np.array(paid)
    return xr.Dataset(
        {"illness_reimbursement": (("threshold", "draw", "year"), amounts)},
        coords={
            "threshold": 25_000.0 + 10_000.0 * np.arange(amounts.shape[0]),
            "year": 2025 + np.arange(amounts.shape[2]),
        },
        attrs={"draws": amounts.shape[1]},
    )


CURVE = curve_of([[[4e6, 2e6], [8e6, 4e6]], [[1e6, 1e6], [3e6, 2e6]]])


def printed(curve: xr.Dataset, language: str) -> str:
    file = io.StringIO()
    print_sweep(curve, language=language, file=file)  # type: ignore[arg-type]
    return file.getvalue().replace("\N{NO-BREAK SPACE}", " ")


def test_rows_by_hand() -> None:
    rows = list(sweep_rows(CURVE))
    assert [(row.threshold, row.year, row.mean) for row in rows] == [
        (25_000.0, "2025", 6e6),
        (25_000.0, "2026", 3e6),
        (25_000.0, "horizon", 4.5e6),
        (35_000.0, "2025", 2e6),
        (35_000.0, "2026", 1.5e6),
        (35_000.0, "horizon", 1.75e6),
    ]
    # The means of the two draws are 3 and 6 million: their standard error is 1.5 million.
    assert rows[2].standard_error == pytest.approx(1.5e6)
    assert rows[2].low < 4.5e6 < rows[2].high


def test_the_page_in_german() -> None:
    page = printed(CURVE, "de")
    assert "§ 4b FlüAG" in page.replace("\n", " ")
    assert "2025–2026" in page.replace("\n", " ")
    first, second = (line for line in page.splitlines() if "±" in line and "000" in line)
    assert first.split()[:4] == ["25.000", "4,5", "±", "1,5"]
    assert first.endswith("2,8 ± 0,8")  # 2.0 and 3.5 million more in the two draws
    assert second.endswith("–")


def test_the_page_in_english() -> None:
    page = printed(CURVE, "en")
    assert "mean of 2 draws" in page
    assert "25,000   4.5 ± 1.5" in page


def test_one_draw_has_neither_error_nor_interval() -> None:
    page = printed(curve_of([[[4e6]], [[1e6]]]), "en")
    row = next(line for line in page.splitlines() if "25,000" in line)
    assert "±" not in row
    assert "–" in row


def test_the_file_holds_the_rows(tmp_path: Path) -> None:
    path = tmp_path / "sweep.csv"
    save_sweep(CURVE, path)
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert tuple(header) == SweepRow._fields
    assert [float(row[2]) for row in rows] == [row.mean for row in sweep_rows(CURVE)]


def test_a_real_curve_can_be_printed() -> None:
    curve = igs.sweep(igs.load_scenario("scenarios/toy.yaml"), [25_000, 35_000], draws=8)
    assert "25.000" in printed(curve, "de")
