"""Another name, in every file that mentions it, or in none."""

from __future__ import annotations

from pathlib import Path

import pytest

from salesnerd_tui.playbook.library import builtin_folder
from salesnerd_tui.playbook.loading import load
from salesnerd_tui.playbook.referring import Names
from salesnerd_tui.playbook.renaming import CannotRename, Change, rename
from salesnerd_tui.playbook.saving import CannotSave, replace_all

CALL = """\
playbook: Call
use: [shared]
vars: {cost_unit: euros}
agenda:
  - ask: What happened?
    id: trigger   # why they are here
    answers:
      It broke: {goto: cost, points: {trigger: 1}}
      Something with trigger: {set: {trigger_kind: broke}, say: "{trigger}, then."}
  - ask: What did it cost?
    id: cost
    when: not (trigger is "Something with trigger") and trigger is known and real
    also: ["How much was {trigger}?"]
  - include: decision_path
    after: trigger
  - ask: And now?
    id: verdict
    answers: {Go: {end: trigger}, Wait: {end: wait}, Stop: {end: stop}}
gates:
  real: points.trigger >= 0 and trigger includes "x"
  trigger: cost is known
outcomes:
  trigger: {decision: go, needs: [trigger], record: [trigger]}
  wait: {decision: not-yet, needs: [real], record: [revisit_on]}
  stop: {decision: no-go}
rehearsal:
  dana: {says: {trigger: "trigger happy"}, hides: {cost: x}, interrupts: {after: trigger, with: demo}, ends: wait,
         picks: {verdict: Wait}}
tests:
  - it: walks
    buyer: dana
    picks: {trigger: It broke, verdict: Wait}
    asks:
      - trigger
      - verdict
    back_to: trigger
    dark: [trigger]
    ends: wait
"""
SHARED = """\
library: Shared
parts:
  - ask: Who was in the room?
    id: decision_path
    when: trigger is known
detours:
  demo:
    hear: Show us
    agenda:
      - ask: What do you need to see after "{trigger}"?
        id: proof
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "call.yaml").write_text(CALL)
    (folder / "shared.yaml").write_text(SHARED)
    return folder


def renamed(folder: Path, old: str, new: str, kind: Names | None = None) -> dict[str, str]:
    return {change.draft.path.name: change.text for change in rename(old, new, [folder], [builtin_folder()], kind)}


def test_a_question_is_followed_everywhere_and_nothing_else_is(folder: Path) -> None:
    texts = renamed(folder, "trigger", "why_now", Names.QUESTION)
    expected = CALL
    for was, now in (
        ("    id: trigger   # why they are here", "    id: why_now   # why they are here\n    was: trigger"),
        ('say: "{trigger}, then."', 'say: "{why_now}, then."'),
        ("when: not (trigger is", "when: not (why_now is"),
        ("and trigger is known and real", "and why_now is known and real"),
        ("was {trigger}?", "was {why_now}?"),
        ("after: trigger\n", "after: why_now\n"),
        ('and trigger includes "x"', 'and why_now includes "x"'),
        ("record: [trigger]", "record: [why_now]"),
        ('says: {trigger: "trigger happy"}', 'says: {why_now: "trigger happy"}'),
        ("{after: trigger, with", "{after: why_now, with"),
        ("picks: {trigger: It broke", "picks: {why_now: It broke"),
        ("      - trigger\n", "      - why_now\n"),
        ("back_to: trigger", "back_to: why_now"),
    ):
        assert was in expected
        expected = expected.replace(was, now)
    assert texts["call.yaml"] == expected
    assert texts["shared.yaml"] == SHARED.replace("trigger", "why_now")


@pytest.mark.parametrize(
    ("kind", "changed"),
    [
        (Names.OUTCOME, ["Go: {end: won}", "  won: {decision: go"]),
        (Names.GATE, ["  won: cost is known", "needs: [won]", "dark: [won]"]),
    ],
)
def test_other_kinds_of_names_keep_to_themselves(folder: Path, kind: Names, changed: list[str]) -> None:
    texts = renamed(folder, "trigger", "won", kind)
    assert list(texts) == ["call.yaml"]
    assert texts["call.yaml"].count("won") == len(changed)
    assert all(each in texts["call.yaml"] for each in changed)
    assert "was:" not in texts["call.yaml"]


def test_detours_and_buyers_can_be_renamed(folder: Path) -> None:
    texts = renamed(folder, "demo", "show_us")
    assert "with: show_us" in texts["call.yaml"]
    assert "  show_us:\n    hear" in texts["shared.yaml"]
    texts = renamed(folder, "dana", "kofi")
    assert "buyer: kofi" in texts["call.yaml"]


def test_a_label_follows_what_it_names(folder: Path) -> None:
    path = folder / "call.yaml"
    path.write_text(path.read_text() + "labels: {demo: Vorführung}\n")
    assert "labels: {show_us: Vorführung}" in renamed(folder, "demo", "show_us")["call.yaml"]


def test_a_name_of_several_things_is_asked_about(folder: Path) -> None:
    with pytest.raises(CannotRename, match=r"several things \(question, outcome, gate\): add --kind"):
        renamed(folder, "trigger", "why_now")


def test_a_renamed_playbook_loads_and_old_notes_find_their_question(folder: Path) -> None:
    changes = rename("trigger", "why_now", [folder], [], Names.QUESTION)
    replace_all([(change.draft, change.text) for change in changes])
    loaded = load(folder / "call.yaml", [folder])
    assert loaded.playbook is not None, loaded.errors
    assert next(ask for ask in loaded.playbook.asks() if ask.id == "why_now").was == ("trigger",)


def test_there_and_back_leaves_what_it_was_called_in_between(folder: Path) -> None:
    for old, new in (("cost", "price"), ("price", "damage"), ("damage", "cost")):
        changes = rename(old, new, [folder])
        replace_all([(change.draft, change.text) for change in changes])
    text = (folder / "call.yaml").read_text()
    assert "    id: cost\n    was: [damage, price]\n" in text


def test_a_list_of_former_names_grows_in_its_own_layout(folder: Path) -> None:
    (folder / "shared.yaml").write_text(
        "library: L\nparts:\n  - ask: Who?\n    id: who\n    was:\n      - whom  # once\n"
    )
    texts = renamed(folder, "who", "people")
    assert texts["shared.yaml"].endswith("    id: people\n    was:\n      - whom  # once\n      - who\n")
    (folder / "shared.yaml").write_text("library: L\nparts:\n  - {ask: Who?, id: who, was: [whom]}\n")
    assert "was: [whom, who]}" in renamed(folder, "who", "people")["shared.yaml"]


def test_a_question_without_an_id_gets_one(folder: Path) -> None:
    (folder / "bare.yaml").write_text("playbook: Bare\nagenda:\n  - ask: Who was there?\n")
    texts = renamed(folder, "who_was_there", "people")
    assert texts["bare.yaml"].endswith("  - ask: Who was there?\n    id: people\n    was: who_was_there\n")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("trigge", "why_now", "did you mean 'trigger'"),
        ("cost", "verdict", "is called 'verdict' already"),
        ("cost", "decision_path", r"already, in .*shared\.yaml"),
        ("cost", "Cost Now", "cannot be a name"),
        ("cost", "product", "cannot be a name"),
        ("own_guess", "x", "no question"),
    ],
)
def test_what_cannot_be_renamed_says_why(folder: Path, old: str, new: str, why: str) -> None:
    with pytest.raises(CannotRename, match=why):
        rename(old, new, [folder], [builtin_folder()])


def test_an_inherited_name_belongs_to_its_own_file(folder: Path) -> None:
    (folder / "mine.yaml").write_text(
        "playbook: Mine\nextends: first_call\nagenda:\n  - ask: Was ist passiert?\n    id: last_time\n"
    )
    with pytest.raises(CannotRename, match="comes from first_call"):
        rename("last_time", "story", [folder], [builtin_folder()])


def test_a_file_that_cannot_be_read_stops_it(folder: Path) -> None:
    (folder / "broken.yaml").write_text("playbook: [\n")
    with pytest.raises(CannotRename, match=r"broken\.yaml cannot be read"):
        rename("cost", "price", [folder])


def test_what_cannot_be_followed_is_left_to_the_person(folder: Path) -> None:
    (folder / "odd.yaml").write_text(
        'playbook: Odd\nagenda:\n  - ask: "What \\x7btrigger} \\x74rigger?"\n    id: odd\n'
    )
    with pytest.raises(CannotRename, match=r"odd\.yaml:3:10.*by hand"):
        rename("trigger", "why_now", [folder], [], Names.QUESTION)


def cost_changes(folder: Path) -> list[Change]:
    (folder / "other.yaml").write_text("playbook: Other\nagenda:\n  - ask: What did it cost?\n    id: cost\n")
    changes = rename("cost", "price", [folder])
    assert len(changes) == 2
    return changes


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_all_files_or_none_when_one_was_changed_meanwhile(folder: Path) -> None:
    changes = cost_changes(folder)
    (folder / "other.yaml").write_text("playbook: Other, edited\n")
    before = contents(folder)
    with pytest.raises(CannotSave, match="changed meanwhile"):
        replace_all([(change.draft, change.text) for change in changes])
    assert contents(folder) == before


def test_all_files_or_none_when_a_rename_fails_half_way(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changes = cost_changes(folder)
    before = contents(folder)
    honest = Path.replace

    def failing(self: Path, target: Path) -> Path:
        if target.name == "other.yaml":
            raise PermissionError(13, "Permission denied", str(target))
        return honest(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(CannotSave, match="nothing was changed"):
        replace_all([(change.draft, change.text) for change in changes])
    assert contents(folder) == before


def test_a_files_own_permissions_and_first_mark_stay(folder: Path) -> None:
    path = folder / "shared.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + SHARED.encode())
    path.chmod(0o640)
    changes = rename("demo", "show_us", [folder])
    replace_all([(change.draft, change.text) for change in changes])
    assert path.read_bytes().startswith(b"\xef\xbb\xbflibrary:")
    assert path.stat().st_mode & 0o777 == 0o640
