"""Lines that the meeting tools write around a transcript and that nobody said."""

from __future__ import annotations

import re

_LINES = re.compile(
    r"""(?:
      transcribed\ by\ https?://otter\.ai .{0,40}
    | this\ editable\ transcript\ was\ computer\ generated .{0,200}
    | (?:meeting|transcription)\ ended\ after\ [\d:]{4,9} .{0,8}
    | .{1,80}\ (?:started|stopped)\ transcription
    | transcript | attendees
    )\s*\Z""",
    re.IGNORECASE | re.VERBOSE,
)


def is_boilerplate(line: str) -> bool:
    """Whether a meeting tool wrote this line by itself."""
    text = line.strip()
    return len(text) < 300 and bool(_LINES.match(text))
