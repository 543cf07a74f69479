"""Money of the 54 integration centres: base funding, KIM and KOMM-AN against published figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from tests.law.bases import periods

from integrasim.law.account import Account
from integrasim.law.basis import LawBasis, Municipalities, nobody
from integrasim.law.instruments import INSTRUMENTS, of_programmes
from integrasim.law.instruments.kim import half_posts
from integrasim.law.instruments.komm_an import posts_by_band
from integrasim.law.integration_centres import by_bearer, of_centres, to_centres
from integrasim.law.settlement import settle
from integrasim.region import load_region
from integrasim.statutes import load_statute_book

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from integrasim.law.parameters import Law

BOOK = load_statute_book()
LAW = BOOK.as_of(date(2025, 1, 1))
CENTRES = 54
NRW = load_region("nrw")
AACHEN = "05334002"


def places(
    population: NDArray[np.float64], kreis: list[int], is_kreis: list[bool]
) -> Municipalities:
    """Municipalities of which those whose position is no Kreis are kreisfrei."""
    where = np.array(kreis)
    return Municipalities(
        is_kreisfrei=~np.array(is_kreis)[where],
        kreis=where,
        is_kreis=np.array(is_kreis),
        population=population,
        key=np.full((1, where.size), 1.0 / where.size),
    )


@cache
def nrw() -> LawBasis:
    """North Rhine-Westphalia in every year from 2015 to 2025, with a person in 100 assigned."""
    years = range(2015, 2026)
    key = np.broadcast_to(NRW.population / NRW.population.sum(), (len(years), NRW.size))
    basis = nobody(
        periods(*(date(year, 1, 1) for year in years)),
        Municipalities(
            is_kreisfrei=NRW.is_kreisfrei,
            kreis=NRW.kreis_index,
            is_kreis=NRW.is_kreis,
            population=NRW.population,
            key=key,
        ),
    )
    persons = np.broadcast_to(np.rint(NRW.population / 100.0), basis.assigned.shape)
    return replace(basis, assigned=persons)


def paid(instrument: str, year: int, law: Law = LAW) -> float:
    """What the Land pays in NRW."""
    instruments = of_programmes("ki", "kim", "komm_an")
    column = [each.id for each in instruments].index(instrument)
    return float(settle(law, nrw(), instruments=instruments).land_cost[0, year - 2015, column])


def programme(name: str, year: int, law: Law = LAW) -> float:
    return sum(paid(each.id, year, law) for each in of_programmes(name))


# Centres


def test_the_54_centres_of_nrw() -> None:
    where = nrw().municipalities
    is_kreis = by_bearer(where, kreis=1, city=0)
    assert (is_kreis.size, is_kreis.sum()) == (CENTRES, 31)
    population = of_centres(where, where.population)
    assert population.sum() == where.population.sum()


def test_aachen_and_its_staedteregion_are_two_centres() -> None:
    where = nrw().municipalities
    population = of_centres(where, where.population).tolist()
    aachen = NRW.ags.tolist().index(AACHEN)
    region = NRW.population[NRW.kreis_ags == NRW.kreis_ags[aachen]].sum()
    assert NRW.population[aachen] in population
    assert region - NRW.population[aachen] in population


@given(hnp.arrays(np.float64, (2, 3, 3), elements=st.floats(0, 1e6)))
def test_centres_receive_all_that_is_paid(amounts: NDArray[np.float64]) -> None:
    where = places(np.array([3.0, 2.0, 1.0, 4.0]), [0, 1, 1, 2], [False, True, True])
    payment = to_centres(where, amounts)
    assert payment.kreise is not None
    assert payment.municipalities is not None
    assert (payment.kreise[..., 1:] == amounts[..., :2]).all()
    assert (payment.municipalities[..., 0] == amounts[..., 2]).all()
    np.testing.assert_allclose(payment.total, amounts.sum(axis=-1))


def test_a_municipality_of_a_kreis_receives_nothing_itself() -> None:
    result = settle(LAW, nrw(), instruments=of_programmes("ki", "kim", "komm_an"))
    assert (result.transfer[..., ~NRW.is_kreisfrei] == 0.0).all()
    assert (result.kreis_transfer[..., ~NRW.is_kreis] == 0.0).all()
    total = result.transfer.sum(axis=-1) + result.kreis_transfer.sum(axis=-1)
    agencies = np.array([[paid("komm_an.agencies", year) for year in range(2015, 2026)]])
    np.testing.assert_allclose(total + agencies, result.land_cost.sum(axis=-1))


# Base funding


@pytest.mark.parametrize(
    ("year", "kreis", "city"),
    [
        (2015, 172_500, 172_500),
        (2016, 172_500, 172_500),
        (2017, 372_500, 322_500),
        (2021, 372_500, 322_500),
        # The published maximum: 364,500 and 307,500 EUR, and 50,000 EUR for interpreters.
        (2022, 414_500, 357_500),
        (2024, 414_500, 357_500),
        (2025, 394_500, 337_500),
    ],
)
def test_base_funding(year: int, kreis: int, city: int) -> None:
    assert paid("ki.base", year) == 31 * kreis + 23 * city


# KIM


def test_kim_of_2020_and_2021() -> None:
    assert programme("kim", 2019) == 0
    assert programme("kim", 2020) == pytest.approx(25e6)  # Stadt Bielefeld, January 2020
    assert programme("kim", 2021) == pytest.approx(50e6)  # ministry, 3.5.2021


def test_kim_from_2022_on_stays_below_what_is_published() -> None:
    # "Over 65 million" (Grüne Kommunalinfo, 18.12.2024), 75 million as the final level (kim.nrw):
    # posts whose number is not published are missing.
    assert [programme("kim", year) for year in (2022, 2023, 2024)] == [61_686_000] * 3
    assert programme("kim", 2025) == 60_336_000
    assert 0 < 65e6 - programme("kim", 2025) < 5e6


@given(
    st.integers(0, 2_000),
    hnp.arrays(np.int64, (2, 7), elements=st.integers(0, 1_000)),
)
def test_half_posts_add_up(halves: int, persons: NDArray[np.int64]) -> None:
    posts = halves / 2.0
    found = half_posts(posts, key=persons)
    somebody = persons.sum(axis=-1) > 0
    assert (found.sum(axis=-1) == np.where(somebody, posts, 0.0)).all()
    assert (2 * found == np.rint(2 * found)).all()
    share = persons / np.maximum(persons.sum(axis=-1, keepdims=True), 1)
    assert (np.abs(found - posts * share) < 0.5).all()


def test_case_management_pays_the_same_for_every_post() -> None:
    where = places(np.array([5.0, 2.0, 1.0]), [0, 1, 1], [False, True])
    basis = nobody(periods(date(2020, 1, 1)), where)
    basis = replace(
        basis,
        assigned=np.array([[[100, 40, 10]]]),
        residence_bound=np.array([[[150, 30, 33]]]),
    )
    result = settle(LAW, basis, instruments=of_programmes("kim")[1:2])
    # 250 and 113 of 363 persons; 10 million EUR for 363 posts are 27,548 EUR each.
    np.testing.assert_allclose(result.transfer[0, 0], [250 / 363 * 10e6, 0, 0])
    np.testing.assert_allclose(result.kreis_transfer[0, 0], [0, 113 / 363 * 10e6])
    assert round(result.transfer[0, 0, 0] / 250) == 27_548


def test_case_management_of_nrw_has_363_posts() -> None:
    result = settle(LAW, nrw(), instruments=of_programmes("kim")[1:2])
    of_2020 = np.concatenate([result.transfer[0, 5], result.kreis_transfer[0, 5]])
    posts = of_2020 / (10e6 / 363)
    assert np.count_nonzero(posts) == CENTRES
    np.testing.assert_allclose(2 * posts, np.rint(2 * posts), atol=1e-9)
    assert posts.sum() == pytest.approx(363)


def test_equal_centres_do_not_depend_on_the_order_of_the_table() -> None:
    persons = np.array([[[10, 10, 10]]])
    population = np.array([30.0, 10.0, 20.0])
    received = []
    for order in ([0, 1, 2], [2, 0, 1], [1, 2, 0]):
        where = places(population[order], [0, 1, 2], [True, True, True])
        basis = replace(nobody(periods(date(2020, 1, 1)), where), assigned=persons)
        law = LAW.override({"kim.case_management_posts": [(date(2020, 1, 1), 4.0)]})
        paid_out = settle(law, basis, instruments=of_programmes("kim")[1:2]).kreis_transfer[0, 0]
        received.append(dict(zip(population[order].tolist(), paid_out.tolist(), strict=True)))
    # Four posts are eight halves: three for each of the two more populous ones.
    assert received[0] == received[1] == received[2] == {30.0: 3.75e6, 20.0: 3.75e6, 10.0: 2.5e6}


def test_without_persons_case_management_pays_nothing() -> None:
    where = places(np.array([5.0, 2.0]), [0, 1], [False, True])
    basis = nobody(periods(date(2020, 1, 1), date(2023, 1, 1)), replace(where, key=np.ones((2, 2))))
    assert settle(LAW, basis, instruments=of_programmes("kim")[1:2]).land_cost.sum() == 0.0


def test_draws_have_posts_of_their_own() -> None:
    where = places(np.array([5.0, 2.0]), [0, 1], [False, True])
    basis = replace(
        nobody(periods(date(2023, 1, 1)), where, draws=2),
        assigned=np.array([[[30, 10]], [[0, 40]]]),
    )
    result = settle(LAW, basis, instruments=of_programmes("kim")[1:2])
    assert result.transfer[:, 0, 0].tolist() == [544.5 * 57_000, 0.0]
    assert result.land_cost[:, 0, 0].tolist() == [726 * 57_000] * 2


# KOMM-AN


def test_komm_an_of_2016() -> None:
    assert programme("komm_an", 2015) == 0
    for year in (2016, 2017):
        assert paid("komm_an.centres", year) == 4_200_000
        assert paid("komm_an.local", year) == pytest.approx(7_700_000)
        assert paid("komm_an.agencies", year) == 1_500_000
        assert programme("komm_an", year) == pytest.approx(13_400_000)


def test_bands_of_nrw() -> None:
    posts = posts_by_band(Account(LAW, nrw(), {}))[0]
    assert (posts[0] == 0.0).all()
    values, counts = np.unique(posts[1], return_counts=True)
    assert dict(zip(values.tolist(), counts.tolist(), strict=True)) == {1.0: 25, 1.5: 26, 2.0: 3}
    region = NRW.kreise[NRW.is_kreis].tolist().index(AACHEN[:5])
    assert posts[1, region] == 1.5  # Städteregionstag Aachen, 14.12.2017


def test_limits_cannot_pass_each_other() -> None:
    lower, upper = (BOOK.parameters[f"komm_an.band_limit_{name}"] for name in ("lower", "upper"))
    assert lower.maximum is not None
    assert upper.minimum is not None
    assert lower.maximum < upper.minimum


def test_part_two_of_the_staedteregion_aachen() -> None:
    result = settle(LAW, nrw(), instruments=of_programmes("komm_an")[1:2])
    region = NRW.kreise.tolist().index(AACHEN[:5])
    # 121,100 EUR in 2024: StädteRegion Aachen, Mitteilungsvorlage 2024/0414 of 28.11.2024.
    assert result.kreis_transfer[0, 2024 - 2015, region] == pytest.approx(121_100, rel=0.01)


def test_the_end_of_komm_an() -> None:
    assert programme("komm_an", 2025) == 0
    assert paid("ki.former_komm_an", 2024) == 0
    # All 70 posts go on at the same rate; 7 million EUR are cut, and the material of part I.
    assert paid("ki.former_komm_an", 2025) == 70 * 57_000
    assert paid("komm_an.centres", 2024) - paid("ki.former_komm_an", 2025) == 70 * 10_000
    assert paid("komm_an.local", 2024) == pytest.approx(7_000_000)
    assert paid("komm_an.agencies", 2024) == 1_600_000


def test_before_the_budget_of_2025_the_programme_had_no_end() -> None:
    earlier = BOOK.as_of(date(2024, 12, 1))
    assert programme("komm_an", 2025, earlier) == programme("komm_an", 2024, earlier) > 13e6
    assert paid("ki.former_komm_an", 2025, earlier) == 0


def test_an_option_continues_the_programme() -> None:
    first = date(2025, 1, 1)
    amounts = {
        "komm_an.post_rate": 57_000.0,
        "komm_an.local_total": 7_000_000.0,
        "komm_an.agencies_total": 1_600_000.0,
        "ki.former_komm_an_post_rate": 0.0,
        **{f"komm_an.material_band_{band}": 5_000.0 * (band + 1) for band in (1, 2, 3)},
    }
    law = LAW.override({name: [(first, value)] for name, value in amounts.items()})
    assert programme("komm_an", 2025, law) == programme("komm_an", 2024)


def test_every_instrument_pays_integration_centres_or_bearers() -> None:
    recipients = {
        each.id: each.recipient
        for each in INSTRUMENTS
        if each.programme in {"ki", "kim", "komm_an"}
    }
    assert {name for name, who in recipients.items() if who == "programme"} == {
        "komm_an.agencies",
        "komm_an.brochure",
    }
    assert set(recipients.values()) == {"programme", "integration_centre"}
