"""Import of documents: the result of each kind of line, and that nothing is lost."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imported import DOCUMENTS, answers, document, imported

import hostile
from salesnerd_tui.playbook.library import load
from salesnerd_tui.playbook.lint.linter import lint
from salesnerd_tui.playbook.markdown.importer import CannotImport, ImportedPlaybook, import_document
from salesnerd_tui.playbook.model import Ask, Playbook, Say, Section
from thoroughness import examples

OURS = ("interview_guide", "meddic_sheet", "persona", "go_live_checklist")


def question(playbook: Playbook, text: str) -> Ask:
    """Return the question that starts with `text`, wherever it is asked."""
    return next(ask for ask in playbook.questions() if ask.text.startswith(text))


@pytest.mark.parametrize("name", OURS)
def test_a_document_becomes_a_playbook_with_three_kinds_of_outcomes(name: str) -> None:
    playbook, _ = document(f"{name}.md")
    decisions = {outcome.decision for outcome in playbook.outcomes.values()}
    assert {str(decision) for decision in decisions} == {"go", "no-go", "not-yet"}


def test_an_interview_guide_keeps_questions_cues_and_branches() -> None:
    playbook, _ = document("interview_guide.md")
    sections = [item for item in playbook.agenda if isinstance(item, Section)]
    assert [(section.title, section.minutes) for section in sections[:3]] == [
        ("Opening", 3),
        ("How they plan today", 15),
        ("Money", 10),
    ]
    assert sections[1].goal == "one story with names and a day in it."
    fell_apart = question(playbook, "Walk me through")
    assert fell_apart.listen_for == ("who noticed", "what it cost", "what they tried next")
    assert fell_apart.avoid == ("offering a fix",)
    assert fell_apart.follow_ups == ("Who had to stay late?", "What did you change afterwards?")
    assert answers(question(playbook, "Which tool")) == {
        "Spreadsheet": ("Who else can open it?",),
        "A board on the wall": ("What happens on the night shift?",),
        "Something we built": ("Who looks after it?",),
    }
    assert answers(question(playbook, "Do you have money")) == {
        "Yes": ("Who signs?",),
        "No": ("When is the next round?",),
        "It comes out of maintenance": ("What else is in that pot?",),
    }
    assert str(question(playbook, "How many people").priority) == "could"
    assert "{weekday}" in question(playbook, "May I call you").text
    assert question(playbook, "Weekday").id == "weekday"
    said = [item.text for item in playbook.agenda if isinstance(item, Say)]
    assert said == ["Thanks for making the time. I have no slides. I would like to hear how you plan a week."]


def test_a_scorecard_becomes_weights_gates_and_endings() -> None:
    playbook, _ = document("meddic_sheet.md")
    agreed = question(playbook, "Metric agreed")
    assert agreed in playbook.prep
    assert {answer.label: answer.points for answer in agreed.answers}["2"] == {"": 6}
    assert [gate.name for gate in playbook.gates.values()] == ["go_score", "not_yet_score", "no_go_score"]
    assert {outcome.id: tuple(gate.name for gate in outcome.needs) for outcome in playbook.outcomes.values()} == {
        "go": ("go_score",),
        "not_yet": ("not_yet_score",),
        "no_go": ("no_go_score",),
    }
    buyer = question(playbook, "Who can say yes")
    assert "a name" in buyer.listen_for
    assert "red flag: a committee" in buyer.listen_for
    assert question(playbook, "When did you last speak to them") not in playbook.prep
    assert answers(question(playbook, "Can they get us")) == {"No": ("What have they tried?",)}


def test_a_checklist_is_done_before_the_call_and_ends_as_it_recommends() -> None:
    playbook, _ = document("go_live_checklist.md")
    asked = [item.text for item in playbook.prep if isinstance(item, Ask)]
    assert asked[:3] == [
        "We have met somebody who will use it",
        "The deadline is real",
        "Somebody is free to do the work",
    ]
    assert list(playbook.outcomes) == ["bid", "no_bid", "bid_conditions"]
    assert all("reason" in outcome.capture for outcome in playbook.outcomes.values())


def test_a_persona_becomes_a_buyer_detours_and_an_agenda() -> None:
    playbook, _ = document("persona.md")
    (ines,) = playbook.buyers.values()
    assert "The alarm comes after the beer went warm" in ines.who
    assert [detour.they_say for detour in playbook.detours.values()] == [
        ("We have always done it by hand.",),
        ("Too expensive.",),
    ]
    assert question(playbook, "When did you last pour a tank away?") in playbook.agenda


def test_an_essay_is_declined_and_its_questions_are_listed() -> None:
    with pytest.raises(CannotImport, match="prose and not an agenda") as declined:
        import_document((DOCUMENTS / "essay.md").read_text(encoding="utf-8"), "essay.md")
    assert any("Why do so few people" in omitted.text for omitted in declined.value.omitted)


def test_questions_that_buyers_ask_become_a_library_of_detours() -> None:
    text = (
        "# FAQ\n\n## Why should I pay for your tool?\n\n> Because the free one stops at ten people.\n\n"
        "## Do you store our data?\n\n> Yes, in the country you choose.\n"
    )
    playbook, found = imported(text)
    assert found.draft.is_library
    assert [detour.they_say for detour in playbook.detours.values()] == [
        ("Why should I pay for your tool?",),
        ("Do you store our data?",),
    ]


def test_a_jump_goes_to_the_numbered_question_and_an_ending_ends() -> None:
    playbook, _ = imported(
        "1. What made you call?\n  - just looking -> go to 3\n  - a vendor told us -> end the call\n"
        "2. What broke?\n3. Who else looks at this?\n"
    )
    just_looking, a_vendor = question(playbook, "What made you call?").answers
    assert just_looking.goto == question(playbook, "Who else").id
    assert playbook.outcomes[a_vendor.end or ""].decision == "no-go"


def test_a_jump_to_a_number_goes_to_the_question_of_the_same_section() -> None:
    playbook, _ = imported(
        "## Problem\n1. What broke?\n  - nothing -> go to 3\n2. Who saw it?\n3. What did it cost?\n"
        "## Price\n1. Who pays for it?\n  - nobody -> go to 3\n2. When does the budget end?\n3. Who signs?\n"
    )
    for asked, leads_to in (("What broke?", "What did it cost?"), ("Who pays", "Who signs?")):
        assert question(playbook, asked).answers[0].goto == question(playbook, leads_to).id


def test_a_jump_to_an_unknown_question_becomes_a_decision() -> None:
    playbook, found = imported("- What made you call?\n  - just looking -> go to 9\n- What broke?\n- Who saw it?\n")
    assert question(playbook, "What made you call?").answers[0].goto is None
    assert found.decisions == 1


def test_a_hypothetical_question_is_not_a_branch() -> None:
    playbook, _ = imported("- What broke?\n- If you could change one thing, what would it be?\n- Who saw it?\n")
    assert question(playbook, "What broke?").answers == ()
    assert question(playbook, "If you could change one thing").answers == ()


def test_every_item_names_the_line_it_comes_from() -> None:
    text = (DOCUMENTS / "interview_guide.md").read_text(encoding="utf-8")
    lines = text.split("\n")
    _, found = imported(text)
    for item in found.draft.items():
        if not item.is_added and "{" not in item.text:
            words = re.findall(r"\w+", item.text)[:3]
            assert re.findall(r"\w+", lines[item.line - 1]) != []
            assert all(word.lower() in lines[item.line - 1].lower() for word in words)
            assert f"# line {item.line}\n" in found.text


def test_a_decision_is_reported_by_the_linter(tmp_path: Path) -> None:
    _, found = imported(
        "# Plan\n\n1. [Opening question that proves research]\n2. What broke?\n3. Who saw it?\n4. Why now?\n"
    )
    (finding,) = [one for one in lint(tmp_path / "doc.yaml", None, found.text).findings if one.code == "P130"]
    assert "leaves this question to you" in finding.message
    assert finding.hint == "write it or delete it; then delete this comment"


def test_a_hostile_title_cannot_leave_the_folder_or_break_the_file() -> None:
    for title in ("../../etc/passwd", "a: b # c", "- ask: x\n  id: y", "{{7*7}}", "&anchor *alias !tag"):
        _, found = imported(f"# {title}\n\n- What broke?\n- Who saw it?\n- Why now?\n", f"{title}.md")
        assert re.fullmatch(r"[a-z0-9_]+", found.name)


LINES = st.sampled_from(
    [
        "# Title",
        "## Section (5 min)",
        "### What broke?",
        "- What broke, and who saw it?",
        "  - If yes, who?",
        "  - a tool -> go to 2",
        "   - Listen for: a name, a date",
        "1. How do you do it today? (note: let them talk)",
        "2. Tell me about the last time.",
        "**Avoid:** a pitch",
        "> “We have no budget.”",
        "- [ ] Somebody is free",
        "| Item | Status |",
        "|---|---|",
        "| Met them | |",
        "| Objection | Response |",
        "| Too dear | Compared to what? |",
        "Recommendation: [Go / No go]",
        "- 10-20: Go - plan it",
        "- <10: No go",
        "```markdown",
        "```",
        "## Objections",
        "## Pain points",
        "Name: Dana",
        "<div>",
        "prose that says little and takes a while.",
        "Reason: ____",
        "---",
        "",
        "",
    ]
)
SHORT = sorted(text for text in hostile.HOSTILE.values() if len(text) < 500)
WORDS = st.one_of(st.sampled_from(SHORT), st.text(max_size=40))


def imported_or_declined(text: str) -> ImportedPlaybook | CannotImport:
    """Return the import of a document, or the reason why there is none."""
    try:
        return import_document(text, "doc.md")
    except CannotImport as declined:
        return declined


@given(st.lists(st.one_of(LINES, st.builds(lambda line, words: f"{line} {words}", LINES, WORDS), WORDS), max_size=15))
@settings(max_examples=examples(200), deadline=None)
def test_any_document_loads_without_escape_sequences_or_is_declined(lines: list[str]) -> None:
    found = imported_or_declined("\n".join(lines))
    if isinstance(found, CannotImport):
        assert "would not load" not in str(found)
        return
    assert load(Path("doc.yaml"), None, found.text).errors == ()
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", found.text)


@given(st.lists(LINES, min_size=1, max_size=15))
@settings(max_examples=examples(200), deadline=None)
def test_every_question_is_imported_or_listed_as_omitted(lines: list[str]) -> None:
    text = "\n".join(lines)
    found = imported_or_declined(text)
    omitted = found.omitted if isinstance(found, CannotImport) else found.draft.omitted
    kept = " ".join(one.text for one in omitted) + ("" if isinstance(found, CannotImport) else found.text)
    for words in ("What broke, and who saw it", "How do you do it today", "Compared to what"):
        if words in text:
            assert words in kept


def test_a_captured_field_with_a_reserved_name_gets_a_prefix() -> None:
    text = "# Fit\n- What broke last?\n- Who saw it?\n\nRecommendation: [Go / No go]\n\nName: ____\n\nRole: ____\n"
    found = import_document(text, "doc.md")
    playbook = load(Path("doc.yaml"), None, found.text).playbook
    assert playbook is not None
    assert {"their_name", "their_role"} <= set(playbook.outcomes["go"].capture)
