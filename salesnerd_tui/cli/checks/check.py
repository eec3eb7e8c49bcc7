"""One thing that was tried."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class State(StrEnum):
    """`NOTE` is for what a call can do without."""

    WELL = "well"
    NOTE = "note"
    BAD = "bad"


class CheckResult(Struct, frozen=True):
    """What was tried, how it stands, what was seen; `mend` says what to do about it, as a command if there is one."""

    what: str
    state: State
    told: str
    mend: str = ""

    def to_json(self) -> dict[str, str]:
        return {"what": self.what, "state": str(self.state), "told": self.told, "mend": self.mend}
