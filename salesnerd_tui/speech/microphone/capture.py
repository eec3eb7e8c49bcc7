"""Interface of a system's sound capture. `devices` picks the implementation for this system."""

from __future__ import annotations

from typing import Protocol

from salesnerd_tui.call.events import Side


class NoDevice(Exception):
    """A side cannot be captured; the message says why and how to fix it."""


class Stream(Protocol):
    """An open device. `name` is the device name that the user knows."""

    @property
    def name(self) -> str: ...

    def read(self) -> bytes:
        """Wait for sound and return at most `sound.CHUNK_BYTES` of it; empty when the device is gone."""

    def end_reason(self) -> str:
        """Return why the stream ended, in the device's own words; may be empty."""

    def close(self) -> None:
        """Release the device. A waiting `read` returns."""


class Capture(Protocol):
    """A system's sound capture. When the name of the `default` device changes, open the stream again."""

    def open(self, side: Side) -> Stream:
        """Open the microphone (me) or the system's output (them). Raises `NoDevice`."""

    def default(self, side: Side) -> str:
        """Return the name of the default device, empty if there is none; constant where streams follow the default."""
