"""What a scenario file may say about illness, and what is said where it may not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from integrasim.scenario.distributions import BaseDistribution

if TYPE_CHECKING:
    from collections.abc import Callable

    from integrasim.scenario import Scenario

    Check = Callable[[str], list[str]]
    Load = Callable[[str], Scenario]

SPLICED = (
    "    body_sigma: 1.6\n",
    "    splice: 30000\n",
    "    tail_index: {dist: uniform, low: 1.6, high: 2.4}\n",
)


def with_keys(toy: str, *lines: str, without: tuple[str, ...] = ()) -> str:
    """The scenario with more lines in its map of illness, and without some."""
    for line in without:
        assert toy.count(line) == 1
        toy = toy.replace(line, "")
    added = "".join(f"    {line}\n" for line in lines)
    return toy.replace("    cap: 2000000\n", f"    cap: 2000000\n{added}")


def said(check: Check, text: str) -> list[str]:
    """What is said, without the place."""
    return [problem.split(": world.illness.", 1)[1] for problem in check(text)]


def test_each_tail_has_its_keys(check: Check, load: Load, toy: str) -> None:
    assert load(toy).world.illness.tail == "pareto"
    lognormal = with_keys(toy, "tail: lognormal", without=SPLICED)
    generalised = with_keys(
        toy,
        "tail: generalised_pareto",
        "tail_mean_excess: {dist: uniform, low: 40000, high: 90000}",
    )
    for text in (lognormal, generalised):
        assert check(text) == []
    assert load(lognormal).world.illness.body_sigma is None


def test_numbers_that_a_tail_lacks_keep_their_place(load: Load, toy: str) -> None:
    """Every number owns its dimension of the sequence, whatever the tail."""
    lognormal = load(with_keys(toy, "tail: lognormal", without=SPLICED)).world.numbers()
    pareto = load(toy).world.numbers()
    assert [path for path, _ in lognormal] == [path for path, _ in pareto]
    assert dict(lognormal)["illness.tail_index"] is None
    assert dict(pareto)["illness.tail_mean_excess"] is None


def test_every_missing_key_of_a_tail_is_named(check: Check, toy: str) -> None:
    assert said(check, with_keys(toy, without=SPLICED)) == [
        (
            "body_sigma: this key is missing. Add it: standard deviation of the logarithm of the "
            "body, 0.01 to 5."
        ),
        "splice: this key is missing. Add it: EUR at which the tail begins.",
        (
            "tail_index: this key is missing. Add it: Pareto index α of the tail, 0.2 to 50; the "
            "smaller, the heavier."
        ),
    ]
    assert said(check, with_keys(toy, "tail: generalised_pareto")) == [
        (
            "tail_mean_excess: this key is missing. Add it: mean excess in EUR of the cases above "
            "tail_threshold, before the cap."
        ),
    ]


def test_every_key_without_effect_is_named(check: Check, toy: str) -> None:
    remedy = "Remove it, or use another tail."
    assert said(check, with_keys(toy, "tail: lognormal")) == [
        f"{key}: this has no effect with tail: lognormal. {remedy}"
        for key in ("body_sigma", "splice", "tail_index")
    ]
    assert said(check, with_keys(toy, "tail_mean_excess: 60000")) == [
        f"tail_mean_excess: this has no effect with tail: pareto. {remedy}"
    ]


def test_null_removes_the_keys_of_another_tail(
    check: Check, write: Callable[..., object], toy: str
) -> None:
    write(toy, "base.yaml")
    keys = "tail: lognormal, body_sigma: null, splice: null, tail_index: null"
    assert check(f"extends: base.yaml\nworld: {{illness: {{{keys}}}}}\n") == []


@pytest.mark.parametrize("index", ["1", "{dist: uniform, low: 0.9, high: 3}"])
def test_a_mean_excess_needs_an_index_above_one(check: Check, toy: str, index: str) -> None:
    text = with_keys(toy, "tail: generalised_pareto", "tail_mean_excess: 60000")
    text = text.replace("{dist: uniform, low: 1.6, high: 2.4}", index)
    assert said(check, text) == [
        (
            "tail_index: with an index of 1 or less the tail has no mean "
            "excess. Let every value be "
            "above 1."
        )
    ]


def test_an_unknown_tail_is_one_problem(check: Check, toy: str) -> None:
    assert said(check, with_keys(toy, "tail: paretto")) == [
        'tail: "paretto" is not known here. Did you mean pareto?'
    ]


@pytest.mark.parametrize(
    ("lines", "problems"),
    [
        (["chronic_share: 0.3", "persistence: 0.7", "persistence_rank_correlation: 0.2"], []),
        (["episode_months: {dist: uniform, low: 0, high: 12}"], []),
        (
            ["persistence: 0.7"],
            [
                (
                    "persistence: without a chronic_share above 0 this has no "
                    "effect. Remove it, or "
                    "state chronic_share."
                )
            ],
        ),
        (
            ["chronic_share: 0", "persistence: 0.7"],
            [
                (
                    "persistence: without a chronic_share above 0 this has no "
                    "effect. Remove it, or "
                    "state chronic_share."
                )
            ],
        ),
        (
            ["chronic_share: 0.3", "persistence_rank_correlation: 0.2"],
            [
                (
                    "persistence_rank_correlation: without a persistence above 0 "
                    "this has no effect. "
                    "Remove it, or state persistence."
                )
            ],
        ),
        (
            ["episode_months: 13"],
            ["episode_months: 13 is too large. Use a number that is at least 0 and at most 12."],
        ),
        (
            ["chronic_share: 1.5"],
            ["chronic_share: 1.5 is too large. Use a number that is at least 0 and at most 1."],
        ),
        (
            ["chronic_share: 0.3", "persistence: 0.7", "persistence_rank_correlation: -2"],
            [
                (
                    "persistence_rank_correlation: -2 is too small. Use a number "
                    "that is at least -1 "
                    "and at most 1."
                )
            ],
        ),
    ],
)
def test_the_course_of_cases(check: Check, toy: str, lines: list[str], problems: list[str]) -> None:
    assert said(check, with_keys(toy, *lines)) == problems


def test_evidence_may_stand_wherever_a_number_does(check: Check, load: Load, toy: str) -> None:
    text = toy.replace(
        "tail_rate: 0.0003", "tail_rate: {dist: rate_posterior, cases: 28, person_years: 101740}"
    ).replace(
        "{dist: uniform, low: 1.6, high: 2.4}",
        "{dist: tail_index_posterior, cases: 28, total_excess: 2e6, excess_rounding: 1e5, "
        "threshold: 70000, low: 1.05, high: 4}",
    )
    assert check(text) == []
    illness = load(text).world.illness
    assert isinstance(illness.tail_rate, BaseDistribution)
    assert isinstance(illness.tail_index, BaseDistribution)
    assert illness.tail_rate.expectation == pytest.approx(28.5 / 101_740)
    assert 1.8 < illness.tail_index.expectation < 1.9
