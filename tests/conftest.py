"""What holds for all tests."""

from __future__ import annotations

import signal

import pytest


@pytest.fixture(autouse=True, scope="session")
def _hang_up_is_heeded() -> None:
    """Programs that tests start inherit it: a build machine that ignores SIGHUP (nohup) would make them deathless."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
