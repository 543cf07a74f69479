"""The region: what its arrays promise, and how municipalities are ordered without their labels."""

from __future__ import annotations

import dataclasses
import pickle
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrasim.region import Region, load_region

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

ARRAYS = [field.name for field in dataclasses.fields(Region) if field.name != "name"]


def region_of(
    population: ArrayLike, area_km2: ArrayLike, *, ags: list[str] | None = None
) -> Region:
    """Build a region of kreisangehörige municipalities from their figures."""
    keys = ags or [f"{100_000 + index:08}" for index in range(len(np.array(population)))]
    return Region(
        name="made",
        ags=np.array(keys),
        municipality_name=np.array([f"M {key}" for key in keys]),
        municipality_type=np.array(["kreisangehörig"] * len(keys)),
        register_type=np.array(["kreisangehörig"] * len(keys)),
        kreis_ags=np.array([key[:5] for key in keys]),
        kreis_name=np.array([f"K {key[:5]}" for key in keys]),
        population=np.array(population),
        area_km2=np.array(area_km2),
    )


def changed(region: Region, key: str, value: object) -> Region:
    """Return the region with one field replaced."""
    changes: dict[str, Any] = {key: value}
    return dataclasses.replace(region, **changes)


def test_toy_land_by_hand() -> None:
    toy = load_region("toy")
    assert toy.name == "toy"
    assert toy.size == 4
    assert toy.ags.tolist() == ["00111000", "00200004", "00200008", "00200012"]
    assert toy.municipality_name.tolist() == ["Adorf", "Bestadt", "Cedorf", "Detal"]
    assert toy.municipality_type.tolist() == ["kreisfrei"] + ["kreisangehörig"] * 3
    assert toy.population.tolist() == [100_000, 50_000, 30_000, 20_000]
    assert toy.area_km2.tolist() == [100, 200, 300, 400]
    assert toy.is_kreisfrei.tolist() == [True, False, False, False]
    assert toy.kreise.tolist() == ["00111", "00200"]
    assert toy.kreise_names.tolist() == ["Adorf", "Beispielkreis"]
    assert toy.kreis_index.tolist() == [0, 1, 1, 1]
    assert toy.kreis_count == 1


def test_dtypes_are_those_of_the_interface() -> None:
    nrw = load_region("nrw")
    assert nrw.ags.dtype == np.dtype("<U8")
    assert nrw.kreis_ags.dtype == np.dtype("<U5")
    assert nrw.population.dtype == np.float64
    assert nrw.area_km2.dtype == np.float64
    assert nrw.is_kreisfrei.dtype == np.bool_
    assert nrw.kreis_index.dtype == np.intp
    assert nrw.canonical_order().dtype == np.intp


def test_kreis_names_and_index_agree_with_the_columns() -> None:
    nrw = load_region("nrw")
    assert np.array_equal(nrw.kreise[nrw.kreis_index], nrw.kreis_ags)
    assert np.array_equal(nrw.kreise_names[nrw.kreis_index], nrw.kreis_name)


def test_canonical_order_is_by_area_then_population_then_ags() -> None:
    region = region_of([5, 9, 1, 5, 5], [2, 1, 2, 2, 7])
    assert region.canonical_order().tolist() == [1, 2, 0, 3, 4]


figures = st.lists(
    st.tuples(st.integers(1, 10**6), st.integers(1, 10**3)), min_size=1, max_size=12, unique=True
)


@given(figures=figures, data=st.data())
def test_relabelling_leaves_the_canonical_sequence_alone(
    figures: list[tuple[int, int]], data: st.DataObject
) -> None:
    """New keys put the arrays into another order; the order by figures stays the same."""
    shuffled = data.draw(st.permutations(figures))
    one, other = (
        region_of([pair[0] for pair in pairs], [pair[1] for pair in pairs])
        for pairs in (figures, shuffled)
    )
    sequences = [
        (each.population[each.canonical_order()], each.area_km2[each.canonical_order()])
        for each in (one, other)
    ]
    assert np.array_equal(sequences[0], sequences[1])


@given(figures=figures)
def test_canonical_order_is_a_permutation(figures: list[tuple[int, int]]) -> None:
    order = region_of([pair[0] for pair in figures], [pair[1] for pair in figures])
    assert sorted(order.canonical_order().tolist()) == list(range(len(figures)))


def test_arrays_are_read_only_copies() -> None:
    population = np.array([10.0, 20.0])
    region = region_of(population, [1, 2])
    population[0] = 99.0
    assert region.population.tolist() == [10.0, 20.0]
    for key in ARRAYS:
        with pytest.raises(ValueError, match="read-only"):
            getattr(region, key)[0] = getattr(region, key)[1]


def test_pickling_keeps_everything_and_stays_read_only() -> None:
    nrw = load_region("nrw")
    again = pickle.loads(pickle.dumps(nrw))
    assert again.name == "nrw"
    for key in ARRAYS:
        assert np.array_equal(getattr(again, key), getattr(nrw, key))
        assert getattr(again, key).dtype == getattr(nrw, key).dtype
        assert not getattr(again, key).flags.writeable


def test_arrays_of_different_lengths_are_refused_with_their_shapes() -> None:
    with pytest.raises(ValueError, match=r"ags \(2,\).*population \(3,\)"):
        changed(region_of([1, 2], [1, 2]), "population", np.ones(3))


def test_an_empty_region_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one municipality"):
        region_of([], [])


def test_arrays_of_two_dimensions_are_refused() -> None:
    region = region_of([1, 2], [1, 2])
    with pytest.raises(ValueError, match="one common shape"):
        Region("made", *(getattr(region, key)[None] for key in ARRAYS))


@pytest.mark.parametrize("ags", [["00100002", "00100001"], ["00100001", "00100001"]])
def test_keys_out_of_order_or_doubled_are_refused_by_name(ags: list[str]) -> None:
    with pytest.raises(ValueError, match="00100001 stands after 0010000"):
        region_of([1, 2], [1, 2], ags=ags)


@pytest.mark.parametrize("key", ["municipality_type", "register_type"])
def test_an_unknown_type_is_refused_by_name(key: str) -> None:
    types = np.array(["kreisfrei", "Dorf"])
    with pytest.raises(ValueError, match=f'{key} of 00100001 is "Dorf"'):
        changed(region_of([1, 2], [1, 2]), key, types)


@pytest.mark.parametrize("key", ["population", "area_km2"])
@pytest.mark.parametrize("wrong", [0.0, -1.0, np.nan, np.inf])
def test_figures_without_a_share_are_refused_by_name(key: str, wrong: float) -> None:
    with pytest.raises(ValueError, match=f"{key} of 00100001 is {wrong}"):
        changed(region_of([1, 2], [1, 2]), key, np.array([1.0, wrong]))
