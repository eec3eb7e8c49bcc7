"""P601 to P606: parents, libraries and translations. Most are found while merging."""

from __future__ import annotations

from collections.abc import Iterator

from salesnerd_tui.playbook.book import Book
from salesnerd_tui.playbook.findings import Finding, Severity, listed, warning
from salesnerd_tui.playbook.rules.rule import described, rule
from salesnerd_tui.playbook.rules.samples import book

_E, _W = Severity.ERROR, Severity.WARNING
_ASK = "- ask: What happened?\n  id: trigger\n"
_PARTS = "library: Parts\nparts:\n  - ask: Who decides?\n    id: decider\n"
_PARENT = book(_ASK)

described(
    "P601",
    _E,
    "a library that is not there",
    "`use` names a file in the playbook folders, without its extension.",
    bad={"sample.yaml": book(_ASK, head="use: [prts]"), "parts.yaml": _PARTS},
    good={"sample.yaml": book(_ASK, head="use: [parts]"), "parts.yaml": _PARTS},
)
described(
    "P602",
    _E,
    "a part that is not there",
    "`include` takes a question from the libraries in `use`.",
    bad={"sample.yaml": book("- include: decidr\n", head="use: [parts]"), "parts.yaml": _PARTS},
    good={"sample.yaml": book("- include: decider\n", head="use: [parts]"), "parts.yaml": _PARTS},
)
described(
    "P603",
    _E,
    "a parent that is not there",
    "`extends` names one playbook in the folders.",
    bad={"sample.yaml": "playbook: Sample\nextends: parnt\n", "parent.yaml": _PARENT},
    good={"sample.yaml": "playbook: Sample\nextends: parent\n", "parent.yaml": _PARENT},
)
described(
    "P604",
    _E,
    "a circle of parents",
    "Two files cannot stand on each other, and no more than five stand above each other.",
    bad={
        "sample.yaml": "playbook: Sample\nextends: parent\n",
        "parent.yaml": "playbook: Parent\nextends: sample\n",
    },
    good={"sample.yaml": "playbook: Sample\nextends: parent\n", "parent.yaml": _PARENT},
)
described(
    "P605",
    _E,
    "an override of nothing",
    "What is removed, replaced, relabelled or placed has to be inherited. Most often the id has a typing slip.",
    bad={
        "sample.yaml": "playbook: Sample\nextends: parent\nagenda:\n  - id: triger\n    priority: must\n",
        "parent.yaml": _PARENT,
    },
    good={
        "sample.yaml": "playbook: Sample\nextends: parent\nagenda:\n  - id: trigger\n    priority: must\n",
        "parent.yaml": _PARENT,
    },
)


@rule(
    "P606",
    _W,
    "missing translations",
    "The file is in another language than its parent, and some of what is said would still be in the parent's.",
    bad={"sample.yaml": "playbook: Beispiel\nextends: parent\nlang: de\n", "parent.yaml": _PARENT},
    good={"sample.yaml": "playbook: Sample\nextends: parent\nlang: en\n", "parent.yaml": _PARENT},
)
def missing_translations(book: Book) -> Iterator[Finding]:
    lang = book.own.scalar("lang")
    if lang is None or not book.gathered.parents:
        return
    langs = book.gathered.langs
    foreign = [said for said in book.spoken if langs.get(said.text.source.name, "en") != lang.text]
    names = [said.row.node.text("id") if said.row else "an outcome" for said in foreign]
    for reply in book.replies:
        if "label" not in reply.act and langs.get(reply.key.source.name, "en") != lang.text:
            names.append(f"{reply.row.node.text('id')}: {reply.key.text}")
    for row in book.rows:
        title = row.node.scalar("section")
        if title and langs.get(title.source.name, "en") != lang.text:
            names.append(title.text)
    if names:
        message = f"{len(names)} texts are not in {lang.text} yet: {listed(dict.fromkeys(names), 6)}"
        yield warning("P606", message, lang.spot, "override them by id; labels with `label:`")
