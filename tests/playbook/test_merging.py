"""Merging of playbooks: written values take precedence, the rest is inherited, and everything keeps its position."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from salesnerd_tui.playbook.library import Library, LoadResult
from salesnerd_tui.playbook.lint.linter import lint, lint_by_name
from salesnerd_tui.playbook.lint.rule import OUTCOMES, sample
from salesnerd_tui.playbook.model import Ask, Playbook, Priority, Say, Section

PARENT = sample(
    """
    - section: Why now
      minutes: 8
    - ask: What happened?
      id: trigger
      aliases: reason
      listen_for: [a date, a person]
      answers:
        Something broke: When was that?
        You called me: {end: later, points: 1}
    - ask: What did it cost?
      id: cost
      priority: must
    """,
    """
    coach: {max_talk_ratio: 40%, never_say: [easy], jargon: {API: a door, SDK: a box}}
    vars: {product: Billpad, team: ours}
    detours:
      demo:
        they_say: Show us
        key: d
        agenda:
          - ask: Who has to see it?
            id: audience
          - say: Gladly.
            id: gladly
    """,
)

Write = Callable[..., LoadResult]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write files by name, and load the first one."""

    def written(**files: str) -> LoadResult:
        for name, text in {"parent": PARENT, **files}.items():
            path = tmp_path / f"{name.replace('__', '/')}.yaml"
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return lint_by_name(next(iter(files)), Library([tmp_path]))

    return written


def child(agenda: str = "", head: str = "") -> str:
    items = f"agenda:\n{agenda}" if agenda else ""
    return f"playbook: Child\nextends: parent\n{head}{items}"


def good(loaded: LoadResult) -> Playbook:
    assert loaded.playbook is not None, [str(finding) for finding in loaded.findings]
    return loaded.playbook


def ids(playbook: Playbook) -> list[str]:
    return [item.title if isinstance(item, Section) else item.id for item in playbook.agenda]


def ask(playbook: Playbook, name: str) -> Ask:
    return next(item for item in playbook.call_questions() if item.id == name)


def codes(loaded: LoadResult) -> list[str]:
    return [finding.code for finding in loaded.findings]


def test_an_override_changes_only_what_it_writes(write: Write) -> None:
    trigger = ask(good(write(child=child("  - ask: Why now?\n    id: trigger\n"))), "trigger")
    assert trigger.text == "Why now?"
    assert trigger.listen_for == ("a date", "a person")
    assert [answer.label for answer in trigger.answers] == ["Something broke", "You called me"]
    assert trigger.aliases == ("reason",)


def test_every_value_keeps_its_source_location(write: Write) -> None:
    playbook = good(write(child=child("  - id: trigger\n    priority: must\n")))
    trigger = ask(playbook, "trigger")
    assert trigger.priority is Priority.MUST
    assert Path(trigger.location.file).name == "parent.yaml"
    assert trigger.location.line == 5
    changed = ask(good(write(child=child("  - ask: Why now?\n    id: trigger\n"))), "trigger")
    assert (Path(changed.location.file).name, changed.location.line) == ("child.yaml", 4)


def test_answers_merge_by_label_ignoring_case(write: Write) -> None:
    answers = "      something  BROKE: {label: Etwas ging kaputt}\n      Nothing: {end: part}\n"
    text = f"  - id: trigger\n    answers:\n{answers}"
    first, second, third = ask(good(write(child=child(text))), "trigger").answers
    assert (first.label, first.display_label, first.follow_up) == (
        "Something broke",
        "Etwas ging kaputt",
        "When was that?",
    )
    assert (second.end, second.points) == ("later", {"": 1})
    assert third.end == "part"


def test_a_new_destination_replaces_the_inherited_one(write: Write) -> None:
    text = "  - id: trigger\n    answers:\n      You called me: {goto: cost}\n"
    answer = ask(good(write(child=child(text))), "trigger").answers[1]
    assert (answer.goto, answer.end, answer.points) == ("cost", None, {"": 1})


