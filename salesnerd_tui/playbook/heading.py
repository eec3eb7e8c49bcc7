"""What a file says it is: a playbook or a library, in a format this program reads, with the fields that go with it."""

from __future__ import annotations

from salesnerd_tui.playbook import amounts
from salesnerd_tui.playbook import fields as table
from salesnerd_tui.playbook.findings import closest, error
from salesnerd_tui.playbook.nodes import Map
from salesnerd_tui.playbook.values import Tell


def known_format(tree: Map, tell: Tell) -> bool:
    """Whether this program is new enough for the file."""
    written = tree.scalar("format")
    number = amounts.number(written.text) if written else None
    if written is None or number is None or number <= table.FORMAT:
        return True
    hint = "upgrade salesnerd: pipx upgrade salesnerd-tui"
    message = f"this file is in format {written.text}, and this program reads up to {table.FORMAT}"
    tell(error("P114", message, written.spot, hint))
    return False


def check_kind(tree: Map, clean: Map, tell: Tell) -> None:
    """One of `playbook:` and `library:`, with the fields that go with it."""
    first = next(iter(tree.entries.values()), (tree,))[0].spot
    unknown = [key for key in tree.entries if key not in table.FILE.fields]

    def meant(*names: str) -> bool:
        return any(closest(key, names) for key in unknown)

    if "playbook" in tree and "library" in tree:
        spot = tree.entries["library"][0].spot
        tell(error("P110", "a file is a playbook or a library, not both", spot, "delete one of the two"))
        return
    if "playbook" not in tree and "library" not in tree:
        if not meant("playbook", "library"):
            hint = "begin with `playbook: Its title`"
            tell(error("P110", "neither 'playbook:' nor 'library:'", first, hint))
        return
    if "playbook" in tree and not tree.entries.keys() & {"agenda", "extends"} and not meant("agenda", "extends"):
        tell(error("P112", "a playbook needs an agenda", first, "add `agenda:` and below it `- ask: …`"))
    _misplaced(clean, "library" in tree, tell)


def _misplaced(clean: Map, library: bool, tell: Tell) -> None:
    for name in ("agenda", "prep", "tests", "extends") if library else ("parts",):
        if name in clean:
            where = "playbook" if library else "library"
            spot = clean.entries.pop(name)[0].spot
            tell(error("P113", f"'{name}' belongs in a {where}, not here", spot))
