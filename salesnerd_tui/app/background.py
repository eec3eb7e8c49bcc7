"""Work beside the keys: a thread that reads a long playbook must not keep the one that draws from a key.

Both run in one interpreter. By itself it lets a working thread go on for 5 ms whenever another wants in, and a key
wants in four or five times until it is seen; and a collection of garbage, which the reading of 1,000 questions brings
on again and again, lets nobody in for as long as it takes. While such a playbook was saved again and again, the slowest
1 % of keys took 138 to 218 ms, and 70 ms while it was not (150 keys each, load 4).
"""

from __future__ import annotations

import contextlib
import gc
import sys
from collections.abc import Iterator

SWITCH_SECONDS = 0.0005
"""How long a thread may keep the interpreter when another wants it; the work itself gets slower by a few percent."""


def give_way() -> None:
    """From here on no thread keeps the interpreter longer than that from one that wants it, the notes' neither."""
    sys.setswitchinterval(SWITCH_SECONDS)


@contextlib.contextmanager
def beside_the_keys() -> Iterator[None]:
    """For a thread of its own: what is done inside holds up no key, and nothing is collected before it is done.

    What was made stays, as after the start of the program: looking through a long playbook again takes 18 ms. When it
    is replaced it goes all the same, for nothing in it points back (33 objects of 77,000 that reading one makes do).
    """
    give_way()
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.freeze()
            gc.enable()
