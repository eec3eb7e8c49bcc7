"""Where calls are kept: TinyDB, safely.

A note that the screen shows as saved must survive `kill -9`, a power cut, a full disk and a second copy of the program.
TinyDB's stock storage writes in place and keeps none of that, so this room gives TinyDB a storage of its own: changes
are appended to a journal as checked lines, made durable, and folded into plain TinyDB JSON between calls.

Start at `notebook.Notebook` and `callfile.CallFile`; nothing here is imported until it is asked for.
"""
