"""`salesnerd playbook …`: the subcommands, and those that print something or write a new file.

`lint`, `test` and `play` have modules of their own. Imports are inside the functions so that a subcommand loads only
what it needs.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from salesnerd_tui.cli import report_unknown
from salesnerd_tui.cli.options import CommandParser
from salesnerd_tui.cli.output import echo, print_data, print_error
from salesnerd_tui.errors import UsageError, UserError, error_reason
from salesnerd_tui.files import format_size, read_regular, url_hint, write_private
from salesnerd_tui.text import counted, one_line, shortened

if TYPE_CHECKING:
    from argparse import Namespace

    from salesnerd_tui.playbook.library import LoadResult
    from salesnerd_tui.playbook.markdown.draft import OmittedText
    from salesnerd_tui.playbook.markdown.importer import ImportedPlaybook
    from salesnerd_tui.playbook.model import Playbook

MAX_SHOWN_OMITTED = 20
"""Maximum number of omitted texts to show without `--omitted`."""

_WEB_PAGE = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|\?xml)\b", re.IGNORECASE | re.DOTALL)


class Subcommand(NamedTuple):
    """A summary for `--help`, and the function that runs it, or the module whose `main` does."""

    summary: str
    run: Callable[[list[str]], int] | str


def main(arguments: list[str]) -> int:
    """Run one subcommand. Returns the exit status: 0 success, 1 findings or failure, 2 usage error."""
    if not arguments or arguments[0] in ("-h", "--help"):
        rows = "\n".join(f"  {name:10}{command.summary}" for name, command in SUBCOMMANDS.items())
        echo(f"usage: salesnerd playbook SUBCOMMAND [--help]\n\n{rows}")
        return 0 if arguments else 2
    name, *rest = arguments
    subcommand = SUBCOMMANDS.get(name)
    if subcommand is None:
        return report_unknown("salesnerd playbook", name, SUBCOMMANDS)
    if isinstance(subcommand.run, str):
        return int(import_module(subcommand.run).main(rest))
    return subcommand.run(rest)


def load_playbook(name: str) -> Playbook:
    """Return the playbook with this id or path. Raises `UserError`, also for a library."""
    from salesnerd_tui.playbook.library import Library

    loaded = Library().load(name)
    if loaded.playbook is None:
        raise _unusable(loaded)
    return loaded.playbook


def load_walkable(name: str) -> tuple[Playbook, LoadResult]:
    """Return the playbook with this id or path, or the questions of a library as one. Raises `UserError`."""
    from salesnerd_tui.playbook.library import Library

    loaded = Library().load(name)
    if loaded.runnable_playbook is None:
        raise _unusable(loaded)
    return loaded.runnable_playbook, loaded


def _unusable(loaded: LoadResult) -> UserError:
    from salesnerd_tui.services.lint_report import render_all

    if loaded.is_library and not loaded.errors:
        return UserError(f"{loaded.id} is a library, not a playbook (name a playbook that uses it)")
    if loaded.not_found:
        return UserError(loaded.not_found)
    return UserError("this playbook cannot be used yet", render_all(loaded.errors, loaded.sources))


# list


def list_playbooks(arguments: list[str]) -> int:
    """Print every playbook and library with its goal, length and findings."""
    parser = CommandParser("playbook list", "List every playbook, yours first.")
    parser.add_argument("--json", action="store_true", help="print a JSON list")
    options = parser.parse_args(arguments)
    from salesnerd_tui.playbook.library import Library
    from salesnerd_tui.playbook.lint.linter import lint_by_name

    library = Library()
    results = [lint_by_name(name, library) for name in library.ids()]
    if options.json:
        import json

        print_data(json.dumps([_list_entry(loaded) for loaded in results], indent=2))
        return 0
    width = max((len(loaded.id) for loaded in results), default=0)
    echo("\n".join(line for loaded in results for line in _list_lines(loaded, width)) or "no playbooks found")
    return 0


def _list_lines(loaded: LoadResult, width: int) -> list[str]:
    from salesnerd_tui.services.lint_report import count_findings

    musts, playbook = _must_asks(loaded), loaded.playbook
    size = f"{playbook.minutes:g} min · {counted(musts, 'must-ask')}" if playbook and playbook.minutes else ""
    findings = count_findings(loaded.findings) if loaded.findings else ""
    summary = " · ".join(part for part in (one_line(loaded.title), size, findings) if part)
    lines = [f"{one_line(loaded.id):{width}}  {summary}"]
    if playbook and playbook.goal:
        lines.append(f"{'':{width}}  {one_line(playbook.goal)}")
    return lines


def _list_entry(loaded: LoadResult) -> dict[str, object]:
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


def _must_asks(loaded: LoadResult) -> int:
    from salesnerd_tui.playbook.model import Ask, Priority

    agenda = loaded.playbook.agenda if loaded.playbook else ()
    return sum(isinstance(item, Ask) and item.priority is Priority.MUST for item in agenda)


# new, import


def new_playbook(arguments: list[str]) -> int:
    """Return 0 if the file was written, 1 if it exists or cannot be saved, 2 if a name cannot be used."""
    parser = CommandParser("playbook new", "Create a playbook in your folder. An existing file is never overwritten.")
    parser.add_argument("name", help="id of the new playbook, such as my_first_call")
    parser.add_argument(
        "--from", dest="parent", metavar="PLAYBOOK", help="extend this playbook: write only what differs"
    )
    parser.add_argument("--copy", action="store_true", help="with --from: copy the text instead of extending it")
    return parser.run(arguments, _new)


def _new(options: Namespace) -> int:
    from salesnerd_tui.playbook.diagnostics import did_you_mean
    from salesnerd_tui.playbook.folders import is_library_file
    from salesnerd_tui.playbook.ids import slugify
    from salesnerd_tui.playbook.library import Library
    from salesnerd_tui.playbook.yaml_writer import child_text, copy_text, is_valid_name, starter_text

    if options.copy and not options.parent:
        raise UsageError("--copy needs --from PLAYBOOK")
    name = options.name.removesuffix(".yaml").removesuffix(".yml")
    if not is_valid_name(name):
        example = slugify(name) if name.strip() else "my_first_call"
        raise UsageError(f"invalid name {name[:60]!r} (use lower-case letters, digits and _, such as {example!r})")
    files = Library().files()
    parent = files.get(options.parent) if options.parent else None
    if options.parent and parent is None:
        raise UsageError(f"unknown playbook {options.parent[:60]!r} ({did_you_mean(options.parent, files)[0]})")
    if parent and not options.copy and is_library_file(parent):
        raise UsageError(f"{options.parent} is a library, not a playbook (use --copy, or `use:` it in a playbook)")
    try:
        if parent and options.copy:
            text = copy_text(name, parent)
        else:
            text = child_text(name, options.parent) if parent else starter_text(name)
        path = _write_own(name, text, "nothing was written")
    except (OSError, UnicodeDecodeError) as problem:
        raise UserError(str(problem)) from None
    replaced = "It replaces the built-in playbook of that name.\n" if name in files else ""
    echo(
        f"{path}\n{replaced}\n"
        f"  salesnerd playbook lint {name} --watch   check it each time you save\n"
        f"  salesnerd playbook play {name}           try it in the terminal\n"
        f"  salesnerd playbook test {name}           run its tests\n"
        f"  salesnerd live {name}                    start a call with it\n\n"
        "An editor with a YAML language server completes fields and names."
    )
    return 0


def _write_own(name: str, text: str, hint: str) -> Path:
    """Write a new playbook to the user's folder and update the schema beside it.

    Raises `UserError`, with the hint if a playbook has this name, with either suffix.
    """
    from salesnerd_tui.playbook.folders import SUFFIXES, user_folders

    folder = user_folders()[0]
    for suffix in SUFFIXES:
        if (folder / (name + suffix)).exists():
            raise UserError(f"{folder / (name + suffix)} already exists ({hint})")
    path = folder / f"{name}.yaml"
    write_private(path, text, make_folders=True)
    _write_schema(_schema_text())
    return path


def import_playbook(arguments: list[str]) -> int:
    """Return 0 if the playbook was written, 1 if the document was refused, 2 on a usage error."""
    parser = CommandParser(
        "playbook import",
        "Make a playbook of a document in Markdown, plain text, CSV or TSV. An existing file is never overwritten.",
    )
    parser.add_argument("document", metavar="FILE", help="the document, or - for standard input")
    parser.add_argument("--name", default="", help="id of the playbook (default: the document's file name)")
    parser.add_argument("--library", action="store_true", help="make a library of detours, one for each heading")
    parser.add_argument("--omitted", action="store_true", help="list every omitted text, not only the first 20")
    parser.add_argument(
        "--prose",
        choices=("drop", "comment"),
        default="drop",
        help="drop omitted texts (default), or keep them as comments",
    )
    parser.add_argument("--print", action="store_true", help="print the playbook instead of writing a file")
    return parser.run(arguments, _import)


def _import(options: Namespace) -> int:
    from salesnerd_tui.playbook.folders import builtin_folder
    from salesnerd_tui.playbook.library import Library
    from salesnerd_tui.playbook.markdown.importer import STANDARD_INPUT, CannotImport, import_document
    from salesnerd_tui.playbook.yaml_writer import is_valid_name

    if options.name and not is_valid_name(options.name):
        raise UsageError(f"invalid name {options.name[:60]!r} (expected lower-case letters, digits, _ and -)")
    try:
        text = _read_document(options.document)
        source = STANDARD_INPUT if options.document == "-" else one_line(Path(options.document).name)
        imported = import_document(
            text, source, options.name, as_library=options.library, keep_prose=options.prose == "comment"
        )
    except FileNotFoundError:
        hint = url_hint(options.document) or " (expected a document, or - for standard input)"
        raise UserError(f"no such file: {options.document!r}{hint}") from None
    except (OSError, ValueError) as problem:
        raise UserError(f"cannot read {options.document!r}: {error_reason(problem)}") from None
    except CannotImport as problem:
        _show_omitted(problem.omitted, options.omitted)
        raise UserError(f"{options.document}: {problem}") from None
    if options.print:
        sys.stdout.write(imported.text)
        return 0
    is_builtin = imported.name in Library([builtin_folder()]).files()
    path = _write_own(imported.name, imported.text, "choose another name: --name NAME")
    echo(_report(options.document, path, imported))
    if is_builtin:
        echo("  it replaces the built-in playbook of that name")
    _show_omitted(imported.draft.omitted, options.omitted)
    return 0


def _read_document(name: str) -> str:
    """Return the text of the document. Raises `OSError` if it cannot be read, `CannotImport` if it is not text."""
    from salesnerd_tui.playbook.markdown.importer import MAX_DOCUMENT_BYTES, CannotImport
    from salesnerd_tui.speech.transcripts.decode import decode, detect_binary

    if name == "-":
        data = sys.stdin.buffer.read(MAX_DOCUMENT_BYTES + 1)
        if len(data) > MAX_DOCUMENT_BYTES:
            raise CannotImport(f"larger than {format_size(MAX_DOCUMENT_BYTES)} (import parts of it)")
    else:
        data = read_regular(Path(name), MAX_DOCUMENT_BYTES)
    kind = detect_binary(data)
    is_page = kind in ("a web page", "an XML file")
    if kind and not is_page:
        raise CannotImport(f"not Markdown: {kind} (save the document as Markdown or plain text)")
    if is_page and _WEB_PAGE.match(data):
        raise CannotImport(f"not Markdown: {kind} (copy its text into a .md file, or convert it: pandoc -t gfm)")
    text, guess = decode(data)
    if guess:
        print_error("playbook import", f"{one_line(name)}: {guess}")
    return text


def _report(document: str, path: Path, imported: ImportedPlaybook) -> str:
    draft = imported.draft
    questions = [item for item in draft.items() if not item.is_said and not item.is_added]
    prep_questions = [
        item for section in draft.sections if section.is_prep for item in section.items if not item.is_added
    ]
    agenda = [
        section
        for section in draft.sections
        if not section.is_prep and not all(item.is_added for item in section.items)
    ]
    parts = [counted(len(questions), "question") + (f" in {counted(len(agenda), 'section')}" if agenda else "")]
    if prep_questions:
        parts.append(f"{len(prep_questions)} of them in prep")
    others = (
        (sum(len(item.answers) for item in questions), "answer", ""),
        (sum(item.is_said for item in draft.items()), "line", " to say"),
        (len(draft.detours), "detour", ""),
        (len(draft.buyers), "buyer", ""),
    )
    parts += [counted(number, word) + rest for number, word, rest in others if number]
    lines = [f"{one_line(document)} → {path}", f"  {', '.join(parts)}"]
    if imported.is_prose:
        lines.append("  this is prose and not an agenda, so it became a library of detours (put it under `use:`)")
    added = [outcome.decision for outcome in draft.outcomes if outcome.is_added]
    if added:
        lines.append(f"  added: the outcomes {', '.join(added)} and the question that leads to them")
    if imported.decisions:
        lines.append(f"  to decide: {imported.decisions}")
    lines.append(f"  next: salesnerd playbook lint {imported.name} --watch")
    return "\n".join(lines)


def _show_omitted(omitted: Sequence[OmittedText], show_all: bool) -> None:
    if not omitted:
        return
    shown = omitted if show_all else omitted[:MAX_SHOWN_OMITTED]
    lines = [f"  omitted: {counted(len(omitted), 'text')}"]
    lines += [f"    line {text.line}: {shortened(one_line(text.text), 70)} ({text.reason})" for text in shown]
    if len(shown) < len(omitted):
        lines.append(f"    and {len(omitted) - len(shown)} more (show all: --omitted)")
    echo("\n".join(lines))


# show, map, explain


def show_playbook(arguments: list[str]) -> int:
    """Return 0 if the playbook has no errors, otherwise 1 after printing them."""
    parser = CommandParser("playbook show", "Print a playbook with everything it extends and uses, as one YAML file.")
    parser.add_argument("playbook", help="id or file")
    return parser.run(arguments, _show)


def _show(options: Namespace) -> int:
    from salesnerd_tui.playbook.library import Library
    from salesnerd_tui.playbook.yaml_writer import format_merged

    loaded = Library().load(options.playbook)
    if loaded.context is not None:
        echo(format_merged(loaded.context.tree, loaded.context.own).rstrip("\n"))
    if loaded.errors:
        raise _unusable(loaded)
    return 0


def show_map(arguments: list[str]) -> int:
    """Print where the answers of a playbook or library lead, as text or Mermaid."""
    parser = CommandParser("playbook map", "Print the questions of a playbook or library and where each answer leads.")
    parser.add_argument("playbook", help="id or file")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--mermaid", action="store_true", help="print a Mermaid flowchart, for a README or a wiki")
    how.add_argument("--text", action="store_true", help="print lines for the terminal (default)")
    parser.add_argument(
        "--no-libraries", action="store_true", help="leave out the detours and gates that come from libraries"
    )
    return parser.run(arguments, _map)


def _map(options: Namespace) -> int:
    from salesnerd_tui.playbook.graph import render_mermaid, render_text

    playbook, loaded = load_walkable(options.playbook)
    if options.no_libraries and not loaded.is_library:
        playbook = _without_libraries(playbook, loaded)
    draw = render_mermaid if options.mermaid else render_text
    echo(draw(playbook, is_library=loaded.is_library).rstrip("\n"))
    return 0


def _without_libraries(playbook: Playbook, loaded: LoadResult) -> Playbook:
    """Return the playbook without the detours and gates of libraries; included questions keep their place."""
    from msgspec.structs import replace

    from salesnerd_tui.playbook.folders import is_library_file

    libraries = {name for name in loaded.sources if is_library_file(Path(name))}
    return replace(
        playbook,
        detours={name: detour for name, detour in playbook.detours.items() if detour.location.file not in libraries},
        gates={name: gate for name, gate in playbook.gates.items() if gate.location.file not in libraries},
    )


def explain_findings(arguments: list[str]) -> int:
    """Return 0 if all codes are known, otherwise 2."""
    parser = CommandParser("playbook explain", "Explain findings. Without a code: list all of them.")
    parser.add_argument("codes", nargs="*", metavar="CODE", help="like P202")
    options = parser.parse_args(arguments)
    from salesnerd_tui.playbook.diagnostics import did_you_mean, join_names
    from salesnerd_tui.playbook.lint.linter import RULES
    from salesnerd_tui.services.lint_report import explain_rule, list_rules

    if not options.codes:
        echo(list_rules())
    status = 0
    for number, typed in enumerate(options.codes):
        code = typed.strip().upper()
        if rule := RULES.get(code):
            echo(("\n" if number else "") + explain_rule(rule))
            continue
        similar = [known for known in RULES if code and known.startswith(code)]
        hint = did_you_mean(typed, RULES, "list them with: salesnerd playbook explain")[0]
        hint = f"similar: {join_names(similar)}" if similar else hint
        print_error("playbook explain", f"unknown finding {typed[:20]!r} ({hint})")
        status = 2
    return status


# schema


def print_schema(arguments: list[str]) -> int:
    """Return 0 if the schema was printed or written, otherwise 1."""
    from salesnerd_tui.playbook.yaml_writer import SCHEMA_FILE

    parser = CommandParser(
        "playbook schema",
        "Print a JSON schema with the questions, outcomes, detours and gates of your playbooks. "
        "An editor with a YAML language server uses it for completion, help on hover and first diagnostics.",
    )
    parser.add_argument(
        "playbooks", nargs="*", metavar="PLAYBOOK", help="use the names of these playbooks (default: all your own)"
    )
    parser.add_argument("--write", action="store_true", help=f"write {SCHEMA_FILE} next to your playbooks")
    return parser.run(arguments, _schema)


def _schema(options: Namespace) -> int:
    from salesnerd_tui.playbook.diagnostics import did_you_mean
    from salesnerd_tui.playbook.library import Library
    from salesnerd_tui.playbook.yaml_writer import modeline

    library = Library()
    for name in options.playbooks:
        path = library.find_path(name)
        if path is None or not path.exists():
            raise UsageError(f"unknown playbook {name[:60]!r} ({did_you_mean(name, library.files())[0]})")
    text = _schema_text(options.playbooks)
    if options.write:
        path = _write_schema(text)
        echo(f"{path}\n\nFirst line of a playbook in the same folder:\n{modeline('').rstrip()}")
    else:
        print_data(text)
    return 0


def _schema_text(playbooks: list[str] | None = None) -> str:
    import json

    from salesnerd_tui.playbook.json_schema import build_schema
    from salesnerd_tui.playbook.library import Library

    return json.dumps(build_schema(Library(), playbooks or []), indent=1, ensure_ascii=False)


def _write_schema(text: str) -> Path:
    from salesnerd_tui.playbook.folders import user_folders
    from salesnerd_tui.playbook.yaml_writer import SCHEMA_FILE

    path = user_folders()[0] / SCHEMA_FILE
    write_private(path, text + "\n", force=True, make_folders=True)
    return path


SUBCOMMANDS: Mapping[str, Subcommand] = {
    "list": Subcommand("list playbooks and libraries, with their findings", list_playbooks),
    "new": Subcommand("create a playbook: new NAME [--from first_call]", new_playbook),
    "import": Subcommand("make a playbook of a document: import FILE.md", import_playbook),
    "lint": Subcommand(
        "check playbooks: lint [FILES] [--watch] [--format text|json|github|sarif]", "salesnerd_tui.cli.playbook_lint"
    ),
    "explain": Subcommand("explain a finding: explain P202", explain_findings),
    "map": Subcommand("show where answers lead: map PLAYBOOK [--mermaid]", show_map),
    "play": Subcommand("try a playbook by hand: play PLAYBOOK [--buyer NAME]", "salesnerd_tui.cli.playbook_play"),
    "test": Subcommand("run tests and buyers: test [PLAYBOOK] [--write]", "salesnerd_tui.cli.playbook_test"),
    "show": Subcommand("print a playbook with everything it inherits: show PLAYBOOK", show_playbook),
    "schema": Subcommand("write a JSON schema for your editor: schema --write", print_schema),
}
