"""Law cases as data: what the law must give on stated quantities, and whether it does."""

from integrasim.casebook.loading import load_cases
from integrasim.casebook.running import Outcome, run_case

__all__ = ["Outcome", "load_cases", "run_case"]
