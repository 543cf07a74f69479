"""Normal quantiles: the same as SciPy's, on both sides of every branch."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from integrasim.world.normal import normal_quantile

DEPTHS = st.floats(0.0, 690.0, exclude_min=True)


@given(depths=st.lists(DEPTHS, min_size=1, max_size=40))
def test_agreement_with_scipy_in_either_tail(depths: list[float]) -> None:
    lower = np.exp(-np.array(depths))
    either = np.concatenate([lower, 1.0 - lower])
    probability = either[(either > 0.0) & (either < 1.0)]
    expected = special.ndtri(probability)
    assert np.allclose(normal_quantile(probability), expected, rtol=1e-14, atol=1e-15)


def test_agreement_with_scipy_where_one_quotient_takes_over_from_another() -> None:
    borders = np.array([0.075, 0.925, np.exp(-25.0), 1.0 - np.exp(-25.0), 0.5, 2.0**-53])
    beside = np.stack([np.nextafter(borders, 0.0), borders, np.nextafter(borders, 1.0)])
    found = normal_quantile(beside)
    assert np.allclose(found, special.ndtri(beside), rtol=1e-14, atol=1e-16)
    assert (np.diff(found, axis=0) > -1e-13).all()
