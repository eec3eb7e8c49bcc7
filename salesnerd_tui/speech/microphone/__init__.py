"""Microphone input: the microphone is the user, the system's output is the buyer.

An extra (`pip install salesnerd-tui[voice]`). A child process does the listening, because a native library can end the
process it runs in or draw over the screen: `child` runs in that process, `source` in the program, and both exchange
JSON lines (`protocol`). Import nothing from this package unless the user asked for `--listen mic`.
"""
