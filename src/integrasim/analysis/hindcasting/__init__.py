"""Forecasts of arrivals made for past months with what was known then, and how well they did."""

from integrasim.analysis.hindcasting.run import hindcast

__all__ = ["hindcast"]
