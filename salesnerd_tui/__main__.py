"""`python -m salesnerd_tui`: the command, for when its folder is not on the path."""

from __future__ import annotations

import sys

from salesnerd_tui.cli import main

if __name__ == "__main__":
    sys.exit(main())
