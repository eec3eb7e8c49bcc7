"""Plain text mode: calls, rehearsals and the demo as lines, for a screen reader, a dumb terminal or a script.

It is an interface like the screens: it turns lines into commands and events into lines, and decides nothing. It writes
no control sequences and never changes a printed line.
"""
