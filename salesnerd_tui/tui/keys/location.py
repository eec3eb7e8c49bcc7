"""Where a person's own keys are: what was asked for, else the environment's word, else the folder of the settings."""

from __future__ import annotations

import os
from pathlib import Path

VARIABLE = "SALESNERD_KEYS"
FILE = "keys.toml"


def keys_file(given: str | None = None) -> tuple[Path, bool]:
    """The file, and whether somebody named it: then it has to be there."""
    named = given or os.environ.get(VARIABLE, "")
    if named:
        return Path(named).expanduser(), True
    from platformdirs import user_config_path

    return user_config_path("salesnerd") / FILE, False
