"""Generator of docs/playbook-fields.md, docs/findings.md and docs/keys.md from the code.

python tools/reference.py           writes them
python tools/reference.py --check   ends with 1 when they are stale
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from salesnerd_tui.call.actions import NOTE_PREFIXES
from salesnerd_tui.cli.keys import own_commands
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
from salesnerd_tui.playbook.lint.report import format_sample
from salesnerd_tui.playbook.lint.rule import Rule, Sample
from salesnerd_tui.services.call_commands import Group
from salesnerd_tui.terminal.key_names import key_label
from salesnerd_tui.tui.keymap import INHERITING_SCREENS, SCREENS, TITLES, Command

DOCS = Path(__file__).resolve().parent.parent / "docs"
_MADE = "Made from the code by `make docs`; a test keeps the two the same."

_SHAPES: tuple[tuple[str, MapKind, str], ...] = (
    (
        "The file",
        table.FILE,
        (
            "`playbook` or `library` comes first. A playbook has an `agenda`, a `prep` or both. A library has no "
            "agenda, prep, tests or `extends`."
        ),
    ),
    ("An item: section", table.SECTION, "Items stand in `agenda`, `prep`, and the `agenda` of a detour."),
    (
        "An item: ask",
        table.ASK,
        "In `questions` of a library there are only these.",
    ),
    ("An item: say", table.SAY, ""),
    ("An item: include", table.INCLUDE, "It becomes the question it names, with the fields written here."),
    (
        "defaults",
        table.DEFAULTS,
        (
            "Of a file or a section: what every question in it has unless the question says otherwise. A question that "
            "repeats one of the default answers changes that answer; one with other answers has only those."
        ),
    ),
    (
        "An answer",
        table.ANSWER,
        (
            "Under `answers`, by its label. A text or a list alone is its `follow_ups`; `{}` means none, and so does a "
            "label in a list, `answers: [Confirmed, Not yet]`. At most one of `goto`, `end`, `switch`, `detour` and "
            "`back`. A single follow-up may also be written `follow_up`, here and on a question."
        ),
    ),
    (
        "A detour",
        table.DETOUR,
        "Under `detours`, by its id. It always comes back, unless an answer in it ends the call or switches.",
    ),
    (
        "An outcome",
        table.OUTCOME,
        (
            "Under `outcomes`, by its id. All three decisions are of equal rank. `capture: {next_date: 'Which day?'}` "
            "asks for a note in these words."
        ),
    ),
    ("coach", table.COACH, "Limits merge, one's own win; the lists of a file and of what it uses add up."),
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
# More

What else there is, for each part of a playbook.
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

In `when`, under `gates`, and wherever a gate's name is allowed: in `needs` of an outcome, in `met` and `unmet` of a
test. A name alone is a gate. A comparison with an unknown note is false, so `x is not "Label"` is false until somebody
has asked.

| written | holds when |
|---|---|
| `x is known` · `x is unknown` | there is a note under `x` · there is none |
| `x is "Label"` · `x is not "Label"` | that answer was picked, or that text noted; case and spaces do not count |
| `x includes "Ann"` | the words are somewhere in a note |
| `x > 10` · `>=` · `<` · `<=` · `=` | the latest number in its notes compares so; `40k` is 40000 |
| `points >= 5` · `points.fit >= 5` | so many points were collected |
| `a_gate` | that gate is met |
| `and`, `or`, `not`, `( )` | `and` binds tighter than `or` |
"""


def fields_page() -> str:
    """Every field of the language."""
    head = (
        f"# Playbook fields\n\n{_MADE}\n\nFormat version {FORMAT_VERSION}. [playbooks.md](playbooks.md) teaches the "
        "language, [findings.md](findings.md) lists the findings of the checker.\n"
    )
    parts = [head, _core(), _CONDITIONS, _names(), _MORE, *(_shape(*each) for each in _SHAPES)]
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
    head = "| field | of | takes | without it | meaning |\n|---|---|---|---|---|\n"
    return f"## The core\n\n{_CORE_TEXT}\n{head}" + "\n".join(rows) + "\n"


def _shape(heading: str, shape: MapKind, introduction: str) -> str:
    core = [f"`{name}`" for name in shape.fields if name in table.CORE_FIELDS]
    rows = [
        f"| `{field.name}` | {_kind(field)} | {_default(field)} | {field.meaning} |"
        for field in shape.fields.values()
        if field.name not in table.CORE_FIELDS
    ]
    lead = f"{introduction}\n\n" if introduction else ""
    lead += f"From the core: {', '.join(core)}.\n\n" if core else ""
    head = "| field | takes | without it | meaning |\n|---|---|---|---|\n"
    return f"## {heading}\n\n{lead}" + (head + "\n".join(rows) + "\n" if rows else "")


def _kind(field: Field) -> str:
    if field.allowed_values:
        return ", ".join(f"`{word}`" for word in field.allowed_values)
    named = _NAMED.get(field.name_kind) if field.name_kind else None
    if named == "question" and field.kind in (Kind.TEXT_MAP, Kind.NOTES):
        return f"{field.kind}, by question"
    return f"{field.kind}: {named}" if named else str(field.kind)


def _default(field: Field) -> str:
    return "**needed**" if field.required else "" if field.default == "-" else field.default


def _names() -> str:
    texts = ", ".join(f"`{{{name}}}`" for name in BUILT_IN_VARIABLES)
    return f"""\
## Names

- An id is small letters, digits and `_`, and begins with a letter. Questions and things to say share one namespace in a
  playbook; detours, outcomes, gates and buyers have their own.
- Reserved names: {", ".join(f"`{name}`" for name in RESERVED_NAMES)}.
- In texts, `{{id}}` becomes the note under that question, `{{name}}` of `vars` its constant; {texts} are
  always there.
- A detour's `key` is any letter but {", ".join(f"`{key}`" for key in RESERVED_LETTERS)}, which the live screen uses.
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
    """Return the default keys of every screen."""
    lines = [
        "# Keys",
        "",
        "Generated from the program's own tables. The ids are for your [keys.toml](screens.md#keys-of-your-own). You",
        "never need ctrl or alt: `:` lists every command, including those without a key.",
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
    for screen in (each for each in SCREENS if each not in ("live", "typing")):
        shared = ("The keys of a call, and:", "") if screen in INHERITING_SCREENS else ()
        lines += [f"## {TITLES[screen]}", "", *shared, *_key_table(own_commands(screen)), ""]
    return "\n".join(lines)


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


def stale() -> Iterator[str]:
    """Yield the pages that do not say what the code says."""
    for name, page in PAGES.items():
        path = DOCS / name
        if not path.is_file() or path.read_text(encoding="utf-8") != page():
            yield name


def main(arguments: list[str]) -> int:
    if arguments == ["--check"]:
        names = list(stale())
        sys.stdout.write("".join(f"docs/{name} is stale: `make docs`\n" for name in names))
        return int(bool(names))
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")
        sys.stdout.write(f"docs/{name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
