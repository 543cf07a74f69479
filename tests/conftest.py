"""Settings of all tests: fixed seeds, no deadlines (kernels compile on first use)."""

import pytest
from hypothesis import settings

settings.register_profile("integrasim", deadline=None, derandomize=True)
settings.load_profile("integrasim")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `scripts/expected` write what the tests otherwise compare with."""
    parser.addoption(
        "--update-expected",
        action="store_true",
        help="write scenarios/expected and the tables of docs/scenarios.md instead of comparing",
    )


@pytest.fixture
def update_expected(request: pytest.FixtureRequest) -> bool:
    """Whether expected outputs are written instead of compared."""
    return bool(request.config.getoption("--update-expected"))
