"""Processes of arrival in scenario files: rules, tables, correlations, and words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from tests.world.settings import WRITTEN, make_process

import integrasim as igs
from integrasim.reporting.numbers import Language, format_number, format_percent
from integrasim.scenario.distributions import BaseDistribution
from integrasim.scenario.processes.words import month_words, seasonal_words
from integrasim.scenario.world import numbers_of
from integrasim.world.arrivals import plan_arrivals

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from integrasim.scenario import Scenario

    Check = Callable[[str], list[str]]
    Load = Callable[[str], Scenario]
    Write = Callable[..., Path]

BLOCK = re.compile(r"  arrivals:\n.*?(?=  other_arrivals:)", re.DOTALL)
OTHERS = "    temporary_protection: {process: fixed, monthly: 20, counts: poisson}\n"
CORRELATION = (
    "  - {between: [world.illness.mean_cost, world.costs.inflation], rank_correlation: 0.4}\n"
)
LOG_AR1 = (
    "{process: log_ar1, initial: 500, level: 400, persistence: 0.9, volatility: 0.1, share: 0.5}"
)
REGIME = (
    "{process: regime, start: calm, initial: 500, calm_level: 400, multiplier: 4, "
    "onset_hazard: 0.02, mean_length: 14, persistence: 0.7, volatility: 0.1, share: 0.2}"
)
BOOTSTRAP = (
    "{process: bootstrap, series: de_first_applications_monthly, from: 2015-01, until: 2021-12, "
    "block_length: 6, initial: 500, share: 0.2}"
)
EXPERT = (
    "{process: expert, persistence: 0.8, share: 0.2, yearly: {2025: {p10: 10, p50: 20, p90: 40}, "
    "2026: {p10: 10, p50: 20, p90: 50}}}"
)
EXPONENTIAL_SMOOTHING = (
    "{process: exponential_smoothing, initial: 500, smoothing: 0.9, volatility: 0.15, decay: 0.95, "
    "highest_volatility: 0.25, share: 0.2}"
)
KINDS = {
    "log_ar1": LOG_AR1,
    "regime": REGIME,
    "bootstrap": BOOTSTRAP,
    "expert": EXPERT,
    "exponential_smoothing": EXPONENTIAL_SMOOTHING,
}


def with_arrivals(toy: str, process: str, *, other: str | None = None, tie: str = "") -> str:
    """The toy scenario with another process, and a tie between two channels."""
    text, count = BLOCK.subn(f"  arrivals: {process}\n", toy)
    assert count == 1
    if other is not None:
        assert OTHERS in text
        text = text.replace(OTHERS, f"    temporary_protection: {other}\n")
    return text.replace(CORRELATION, CORRELATION + tie)


def tie(rank: float, *, left: str = "arrivals") -> str:
    """A correlation between two channels."""
    pair = f"[world.{left}, world.other_arrivals.temporary_protection]"
    return f"  - {{between: {pair}, rank_correlation: {rank}}}\n"


@pytest.mark.parametrize("kind", KINDS)
def test_every_process_serves_every_channel(check: Check, toy: str, kind: str) -> None:
    text = with_arrivals(toy, KINDS[kind], other=KINDS[kind]).replace(
        "  reception:\n", f"    resettlement: {KINDS[kind]}\n  reception:\n", 1
    )
    assert check(text) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_scenario_says_the_same_after_it_is_written(load: Load, toy: str, kind: str) -> None:
    scenario = load(with_arrivals(toy, KINDS[kind]))
    assert load(scenario.source_text).sha256 == scenario.sha256


@pytest.mark.parametrize(
    ("process", "problem"),
    [
        (
            LOG_AR1.replace("share", "counts: negative_binomial, share"),
            (
                "arrivals: counts: negative_binomial needs a dispersion. Write dispersion: …, "
                "above 0 and at most 10."
            ),
        ),
        (
            LOG_AR1.replace("share", "dispersion: 0.1, share"),
            (
                "arrivals.dispersion: a dispersion has no effect with counts: poisson. Remove it, "
                "or write counts: negative_binomial."
            ),
        ),
        (
            "{process: fixed, monthly: 5, dispersion: 0.1}",
            (
                "arrivals.dispersion: a dispersion has no effect with counts: exact. Remove it, or "
                "write counts: negative_binomial."
            ),
        ),
        (
            LOG_AR1.replace("share", "counts: negative_binomial, dispersion: 11, share"),
            "arrivals.dispersion: 11 is too large. Use a number that is above 0 and at most 10.",
        ),
        (
            LOG_AR1.replace("share", "counts: exact, share"),
            'arrivals.counts: "exact" is not known here. Use poisson or negative_binomial.',
        ),
        (
            REGIME.replace("multiplier: 4", "multiplier: 0.5"),
            (
                "arrivals.multiplier: 0.5 is too small. Use a number that is at least 1 and at "
                "most 1000."
            ),
        ),
        (
            REGIME.replace("start: calm", "start: clam"),
            'arrivals.start: "clam" is not known here. Did you mean calm?',
        ),
        (
            REGIME.replace("multiplier: 4", "multiplier: 1000").replace(
                "volatility: 0.1", "volatility: 5"
            ),
            (
                "arrivals.volatility: arrivals can reach more than 1e+12 persons a month. Use less "
                "volatility or persistence."
            ),
        ),
        (
            EXPERT.replace("2026:", "2027:"),
            (
                "arrivals.yearly: the table lacks 2026. Write p10, p50 and p90 for every year of "
                "the horizon."
            ),
        ),
        (
            EXPERT.replace("2026:", "26:"),
            'arrivals.yearly.26: "26" is no year. Write a year from 2000 to 2100.',
        ),
        (
            EXPERT.replace("p90: 50", "p90: 20"),
            (
                "arrivals.yearly.2026.p90: p90 (20) is not above p50 (20). Let p10 be below p50, "
                "and p50 below p90."
            ),
        ),
        (
            EXPERT.replace("p10: 10, p50: 20, p90: 50", "p10: 1, p50: 1000, p90: 1e7"),
            (
                "arrivals.yearly: arrivals can reach more than 1e+12 persons a month. Use "
                "quantiles nearer to each other."
            ),
        ),
        (
            BOOTSTRAP.replace("until: 2021-12", "until: 2015-01"),
            (
                "arrivals.until: until (2015-01) is not after from (2015-01). Let until be later "
                "than from."
            ),
        ),
        (
            BOOTSTRAP.replace("until: 2021-12", "until: 2015-12"),
            (
                "arrivals.series: the series has 11 changes from month to month in this window. "
                "Use at least 12; the series goes from 2012-07 to 2025-10, with gaps."
            ),
        ),
        (
            BOOTSTRAP.replace("applications_monthly", "aplications_monthly"),
            (
                "arrivals.series: there is no file de_first_aplications_monthly. Did you mean "
                "de_first_applications_monthly?"
            ),
        ),
    ],
)
def test_what_a_process_must_not_say(check: Check, toy: str, process: str, problem: str) -> None:
    (found,) = check(with_arrivals(toy, process))
    assert re.sub(r"^s\.yaml:[0-9]+:[0-9]+: world\.", "", found) == problem


def monthly_table(size: int) -> str:
    """A table of so many months."""
    rows = [
        f"{2020 + month // 12}-{month % 12 + 1:02d},{100 + month % 7}\n" for month in range(size)
    ]
    return "period,value\n" + "".join(rows)


def test_a_table_of_ones_own_is_read_and_fingerprinted(load: Load, write: Write, toy: str) -> None:
    process = "{process: bootstrap, series: own/entries.csv, block_length: 3, initial: 9, share: 1}"
    table = write(monthly_table(30), "own/entries.csv")
    scenario = load(with_arrivals(toy, process))
    history = plan_arrivals(scenario).histories["asylum"]
    assert history.values.tolist() == [100 + month % 7 for month in range(30)]
    assert list(scenario.fingerprints) == ["s.yaml", "entries.csv"]
    before = scenario.fingerprints["entries.csv"]
    table.write_text(monthly_table(31), "utf-8")
    assert plan_arrivals(scenario).histories["asylum"].values.size == 30
    assert load(with_arrivals(toy, process)).fingerprints["entries.csv"] != before


def test_a_series_that_runs_away_is_refused(check: Check, write: Write, toy: str) -> None:
    """Three times as many each month: 9·3²⁴ lie above 10¹², 9·3²³ do not."""
    rows = [f"{2020 + m // 12}-{m % 12 + 1:02d},{3**m}\n" for m in range(24)]
    write("period,value\n" + "".join(rows), "growth.csv")
    process = "{process: bootstrap, series: growth.csv, block_length: 3, initial: 9, share: 1}"
    text = with_arrivals(toy, process)
    assert check(text.replace("end: 2026-12", "end: 2026-11")) == []
    (found,) = check(text)
    assert found.endswith(
        "world.arrivals.series: arrivals can reach more than 1e+12 persons a month. Use a calmer "
        "part of the series (from, until), shorter blocks, or another process."
    )


@pytest.mark.parametrize(
    ("window", "key", "month"),
    [
        ("from: 2019-12", "from", "2019-12"),
        ("from: 2022-07", "from", "2022-07"),
        ("until: 2022-07", "until", "2022-07"),
        ("until: 2019-12", "until", "2019-12"),
    ],
)
def test_a_window_outside_the_series_names_its_span(
    check: Check, write: Write, toy: str, window: str, key: str, month: str
) -> None:
    write(monthly_table(30), "entries.csv")
    process = (
        f"process: bootstrap, series: entries.csv, block_length: 3, initial: 9, share: 1, {window}"
    )
    (found,) = check(with_arrivals(toy, f"{{{process}}}"))
    assert found.endswith(
        f"world.arrivals.{key}: {month} lies outside the series, which goes from 2020-01 to "
        "2022-06. Use a month of the series, or remove this key."
    )


def test_a_window_of_the_whole_series_is_right(check: Check, write: Write, toy: str) -> None:
    write(monthly_table(30), "entries.csv")
    process = (
        "{process: bootstrap, series: entries.csv, block_length: 3, initial: 9, share: 1, "
        "from: 2020-01, until: 2022-06}"
    )
    assert check(with_arrivals(toy, process)) == []


def test_every_fault_of_a_table_is_named(check: Check, write: Write, toy: str) -> None:
    write(
        monthly_table(20) + "2020-01,5\n2023-13,5\n2023-01,0\n2023-02,x\n2023-03,1.000\n",
        "entries.csv",
    )
    process = "{process: bootstrap, series: entries.csv, block_length: 3, initial: 9, share: 1}"
    no_month = "no month of the calendar. Write year and month, such as 2023-12."
    remedy = "Write it with a decimal point; leave out the row of a month without a number."
    assert check(with_arrivals(toy, process)) == [
        "entries.csv:22:1: period: 2020-01 stands in line 2 already. Keep one row for each month.",
        f'entries.csv:23:1: period: "2023-13" is {no_month}',
        f'entries.csv:24:9: value: "0" is not a number above 0. {remedy}',
        f'entries.csv:25:9: value: "x" is not a number above 0. {remedy}',
        'entries.csv:26:9: value: "1.000" is read as 1. Write 1000 if that is meant, or 1.0.',
    ]


def test_a_directory_is_no_table(check: Check, write: Write, toy: str) -> None:
    write("", "own/empty.csv")
    (found,) = check(with_arrivals(toy, BOOTSTRAP.replace("de_first_applications_monthly", "own")))
    assert "own is a directory, not a file" in found


@pytest.mark.parametrize("kind", KINDS)
def test_channels_of_a_kind_may_be_correlated(
    check: Check, load: Load, toy: str, kind: str
) -> None:
    text = with_arrivals(toy, KINDS[kind], other=KINDS[kind], tie=tie(0.5))
    assert check(text) == []
    scenario = load(text)
    assert scenario.correlations() == [("illness.mean_cost", "costs.inflation", 0.4)]
    assert scenario.arrival_correlations() == [
        ("arrivals", "other_arrivals.temporary_protection", 0.5)
    ]


def test_log_ar1_and_regime_have_shocks_of_a_kind(check: Check, toy: str) -> None:
    assert check(with_arrivals(toy, LOG_AR1, other=REGIME, tie=tie(-0.5))) == []


@pytest.mark.parametrize(
    ("process", "other", "problem"),
    [
        (
            LOG_AR1,
            "{process: fixed, monthly: 20}",
            (
                "dependence[1].between[1]: world.other_arrivals.temporary_protection has no "
                "shocks, so it cannot vary together with another. Use another process or a "
                "volatility above 0, or remove this dependence."
            ),
        ),
        (
            LOG_AR1.replace("volatility: 0.1", "volatility: 0"),
            LOG_AR1,
            (
                "dependence[1].between[0]: world.arrivals has no shocks, so it cannot vary "
                "together with another. Use another process or a volatility above 0, or remove "
                "this dependence."
            ),
        ),
        (
            LOG_AR1,
            EXPERT,
            (
                "dependence[1].between: a correlation of monthly shocks (world.arrivals) and "
                "yearly shocks (world.other_arrivals.temporary_protection) has no clear meaning. "
                "Use processes of the same kind, or remove this dependence."
            ),
        ),
        (
            BOOTSTRAP,
            BOOTSTRAP.replace("block_length: 6", "block_length: 7"),
            (
                "dependence[1].between: a correlation of draws from de_first_applications_monthly "
                "from 2015-01 until 2021-12 in blocks of mean length 6 (world.arrivals) and draws "
                "from de_first_applications_monthly from 2015-01 until 2021-12 in blocks of mean "
                "length 7 (world.other_arrivals.temporary_protection) has no clear meaning. Use "
                "processes of the same kind, or remove this dependence."
            ),
        ),
    ],
)
def test_a_correlation_without_meaning_is_refused(
    check: Check, toy: str, process: str, other: str, problem: str
) -> None:
    (found,) = check(with_arrivals(toy, process, other=other, tie=tie(0.5)))
    assert re.sub(r"^s\.yaml:[0-9]+:[0-9]+: ", "", found) == problem


def test_a_process_and_a_number_cannot_be_correlated(check: Check, toy: str) -> None:
    text = with_arrivals(toy, LOG_AR1, other=LOG_AR1, tie=tie(0.5, left="costs.inflation"))
    (found,) = check(text)
    assert found.endswith(
        "dependence[1].between: a process and a number cannot vary together. Name two processes, "
        "or two distributions."
    )


def test_a_channel_that_is_left_out_cannot_be_correlated(check: Check, toy: str) -> None:
    text = with_arrivals(toy, LOG_AR1, tie=tie(0.5).replace("temporary_protection", "resettlement"))
    (found,) = check(text)
    assert "world.other_arrivals.resettlement is not in this scenario" in found


def test_an_impossible_correlation_of_channels_names_the_pair(check: Check, toy: str) -> None:
    resettlement = "world.other_arrivals.resettlement"
    ties = tie(0.9) + "".join(
        f"  - {{between: [{left}, {resettlement}], rank_correlation: {rank}}}\n"
        for left, rank in (
            ("world.arrivals", 0.9),
            ("world.other_arrivals.temporary_protection", -0.5),
        )
    )
    text = with_arrivals(toy, LOG_AR1, other=LOG_AR1, tie=ties)
    text = text.replace("  reception:\n", f"    resettlement: {LOG_AR1}\n  reception:\n", 1)
    (found,) = check(text)
    pair = "world.arrivals and world.other_arrivals.temporary_protection"
    assert f"dependence[1].rank_correlation: 0.9 between {pair} cannot hold together" in found
    assert "Use -0.815 to -0.107 here" in found


def test_a_run_with_every_process_is_the_same_whatever_its_workers(load: Load, toy: str) -> None:
    dispersed = REGIME.replace("share", "counts: negative_binomial, dispersion: 0.1, share")
    text = with_arrivals(toy, dispersed, other=LOG_AR1, tie=tie(0.6))
    text = text.replace("  reception:\n", f"    resettlement: {EXPERT}\n  reception:\n", 1)
    for process in (dispersed, BOOTSTRAP):
        scenario = load(text.replace(dispersed, process).replace(tie(0.6), ""))
        one, two = (
            igs.simulate(scenario, draws=300, seed=1, workers=workers).arrivals
            for workers in (1, 2)
        )
        assert one.identical(two)
        assert int(one.min()) >= 0
    assert not igs.simulate(load(text), draws=300, seed=1).arrivals.equals(one)


SEASON = [1.5, *[1.0] * 10, 0.5]


def said(number: Any, lang: Language, *, is_share: bool) -> list[str]:
    """How a number, or the quantiles of a distribution, must appear: to three digits."""
    if isinstance(number, BaseDistribution):
        ends = [float(f"{end:.3g}") for end in number.ppf([0.05, 0.95])]
    else:
        ends = [number]
    texts = []
    for end in ends:
        value = 100 * end if is_share else end
        decimals = len(f"{value:.10g}".partition(".")[2])
        form = format_percent if is_share else format_number
        texts.append(form(end, decimals=decimals, language=lang))
    return texts


@pytest.mark.parametrize("lang", ["de", "en"])
@pytest.mark.parametrize("kind", WRITTEN)
def test_every_number_is_said(kind: str, lang: Language) -> None:
    """With the decimal sign and grouping of the language; uncertain ones by their quantiles."""
    changes = {"counts": "negative_binomial", "dispersion": 0.075, "seasonality": SEASON}
    process = make_process(kind, **changes)
    text = process.describe(lang)
    shares = {"share", "onset_hazard", "smoothing", "decay"} | (
        {"persistence"} if kind != "expert" else set()
    )
    for name, number in numbers_of(process):
        for expected in said(number, lang, is_share=name in shares):
            assert re.search(rf"(?<![\d.,]){re.escape(expected)}(?!\d)", text), (name, text)
    above = {"de": "50\N{NO-BREAK SPACE}%", "en": "50%"}[lang]
    assert text.count(above) == 2
    assert month_words(np.datetime64("2025-12", "M").item(), lang).split()[0] in text
    assert text.endswith(".")
    assert "  " not in text


def test_a_process_is_described_by_its_scenario(load: Load, toy: str) -> None:
    scenario = load(with_arrivals(toy, EXPERT))
    text = scenario.world.arrivals.describe("de")
    assert text.startswith("Nach Deutschland kommen: 2025 im Median 20 Personen, mit je 10")
    assert "2026" in text


@pytest.mark.parametrize("kind", ["regime", "bootstrap"])
def test_words_of_one_language_only(kind: str) -> None:
    process = make_process(kind)
    german, english = process.describe("de"), process.describe("en")
    assert not re.search(r"\b(the|month|arrive|surge)\b", german)
    assert not re.search(r"\b(der|Monat|kommen|Hoch)\b", english)


def test_a_season_within_rounding_is_said_without_failing() -> None:
    """The mean of these factors is 1 in floating point, so January lies 0 % above it."""
    text = seasonal_words([1.0] * 11 + [1.0 - 2.0**-53], "en")
    assert text.startswith("By season, January lies 0% above")
