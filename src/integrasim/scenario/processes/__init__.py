"""Processes by which persons arrive, month by month."""

from typing import Annotated

from pydantic import Field

from integrasim.scenario.processes.base import BaseProcess, Fault
from integrasim.scenario.processes.bootstrap import Bootstrap
from integrasim.scenario.processes.expert import Expert
from integrasim.scenario.processes.exponential_smoothing import ExponentialSmoothing
from integrasim.scenario.processes.fixed import Fixed
from integrasim.scenario.processes.log_ar1 import LogAr1
from integrasim.scenario.processes.regime import Regime

__all__ = [
    "BaseProcess",
    "Bootstrap",
    "Expert",
    "ExponentialSmoothing",
    "Fault",
    "Fixed",
    "LogAr1",
    "Process",
    "Regime",
]

Process = Annotated[
    LogAr1 | Fixed | Regime | Bootstrap | Expert | ExponentialSmoothing,
    Field(discriminator="process"),
]
"""Any of the processes; the key ``process`` says which."""
