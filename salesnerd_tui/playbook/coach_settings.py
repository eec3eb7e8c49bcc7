"""Settings of the coach in a playbook. The coach needs nothing else of the model, whose import would take longer."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct, field


class Sensitivity(StrEnum):
    """Sensitivity of the coach."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


class ProductTalk(StrEnum):
    """Rule of a section on product talk: whether the coach counts it as drift."""

    AVOID = "avoid"
    IF_ASKED = "if_asked"
    ALLOWED = "allowed"


class CoachSettings(Struct, frozen=True):
    """The coach's limits and words for this playbook. Shares are 0 to 1, lengths are seconds."""

    max_talk_ratio: float = 0.45
    max_monologue_seconds: float = 60.0
    max_unprompted_product_talk_seconds: float = 25.0
    sensitivity: Sensitivity = Sensitivity.NORMAL
    running_late_after_seconds: float = 120.0
    jargon: Mapping[str, str] = field(default_factory=dict)
    never_say: tuple[str, ...] = ()
