"""integrasim: what refugee reception costs a German Land, and how sure one can be.

World (all that is uncertain) → Law (pure functions of dated parameters) → Result (a
labelled dataset). The names below are the whole public surface.

Examples
--------
>>> import integrasim as igs
>>> scenario = igs.load_scenario("scenarios/toy.yaml")
>>> result = igs.simulate(scenario, draws=100, seed=1)
>>> table = igs.compare(result, baseline="threshold_35k")
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from integrasim.profiling import profile, stage

if TYPE_CHECKING:
    from integrasim.analysis.compare import compare
    from integrasim.analysis.fitting import Fit, fit_process
    from integrasim.analysis.hindcasting import hindcast
    from integrasim.analysis.marginals import illness_marginals
    from integrasim.documents.problems import InputError, Problem
    from integrasim.engine.simulation import simulate
    from integrasim.engine.storage import load_result, save_result
    from integrasim.engine.sweep import sweep
    from integrasim.law.allocation import allocation_key
    from integrasim.region import Region, load_region, load_series, series_names
    from integrasim.reporting.profile import print_profile
    from integrasim.scenario import Scenario, check_scenario, load_scenario
    from integrasim.statutes import load_statute_book

_HOME = {
    "Fit": "analysis.fitting",
    "InputError": "documents.problems",
    "Problem": "documents.problems",
    "Region": "region",
    "Scenario": "scenario",
    "allocation_key": "law.allocation",
    "check_scenario": "scenario",
    "compare": "analysis.compare",
    "fit_process": "analysis.fitting",
    "hindcast": "analysis.hindcasting",
    "illness_marginals": "analysis.marginals",
    "load_region": "region",
    "load_result": "engine.storage",
    "load_scenario": "scenario",
    "load_series": "region",
    "load_statute_book": "statutes",
    "print_profile": "reporting.profile",
    "save_result": "engine.storage",
    "series_names": "region",
    "simulate": "engine.simulation",
    "sweep": "engine.sweep",
}

__version__ = "0.1.0"

__all__ = [
    "Fit",
    "InputError",
    "Problem",
    "Region",
    "Scenario",
    "__version__",
    "allocation_key",
    "check_scenario",
    "compare",
    "fit_process",
    "hindcast",
    "illness_marginals",
    "load_region",
    "load_result",
    "load_scenario",
    "load_series",
    "load_statute_book",
    "print_profile",
    "profile",
    "save_result",
    "series_names",
    "simulate",
    "sweep",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 (any public object)
    """Import a public name on first use, so that the command line starts at once."""
    if name not in _HOME:
        raise AttributeError(f"module 'integrasim' has no attribute {name!r}")
    with stage("imports"):
        value = getattr(import_module(f"integrasim.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public surface, loaded or not."""
    return __all__
