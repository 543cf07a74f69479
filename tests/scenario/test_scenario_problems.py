"""Every kind of mistake in a scenario file, with its exact place and words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

# In what is written, ¦ marks the place that the problem must name. It is not written itself.
PLACE = "¦"


_APPEALS = (
    "share_tolerated: {tolerated}, appeal: {{mean_duration: 9, share: {share}, "
    "share_recognised: {recognised}, share_tolerated: {finally_tolerated}}}"
)


def variant(toy: str, old: str, new: str) -> tuple[str, str]:
    """Return a variant of the scenario, and the place marked in it as text."""
    assert toy.count(old) == 1, f"{old!r} must stand once in the scenario"
    marked = toy.replace(old, new)
    before = marked.partition(PLACE)[0]
    place = f"s.yaml:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"
    return marked.replace(PLACE, ""), place


def assert_problem(
    check: Callable[[str], list[str]], toy: str, change: tuple[str, str], words: tuple[str, ...]
) -> None:
    """Check that a change leads to one problem, at the marked place and in these words."""
    text, place = variant(toy, *change)
    key, message, remedy = words
    assert check(text) == [f"{place}: {key}: {message}. {remedy}"]


def test_the_unchanged_scenario_is_right(check: Callable[[str], list[str]], toy: str) -> None:
    assert check(toy) == []


@pytest.mark.parametrize(
    ("old", "new", "key", "message", "remedy"),
    [
        (
            "schema: integrasim/1",
            "¦schema: integrasim/2",
            "schema",
            '"integrasim/2" is not known here',
            "Did you mean integrasim/1?",
        ),
        (
            "title: {de: Schwelle im Beispielland, en: Threshold in the toy Land}",
            "¦title: {de: Schwelle im Beispielland}",
            "title.en",
            "this key is missing",
            "Add it: the text in English.",
        ),
        (
            "purpose: {de: Ein Test, en: A test}",
            "purpose: {de: Ein Test, ¦en: ' '}",
            "purpose.en",
            "this text is empty",
            "Write at least a word.",
        ),
        (
            "purpose: {de: Ein Test, en: A test}",
            "¦purpose: A test",
            "purpose",
            '"A test" is not a map of keys',
            "Write a map of keys: which question it answers {de: …, en: …}.",
        ),
        (
            "author: Test",
            "¦author: 5",
            "author",
            "5 is not text",
            'Put it in quotation marks: "5".',
        ),
        (
            "end: 2026-12",
            "¦end: 2024-12",
            "horizon.end",
            "the end 2024-12 lies before the start 2025-01",
            "Let the end be the start or later.",
        ),
        (
            "start: 2025-01,",
            "¦start: 2025-1,",
            "horizon.start",
            '"2025-1" is no month of the calendar',
            "Write year and month, such as 2025-01.",
        ),
        (
            "start: 2025-01,",
            "¦start: 2025,",
            "horizon.start",
            "2025 is no month of the calendar",
            "Write year and month, such as 2025-01.",
        ),
        (
            "start: 2025-01,",
            "¦start: 0225-01,",
            "horizon.start",
            "the year 225 is out of reach",
            "Use a year from 2000 to 2100.",
        ),
        ("draws: 100", "¦draws: 0", "draws", "0 is too small", "Use at least 1."),
        (
            "draws: 100",
            "¦draws: 1e3",
            "draws",
            "1000.0 is not a whole number",
            "Write 1000.",
        ),
        (
            "draws: 100",
            "¦draws: 1.000",
            "draws",
            "1.000 is read as 1",
            "Write 1000 if that is meant, or 1.",
        ),
        (
            "draws: 100",
            "¦draws: 10.5",
            "draws",
            "10.5 is not a whole number",
            "Write a whole number: number of equally likely futures, 1 to 10000000.",
        ),
        (
            "draws: 100",
            '¦draws: "100"',
            "draws",
            '"100" is not a whole number',
            "Write 100 without quotation marks.",
        ),
        (
            "draws: 100",
            "¦draws: true",
            "draws",
            "true is not a whole number",
            "Write a whole number: number of equally likely futures, 1 to 10000000.",
        ),
        (
            "draws: 100",
            "¦draws:",
            "draws",
            "nothing is written here",
            "Write a whole number: number of equally likely futures, 1 to 10000000.",
        ),
        ("seed: 0", "¦seed: -1", "seed", "-1 is too small", "Use at least 0."),
        (
            "seed: 0",
            "¦seed: 9223372036854775808",
            "seed",
            "9223372036854775808 is too large",
            "Use a number below 9223372036854775808.",
        ),
        ("seed: 0", "seed: 0\n¦sed: 1", "sed", "this key is unknown", "Did you mean seed?"),
        (
            "as_of: 2025-01-01",
            "¦as_of: 2025-02-29",
            "law.as_of",
            '"2025-02-29" is no day of the calendar',
            "Write year, month and day, such as 2025-01-31.",
        ),
        (
            "as_of: 2025-01-01",
            "¦as_of: 20250101",
            "law.as_of",
            "20250101 is no day of the calendar",
            "Write year, month and day, such as 2025-01-31.",
        ),
        (
            "as_of: 2025-01-01",
            "¦as_of: '20250101'",
            "law.as_of",
            '"20250101" is no day of the calendar',
            "Write year, month and day, such as 2025-01-31.",
        ),
    ],
)
def test_the_frame(
    check: Callable[[str], list[str]],
    toy: str,
    old: str,
    new: str,
    key: str,
    message: str,
    remedy: str,
) -> None:
    assert_problem(check, toy, (old, new), (key, message, remedy))


@pytest.mark.parametrize(
    ("old", "new", "key", "message", "remedy"),
    [
        (
            "process: log_ar1",
            "¦process: log_ar",
            "arrivals.process",
            '"log_ar" is not known here',
            "Did you mean log_ar1?",
        ),
        (
            "  arrivals:\n    process: log_ar1\n",
            "  ¦arrivals:\n",
            "arrivals.process",
            "this key is missing",
            "Add it: log_ar1, fixed, regime, bootstrap, expert or exponential_smoothing.",
        ),
        (
            "    volatility: 0.1\n",
            "    ¦volatilty: 0.1\n",
            "arrivals.volatilty",
            "this key is unknown",
            "Did you mean volatility?",
        ),
        (
            "initial: 500",
            "¦initial: 0",
            "arrivals.initial",
            "0 is too small",
            "Use a number that is above 0 and at most 10000000.",
        ),
        (
            "initial: 500",
            "¦initial: 1.000,5",
            "arrivals.initial",
            '"1.000,5" is not a number',
            "Write a number: persons per month in Germany before the first month.",
        ),
        (
            "initial: 500",
            "¦initial: 500.000.000",
            "arrivals.initial",
            '"500.000.000" is not a number',
            "Write 500000000.",
        ),
        (
            "initial: 500",
            "¦initial: 12.500",
            "arrivals.initial",
            "12.500 is read as 12.5",
            "Write 12500 if that is meant, or 12.5.",
        ),
        (
            "initial: 500",
            "¦initial: .nan",
            "arrivals.initial",
            "nan is not a finite number",
            "Write a number.",
        ),
        (
            "    share: 0.5\n",
            "    ¦share: 1.5\n",
            "arrivals.share",
            "1.5 is too large",
            "Use a number that is at least 0 and at most 1.",
        ),
        (
            "    share: 0.5\n",
            "    ¦share: 50 %\n",
            "arrivals.share",
            '"50 %" is not a number',
            "Write 0.5.",
        ),
        (
            "    volatility: 0.1\n",
            "    ¦volatility: -0.1\n",
            "arrivals.volatility",
            "-0.1 is too small",
            "Use a number that is at least 0 and at most 5.",
        ),
        (
            "seasonality: [1, 1,",
            "¦seasonality: [1,",
            "arrivals.seasonality",
            "11 factors are given",
            "Write twelve, one per month, January first.",
        ),
        (
            "seasonality: [1, 1,",
            "seasonality: [1, ¦0,",
            "arrivals.seasonality[1]",
            "0 is too small",
            "Use a number that is above 0 and at most 1000.",
        ),
        (
            "seasonality: [1, 1,",
            "seasonality: [1, ¦{dist: uniform, low: 1, high: 2},",
            "arrivals.seasonality[1]",
            "a distribution stands where its value must be fixed",
            "Write a number: twelve factors, January first, of which only the proportions count.",
        ),
        (
            "monthly: 20,",
            "¦monthly: -20,",
            "other_arrivals.temporary_protection.monthly",
            "-20 is too small",
            "Use a number that is at least 0 and at most 10000000.",
        ),
        (
            "monthly: 20,",
            "¦monthly: [20, 20],",
            "other_arrivals.temporary_protection.monthly",
            "the list has 2 months, the horizon 24",
            "Write one number for each month from 2025-01 to 2026-12.",
        ),
        (
            "monthly: 20,",
            "¦monthly: {2025-01: 20},",
            "other_arrivals.temporary_protection.monthly",
            "the table lacks 2025-02, 2025-03, 2025-04 and 20 more",
            "Write a number for every month from 2025-01 to 2026-12.",
        ),
        (
            "monthly: 20,",
            "monthly: {¦2025-13: 20},",
            "other_arrivals.temporary_protection.monthly.2025-13",
            '"2025-13" is no month of the calendar',
            "Write year and month, such as 2025-01.",
        ),
        (
            "counts: poisson",
            "¦counts: poison",
            "other_arrivals.temporary_protection.counts",
            '"poison" is not known here',
            "Did you mean poisson?",
        ),
        (
            "share_left: 0.2",
            "¦share_left: 0.95",
            "reception.share_left",
            "share_recognised and share_left together are at least 1.05",
            "Let their sum be at most 1.",
        ),
        (
            "share_left: 0.2",
            "¦share_left: {dist: uniform, low: 0.91, high: 1}",
            "reception.share_left",
            "share_recognised and share_left together are at least 1.01",
            "Let their sum be at most 1.",
        ),
        (
            "share_tolerated: 0.3",
            "¦share_tolerated: 0.6",
            "residence.procedure.share_tolerated",
            "share_recognised and share_tolerated together are at least 1.1",
            "Let their sum be at most 1.",
        ),
        (
            "share_tolerated: 0.3",
            _APPEALS.format(tolerated=0, share=1, recognised=1, finally_tolerated=0.1).replace(
                ", share_tolerated", ", ¦share_tolerated"
            ),
            "residence.procedure.appeal.share_tolerated",
            "share_recognised and share_tolerated together are at least 1.1",
            "Let their sum be at most 1.",
        ),
        (
            "share_tolerated: 0.3",
            "¦" + _APPEALS.format(tolerated=0.3, share=0.75, recognised=0, finally_tolerated=0),
            "residence.procedure.share_tolerated",
            "at least 0.3 of the first decisions, but only 0.125 are refusals without an appeal",
            "Lower it, or procedure.appeal.share: who appeals is not tolerated yet.",
        ),
        (
            "initial: {procedure: 100,",
            "initial: {procedure: 100, ¦appeal: 20,",
            "residence.initial.appeal",
            "appeals are pending, but the scenario does not say what becomes of them",
            "Add world.residence.procedure.appeal, or remove this key.",
        ),
        (
            "    mean_stay: 3\n",
            "    mean_stay: 3\n    ¦share_in_appeal: {dist: uniform, low: 0, high: 0.5}\n",
            "reception.share_in_appeal",
            "appeals are pending, but the scenario does not say what becomes of them",
            "Add world.residence.procedure.appeal, or remove this key.",
        ),
        (
            "initial: {procedure: 100,",
            "initial: {procedure: 100, ¦temporary_protection_late: 20,",
            "residence.initial.temporary_protection_late",
            "the horizon starts with 2025-01, before anyone was admitted late",
            "Count them in temporary_protection, and remove this key.",
        ),
        (
            "share_recognised: 0.1\n    share_left: 0.2\n",
            "share_recognised: 0\n    share_left: 0.2\n    ¦mean_stay_recognised: 2\n",
            "reception.mean_stay_recognised",
            "without a share_recognised above 0 this has no effect",
            "Remove it, or raise share_recognised.",
        ),
        (
            "    mean_stay: 3\n",
            "    mean_stay: 3\n    ¦usable_share: 0\n",
            "reception.usable_share",
            "0 is too small",
            "Use a number that is above 0 and at most 1000.",
        ),
        (
            "  residence:\n",
            "  assignment: {¦household_size: 0.5}\n  residence:\n",
            "assignment.household_size",
            "0.5 is too small",
            "Use a number that is at least 1 and at most 10.",
        ),
        (
            "mean_stay: 3",
            "¦mean_stay: 0.5",
            "reception.mean_stay",
            "0.5 is too small",
            "Use a number that is at least 1 and at most 1000000000000.",
        ),
        (
            "reception_centre: 100,",
            "¦reception_centre: -1,",
            "reception.places.reception_centre",
            "-1 is too small",
            "Use a number that is at least 0 and at most 10000000.",
        ),
        (
            "tolerated: 50,",
            "¦tolerated: -50,",
            "residence.initial.tolerated",
            "-50 is too small",
            "Use a number that is at least 0 and at most 10000000.",
        ),
        (
            "no_cost_share: 0.3",
            "¦no_cost_share: 1",
            "illness.no_cost_share",
            "1 is too large",
            "Use a number that is at least 0 and below 1.",
        ),
        (
            "tail_rate: 0.0003",
            "¦tail_rate: 3.5",
            "illness.tail_rate",
            "3.5 is too large",
            "Use a number that is above 0 and below 1.",
        ),
        (
            "    splice: 30000",
            "    ¦splice: 80000",
            "illness.splice",
            "the tail begins at 80,000, above tail_threshold (70,000)",
            "Use at most 70000.",
        ),
        (
            "    splice: 30000",
            "    ¦splice: {dist: uniform, low: 20000, high: 40000}",
            "illness.splice",
            "a distribution stands where its value must be fixed",
            "Write a number: EUR at which the tail begins.",
        ),
        (
            "cap: 2000000",
            "¦cap: 70000",
            "illness.cap",
            "the cap 70,000 is not above tail_threshold (70,000)",
            "Use more than 70000.",
        ),
        (
            "    inflation: 0.03\n",
            "    ¦inflation: -1\n",
            "illness.inflation",
            "-1 is too small",
            "Use a number that is above -1 and at most 1.",
        ),
        (
            "cap: 2000000",
            "cap: 2000000\n    ¦floor: 30000",
            "illness.floor",
            "the floor 30,000 lies above the threshold of threshold_25k (25,000)",
            "Use at most 25000, or the cases between the two are lost.",
        ),
        (
            "  costs:\n",
            "  costs:\n    ¦place_share: 0.4\n",
            "costs.place_share",
            "without place_release this has no effect",
            "Add place_release, or remove place_share.",
        ),
        (
            "  costs:\n",
            "  costs:\n    ¦place_release: {dist: uniform, low: 0, high: 0.5}\n",
            "costs.place_release",
            "without place_share this has no effect",
            "Add place_share, or remove place_release.",
        ),
        (
            "  costs:\n",
            "  costs:\n    place_share: 0\n    ¦place_release: {dist: uniform, low: 0, high: 1}\n",
            "costs.place_release",
            "without a place_share above 0 this has no effect",
            "Remove both, or raise place_share.",
        ),
        (
            "  costs:\n",
            "  costs:\n    place_release: 1\n    ¦place_share: 0.4\n",
            "costs.place_share",
            "without a place_release below 1 this has no effect",
            "Remove both, or lower place_release.",
        ),
        (
            "  costs:\n",
            "  costs:\n    place_release: 0.5\n    ¦place_share: 1\n",
            "costs.place_share",
            "1 is too large",
            "Use a number that is at least 0 and below 1.",
        ),
        (
            "  costs:\n",
            "  costs:\n    ¦splice: 30000\n",
            "costs.splice",
            "this key is unknown",
            "It belongs under world.illness.",
        ),
        (
            "  costs:\n",
            "  costs:\n    ¦baseline: threshold_35k\n",
            "costs.baseline",
            "this key is unknown",
            "It belongs at the top level.",
        ),
    ],
)
def test_the_world(
    check: Callable[[str], list[str]],
    toy: str,
    old: str,
    new: str,
    key: str,
    message: str,
    remedy: str,
) -> None:
    assert_problem(check, toy, (old, new), (f"world.{key}", message, remedy))


def test_a_cap_below_the_floor_is_refused(check: Callable[[str], list[str]], toy: str) -> None:
    text, place = variant(toy, "cap: 2000000", "¦cap: 71000\n    floor: 72000")
    assert check(text)[0] == (
        f"{place}: world.illness.cap: the cap 71,000 is not above floor (72,000). "
        "Use more than 72000."
    )


@pytest.mark.parametrize(
    ("new", "key", "message", "remedy"),
    [
        (
            "initial: {¦dist: unifrom, low: 1, high: 2}",
            ".dist",
            '"unifrom" is not known here',
            "Did you mean uniform?",
        ),
        (
            "¦initial: {low: 1, high: 2}",
            ".dist",
            "this key is missing",
            (
                "Add it: uniform, triangular, normal, lognormal, gamma, beta, rate_posterior or "
                "tail_index_posterior."
            ),
        ),
        (
            "¦initial: {dist: uniform, high: 2}",
            ".low",
            "this key is missing",
            "Add it: the smallest possible value.",
        ),
        (
            "initial: {dist: uniform, low: 1, high: 2, ¦mode: 1}",
            ".mode",
            "this key is unknown",
            "Use dist, low or high.",
        ),
        (
            "initial: {dist: uniform, low: 1, ¦high: {dist: uniform, low: 2, high: 3}}",
            ".high",
            "a distribution stands where its value must be fixed",
            "Write a number: the largest possible value, above low.",
        ),
        (
            "¦initial: {dist: uniform, low: 2, high: 1}",
            "",
            "low (2) is not below high (1)",
            "Let low be below high; for a fixed value write it alone.",
        ),
        (
            "initial: {dist: triangular, low: 1, ¦mode: 5, high: 3}",
            ".mode",
            "the mode 5 lies above high",
            "Use at most 3.",
        ),
        (
            "initial: {dist: gamma, mean: 5, ¦sd: 0}",
            ".sd",
            "0 is too small",
            "Use at least 1e-09.",
        ),
        (
            "initial: {dist: beta, mean: 0.5, ¦sd: 0.5}",
            ".sd",
            "no beta distribution with this mean has the sd 0.5",
            "Use an sd below 0.5.",
        ),
        (
            "¦initial: {dist: uniform, low: 0, high: 1}",
            "",
            "this distribution goes down to 0",
            "Every value must be above 0 and at most 10000000: set low and high accordingly.",
        ),
        (
            "¦initial: {dist: normal, mean: 500, sd: 100}",
            "",
            "this distribution goes down to -321",
            "Every value must be above 0 and at most 10000000: set low and high accordingly.",
        ),
    ],
)
def test_distributions(
    check: Callable[[str], list[str]], toy: str, new: str, key: str, message: str, remedy: str
) -> None:
    words = (f"world.arrivals.initial{key}", message, remedy)
    assert_problem(check, toy, ("initial: 500", new), words)


@pytest.mark.parametrize(
    ("new", "message", "remedy"),
    [
        (
            "{dist: uniform, low: 0.5, high: 1}",
            "this distribution goes up to 1",
            "Every value must be at least 0 and below 1: set low and high accordingly.",
        ),
        (
            "{dist: gamma, mean: 0.5, sd: 0.1}",
            "this distribution goes up to 1.807",
            (
                "Every value must be at least 0 and below 1: "
                "choose a distribution with low and high."
            ),
        ),
    ],
)
def test_distributions_keep_upper_bounds_too(
    check: Callable[[str], list[str]], toy: str, new: str, message: str, remedy: str
) -> None:
    change = "persistence: {dist: beta, mean: 0.9, sd: 0.05}", f"¦persistence: {new}"
    assert_problem(check, toy, change, ("world.arrivals.persistence", message, remedy))


@pytest.mark.parametrize(
    "new",
    [
        "{dist: lognormal, median: 500, sigma: 1}",
        "{dist: gamma, mean: 500, sd: 400}",
        "{dist: beta, mean: 0.5, sd: 0.2}",
        "{dist: normal, mean: 500, sd: 50}",
        "{dist: normal, mean: 500, sd: 100, low: 1}",
        "{dist: uniform, low: 1, high: 2}",
        "{dist: triangular, low: 1, mode: 1, high: 2}",
    ],
)
def test_distributions_that_never_leave_the_bounds_are_right(
    check: Callable[[str], list[str]], toy: str, new: str
) -> None:
    assert check(toy.replace("initial: 500", f"initial: {new}")) == []


@pytest.mark.parametrize(
    ("new", "key", "message", "remedy"),
    [
        (
            "{between: [world.illness.mean_cost, ¦world.costs.inflaton], rank_correlation: 0.4}",
            "[0].between[1]",
            "world.costs.inflaton is no distribution of the world",
            "Did you mean world.costs.inflation?",
        ),
        (
            "{between: [¦illness.mean_cost, world.costs.inflation], rank_correlation: 0.4}",
            "[0].between[0]",
            "illness.mean_cost is no distribution of the world",
            "Did you mean world.illness.mean_cost?",
        ),
        (
            "{between: [¦draws, world.costs.inflation], rank_correlation: 0.4}",
            "[0].between[0]",
            "draws is no distribution of the world",
            (
                "Use one of world.arrivals.level, world.arrivals.persistence, "
                "world.illness.mean_cost, world.illness.tail_index, world.costs.inflation."
            ),
        ),
        (
            "{between: [¦world.costs.kreisfrei, world.costs.inflation], rank_correlation: 0.4}",
            "[0].between[0]",
            "world.costs.kreisfrei is a fixed number, which cannot vary together with another",
            "Give it a distribution, or remove this dependence.",
        ),
        (
            "{¦between: [world.illness.mean_cost], rank_correlation: 0.4}",
            "[0].between",
            "two paths belong here, not 1",
            "Name two numbers.",
        ),
        (
            "{between: [world.costs.inflation, ¦world.costs.inflation], rank_correlation: 0.4}",
            "[0].between[1]",
            "a number cannot depend on itself",
            "Name two different numbers.",
        ),
        (
            "{between: [world.illness.mean_cost, world.costs.inflation], ¦rank_correlation: -1.1}",
            "[0].rank_correlation",
            "-1.1 is too small",
            "Use a number that is at least -1 and at most 1.",
        ),
        (
            (
                "{between: [world.illness.mean_cost, world.costs.inflation], rank_correlation: 0}\n"
                "  - {¦between: [world.costs.inflation, world.illness.mean_cost], "
                "rank_correlation: 0}"
            ),
            "[1].between",
            "this pair stands in line 51 already",
            "Keep one of the two.",
        ),
        (
            (
                "{between: [world.illness.mean_cost, world.costs.inflation], rank_correlation: 0}\n"
                "  - {between: [world.illness.mean_cost, world.illness.tail_index], "
                "rank_correlation: 0.8}\n"
                "  - {between: [world.illness.tail_index, world.costs.inflation], "
                "¦rank_correlation: 0.9}"
            ),
            "[2].rank_correlation",
            (
                "0.9 between world.illness.tail_index and world.costs.inflation cannot hold "
                "together with the correlations of both with world.illness.mean_cost (0.8 and 0)"
            ),
            "Use -0.563 to 0.563 here, or bring others closer to 0.",
        ),
        (
            (
                "{between: [world.illness.mean_cost, world.illness.tail_index], "
                "rank_correlation: 0.8}\n"
                "  - {between: [world.illness.tail_index, world.costs.inflation], "
                "¦rank_correlation: 0.9}"
            ),
            "[1].rank_correlation",
            (
                "0.9 between world.illness.tail_index and world.costs.inflation cannot hold "
                "together with the correlations of both with world.illness.mean_cost "
                "(0.8 and not listed, so 0)"
            ),
            (
                "Use -0.563 to 0.563 here, bring others closer to 0, or list "
                "world.illness.mean_cost with world.costs.inflation at 0.478 to 0.98."
            ),
        ),
    ],
)
def test_dependence(
    check: Callable[[str], list[str]], toy: str, new: str, key: str, message: str, remedy: str
) -> None:
    old = "{between: [world.illness.mean_cost, world.costs.inflation], rank_correlation: 0.4}"
    assert_problem(check, toy, (old, new), (f"dependence{key}", message, remedy))


def test_dependence_in_a_world_without_distributions(
    check: Callable[[str], list[str]], toy: str
) -> None:
    text = toy.replace("{dist: gamma, mean: 1500, sd: 200}", "1500")
    text = text.replace("{dist: normal, mean: 0.02, sd: 0.01, low: -0.05, high: 0.1}", "0.02")
    for written in (
        "{dist: lognormal, median: 400, sigma: 0.2}",
        "{dist: beta, mean: 0.9, sd: 0.05}",
        "{dist: uniform, low: 1.6, high: 2.4}",
    ):
        text = text.replace(written, "0.5")
    assert check(text.replace("[world.illness.mean_cost,", "[world.illness.mean,"))[0] == (
        "s.yaml:51:16: dependence[0].between[0]: world.illness.mean is no distribution of the "
        "world. Give it a distribution."
    )


def perfect(names: str, written: str) -> str:
    return f"  - {{between: [{names}], rank_correlation: {written}}}\n"


def test_perfect_correlations_that_conflict_leave_one_value(
    check: Callable[[str], list[str]], toy: str
) -> None:
    level, cost, index = (
        "world.arrivals.level",
        "world.illness.mean_cost",
        "world.illness.tail_index",
    )
    pairs = perfect(f"{level}, {cost}", "1") + perfect(f"{cost}, {index}", "1")
    pairs += perfect(f"{level}, {index}", "0")
    start, end = toy.index("  - {between"), toy.index("law: {as_of")
    (problem,) = check(toy[:start] + pairs + toy[end:])
    assert problem.endswith("Use 0 here, or bring others closer to 0.")


def test_correlations_that_conflict_all_over_are_to_be_loosened(
    check: Callable[[str], list[str]], toy: str
) -> None:
    paths = [
        "world.arrivals.level",
        "world.arrivals.persistence",
        "world.illness.mean_cost",
        "world.illness.tail_index",
        "world.costs.inflation",
    ]
    pairs = [
        perfect(f"{left}, {right}", "-0.8")
        for index, left in enumerate(paths)
        for right in paths[index + 1 :]
    ]
    start, end = toy.index("  - {between"), toy.index("law: {as_of")
    (problem,) = check(toy[:start] + "".join(pairs) + toy[end:])
    assert problem.endswith("Bring several of them closer to 0, this one first.")


THRESHOLD = "law: {fluag.illness_threshold: {from: 2026-01-01, value: 30000}}"
CALLED = "fluag.illness_threshold"


@pytest.mark.parametrize(
    ("new", "key", "message", "remedy"),
    [
        (
            "law: {¦fluag.ilness_threshold: 30000}",
            "fluag.ilness_threshold",
            "the law has no such parameter",
            "Did you mean fluag.illness_threshold?",
        ),
        (
            "law: {¦fluag.illness_threshold: -5}",
            CALLED,
            "-5 is below the minimum 0",
            "Use at least 0 (EUR per person and calendar year).",
        ),
        (
            "law: {¦fluag.illness_threshold: true}",
            CALLED,
            "true is not a number",
            "Write a number.",
        ),
        (
            "law: {¦fluag.illness_threshold: 35.000}",
            CALLED,
            "35.000 is read as 35",
            "Write 35000 if that is meant, or 35.",
        ),
        (
            "law: {¦fluag.illness_threshold: []}",
            CALLED,
            "no value is given",
            "Write a number, or {from: 2026-01-01, value: …}.",
        ),
        (
            "law: {fluag.illness_threshold: {¦from: 2026-07-01, value: 30000}}",
            f"{CALLED}.from",
            "the value can only change on 1 January, not on 2026-07-01",
            "Use 2026-01-01 or 2027-01-01.",
        ),
        (
            "law: {fluag.one_off_tolerated: {¦from: 2026-07-15, value: 13000}}",
            "fluag.one_off_tolerated.from",
            "the value can only change on the first of a month, not on 2026-07-15",
            "Use 2026-07-01, for example.",
        ),
        (
            "law: {fluag.illness_threshold: {¦from: 2027-01-01, value: 30000}}",
            f"{CALLED}.from",
            "2027-01-01 lies after the horizon, which ends with 2026-12",
            "Use an earlier day, or remove this value, which changes nothing.",
        ),
        (
            "law: {fluag.illness_threshold: [30000, {from: 2026-01-01, ¦value: -1}]}",
            f"{CALLED}[1].value",
            "-1 is below the minimum 0",
            "Use at least 0 (EUR per person and calendar year).",
        ),
        (
            "law: {fluag.illness_threshold: [30000, ¦40000]}",
            f"{CALLED}[1]",
            "a value without a day is given already",
            "Keep one of the two.",
        ),
        (
            (
                "law: {fluag.illness_threshold: [{from: 2026-01-01, value: 30000}, "
                "¦{from: 2026-01-01, value: 40000}]}"
            ),
            f"{CALLED}[1]",
            "a value from 2026-01-01 is given already",
            "Keep one of the two.",
        ),
        (
            "law: {fluag.illness_threshold: {¦form: 2026-01-01, value: 30000}}",
            f"{CALLED}.form",
            "this key is unknown",
            "Did you mean from?",
        ),
        (
            "law: {¦fluag.illness_threshold: {from: 2026-01-01}}",
            f"{CALLED}.value",
            "this key is missing",
            "Add it: the value, in the unit of the parameter, or add indexed_by.",
        ),
        (
            "law: {fluag.illness_threshold: {¦from: 2026, value: 30000}}",
            f"{CALLED}.from",
            "2026 is no day of the calendar",
            "Write year, month and day, such as 2025-01-31.",
        ),
    ],
)
def test_options(
    check: Callable[[str], list[str]], toy: str, new: str, key: str, message: str, remedy: str
) -> None:
    words = (f"options.threshold_later.law.{key}", message, remedy)
    text, place = variant(toy, THRESHOLD, new)
    problems = check(text)
    assert f"{place}: {words[0]}: {message}. {remedy}" in problems
    # 35 is also too low for any floor.
    assert len(problems) == (2 if "35.000" in new else 1)


def test_a_floor_that_is_not_written_has_its_default(
    check: Callable[[str], list[str]], toy: str
) -> None:
    (problem,) = check(toy.replace("value: 30000", "value: 10000"))
    assert problem == (
        "s.yaml:32:3: world.illness.floor: the floor 15,000 lies above the threshold of "
        "threshold_later (10,000). Use at most 10000, or the cases between the two are lost."
    )


def test_a_threshold_that_is_wrong_by_itself_is_not_compared_with_the_floor(
    check: Callable[[str], list[str]], toy: str
) -> None:
    text, place = variant(toy, "value: 30000", "¦value: -1")
    assert [problem.split(": ")[0] for problem in check(text)] == [place]


@pytest.mark.parametrize(
    ("old", "new", "key", "message", "remedy"),
    [
        (
            "  threshold_25k:\n",
            "  ¦Threshold-25k:\n",
            "options.Threshold-25k",
            '"Threshold-25k" is no simple name',
            "Use a to z, 0 to 9 and _, beginning with a letter, such as threshold_35k.",
        ),
        (
            '  threshold_25k:\n    label: {de: Schwelle 25.000, en: "Threshold 25,000"}',
            "  ¦threshold_25k: {}",
            "options.threshold_25k.label",
            "this key is missing",
            "Add it: what advisers read {de: …, en: …}.",
        ),
        (
            "baseline: threshold_35k",
            "¦baseline: treshold_35k",
            "baseline",
            "there is no option treshold_35k",
            "Did you mean threshold_35k?",
        ),
        (
            "baseline: threshold_35k",
            "¦baseline: xyz",
            "baseline",
            "there is no option xyz",
            "Use threshold_35k, threshold_later or threshold_25k.",
        ),
        (
            "budgets: {fluag: 660000000}",
            "budgets: {¦fluga: 660000000}",
            "budgets.fluga",
            "there is no such programme or instrument",
            "Did you mean fluag?",
        ),
        (
            "budgets: {fluag: 660000000}",
            "budgets: {¦fluag: 0}",
            "budgets.fluag",
            "0 is too small",
            "Use a number that is above 0 and at most 10000000000000.",
        ),
        (
            "budgets: {fluag: 660000000}",
            "budgets: {¦fluag: 660.000.000 EUR}",
            "budgets.fluag",
            '"660.000.000 EUR" is not a number',
            "Write 660000000.",
        ),
        (
            "budgets: {fluag: 660000000}",
            "budgets: {fluag: {2025: 1, ¦2027: 2}}",
            "budgets.fluag.2027",
            "2027 lies outside the horizon, 2025-01 to 2026-12",
            "Use 2025 or 2026, or remove this budget.",
        ),
        (
            "budgets: {fluag: 660000000}",
            "budgets: {fluag: {2025: 1, ¦'2025': 2}}",
            "budgets.fluag.2025",
            "this key is doubled: it stands in line 63, column 19 already",
            "Keep one of the two.",
        ),
        (
            "budgets: {fluag: 660000000}",
            "budgets: {fluag: {¦2025-01: 1}}",
            "budgets.fluag.2025-01",
            '"2025-01" is no year',
            "Write a year from 2000 to 2100.",
        ),
        (
            "budgets: {fluag: 660000000}",
            "budgets: {fluag: {¦02025: 1}}",
            "budgets.fluag.02025",
            '"02025" is no year',
            "Write a year from 2000 to 2100.",
        ),
        (
            "budgets: {fluag: 660000000}",
            "budgets: {fluag: {¦2025: -1}}",
            "budgets.fluag.2025",
            "-1 is too small",
            "Use a number that is above 0 and at most 10000000000000.",
        ),
        (
            "budgets: {fluag: 660000000}",
            "budgets: {fluag: {¦2025: 660.000.000}}",
            "budgets.fluag.2025",
            '"660.000.000" is not a number',
            "Write 660000000.",
        ),
        (
            "budgets: {fluag: 660000000}",
            "budgets: {¦fluag: {}}",
            "budgets.fluag",
            "no year is given",
            "Write {2025: …}, or a number for every year.",
        ),
        (
            "budgets: {fluag: 660000000}",
            "budgets: {¦fluag: [1, 2]}",
            "budgets.fluag",
            "a list is not a number",
            "Write a number.",
        ),
        (
            "budgets: {fluag: 660000000}",
            "budgets: {¦fluag: {dist: uniform, low: 1, high: 2}}",
            "budgets.fluag",
            "a distribution stands where its value must be fixed",
            "Write a number.",
        ),
    ],
)
def test_options_baseline_and_budgets(
    check: Callable[[str], list[str]],
    toy: str,
    old: str,
    new: str,
    key: str,
    message: str,
    remedy: str,
) -> None:
    assert_problem(check, toy, (old, new), (key, message, remedy))


def test_options_without_a_baseline_need_one(check: Callable[[str], list[str]], toy: str) -> None:
    (problem,) = check(toy.replace("baseline: threshold_35k\n", ""))
    assert problem == (
        "s.yaml:1:1: baseline: this key is missing. Add it: the option that all others are "
        "compared with, threshold_35k, threshold_later or threshold_25k."
    )


def test_a_scenario_without_options_is_right(check: Callable[[str], list[str]], toy: str) -> None:
    start, end = toy.index("options:"), toy.index("budgets:")
    assert check(toy[:start] + toy[end:]) == []
    (problem,) = check(toy[:start] + "options: {}\n" + toy[end:])
    assert problem == (
        "s.yaml:53:1: options: there is no option here. "
        "Write one, or remove this key to have the enacted law alone."
    )


def test_without_options_a_baseline_names_the_enacted_law(
    check: Callable[[str], list[str]], toy: str
) -> None:
    start, end = toy.index("options:"), toy.index("baseline:")
    assert check(toy[:start] + toy[end:]) == [
        "s.yaml:53:1: baseline: there is no option threshold_35k. Use enacted_law."
    ]


MUNICIPALITIES = """\
ags,name,type,kreis_ags,kreis_name,population,area_km2
00111000,Adorf,kreisfrei,00111,Adorf,1000,10
00200004,Bestadt,kreisangehörig,00200,Beispielkreis,500,20
"""
PLACES = "places: {reception_centre: 100, other_facility: 200}"
LATER = "{from: 2024-05, reception_centre: 1, other_facility: 2}"


def test_tables_beside_the_scenario_are_found(
    write: Callable[..., object], check: Callable[[str], list[str]], toy: str
) -> None:
    write(MUNICIPALITIES, "tables/land.csv")
    write("ags,reception_centre,other_facility\n00200004,5,7\n", "tables/places.csv")
    text = toy.replace("region: toy", "region: tables/land.csv")
    text = text.replace(PLACES, f"{PLACES}\n    places_by_municipality: tables/places.csv")
    assert check(text) == []


@pytest.mark.parametrize(
    ("new", "key", "message", "remedy"),
    [
        ("¦region: tyo", "region", "there is no file tyo", "Did you mean toy?"),
        (
            "¦region: .",
            "region",
            ". is a directory, not a file",
            "Name a CSV table, or write nrw or toy.",
        ),
        (
            "¦region: lnad.csv",
            "region",
            "there is no file lnad.csv",
            "Did you mean land.csv?",
        ),
        (
            "region: {¦table: nothing/there}",
            "region.table",
            "there is no file nothing/there",
            "Name a CSV table, or write nrw or toy.",
        ),
        (
            "region: {table: toy, municipality_type: {¦00111001: kreisfrei}}",
            "region.municipality_type.00111001",
            "the table has no municipality 00111001",
            "Use an AGS of the table.",
        ),
        (
            "region: {table: toy, municipality_type: {¦00111000: kreisfre}}",
            "region.municipality_type.00111000",
            '"kreisfre" is not known here',
            "Did you mean kreisfrei?",
        ),
        ("¦region: 5", "region", "5 is not text", 'Put it in quotation marks: "5".'),
        (
            "region: {¦tabel: toy}",
            "region.tabel",
            "this key is unknown",
            "Did you mean table?",
        ),
    ],
)
def test_regions(
    write: Callable[..., object],
    check: Callable[[str], list[str]],
    toy: str,
    new: str,
    key: str,
    message: str,
    remedy: str,
) -> None:
    write(MUNICIPALITIES, "land.csv")
    assert_problem(check, toy, ("region: toy", new), (key, message, remedy))


def test_a_table_of_places_that_is_not_there(check: Callable[[str], list[str]], toy: str) -> None:
    change = PLACES, f"{PLACES}\n    ¦places_by_municipality: kye"
    words = "there is no file kye", "Did you mean key?"
    assert_problem(check, toy, change, ("world.reception.places_by_municipality", *words))


def test_a_table_of_places_that_is_a_directory(check: Callable[[str], list[str]], toy: str) -> None:
    change = PLACES, f"{PLACES}\n    ¦places_by_municipality: .."
    words = ".. is a directory, not a file", "Name a CSV table, or write key or sites."
    assert_problem(check, toy, change, ("world.reception.places_by_municipality", *words))


@pytest.mark.parametrize(
    ("new", "at", "message", "remedy"),
    [
        (
            f"places: [{LATER}, ¦{{reception_centre: 1, other_facility: 2}}]",
            "[1]",
            "from is missing",
            "Give it the month from which on it holds; only the first may be without.",
        ),
        (
            f"places: [{LATER}, {LATER.replace('from', '¦from')}]",
            "[1].from",
            "2024-05 does not follow 2024-05",
            "Write the months in order of time, each once.",
        ),
        (
            "¦places: []",
            "",
            "no places are given",
            "Write {reception_centre: …, other_facility: …}.",
        ),
        (
            "places: [{¦from: 2025-02, reception_centre: 1, other_facility: 2}]",
            "[0].from",
            "the places begin in 2025-02, the horizon in 2025-01",
            "Say how many there are in 2025-01.",
        ),
        (
            "places: {¦from: 2025-02, reception_centre: 1, other_facility: 2}",
            ".from",
            "the places begin in 2025-02, the horizon in 2025-01",
            "Say how many there are in 2025-01.",
        ),
        (
            "places: [{¦from: 2025-1, reception_centre: 1, other_facility: 2}]",
            "[0].from",
            '"2025-1" is no month of the calendar',
            "Write year and month, such as 2025-01.",
        ),
        (
            "places: [{from: 2024-01, reception_centre: 1, ¦other_facilities: 2}]",
            "[0].other_facilities",
            "this key is unknown",
            "Did you mean other_facility?",
        ),
        (
            "places: [{from: 2024-01, reception_centre: 1, ¦other_facility: -2}]",
            "[0].other_facility",
            "-2 is too small",
            "Use a number that is at least 0 and at most 10000000.",
        ),
    ],
)
def test_planned_places(
    check: Callable[[str], list[str]], toy: str, new: str, at: str, message: str, remedy: str
) -> None:
    assert_problem(check, toy, (PLACES, new), (f"world.reception.places{at}", message, remedy))


def test_sites_are_those_of_north_rhine_westphalia(
    check: Callable[[str], list[str]], toy: str
) -> None:
    change = PLACES, f"{PLACES}\n    ¦places_by_municipality: sites"
    message = 'region "toy" does not have the sites of North Rhine-Westphalia'
    words = "world.reception.places_by_municipality", message, "Write key, or name a CSV table."
    assert_problem(check, toy, change, words)
    assert check(variant(toy, *change)[0].replace("region: toy", "region: nrw")) == []


def test_problems_in_tables_are_reported_with_those_of_the_scenario(
    write: Callable[..., object], check: Callable[[str], list[str]], toy: str
) -> None:
    write(MUNICIPALITIES.replace("500,20", "minus,20"), "land.csv")
    write("ags,reception_centre,other_facility\n00999999,5,7\n", "places.csv")
    wrong_places = toy.replace(PLACES, f"{PLACES}\n    places_by_municipality: places.csv")
    assert [line.split(": ")[0] for line in check(wrong_places.replace("seed: 0", "seed: -1"))] == [
        "s.yaml:7:1",
        "places.csv:2:1",
    ]
    # Without a region there is nothing to compare the places with.
    wrong_region = wrong_places.replace("region: toy", "region: land.csv")
    assert [line.split(": ")[0] for line in check(wrong_region)] == ["land.csv:3:53"]


def test_problems_of_all_kinds_are_reported_at_once(
    check: Callable[[str], list[str]], toy: str
) -> None:
    text = toy
    for old, new in (
        ("draws: 100", "draws: ten"),
        ("end: 2026-12", "end: 2024-12"),
        ("share_left: 0.2", "share_left: 0.95"),
        ("    splice: 30000", "    splice: 80000"),
        ("tail_rate: 0.0003", "tale_rate: 0.0003"),
        ("world.costs.inflation]", "world.costs.inflaton]"),
        ("fluag.illness_threshold: 35000", "fluag.ilness_threshold: 35000"),
        ("baseline: threshold_35k", "baseline: threshold_53k"),
        ("{fluag: 660000000}", "{fluag.illnes: 1}"),
    ):
        assert old in text
        text = text.replace(old, new)
    assert [line.split(": ")[1] for line in check(text)] == [
        "horizon.end",
        "draws",
        "world.reception.share_left",
        "world.illness.splice",
        "world.illness.tale_rate",
        "dependence[0].between[1]",
        "options.threshold_35k.law.fluag.ilness_threshold",
        "baseline",
        "budgets.fluag.illnes",
    ]


@pytest.mark.parametrize(
    ("text", "key"),
    [("a: 1", "a"), ("world: 5", "world"), ("options: [1]\ndependence: {}", "options")],
)
def test_a_file_that_is_no_scenario_at_all_has_every_key_missing(
    check: Callable[[str], list[str]], text: str, key: str
) -> None:
    lines = check(text)
    assert any(f": {key}: " in line for line in lines)
    assert sum("this key is missing" in line for line in lines) >= 7


def test_a_world_that_is_no_map_leaves_dependence_alone(
    check: Callable[[str], list[str]], toy: str
) -> None:
    start, end = toy.index("world:"), toy.index("dependence:")
    (line,) = check(f"{toy[:start]}world: 5\n{toy[end:]}")
    assert line.startswith("s.yaml:9:1: world: 5 is not a map of keys.")


@pytest.mark.parametrize(
    ("label", "language"),
    [
        ('{de: Später, ¦en: " Threshold  35,000"}', "en"),
        ("{¦de: Schwelle 35.000, en: Later}", "de"),
    ],
)
def test_no_two_options_have_the_same_label(
    check: Callable[[str], list[str]], toy: str, label: str, language: str
) -> None:
    change = ("label: {de: Später, en: Later}", f"label: {label}")
    words = (
        f"options.threshold_later.label.{language}",
        "threshold_35k has this label too",
        "Call each option something else.",
    )
    assert_problem(check, toy, change, words)
