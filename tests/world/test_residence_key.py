"""The key by which recognised persons are sent: that of § 4 AWoV while it is in force."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np

import integrasim as igs
from integrasim.law.allocation import allocation_key
from integrasim.law.integration_key import integration_key
from integrasim.region import load_region
from integrasim.statutes import load_statute_book
from integrasim.world.plan import _monthly_key, _residence_key

BOOK = load_statute_book()
LAW = BOOK.as_of(date(2025, 1, 1))
NRW = load_region("nrw")
MONTHS = [date(2016, 11, 1), date(2016, 12, 1), date(2021, 3, 1), date(2021, 4, 1)]


def residence_keys(law: object = LAW) -> np.ndarray:
    order = np.arange(NRW.size)
    key = _monthly_key(NRW, LAW, MONTHS, order)
    return _residence_key(NRW, law, MONTHS, key, order)  # type: ignore[arg-type]


def test_it_is_the_integration_key_from_december_2016_to_march_2021() -> None:
    ours = allocation_key(NRW.population, NRW.area_km2)
    theirs = integration_key(
        NRW.population,
        NRW.area_km2,
        NRW.population,
        rent_capped=NRW.rent_capped,
        eu_recipients=np.zeros(NRW.size, dtype=bool),
    )
    keys = residence_keys()
    np.testing.assert_array_equal(keys[[0, 3]], [ours, ours])
    np.testing.assert_allclose(keys[[1, 2]], [theirs, theirs], rtol=1e-12)
    koeln = NRW.ags.tolist().index("05315000")
    assert theirs[koeln] < ours[koeln]


def test_an_option_can_keep_it() -> None:
    kept = LAW.override(
        {
            "awov.key_population_weight": [(date(2021, 4, 1), 0.8)],
            "awov.key_area_weight": [(date(2021, 4, 1), 0.1)],
            "awov.key_reduction": [(date(2021, 4, 1), 0.1)],
        }
    )
    keys = residence_keys(kept)
    np.testing.assert_array_equal(keys[3], keys[2])
    one_missing = LAW.override({"awov.key_population_weight": [(date(2021, 4, 1), 0.8)]})
    np.testing.assert_array_equal(residence_keys(one_missing)[3], residence_keys()[3])


def test_a_month_more_after_recognition_pays_about_a_month_for_each(tmp_path: Path) -> None:
    path = tmp_path / "option.yaml"
    path.write_text(
        f"extends: {Path('scenarios/base_nrw_2025.yaml').absolute()}\n"
        "horizon: {start: 2025-01, end: 2025-12}\n"
        "options:\n"
        "  enacted_law: {label: {de: Geltend, en: Enacted}}\n"
        "  month_more: {label: {de: Mehr, en: More}, law: {fluag.months_after_recognition: 1}}\n",
        encoding="utf-8",
    )
    result = igs.simulate(igs.load_scenario(path), draws=4)
    months = result.person_months.sum(["year", "municipality"])
    more = months.sel(option="month_more") - months.sel(option="enacted_law")
    granted = result.flows.sel(flow="recognised", option="enacted_law")
    # Persons recognised in December have their month next year, and a few leave before it.
    expected = granted.isel(month=slice(0, 11)).sum("month")
    np.testing.assert_allclose(more, expected, rtol=0.05)
