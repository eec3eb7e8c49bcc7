"""Rehearsal buyer: answers what was asked, and repeats a run with the same seed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from salesnerd_tui.playbook.coach_settings import CoachSettings, ProductTalk
from salesnerd_tui.playbook.model import Answer, Ask, Buyer, Detour, Interruption, Playbook, Section
from salesnerd_tui.rehearsal.buyer import UNKNOWN_ANSWERS, LineReason, PlaybookBuyer, RehearsalState, UserTurn
from salesnerd_tui.rehearsal.user_speech import CoachSpeechReader

DANA = Buyer(
    "dana",
    picks={"verdict": "Not this quarter"},
    says={
        "trigger": "The auditor found forty double bills.",
        "cost": "Two days a month.",
        "proof": "Our October file.",
    },
    hides={"last_time": "A patient cried at the front desk.", "cost": "And a refund of eleven hundred."},
    interrupts=(Interruption("trigger", "demo", "Could I just see it?"),),
    if_jargon="Sorry, what does that mean for us?",
    if_pitch="That's what the last one said too.",
    otherwise="I'd have to look that up.",
)
PLAYBOOK = Playbook(
    "first_call",
    "First call",
    agenda=(
        Section("Why now", product_talk=ProductTalk.AVOID),
        Ask(
            "trigger",
            "What happened that made you look at this now?",
            answers=(Answer("My boss asked", "My boss asked", follow_ups=("What did your boss see?",)),),
        ),
        Ask("last_time", "Walk me through the last time it happened.", follow_ups=("Who noticed it first?",)),
        Ask("cost", "What did that one time cost you?", follow_ups=("Who had to stay late?",)),
        Ask("verdict", "Is a next step worth it?", answers=(Answer("Not this quarter", "Not this quarter, sorry"),)),
    ),
    detours={
        "demo": Detour("demo", (Ask("proof", "What would you have to see in a demo?"),), they_say=("Show us a demo",))
    },
    coach=CoachSettings(jargon={"webhook": "your other program hears it at once", "CRDT": "two can edit at once"}),
    buyers={"dana": DANA},
)
TRIGGER, COST = "What happened that made you look at this now?", "What did that one time cost you?"


class Rehearsal:
    """Rehearsal in which `say` returns the buyer's answers, all spoken before the user continues."""

    def __init__(self, buyer: Buyer = DANA, seed: int = 1, playbook: Playbook = PLAYBOOK) -> None:
        self.side = PlaybookBuyer(playbook, buyer, seed, CoachSpeechReader(playbook))
        self.state: RehearsalState = self.side.start()

    def say(
        self, text: str, heard_lines: int | None = None, *, has_pitch: bool = False, current_question: str = "trigger"
    ) -> list[str]:
        turn = UserTurn(
            text,
            len(self.state.lines) if heard_lines is None else heard_lines,
            has_pitch=has_pitch,
            current_question=current_question,
        )
        self.state = self.side.respond(self.state, turn)
        return [line.text for line in self.state.lines]

    @property
    def reasons(self) -> list[LineReason]:
        return [line.reason for line in self.state.lines]


@pytest.fixture
def call() -> Rehearsal:
    return Rehearsal(replace(DANA, interrupts=()))


def test_the_buyer_answers_a_question_in_any_wording(call: Rehearsal) -> None:
    assert call.say("So, Dana, what happened that made you look at this just now?") == [DANA.says["trigger"]]
    assert call.say("And what did that cost you, that one time?") == ["Two days a month."]


def test_a_statement_gets_a_nod(call: Rehearsal) -> None:
    call.say("Thanks for the time. Your side first.")
    assert call.reasons == [LineReason.NOD]


def test_a_buyer_without_an_answer_says_so(call: Rehearsal) -> None:
    assert call.say("What is the weather like in Lisbon?") == ["I'd have to look that up."]


def test_a_buyer_who_only_picks_says_the_label(call: Rehearsal) -> None:
    assert call.say("Is a next step worth it?") == ["Not this quarter, sorry"]


def test_hidden_facts_are_revealed_only_when_asked_for(call: Rehearsal) -> None:
    hidden = DANA.hides["last_time"]
    assert hidden not in call.say(TRIGGER) + call.say(COST) + call.say("Tell me more about your company.")
    assert call.say("Who noticed it first?") == [hidden]
    assert call.say("Who noticed it first?")[0] in (DANA.otherwise, *UNKNOWN_ANSWERS), "there is nothing more to it"


