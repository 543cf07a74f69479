"""Monthly series: the months that were observed, and the changes between them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrasim.documents.problems import InputError
from integrasim.region import MonthlySeries, load_history, load_series, packaged_histories

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", packaged_histories())
def test_packaged_histories_say_what_the_series_says(name: str) -> None:
    series, history = load_series(name), load_history(name)
    assert history.span == (min(series.period.values), max(series.period.values))
    assert sorted(series.values) == sorted(history.values)
    assert np.all(np.diff(history.months) > 0)


def test_the_order_of_rows_and_columns_does_not_matter(tmp_path: Path) -> None:
    table = tmp_path / "a.csv"
    table.write_text("value,period\n3,2020-12\n4,2021-01\n1.5,2020-02\n", "utf-8")
    series = load_history(table)
    assert series.name == "a"
    assert series.span == ("2020-02", "2021-01")
    assert series.values.tolist() == [1.5, 3.0, 4.0]
    changes = series.log_changes()
    assert changes.value.tolist() == [pytest.approx(np.log(4 / 3))]
    assert changes.calendar_month.tolist() == [1]
    assert changes.following.tolist() == [0]


def test_a_table_without_rows_asks_for_months(tmp_path: Path) -> None:
    table = tmp_path / "a.csv"
    table.write_text("period,value\n", "utf-8")
    with pytest.raises(InputError, match="Write one row for each month"):
        load_history(table)


def test_a_window_holds_its_ends() -> None:
    series = load_history("de_first_applications_monthly")
    window = series.between(date(2016, 3, 1), date(2016, 5, 1))
    assert window.values.tolist() == [58315.0, 59680.0, 54056.0]
    assert series.between(None, None).values.size == series.values.size


@given(st.sets(st.integers(1, 60), min_size=1))
def test_changes_are_those_of_neighbouring_months_and_blocks_stay_in_a_stretch(
    observed: set[int],
) -> None:
    months = np.array(sorted(observed))
    values = np.exp(np.sin(months * 1.7))
    changes = MonthlySeries("a", months, values).log_changes()
    pairs = [month for month in months.tolist() if month - 1 in observed]
    assert changes.value.size == len(pairs)
    expected = [np.sin(month * 1.7) - np.sin((month - 1) * 1.7) for month in pairs]
    assert np.allclose(changes.value, expected)
    assert sorted(changes.following.tolist()) == list(range(len(pairs)))
    for place, following in enumerate(changes.following.tolist()):
        if pairs[place] + 1 in pairs:
            assert pairs[following] == pairs[place] + 1
        else:
            stretch = set(range(pairs[following], pairs[place] + 1))
            assert stretch <= set(pairs)
            assert pairs[following] - 1 not in pairs
