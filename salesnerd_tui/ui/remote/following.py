"""Following whatever call runs: its view as it changes, None while there is none. For displays that stay open."""

from __future__ import annotations

import select
import socket
from collections.abc import Iterator, Sequence

from salesnerd_tui.ui.remote.asking import Answer, NoCall, answers, connected, send
from salesnerd_tui.ui.remote.orders import FOLLOW

RETRY_SECONDS = 1.0
"""How often it is looked whether a call has begun; one look is one folder read."""


def followed(folders: Sequence[str], call: str = "") -> Iterator[Answer | None]:
    """For ever: what the call shows whenever that changes, and None whenever there is no call any more (or yet).

    While nothing is there it yields None every second, so that who draws can look at the keys of its terminal.
    """
    while True:
        line = _line(folders, call)
        if line is None:
            yield None
            select.select([], [], [], RETRY_SECONDS)
            continue
        with line:
            try:
                yield from answers(line)
            except NoCall:
                yield None


def _line(folders: Sequence[str], call: str) -> socket.socket | None:
    try:
        line = connected(folders, call)
        send(line, {"do": FOLLOW})
    except NoCall:
        return None
    return line
