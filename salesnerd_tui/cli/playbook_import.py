"""`salesnerd playbook import`: a Markdown document becomes a playbook in your own folder."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from salesnerd_tui.cli.options import CommandParser
from salesnerd_tui.cli.output import complain, refuse, say
from salesnerd_tui.cli.playbook import write_own_playbook
from salesnerd_tui.files import AlreadyExists, CannotWrite, in_megabytes, read_regular
from salesnerd_tui.playbook.template import usable_name
from salesnerd_tui.text import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from salesnerd_tui.playbook.markdown.draft import LeftOut
    from salesnerd_tui.playbook.markdown.importer import ImportedPlaybook

_VERB = "playbook import"
LEFT_SHOWN = 20
"""Maximum number of left-out lines to show without `--left`."""

_WEB_PAGE = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|\?xml)\b", re.IGNORECASE | re.DOTALL)


def main(arguments: list[str]) -> int:
    """Return 0 if the playbook was written, 1 if the document was refused, 2 on a usage error."""
    given = _parser().parse_args(arguments)
    if given.name and not usable_name(given.name):
        complain(_VERB, f"invalid name '{given.name[:60]}' (expected lower-case letters, digits, _ and -)")
        return 2
    from salesnerd_tui.playbook.markdown.importer import STANDARD_INPUT, CannotImport, import_document

    try:
        text = _text_of(given.document)
        source = STANDARD_INPUT if given.document == "-" else one_line(Path(given.document).name)
        imported = import_document(text, source, given.name, given.library, given.prose == "comment")
    except OSError as problem:
        return refuse(_VERB, f"{given.document}: {problem.strerror or problem}")
    except CannotImport as problem:
        complain(_VERB, f"{given.document}: {problem}")
        _show_left_out(problem.left_out, given.left)
        return 1
    if given.print:
        sys.stdout.write(imported.text)
        return 0
    try:
        path = write_own_playbook(imported.name, imported.text)
    except AlreadyExists as problem:
        return refuse(_VERB, f"{problem} (choose another name: --name NAME)")
    except (CannotWrite, OSError) as problem:
        return refuse(_VERB, str(problem))
    say(_report(given.document, path, imported))
    _show_left_out(imported.draft.left_out, given.left)
    return 0


def _parser() -> CommandParser:
    parser = CommandParser(
        prog=f"salesnerd {_VERB}",
        description="Make a playbook of a Markdown document. Writes a new file and never overwrites one.",
    )
    parser.add_argument("document", metavar="FILE.md", help="the document, or - for standard input")
    parser.add_argument("--name", default="", help="id of the playbook (default: the document's file name)")
    parser.add_argument("--library", action="store_true", help="make a library of detours, one for each heading")
    parser.add_argument("--left", action="store_true", help="print every line that was left out")
    parser.add_argument(
        "--prose", choices=("drop", "comment"), default="drop", help="comment: keep what was left out as comments"
    )
    parser.add_argument("--print", action="store_true", help="print the playbook instead of writing a file")
    return parser


def _text_of(name: str) -> str:
    """Return the text of the document. Raises `OSError` if it cannot be read, `CannotImport` if it is not text."""
    from salesnerd_tui.playbook.markdown.importer import DOCUMENT_BYTES, CannotImport
    from salesnerd_tui.speech.transcripts.decode import decode, kind_of_binary

    if name == "-":
        data = sys.stdin.buffer.read(DOCUMENT_BYTES + 1)
        if len(data) > DOCUMENT_BYTES:
            raise CannotImport(f"larger than {in_megabytes(DOCUMENT_BYTES)} (import parts of it)")
    else:
        data = read_regular(Path(name), DOCUMENT_BYTES)
    kind = kind_of_binary(data)
    is_page = kind in ("a web page", "an XML file")
    if kind and not is_page:
        raise CannotImport(f"not Markdown: {kind} (save the document as Markdown or plain text)")
    if is_page and _WEB_PAGE.match(data):
        raise CannotImport(f"not Markdown: {kind} (copy its text into a .md file, or convert it: pandoc -t gfm)")
    text, guess = decode(data)
    if guess:
        complain(_VERB, f"{one_line(name)}: {guess}")
    return text


def _report(document: str, path: Path, imported: ImportedPlaybook) -> str:
    draft = imported.draft
    asked = [item for item in draft.items() if not item.is_said and not item.is_added]
    prep = [item for section in draft.sections if section.is_prep for item in section.items if not item.is_added]
    agenda = [
        section
        for section in draft.sections
        if not section.is_prep and not all(item.is_added for item in section.items)
    ]
    parts = [_counted(len(asked), "question") + (f" in {_counted(len(agenda), 'section')}" if agenda else "")]
    if prep:
        parts.append(f"{len(prep)} of them in prep")
    others = (
        (sum(len(item.answers) for item in asked), "answer", ""),
        (sum(item.is_said for item in draft.items()), "line", " to say"),
        (len(draft.detours), "detour", ""),
        (len(draft.buyers), "buyer", ""),
    )
    parts += [_counted(number, word) + rest for number, word, rest in others if number]
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


def _counted(number: int, word: str) -> str:
    return f"{number} {word if number == 1 else word + 's'}"


def _show_left_out(left_out: Sequence[LeftOut], whole: bool) -> None:
    if not left_out:
        return
    shown = left_out if whole else left_out[:LEFT_SHOWN]
    lines = [f"  left out: {_counted(len(left_out), 'text')}"]
    lines += [f"    line {left.line}: {_shortened(one_line(left.text))} ({left.reason})" for left in shown]
    if len(shown) < len(left_out):
        lines.append(f"    and {len(left_out) - len(shown)} more (show all: --left)")
    say("\n".join(lines))


def _shortened(text: str, most: int = 70) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
