"""Transcripts: the table of formats, and parsers (`captions`, `plain_text`, `structured`) for whole and growing files.

Start at `read.read_transcript`. Import modules directly: a call without captions needs only `model`, and the patterns
of the parsers cost start-up time.
"""
