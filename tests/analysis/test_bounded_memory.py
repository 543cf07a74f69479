"""A result that is read chunk by chunk: the same bits as in memory, and little of it at once."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pytest
import xarray as xr
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.analysis.synthetic import make_result, reduce_result, with_payments, with_programmes

import integrasim as igs
from integrasim.analysis import samples
from integrasim.analysis.compare import compare
from integrasim.analysis.samples import Amounts, each_column, read_samples
from integrasim.reporting.headline import headline_rows

if TYPE_CHECKING:
    from pathlib import Path

Keep = Literal["municipality", "kreis", "land"]
Over = Literal["year", "horizon"]
THREE = ("threshold_35k", "threshold_25k", "same_again")


def in_chunks(result: xr.Dataset, **sizes: int) -> xr.Dataset:
    """Put the values over draws into dask arrays, as a store gives them."""
    over_draws = result[[name for name, each in result.data_vars.items() if "draw" in each.dims]]
    chunks = {dim: size for dim, size in sizes.items() if dim in over_draws.dims}
    return result.assign(over_draws.chunk(chunks).data_vars)


def full_result(*, keep: Keep = "municipality", **arguments: Any) -> xr.Dataset:
    """Make up a result with payments and ten instruments of four programmes."""
    fine = make_result(options=THREE, **arguments)
    whole = with_payments(with_programmes(fine))
    return whole if keep == "municipality" else reduce_result(whole, keep=keep)


def assert_same_bits(found: xr.Dataset, expected: xr.Dataset) -> None:
    assert found.identical(expected)
    for name, values in expected.variables.items():
        assert found[name].to_numpy().tobytes() == values.to_numpy().tobytes(), name


def set_limits(monkeypatch: pytest.MonkeyPatch, *, buffer: int, part: int) -> None:
    """Bound the numbers of a buffer and of a slice of draws."""
    for source in ("_IN_STORE", "_IN_MEMORY"):
        monkeypatch.setattr(samples, source, samples._Limits(buffer=buffer, part=part))
    monkeypatch.setattr(samples, "_LOADED_NUMBERS", part)
    monkeypatch.setattr(samples, "_PIECE_NUMBERS", part)


@given(
    draws=st.integers(1, 9),
    years=st.integers(1, 9),
    sizes=st.lists(st.integers(1, 10), min_size=1, max_size=6),
    over_horizon=st.booleans(),
    buffer=st.integers(1, 200),
    part=st.integers(1, 200),
    chunk=st.none() | st.integers(1, 4),
    seed=st.integers(0, 99),
)
@example(draws=9, years=9, sizes=[1, 9], over_horizon=True, buffer=1, part=1, chunk=2, seed=0)
@settings(max_examples=40)
def test_samples_are_the_sums_of_members_whatever_is_read_at_once(
    draws: int,
    years: int,
    sizes: list[int],
    over_horizon: bool,
    buffer: int,
    part: int,
    chunk: int | None,
    seed: int,
) -> None:
    """NumPy's order of adding depends on shapes from eight numbers on; that of samples does not."""
    rng = np.random.default_rng(seed)
    columns = sum(sizes)
    numbers = rng.normal(0.0, 1e6, (2, draws, years, columns))
    members = np.split(rng.permutation(columns), np.cumsum(sizes[:-1]))
    own, less = (xr.Variable(("draw", "year", "place"), each) for each in numbers)

    def found(own: xr.Variable, less: xr.Variable) -> np.ndarray:
        pieces = read_samples(
            Amounts(own, 0), members=members, less=Amounts(less, 0), over_horizon=over_horizon
        )
        return np.concatenate([sample.copy() for _, sample in pieces], axis=1)

    whole = found(own, less)
    difference = numbers[0] - numbers[1]
    totals = np.stack([difference[..., each].sum(axis=-1) for each in members])
    expected = totals.mean(axis=-1, keepdims=True) if over_horizon else totals
    scale = np.abs(numbers).sum()
    np.testing.assert_allclose(whole, expected.transpose(2, 0, 1), rtol=0.0, atol=1e-14 * scale)
    with pytest.MonkeyPatch.context() as patched:
        set_limits(patched, buffer=buffer, part=part)
        if chunk is not None:
            own, less = own.chunk(draw=chunk, place=2 * chunk), less.chunk(draw=chunk + 1)
        assert found(own, less).tobytes() == whole.tobytes()


