"""Processes by which persons arrive, month by month."""

from typing import Annotated

from pydantic import Field

from integrasim.scenario.processes.base import BaseProcess, Fault
from integrasim.scenario.processes.exponential_smoothing import ExponentialSmoothing
from integrasim.scenario.processes.fixed import Fixed
from integrasim.scenario.processes.log_ar1 import LogAr1

__all__ = ["BaseProcess", "ExponentialSmoothing", "Fault", "Fixed", "LogAr1", "Process"]

Process = Annotated[LogAr1 | ExponentialSmoothing | Fixed, Field(discriminator="process")]
"""Any of the processes; the key ``process`` says which."""
