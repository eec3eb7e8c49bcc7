"""Import of tables, branches below a question, and outlines in YAML."""

from __future__ import annotations

from pathlib import Path

import pytest
from imported import asks, document, imported

from salesnerd_tui.playbook.library import load
from salesnerd_tui.playbook.markdown import sentence
from salesnerd_tui.playbook.markdown.heading import split_minutes
from salesnerd_tui.playbook.markdown.importer import import_document
from salesnerd_tui.playbook.markdown.outcomes import parse_score_band
from salesnerd_tui.playbook.markdown.question import has_boxes, parse_question
from salesnerd_tui.playbook.markdown.sentence import split_sentences
from salesnerd_tui.playbook.model import Ask, Say, Section


def test_a_scorecard_becomes_weighted_questions_of_the_prep() -> None:
    playbook, found = document("tables.md")
    rows = {item.text: item for item in playbook.prep if isinstance(item, Ask)}
    assert [answer.label for answer in rows["Is there a budget?"].answers] == ["1", "2", "3", "4", "5"]
    assert [answer.points for answer in rows["Is there a budget?"].answers][:2] == [{"": 3.0}, {"": 6.0}]
    assert [answer.points for answer in rows["Who signs?"].answers][:2] == [{"": 2.0}, {"": 4.0}]
    assert rows["Is there a budget?"].follow_ups == ("Evidence",)
    assert rows["Who signs?"].listen_for == ("who said so",)
    assert "Total" in " ".join(omitted.text for omitted in found.draft.omitted)


def test_a_table_of_times_becomes_sections_with_minutes() -> None:
    playbook, found = document("tables.md")
    minutes = {item.title: item.minutes for item in playbook.agenda if isinstance(item, Section)}
    assert (minutes["Opening"], minutes["Discovery"]) == (5, 20)
    (opening,) = (item for item in playbook.agenda if isinstance(item, Say) and item.speaker == "kim")
    assert opening.text.startswith("Opening")
    assert found.decisions >= 2


def test_a_table_of_objections_becomes_detours() -> None:
    playbook, _ = document("tables.md")
    (detour,) = playbook.detours.values()
    assert detour.they_say == ("Too expensive",)
    assert detour.avoid == ("discounts",)
    assert [item.text for item in detour.agenda if isinstance(item, Ask)] == ["Compared to what?"]


def test_forms_become_questions_and_full_rows_are_left_out() -> None:
    playbook, found = document("tables.md")
    assert {"Who is the champion?", "Sponsor: name, date?"} <= asks(playbook).keys()
    left = " ".join(omitted.text for omitted in found.draft.omitted)
    assert "some text" in left
    assert "Dana" in left


def test_texts_below_a_question_become_its_cues_follow_ups_and_answers() -> None:
    playbook, _ = document("branches.md")
    ask = asks(playbook)["What happened?"]
    assert ask.listen_for == ("a date", "a person")
    assert ask.avoid == ("leading them", "nodding too early")
    assert "people buy for a reason" in " ".join(ask.why)
    assert ask.link == ("https://example.com/page",)
    assert ask.phrasings == ("What set this off?",)
    assert "When did it last happen?" in ask.follow_ups
    answers = {answer.label: answer for answer in ask.answers}
    assert answers["A failed audit"].follow_ups == ("What did they find?",)
    assert answers["A failed audit"].listen_for == ("a name",)
    assert answers["Lost a customer"].points == {"": 5.0}


def test_remarks_in_parentheses_set_priority_and_scale() -> None:
    playbook, _ = document("branches.md")
    found = asks(playbook)
    assert found["What happened?"].priority.value == "must"
    assert found["How many people?"].priority.value == "could"
    assert [answer.label for answer in found["How sure are you?"].answers] == ["0", "1", "2", "3", "4", "5"]
    assert found["Which one is it?"].listen_for == ("A", "B", "C")


