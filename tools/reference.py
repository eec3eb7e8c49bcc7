"""Generator of the pages and tables in docs/ that come from the code.

python tools/reference.py           writes them
python tools/reference.py --check   ends with 1 when they are stale

`PAGES` are generated as a whole. `TABLES` are the parts of handwritten pages between `<!-- generated: NAME -->` and
`<!-- end of NAME -->`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from salesnerd_tui.call.actions import NOTE_PREFIXES
from salesnerd_tui.cli.keys import own_commands
from salesnerd_tui.coach.drift_judge import TRIAL_PRECISION, WEIGHTS
from salesnerd_tui.plain.call import COMMANDS as PLAIN_COMMANDS
from salesnerd_tui.plain.call import LETTERS
from salesnerd_tui.playbook import fields as table
from salesnerd_tui.playbook.fields import (
    BUILT_IN_VARIABLES,
    FORMAT_VERSION,
    RESERVED_LETTERS,
    RESERVED_NAMES,
    Field,
    Kind,
    MapKind,
    NameKind,
)
from salesnerd_tui.playbook.lint.linter import RULES
from salesnerd_tui.playbook.lint.rule import Rule, Sample
from salesnerd_tui.playbook.standard_notes import MEANINGS, StandardNote
from salesnerd_tui.services import call_commands
from salesnerd_tui.services.call_commands import CallCommand, Group
from salesnerd_tui.services.lint_report import format_sample
from salesnerd_tui.terminal.key_names import key_label
from salesnerd_tui.tui.keymap import INHERITING_SCREENS, SCREENS, TITLES, Command

DOCS = Path(__file__).resolve().parent.parent / "docs"
_MADE = "Generated from the code by `make docs`; a test fails if it differs."

_SHAPES: tuple[tuple[str, MapKind, str], ...] = (
    (
        "The file",
        table.FILE,
        (
            "`playbook` or `library` comes first. A playbook has an `agenda`, a `prep` or both. A library has no "
            "agenda, prep, tests or `extends`."
        ),
    ),
    (
        "An item: section",
        table.SECTION,
        "Items are the entries of `agenda`, of `prep`, and of the `agenda` of a detour.",
    ),
    ("An item: ask", table.ASK, "The `questions` of a library are `ask` and `say` items only."),
    ("An item: say", table.SAY, ""),
    (
        "An item: include",
        table.INCLUDE,
        "Becomes the library's question or statement of that id, with the fields written here.",
    ),
    (
        "defaults",
        table.DEFAULTS,
        (
            "Fields that every question of a file or a section has, unless the question sets them. A question that "
            "repeats one of the default answers changes that answer; a question with other answers has only those."
        ),
    ),
    (
        "An answer",
        table.ANSWER,
        (
            "Under `answers`, by its label. A text or a list instead of a map is its `follow_ups`. `{}`, or a label in "
            "a list (`answers: [Confirmed, Not yet]`), does nothing. An answer has at most one of `goto`, `end`, "
            "`switch`, `detour` and `back`. `follow_up` takes a single follow-up, here and on a question."
        ),
    ),
    (
        "A detour",
        table.DETOUR,
        "Under `detours`, by its id. The call returns from it, unless an answer in it has `end` or `switch`.",
    ),
    (
        "An outcome",
        table.OUTCOME,
        ("Under `outcomes`, by its id. `capture: {next_date: 'Which day?'}` asks for a note in these words."),
    ),
    (
        "coach",
        table.COACH,
        "A file's own limits take precedence over those of its libraries and its parent. The word lists are combined.",
    ),
    ("A rehearsal buyer", table.BUYER, "Under `buyers`, by its id."),
    ("An interruption", table.INTERRUPT, "Of a buyer, or of a test."),
    ("A test", table.TEST, "In the list `tests`."),
)

_NOUNS = (
    (table.FILE, "file"),
    (table.SECTION, "section"),
    (table.ASK, "question"),
    (table.SAY, "say"),
    (table.ANSWER, "answer"),
    (table.DETOUR, "detour"),
    (table.OUTCOME, "outcome"),
)
_CORE_TEXT = f"""\
These {len(table.CORE_FIELDS)} fields are enough for most playbooks. A *section* is a heading, a *question* is an item
with `ask`, a *say* is an item with `say`. All three are written in `agenda` or `prep`. An *answer* is written under
`answers`, with what you hear as its key.
"""
_MORE = """\
# All other fields

By the part of the playbook they belong to.
"""

_NAMED: Mapping[NameKind, str] = {
    NameKind.QUESTION: "question",
    NameKind.ITEM: "question",
    NameKind.PLACE: "question or section",
    NameKind.PART: "question of a library",
    NameKind.DETOUR: "detour",
    NameKind.OUTCOME: "outcome",
    NameKind.GATE: "gate",
    NameKind.BUYER: "buyer",
}
_CONDITIONS = """\
## Conditions

