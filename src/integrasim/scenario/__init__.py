"""What the user writes: scenario files, checked with the place and remedy of every problem."""

from integrasim.scenario.loading import check_scenario, load_scenario
from integrasim.scenario.options import Option
from integrasim.scenario.processes import Fixed, LogAr1, Process
from integrasim.scenario.schema import Horizon, Scenario
from integrasim.scenario.world import World

__all__ = [
    "Fixed",
    "Horizon",
    "LogAr1",
    "Option",
    "Process",
    "Scenario",
    "World",
    "check_scenario",
    "load_scenario",
]
