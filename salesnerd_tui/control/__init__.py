"""The running call from outside: a local socket that takes one line of JSON and answers with one.

A desktop shortcut, a foot pedal, a status line and the strip all come in here. `places` and `asking` are what every key
press pays for, so they load next to nothing; `door` is the side of the screen.
"""