@pytest.mark.parametrize(("view", "over"), [("accrual", "year"), ("cash", "horizon")])
@pytest.mark.parametrize("own_worlds", [False, True])
@pytest.mark.parametrize("keep", ["municipality", "kreis", "land"])
def test_comparison_of_chunks_has_the_bits_of_that_in_memory(
    keep: Keep,
    own_worlds: bool,
    view: Literal["accrual", "cash"],
    over: Over,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Ten years and ten instruments: from eight numbers on, NumPy adds up in another order."""
    years = tuple(range(2021, 2031))
    result = full_result(draws=20, years=years, own_worlds=own_worlds, keep=keep)
    before = result.copy(deep=True)
    expected = compare(result, view=view, over=over)
    set_limits(monkeypatch, buffer=30, part=2_000)
    chunks = in_chunks(result, draw=12, municipality=3, kreis=1, option=2, instrument=4)
    assert_same_bits(compare(chunks, view=view, over=over), expected)
    assert result.identical(before)
    assert chunks["transfer"].chunks is not None  # not loaded behind the caller's back


@pytest.mark.parametrize("own_worlds", [False, True])
def test_headline_of_chunks_is_that_in_memory(
    own_worlds: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = full_result(draws=20, own_worlds=own_worlds)
    expected = list(headline_rows(result))
    set_limits(monkeypatch, buffer=600, part=2_000)
    assert list(headline_rows(in_chunks(result, draw=12))) == expected


@pytest.mark.parametrize("keep", ["municipality", "kreis", "land"])
def test_comparison_of_a_store_has_the_bits_of_that_in_memory(keep: Keep, tmp_path: Path) -> None:
    scenario = igs.load_scenario("scenarios/toy.yaml")
    result = igs.simulate(scenario, draws=20, keep=keep)
    stored = igs.simulate(scenario, draws=20, keep=keep, store=tmp_path / "run.zarr")
    assert stored["transfer"].chunks is not None
    for opened in (stored, igs.load_result(tmp_path / "run.zarr")):
        assert_same_bits(compare(opened), compare(result))


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count the numbers of all that is read or loaded at once."""
    sizes: list[int] = []
    read_amounts, load = Amounts.read, xr.Dataset.load

    def reading(amounts: Amounts, draws: slice, columns: slice) -> np.ndarray:
        numbers = read_amounts(amounts, draws, columns)
        sizes.append(numbers.size)
        return numbers

    def loading(dataset: xr.Dataset, **options: Any) -> xr.Dataset:
        sizes.append(sum(values.size for values in dataset.data_vars.values()))
        return load(dataset, **options)

    monkeypatch.setattr(Amounts, "read", reading)
    monkeypatch.setattr(xr.Dataset, "load", loading)
    return sizes


@pytest.mark.parametrize("draws", [48, 192])
def test_no_more_is_read_at_once_with_more_draws(
    draws: int, read: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_limits(monkeypatch, buffer=1_000, part=8_000)
    result = full_result(draws=draws)
    compare(in_chunks(result, draw=8))
    assert 4_000 < max(read) <= 8_000
    assert sum(read) > result["transfer"].size  # all of it, by and by


def wide_result(*, draws: int, places: int) -> xr.Dataset:
    """Make up a result with many municipalities, each a Kreis of its own but for the last two."""
    names = np.array([f"{place:08d}" for place in range(places)])
    result = make_result(draws=draws)
    rng = np.random.default_rng(0)
    shape = (2, draws, 2, places)
    local: dict[str, tuple[tuple[Any, ...], np.ndarray]] = {
        str(name): (values.dims, rng.random(shape[-values.ndim :]))
        for name, values in result.data_vars.items()
        if "municipality" in values.dims
    }
    local["person_months"] = (
        ("draw", "year", "municipality"),
        rng.integers(0, 99, shape[1:], dtype=np.int32),
    )
    kreise = names[: places - 1]
    return (
        result.drop_dims(["municipality", "kreis"])
        .assign(
            local
            | {"kreis_transfer": (("option", "draw", "year", "kreis"), rng.random(shape)[..., 1:])}
        )
        .assign_coords(
            municipality=names,
            municipality_name=("municipality", names),
            kreis_ags=("municipality", np.append(kreise, kreise[-1])),
            kreis=kreise,
        )
    )


def peak(result: xr.Dataset) -> int:
    """Bytes that the comparison takes at most."""
    tracemalloc.start()
    compare(result)
    found = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return found


def test_memory_is_bounded_by_the_buffer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The transfer has 10 MB under each option; a buffer has 1.2 MB, a chunk 2.6 MB."""
    compare(in_chunks(make_result(draws=4), draw=2))  # imports what it needs
    result = wide_result(draws=3_200, places=200)
    size = result["transfer"].nbytes / 2
    set_limits(monkeypatch, buffer=150_000, part=200_000)
    assert peak(in_chunks(result, draw=800)) < 0.75 * size


def test_buffers_hold_whole_chunks_of_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """A buffer for five columns takes four, as two of them are stored together."""
    set_limits(monkeypatch, buffer=5 * 6, part=1_000)
    amounts = Amounts(
        xr.Variable(("draw", "year", "column"), np.ones((6, 1, 9))).chunk(column=2), 0
    )
    spans = []
    read_amounts = Amounts.read

    def reading(amounts: Amounts, draws: slice, columns: slice) -> np.ndarray:
        spans.append((columns.start, columns.stop))
        return read_amounts(amounts, draws, columns)

    monkeypatch.setattr(Amounts, "read", reading)
    places = [place for place, _ in read_samples(amounts, members=each_column(9))]
    assert spans == [(0, 4), (4, 8), (8, 9)]
    assert [place.stop - place.start for place in places] == [4, 4, 1]