You can write conditions in `when`, under `gates`, in `needs` of an outcome, and in `met` and `unmet` of a test. A name
alone is a gate. A comparison with an unknown note is false, so `x is not "Label"` is false until there is a note.

| written | holds when |
|---|---|
| `x is known` · `x is unknown` | there is a note under `x` · there is none |
| `x is "Label"` · `x is not "Label"` | that is the answer or the note · it is not; case and spaces do not count |
| `x includes "Ann"` | the words are somewhere in a note |
| `x > 10` · `>=` · `<` · `<=` · `=` | the latest number in its notes is more than 10; `40k` is 40000 |
| `points >= 5` · `points.fit >= 5` | the answers so far gave at least 5 points · 5 points named `fit` |
| `a_gate` | that gate is met |
| `and`, `or`, `not`, `( )` | `and` binds tighter than `or` |
"""


def fields_page() -> str:
    """Every field of the language."""
    head = (
        f"# Playbook fields\n\n{_MADE}\n\nFormat version {FORMAT_VERSION}. [playbooks.md](playbooks.md) teaches the "
        "language, [findings.md](findings.md) lists the findings of the checker.\n"
    )
    parts = [head, _core(), _CONDITIONS, _names(), _standard_notes(), _MORE, *(_shape(*each) for each in _SHAPES)]
    return "\n".join(parts)


def _core() -> str:
    rows = []
    for name in table.CORE_FIELDS:
        nouns_by_text: dict[tuple[str, str, str], list[str]] = {}
        for shape, noun in _NOUNS:
            field = shape.fields.get(name)
            if field:
                nouns_by_text.setdefault((_kind(field), _default(field), field.meaning), []).append(noun)
        rows += [
            f"| `{name}` | {', '.join(nouns)} | {kind} | {default} | {meaning} |"
            for (kind, default, meaning), nouns in nouns_by_text.items()
        ]
    head = "| field | of | takes | default | meaning |\n|---|---|---|---|---|\n"
    return f"## The core\n\n{_CORE_TEXT}\n{head}" + "\n".join(rows) + "\n"


def _shape(heading: str, shape: MapKind, introduction: str) -> str:
    core = [f"`{name}`" for name in shape.fields if name in table.CORE_FIELDS]
    rows = [
        f"| `{field.name}` | {_kind(field)} | {_default(field)} | {field.meaning} |"
        for field in shape.fields.values()
        if field.name not in table.CORE_FIELDS
    ]
    lead = f"{introduction}\n\n" if introduction else ""
    lead += f"Core fields: {', '.join(core)}.\n\n" if core else ""
    head = "| field | takes | default | meaning |\n|---|---|---|---|\n"
    return f"## {heading}\n\n{lead}" + (head + "\n".join(rows) + "\n" if rows else "")


def _kind(field: Field) -> str:
    if field.allowed_values:
        words = ", ".join(f"`{word}`" for word in field.allowed_values)
        return f"one or more of {words}" if field.kind is Kind.SOME_OF else words
    named = _NAMED.get(field.name_kind) if field.name_kind else None
    if named == "question" and field.kind in (Kind.TEXT_MAP, Kind.NOTES):
        return f"{field.kind}, by question"
    return f"{field.kind}: {named}" if named else str(field.kind)


def _default(field: Field) -> str:
    return "**required**" if field.required else field.default


def _names() -> str:
    texts = ", ".join(f"`{{{name}}}`" for name in BUILT_IN_VARIABLES)
    return f"""\
## Names

- An id has lower-case letters, digits and `_`, and starts with a letter. Questions and statements (`say`) share one
  namespace in a playbook; detours, outcomes, gates and buyers have their own.
- Reserved names: {", ".join(f"`{name}`" for name in RESERVED_NAMES)}.
- In texts, `{{id}}` becomes the note under that question, or the constant of that name in `vars`. {texts} are
  always available.
- A detour's `key` is any letter except {", ".join(f"`{key}`" for key in RESERVED_LETTERS)}, which are keys of the live
  screen.
"""


def _standard_notes() -> str:
    rows = "\n".join(f"| `{note}` | {MEANINGS[note]} |" for note in StandardNote)
    return f"""\
## Standard notes

These ids of notes have a meaning in every playbook and language. An outcome captures them, with what to ask in your
words: `capture: {{our_part: Was machen wir?}}`. Every other id is free: its note is stored and shown as it is.

| id | meaning |
|---|---|
{rows}
"""


def findings_page() -> str:
    """Every rule with its samples."""
    head = f"""\
