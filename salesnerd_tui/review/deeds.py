"""A promise as a deed: `I'll send you the figures.` becomes `send you the figures`, for lists that say whose it is."""

from __future__ import annotations

import re

_LEAD = re.compile(
    r"^(?:(?:and|so|ok|okay|yes|yeah|sure|good|great|right|well|then|but|also)[,.]?\s+)*"
    r"(?:i|we|you|they|he|she)(?:['’]ll| will| can| shall|['’]m going to| am going to|['’]re going to| are going to)\s+"
    r"(?:also\s+|then\s+|just\s+)?",
    re.IGNORECASE,
)
_TIED = re.compile(r"^(?:(?:and|so|but|then|also)[,.]?\s+)+(?=\S)", re.IGNORECASE)
_ENDS = " .!;,"


def deed(text: str) -> str:
    """What is done, without who does it and without a full stop; a text of another form keeps its words."""
    bare = text.strip().rstrip(_ENDS)
    return _LEAD.sub("", bare, count=1) or bare


def sentence(text: str) -> str:
    """A promise as it was said, without the word it was tied on with and the full stop, so that more can follow it."""
    bare = _TIED.sub("", text.strip().rstrip(_ENDS), count=1)
    return bare[:1].upper() + bare[1:]
