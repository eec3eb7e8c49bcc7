"""Maps of playbooks, as text and Mermaid."""

from __future__ import annotations

from salesnerd_tui.playbook.graph import render_mermaid, render_text
from salesnerd_tui.playbook.model import (
    ALWAYS,
    Answer,
    Ask,
    Decision,
    Detour,
    Gate,
    Outcome,
    Playbook,
    Priority,
    Say,
    Section,
)

PLAYBOOK = Playbook(
    "p",
    "First call",
    prep=(Ask("guess", "What do you believe?"),),
    agenda=(
        Section("Why now", minutes=8),
        Say("hello", "Thanks."),
        Ask(
            "trigger",
            'What "happened"?',
            Priority.MUST,
            answers=(
                Answer("Broke", "Something broke", follow_ups=("When?",)),
                Answer("Look", "Just looking", goto="verdict"),
                Answer("Bye", "You called me", say="Thank you.", end="no"),
                Answer("Tender", "A tender", switch="rfp"),
                Answer("Demo", "Show me", detour="demo"),
            ),
        ),
        Ask("verdict", "Worth it?"),
    ),
    detours={"demo": Detour("demo", (Ask("proof", "What for?", answers=(Answer("X", "X", back=True),)),), key="d")},
    outcomes={"no": Outcome("no", Decision.NO_GO, needs=(Gate("real", ALWAYS),))},
)


def test_the_text_map_shows_where_each_answer_leads() -> None:
    shown = render_text(PLAYBOOK)
    for line in (
        "  ── Why now · 8 min",
        "     “Thanks.”",
        '   ● trigger: What "happened"?',
        "     ├ Something broke → “When?”",
        "     ├ Just looking ⇒ verdict",
        "     ├ You called me → “Thank you.” ⇒ ends no",
        "     ├ A tender ⇒ playbook rfp",
        "     └ Show me ⇒ ↷ demo",
        "↷ demo [d]",
        "     └ X ⇒ back",
        "  ■ no (no-go)  needs real",
    ):
        assert line in shown.splitlines(), shown


def test_the_mermaid_map_shows_the_same_and_escapes_its_texts() -> None:
    drawn = render_mermaid(PLAYBOOK).splitlines()
    assert drawn[0] == "flowchart TD"
    assert '  agenda_trigger["What #quot;happened#quot;?"]' in drawn
    assert "  agenda_hello --> agenda_trigger" in drawn
    assert '  agenda_trigger -. "Just looking" .-> agenda_verdict' in drawn
    assert '  agenda_trigger -. "You called me" .-> end_no' in drawn
    assert '  agenda_trigger -. "Show me" .-> detour_demo' in drawn
    assert not any("Something broke" in line for line in drawn), "a follow-up leads nowhere else"


def test_hostile_texts_stay_texts() -> None:
    hostile = Playbook("p", "T", agenda=(Ask("a", '"]; click a href "x"\n\x1b[2J<script>'),))
    drawn = render_mermaid(hostile)
    assert "\x1b" not in drawn
    assert "<script>" not in drawn
    assert '"];' not in drawn
    assert "\x1b" not in render_text(hostile)
