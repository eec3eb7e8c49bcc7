"""Recognized questions: the call follows, questions are ticked automatically, answers and requests wait for a key."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from memory_store import MemoryStore
from salesnerd_tui.call import actions
from salesnerd_tui.call.actions import SUGGESTION_SECONDS, CannotAct, accept
from salesnerd_tui.call.events import (
    Answered,
    Asked,
    Detoured,
    Ended,
    Event,
    Heard,
    Jumped,
    JumpReason,
    Mode,
    Origin,
    Place,
    Side,
)
from salesnerd_tui.call.outcome import end, ending_choices
from salesnerd_tui.call_session import CallSession, start_event
from salesnerd_tui.playbook.conditions import IsKnown
from salesnerd_tui.playbook.model import Ask, Decision, Detour, Gate, Outcome, Playbook, Say, Section

BEGAN = datetime(2026, 3, 1, 10, tzinfo=UTC)
PLAYBOOK = Playbook(
    "first_call",
    "First call",
    agenda=(
        Section("Why now"),
        Ask("trigger", "What happened that made you look at this now?", phrasings=("What set this off?",)),
        Ask("tried", "What have you tried so far?", phrasings=("What did you do about it before today?",)),
        Ask("cost", "What did that one time cost you, in hours or money?", follow_ups=("Who stayed late that night?",)),
        Ask("late_stop", "Who has stopped something like this late in the day?"),
    ),
    detours={
        "demo": Detour("demo", (Ask("proof", "What would you have to see?"),), ("Can you just show us a demo?",), "d"),
        "price": Detour("price", (Say("later", "Later."),), ("What does it cost?",), "p", repeatable=False),
    },
)


class Talk:
    """A call in which people speak; every sentence takes three seconds."""

    def __init__(self, playbook: Playbook = PLAYBOOK, events: Sequence[Event] = ()) -> None:
        self.seconds = events[-1].at if events else 0.0
        self.utterance = 0
        self.session = CallSession(playbook, MemoryStore(), lambda: self.seconds, events=events)
        if not events:
            self.session.record(start_event(playbook, Mode.LIVE, BEGAN, account="Acme"))

    def hear_user(self, text: str, *, final: bool = True) -> Talk:
        return self._hear(Side.ME, text, final)

    def hear_buyer(self, text: str, *, final: bool = True) -> Talk:
        return self._hear(Side.THEM, text, final)

    def wait(self, seconds: float) -> Talk:
        self.seconds += seconds
        return self

    def presses(self, action: Callable[[actions.CallContext], tuple[Event, ...]]) -> Talk:
        self.seconds += 1
        self.session.do(action)
        return self

    def undo(self) -> Talk:
        self.seconds += 1
        self.session.undo()
        return self

    @property
    def asked(self) -> set[str]:
        return set(self.session.state.asked)

    def answer(self, question: str) -> tuple[str, ...]:
        return self.session.state.known(question)

    def _hear(self, side: Side, text: str, final: bool) -> Talk:
        start, self.seconds = self.seconds, self.seconds + 3
        self.session.hear(Heard(self.seconds, side, side, start, self.seconds, text, final, self.utterance))
        self.utterance += final
        return self


def test_a_heard_question_is_marked_as_asked_and_the_call_follows() -> None:
    talk = Talk().hear_user("okay so um what have you tried so far")
    assert talk.asked == {"tried"}
    assert talk.session.state.place == Place("tried")
    asked, moved = talk.session.events[-2:]
    assert asked == Asked(asked.at, "tried", "What have you tried so far?", Origin.HEARD)
    assert isinstance(moved, Jumped)
    assert moved.reason is JumpReason.HEARD
    assert talk.answer("tried") == ()


def test_one_undo_reverts_the_mark_and_the_move() -> None:
    talk = Talk().hear_user("What have you tried so far?").undo()
    assert talk.session.state.place == Place("trigger")
    assert talk.asked == set()


def test_a_setting_keeps_the_call_where_it_is() -> None:
    talk = Talk()
    talk.session.follow_questions = False
    talk.hear_user("What have you tried so far?")
    assert talk.asked == {"tried"}
    assert talk.session.state.place == Place("trigger")


def test_the_call_stays_while_a_note_is_typed() -> None:
    talk = Talk()
    talk.session.can_move = lambda: False
    assert talk.hear_user("What have you tried so far?").session.state.place == Place("trigger")


def test_a_key_meant_for_the_previous_question_does_not_skip_the_heard_one() -> None:
    talk = Talk().hear_user("What have you tried so far?")
    with pytest.raises(CannotAct, match="moved to the question you asked"):
        talk.presses(actions.go_next)
    assert talk.presses(actions.go_next).session.state.place == Place("cost")


def test_a_question_of_a_detour_they_asked_for_takes_it() -> None:
    talk = Talk().hear_buyer("Could you just show us a demo?").hear_user("Sure, what would you have to see?")
    assert talk.session.state.place == Place("proof", detour="demo")
    assert talk.session.state.returns == (Place("trigger"),)
    assert talk.asked == {"proof"}
    assert not talk.session.suggestions.requests
    assert talk.undo().session.state.place == Place("trigger")


def test_a_question_asked_in_a_detour_leads_back_to_the_agenda() -> None:
    talk = Talk().presses(lambda context: actions.take_detour(context, "demo")).hear_user("What have you tried so far?")
    assert talk.session.state.place == Place("tried")
    assert talk.session.state.returns == ()


def test_one_key_undoes_the_mark_for_good() -> None:
    talk = Talk().hear_user("What have you tried so far?").undo()
    assert talk.asked == set()
    talk.hear_user("So what have you tried so far?")
    assert talk.asked == set()
    assert talk.session.suggestions.asked is not None
    assert talk.presses(accept).asked == {"tried"}


def test_an_undone_mark_stays_undone_after_a_crash() -> None:
    before = Talk().hear_user("What have you tried so far?").undo()
    after = Talk(events=before.session.events).hear_user("What have you tried so far?")
    assert after.asked == set()


def test_a_question_is_marked_before_the_sentence_is_final() -> None:
    assert Talk().hear_user("What have you tried so far? And", final=False).asked == {"tried"}


def test_a_statement_in_the_words_of_a_question_marks_nothing_as_asked() -> None:
    talk = Talk().hear_user("We have tried that so far with two teams.").hear_user("The last time it cost you hours.")
    assert talk.asked == set()


def test_the_follow_up_of_a_question_is_not_the_question() -> None:
    assert Talk().hear_user("And who stayed late that night?").asked == set()


def test_a_question_of_the_buyer_marks_nothing_as_asked() -> None:
    assert Talk().hear_buyer("What have you tried so far?").asked == set()


PERHAPS = "Has anyone stopped something like this before?"


def test_a_likely_question_waits_for_one_key() -> None:
    talk = Talk().hear_user(PERHAPS)
    offer = talk.session.suggestions.asked
    assert talk.asked == set()
    assert offer is not None
    assert (offer.question, offer.heard) == ("late_stop", PERHAPS)
    assert talk.presses(accept).asked == {"late_stop"}
    assert talk.session.suggestions.asked is None


def test_the_question_that_comes_next_needs_fewer_of_its_words() -> None:
    talk = Talk().hear_user("What did that one time cost you, in hours or money?").hear_buyer("Nine thousand, all in.")
    assert talk.hear_user(PERHAPS).asked == {"cost", "late_stop"}
    assert talk.answer("cost") == ("Nine thousand, all in.",)
    assert talk.session.state.place == Place("late_stop")


def test_the_first_question_after_a_statement_needs_fewer_of_its_words() -> None:
    agenda = (Say("opening", "Thanks for making the time."), *PLAYBOOK.agenda[-1:])
    assert Talk(Playbook("p", "P", agenda=agenda)).hear_user(PERHAPS).asked == {"late_stop"}


def test_a_line_that_is_read_aloud_is_not_a_question() -> None:
    line = "I'd like to hear your side first, then we can decide whether there's a next step for both of us."
    ask = Ask("verdict", "Does a next step make sense for both of us?", phrasings=("Is there a next step for us?",))
    agenda = (Say("opening", line), Ask("trigger", "What set this off?"), ask)
    talk = Talk(Playbook("p", "P", agenda=agenda)).hear_user(line)
    assert talk.session.suggestions.asked is None
    later = Talk(Playbook("p", "P", agenda=agenda)).presses(actions.go_next).hear_user(line)
    assert later.session.suggestions.asked is not None, "at another place the same words may be a question"


def test_a_suggestion_expires() -> None:
    talk = Talk().hear_user(PERHAPS).wait(SUGGESTION_SECONDS + 1)
    assert talk.session.suggestions.asked is None
    with pytest.raises(CannotAct, match="no suggestion to confirm"):
        talk.presses(accept)


def test_a_later_question_replaces_a_suggestion() -> None:
    talk = Talk().hear_user(PERHAPS).hear_user("What have you tried so far?")
    assert talk.session.suggestions.asked is None
    assert talk.asked == {"tried"}


def test_a_suggestion_can_be_rejected() -> None:
    talk = Talk().hear_user(PERHAPS)
    talk.session.reject_suggestion()
    assert not talk.session.suggestions
    with pytest.raises(CannotAct):
        talk.session.reject_suggestion()


def test_what_they_say_next_is_suggested_as_the_answer_and_saved_by_one_key() -> None:
    talk = (
        Talk()
        .hear_user("What have you tried so far?")
        .hear_buyer("Uh-huh.")
        .hear_buyer("A spreadsheet, and then two scripts.")
    )
    offer = talk.session.suggestions.answer
    assert offer is not None
    assert (offer.question, offer.words) == ("tried", "A spreadsheet, and then two scripts.")
    assert talk.answer("tried") == ()
    talk.presses(accept)
    assert talk.answer("tried") == ("A spreadsheet, and then two scripts.",)
    assert talk.session.state.notes["tried"][0].how is Origin.HEARD
    assert talk.session.suggestions.answer is None
    assert talk.session.state.place == Place("tried")


def test_the_next_question_confirms_the_answer() -> None:
    talk = Talk().hear_user("What have you tried so far?").hear_buyer("A spreadsheet, and then two scripts.")
    talk.hear_user("And what did that one time cost you, in hours or money?")
    assert talk.answer("tried") == ("A spreadsheet, and then two scripts.",)
    assert talk.asked == {"tried", "cost"}
    assert talk.undo().asked == {"tried"}
    assert talk.answer("tried")


def test_two_words_are_too_short_to_be_confirmed_by_the_next_question() -> None:
    talk = Talk().hear_user("What have you tried so far?").hear_buyer("Two scripts.")
    talk.hear_user("And what did that one time cost you, in hours or money?")
    assert talk.answer("tried") == ()


def test_accepting_a_likely_question_confirms_the_answer_before_it() -> None:
    talk = (
        Talk()
        .hear_user("What have you tried so far?")
        .hear_buyer("A spreadsheet, and then two scripts.")
        .hear_user(PERHAPS)
    )
    talk.hear_buyer("Purchasing did that to us twice.").presses(accept)
    assert talk.answer("tried") == ("A spreadsheet, and then two scripts.",)
    assert talk.presses(accept).answer("late_stop") == ("Purchasing did that to us twice.",)


def test_an_answered_question_collects_no_further_answer() -> None:
    talk = (
        Talk()
        .presses(lambda context: actions.jump(context, "tried"))
        .presses(lambda context: actions.note(context, "two scripts"))
    )
    talk.hear_user("What have you tried so far?").hear_buyer("As I said, two scripts and a spreadsheet.")
    assert talk.session.suggestions.answer is None
    assert talk.presses(actions.go_next).answer("tried") == ("two scripts",)


def test_a_question_split_by_the_recognizer_is_recognized() -> None:
    assert Talk().hear_user("so what did that one time").hear_user("cost you in hours or money").asked == {"cost"}


OPTIONS = Playbook(
    "options",
    "Options",
    agenda=(
        Ask("do_nothing", "What happens if you do nothing?"),
        Ask("other_ways", "What other options are you considering, including doing nothing?"),
    ),
)


@pytest.mark.parametrize("before", [(), ("What happens if you do nothing?", "Somebody will ask me in April.")])
def test_the_end_of_a_split_question_is_not_another_question(before: tuple[str, ...]) -> None:
    talk = Talk(OPTIONS)
    if before:
        talk.hear_user(before[0]).hear_buyer(before[1])
    talk.hear_user("And what other options are you looking at, including").hear_user("doing nothing?")
    talk.hear_buyer("We looked at two tools on the market.").presses(actions.go_next)
    assert talk.answer("other_ways") == ("We looked at two tools on the market.",)
    assert ("do_nothing" in talk.asked) == bool(before)


def test_a_short_question_after_an_answer_is_another_question() -> None:
    talk = Talk(OPTIONS).hear_user("what other options are you considering").hear_buyer("Two tools on the market.")
    assert talk.hear_user("if you do nothing?").asked == {"other_ways", "do_nothing"}


def test_n_confirms_the_answer_to_the_question_on_the_screen_and_one_undo_takes_both_back() -> None:
    talk = (
        Talk()
        .hear_user("What happened that made you look at this now?")
        .hear_buyer("Our auditor found two lost invoices.")
    )
    talk.presses(actions.go_next)
    assert talk.answer("trigger") == ("Our auditor found two lost invoices.",)
    assert talk.session.state.place == Place("tried")
    talk.undo()
    assert talk.answer("trigger") == ()
    assert talk.session.state.place == Place("trigger")


def test_next_marks_a_likely_question_as_asked() -> None:
    talk = Talk().hear_user("What happened that made you look at this now?").undo()
    talk.hear_user("What happened that made you look at this now?").hear_buyer("Our auditor found two lost invoices.")
    assert talk.session.suggestions.asked is not None
    talk.presses(actions.go_next)
    assert talk.answer("trigger") == ("Our auditor found two lost invoices.",)


def test_a_yes_alone_is_too_short_to_be_saved_as_the_answer() -> None:
    talk = (
        Talk()
        .hear_user("What happened that made you look at this now?")
        .hear_buyer("Yes, right.")
        .hear_buyer("Two invoices.")
    )
    talk.presses(actions.go_next)
    assert talk.answer("trigger") == ()
    assert talk.presses(accept).answer("trigger") == ("Two invoices.",)


def test_n_pressed_while_asking_does_not_lose_the_answer() -> None:
    talk = Talk().hear_user("What happened that made you look at this now?").presses(actions.go_next)
    talk.hear_buyer("Our auditor found two lost invoices.")
    assert talk.session.suggestions.answer is not None
    talk.hear_user("What have you tried so far?")
    assert talk.answer("trigger") == ("Our auditor found two lost invoices.",)


def test_leaving_another_question_drops_an_unconfirmed_answer() -> None:
    talk = Talk()
    talk.session.follow_questions = False
    talk.hear_user("What have you tried so far?").hear_buyer("A spreadsheet, and then two scripts.")
    talk.presses(actions.go_next)
    assert talk.session.suggestions.answer is None
    assert talk.answer("tried") == ()


def test_a_question_in_return_is_not_an_answer() -> None:
    talk = Talk().hear_user("What have you tried so far?").hear_buyer("What do you mean by tried, exactly?")
    assert talk.session.suggestions.answer is None


def test_a_typed_answer_wins() -> None:
    talk = (
        Talk()
        .hear_user("What happened that made you look at this now?")
        .hear_buyer("Our auditor found two lost invoices.")
    )
    talk.presses(lambda context: actions.note(context, "audit"))
    assert talk.session.suggestions.answer is None
    assert talk.presses(actions.go_next).answer("trigger") == ("audit",)


def test_of_an_answer_of_four_minutes_the_first_words_are_suggested() -> None:
    talk = Talk().hear_user("What have you tried so far?")
    for _ in range(20):
        talk.hear_buyer("We wrote a script and it broke again and then we wrote another one.")
    offer = talk.session.suggestions.answer
    assert offer is not None
    assert offer.words.endswith("…")
    assert len(offer.words.split()) <= 61


def test_the_words_of_a_buyer_suggest_their_detour() -> None:
    talk = Talk().hear_buyer("Sorry, can you just show us a demo?")
    offer = talk.session.suggestions.requests[0]
    assert offer is not None
    assert (offer.detour, offer.key) == ("demo", "d")
    talk.presses(accept)
    assert talk.session.state.place.detour == "demo"
    assert isinstance(talk.session.events[-1], Detoured)
    assert talk.session.events[-1].how is Origin.HEARD
    assert not talk.session.suggestions.requests


def test_a_detour_that_cannot_be_taken_is_not_suggested() -> None:
    talk = Talk().presses(lambda context: actions.take_detour(context, "price")).presses(actions.go_next)
    assert not talk.hear_buyer("And what does it cost?").session.suggestions.requests


def test_a_request_comes_before_an_answer_and_stays() -> None:
    talk = (
        Talk()
        .hear_user("What happened that made you look at this now?")
        .hear_buyer("Our auditor found two lost invoices.")
    )
    talk.hear_buyer("Could you just show us a demo?").hear_user("Sure.").hear_buyer("And what does it cost?").hear_user(
        "Good question."
    )
    assert [request.detour for request in talk.session.suggestions.requests] == ["price", "demo"]
    assert talk.session.suggestions.answer is None, "they have moved on: the answer's mark is gone"
    talk.wait(120)
    assert [request.detour for request in talk.session.suggestions.requests] == ["price", "demo"]


def test_the_next_question_saves_an_answer_whose_suggestion_has_expired() -> None:
    talk = (
        Talk()
        .hear_user("What happened that made you look at this now?")
        .hear_buyer("Our auditor found two lost invoices.")
    )
    talk.hear_buyer("Could you just show us a demo?").presses(actions.go_next)
    assert talk.answer("trigger") == ("Our auditor found two lost invoices.",)


def test_a_request_never_becomes_part_of_an_answer() -> None:
    talk = (
        Talk()
        .hear_user("What happened that made you look at this now?")
        .hear_buyer("Our auditor found two lost invoices.")
    )
    talk.hear_buyer("Okay, and what does it cost?").presses(actions.go_next)
    assert talk.answer("trigger") == ("Our auditor found two lost invoices.",)


def test_what_follows_a_request_is_not_part_of_the_answer_before() -> None:
    talk = (
        Talk()
        .hear_user("What happened that made you look at this now?")
        .hear_buyer("Our auditor found two lost invoices.")
    )
    talk.hear_buyer("And what does it cost?").hear_buyer("Just a rough number.").presses(actions.go_next)
    assert talk.answer("trigger") == ("Our auditor found two lost invoices.",)


def test_what_they_say_minutes_later_is_not_part_of_the_answer() -> None:
    talk = (
        Talk()
        .hear_user("What have you tried so far?")
        .hear_buyer("A spreadsheet, and then two scripts.")
        .hear_user("I see.")
    )
    talk.hear_buyer("They broke every month.")
    talk.hear_user(
        "We have something for that, which runs every night and writes a report to the person on duty that day."
    )
    talk.hear_buyer("Good, that is what our director would like to hear.").presses(accept)
    assert talk.answer("tried") == ("A spreadsheet, and then two scripts. They broke every month.",)


def test_the_mark_of_an_answer_expires() -> None:
    talk = Talk().hear_user("What have you tried so far?").hear_buyer("A spreadsheet, and then two scripts.")
    assert talk.session.suggestions.answer is not None
    assert talk.wait(SUGGESTION_SECONDS + 1).session.suggestions.answer is None


def test_a_request_stays_until_it_is_answered() -> None:
    talk = (
        Talk()
        .hear_buyer("And what does it cost?")
        .hear_user("Good question.")
        .hear_user("Before the price, what did it cost you?")
    )
    assert talk.session.suggestions.requests, "a promise to come back to it and a question answer nothing"
    talk.hear_user("The price is two hundred euros a month for each clinic, and the setup costs nothing extra at all.")
    assert talk.session.suggestions.requests
    talk.hear_user("Most clinics of your size pay for four, so that is eight hundred.")
    assert not talk.session.suggestions.requests


def test_the_next_question_ends_a_request_that_was_replied_to() -> None:
    talk = Talk().hear_buyer("And what does it cost?").hear_user("Six hundred a month.").hear_buyer("Good to know.")
    assert talk.session.suggestions.requests
    assert not talk.hear_user("What have you tried so far?").session.suggestions.requests


@pytest.mark.parametrize(
    "reply",
    [("I'll come back to that in a minute.", "Sure."), ("Sure.", "Thanks."), ("Six hundred a month.", "")],
    ids=["put off", "too short", "not taken"],
)
def test_the_next_question_ends_no_request_that_is_still_open(reply: tuple[str, str]) -> None:
    talk = Talk().hear_buyer("And what does it cost?").hear_user(reply[0]).hear_buyer(reply[1])
    talk.hear_user("What have you tried so far?")
    assert talk.asked == {"tried"}
    assert talk.session.suggestions.requests


def test_the_end_of_the_call_confirms_the_last_answer() -> None:
    talk = Talk().hear_user("What have you tried so far?").hear_buyer("A spreadsheet, and then two scripts.")
    talk.wait(SUGGESTION_SECONDS + 1).presses(lambda context: end(context, "go", {}))
    assert talk.answer("tried") == ("A spreadsheet, and then two scripts.",)
    assert talk.session.state.notes["tried"][0].how is Origin.HEARD
    assert isinstance(talk.session.events[-1], Ended)


def test_the_last_answer_counts_for_the_outcome_before_the_call_ends() -> None:
    gate = Gate("known", IsKnown("tried", True, "tried is known"))
    outcome = Outcome("go", Decision.GO, needs=(gate,))
    talk = Talk(replace(PLAYBOOK, outcomes={"go": outcome}))
    talk.hear_user("What have you tried so far?")
    assert [each.unmet for each in ending_choices(talk.session.context)] == [("known",)]
    talk.hear_buyer("A spreadsheet, and then two scripts.")
    assert [each.unmet for each in ending_choices(talk.session.context)] == [()]


def test_a_rejected_request_shows_the_one_before_it() -> None:
    talk = Talk().hear_buyer("Could you just show us a demo?").hear_buyer("And what does it cost?")
    talk.session.reject_suggestion()
    assert [request.detour for request in talk.session.suggestions.requests] == ["demo"]


def test_a_request_split_by_the_recognizer_is_recognized() -> None:
    talk = Talk().hear_buyer("so could you just").hear_buyer("show us a demo")
    assert [request.detour for request in talk.session.suggestions.requests] == ["demo"]


def test_a_request_is_pending_again_when_its_detour_is_undone() -> None:
    talk = Talk().hear_buyer("Could you just show us a demo?").presses(accept)
    assert not talk.session.suggestions.requests
    assert talk.undo().session.state.place == Place("trigger")
    assert [request.detour for request in talk.session.suggestions.requests] == ["demo"]


def test_a_mark_and_a_request_are_taken_by_their_own_keys() -> None:
    talk = Talk().hear_buyer("Could you just show us a demo?").hear_user("What have you tried so far?")
    talk.hear_buyer("A spreadsheet, and then two scripts.").presses(accept)
    assert talk.answer("tried") == ("A spreadsheet, and then two scripts.",)
    assert talk.session.suggestions.requests
    assert talk.presses(accept).session.state.place.detour == "demo"


def test_what_the_user_says_suggests_no_detour() -> None:
    assert not Talk().hear_user("Can you just show us a demo?").session.suggestions.requests


def test_without_a_suggestion_the_keys_say_so() -> None:
    talk = Talk()
    with pytest.raises(CannotAct):
        talk.presses(accept)
    with pytest.raises(CannotAct):
        talk.session.reject_suggestion()


def test_a_call_without_a_transcript_loads_no_matcher() -> None:
    program = (
        "import sys; from salesnerd_tui import call_session; "
        "sys.exit(any(name.endswith(('.question_matcher', '.question_tracker')) for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", program], timeout=60, check=False).returncode == 0


def test_another_playbook_is_recognized_from_the_switch_on() -> None:
    talk = Talk().hear_user("What have you tried so far?")
    talk.session.switch(Playbook("rfp", "RFP", agenda=(Ask("firm", "How firm is that deadline of yours?"),)))
    assert talk.hear_user("How firm is that deadline of yours?").asked == {"tried", "firm"}


SENTENCES = (
    "What have you tried so far?",
    "What happened that made you look at this now?",
    PERHAPS,
    "A spreadsheet, and then two scripts.",
    "Can you just show us a demo?",
    "Yes.",
    "",
)
KEYS = (actions.go_next, actions.skip, actions.go_back, actions.mark, accept)
STEPS = st.one_of(
    st.sampled_from(SENTENCES).map(lambda text: lambda talk: talk.hear_user(text)),
    st.sampled_from(SENTENCES).map(lambda text: lambda talk: talk.hear_buyer(text)),
    st.sampled_from(KEYS).map(lambda key: lambda talk: talk.presses(key)),
    st.just(Talk.undo),
)


@given(st.lists(STEPS))
def test_any_talk_and_any_keys_raise_nothing_but_cannot_act(steps: list[Callable[[Talk], Talk]]) -> None:
    talk = Talk()
    for step in steps:
        with suppress(CannotAct):
            step(talk)
    answered = [event for event in talk.session.events if isinstance(event, Answered)]
    assert all(event.note for event in answered)
    assert all(event.how is Origin.HEARD for event in answered)


@given(st.lists(st.tuples(st.sampled_from(SENTENCES), st.booleans())))
def test_talk_moves_the_call_only_to_a_question_that_was_asked(talked: list[tuple[str, bool]]) -> None:
    talk = Talk()
    for sentence, mine in talked:
        talk.hear_user(sentence) if mine else talk.hear_buyer(sentence)
    assert talk.session.state.place.item in {"trigger", *talk.asked}