def test_a_topic_before_a_follow_up_is_not_an_answer() -> None:
    lines = ("- How do you bill today?", "  - Team: Who does it?", "  - Customer: Who checks it?", "  - Yes: When?")
    text = "\n".join(("# Discovery", *lines, "- What happened last?", "- What did it cost?"))
    ask = asks(imported(text, "topics.md")[0])["How do you bill today?"]
    assert ask.follow_ups == ("Who does it?", "Who checks it?")
    assert [(answer.label, answer.follow_ups) for answer in ask.answers] == [("Yes", ("When?",))]


def test_a_label_that_may_be_an_answer_or_a_topic_is_a_decision() -> None:
    text = "# Discovery\n- How do you bill today?\n  - Spreadsheets: Who keeps them?\n- What happened?\n- What now?\n"
    playbook, found = imported(text, "labels.md")
    (answer,) = asks(playbook)["How do you bill today?"].answers
    assert (answer.label, answer.follow_ups) == ("Spreadsheets", ("Who keeps them?",))
    assert "# ? would they say 'Spreadsheets' => keep the answer | make it a follow-up" in found.text


def test_checkboxes_and_ratings_are_found_in_linear_time() -> None:
    assert not has_boxes("☐ a" * 100_000 + "[")
    assert has_boxes("Signed? " + "☐ a" * 100_000)
    (rated,) = parse_question("rate 1 to " * 100_000 + "?", 1)
    assert rated.answers == []


@pytest.mark.parametrize("separators", ["):", ":", "\t:", " – "])
def test_many_separators_are_read_in_linear_time(separators: str) -> None:
    """In quadratic time, this would take hours."""
    assert parse_score_band(f"Ana: {separators * 100_000}", 1) is None
    assert split_minutes(f"Ana {separators * 100_000}")[0] == ""


def test_two_columns_of_the_same_name_are_both_kept() -> None:
    text = "# Fit\n\n| Question | Score | Team | Team |\n|--|--|--|--|\n| Who decides? | | sales | finance |\n"
    playbook, _ = imported(text + "| Why now? | | | ops |\n| What broke? | | it | |\n", "fit.md")
    assert asks(playbook)["Who decides?"].why == ("Team: sales. Team: finance.",)
    assert asks(playbook)["Why now?"].why == ("Team: ops",)


@pytest.mark.parametrize("text", ["We use e.g. Tool (it is i", "(see a. ", "!?!?!?", "No. 5 ", "so... and "])
def test_a_text_is_split_into_sentences_in_linear_time(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentence, "MAX_PARSED_CHARACTERS", 10**7)
    sentences = split_sentences(f"Who is it? {text * 30_000} x. Why?")
    assert (sentences[0], sentences[-1][-4:]) == ("Who is it?", "Why?")


def test_phrases_never_to_say_and_stories_are_not_questions() -> None:
    playbook, found = document("branches.md")
    assert set(playbook.coach.never_say) == {"It is easy", "We always win"}
    left = {omitted.reason for omitted in found.draft.omitted}
    assert "a story" in left
    assert "a link" in left


LONG_NOTE = f"it matters since {'the pump runs hot and loud and ' * 20}nobody hears."


@pytest.mark.parametrize(
    "lines",
    [
        f"- What broke? {LONG_NOTE}",
        f"- What broke?\n  - yes -> {LONG_NOTE}",
        f"- What broke?\n  - Is it hot? {LONG_NOTE}",
        f"| Objection | Response | Why |\n|--|--|--|\n| Too dear | Than what? | {LONG_NOTE} |",
    ],
    ids=["question", "branch", "follow-up", "table"],
)
def test_a_note_that_is_too_long_is_listed_as_omitted(lines: str) -> None:
    _, found = imported(f"# Yard\n\n- Who pays?\n- Who saw it?\n- Why now?\n\n{lines}\n", "yard.md")
    (omitted,) = (omitted for omitted in found.draft.omitted if "the pump runs hot" in omitted.text)
    assert omitted.reason == "too long for a note"


def test_a_phrase_or_a_question_that_is_too_long_is_omitted_at_its_own_line() -> None:
    phrase, question = "x y" * 100, f"What {'broke and ' * 300}fell?"
    _, found = imported(f"# Yard\n\n- Who pays?\n- Who saw it?\n- Why?\n- {question}\n\nNever say: {phrase}\n", "a.md")
    assert [(omitted.line, omitted.reason) for omitted in found.draft.omitted] == [
        (6, "too long to be said"),
        (8, "too long for a phrase"),
    ]


