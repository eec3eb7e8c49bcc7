"""What holds for all tests."""

from __future__ import annotations

import signal

import pytest
from hypothesis import settings

settings.register_profile("salesnerd", deadline=None)
settings.load_profile("salesnerd")
"""No example is timed: how long one takes says how busy the machine is, and that is no property of the code."""


@pytest.fixture(autouse=True, scope="session")
def _hang_up_is_heeded() -> None:
    """Programs that tests start inherit it: a build machine that ignores SIGHUP (nohup) would make them deathless."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
