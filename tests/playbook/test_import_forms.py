"""Import of tables, branches below a question, and outlines in YAML."""

from __future__ import annotations

from pathlib import Path

import pytest

from salesnerd_tui.playbook.library import load
from salesnerd_tui.playbook.markdown import sentence
from salesnerd_tui.playbook.markdown.ending import parse_score_band
from salesnerd_tui.playbook.markdown.heading import split_minutes
from salesnerd_tui.playbook.markdown.importer import ImportedPlaybook, import_document
from salesnerd_tui.playbook.markdown.question import has_boxes, parse_question
from salesnerd_tui.playbook.markdown.sentence import split_sentences
from salesnerd_tui.playbook.model import Ask, Playbook, Say, Section

DOCUMENTS = Path(__file__).parent / "documents"


def imported(text: str, source: str) -> tuple[Playbook, ImportedPlaybook]:
    found = import_document(text, source)
    playbook = load(Path("doc.yaml"), None, found.text).playbook
    assert playbook is not None
    return playbook, found


def document(name: str) -> tuple[Playbook, ImportedPlaybook]:
    return imported((DOCUMENTS / name).read_text(encoding="utf-8"), name)


def asks(playbook: Playbook) -> dict[str, Ask]:
    return {item.text: item for item in (*playbook.prep, *playbook.agenda) if isinstance(item, Ask)}


def test_a_scorecard_becomes_weighted_questions_of_the_prep() -> None:
    playbook, found = document("tables.md")
    rows = {item.text: item for item in playbook.prep if isinstance(item, Ask)}
    assert [answer.label for answer in rows["Is there a budget?"].answers] == ["1", "2", "3", "4", "5"]
    assert [answer.points for answer in rows["Is there a budget?"].answers][:2] == [{"": 3.0}, {"": 6.0}]
    assert [answer.points for answer in rows["Who signs?"].answers][:2] == [{"": 2.0}, {"": 4.0}]
    assert rows["Is there a budget?"].follow_ups == ("Evidence",)
    assert rows["Who signs?"].listen_for == ("who said so",)
    assert "Total" in " ".join(left.text for left in found.draft.omitted)


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
    left = " ".join(left.text for left in found.draft.omitted)
    assert "some text" in left
    assert "Dana" in left


def test_what_is_below_a_question_finds_its_place() -> None:
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


def test_a_topic_before_a_follow_up_is_no_answer_of_theirs() -> None:
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


def test_boxes_and_ratings_are_searched_once() -> None:
    assert not has_boxes("☐ a" * 100_000 + "[")
    assert has_boxes("Signed? " + "☐ a" * 100_000)
    (rated,) = parse_question("rate 1 to " * 100_000 + "?", 1)
    assert rated.answers == []


@pytest.mark.parametrize("signs", ["):", ":", "\t:", " – "])
def test_a_run_of_signs_is_searched_once(signs: str) -> None:
    """In time that grows with the square of the length, this would take hours."""
    assert parse_score_band(f"Ana: {signs * 100_000}", 1) is None
    assert split_minutes(f"Ana {signs * 100_000}")[0] == ""


def test_two_columns_of_the_same_name_are_both_kept() -> None:
    text = "# Fit\n\n| Question | Score | Team | Team |\n|--|--|--|--|\n| Who decides? | | sales | finance |\n"
    playbook, _ = imported(text + "| Why now? | | | ops |\n| What broke? | | it | |\n", "fit.md")
    assert asks(playbook)["Who decides?"].why == ("Team: sales. Team: finance.",)
    assert asks(playbook)["Why now?"].why == ("Team: ops",)


@pytest.mark.parametrize("text", ["We use e.g. Tool (it is i", "(see a. ", "!?!?!?", "No. 5 ", "so... and "])
def test_a_text_is_split_into_sentences_in_one_pass(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentence, "MAX_PARSED_CHARACTERS", 10**7)
    sentences = split_sentences(f"Who is it? {text * 30_000} x. Why?")
    assert (sentences[0], sentences[-1][-4:]) == ("Who is it?", "Why?")


def test_words_never_to_say_and_stories_are_no_questions() -> None:
    playbook, found = document("branches.md")
    assert set(playbook.coach.never_say) == {"It is easy", "We always win"}
    left = {left.reason for left in found.draft.omitted}
    assert "a story" in left
    assert "a link" in left


def test_a_recommendation_becomes_the_verdict_with_its_notes() -> None:
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
def test_a_line_to_fill_in_below_a_question_is_no_question(blank: str) -> None:
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
def test_an_arrow_parts_what_is_heard_from_what_follows(
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


def test_a_label_is_not_the_goal_and_who_leads_a_section_is_said() -> None:
    playbook, found = imported("Prep:\n\n## Yard\nOwner: Lee\n- What broke?\n- Who noticed?\n- Why?\n", "yard.md")
    assert playbook.goal == ""
    assert "Prep:" in [left.text for left in found.draft.omitted]
    assert next(item.why for item in playbook.agenda if isinstance(item, Section)) == ("led by Lee",)


def test_notes_above_the_first_heading_are_kept_in_a_section_with_the_title() -> None:
    text = "# Yard\n\nListen for: a date, a name\nAvoid: guessing\n\n- What broke?\n- Who noticed?\n- Why then?\n"
    playbook, _ = imported(text, "yard.md")
    section = next(item for item in playbook.agenda if isinstance(item, Section))
    assert (section.title, section.listen_for, section.avoid) == ("Yard", ("a date", "a name"), ("guessing",))


def test_notes_of_a_section_that_a_library_has_no_place_for_are_listed() -> None:
    text = '# Yard\n\n## Ask\n\nAvoid: guessing\n\n- What broke?\n\n## Objections\n\n- "Too dear": Compared to what?\n'
    found = import_document(text, "yard.md", as_library=True)
    assert "guessing" in [left.text for left in found.draft.omitted]
