"""Problems and the error that carries them."""

from __future__ import annotations

import pickle

import pytest

from integrasim.documents.problems import InputError, Problem

FIRST = Problem("a.yaml", 3, 8, "draws", "0 is too small", "Use at least 1.")
SECOND = Problem("b.yaml", 1, 1, "", "this file is empty", "")


def test_a_problem_reads_as_place_key_message_and_remedy() -> None:
    assert str(FIRST) == "a.yaml:3:8: draws: 0 is too small. Use at least 1."


def test_key_and_remedy_may_be_empty() -> None:
    assert str(SECOND) == "b.yaml:1:1: this file is empty."


def test_an_input_error_says_everything_one_problem_per_line() -> None:
    error = InputError(iter([FIRST, SECOND]))
    assert error.problems == (FIRST, SECOND)
    assert str(error).splitlines() == [str(FIRST), str(SECOND)]


def test_an_input_error_survives_the_way_back_from_a_worker() -> None:
    error = pickle.loads(pickle.dumps(InputError([FIRST, SECOND])))
    assert error.problems == (FIRST, SECOND)


def test_an_input_error_without_problems_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one problem"):
        InputError([])
