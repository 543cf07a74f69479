"""Points of the Sobol' sequence against SciPy, which walks to them one by one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import qmc

from integrasim.world.sobol import sobol_uniforms


def walked(key: tuple[int, ...], draws: range) -> NDArray[np.float64]:
    engine = qmc.Sobol(128, scramble=True, bits=32, rng=np.random.default_rng(list(key)))
    if draws.start:
        engine.fast_forward(draws.start)
    count = 1 << max(0, len(draws) - 1).bit_length()
    return np.asarray(engine.random(count)[: len(draws)] + 0.5 * 2.0**-32)


@settings(max_examples=30)
@given(
    key=st.tuples(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1)),
    start=st.integers(0, 70_000),
    count=st.integers(1, 300),
)
def test_points_are_those_of_scipy(key: tuple[int, ...], start: int, count: int) -> None:
    draws = range(start, start + count)
    found = sobol_uniforms(key, draws, range(128))
    assert np.array_equal(found, walked(key, draws))


@pytest.mark.parametrize("start", [0, 65_408, 262_016])
def test_points_across_powers_of_two_are_those_of_scipy(start: int) -> None:
    draws = range(start, start + 256)
    some = [127, 3, 64]
    assert np.array_equal(sobol_uniforms((1, 2), draws, some), walked((1, 2), draws)[:, some])


def test_no_draws_and_no_dimensions_are_no_points() -> None:
    assert sobol_uniforms((1, 2), range(0), [1, 2]).shape == (0, 2)
    assert sobol_uniforms((1, 2), range(5, 9), []).shape == (4, 0)
