"""Where calls are kept: what was asked for, else the environment's word, else the user's own data folder."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from pathlib import Path

VARIABLE = "SALESNERD_DATA"


def add_data_option(parser: ArgumentParser) -> None:
    """`--data DIR`, the same on every verb that keeps or reads calls."""
    parser.add_argument(
        "--data", metavar="DIR", help=f"the folder of your calls (else {VARIABLE}, else your user data)"
    )


def data_folder(given: str | None) -> Path:
    """The folder; it need not exist."""
    named = given or os.environ.get(VARIABLE, "")
    if named:
        return Path(named).expanduser()
    from platformdirs import user_data_path

    return user_data_path("salesnerd")
