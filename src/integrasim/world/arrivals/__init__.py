"""Persons newly arriving in the Land: one module per process."""

from integrasim.world.arrivals.channels import simulate_arrivals
from integrasim.world.arrivals.exponential_smoothing import exponential_smoothing_intensity
from integrasim.world.arrivals.log_ar1 import log_ar1_intensity
from integrasim.world.arrivals.persons import whole_persons
from integrasim.world.arrivals.plan import ArrivalPlan, plan_arrivals
from integrasim.world.arrivals.season import seasonal_factors

__all__ = [
    "ArrivalPlan",
    "exponential_smoothing_intensity",
    "log_ar1_intensity",
    "plan_arrivals",
    "seasonal_factors",
    "simulate_arrivals",
    "whole_persons",
]