def test_repeating_their_words_makes_the_buyer_say_more(call: Rehearsal) -> None:
    """The buyer mentioned the front desk; a follow-up about it reveals what the buyer holds back."""
    word = max(DANA.hides["last_time"].strip(".").split(), key=len)
    call.say(TRIGGER)
    assert call.say(f"What about the {word}, then?") == [DANA.hides["last_time"]]


def test_a_buyer_does_not_say_the_same_thing_six_times(call: Rehearsal) -> None:
    said = [call.say(f"How long is a piece of string, take {number}?")[0] for number in range(3)]
    assert len(set(said)) == 3


def test_a_follow_up_brings_out_what_the_question_did_not(call: Rehearsal) -> None:
    call.say(COST)
    assert call.say("Who had to stay late?") == ["And a refund of eleven hundred."]


def test_a_repeated_question_gets_the_same_answer(call: Rehearsal) -> None:
    call.say(TRIGGER)
    assert call.say(TRIGGER) == [DANA.says["trigger"]]
    assert call.reasons == [LineReason.REPETITION]


def test_the_buyer_asks_about_jargon_once_and_answers_the_question_afterwards(call: Rehearsal) -> None:
    assert call.say(f"We send webhooks. {TRIGGER}") == ["Sorry, what does that mean for us?"]
    assert call.say("Your other system hears of it automatically.") == [DANA.says["trigger"]]
    assert call.say("Webhooks again.") != ["Sorry, what does that mean for us?"]


def test_a_word_that_the_buyer_used_is_not_jargon() -> None:
    call = Rehearsal(replace(DANA, interrupts=(), says={"trigger": "Our webhook broke."}))
    call.say(TRIGGER)
    assert call.say(f"The webhook, then. {COST}") == ["And a refund of eleven hundred."]


def test_a_pitch_is_recognized_by_the_coach_and_answered_coolly(call: Rehearsal) -> None:
    assert call.say("We have a dashboard with filters.", has_pitch=True) == ["That's what the last one said too."]
    assert call.say("We have a dashboard with filters.") != ["That's what the last one said too."]


@pytest.mark.parametrize("seed", range(12))
def test_the_buyer_interrupts_once_at_once_or_at_the_next_question(seed: int) -> None:
    call = Rehearsal(seed=seed)
    said = [*call.say(TRIGGER), *call.say(COST), *call.say(COST), *call.say(TRIGGER)]
    assert said.count("Could I just see it?") == 1
    assert said.index("Could I just see it?") == 1


def test_the_seed_decides_when_the_buyer_interrupts() -> None:
    assert len({len(Rehearsal(seed=seed).say(TRIGGER)) for seed in range(12)}) == 2


def test_an_interruption_that_was_talked_over_comes_again() -> None:
    seed = next(seed for seed in range(12) if len(Rehearsal(seed=seed).say(TRIGGER)) == 2)
    call = Rehearsal(seed=seed)
    call.say(TRIGGER)
    call.say(COST, heard_lines=1)
    assert "Could I just see it?" in [*call.say(TRIGGER), *call.say(TRIGGER)]


def test_a_user_who_interrupts_a_thought_gets_the_answer_later(call: Rehearsal) -> None:
    call.say(TRIGGER)
    assert call.say("I mean, in the last month.", heard_lines=0) == [DANA.says["trigger"]]


@pytest.mark.parametrize("seed", range(6))
def test_no_interruption_follows_an_answer_that_was_not_given(seed: int) -> None:
    call = Rehearsal(seed=seed)
    call.say(TRIGGER)
    assert call.say("I mean, this spring.", heard_lines=0)[0] == DANA.says["trigger"]


def test_where_product_talk_is_allowed_a_statement_is_an_answer() -> None:
    call = Rehearsal(replace(DANA, says={"trigger": "That I can repeat."}, interrupts=()))
    turn = UserTurn("Each bill is counted once.", current_question="trigger", allows_product_talk=True)
    assert [line.text for line in call.side.respond(call.state, turn).lines] == ["That I can repeat."]


def test_a_buyer_without_words_of_their_own_still_answers() -> None:
    call = Rehearsal(Buyer("mute"))
    assert call.say("What happened?") == ["How do you mean?"]
    assert call.say("Webhooks!", has_pitch=True) != []


@given(
    st.integers(),
    st.lists(st.sampled_from((TRIGGER, COST, "We use webhooks.", "Hm.", "Who noticed it first?")), max_size=8),
)
def test_the_same_seed_and_words_give_the_same_call(seed: int, words: list[str]) -> None:
    first, second = Rehearsal(seed=seed), Rehearsal(seed=seed)
    for said in words:
        first.say(said)
        second.say(said)
        assert first.state == second.state
