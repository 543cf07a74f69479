"""What the user writes: scenario files, checked with the place and remedy of every problem."""

from integrasim.scenario.loading import check_scenario, load_scenario
from integrasim.scenario.options import Option
from integrasim.scenario.processes import Bootstrap, Expert, Fixed, LogAr1, Process, Regime
from integrasim.scenario.schema import Horizon, Scenario
from integrasim.scenario.world import World

__all__ = [
    "Bootstrap",
    "Expert",
    "Fixed",
    "Horizon",
    "LogAr1",
    "Option",
    "Process",
    "Regime",
    "Scenario",
    "World",
    "check_scenario",
    "load_scenario",
]
