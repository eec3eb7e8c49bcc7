"""Transcripts and captions as files have them: recognised by their content, read whole or line by line, and written."""

from salesnerd_tui.hearing.formats.model import Format, Piece, Transcript, Utterance, same_name, speakers_of
from salesnerd_tui.hearing.formats.reading import CannotRead, read_transcript
from salesnerd_tui.hearing.formats.writing import as_webvtt, cue_of

__all__ = [
    "CannotRead",
    "Format",
    "Piece",
    "Transcript",
    "Utterance",
    "as_webvtt",
    "cue_of",
    "read_transcript",
    "same_name",
    "speakers_of",
]
