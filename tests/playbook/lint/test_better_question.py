"""Better questions: each is one that people would say, or there is none."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesnerd_tui.playbook.lint.better_question import Weakness, find_weakness
from salesnerd_tui.playbook.lint.linter import lint
from salesnerd_tui.playbook.lint.rule import sample

PROPOSED = [
    ("Do you have problems with billing?", Weakness.YES_NO, "When did billing last cause you trouble?"),
    ("Does your team review the contracts?", Weakness.YES_NO, "When did your team last review the contracts?"),
    ("Do you still print labels today?", Weakness.YES_NO, "When did you last print labels?"),
    (
        "Have you ever missed a delivery date?",
        Weakness.YES_NO,
        "What happened the last time you missed a delivery date?",
    ),
    ("Have you written it down?", Weakness.YES_NO, "What happened the last time you wrote it down?"),
    ("Did your boss stop the project?", Weakness.YES_NO, "What happened when your boss stopped the project?"),
    ("Does anyone check the invoices?", Weakness.YES_NO, "Who checks the invoices?"),
    ("Has anybody complained about it?", Weakness.YES_NO, "Who has complained about it?"),
    ("Are you looking for a new carrier?", Weakness.YES_NO, "What made you look for a new carrier?"),
    ("Are you trying to hire?", Weakness.YES_NO, "What have you done so far to hire?"),
    ("Is there anyone who can say no?", Weakness.YES_NO, "Who can say no?"),
    ("Do you have any doubts?", Weakness.YES_NO, "What doubts do you have?"),
    ("Is there a process for refunds?", Weakness.YES_NO, "What does the process for refunds look like today?"),
    ("Would you use a dashboard?", Weakness.HYPOTHETICAL, "When did you last need a dashboard?"),
    ("Would you pay for this?", Weakness.HYPOTHETICAL, "What have you paid so far?"),
    ("How likely are you to recommend your bank?", Weakness.HYPOTHETICAL, "When did you last recommend your bank?"),
    ("What do you think about your bank?", Weakness.OPINION, "What happened the last time you dealt with your bank?"),
    ("How important is speed to you?", Weakness.OPINION, "What have you done for speed this year?"),
    ("How satisfied are you with your carrier?", Weakness.RATING, "When did your carrier last let you down?"),
    (
        "How satisfied are you with your tool on a scale of 1 to 10?",
        Weakness.RATING,
        "When did your tool last let you down?",
    ),
    ("Do you and your boss agree on this?", Weakness.YES_NO, ""),
    ("What would you do if the server went down?", Weakness.HYPOTHETICAL, ""),
    ("Don't your customers complain about that?", Weakness.LEADING, ""),
    ("On a scale of 1 to 10, how bad are the delays?", Weakness.RATING, "What did the delays cost you the last time?"),
    ("You count everything by hand, right?", Weakness.LEADING, "When did you last count everything by hand?"),
    (
        "Wouldn't it be great if you could close the month in a day?",
        Weakness.LEADING,
        "What happened the last time you had to close the month in a day?",
    ),
]

PATTERN_ONLY = [
    ("Do you want this?", Weakness.YES_NO),
    ("Do you call them or do they call you?", Weakness.YES_NO),
    ("Are you seeing any delays?", Weakness.YES_NO),
    ("Have you thought about it?", Weakness.YES_NO),
    ("Can you imagine working with us?", Weakness.HYPOTHETICAL),
    ("How do you feel about our product?", Weakness.OPINION),
    ("How important is it for you to grow?", Weakness.OPINION),
    ("How happy are you with our support?", Weakness.RATING),
    ("Don't you think that is too slow?", Weakness.LEADING),
    ("Surely that costs you customers?", Weakness.LEADING),
]

GOOD = [
    "What happened the last time?",
    "Who noticed first?",
    "Walk me through it.",
    "Would you be willing to share the report?",
    "Would you be open to a second call?",
    "Can you tell me how that went?",
    "What would you have to see?",
    "How did you decide on the last one?",
    "Right, and who signs?",
]


@pytest.mark.parametrize(("question", "weakness", "better"), PROPOSED)
def test_a_weak_question_gets_a_proposal_about_what_happened(question: str, weakness: Weakness, better: str) -> None:
    found = find_weakness(question)
    assert found is not None
    assert (found.weakness, found.better) == (weakness, better)


@pytest.mark.parametrize(("question", "weakness"), PATTERN_ONLY)
def test_without_a_proposal_the_hint_is_a_pattern(question: str, weakness: Weakness) -> None:
    found = find_weakness(question)
    assert found is not None
    assert (found.weakness, found.better) == (weakness, "")
    (finding,) = lint(Path("sample.yaml"), [], sample(f"- ask: {question}\n  id: trigger\n")).findings
    assert "`" in finding.hint


@pytest.mark.parametrize("question", GOOD)
def test_a_good_question_has_no_weakness(question: str) -> None:
    assert find_weakness(question) is None


@pytest.mark.parametrize("word", ["anything", "the reports", "today", "your boss", "with this", "never", "both", "who"])
@pytest.mark.parametrize("opening", ["Did they", "Do you", "Does your team"])
def test_a_word_that_is_not_a_verb_gets_no_proposal(opening: str, word: str) -> None:
    found = find_weakness(f"{opening} {word}?")
    assert found is not None
    assert found.better == ""


_OPENINGS = (
    "Do you", "Does your team", "Did they", "Have you ever", "Has anyone", "Are you", "Is there a", "Would you use",
    "How important is", "How satisfied are you with", "What do you think of", "Don't you", "You", "Is there anyone who",
    "Do you have any", "Do you have to", "How likely are you to", "Would it help if you could",
)  # fmt: skip
_PIECES = (
    "use", "have", "check", "the", "reports", "your boss", "a new tool", "any", "anything", "write", "stopped", "seen",
    "needing", "for", "with", "today", "ever", "this", "our", "something like it", "or", "much", "plan", "who", "why",
)  # fmt: skip


@given(
    st.sampled_from(_OPENINGS),
    st.lists(st.sampled_from(_PIECES), max_size=7),
    st.sampled_from(("?", ", right?", " today?")),
)
def test_a_proposed_question_is_never_weak(opening: str, rest: list[str], end: str) -> None:
    found = find_weakness(" ".join([opening, *rest]) + end)
    if found and found.better:
        assert find_weakness(found.better) is None
        assert found.better.endswith("?")
        assert found.better[0].isupper()
        assert not re.search(r"\b(?:any\w*|ever|or)\b|  ", found.better)


@given(st.text(max_size=200))
def test_any_text_is_accepted(text: str) -> None:
    found = find_weakness(text)
    assert found is None or 0 <= found.start < found.start + found.length <= len(text)