def test_a_removed_question_can_be_replaced(write: Write) -> None:
    text = "  - ask: Why now?\n    id: trigger\n    after: Why now\n    answers: [Nothing]\n"
    playbook = good(write(child=child(text, head="remove: [trigger]\n")))
    trigger = ask(playbook, "trigger")
    assert [answer.label for answer in trigger.answers] == ["Nothing"]
    assert trigger.listen_for == ()
    assert ids(playbook) == ["Why now", "trigger", "cost", "verdict"]


@pytest.mark.parametrize(
    ("agenda", "order"),
    [
        ("  - ask: New?\n    id: new\n", ["Why now", "trigger", "cost", "verdict", "new"]),
        ("  - ask: New?\n    id: new\n    after: trigger\n", ["Why now", "trigger", "new", "cost", "verdict"]),
        ("  - ask: New?\n    id: new\n    before: trigger\n", ["Why now", "new", "trigger", "cost", "verdict"]),
        ("  - ask: New?\n    id: new\n    after: why NOW\n", ["Why now", "new", "trigger", "cost", "verdict"]),
        ("  - id: trigger\n  - ask: New?\n    id: new\n", ["Why now", "trigger", "new", "cost", "verdict"]),
        ("  - ask: New?\n    id: new\n  - id: cost\n", ["Why now", "trigger", "new", "cost", "verdict"]),
        ("  - id: cost\n    before: trigger\n", ["Why now", "cost", "trigger", "verdict"]),
        ("  - section: Why now\n  - ask: New?\n    id: new\n", ["Why now", "new", "trigger", "cost", "verdict"]),
    ],
)
def test_a_new_question_goes_where_after_or_before_says(write: Write, agenda: str, order: list[str]) -> None:
    assert ids(good(write(child=child(agenda)))) == order


def test_a_section_is_translated_by_its_former_heading(write: Write) -> None:
    section = good(write(child=child("  - section: Warum jetzt\n    aliases: Why now\n"))).agenda[0]
    assert isinstance(section, Section)
    assert (section.title, section.minutes) == ("Warum jetzt", 8)


def test_an_override_finds_a_renamed_question(write: Write) -> None:
    trigger = ask(good(write(child=child("  - ask: Why?\n    id: reason\n"))), "trigger")
    assert trigger.text == "Why?"


def test_remove_drops_questions_detours_and_outcomes(write: Write) -> None:
    loaded = write(child=child(head="remove: [cost, demo]\n"))
    assert ids(good(loaded)) == ["Why now", "trigger", "verdict"]
    assert not good(loaded).detours
    assert ids(good(write(child=child(head="remove: audience\n"))))
    assert [
        item.id
        for item in good(write(child=child(head="remove: audience\n"))).detours["demo"].agenda
        if not isinstance(item, Section)
    ] == ["gladly"]


def test_an_override_of_an_unknown_id_is_reported(write: Write) -> None:
    assert codes(write(child=child("  - id: triger\n    priority: must\n"))) == ["P605"]
    assert codes(write(child=child(head="remove: [triger]\n"))) == ["P605"]
    assert codes(write(child=child("  - ask: New?\n    id: new\n    after: nobody\n"))) == ["P605"]
    assert codes(write(child=child("  - id: trigger\n    answers: {Sonething broke: {label: X}}\n"))) == ["P605"]


def test_limits_merge_and_lists_of_words_add_up(write: Write) -> None:
    drift = good(
        write(child=child(head="coach: {max_monologue: 2m, never_say: [trivial, Easy], jargon: {API: a gate}}\n"))
    ).coach
    assert (drift.max_talk_ratio, drift.max_monologue_seconds) == (0.4, 120)
    assert drift.never_say == ("easy", "trivial")
    assert drift.jargon == {"API": "a gate", "SDK": "a box"}


def test_variables_and_detours_merge_by_name(write: Write) -> None:
    agenda = "    agenda:\n      - id: audience\n        priority: must\n"
    head = f"vars: {{product: Ledger}}\ndetours:\n  demo:\n    key: h\n{agenda}"
    playbook = good(write(child=child(head=head)))
    assert playbook.vars == {"product": "Ledger", "team": "ours"}
    detour = playbook.detours["demo"]
    assert (detour.key, detour.they_say, len(detour.agenda)) == ("h", ("Show us",), 2)


