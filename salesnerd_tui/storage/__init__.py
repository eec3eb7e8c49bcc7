"""Storage of calls in TinyDB, made durable.

A note that the screen shows as saved must survive `kill -9`, a power cut, a full disk and a second copy of the program.
TinyDB's own storage writes in place and guarantees none of that, so this package gives TinyDB another one: changes are
appended to a journal as lines with checksums, synced to disk, and later merged into plain TinyDB JSON.

Start reading at `store.CallStore` and `call_file.CallFile`.
"""
