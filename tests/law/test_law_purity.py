"""The law is pure: no file, no clock, no random generator, whatever it is asked."""

from __future__ import annotations

import ast
import gc
import os
import random
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_origin

import numpy as np
import pytest
from tests.law.bases import basis_of, periods

import integrasim.law
from integrasim.law import (
    allocation,
    assignment,
    formulas,
    indexation,
    integration_centres,
    integration_key,
    persons_keys,
    shares,
)
from integrasim.law.account import Account
from integrasim.law.basis import LawBasis, Ledger
from integrasim.law.cash import pay_out
from integrasim.law.instruments import fluag, kim, komm_an
from integrasim.law.settlement import settle
from integrasim.statutes import load_statute_book

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType, ModuleType

MODULES = sorted(Path(integrasim.law.__file__).parent.rglob("*.py"))
ALLOWED_IMPORTS = {
    "__future__",
    "bisect",
    "collections",
    "collections.abc",
    "dataclasses",
    "difflib",
    "itertools",
    "math",
    "numpy",
    "numpy.typing",
    "pydantic",
    "typing",
}
ALLOWED_NAMES = {"datetime": {"date", "timedelta"}, "functools": {"partial"}}
CLOCKS = {"monotonic", "now", "perf_counter", "process_time", "time", "today", "utcnow"}
FORBIDDEN_ATTRIBUTES = CLOCKS | {
    "fromfile",
    "fromtimestamp",
    "genfromtxt",
    "load",
    "loadtxt",
    "memmap",
    "random",
    "save",
    "savetxt",
    "savez",
    "tofile",
}
FORBIDDEN_NAMES = {"__import__", "compile", "eval", "exec", "globals", "input", "open", "print"}


# What the source says


def impurities(source: str) -> list[str]:
    """What a module must not contain."""
    return [text for node in ast.walk(ast.parse(source)) for text in _impurities_of(node)]


