"""The pots beside the acts against what was published of them, and the model sites."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.law.bases import periods, places

from integrasim.law.basis import LawBasis, Municipalities, Periods, nobody
from integrasim.law.instruments import Instrument, programmes
from integrasim.law.settlement import settle
from integrasim.region import load_region, model_sites
from integrasim.statutes import load_statute_book

BOOK = load_statute_book()
LAW = BOOK.as_of(date(2025, 1, 1))
INSTRUMENTS = {each.id: each for each in programmes.INSTRUMENTS}
POTS = [each for each in programmes.INSTRUMENTS if each.recipient == "programme"]
MODEL_SITES = INSTRUMENTS["model_sites.einwanderung_gestalten"]
PACKAGE = 18e6
NEW_YEAR = date(2025, 1, 1)


def amounts_of(programme: str, day: date = NEW_YEAR) -> dict[str, float]:
    """Amount of each parameter of a programme on a day."""
    return {
        name: LAW.value(name, day) for name in BOOK.parameters if name.startswith(f"{programme}.")
    }


def land() -> LawBasis:
    """A Land of two municipalities, without persons."""
    return nobody(periods(NEW_YEAR), places([True, False]), draws=3)


# Published figures


def test_counselling_has_6_million_of_which_930_000_are_for_minors() -> None:
    pots = amounts_of("prevention")
    assert pots["prevention.counselling"] + pots["prevention.counselling_minors"] == 6e6
    assert pots["prevention.counselling_minors"] == 930_000


def test_the_parts_of_the_prevention_package_without_engagement_fit_into_18_million() -> None:
    pots = amounts_of("prevention")
    engagement = pots.pop("prevention.engagement")
    others = sum(pots.values())
    assert others == 14.4e6
    # Engagement is "in all": what it has beyond the package stood in the budget before.
    assert 0.0 < PACKAGE - others < engagement
    assert others + engagement == 18.74e6


def test_the_agencies_are_no_part_of_the_package() -> None:
    assert not any("agencies" in name for name in amounts_of("prevention"))
    assert LAW.value("agencies.total", NEW_YEAR) == 16.7e6


def test_the_raises_of_2025() -> None:
    before = date(2024, 1, 1)
    for name, raised in (("agencies.total", 1.6e6), ("migrant_organisations.total", 533e3)):
        assert LAW.value(name, NEW_YEAR) - LAW.value(name, before) == raised


def test_a_budget_binds_its_own_year() -> None:
    assert sum(amounts_of("prevention", date(2024, 12, 31)).values()) == 0.0
    assert sum(amounts_of("prevention", date(2026, 1, 1)).values()) == 0.0


def test_what_nobody_published_has_no_value_and_says_why() -> None:
    further = [each for name, each in BOOK.parameters.items() if name.startswith("further.")]
    assert len(further) == 4
    for parameter in further:
        assert not parameter.values
        assert "EILDIENST" in str(parameter.absent)
        assert "EILDIENST" in str(parameter.absent_de)
        assert not LAW.in_force(parameter.name, NEW_YEAR)


# Payment


@pytest.mark.parametrize("pot", POTS, ids=lambda each: each.id)
def test_a_pot_is_paid_to_its_bearers_and_to_no_municipality(pot: Instrument) -> None:
    (name,) = pot.parameters
    law = LAW.override({name: [(NEW_YEAR, 1234.0)]})
    result = settle(law, land(), instruments=[pot])
    np.testing.assert_array_equal(result.land_cost, np.full((3, 1, 1), 1234.0))
    assert not result.transfer.any()
    assert not result.kreis_transfer.any()


def test_a_pot_is_cut_to_the_part_of_the_year() -> None:
    quarter = Periods((NEW_YEAR,), (2025,), np.zeros(1, dtype=np.intp), year_shares=(0.25,))
    basis = nobody(quarter, places([True]))
    result = settle(LAW, basis, instruments=[INSTRUMENTS["agencies.base"]])
    assert result.land_cost.item() == 16.7e6 / 4


# Model sites


def nrw(years: int) -> Municipalities:
    """The packaged Land, with its model sites."""
    region = load_region("nrw")
    sites = model_sites(region)
    return Municipalities(
        is_kreisfrei=region.is_kreisfrei,
        kreis=region.kreis_index,
        is_kreis=region.is_kreis,
        population=region.population.astype(np.float64),
        key=np.full((years, region.size), 1.0 / region.size),
        model_sites=tuple(np.flatnonzero(sites.municipalities).tolist()),
        model_kreise=tuple(np.flatnonzero(sites.kreise).tolist()),
    )


def test_twelve_sites_share_4_4_million_a_year_from_2017_to_2019() -> None:
    days = tuple(date(year, 1, 1) for year in range(2016, 2021))
    basis = nobody(periods(*days), nrw(len(days)))
    result = settle(LAW, basis, instruments=[MODEL_SITES])
    np.testing.assert_allclose(result.land_cost[0, :, 0], [0.0, 4.4e6, 4.4e6, 4.4e6, 0.0])
    received = np.concatenate([result.transfer[0, 1], result.kreis_transfer[0, 1]])
    assert np.count_nonzero(received) == 12
    np.testing.assert_allclose(received[received > 0.0], 4.4e6 / 12)


def test_bielefeld_was_a_site_and_its_neighbours_were_not() -> None:
    region = load_region("nrw")
    names = region.municipality_name[model_sites(region).municipalities]
    assert "Bielefeld, Stadt" in names
    assert "Gütersloh, Stadt" not in names
    # The Kreis itself was the site, with Detmold as its partner.
    assert "Detmold, Stadt" not in names


def test_a_land_without_sites_receives_nothing() -> None:
    sites = model_sites(load_region("toy"))
    assert not sites.municipalities.any()
    assert not sites.kreise.any()
    basis = nobody(periods(date(2018, 1, 1)), places([True, False]))
    assert settle(LAW, basis, instruments=[MODEL_SITES]).land_cost.item() == 0.0


@given(st.sets(st.integers(0, 5)), st.booleans(), st.floats(0.0, 1e9))
def test_the_sites_receive_all_in_equal_parts(
    towns: set[int], the_kreis: bool, amount: float
) -> None:
    where = replace(
        places([True] * 3 + [False] * 3),
        model_sites=tuple(sorted(towns)),
        model_kreise=(0,) if the_kreis else (),
    )
    law = LAW.override({"model_sites.total": [(NEW_YEAR, amount)]})
    result = settle(law, nobody(periods(NEW_YEAR), where), instruments=[MODEL_SITES])
    received = np.concatenate([result.transfer[0, 0], result.kreis_transfer[0, 0]])
    count = len(towns) + the_kreis
    assert set(np.flatnonzero(received)) <= towns | ({6} if the_kreis else set())
    np.testing.assert_allclose(received.sum(), amount if count else 0.0)
    np.testing.assert_allclose(received[received > 0.0], amount / max(count, 1))
