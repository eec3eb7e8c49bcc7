"""Background work that must not delay keys: switch threads sooner, and collect no garbage meanwhile.

Note: by default Python lets a thread run for 5 ms when another wants to, and a key needs four or five switches until it
is on the screen; reading 1,000 questions also triggers long garbage collections. While such a playbook was saved
repeatedly, the slowest 1 % of keys took 138 to 218 ms, and 70 ms while nothing was saved (150 keys each, load 4;
measured without this module).
"""

from __future__ import annotations

import contextlib
import gc
import sys
from collections.abc import Iterator

SWITCH_SECONDS = 0.0005
"""Longest time that a thread keeps the interpreter from another; background work gets a few percent slower."""


def switch_threads_sooner() -> None:
    """Shorten the switch interval of all threads to `SWITCH_SECONDS`."""
    sys.setswitchinterval(SWITCH_SECONDS)


@contextlib.contextmanager
def background_work() -> Iterator[None]:
    """Run a block on a worker thread without delaying keys; garbage collection is off inside.

    Objects made inside are exempt from later collections: a long playbook would take 18 ms each time. They are freed
    all the same, because almost none of them is in a reference cycle (33 of 77,000).
    """
    switch_threads_sooner()
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.freeze()
            gc.enable()
