"""Documents from other tools: note apps, word processors, HTML, three languages, forms and dialogues."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from imported import answers, asks, imported

from salesnerd_tui.playbook.library import load
from salesnerd_tui.playbook.markdown.dialects import confluence_to_markdown, mark_lists, normalize_line
from salesnerd_tui.playbook.markdown.document import parse_html
from salesnerd_tui.playbook.markdown.importer import CannotImport, ImportedPlaybook, import_document
from salesnerd_tui.playbook.markdown.spreadsheet import read_spreadsheet
from salesnerd_tui.playbook.model import Ask, Playbook, Priority, Say, Section


def omitted(found: ImportedPlaybook) -> dict[int, str]:
    return {text.line: text.reason for text in found.draft.omitted}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("- Who pays? [[Budget|their budget]]", "- Who pays? their budget"),
        ("![[funnel.png]]", ""),
        ("[[[Budget]]]", "[Budget]"),
        ("## Leaks ^leaks", "## Leaks"),
        ("## Leaks   {#leaks} ", "## Leaks"),
        ("- why:: everybody says so", "- why: everybody says so"),
        ("- What did it cost? ==ask for a number==", "- What did it cost? (ask for a number)"),
        ("the ==last== one", "the last one"),
        ("a ==b==c== d", "a bc== d"),
        ("==x = 1== or ==y==", "x = 1 or y"),
        ("What broke? %% works always %%", "What broke? (works always)"),
        ("%%5% more%% and %%no%%", "(5% more) and (no)"),
        ("- How do you find it? #must #water", "- How do you find it? (must) "),
        ("#sales #discovery", " "),
        ("##Money matters", "## Money matters"),
        ("> [!info] Context", "> **Context:**"),
        ("> [!info] About leaks", "> **Info:** About leaks"),
        ("- ▶ Toggle: more", "- more"),
        ("Written in C#, and rule #1", "Written in C#, and rule #1"),
    ],
)
def test_markup_of_note_apps_becomes_plain_markdown(written: str, read: str) -> None:
    assert normalize_line(written) == read


@pytest.mark.parametrize(
    "line",
    [
        "%%" + " " * 10_000,
        "[[" * 200_000,
        "![[" * 200_000,
        "==a " * 200_000,
        "x" + " " * 400_000 + "x",
        "##" + "a " * 200_000 + "#",
    ],
    ids=["comment", "link", "embedded note", "highlight", "anchor", "heading"],
)
def test_unclosed_markup_is_read_in_linear_time(line: str) -> None:
    assert normalize_line(line) == line


@pytest.mark.parametrize(("opens", "depth"), [("<ul><li>", 500), ("<blockquote>", 1_000)])
def test_deeply_nested_html_keeps_its_words(opens: str, depth: int) -> None:
    nested = "".join(f"{opens}Which leak is number {number}?" for number in range(depth))
    _, found = imported(f"# Leaks\n\n- Who pays?\n- What is lost?\n- Why is that?\n\n{nested}\n")
    assert found.text.count("Which leak is number") >= depth - 1
    assert f"number {depth - 1}?" in found.text


def test_unclosed_brackets_are_read_in_linear_time() -> None:
    questions = "- Who pays?\n- What is lost?\n- Why is that?\n"
    playbook, _ = imported(f"# Leaks\n\n{questions}- {'(' * 60_000}\n\n<p>{'[' * 100_000}?</p>\n")
    assert {"Who pays?", "What is lost?", "Why is that?"} <= set(asks(playbook))


def test_a_line_of_many_placeholders_is_examined_once(monkeypatch: pytest.MonkeyPatch) -> None:
    examined: list[str] = []

    class Elements:
        def sub(self, _by: str, line: str) -> str:
            examined.append(line)
            return line

    monkeypatch.setattr("salesnerd_tui.playbook.markdown.document._ELEMENT", Elements())
    (block,) = parse_html("a <zz1> b" * 1_000, 1)
    assert block.words.text.count("<zz1>") == 1_000
    assert len(examined) == 1


def test_only_an_unknown_element_is_a_placeholder() -> None:
    assert [block.words.text for block in parse_html("Ask <product> and <dialog open>go on", 1)] == [
        "Ask <product> and go on"
    ]


def test_the_title_of_a_callout_is_a_label() -> None:
    playbook, _ = imported(
        "# Water\n\n## Leaks\n- How do you find a leak?\n- Who decides?\n- What did it cost?\n\n"
        '> [!question] If they ask for the price\n> "How many zones do you have?"\n\n'
        "> [!warning] Avoid\n> Never say AI.\n"
    )
    (price,) = playbook.detours.values()
    assert price.they_say == ("The price",)
    assert [item.text for item in price.agenda if isinstance(item, Ask)] == ["How many zones do you have?"]
    (section,) = (item for item in playbook.agenda if isinstance(item, Section) and item.title == "Leaks")
    assert section.avoid or asks(playbook)["What did it cost?"].avoid


def test_html_becomes_the_same_items_as_markdown_with_its_lines() -> None:
    playbook, found = imported(
        "<h1>Questions</h1>\n<h2>Pain</h2>\n<ul>\n<li>What broke <b>last</b>?</li>\n<li>How did you find out?\n"
        "  <ul><li>If by a customer: What did they say?</li></ul>\n</li>\n</ul>\n\n"
        "<details>\n<summary>Listen for</summary>\n\n- a name\n\n</details>\n\n"
        "<table>\n<tr><th>Question</th><th>Why</th></tr>\n<tr><td>Who pays?</td><td>money &amp; time</td></tr>\n"
        "</table>\n\n"
        "<script>alert(1)</script>\n\n<product>\n\nTell me about <product> and why you use it.\n"
    )
    assert playbook.title == "Questions"
    assert answers(asks(playbook)["How did you find out?"]) == {"By a customer": ("What did they say?",)}
    assert asks(playbook)["Who pays?"].why == ("money & time",)
    assert "alert" not in found.text
    assert {item.text: item.line for item in found.draft.items()}["What broke last?"] == 4


def test_german_and_french_labels_headings_and_branches_are_recognized() -> None:
    german, _ = imported(
        "# Leitfaden\n\n**Ziel:** Den Ausfall verstehen.\n\n## Einstieg (5 Minuten)\n\n- Was ist passiert?\n"
        "  - Warum: kein Anlass, kein Projekt\n  - Achten auf: ein Datum, ein Name\n  - Vermeiden: raten\n"
        "  - Nachfrage: Wer war dabei?\n- Wer merkt es zuerst?\n  - Wenn „der Kunde“: Wie erfahren Sie davon?\n"
        "- Beschreiben Sie mir den letzten Kauf.\n\n## Einwände\n\n**„Zu teuer.“** → „Verglichen womit?“\n"
        "**„Keine Zeit.“** → „Wann denn?“\n"
    )
    assert german.goal == "Den Ausfall verstehen."
    assert [item.minutes for item in german.agenda if isinstance(item, Section)][:1] == [5]
    happened = asks(german)["Was ist passiert?"]
    assert (happened.why, happened.listen_for) == (("kein Anlass, kein Projekt",), ("ein Datum", "ein Name"))
    assert (happened.avoid, happened.follow_ups) == (("raten",), ("Wer war dabei?",))
    assert answers(asks(german)["Wer merkt es zuerst?"]) == {"Der Kunde": ("Wie erfahren Sie davon?",)}
    assert [detour.they_say for detour in german.detours.values()] == [("Zu teuer.",), ("Keine Zeit.",)]
    french, _ = imported(
        "# Guide\n\n## Douleur\n- Racontez-moi la panne.\n- Combien ?\n  - À écouter : heures, clients perdus\n"
        "- Comment faites-vous ?\n  - Si à la main : Combien de temps ?\n\n## Objections\n"
        "- « Trop cher » → « Par rapport à quoi ? »\n"
    )
    assert asks(french)["Combien ?"].listen_for == ("heures", "clients perdus")
    assert answers(asks(french)["Comment faites-vous ?"]) == {"À la main": ("Combien de temps ?",)}
    assert [detour.they_say for detour in french.detours.values()] == [("Trop cher",)]


def test_the_score_bands_below_a_scorecard_become_outcomes() -> None:
    playbook, found = imported(
        "# Bid / No-bid scorecard\n\n| Criterion | Weight | Score 0–5 | Comment |\n|--|--|--|--|\n"
        "| Do we know the buyer? | 3 | | |\n| Can we win? | 5 | | |\n| **Total** | | | |\n\n"
        "- 30 or more: bid\n- 15–29: bid only with a partner\n- under 15: do not bid\n\n"
        "1. Is the liability unlimited? ☐ Yes ☐ No\n"
    )
    assert {outcome.id: str(outcome.decision) for outcome in playbook.outcomes.values()} == {
        "bid": "go",
        "bid_only_partner": "not-yet",
        "not_bid": "no-go",
    }
    assert [answer.label for answer in asks(playbook)["Can we win?"].answers] == ["0", "1", "2", "3", "4", "5"]
    assert list(answers(asks(playbook)["Is the liability unlimited?"])) == ["Yes", "No"]
    assert "which ending is 'bid only with a partner' => not-yet | go" in found.text


def test_ratings_without_weights_have_the_weight_one() -> None:
    playbook, _ = imported(
        "# BANT\n\n| | Score (0-3) | Notes |\n|--|--|--|\n| Budget confirmed | | |\n| Need in their words | | |\n\n"
        "Score 5-6: go\nScore 3-4: nurture\nBelow 3: disqualify\n"
    )
    asked = [item.text for item in playbook.prep if isinstance(item, Ask)]
    assert asked[:2] == ["Budget confirmed", "Need in their words"]
    assert len(playbook.gates) == 3


def test_columns_of_a_table_are_topics_cues_and_branches() -> None:
    playbook, _ = imported(
        "# Guide\n\n## Decision\n\n| Topic | Ask | If yes | If no | Red flag |\n|--|--|--|--|--|\n"
        "| Budget | Is there money set aside? | Whose budget is it? | Who paid last time? | they guess |\n"
        "| Date | Do you have a date? | What happens then? | | |\n"
    )
    money = asks(playbook)["Is there money set aside?"]
    assert answers(money) == {"Yes": ("Whose budget is it?",), "No": ("Who paid last time?",)}
    assert money.listen_for == ("red flag: they guess",)
    assert "Budget" not in asks(playbook)


def test_a_page_of_objections_is_a_library_of_detours() -> None:
    playbook, found = imported(
        '# Objection handling\n\nIf they say "We\'re happy" → say "What would have to change?"\n'
        'If they ask for a discount, ask "What would it be for?"\n\n### "No budget"\nSay: "I see."\n'
        "Then ask: Who found the money last time?\nDon't: offer one.\n"
    )
    assert found.draft.is_library
    said = {detour.they_say[0]: detour for detour in playbook.detours.values()}
    assert list(said) == ["We're happy", "A discount", "No budget"]
    assert [type(item).__name__ for item in said["No budget"].agenda] == ["Say", "Ask"]
    assert said["No budget"].avoid == ("offer one.",)
    assert "how would they say it => write their words into they_say" in found.text


def test_fields_and_checkboxes_of_a_form_become_questions() -> None:
    playbook, found = imported(
        "Client intake\n\nA. About you\n   1) What do you do?\n   2) Team size:\n\nB. The project\n   3) Why now?\n"
        "   4) Budget: [ ] under 20k [ ] over 20k\n   5) Are there legal limits?\n        If so, who knows them?\n"
    )
    sections = [item.title for item in playbook.agenda if isinstance(item, Section)]
    assert sections[:2] == ["About you", "The project"]
    assert list(answers(asks(playbook)["Budget"])) == ["under 20k", "over 20k"]
    assert answers(asks(playbook)["Are there legal limits?"]) == {"Yes": ("Who knows them?",)}
    assert "the document leaves this field without a question" in found.text
    assert not omitted(found)


def test_answers_in_the_document_become_notes_of_their_questions() -> None:
    playbook, _ = imported(
        "# Fleet\n\nQ: How many vans?\nA: Usually 20.\n\nQ: Who reads the bills?\n"
        "A: Nobody. If nobody: What would you do with a list?\n\nQ: What was stolen?\n"
        "A: Most say nothing. Follow up: How long was it gone?\n\nQ: Do you store our data?\nA: Yes, here.\n"
    )
    assert asks(playbook)["How many vans?"].why == ("Usually 20.",)
    assert answers(asks(playbook)["Who reads the bills?"]) == {"Nobody": ("What would you do with a list?",)}
    assert asks(playbook)["What was stolen?"].follow_ups == ("How long was it gone?",)
    assert not any(isinstance(item, Say) for item in playbook.agenda)
    assert [detour.they_say for detour in playbook.detours.values()] == [("Do you store our data?",)]


def test_a_nested_list_becomes_title_sections_and_questions_without_question_marks() -> None:
    playbook, _ = imported(
        "- School software\n  - Start\n    - how many classes?\n    - who plans them\n"
        "      - one person -> what if ill?\n"
        "      - a team -> how do they share?\n  - Trouble\n    - what went wrong?\n    - tell me the worst clash\n"
        "    - and what did it cost you\n  - Decide\n    - could we look together?\n"
        "    - don't talk about the app\n"
    )
    assert playbook.title == "School software"
    assert [item.title for item in playbook.agenda if isinstance(item, Section)][:3] == ["Start", "Trouble", "Decide"]
    assert answers(asks(playbook)["Who plans them"]) == {
        "One person": ("What if ill?",),
        "A team": ("How do they share?",),
    }
    assert "And what did it cost you" in asks(playbook)


def test_conditional_headings_below_a_question_become_its_answers() -> None:
    playbook, _ = imported(
        "# Lab\n\n## How do you know a sample is late?\n\n### If they have a system\n\nWhich one?\n\n"
        "### If they don't\n\nWho waits?\n\n## What would you like to do next?\n\nOffer two: a visit or a trial.\n\n"
        "## Who would have to agree?\n\nLook for more than one name.\n"
    )
    late = asks(playbook)["How do you know a sample is late?"]
    assert answers(late) == {"They have a system": ("Which one?",), "No": ("Who waits?",)}
    assert "What would you like to do next?" in asks(playbook)
    assert asks(playbook)["Who would have to agree?"].listen_for == ("more than one name",)


def test_branches_of_a_follow_up_become_a_note_and_a_decision() -> None:
    playbook, found = imported(
        "# A\n\n- What broke?\n  - Is there a budget? yes -> whose; no -> next year?\n- Who noticed?\n- What now?\n"
    )
    broke = asks(playbook)["What broke?"]
    assert (broke.answers, broke.follow_ups) == ((), ("Is there a budget?",))
    assert "yes -> whose" in broke.why[0]
    assert "'Is there a budget?' has answers of its own" in found.text


def test_probes_become_follow_ups() -> None:
    playbook, _ = imported(
        "# Interview\n\n**Duration:** 45 min\n\n## Introduction [5 min]\nHi, thanks for the time. May I record?\n\n"
        "## Story (5:00-20:00)\n1. Walk me through it.\n   - Probes\n     - Where did you get stuck?\n"
        "   - Probe for cost: How long did it take?\n2. Rate the pain from 1-5\n"
        "3. What now?\n4. Who else?\n"
    )
    story = asks(playbook)["Walk me through it."]
    assert (story.answers, story.follow_ups) == ((), ("Where did you get stuck?", "How long did it take?"))
    assert playbook.minutes == 45
    assert {item.title: item.minutes for item in playbook.agenda if isinstance(item, Section)}["Story"] == 15
    assert len(asks(playbook)["Rate the pain from 1-5"].answers) == 5


def test_page_properties_and_references_are_omitted_with_a_reason() -> None:
    _, found = imported(
        "# Page\n\nTags: discovery, logistics\n\nSee also the runbook.\n\n- What broke?\n- Who noticed?\n- What now?\n"
        "\n<!-- And why? -->\n"
    )
    assert omitted(found) == {3: "a property of the page", 5: "prose"} | {
        line: reason for line, reason in omitted(found).items() if line > 8
    }


def test_questions_in_tables_without_headers_are_asked() -> None:
    playbook, _ = imported(
        "# T\n\n| | | |\n|--|--|--|\n| What broke? | pump | |\n| Who noticed – really? | | |\n\n"
        "| Where? | Since when? |\n|--|--|\n| here | May |\n\n"
        "- [b]Why[/b] now?\n"
    )
    assert set(asks(playbook)) >= {"What broke?", "Who noticed – really?", "Where?", "Since when?", "Why now?"}


def test_the_default_outcome_captures_the_next_step_of_both_sides() -> None:
    playbook, _ = imported("# A\n\n- What broke?\n- Who noticed?\n- What now?\n")
    captured = playbook.outcomes["next_step"].capture
    assert list(captured) == ["our_part", "our_date", "their_part", "their_date"]


def table_of(text: str, name: str = "sheet.csv") -> tuple[Playbook, ImportedPlaybook]:
    found = import_document(text, name)
    loaded = load(Path("sheet.yaml"), None, found.text)
    assert not loaded.errors
    assert loaded.runnable_playbook is not None
    return loaded.runnable_playbook, found


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_spreadsheet_is_a_table_of_questions(separator: str) -> None:
    rows = (
        ("Stage", "Question", "Listen for"),
        ("Intro", '"Why now, and not later?"', "an event"),
        ("Pain", '"Who gets the call\nwhen it breaks?"', "a name"),
        ("Close", "Who signs?", ""),
    )
    playbook, found = table_of("\ufeff" + "\n".join(separator.join(row) for row in rows) + "\n")
    ask = asks(playbook)["Who gets the call when it breaks?"]
    assert ask.listen_for == ("a name",)
    assert next(iter(asks(playbook))) == "Why now, and not later?"
    assert [section.title for section in playbook.sections][:3] == ["Intro", "Pain", "Close"]
    assert "# line 5" in found.text
    assert not found.draft.omitted


def test_cells_copied_from_a_spreadsheet_are_a_table_without_a_suffix() -> None:
    text = "Question\tWhy\nWhy now?\tto see urgency\nWho signs?\tto meet them\nWhat broke?\t\n"
    playbook, _ = table_of(text, "standard input")
    assert asks(playbook)["Why now?"].why == ("to see urgency",)


@pytest.mark.parametrize("text", ['a,"b\n' * 5, "a;b\r;c\n\n;;;\n", '"\n' * 10, "?,?\n?,?\n?,?\n"])
def test_an_odd_spreadsheet_is_imported_or_refused(text: str) -> None:
    with contextlib.suppress(CannotImport):
        assert import_document(text, "odd.csv").text


def test_no_question_is_lost_beside_a_cell_that_is_too_large() -> None:
    text = f"Question,Note\nWhat broke?,a\nWho saw it?,{'x ' * 70_000}\nWhy now?,b\nWho signs?,c\n"
    playbook, found = table_of(text)
    assert {"What broke?", "Why now?", "Who signs?"} <= set(asks(playbook))
    assert [omitted.line for omitted in found.draft.omitted if omitted.text.startswith("Who saw it?")] == [3]


def test_letters_are_the_items_of_a_list() -> None:
    playbook, _ = imported(
        "1. Tell me about your role.\n\ta. How long have you had it?\n\tb. Who do you report to?\n2. What broke last?\n"
        "3. Which of these apply?\n   a) Sign-on\n   b) Audit log\n\nA. What did you do?\n\nB. Who helped you?\n"
    )
    found = asks(playbook)
    assert found["Tell me about your role."].follow_ups == ("How long have you had it?", "Who do you report to?")
    assert found["Which of these apply?"].listen_for == ("Sign-on", "Audit log")
    assert {"What did you do?", "Who helped you?"} <= found.keys()


def test_a_single_letter_before_a_name_does_not_start_a_list() -> None:
    text = "# Notes\nA. Smith told us.\n\n- What broke?\n- Who saw it?\n- When was it?\n"
    assert "A. Smith" not in {ask[:8] for ask in asks(imported(text)[0])}
    assert mark_lists(["A. Smith told us.", "", "C. Jones did not."]) == ["A. Smith told us.", "", "C. Jones did not."]
    assert mark_lists(["```", "a) one", "b) two", "```"]) == ["```", "a) one", "b) two", "```"]


def test_questions_on_lines_of_their_own_are_a_list() -> None:
    playbook, found = imported("Hi Ana,\n\nhere is what I ask:\n\nWhy now?\nWhat did you try?\nWho signs?\n\nThanks\n")
    assert list(asks(playbook))[:3] == ["Why now?", "What did you try?", "Who signs?"]
    assert "signs  # line 7" in found.text


def test_an_arrow_ends_a_condition_before_a_question_word() -> None:
    branch = "If they mention a rival → What do you like about them?"
    text = f"- What made you call?\n  - {branch}\n- Who saw it?\n- What now?\n"
    assert answers(asks(imported(text)[0])["What made you call?"]) == {
        "They mention a rival": ("What do you like about them?",)
    }


def test_a_greeting_with_a_blank_is_said_and_no_word_is_lost() -> None:
    blanks = "*Read aloud:* Hi, I'm ___ from Acme.\n\nBudget: about ____ a year\n"
    text = f"# Intro\n{blanks}\n- What broke?\n- Who saw it?\n- When?\n"
    playbook, found = imported(text)
    assert "Hi, I'm ___ from Acme." in {item.text for item in playbook.agenda if isinstance(item, Say)}
    assert omitted(found) == {4: "words around a blank"}


def test_a_remark_in_brackets_leads_to_a_condition_a_follow_up_or_a_priority() -> None:
    playbook, found = imported(
        "- [If they forwarded it] Who got it?\n- When was a bill wrong? [Probe: what happened next?]\n"
        "- (optional) Who else minds?\n- (5 min) What annoys you?\n"
    )
    found_asks = asks(playbook)
    assert found_asks["Who got it?"].why == ("If they forwarded it",)
    assert "when is this asked" in found.text
    assert found_asks["When was a bill wrong?"].follow_ups == ("What happened next?",)
    assert found_asks["Who else minds?"].priority.value == "could"
    assert found_asks["What annoys you?"].why == ("5 min",)
    assert not found.draft.omitted


def test_a_line_in_capitals_that_says_questions_is_a_heading() -> None:
    text = (
        "WARM UP\n1. What is your role?\n2. What did you do today?\n\nCORE QUESTIONS\n3. What broke?\n4. Who saw it?\n"
    )
    playbook, _ = imported(text)
    assert "CORE QUESTIONS" in [item.title for item in playbook.agenda if isinstance(item, Section)]


def test_a_question_whose_remark_became_a_note_is_not_listed_as_omitted() -> None:
    rows = "| 1 | Rivals (incumbent? preferred?) | | |\n| 2 | Budget | | |\n| 3 | Champion | | |\n"
    playbook, found = imported(f"# Score\n\n| # | Criterion | Score | Notes |\n|--|--|--|--|\n{rows}")
    assert asks(playbook)["Rivals"].why == ("incumbent? preferred?",)
    assert not found.draft.omitted


def test_numbers_and_bullets_with_tabs_are_a_list_and_not_a_spreadsheet() -> None:
    text = "1.\tIntroduction\n1.1\tMay I take notes?\n2.\tQuestions\n2.1\tWhat made you look?\n2.2\tWho signs?\n"
    assert {"May I take notes?", "What made you look?", "Who signs?"} <= asks(imported(text)[0]).keys()
    assert "why: 2.1" not in imported(text)[1].text


def test_a_filled_cell_of_a_sheet_without_questions_is_a_note() -> None:
    playbook, _ = table_of("Element,Definition,Score\nMetrics,What changes in numbers,\nChampion,Who sells for us,\n")
    assert [ask.why for ask in playbook.prep if isinstance(ask, Ask)][:2] == [
        ("Definition: What changes in numbers",),
        ("Definition: Who sells for us",),
    ]


def test_boxes_without_bullets_are_tasks() -> None:
    text = "Before the demo\n[ ] NDA signed\n[x] Champion named\n( ) Legal informed\n☐ Budget confirmed\n"
    found = asks(imported(text)[0])
    assert {"NDA signed", "Champion named", "Legal informed", "Budget confirmed"} <= found.keys()


def test_a_reply_with_a_question_in_an_faq_answers_the_buyer() -> None:
    first = "**Q: Do you support SSO?**\nA: Yes. Which provider do you use?\n"
    playbook, found = imported(f"# FAQ\n\n{first}\n**Q: Where is the data?**\nA: In Bonn.\n")
    assert {detour.they_say for detour in playbook.detours.values()} == {
        ("Do you support SSO?",),
        ("Where is the data?",),
    }
    assert not found.draft.omitted


def test_a_condition_before_the_end_of_the_call_is_an_answer() -> None:
    text = "- What does it lack?\n  - If nothing: end the call\n- Who minds?\n- What now?\n"
    (answer,) = asks(imported(text)[0])["What does it lack?"].answers
    assert (answer.label, bool(answer.end)) == ("Nothing", True)


@pytest.mark.parametrize("line", ['> "', '> " → What then?', '- "" (a note)', "**“”**"])
def test_a_line_of_quotation_marks_does_not_spoil_the_rest(line: str) -> None:
    playbook, _ = imported(f"# Discovery\n- What broke?\n- Who saw it?\n- When?\n\n{line}\n")
    assert list(asks(playbook))[:3] == ["What broke?", "Who saw it?", "When?"]


@pytest.mark.parametrize(
    "text",
    [
        "1.1" + ".1" * 300_000 + " a",
        "x [a:" + " " * 300_000,
        "a) " * 300_000,
        "a\t" * 300_000,
        '"' * 300_000,
        "1.1 a\n" * 9_000,
    ],
    ids=["levels", "label", "letters", "tabs", "quotes", "lines"],
)
def test_long_lines_of_lists_are_marked_in_linear_time(text: str) -> None:
    """In quadratic time, this would take hours."""
    lines = [normalize_line(line) for line in text.split("\n")]
    assert len(mark_lists(lines)) == len(lines)
    read_spreadsheet(text, "a.csv")


CONFLUENCE = """\
h1. Leak survey

