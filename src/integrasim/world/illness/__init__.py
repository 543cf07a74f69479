"""Illness costs: severity of a person-year, course over the years, ledger and small sums."""

from integrasim.world.illness.exposure import Exposure
from integrasim.world.illness.ledger import draw_ledger
from integrasim.world.illness.lognormal import LognormalSeverity
from integrasim.world.illness.model import Course, IllnessYears, Tail, illness_years
from integrasim.world.illness.severity import Severity
from integrasim.world.illness.small import check_floor, draw_illness_cost
from integrasim.world.illness.spliced import SplicedSeverity

__all__ = [
    "Course",
    "Exposure",
    "IllnessYears",
    "LognormalSeverity",
    "Severity",
    "SplicedSeverity",
    "Tail",
    "check_floor",
    "draw_illness_cost",
    "draw_ledger",
    "illness_years",
]
