"""A terminal for tests: starts a command in a real pseudo-terminal, presses keys, and reads what a person would see.

Journeys, crash runs and the benchmark all go through here, so that what they prove holds for the program as it is
shipped, with its start-up, its threads and its way out, and not only for the widgets.
"""

from terminal.driver import NeverShown, Terminal

__all__ = ["NeverShown", "Terminal"]
