"""Regular expressions that are compiled when they are first used.

Compiling the expressions of all transcript formats and signals takes longer than reading a short call.
"""

from __future__ import annotations

import re
from typing import Any, cast


class _LazyPattern:
    """Stands for a compiled expression until a method is called; then the instance keeps the real methods."""

    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern = pattern
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        found = getattr(re.compile(self.pattern, self._flags), name)
        setattr(self, name, found)
        return found


def lazy_pattern(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Return what `re.compile` returns, compiled on first use. `re.error` is raised then, too."""
    return cast(re.Pattern[str], _LazyPattern(pattern, flags))
