"""Transcripts and captions as files have them: recognised by their content, read whole or line by line, and written.

Start at `reading.read_transcript` and `writing.as_webvtt`. Nothing is imported here: a call without captions needs only
the few values of `model`, and the readers' patterns would be paid for at every start.
"""
