"""Lines that meeting tools write around a transcript and that nobody said."""

from __future__ import annotations

import re
from collections.abc import Sequence

_LINES = re.compile(
    r"""(?:
      transcribed\ (?:by|with)\ \S.{0,60}
    | this\ editable\ transcript\ was\ computer\ generated .{0,200}
    | (?:meeting|transcription)\ ended\ after\ [\d:]{4,9} .{0,8}
    | .{1,80}\ (?:started|stopped)\ transcription
    | transcript | attendees
    | view\ recording\ -\ .{1,200}
    | [A-Z][A-Z ]{3,30}:\ .{0,240}-\ watch:\ https?://\S{1,300}
    | you\ should\ review\ gemini's\ notes .{0,200}
    | please\ provide\ feedback\ about\ using\ gemini .{0,200}
    | generated\ by\ \S.{0,60}
    | speaker[ ,\t|;]{1,20}(?:time|start)\w{0,5}[ ,\t|;]{1,20}(?:text|transcript|content)
    | (?:time|start)\w{0,5}[ ,\t|;]{1,20}speaker[ ,\t|;]{1,20}(?:text|transcript|content)
    | [-=_*~]{3,80}
    )\s*\Z""",
    re.IGNORECASE | re.VERBOSE,
)
_TRANSCRIPT = (
    "transcript|transcription|transkript|transkription|transcripci[oó]n|transcri[cç][aã]o|trascrizione|transcriptie"
    "|transkrypcja|transkripsi|транскрипт|расшифровка|文字起こし|逐字稿|转录|轉錄|스크립트"
)
_HEADING = re.compile(
    rf"(?:.{{1,150}}[ \t][-–—][ \t]*|(?:full|meeting|call|conversation|complete|raw)[ \t]+)?(?:{_TRANSCRIPT})\Z",
    re.IGNORECASE,
)
_NOTES = re.compile(r"(?:(?:meeting |gemini )?notes|notizen|summary|meeting summary|overview)\Z", re.IGNORECASE)
_SIGNS = " \t\ufeff#*_:>-–—=📖📝🗒📄📃️"

LINES_BETWEEN_HEADINGS = 8
"""Lines between `Transcript` and the title of the meeting that ends in `Transcript` as well."""


def is_boilerplate(line: str) -> bool:
    """Whether a meeting tool wrote this line by itself."""
    text = line.strip()
    return len(text) < 600 and bool(_LINES.match(text))


def begins_notes(line: str) -> bool:
    """Whether a line is the heading of notes or of a summary."""
    return len(line) < 80 and bool(_NOTES.match(line.strip(_SIGNS)))


def speech_begins(lines: Sequence[str]) -> int:
    """Return the index of the first line below the heading `Transcript`; 0 where there is no such heading.

    What stands above it are the title, the people invited, and the notes.
    """
    found = -1
    for index, line in enumerate(lines):
        if found >= 0 and index - found > LINES_BETWEEN_HEADINGS:
            break
        if len(line) < 240 and _HEADING.match(line.replace("\\", "").strip(_SIGNS)):
            found = index
    return found + 1
