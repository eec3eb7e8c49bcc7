"""A program of its own that ends calls and writes them into the vault until it is killed, and prints what is done.

`vault_child.py FOLDER ACCOUNT COUNT` ends COUNT calls with an account, or calls for ever (0).
"""

from __future__ import annotations

import itertools
import os
import sys
from pathlib import Path

from salesnerd_tui.services.vault import update_vault
from vault_stage import VaultStage


def say(words: str) -> None:
    os.write(1, words.encode() + b"\n")


def main(folder: str, account: str, count: int) -> None:
    stage = VaultStage(Path(folder))
    say("ready")
    for _ in itertools.islice(itertools.count(), count or None):
        say(f"ended {stage.store_call(account)}")
        result = update_vault(stage.store, account)
        say("; ".join(result.problems) or "written")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
