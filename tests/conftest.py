"""What all tests share."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# The same commit tries the same things, quickly; HYPOTHESIS_PROFILE=nightly goes looking, at length and at random.
settings.register_profile("quick", max_examples=50, stateful_step_count=40, deadline=None, derandomize=True)
settings.register_profile(
    "nightly",
    max_examples=2000,
    stateful_step_count=100,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))
