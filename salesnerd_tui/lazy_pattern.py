"""Regular expressions that are compiled when they are first used.

Compiling the expressions of all transcript formats and signals takes longer than reading a short call.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast


class _LazyPattern:
    """Placeholder of an expression that is compiled when a method is called; the instance keeps the real method."""

    def __init__(self, pattern: str | bytes, flags: int) -> None:
        self.pattern = pattern
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        method = getattr(re.compile(self.pattern, self._flags), name)
        setattr(self, name, method)
        return method


def lazy_pattern(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return a pattern that is compiled on first use, which also raises `re.error`."""
    return cast(re.Pattern[AnyStr], _LazyPattern(pattern, flags))