h2. Why now (10 min)
* What made you look *now*?
** Who noticed it?
# What does a leak cost you?
* -Do you have a budget?-

{panel:title=Listen for|borderStyle=dashed}
a date, a name
{panel}
h2. Decide together
|| Question || Red flag ||
| Who signs the [order|https://example.com/order]? | {color:red}a committee{color} |
| When does the year end? {status:colour=Red|title=MUST} | after \\\\ summer |
"""


def test_a_page_in_the_markup_of_confluence_is_read_with_its_lines() -> None:
    playbook, found = imported(CONFLUENCE)
    why_now, decide = playbook.sections
    assert (playbook.title, why_now.title, why_now.minutes) == ("Leak survey", "Why now", 10)
    asked = asks(playbook)
    assert list(asked)[:4] == [
        "What made you look now?",
        "What does a leak cost you?",
        "Who signs the order?",
        "When does the year end?",
    ]
    assert asked["What made you look now?"].follow_ups == ("Who noticed it?",)
    assert asked["What does a leak cost you?"].listen_for == ("a date", "a name")
    assert asked["Who signs the order?"].listen_for == ("red flag: a committee",)
    assert asked["When does the year end?"].priority is Priority.MUST
    assert "id: year_end  # line 15" in found.text
    assert decide.title == "Decide together"
    assert omitted(found) == {7: "struck through"}


def test_the_storage_format_of_confluence_is_read_without_its_macros() -> None:
    page = (
        '<h1>Leaks</h1><ac:structured-macro ac:name="tip"><ac:rich-text-body><ul><li>What made you look now?</li>'
        '<li>Who pays for it, as in <ac:link><ri:page ri:content-title="Costs" />'
        "<ac:plain-text-link-body><![CDATA[the list]]></ac:plain-text-link-body></ac:link>?</li>"
        "<li><del>Do you have a budget?</del></li></ul></ac:rich-text-body></ac:structured-macro>\n"
    )
    playbook, found = imported(page)
    assert list(asks(playbook))[:2] == ["What made you look now?", "Who pays for it, as in the list?"]
    assert set(omitted(found)) == {1}


@pytest.mark.parametrize(
    "line",
    ["h1. " + "{panel:title=" * 20_000, "h1. {status:title=" + "a" * 100_000, "h1. " + "{{" * 50_000, "||" * 50_000]
    + ["h1. {status:" + "title=" * 20_000, "h1. {panel:" + "title=" * 20_000]
    + [f"h1. {sign}a" * 20_000 for sign in "*-![|"],
)
def test_unclosed_markup_of_confluence_is_read_in_linear_time(line: str) -> None:
    assert confluence_to_markdown(line)


def test_only_the_title_of_a_macro_is_text() -> None:
    for macro, text in (
        ("{panel:bgColor=#fff|title=Tip}", "<b>Tip:</b>"),
        ("{expand:More}", "<b>More:</b>"),
        ("{panel:borderStyle=dashed|titleColor=#000}", ""),
    ):
        assert confluence_to_markdown(f"h1. A\n{macro}") == f"# A\n{text}"


def test_a_checklist_keeps_categories_and_priorities() -> None:
    playbook, _ = imported(
        "# Scorecard\n\n| Category | Question | Priority | Answer |\n|---|---|---|---|\n"
        "| Pain | What broke? | must | |\n| Money | Who pays? | could | |\n"
    )
    assert {text: (ask.why, ask.priority) for text, ask in asks(playbook).items() if ask.why} == {
        "What broke?": (("Category: Pain",), Priority.MUST),
        "Who pays?": (("Category: Money",), Priority.COULD),
    }


def test_struck_words_are_omitted() -> None:
    playbook, found = imported(
        "- What made you look ~~here~~ now?\n- ~~Who decides?~~ Who has to agree?\n- ~~Do you have a budget?~~\n"
        "- How <s>big</s> is it?\n\n<ul><li>What is next?</li><li><del>Who pays?</del></li></ul>\n"
    )
    assert list(asks(playbook))[:4] == ["What made you look now?", "Who has to agree?", "How is it?", "What is next?"]
    assert [(each.line, each.text) for each in found.draft.omitted] == [
        (1, "here"),
        (2, "Who decides?"),
        (3, "Do you have a budget?"),
        (4, "big"),
        (6, "Who pays?"),
    ]
    assert {each.reason for each in found.draft.omitted} == {"struck through"}


@pytest.mark.parametrize("mark", ["**", "__", ""])
@pytest.mark.parametrize("label", ["Answer", "Listen for", "A"])
def test_a_question_below_an_answer_without_a_period_is_a_question(label: str, mark: str) -> None:
    questions = ("What made you look now?", "Who noticed it first?", "Which team has to agree?")
    lines = [f"{mark}{question}{mark}\n{label}: 99.9 percent of them" for question in questions]
    playbook, _ = imported("# Leaks\n\n" + "\n".join(lines) + "\n")
    found = asks(playbook)
    assert tuple(found)[:3] == questions
    assert {found[question].listen_for for question in questions} == {("99.9 percent of them",)}


def test_a_sentence_that_continues_in_bold_stays_one_text() -> None:
    playbook, _ = imported(
        "- Who told you that\n  **Leaks** cost money?\n- Why **now\n  and not later**?\n- Who pays?\n"
    )
    assert list(asks(playbook))[:2] == ["Who told you that Leaks cost money?", "Why now and not later?"]


QUESTIONS = "- What made you look now?\n- Who notices a leak?\n- Who pays for it?\n"


@pytest.mark.parametrize("heading", ["## Outcomes", "## ✅ Next steps", "## Possible decisions"])
def test_a_list_of_outcomes_ends_the_call(heading: str) -> None:
    text = f"# Leaks\n\n## Ask\n\n{QUESTIONS}\n{heading}\n\n- **Go on:** a plan by Friday\n- Pause\n- Decline\n"
    playbook, found = imported(text)
    assert {outcome.id: str(outcome.decision) for outcome in playbook.outcomes.values()} == {
        "go": "go",
        "pause": "not-yet",
        "decline": "no-go",
    }
    verdict = asks(playbook)["What do we do from here?"]
    assert [(answer.label, answer.why) for answer in verdict.answers] == [
        ("Go on", ("a plan by Friday",)),
        ("Pause", ()),
        ("Decline", ()),
    ]
    assert not found.draft.omitted


@pytest.mark.parametrize(
    "items", ["- Send the notes\n- Book a room\n", "- Go\n- Proceed\n", "- Go\n- No, they said it\n  - why\n"]
)
def test_a_list_of_tasks_below_next_steps_has_no_outcomes(items: str) -> None:
    playbook, _ = imported(f"# Leaks\n\n## Ask\n\n{QUESTIONS}\n## Next steps\n\n{items}")
    assert list(playbook.outcomes) == ["next_step", "not_now", "not_a_fit"]


def test_a_goal_with_a_label_wins_over_the_first_sentence() -> None:
    playbook, found = imported(
        f"# Leaks\n\nTake your time.\n\n## Goals\n\n- Learn what a leak costs\n\n## Ask\n\n{QUESTIONS}"
    )
    assert playbook.goal == "Learn what a leak costs"
    assert [(each.line, each.text) for each in found.draft.omitted] == [(3, "Take your time.")]


def test_a_remark_of_the_author_is_no_goal() -> None:
    assert imported(f"%% a draft %%\n\n# Leaks\n\n{QUESTIONS}")[0].goal == ""


def test_a_warning_below_a_question_is_something_to_avoid() -> None:
    playbook, _ = imported(
        "- Who fixed it last time?\n  - ⚠️ Don't name their plumber\n  - a name\n- Who pays?\n- What next?\n"
    )
    asked = asks(playbook)["Who fixed it last time?"]
    assert (asked.avoid, asked.listen_for) == (("⚠️ Don't name their plumber",), ("a name",))


def test_the_id_of_a_page_is_not_part_of_its_title() -> None:
    found = import_document(QUESTIONS, "Leak survey 3f2a9c1b8d7e4f60a1b2c3d4e5f60718.md")
    assert (found.draft.title, found.name) == ("Leak survey", "leak_survey")


def test_a_table_of_points_has_the_score_bands_and_a_sentence_the_scale() -> None:
    playbook, _ = imported(
        "# Card\n\nScore each from 0 to 3.\n\n| Criterion | Weight | Score |\n|---|---|---|\n"
        "| The leak is known | 3 | |\n| Somebody pays | 2 | |\n\n"
        "| Total | Decision |\n|---|---|\n| 11-15 | Commit |\n| 6-10 | Wait |\n| 0-5 | Decline |\n"
    )
    assert {outcome.id: str(outcome.decision) for outcome in playbook.outcomes.values()} == {
        "commit": "go",
        "wait": "not-yet",
        "decline": "no-go",
    }
    known = asks(playbook)["The leak is known"]
    assert [(answer.label, dict(answer.points)) for answer in known.answers] == [
        ("0", {"": 0}),
        ("1", {"": 3}),
        ("2", {"": 6}),
        ("3", {"": 9}),
    ]


def test_a_list_of_replies_to_the_buyer_becomes_detours_only() -> None:
    pairs = {
        "Where is our data stored?": "In Frankfurt.",
        "Is there an uptime?": "99.9 % a month.",
        "Which standards apply?": "Two of them",
    }
    text = "# Answers\n\n" + "".join(f"**{question}**\nA: {reply}\n" for question, reply in pairs.items())
    playbook, found = imported(text)
    assert found.draft.is_library
    said = {detour.they_say[0]: detour.agenda[0] for detour in playbook.detours.values()}
    assert {they_say: item.text for they_say, item in said.items() if isinstance(item, Say)} == pairs


def test_a_footnote_is_a_remark_on_its_question() -> None:
    playbook, found = imported(
        "- Who signs[^1] this year?\n- Who pays\\[^b\\]?\n- What next?[^none]\n\n"
        "[^1]: Often somebody else.\n[^b]: Ask twice.\n"
    )
    asked = asks(playbook)
    assert asked["Who signs this year?"].why == ("Often somebody else.",)
    assert asked["Who pays?"].why == ("Ask twice.",)
    assert not [each for each in found.draft.omitted if "somebody" in each.text]


def test_a_column_of_priorities_and_one_of_sections_are_read() -> None:
    rows = "What happened?,Why now,Must\nWho saw it?,,Low\nWho pays?,Money,soon\n"
    playbook, _ = table_of(f"Name,Category,Priority\n{rows}")
    assert [getattr(item, "title", getattr(item, "text", "")) for item in playbook.agenda][:5] == [
        "Why now",
        "What happened?",
        "Who saw it?",
        "Money",
        "Who pays?",
    ]
    asked = asks(playbook)
    assert [asked[name].priority for name in ("What happened?", "Who saw it?", "Who pays?")] == [
        Priority.MUST,
        Priority.COULD,
        Priority.SHOULD,
    ]
    assert asked["Who pays?"].why == ("Priority: soon",)


def test_bold_lines_after_a_preparation_begin_the_call() -> None:
    playbook, found = imported(
        "**Before the call**\n\n- What do you know about them?\n\n**Questions**\n\n- What happened?\n- Who pays?\n\n"
        '**Objection: "Too expensive"**\n\nResponse: "What do you compare it with?"\n\n'
        '**Objection: "No time"**\n\nResponse: "What comes first?"\n'
    )
    assert [item.text for item in playbook.prep if isinstance(item, Ask)] == ["What do you know about them?"]
    assert [item.text for item in playbook.agenda if isinstance(item, Ask)][:2] == ["What happened?", "Who pays?"]
    assert [detour.they_say for detour in playbook.detours.values()] == [("Too expensive",), ("No time",)]
    assert not found.draft.omitted


def test_numbered_lines_in_capitals_are_sections() -> None:
    today = "# Leaks\n\n1. TODAY\n1.1 How do you plan?\n1.2 Who decides?\n\n"
    playbook, _ = imported(f"{today}2. CLOSING\nDo we meet again?\n   Yes - set the date\n   No - ask why\n")
    assert [section.title for section in playbook.sections][:2] == ["TODAY", "CLOSING"]
    labels = [answer.label for answer in asks(playbook)["Do we meet again?"].answers]
    assert labels == ["Yes", "No"]