def test_notes_of_a_question_that_a_library_has_no_place_for_are_listed() -> None:
    lines = "- What broke?\n  - Listen for: a date\n  - no -> it never does\n"
    text = f'# Yard\n\n## Pain\n\n{lines}\n## Objections\n\n- "Too dear": Compared to what?\n'
    found = import_document(text, "yard.md", as_library=True)
    omitted = {omitted.text: omitted.reason for omitted in found.draft.omitted}
    assert omitted["a date"] == "a note of a question"
    assert omitted["it never does"] == "a note of an answer"


def test_notes_of_a_persona_outside_of_its_sections_are_listed() -> None:
    parts = "## Pain points\n\nBills.\n\n## Goals\n\nSleep.\n\n## Background\n\nTen years.\n"
    _, found = imported(
        f"# Persona: Ines\n\n{parts}\n## Weather\n\nIt rains.\n\n## Ask\n- Why?\n- When?\n- Who?\n", "a.md"
    )
    assert [(omitted.text, omitted.reason) for omitted in found.draft.omitted] == [
        ("It rains.", "a section without questions")
    ]


def test_score_bands_next_to_a_table_are_not_a_legend() -> None:
    table = "| Item | Score (1-5) |\n|--|--|\n| Budget | |\n| Need | |\n"
    playbook, _ = imported(f"# Fit\n\n{table}\n- 10–20: Go: plan the pilot\n- 0–9: No go: thank them\n", "fit.md")
    assert [gate.name for gate in playbook.gates.values()] == ["go_score", "no_go_score"]


def test_a_reason_below_a_phrase_never_to_say_is_omitted_by_name() -> None:
    lines = "- What broke?\n- Who saw it?\n- Why now?\n\nNever say:\n- it is easy\n  - nobody believes it\n"
    playbook, found = imported(f"# Yard\n\n{lines}", "yard.md")
    assert playbook.coach.never_say == ("it is easy",)
    assert [(omitted.line, omitted.text) for omitted in found.draft.omitted] == [(9, "nobody believes it")]


@pytest.mark.parametrize("arrow", ["->", "-->", "=>", "→", "–", ":"])
def test_the_reply_after_a_quoted_objection_has_no_quotation_marks(arrow: str) -> None:
    lines = f'"Too dear." {arrow} "Compared to what?"\n\n"No time." {arrow} "When, then?"\n'
    playbook = load(
        Path("yard.yaml"), None, import_document(f"# Objections\n\n{lines}", "yard.md").text
    ).runnable_playbook
    assert playbook is not None
    replies = [item.text for detour in playbook.detours.values() for item in detour.agenda if isinstance(item, Ask)]
    assert replies == ["Compared to what?", "When, then?"]


@pytest.mark.parametrize("line", ['"', "“”", '""'])
def test_a_phrase_never_to_say_that_is_only_a_quotation_mark_is_left_out(line: str) -> None:
    text = f"# Yard\n\n- What broke?\n- Who saw it?\n- Why now?\n\nNever say:\n{line}\n\nNever say: it is easy\n"
    playbook, _ = imported(text, "yard.md")
    assert playbook.coach.never_say == ("it is easy",)


def test_questions_and_answers_on_lines_without_periods_are_imported_below_objections() -> None:
    lines = "**What about security?**\nAnswer: we are audited\n**What about the price?**\nAnswer: we send a quote\n"
    text = import_document(f"# Yard\n\n## Objections\n\n{lines}", "yard.md").text
    assert [word for word in ("security", "audited", "price", "a quote") if word not in text] == []


def test_a_recommendation_becomes_the_outcomes_with_their_notes() -> None:
    playbook, _ = document("branches.md")
    assert [outcome.decision.value for outcome in playbook.outcomes.values()] == ["go", "no-go", "not-yet"]
    assert {"decision_date", "rationale"} <= set(playbook.outcomes["go"].capture)


