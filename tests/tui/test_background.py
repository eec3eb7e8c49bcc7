"""Background work does not block the interpreter, and restores garbage collection afterwards."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator

import pytest

from salesnerd_tui.app.background import SWITCH_SECONDS, background_work


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    interval, collects = sys.getswitchinterval(), gc.isenabled()
    yield
    sys.setswitchinterval(interval)
    gc.enable() if collects else gc.disable()


def test_the_interpreter_is_given_up_soon_and_nothing_is_collected() -> None:
    gc.enable()
    with background_work():
        assert sys.getswitchinterval() == pytest.approx(SWITCH_SECONDS, rel=0.01)
        assert not gc.isenabled()
    assert gc.isenabled()


def test_what_fails_does_not_stop_collecting() -> None:
    gc.enable()
    with pytest.raises(OSError, match="gone"), background_work():
        raise OSError("gone")
    assert gc.isenabled()


def test_before_the_first_screen_nothing_is_collected_anyway() -> None:
    gc.disable()
    with background_work():
        pass
    assert not gc.isenabled()


def test_two_at_once_leave_it_as_it_was() -> None:
    gc.enable()
    first, second = background_work(), background_work()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    second.__exit__(None, None, None)
    assert gc.isenabled()
