"""Transcripts and captions: format detection, parsers for whole and growing files, and a WebVTT writer.

Start at `read.read_transcript` and `captions.as_webvtt`. Import modules directly: a call without captions needs only
`model`, and the patterns of the parsers cost start-up time.
"""