def test_an_outline_in_yaml_is_read_as_headings() -> None:
    text = "\n".join(
        (
            "title: Discovery",
            "sections:",
            "- title: 'Why now'",
            "  body: |",
            "    - What broke last?",
            "    - Who saw it?",
            "- title: Cost",
            "  body: |",
            "    - What did that cost?",
            "  owner: Kim",
        )
    )
    playbook, _ = imported(text, "outline.yaml")
    titles = [item.title for item in playbook.agenda if isinstance(item, Section)]
    assert titles[:2] == ["Why now", "Cost"]
    assert {"What broke last?", "Who saw it?", "What did that cost?"} <= asks(playbook).keys()


@pytest.mark.parametrize("blank", ["...", ".....", '""', ".", "____", "“”"])
def test_a_blank_below_a_question_is_not_a_question(blank: str) -> None:
    lines = ("# Call", "", "1. What is your budget?", f"   - Cost: {blank}", "2. Who decides?", "3. Why now?")
    playbook, _ = imported("\n".join(lines), "form.md")
    assert {"Who decides?", "Why now?"} <= set(asks(playbook))


def test_a_question_that_was_placed_is_not_left_out() -> None:
    found = imported(
        "# Call\n\n## Objections\n\n**Too much** — What with?\n\n## Close\nShould we meet again?\n", "d.md"
    )[1]
    assert "ask: What with?" in found.text
    assert "ask: Should we meet again?" in found.text
    assert found.draft.omitted == []


@pytest.mark.parametrize(
    ("line", "label", "follow_ups", "goto"),
    [
        ("Yes, I do -> What would you need to see?", "Yes, I do", ("What would you need to see?",), None),
        ("Yes => What would you need to see?", "Yes", ("What would you need to see?",), None),
        ("No => go to question 2", "No", (), "last_order"),
        ("Yes, who else?", "Yes", ("Who else?",), None),
    ],
)
def test_an_arrow_separates_an_answer_from_its_consequence(
    line: str, label: str, follow_ups: tuple[str, ...], goto: str | None
) -> None:
    text = f"# Yard\n\n1. Do you sign?\n   - {line}\n2. What was the last order?\n3. Who waits for it?\n"
    playbook, _ = imported(text, "yard.md")
    (answer,) = asks(playbook)["Do you sign?"].answers
    assert (answer.label, answer.follow_ups, answer.goto) == (label, follow_ups, goto)


@pytest.mark.parametrize(
    ("name", "title"),
    [("28_questions_of_the_yard.md", "Questions of the yard"), ("2026.md", "2026"), ("yard.md", "Yard")],
)
def test_a_document_without_a_title_has_the_name_of_its_file(name: str, title: str) -> None:
    playbook, _ = imported("- What broke?\n- Who noticed?\n- What did it cost?\n", name)
    assert playbook.title == title


def test_a_label_is_not_the_goal_and_the_owner_of_a_section_becomes_a_note() -> None:
    playbook, found = imported("Prep:\n\n## Yard\nOwner: Lee\n- What broke?\n- Who noticed?\n- Why?\n", "yard.md")
    assert playbook.goal == ""
    assert "Prep:" in [omitted.text for omitted in found.draft.omitted]
    assert next(item.why for item in playbook.agenda if isinstance(item, Section)) == ("led by Lee",)


def test_notes_above_the_first_heading_are_kept_in_a_section_with_the_title() -> None:
    text = "# Yard\n\nListen for: a date, a name\nAvoid: guessing\n\n- What broke?\n- Who noticed?\n- Why then?\n"
    playbook, _ = imported(text, "yard.md")
    section = next(item for item in playbook.agenda if isinstance(item, Section))
    assert (section.title, section.listen_for, section.avoid) == ("Yard", ("a date", "a name"), ("guessing",))


def test_section_notes_are_omitted_from_a_library_with_their_text() -> None:
    text = '# Yard\n\n## Ask\n\nAvoid: guessing\n\n- What broke?\n\n## Objections\n\n- "Too dear": Compared to what?\n'
    found = import_document(text, "yard.md", as_library=True)
    assert "guessing" in [omitted.text for omitted in found.draft.omitted]
