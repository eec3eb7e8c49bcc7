"""`salesnerd playbook …`: the subcommands, and the short ones that print something or write a new file.

`lint`, `test`, `play` and `import` have modules of their own. Imports are inside the functions so that a subcommand
loads only what it needs.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from salesnerd_tui.cli.options import CommandParser
from salesnerd_tui.cli.output import complain, print_data, refuse, say

if TYPE_CHECKING:
    from salesnerd_tui.playbook.library import Loaded
    from salesnerd_tui.playbook.model import Playbook


class Subcommand(NamedTuple):
    """A summary for `--help`, and the function that runs it, or the module whose `main` does."""

    summary: str
    run: Callable[[list[str]], int] | str


def main(arguments: list[str]) -> int:
    """Run one subcommand. Returns the exit status: 0 success, 1 findings or failure, 2 usage error."""
    if not arguments or arguments[0] in ("-h", "--help"):
        sys.stdout.write(_help() + "\n")
        return 0 if arguments else 2
    name, *rest = arguments
    found = SUBCOMMANDS.get(name)
    if found is None:
        return _report_unknown(name)
    if isinstance(found.run, str):
        return int(import_module(found.run).main(rest))
    return found.run(rest)


def _help() -> str:
    lines = "\n".join(f"  {name:10}{subcommand.summary}" for name, subcommand in SUBCOMMANDS.items())
    return f"usage: salesnerd playbook SUBCOMMAND [--help]\n\n{lines}"


def _report_unknown(name: str) -> int:
    from difflib import get_close_matches

    close = ["explain"] if name == "why" else get_close_matches(name, SUBCOMMANDS, n=1)
    hint = f"did you mean '{close[0]}'?" if close else "see: salesnerd playbook --help"
    sys.stderr.write(f"salesnerd playbook: unknown command {name!r} ({hint})\n")
    return 2


def playbook_named(name: str, verb: str) -> Playbook | None:
    """Return the playbook with this id or path; print why to standard error and return None if it cannot be used."""
    from salesnerd_tui.playbook.library import Library

    loaded = Library().load(name)
    if loaded.playbook is None:
        _report_unusable(loaded, verb)
    return loaded.playbook


def loaded_by_name(name: str, verb: str) -> Loaded | None:
    """Return the playbook or library with this id or path; print its errors and return None if it has any."""
    from salesnerd_tui.playbook.library import Library

    loaded = Library().load(name)
    if loaded.walkable is None:
        _report_unusable(loaded, verb)
        return None
    return loaded


def _report_unusable(loaded: Loaded, verb: str) -> None:
    from salesnerd_tui.playbook.lint.report import FORMATS

    if loaded.is_library and not loaded.errors:
        complain(verb, f"{loaded.id} is a library, not a playbook (name a playbook that uses it)")
    elif loaded.not_found:
        complain(verb, loaded.not_found)
    else:
        complain(verb, "this playbook cannot be used yet\n" + FORMATS["text"](loaded.errors, loaded.sources))


def _parser(verb: str, description: str) -> CommandParser:
    return CommandParser(prog=f"salesnerd {verb}", description=description)


# list


def list_playbooks(arguments: list[str]) -> int:
    """Print every playbook and library with its goal, length and findings."""
    parser = _parser("playbook list", "List every playbook, yours first.")
    parser.add_argument("--json", action="store_true", help="print a JSON list")
    given = parser.parse_args(arguments)
    from salesnerd_tui.playbook.library import Library
    from salesnerd_tui.playbook.lint.linter import lint_by_name

    library = Library()
    loaded = [lint_by_name(name, library) for name in library.ids()]
    if given.json:
        import json

        sys.stdout.write(json.dumps([_list_entry(one) for one in loaded], indent=2) + "\n")
        return 0
    width = max((len(one.id) for one in loaded), default=0)
    lines = [line for one in loaded for line in _list_lines(one, width)]
    sys.stdout.write("\n".join(lines or ["no playbooks found"]) + "\n")
    return 0


def _list_lines(loaded: Loaded, width: int) -> list[str]:
    from salesnerd_tui.playbook.lint.report import counted
    from salesnerd_tui.text import one_line

    musts, playbook = _must_asks(loaded), loaded.playbook
    size = f"{playbook.minutes:g} min · {musts} must-ask{'s' * (musts != 1)}" if playbook and playbook.minutes else ""
    findings = counted(loaded.findings) if loaded.findings else ""
    summary = " · ".join(part for part in (one_line(loaded.title), size, findings) if part)
    lines = [f"{one_line(loaded.id):{width}}  {summary}"]
    if playbook and playbook.goal:
        lines.append(f"{'':{width}}  {one_line(playbook.goal)}")
    return lines


def _list_entry(loaded: Loaded) -> dict[str, object]:
    from salesnerd_tui.playbook.diagnostics import Severity

    playbook = loaded.playbook
    return {
        "id": loaded.id,
        "title": loaded.title,
        "path": str(loaded.path),
        "goal": playbook.goal if playbook else "",
        "minutes": playbook.minutes if playbook else None,
        "musts": _must_asks(loaded),
        "findings": {str(severity): sum(f.severity is severity for f in loaded.findings) for severity in Severity},
    }


def _must_asks(loaded: Loaded) -> int:
    from salesnerd_tui.playbook.model import Ask, Priority

    agenda = loaded.playbook.agenda if loaded.playbook else ()
    return sum(isinstance(item, Ask) and item.priority is Priority.MUST for item in agenda)


# new


def new_playbook(arguments: list[str]) -> int:
    """Return 0 if the file was written, 1 if it exists or cannot be saved, 2 if a name cannot be used."""
    verb = "playbook new"
    parser = _parser(verb, "Create a playbook in your folder. An existing file is never overwritten.")
    parser.add_argument("name", help="id of the new playbook, such as my_first_call")
    parser.add_argument(
        "--from", dest="parent", metavar="PLAYBOOK", help="extend this playbook: write only what differs"
    )
    parser.add_argument("--copy", action="store_true", help="with --from: copy the text instead of extending it")
    given = parser.parse_args(arguments)
    from salesnerd_tui.files import AlreadyExists, CannotWrite
    from salesnerd_tui.playbook.diagnostics import did_you_mean
    from salesnerd_tui.playbook.ids import slug
    from salesnerd_tui.playbook.library import Library
    from salesnerd_tui.playbook.template import child, copy_of, starter, usable_name

    name = given.name.removesuffix(".yaml").removesuffix(".yml")
    if not usable_name(name):
        complain(verb, f"invalid name '{name[:60]}' (use lower-case letters, digits and _, such as '{slug(name)}')")
        return 2
    files = Library().files()
    parent = files.get(given.parent) if given.parent else None
    if given.parent and parent is None:
        complain(verb, f"unknown playbook '{given.parent[:60]}' ({did_you_mean(given.parent, files)[0]})")
        return 2
    try:
        if parent and given.copy:
            text = copy_of(name, parent)
        else:
            text = child(name, given.parent) if parent else starter(name)
        path = write_own_playbook(name, text)
    except AlreadyExists as problem:
        return refuse(verb, f"{problem}; nothing was written")
    except (CannotWrite, OSError, UnicodeDecodeError) as problem:
        return refuse(verb, str(problem))
    say(
        f"{path}\n\n"
        f"  salesnerd playbook lint {name} --watch   check it each time you save\n"
        f"  salesnerd playbook play {name}           try it in the terminal\n"
        f"  salesnerd playbook test {name}           run its tests\n"
        f"  salesnerd live {name}                    start a call with it\n\n"
        "An editor with a YAML language server completes fields and names."
    )
    return 0


def write_own_playbook(name: str, text: str) -> Path:
    """Write a new playbook to the user's folder and update the schema beside it.

    Raises `AlreadyExists` if a playbook has this name, with either suffix, and `CannotWrite`.
    """
    from salesnerd_tui.files import AlreadyExists, write_private
    from salesnerd_tui.playbook.folders import SUFFIXES, own_folders

    folder = own_folders()[0]
    for suffix in SUFFIXES:
        if (folder / (name + suffix)).exists():
            raise AlreadyExists(f"{folder / (name + suffix)} already exists")
    path = folder / f"{name}.yaml"
    write_private(path, text, make_folders=True)
    _write_schema(_schema_text())
    return path


# show, map, explain


def show_playbook(arguments: list[str]) -> int:
    """Return 0 if the playbook has no errors, otherwise 1 after printing them."""
    verb = "playbook show"
    parser = _parser(verb, "Print a playbook with everything it extends and uses, as one YAML file.")
    parser.add_argument("playbook", help="id or file")
    given = parser.parse_args(arguments)
    from salesnerd_tui.playbook.library import Library
    from salesnerd_tui.playbook.lint.report import FORMATS
    from salesnerd_tui.playbook.yaml_writer import merged_text

    loaded = Library().load(given.playbook)
    if loaded.book is not None:
        say(merged_text(loaded.book.tree, loaded.book.own).rstrip("\n"))
    if loaded.not_found:
        complain(verb, loaded.not_found)
    elif loaded.errors:
        complain(verb, "the playbook has errors\n" + FORMATS["text"](loaded.errors, loaded.sources))
    return int(bool(loaded.errors))


def show_map(arguments: list[str]) -> int:
    """Print where the answers of a playbook or library lead, as text or Mermaid."""
    verb = "playbook map"
    parser = _parser(verb, "Print the questions of a playbook or library and where each answer leads.")
    parser.add_argument("playbook", help="id or file")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--mermaid", action="store_true", help="print a Mermaid flowchart, for a README or a wiki")
    how.add_argument("--text", action="store_true", help="print lines for the terminal (default)")
    parser.add_argument(
        "--no-libraries", action="store_true", help="leave out the detours and gates that come from libraries"
    )
    given = parser.parse_args(arguments)
    from salesnerd_tui.playbook.graph import as_mermaid, as_text

    loaded = loaded_by_name(given.playbook, verb)
    if loaded is None or loaded.walkable is None:
        return 1
    draw = as_mermaid if given.mermaid else as_text
    playbook = loaded.walkable
    if given.no_libraries and not loaded.is_library:
        playbook = _without_libraries(playbook, loaded)
    say(draw(playbook, is_library=loaded.is_library).rstrip("\n"))
    return 0


def _without_libraries(playbook: Playbook, loaded: Loaded) -> Playbook:
    """Return the playbook without the detours and gates of libraries; included questions keep their place."""
    from msgspec.structs import replace

    from salesnerd_tui.playbook.folders import is_library_file

    libraries = {name for name in loaded.sources if is_library_file(Path(name))}
    return replace(
        playbook,
        detours={name: detour for name, detour in playbook.detours.items() if detour.spot.file not in libraries},
        gates={name: gate for name, gate in playbook.gates.items() if gate.spot.file not in libraries},
    )


def explain_findings(arguments: list[str]) -> int:
    """Return 0 if all codes are known, otherwise 2."""
    verb = "playbook explain"
    parser = _parser(verb, "Explain findings. Without a code: list all of them.")
    parser.add_argument("codes", nargs="*", metavar="CODE", help="like P202")
    given = parser.parse_args(arguments)
    from salesnerd_tui.playbook.diagnostics import did_you_mean, listed
    from salesnerd_tui.playbook.lint.linter import RULES
    from salesnerd_tui.playbook.lint.report import all_codes, explained

    if not given.codes:
        say(all_codes())
    status = 0
    for number, code in enumerate(given.codes):
        rule = RULES.get(code.strip().upper())
        if rule is None:
            similar = [known for known in RULES if known.startswith(code.strip().upper())]
            list_all = "list them with: salesnerd playbook explain"
            hint = f"similar: {listed(similar)}" if similar else did_you_mean(code, RULES, list_all)[0]
            complain(verb, f"unknown finding '{code[:20]}' ({hint})")
            status = 2
            continue
        say(("\n" if number else "") + explained(rule))
    return status


# schema


def print_schema(arguments: list[str]) -> int:
    """Return 0 if the schema was printed or written, otherwise 1."""
    from salesnerd_tui.files import CannotWrite
    from salesnerd_tui.playbook.json_schema import SCHEMA_FILE
    from salesnerd_tui.playbook.template import modeline

    verb = "playbook schema"
    parser = _parser(
        verb,
        "Print a JSON schema with the questions, outcomes, detours and gates of your playbooks. "
        "An editor with a YAML language server uses it for completion, help on hover and first diagnostics.",
    )
    parser.add_argument(
        "playbooks", nargs="*", metavar="PLAYBOOK", help="use the names of these playbooks (default: all your own)"
    )
    parser.add_argument("--write", action="store_true", help=f"write {SCHEMA_FILE} next to your playbooks")
    given = parser.parse_args(arguments)
    text = _schema_text(given.playbooks)
    if not given.write:
        print_data(text)
        return 0
    try:
        path = _write_schema(text)
    except CannotWrite as problem:
        return refuse(verb, str(problem))
    say(f"{path}\n\nFirst line of a playbook in the same folder:\n{modeline('').rstrip()}")
    return 0


def _schema_text(playbooks: list[str] | None = None) -> str:
    import json

    from salesnerd_tui.playbook.json_schema import schema
    from salesnerd_tui.playbook.library import Library

    return json.dumps(schema(Library(), playbooks or []), indent=1, ensure_ascii=False)


def _write_schema(text: str) -> Path:
    from salesnerd_tui.files import write_private
    from salesnerd_tui.playbook.folders import own_folders
    from salesnerd_tui.playbook.json_schema import SCHEMA_FILE

    path = own_folders()[0] / SCHEMA_FILE
    write_private(path, text + "\n", force=True, make_folders=True)
    return path


SUBCOMMANDS: Mapping[str, Subcommand] = {
    "list": Subcommand("list playbooks and libraries, with their findings", list_playbooks),
    "new": Subcommand("create a playbook: new NAME [--from first_call]", new_playbook),
    "import": Subcommand("make a playbook of a Markdown document: import FILE.md", "salesnerd_tui.cli.playbook_import"),
    "lint": Subcommand(
        "check playbooks: lint [FILES] [--watch] [--format text|json|github|sarif]", "salesnerd_tui.cli.playbook_lint"
    ),
    "explain": Subcommand("explain a finding: explain P202", explain_findings),
    "map": Subcommand("show where answers lead: map PLAYBOOK [--mermaid]", show_map),
    "play": Subcommand("try it in the terminal: play PLAYBOOK [--buyer NAME]", "salesnerd_tui.cli.playbook_play"),
    "test": Subcommand("run its tests and buyers: test [PLAYBOOK] [--write]", "salesnerd_tui.cli.playbook_test"),
    "show": Subcommand("print it with everything it inherits: show PLAYBOOK", show_playbook),
    "schema": Subcommand("write a JSON schema for your editor: schema --write", print_schema),
}