# Findings

{_MADE}

`salesnerd playbook lint` prints each finding as `file:line:column`, with the source line, a caret and the most likely
fix. `salesnerd playbook explain P202` prints one of the explanations below.

A file with an **error** does not load; during a call its last valid version stays in use. A **warning** is a likely
mistake. **Advice** is about how the texts sound. Some findings propose safe edits: `salesnerd playbook lint --fix`
writes them, and `--diff` shows them.

A comment with a reason accepts a warning or advice. It applies to its line, or to the next line if it is on a line of
its own. At a `section:` it applies to the section, and at the title or above it to the whole file:

```yaml
# ok P120 a draft
playbook: First call
agenda:
  - section: Checks                # ok P403 a checklist, so yes or no is what it takes
  - ask: Do you want to go on?     # ok P403 they have to say it in one word
```

| code | severity | finding |
|---|---|---|
"""
    rows = "\n".join(
        f"| [{code}](#{code.lower()}) | {rule.severity}{'' if rule.is_default else ', off'} | {rule.title} |"
        for code, rule in RULES.items()
    )
    return head + rows + "\n\n" + "\n".join(_rule(rule) for rule in RULES.values())


_ONLY_ON_REQUEST = "\n\nReported only with `--all-advice`: more than one in ten is a false positive."


def _rule(rule: Rule) -> str:
    off = "" if rule.is_default else _ONLY_ON_REQUEST
    return (
        f"## {rule.code}\n\n**{rule.severity}: {rule.title}.** {rule.why}{off}\n\n"
        f"Before:\n\n{_yaml(rule.bad)}\nAfter:\n\n{_yaml(rule.good)}"
    )


def _yaml(sample: Sample) -> str:
    return f"```yaml\n{format_sample(sample)}\n```\n"


def keys_page() -> str:
    """Return the default keys of every screen, and the commands of plain text mode."""
    lines = [
        "# Keys",
        "",
        _MADE,
        "",
        "You never need ctrl or alt: `:` lists every command of a screen, including those without a key. On every",
        "screen `esc` closes a panel and `ctrl+q` quits. The sections and ids are those of your",
        "[keys.toml](screens.md#keys-of-your-own).",
        "",
        "# A call (`[live]`)",
        "",
        "The keys of a call and of the demo. `[typing]` is for keys that act while you type a note.",
        "",
    ]
    for group in Group:
        lines += [f"## {group}", "", *_key_table([each for each in SCREENS["live"] if each.group is group])]
        if group is Group.ASK:
            lines += ["| `1`–`9` | | Pick the answer you heard |", "| a detour's letter | | Take the detour |"]
        if group is Group.TYPING:
            lines.append("| `enter` | | Save the note |")
            lines += [_key_row(each) for each in SCREENS["typing"]]
            lines.append("| `esc` | | Stop typing and keep the draft |")
            signs, kinds = " ".join(f"`{sign}`" for sign in NOTE_PREFIXES), ", ".join(NOTE_PREFIXES.values())
            lines.append(f"| {signs} first | | Set the kind of note: {kinds} |")
        lines.append("")
    lines += ["# Other screens", ""]
    for screen in (each for each in SCREENS if each not in ("live", "typing")):
        lines += [f"## {TITLES[screen]} (`[{screen}]`)", "", *_inherited_keys(screen)]
        lines += [*_key_table(own_commands(screen)), ""]
    lines += [
        "# Plain text mode",
        "",
        "What you can type in `salesnerd live --plain`. A number picks the answer with that number. A short form works",
        "only alone on its line.",
        "",
        *_command_table(PLAIN_COMMANDS.values()),
        "",
    ]
    return "\n".join(lines)


def _inherited_keys(screen: str) -> Iterator[str]:
    """Yield a sentence about the keys that a screen shares with a call."""
    if screen not in INHERITING_SCREENS:
        return
    own = own_commands(screen)
    shared = [each for each in SCREENS[screen] if each not in own]
    if len(shared) > len(SCREENS["live"]) / 2:
        yield from ("The keys of a call, with these differences:", "")
    else:
        keys = ", ".join(f"`{key_label(key)}`" for each in shared for key in each.keys)
        yield from (f"These keys of a call: {keys}. Also:", "")


def _command_table(commands: Iterable[CallCommand]) -> Iterator[str]:
    letters = {command.name: letter for letter, command in LETTERS.items()}
    yield from ("| command | short form | does |", "|---|---|---|")
    for each in commands:
        words = f"{each.name} {each.argument}".strip()
        letter = f"`{letters[each.name]}`" if each.name in letters else ""
        yield f"| `{words}` | {letter} | {each.typed_help} |"


def send_table() -> str:
    """Return the commands of `salesnerd send`."""
    rows = ("| command | effect |", "|---|---|")
    sent = (f"| `salesnerd send {each.name} {each.argument}".rstrip() + f"` | {each.typed_help} |" for each in _SENT)
    return "\n".join((*rows, *sent)) + "\n"


_SENT = call_commands.commands_of(call_commands.SEND)


def tap_table() -> str:
    """Return how often each kind of tap was right on conversations that the model had not seen."""
    rows = ["| tap | precision | taps |", "|---|---|---|"]
    for title, figures in sorted(_measured()["precision by tap"].items()):
        trial = ", on trial" if figures["precision"] < TRIAL_PRECISION else ""
        rows.append(f"| {title} | {figures['precision']:.2f}{trial} | {figures['taps']} |")
    return "\n".join(rows) + "\n"


def act_table() -> str:
    """Return how often each act of a sentence was read correctly on conversations that the reader had not seen."""
    rows = ["| act | of | precision | recall | sentences |", "|---|---|---|---|---|"]
    acts = _measured()["acts"]
    for code, figures in acts.items():
        side = "user" if code.isupper() else "buyer"
        precision, recall = f"{figures['precision']:.2f}", f"{figures['recall']:.2f}"
        rows.append(f"| {code}: {_ACT_NAMES[code]} | {side} | {precision} | {recall} | {figures['sentences']} |")
    return "\n".join(rows) + "\n"


_ACT_NAMES: Mapping[str, str] = {
    "Q": "asks a question",
    "C": "checks in",
    "R": "reflects what they said",
    "A": "answers",
    "F": "presents a feature",
    "T": "explains how it is made",
    "U": "talks about the company",
    "P": "praises the product",
    "G": "guides the conversation",
    "M": "commits to something",
    "O": "promises too much",
    "L": "logistics of the meeting",
    "S": "social",
    "N": "other content",
    "X": "fragment",
    "q": "asks for an explanation or a demo",
    "y": "asks yes or no, or for one fact",
    "v": "reveals something",
    "r": "requests",
    "o": "objects",
    "e": "engages",
    "b": "backchannel",
    "a": "answers",
    "s": "social",
    "n": "other content",
    "x": "fragment",
}
"""Names of the acts that `coach/speech_reader.py` tells apart by one letter."""


def _measured() -> Mapping[str, Any]:
    """Return the figures in the file of weights."""
    about: Mapping[str, Any] = json.loads(Path(WEIGHTS).read_text(encoding="utf-8"))["about"]
    return about


def _key_table(commands: Iterable[Command]) -> Iterator[str]:
    yield from ("| key | id | does |", "|---|---|---|")
    yield from map(_key_row, commands)


def _key_row(command: Command) -> str:
    keys = ", ".join(f"`{key_label(key)}`" for key in command.keys) or "command list"
    return f"| {keys} | `{command.id}` | {command.help} |"


PAGES: Mapping[str, Callable[[], str]] = {
    "playbook-fields.md": fields_page,
    "findings.md": findings_page,
    "keys.md": keys_page,
}
TABLES: Mapping[str, Mapping[str, Callable[[], str]]] = {
    "shortcuts.md": {"send": send_table},
    "judgement.md": {"precision by tap": tap_table},
    "training.md": {"acts": act_table},
}


def _with_tables(page: str, tables: Mapping[str, Callable[[], str]]) -> str:
    """Return a handwritten page with its generated parts. Raises `ValueError` if the page does not mark one."""
    for name, table_text in tables.items():
        start, end = f"<!-- generated: {name} -->\n", f"<!-- end of {name} -->"
        before, is_started, rest = page.partition(start)
        _, is_ended, after = rest.partition(end)
        if not is_started or not is_ended:
            raise ValueError(f"no place for the table {name!r}")
        page = f"{before}{start}\n{table_text()}\n{end}{after}"
    return page


def _generated() -> Iterator[tuple[Path, str]]:
    """Yield each page in docs/ that is generated or has a generated part, with what it should contain."""
    for name, page in PAGES.items():
        yield DOCS / name, page()
    for name, tables in TABLES.items():
        yield DOCS / name, _with_tables((DOCS / name).read_text(encoding="utf-8"), tables)


def stale() -> Iterator[str]:
    """Yield the names of the pages that differ from the code."""
    for path, text in _generated():
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            yield path.name


def main(arguments: list[str]) -> int:
    if arguments == ["--check"]:
        names = list(stale())
        sys.stdout.write("".join(f"docs/{name} is stale: `make docs`\n" for name in names))
        return int(bool(names))
    for path, text in _generated():
        path.write_text(text, encoding="utf-8")
        sys.stdout.write(f"docs/{path.name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
