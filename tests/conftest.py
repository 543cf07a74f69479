"""Settings of all tests: fixed seeds, no deadlines (kernels compile on first use)."""

from hypothesis import settings

settings.register_profile("integrasim", deadline=None, derandomize=True)
settings.load_profile("integrasim")
