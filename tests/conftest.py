"""How property tests run everywhere: what they find counts, not how fast the machine is while they look."""

from hypothesis import HealthCheck, settings

# A busy machine (two workers beside a training) made "input generation is too slow" and missed deadlines of good tests.
settings.register_profile("mladvisor", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("mladvisor")