def _impurities_of(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (
            f"import {alias.name}" for alias in node.names if not _allowed_module(alias.name)
        )
    elif isinstance(node, ast.ImportFrom):
        module = node.module or ""
        names = {alias.name for alias in node.names}
        allowed = _allowed_module(module) or names <= ALLOWED_NAMES.get(module, set())
        if node.level or not allowed or names & FORBIDDEN_ATTRIBUTES:
            yield f"from {module} import {', '.join(sorted(names))}"
    elif isinstance(node, ast.Attribute) and node.attr in FORBIDDEN_ATTRIBUTES:
        yield f".{node.attr}"
    elif isinstance(node, ast.Name) and node.id in FORBIDDEN_NAMES:
        yield node.id
    elif isinstance(node, ast.Global | ast.Nonlocal):
        yield f"global {', '.join(node.names)}"


def _allowed_module(name: str) -> bool:
    return name in ALLOWED_IMPORTS or name == "integrasim.law" or name.startswith("integrasim.law.")


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_modules_of_the_law_import_and_call_nothing_impure(module: Path) -> None:
    assert impurities(module.read_text(encoding="utf-8")) == []


def test_all_modules_are_looked_at() -> None:
    assert {"allocation", "formulas", "integration_key", "parameters", "settlement"} <= {
        module.stem for module in MODULES
    }


@pytest.mark.parametrize(
    "source",
    [
        "import os",
        "import numpy.random",
        "from numpy import random",
        "from pathlib import Path",
        "from datetime import datetime",
        "from . import fluag",
        "from integrasim.statutes import load_statute_book",
        "from integrasim.lawless import x",
        "date.today()",
        "np.random.default_rng()",
        "np.load(path)",
        "open('x')",
        "def f():\n    global x",
    ],
)
def test_the_scan_finds_impurities(source: str) -> None:
    assert impurities(source)


# What happens when it runs

NOTICED: list[str] = []
WATCHED = [False]


def _audit(event: str, _arguments: tuple[Any, ...]) -> None:
    """Note files, directories, processes and sockets; a hook cannot be removed, only disarmed."""
    if WATCHED[0] and event.partition(".")[0] in {"open", "os", "shutil", "socket", "subprocess"}:
        NOTICED.append(event)


sys.addaudithook(_audit)


def _profile(_frame: FrameType, event: str, argument: Any) -> None:
    """Note calls of compiled functions that read a clock or entropy."""
    if event == "c_call" and argument.__name__ in {*CLOCKS, "urandom", "getrandbits"}:
        NOTICED.append(argument.__name__)


class _NoRandom:
    """Stands in for numpy.random and refuses everything."""

    def __getattr__(self, name: str) -> None:
        NOTICED.append(f"numpy.random.{name}")
        raise AssertionError(f"numpy.random.{name}")


@contextmanager
def watched() -> Iterator[list[str]]:
    """Collect everything impure that happens within.

    Without garbage collection: Hypothesis, where it runs in the same process, times that.
    """
    NOTICED.clear()
    gc.disable()
    generators, np.random = np.random, _NoRandom()  # type: ignore[assignment]
    before = sys.getprofile()
    sys.setprofile(_profile)
    WATCHED[0] = True
    try:
        yield NOTICED
    finally:
        WATCHED[0] = False
        sys.setprofile(before)
        np.random = generators
        gc.enable()


def a_basis() -> LawBasis:
    """Three draws of four municipalities in 2023 to 2025."""
    generator = np.random.default_rng(1)
    days = (date(2023, 1, 1), date(2024, 1, 1), date(2025, 1, 1))
    return basis_of(
        when=periods(*days),
        person_months=generator.integers(0, 1_000, (3, 3, 4)),
        newly_tolerated=generator.integers(0, 10, (3, 3, 4)),
        ledger=Ledger(
            draw=generator.integers(0, 3, 20),
            year=generator.integers(0, 3, 20),
            municipality=generator.integers(0, 4, 20),
            cost=generator.uniform(15e3, 90e3, 20),
            floor=15e3,
        ),
        is_kreisfrei=np.array([True, False, False, False]),
        kreis_count=1,
    )


BASIS = a_basis()
TO_NOVEMBER = replace(BASIS, periods=replace(BASIS.periods, year_shares=(11 / 12,) * 3))
BOOK = load_statute_book()
LAW = BOOK.as_of(date(2025, 1, 1))
DAY = date(2025, 1, 1)
TWO = np.array([1.0, 2.0])
CALLS: dict[str, Callable[[], object]] = {
    "settle": lambda: settle(LAW, BASIS),
    "pay_out": lambda: pay_out(settle(LAW, TO_NOVEMBER), LAW, TO_NOVEMBER),
    "as_known": lambda: LAW.as_known(date(2024, 1, 1)),
    "as_of": lambda: BOOK.as_of(DAY),
    "amount_in": lambda: indexation.amount_in(indexation.IndexedAmount(1.0, 2025, 0.02), 2030),
    "carried_on": lambda: indexation.carried_on(1.0, 2025, 0.0),
    "Indexed": lambda: indexation.Indexed(0.02),
    "IndexedAmount": lambda: indexation.IndexedAmount(1.0, 2025, "prices").indices,
    "objections": lambda: LAW.objections("fluag.kreis_lump_sum", [(DAY, indexation.Indexed(0.1))]),
    "override": lambda: LAW.override({"fluag.illness_threshold": [(DAY, 3e4)]}),
    "value": lambda: LAW.value("fluag.illness_threshold", DAY),
    "values": lambda: LAW.values("fluag.illness_threshold", [DAY]),
    "change_dates": lambda: LAW.change_dates(date(2015, 1, 1), DAY),
    "placement": lambda: LAW.placement(date(2015, 1, 1), DAY),
    "faults": lambda: [parameter.faults() for parameter in BOOK.parameters.values()],
    "allocation_key": lambda: allocation.allocation_key([100, 50, 30, 20], [1, 2, 3, 4]),
    "credited_places": lambda: assignment.credited_places(LAW, DAY, [1.0], [2.0]),
    "obligations": lambda: assignment.obligations([0.5, 0.5], [1, 2], [3, 4], 5),
    "fulfilment_quota": lambda: assignment.fulfilment_quota([0.5, 0.5], [1, 2], [3, 4]),
    "rate_by_type": lambda: fluag.rate_by_type([True, False], kreisfrei=1, kreisangehoerig=2),
    "additional_amount": lambda: fluag.additional_amount([1, 2], rate=[3, 4], reference=[1, 2]),
    "per_unit": lambda: formulas.per_unit([1, 2], rate=[3, 4]),
    "excess": lambda: formulas.excess([1.0, 2.0], deductible=1.5),
    "top_up": lambda: formulas.top_up([1.0], minimum=2.0),
    "in_proportion": lambda: formulas.in_proportion([1.0], weights=[[1, 2]]),
    "share_out": lambda: formulas.share_out([9.0], weights=[[1, 2]], minimum=4.0),
    "largest_remainders": lambda: formulas.largest_remainders([1.5, 2.5], decimals=0),
    "indexed": lambda: formulas.indexed(1.0, growth=[[0.1, 0.2]], weights=[0.8, 0.2]),
    "integration_key": lambda: integration_key.integration_key(
        [1, 2], [3, 4], [5, 6], rent_capped=[True, False], eu_recipients=[False, True]
    ),
    "persons_key": lambda: persons_keys.persons_key([1, 2], [3, 4]),
    "mixed_key": lambda: persons_keys.mixed_key([1, 2], [3, 4]),
    "kreis_key": lambda: persons_keys.kreis_key([1, 2], kreis=[0, -1], kreis_count=1),
    "positive": lambda: shares.positive([1.0], name="area"),
    "same_municipalities": lambda: shares.same_municipalities(one=TWO, other=TWO),
    "shares_of": lambda: shares.shares_of(TWO),
    "of_centres": lambda: integration_centres.of_centres(BASIS.municipalities, np.ones(4)),
    "by_bearer": lambda: integration_centres.by_bearer(BASIS.municipalities, kreis=6, city=5),
    "to_centres": lambda: integration_centres.to_centres(BASIS.municipalities, np.ones((1, 1, 2))),
    "half_posts": lambda: kim.half_posts(10, key=[0.5, 0.5]),
    "posts_by_band": lambda: komm_an.posts_by_band(Account(LAW, BASIS, {})),
    "by_band": lambda: formulas.by_band([1, 3], limits=[2], values=[1, 2]),
}


@pytest.mark.parametrize("name", CALLS)
def test_no_file_no_clock_no_random_generator(name: str) -> None:
    CALLS[name]()  # the first call may import what NumPy loads late
    with watched() as noticed:
        CALLS[name]()
    assert noticed == []


@pytest.mark.parametrize(
    "module",
    [
        allocation,
        assignment,
        fluag,
        formulas,
        indexation,
        integration_centres,
        integration_key,
        kim,
        komm_an,
        persons_keys,
        shares,
    ],
    ids=lambda module: module.__name__,
)
def test_every_function_is_watched(module: ModuleType) -> None:
    public = {name: getattr(module, name) for name in module.__all__}
    functions = {name for name, each in public.items() if callable(each) and not get_origin(each)}
    assert functions <= set(CALLS)


@pytest.mark.parametrize(
    "impure",
    [
        lambda: Path(__file__).read_bytes(),
        lambda: list(Path().iterdir()),
        lambda: os.urandom(1),
        date.today,
        datetime.now,
        time.time,
        time.monotonic,
        lambda: random.getrandbits(8),
        lambda: np.random.default_rng(0),
    ],
)
def test_the_watch_notices_impure_calls(impure: Callable[[], object]) -> None:
    with watched() as noticed, suppress(AssertionError):
        impure()
    assert noticed
