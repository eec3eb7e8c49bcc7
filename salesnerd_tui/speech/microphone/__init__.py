"""The call as the machine itself hears it: the microphone is me, the system's output is them.

An extra (`pip install salesnerd-tui[voice]`). What listens is a child process, because a native library may end the
process it is in or write over the screen: `child` there, `mic_source` here, and JSON lines between them (`lines`).
Nothing in this folder is imported unless somebody asked for `--listen mic`.
"""
