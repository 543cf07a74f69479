"""The arrivals of 2015 and of 2022 are those of the founding documents."""

from __future__ import annotations

import numpy as np

import integrasim as igs


def test_300_000_asylum_seekers_come_in_2015() -> None:
    result = igs.simulate(igs.load_scenario("scenarios/surge_2015.yaml"), draws=4, keep="land")
    of_2015 = result["arrivals"].sel(month=slice("2015-01", "2015-12")).sum("month")
    np.testing.assert_array_equal(of_2015, 300_000)


def test_about_220_000_persons_have_come_from_ukraine_by_late_2022() -> None:
    result = igs.simulate(igs.load_scenario("scenarios/ukraine_2022.yaml"), draws=4, keep="land")
    of_2022 = slice("2022-01", "2022-11")
    came = result["arrivals"].sel(month=of_2022).sum("month").to_numpy()
    # The others are asylum seekers, of whom 50,795 were distributed to the Land in the year.
    others = 50_795 - 5_195
    np.testing.assert_allclose(came - others, 220_000, rtol=0.01)
