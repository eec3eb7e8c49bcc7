"""The format number of a kept call, and the way from each older format to today's.

A call of a newer format is read as far as possible and never written. One of an older format is migrated in memory; its
file stays under another name when the new one is written. Every format has a golden file in the tests, kept for ever.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping

from msgspec import Struct, field

from salesnerd_tui.storage.journal import Tables


class Migrations(Struct, frozen=True):
    """`steps[n]` takes the tables of format n to those of n + 1."""

    current: int = 1
    steps: Mapping[int, Callable[[Tables], Tables]] = field(default_factory=dict)

    def migrated(self, tables: Tables) -> Tables:
        """The tables in today's format. Those of a newer one come back as they are."""
        for number in range(format_of(tables, self.current), self.current):
            tables = self.steps[number](copy.deepcopy(tables))
        return self.stamped(tables)

    def stamped(self, tables: Tables) -> Tables:
        number = max(format_of(tables, self.current), self.current)
        return {**tables, "meta": {**tables.get("meta", {}), "1": {"format": number}}}


def format_of(tables: Tables, otherwise: int) -> int:
    """The format written in the tables; `otherwise` where damage took it away."""
    number = tables.get("meta", {}).get("1", {}).get("format")
    return number if isinstance(number, int) and number > 0 else otherwise


FORMATS = Migrations()
