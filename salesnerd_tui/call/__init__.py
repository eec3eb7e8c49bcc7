"""Core of a call: what happened, and what comes next. It reads no clock, file or terminal.

`events` is everything that can happen, `state` is computed from them, `traversal` finds the next prompt, `actions` turn
a key into events, and `view` is what a screen shows. `plan` applies a prep to the playbook, `outcome` ends a call,
`tap_text` words the coach's taps, `simulator` walks a playbook as its tests and buyers do.
"""
