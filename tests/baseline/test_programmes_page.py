"""The page on the programmes: its examples say what the shipped scenarios give."""

from __future__ import annotations

import doctest
from pathlib import Path

PAGE = Path("docs/programmes.md").resolve()


def test_the_examples_run() -> None:
    results = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert results.attempted >= 9
    assert results.failed == 0