LIBRARY = "library: Parts\nquestions:\n  - ask: Who decides?\n    id: decider\n    type: people\n    priority: must\n"


def test_an_included_question_can_be_changed_where_it_is_included(write: Write) -> None:
    text = sample(
        "- ask: Why?\n  id: why_now\n- include: decider\n  priority: could\n  when: why_now is known\n",
        head="use: [lib/parts]",
    )
    decider = ask(good(write(sample=text, lib__parts=LIBRARY)), "decider")
    assert (decider.priority, decider.when.source, decider.type.value) == (Priority.COULD, "why_now is known", "people")


def test_libraries_override_the_parent_and_the_file_overrides_both(write: Write) -> None:
    one = "library: One\nvars: {product: One, team: one}\n"
    two = "library: Two\nvars: {product: Two}\n"
    playbook = good(write(child=child(head="use: [one, two]\nvars: {own: mine}\n"), one=one, two=two))
    assert playbook.vars == {"product": "Two", "team": "one", "own": "mine"}
    assert playbook.title == "Child"


def test_a_library_does_not_pass_on_its_description(write: Write) -> None:
    parts = "goal: Words to share.\nlang: de\ntags: [words]\nminutes: 3\n"
    playbook = good(write(child="playbook: Child\nuse: parts\nagenda:\n  - ask: Why now?\n", parts=f"{LIBRARY}{parts}"))
    assert (playbook.title, playbook.goal, playbook.lang) == ("Child", "", "en")
    assert (playbook.tags, playbook.minutes) == ((), None)


def test_defaults_apply_to_their_section_only(write: Write) -> None:
    text = sample(
        """
        - ask: Before?
          id: before_it
        - section: Can we bid
          defaults:
            type: choice
            answers: {Confirmed: {points: 1}, Problem: Can it be waived?, Find out: {}}
        - ask: The musts?
          id: musts
          answers: {Problem: Who could waive it?}
        - ask: The people?
          id: staff
        - section: After
        """
    )
    playbook = good(write(sample=text))
    musts, staff = ask(playbook, "musts"), ask(playbook, "staff")
    assert [answer.label for answer in musts.answers] == ["Confirmed", "Problem", "Find out"]
    assert musts.answers[1].follow_up == "Who could waive it?"
    assert staff.answers[1].follow_up == "Can it be waived?"
    assert staff.answers[0].points == {"": 1}
    assert staff.answers[2].follow_up is None
    assert ask(playbook, "before_it").answers == ()


def test_a_file_may_extend_the_built_in_one_of_its_own_name(tmp_path: Path) -> None:
    own, built_in = tmp_path / "own", tmp_path / "built_in"
    for folder in (own, built_in):
        folder.mkdir()
    (built_in / "parent.yaml").write_text(PARENT)
    (own / "parent.yaml").write_text("playbook: Mine\nextends: parent\nremove: [cost]\n")
    playbook = good(lint_by_name("parent", Library([own, built_in])))
    assert playbook.title == "Mine"
    assert ids(playbook) == ["Why now", "trigger", "verdict"]


def test_cycles_and_long_chains_are_reported_once(write: Write) -> None:
    assert codes(write(a="playbook: A\nextends: b\n", b="playbook: B\nextends: a\n")) == ["P604"]
    assert codes(write(a="playbook: A\nextends: a\n")) == ["P604"]
    chain = {f"c{n}": f"playbook: C\nextends: c{n + 1}\n" for n in range(8)}
    assert codes(write(**chain, c8=PARENT)) == ["P604"]


