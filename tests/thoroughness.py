"""Amount of searching in tests: little in `make test`, much in `make test-all`."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TypeVar

Case = TypeVar("Case")

THOROUGH = os.environ.get("SALESNERD_THOROUGH", "") not in ("", "0")
"""True in `make test-all`: full searches, and the tests marked as thorough."""


def examples(thorough: int) -> int:
    """Return how many examples a property is tried with: `thorough` of them, or a fifth and at least 20."""
    return thorough if THOROUGH else min(thorough, max(20, thorough // 5))


def runs(thorough: int, brief: int) -> int:
    """Return how often a random run is repeated."""
    return thorough if THOROUGH else brief


def some(cases: Iterable[Case], one_in: int) -> list[Case]:
    """Return all cases in `make test-all`, and one in `one_in` of them, the first included, in `make test`."""
    return list(cases)[:: 1 if THOROUGH else one_in]
