"""Beliefs about an account: what a call touches, what the calls say together, and which one to test next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from invented_calls import PLAYBOOK, Call
from salesnerd_tui.call.events import (
    HypothesisJudged,
    Mode,
    NoteKind,
    Origin,
    PlanKind,
    PlanSet,
    Prepared,
    Recalled,
    Verdict,
)
from salesnerd_tui.call.state import fold
from salesnerd_tui.review.debrief.builder import build_debrief
from salesnerd_tui.review.debrief.hypotheses import (
    Belief,
    BeliefSource,
    BeliefState,
    belief_source,
    beliefs,
    find_riskiest,
    hypothesis_results,
    touch_text,
    undecided,
)
from salesnerd_tui.review.debrief.model import HypothesisResult
from salesnerd_tui.review.debrief_page import hypothesis_texts
from salesnerd_tui.review.prep import EarlierCall, EarlierCalls, build_sheet
from thoroughness import examples

BELIEF = "Nobody counted what the double bills cost"
MONDAY = datetime(2026, 11, 2, 10, tzinfo=UTC)


def believing(text: str = BELIEF, question: str = "", disproof: str = "") -> Call:
    call = Call().add(PlanSet(0.0, PlanKind.HYPOTHESIS, question, text))
    return call.add(PlanSet(0.0, PlanKind.DISPROOF, text, disproof)) if disproof else call


def result_of(call: Call) -> HypothesisResult:
    (result,) = build_debrief(call.events).tested
    return result


# what a call touches


def test_an_answer_to_its_question_touches_a_hypothesis() -> None:
    result = result_of(believing(question="cost").answered(30, "cost", "What did it cost?", "two days a month"))
    assert (result.touched, result.quote, result.heard) == (True, "two days a month", False)


def test_asking_its_question_touches_it_without_a_quote() -> None:
    result = result_of(believing(question="cost").asked(30, "cost", "What did it cost?"))
    assert (result.touched, result.quote) == (True, "")


def test_a_note_that_shares_words_touches_it() -> None:
    result = result_of(believing().noted(40, "bills are never counted", NoteKind.QUOTE).noted(50, "the board meets"))
    assert (result.touched, result.quote) == (True, "bills are never counted")


def test_a_note_is_split_into_words_once_however_many_hypotheses_there_are() -> None:
    class Counted(str):
        splits = 0

        def lower(self) -> str:
            Counted.splits += 1
            return super().lower()

    call = Call().noted(40, Counted("bills are never counted"), NoteKind.QUOTE)
    for number in range(20):
        call.add(PlanSet(0.0, PlanKind.HYPOTHESIS, "", f"{BELIEF} in month {number}"))
    assert len([result for result in hypothesis_results(fold(call.events)) if result.touched]) == 20
    assert Counted.splits == 1


def test_a_note_that_shares_words_with_the_disproof_touches_it() -> None:
    result = result_of(believing(disproof="finance shows a yearly figure").noted(40, "finance has a figure for it"))
    assert result.quote == "finance has a figure for it"


def test_a_statement_of_the_buyer_touches_it_and_is_marked_as_heard() -> None:
    said = "Last month we counted the double bills, and they cost us two days."
    result = result_of(believing().they_say(10, 20, said))
    assert (result.touched, result.quote, result.heard) == (True, said, True)


def test_the_closest_remark_is_proposed_and_the_latest_of_equals() -> None:
    call = (
        believing().noted(10, "bills cost time").noted(20, "nobody counted the bills").noted(30, "nobody counts bills")
    )
    assert result_of(call).quote == "nobody counts bills"


def test_only_words_of_the_buyer_are_quoted() -> None:
    noted = result_of(believing().noted(40, "nobody counts bills"))
    assert touch_text(noted) == "You noted: nobody counts bills"
    assert "noted: nobody counts bills" in hypothesis_texts(noted)
    picked = result_of(believing(question="cost").answered(30, "cost", "What did it cost?", label="never counted"))
    assert touch_text(picked) == "You noted: never counted", "a label is not a quote"
    quoted = result_of(believing().noted(40, "nobody counts bills", NoteKind.QUOTE))
    assert touch_text(quoted) == "They said “nobody counts bills”"
    heard = result_of(believing().they_say(10, 20, "Nobody here ever counted the double bills by hand."))
    assert touch_text(heard) == "They said “Nobody here ever counted the double bills by hand.”"
    assert touch_text(result_of(believing(question="cost").asked(30, "cost", "What did it cost?"))) == ""


@pytest.mark.parametrize("text", ["the board meets in March", "bills", ""])
def test_other_words_do_not_touch_it(text: str) -> None:
    assert not result_of(believing().noted(40, text)).touched


def test_what_the_user_wrote_or_promised_does_not_touch_it() -> None:
    call = believing(question="cost").add(Prepared(0.0, "prep"), Recalled(0.0, "cost", "bills cost a lot", "prep"))
    call.noted(0.0, "ask who counted the bills").noted(40, "I send what the double bills cost", NoteKind.PROMISE)
    assert not result_of(call).touched


def test_a_prep_touches_nothing() -> None:
    call = believing().noted(40, "nobody counted the double bills")
    call.events[0] = replace(call.events[0], mode=Mode.PREP)
    assert not result_of(call).touched


def test_a_hypothesis_of_one_word_needs_only_that() -> None:
    assert result_of(believing("it is the money").noted(40, "the money is there")).touched


def test_the_latest_verdict_of_a_call_counts() -> None:
    call = believing(question="cost").answered(30, "cost", "What did it cost?", "no idea")
    assert [each.text for each in undecided(build_debrief(call.events).tested)] == [BELIEF]
    call.add(HypothesisJudged(40, BELIEF.upper(), Verdict.AGAINST, "no"))
    call.add(HypothesisJudged(41, BELIEF, Verdict.FOR, "no idea", Origin.HEARD))
    result = result_of(call)
    assert (result.verdict, result.quote, result.heard) == (Verdict.FOR, "no idea", True)
    assert undecided(build_debrief(call.events).tested) == ()


# what the calls say together


def source(
    day: int,
    verdict: Verdict | None = None,
    quote: str = "",
    *,
    text: str = BELIEF,
    question: str = "",
    wrong: str = "",
) -> BeliefSource:
    result = HypothesisResult(text, question, verdict=verdict, quote=quote, disproof=wrong)
    return BeliefSource(f"call {day}", MONDAY + timedelta(days=day), (result,))


def merge(*sources: BeliefSource) -> Belief:
    (result,) = beliefs(sources)
    return result


FOR, AGAINST, DISPROVED, UNTOUCHED = Verdict.FOR, Verdict.AGAINST, Verdict.DISPROVED, Verdict.UNTOUCHED


@pytest.mark.parametrize(
    ("verdicts", "state"),
    [
        ((), BeliefState.UNTESTED),
        ((None, UNTOUCHED), BeliefState.UNTESTED),
        ((FOR,), BeliefState.SUPPORTED),
        ((FOR, UNTOUCHED), BeliefState.SUPPORTED),
        ((FOR, AGAINST), BeliefState.WEAKENED),
        ((AGAINST, FOR), BeliefState.SUPPORTED),
        ((FOR, DISPROVED), BeliefState.DISPROVED),
        ((DISPROVED, AGAINST), BeliefState.DISPROVED),
        ((DISPROVED, AGAINST, FOR), BeliefState.SUPPORTED),
    ],
)
def test_the_latest_evidence_decides_but_a_disproof_holds_until_support(
    verdicts: Sequence[Verdict | None], state: BeliefState
) -> None:
    result = merge(source(0), *(source(day, verdict) for day, verdict in enumerate(verdicts, 1)))
    assert result.state is state
    assert result.since == MONDAY


def test_the_best_evidence_is_the_latest_quote_for_the_state() -> None:
    result = merge(source(1, FOR, "she signs"), source(2, AGAINST, "he signs"), source(3, FOR))
    assert result.best is not None
    assert (result.best.quote, result.best.said_at) == ("she signs", MONDAY + timedelta(days=1))
    assert merge(source(1)).best is None


def test_spellings_of_a_belief_are_merged_with_its_question_and_disproof() -> None:
    result = merge(
        source(1, text="the CFO  decides", question="who", wrong="she asks somebody"), source(2, text="The CFO decides")
    )
    assert (result.text, result.question, result.disproof) == ("The CFO decides", "who", "she asks somebody")


def test_untested_beliefs_come_first() -> None:
    result = beliefs(
        (
            source(1, DISPROVED, text="d"),
            source(2, FOR, text="c"),
            source(3, AGAINST, text="b"),
            source(5, text="young"),
            source(4, text="old"),
        )
    )
    assert [each.text for each in result] == ["old", "young", "b", "c", "d"]


def test_calls_without_a_date_or_time_zone_are_accepted() -> None:
    naive = BeliefSource("b", datetime(2026, 1, 1), source(0, FOR).results)
    last = BeliefSource("a", None, source(0, AGAINST).results)
    assert [each.call for each in merge(last, naive, source(0)).evidence] == ["b", "a"]


def test_a_stored_call_gives_its_hypotheses() -> None:
    call = believing().add(HypothesisJudged(50, BELIEF, FOR, "we never counted"))
    (result,) = beliefs([belief_source("id", fold(call.events))])
    assert result.state is BeliefState.SUPPORTED
    assert result.evidence[0].call == "id"


ANY_SOURCES = st.lists(
    st.builds(
        source,
        st.integers(0, 6),
        st.sampled_from((None, *Verdict)),
        st.sampled_from(("", "a", "b")),
        text=st.sampled_from(("one", "One", "two")),
        question=st.sampled_from(("", "cost")),
        wrong=st.sampled_from(("", "x")),
    ),
    max_size=6,
    unique_by=lambda each: each.call,
)


@given(ANY_SOURCES, st.randoms(use_true_random=False))
@settings(max_examples=examples(200), deadline=None)
def test_file_order_does_not_matter_and_a_deleted_call_leaves_no_evidence(
    sources: list[BeliefSource], random: Random
) -> None:
    shuffled = list(sources)
    random.shuffle(shuffled)
    assert beliefs(shuffled) == beliefs(sources)
    for each in sources:
        left = beliefs(other for other in sources if other is not each)
        assert each.call not in {evidence.call for belief in left for evidence in belief.evidence}
    if all(result.verdict in (None, UNTOUCHED) for each in sources for result in each.results):
        assert {belief.state for belief in beliefs(sources)} <= {BeliefState.UNTESTED}


# which one to test next


def test_the_riskiest_belief_concerns_a_must_then_is_oldest_then_has_no_disproof() -> None:
    result = beliefs(
        (
            source(1, text="old", wrong="x"),
            source(1, text="old and vague"),
            source(3, text="of a must", question="cost"),
            source(2, text="of a question", question="who"),
            source(0, FOR, text="supported", question="cost"),
        )
    )
    order: list[str] = []
    while (most := find_riskiest(result, {"cost"}, order)) is not None:
        order.append(most.text)
    assert order == ["of a must", "old and vague", "old", "of a question"]
    assert find_riskiest(()) is None


def test_a_hypothesis_removed_in_the_open_prep_is_not_on_its_sheet() -> None:
    prep = believing()
    stored = EarlierCall("prep", fold(prep.events))
    page = build_sheet(fold(prep.undone(1).events), PLAYBOOK, EarlierCalls(preps=(stored,)), MONDAY.date())
    assert page.beliefs == ()
    assert [
        each.text for each in build_sheet(stored.state, PLAYBOOK, EarlierCalls(preps=(stored,)), MONDAY.date()).beliefs
    ] == [BELIEF]