@pytest.mark.parametrize("path", ["../outside", "/etc/passwd", "lib/../../outside", "common\\\\x", "~/x", "link"])
def test_no_path_leaves_the_folders(tmp_path: Path, path: str) -> None:
    folder = tmp_path / "books"
    folder.mkdir()
    (tmp_path / "outside.yaml").write_text("library: Secret\nvars: {secret: told}\n")
    (folder / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    (folder / "sample.yaml").write_text(sample("- ask: Why?\n  id: why_now\n", head=f'use: ["{path}"]'))
    loaded = lint_by_name("sample", Library([folder]))
    assert loaded.playbook is None
    assert all("outside" not in source for source in loaded.sources)


def test_the_digest_changes_with_any_source(write: Write) -> None:
    first = good(write(child=child())).digest
    assert first == good(write(child=child())).digest
    assert first != good(write(child=child(), parent=PARENT + "# changed\n")).digest
    assert len(first) == 64


def test_a_duplicate_id_in_an_override_is_reported(write: Write) -> None:
    assert "P201" in codes(write(child=child("  - ask: A?\n    id: trigger\n  - ask: B?\n    id: trigger\n")))


def test_a_question_may_also_be_in_a_detour(write: Write) -> None:
    detours = "use: [lib/parts]\ndetours:\n  who:\n    they_say: Who\n    agenda:\n      - include: decider\n"
    loaded = write(sample=sample("- include: decider\n", detours), lib__parts=LIBRARY)
    assert good(loaded).detours["who"].agenda
    twice = write(sample=sample("- include: decider\n- include: decider\n", "use: [lib/parts]"), lib__parts=LIBRARY)
    assert codes(twice) == ["P201"]
    assert [finding.hint for finding in twice.findings if finding.code == "P201"] == ["first used on line 3"]


def test_an_outcome_keeps_its_other_fields_when_one_changes(write: Write) -> None:
    assert "revisit_on" in OUTCOMES
    later = good(write(child=child(head="outcomes: {later: {say: Talk in spring.}}\n"))).outcomes["later"]
    assert (later.decision.value, later.capture, later.say) == ("not-yet", ("revisit_on",), "Talk in spring.")


def test_items_placed_after_each_other_are_reported_and_kept(write: Write) -> None:
    loaded = write(child=child("  - id: trigger\n    after: cost\n  - id: cost\n    after: trigger\n"))
    assert "P605" in codes(loaded)


def test_two_new_items_keep_their_own_order(write: Write) -> None:
    text = "  - ask: A?\n    id: a\n    after: trigger\n  - ask: B?\n    id: b\n    after: trigger\n"
    assert ids(good(write(child=child(text)))) == ["Why now", "trigger", "a", "b", "cost", "verdict"]


PARENT_OUTCOMES = """\
playbook: Parent
agenda:
  - ask: Should we?
    id: verdict
    answers: {Yes: {end: go_on}, No: {end: not_a_fit}}
outcomes:
  go_on: {decision: go}
  not_a_fit: {decision: no-go, aliases: part_friends, say: Thank you.}
"""
CHILD_OUTCOMES = """\
playbook: Child
extends: parent
agenda:
  - id: verdict
    answers: {Not now: {end: part_friends}}
outcomes:
  part_friends: {capture: [reason]}
tests:
  - {it: ends well, picks: {verdict: Not now}, ends: part_friends}
"""


def test_the_former_id_of_an_outcome_still_leads_to_it(tmp_path: Path) -> None:
    (tmp_path / "parent.yaml").write_text(PARENT_OUTCOMES)
    (tmp_path / "child.yaml").write_text(CHILD_OUTCOMES)
    loaded = Library([tmp_path]).load("child")
    assert loaded.errors == ()
    assert loaded.playbook is not None
    assert list(loaded.playbook.outcomes) == ["go_on", "not_a_fit"]
    outcome = loaded.playbook.outcomes["not_a_fit"]
    assert (outcome.say, outcome.capture) == ("Thank you.", ("reason",))
    assert loaded.playbook.outcome("part_friends") is outcome
    assert loaded.playbook.outcome("nobody") is None
    question = loaded.playbook.question("verdict")
    assert question is not None
    assert [answer.end for answer in question.answers] == ["go_on", "not_a_fit", "not_a_fit"]
    assert loaded.playbook.tests[0].ends == "not_a_fit"


def test_an_id_in_use_is_not_read_as_a_former_id(tmp_path: Path) -> None:
    (tmp_path / "parent.yaml").write_text(PARENT_OUTCOMES.replace("aliases: part_friends", "aliases: go_on"))
    playbook = Library([tmp_path]).load("parent").playbook
    assert playbook is not None
    assert [outcome.id for outcome in (playbook.outcome("go_on"), playbook.outcome("not_a_fit")) if outcome] == [
        "go_on",
        "not_a_fit",
    ]


def test_a_statement_of_a_library_is_included_like_a_question(tmp_path: Path) -> None:
    library = (
        "library: Parts\nquestions:\n  - {say: A no is fine., id: no_is_fine}\n  - ask: Who pays?\n    id: payer\n"
    )
    (tmp_path / "parts.yaml").write_text(library)
    items = "agenda:\n  - {include: no_is_fine, when: payer is unknown}\n  - include: payer\n"
    (tmp_path / "mine.yaml").write_text(f"playbook: Mine\nuse: [parts]\n{items}")
    loaded = Library([tmp_path]).load("mine")
    assert loaded.playbook is not None, loaded.findings
    said, asked = loaded.playbook.agenda
    assert isinstance(said, Say)
    assert isinstance(asked, Ask)
    assert (said.id, said.text, said.when.source) == ("no_is_fine", "A no is fine.", "payer is unknown")
    assert not Library([tmp_path]).load("parts").findings
    ranked = items.replace("when: payer is unknown", "priority: must")
    (tmp_path / "mine.yaml").write_text(f"playbook: Mine\nuse: [parts]\n{ranked}")
    assert "is a statement, which has no priority" in Library([tmp_path]).load("mine").findings[0].message
    (tmp_path / "parts.yaml").write_text(library.replace("say: A no is fine., id: no_is_fine", "section: Money"))
    assert "ask or say" in Library([tmp_path]).load("parts").findings[0].message


def test_findings_about_a_changed_inherited_question_are_reported(write: Write) -> None:
    loaded = write(child=child("  - {id: trigger, answers: {Something broke: {goto: verdict}}}\n"))
    assert [(Path(one.location.file).name, one.code) for one in loaded.findings if one.code == "P303"] == [
        ("parent.yaml", "P303")
    ]
    assert "P303" not in codes(write(parent=PARENT))


def test_a_key_of_two_libraries_is_reported_where_they_are_used(tmp_path: Path) -> None:
    question = "- ask: What happened?\n  id: trigger\n"
    for name in ("nda", "demo"):
        detour = f"{name}: {{key: a, they_say: About the {name}, agenda: [{{say: Sure., id: {name}_sure}}]}}"
        (tmp_path / f"{name}s.yaml").write_text(f"library: L\ndetours:\n  {detour}\n", encoding="utf-8")
    (found,) = lint(tmp_path / "mine.yaml", [tmp_path], sample(question, head="use: [ndas, demos]")).findings
    assert (found.code, found.location.line) == ("P309", 2)
    assert "'nda' opens, and 'demo' does not" in found.message
    assert found.hint.endswith("`detours: {demo: {key: d}}`")
    repaired = sample(question, "detours: {demo: {key: d}}\n", head="use: [ndas, demos]")
    assert not lint(tmp_path / "mine.yaml", [tmp_path], repaired).findings


USED_EVERYWHERE = sample(
    "- ask: What happened?\n  id: trigger\n  answers: {It broke: When?, Nothing: {goto: cost}}\n"
    "- ask: What did it cost?\n  id: cost\n  answers: {A lot: {}}\n",
    "buyers:\n  dana:\n    picks: {cost: A lot, verdict: Go on together}\n    says: {cost: Two days., verdict: Fine.}\n"
    "    hides: {cost: More than that.}\n    ends: go_on\n"
    "tests:\n  - {it: asks the cost, asks: [cost], picks: {verdict: Go on together}, ends: go_on}\n"
    "  - {it: continues, picks: {verdict: Go on together}, ends: go_on}\n",
)


def test_buyers_and_tests_forget_a_question_that_a_child_removes(tmp_path: Path) -> None:
    (tmp_path / "parent.yaml").write_text(USED_EVERYWHERE.replace("{goto: cost}", "{}"), encoding="utf-8")
    loaded = lint(tmp_path / "mine.yaml", [tmp_path], "playbook: Mine\nextends: parent\nremove: [cost]\n")
    dana = good(loaded).buyers["dana"]
    assert (dict(dana.picks), dict(dana.says), dict(dana.hides)) == (
        {"verdict": "Go on together"},
        {"verdict": "Fine."},
        {},
    )
    assert [test.it for test in good(loaded).tests] == ["continues"]


@pytest.mark.parametrize(
    ("test", "is_kept"),
    [
        ("met: cost is unknown", False),
        ("unmet: [trigger is unknown, not cost is known]", False),
        ("met: 'trigger is \"the cost\"'", True),
        ("met: trigger is known", True),
    ],
)
def test_a_test_whose_condition_needs_a_removed_question_is_dropped(test: str, is_kept: bool, tmp_path: Path) -> None:
    text = sample(
        "- ask: What happened?\n  id: trigger\n  answers: {It broke: {}, the cost: {}}\n"
        "- ask: What did it cost?\n  id: cost\n",
        "tests:\n  - it: works\n    picks: {trigger: the cost, verdict: Go on together}\n    ends: go_on\n"
        f"    {test}\n",
    )
    (tmp_path / "parent.yaml").write_text(text, encoding="utf-8")
    loaded = lint(tmp_path / "mine.yaml", [tmp_path], "playbook: Mine\nextends: parent\nremove: [cost]\n")
    assert len(good(loaded).tests) == is_kept


def test_an_error_about_a_removed_question_names_the_line_that_removes_it(tmp_path: Path) -> None:
    (tmp_path / "parent.yaml").write_text(USED_EVERYWHERE, encoding="utf-8")
    (found,) = lint(tmp_path / "mine.yaml", [tmp_path], "playbook: Mine\nextends: parent\nremove: [cost]\n").errors
    assert (found.code, Path(found.location.file).name) == ("P202", "parent.yaml")
    assert found.hint == "line 3 of mine.yaml removes 'cost': keep it, or override here what refers to it"


def test_an_unknown_include_lists_the_questions_there_are(tmp_path: Path) -> None:
    (tmp_path / "parts.yaml").write_text("library: P\nquestions: [{ask: Who signs?, id: signer}]\n", encoding="utf-8")
    text = "playbook: Mine\nuse: [parts]\nagenda:\n  - include: zebra\n"
    (found,) = lint(tmp_path / "mine.yaml", [tmp_path], text).errors
    assert found.hint == "choose one of: signer"


def test_a_key_of_ones_own_wins_over_the_same_key_of_a_library(tmp_path: Path) -> None:
    (tmp_path / "parts.yaml").write_text(
        "library: L\ndetours:\n  demo: {key: a, they_say: Show us, agenda: [{say: Sure.}]}\n"
        "  deck: {key: k, they_say: Send us slides, agenda: [{say: Gladly.}]}\n",
        encoding="utf-8",
    )
    own = "detours:\n  audit: {key: a, they_say: We have an audit, agenda: [{say: Tell me more.}]}\n"

    def check(detours: str) -> tuple[dict[str, str], list[str]]:
        text = sample("- ask: What happened?\n  id: trigger\n", own + detours, head="use: [parts]")
        loaded = lint(tmp_path / "mine.yaml", [tmp_path], text)
        keys = {id: detour.key for id, detour in good(loaded).detours.items()}
        return keys, [f"{found.code}: {found.message}" for found in loaded.findings]

    assert check("") == (
        {"demo": "", "deck": "k", "audit": "a"},
        ["P309: 'a' opens 'audit', and no longer the inherited detour 'demo'"],
    )
    assert check("  demo: {key: g}\n") == ({"demo": "g", "deck": "k", "audit": "a"}, [])
    assert check("  demo: {key: a}\n")[1] == ["P309: 'a' already opens the detour 'demo'"]
