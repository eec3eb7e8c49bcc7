"""What holds for all tests."""

from __future__ import annotations

import signal

import pytest
from hypothesis import settings

from thoroughness import THOROUGH, examples

settings.register_profile("salesnerd", deadline=None, max_examples=examples(100))
settings.load_profile("salesnerd")
"""No example is timed: how long one takes says how busy the machine is, and that is no property of the code."""


@pytest.fixture(autouse=True, scope="session")
def _hang_up_is_heeded() -> None:
    """Programs that tests start inherit it: a build machine that ignores SIGHUP (nohup) would make them deathless."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if not THOROUGH:
        for item in items:
            if item.get_closest_marker("thorough"):
                item.add_marker(pytest.mark.skip(reason="takes long: make test-all runs it"))
