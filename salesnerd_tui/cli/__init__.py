"""The `salesnerd` command: a table of verbs, each of which imports only what it needs.

A verb is a module beside this file with `main(arguments: list[str]) -> int`. Neither the table nor `--help` loads
Textual, YAML, TinyDB or a model.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from importlib import import_module

from salesnerd_tui import __version__
from salesnerd_tui.cli.standard_streams import OutputError, discard_output, guard_streams, report_output_error

VERBS: Mapping[str, str] = {
    "home": "the start page: your calls, playbooks, the demo",
    "prep": "prepare a call: what is known, what to test, what must be asked",
    "live": "take a call: live [PLAYBOOK] [--account A] [--hear FILE|-]",
    "board": "how an account buys, and a plan worked back from their date",
    "rehearse": "practise on a buyer, one trap at a time, or on a recorded call",
    "demo": "watch a call in two minutes; needs no set-up, leaves nothing behind",
    "coach": "the coach over a transcript, without a screen",
    "calls": "your calls: list, show, search, export, follow up, forget",
    "promises": "what was promised, to whom, by when; kept, late, taken back",
    "trends": "what changes over your calls, and whether taps get rarer",
    "voice": "what --hear mic needs: check it, install the models",
    "send": "act on the running call from another window: send next",
    "status": "the running call as one line, for tmux and waybar",
    "strip": "the running call in three lines, for a small pane",
    "doctor": "try terminal, folders, store and sound; how to mend what fails",
    "playbook": "playbooks: list, new, lint, map, play, test and more",
    "keys": "which key does what, and your own",
    "settings": "what is set, and what the coach has learned about you",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb. Returns the exit status: 0 success, 1 something was found or refused, 2 wrong usage."""
    _keep_memory_private()
    if arguments is None:
        guard_streams()
    try:
        try:
            status = _run(list(sys.argv[1:] if arguments is None else arguments))
        except SystemExit:
            sys.stdout.flush()
            raise
        except KeyboardInterrupt:
            status = 130
        sys.stdout.flush()
    except OutputError as error:
        return report_output_error(error)
    except BrokenPipeError:
        discard_output()
        return 0
    return status


def _keep_memory_private() -> None:
    """Let no crash write a core file: it would hold the notes."""
    if sys.platform == "win32":
        return
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, most))


def _run(words: list[str]) -> int:
    verb = words.pop(0) if words and not words[0].startswith("-") else ""
    if not verb and words and words[0] in ("-h", "--help"):
        return _say(_help())
    if not verb and words and words[0] in ("-V", "--version"):
        return _say(f"salesnerd {__version__}")
    verb = verb or "home"
    if verb not in VERBS:
        return _refuse(verb)
    return int(import_module(f"salesnerd_tui.cli.{verb}").main(words))


def _help() -> str:
    lines = "\n".join(f"  {verb:10}{told}" for verb, told in VERBS.items())
    return (
        "salesnerd: a terminal coach for engineers who ended up selling\n\n"
        f"usage: salesnerd [VERB] [--help]\n\n{lines}\n\n"
        "Without a verb it opens the start page. Every verb explains itself with --help.\n"
        "Calls are kept in your user data folder; --data DIR or SALESNERD_DATA\nmoves them."
    )


def _refuse(verb: str) -> int:
    from difflib import get_close_matches

    close = get_close_matches(verb, VERBS, n=1)
    hint = f"did you mean '{close[0]}'?" if close else "salesnerd --help lists the verbs"
    sys.stderr.write(f"salesnerd: there is no verb {verb!r}; {hint}\n")
    return 2


def _say(text: str) -> int:
    sys.stdout.write(text + "\n")
    return 0
