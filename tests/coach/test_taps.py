"""When the coach taps, and when it does not."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from coach_story import FEATURES, Story

from salesnerd_tui.call import tap_text
from salesnerd_tui.call.events import Dismissal, FloorTaken, Heard, Side, TapBasis, TapKind, Tapped
from salesnerd_tui.call.view import MIN_SHOWN_SECONDS
from salesnerd_tui.coach.engine import Coach, judge
from salesnerd_tui.coach.limits import Limits
from salesnerd_tui.coach.sentences import split_words
from salesnerd_tui.coach.signals.invitations import HandOver
from salesnerd_tui.coach.tap_cadence import DRIFT_KINDS
from salesnerd_tui.playbook.coach_settings import CoachSettings, ProductTalk

JARGON = (
    "Under the hood we fine-tuned a transformer on a corpus of eight million tokens, quantized to four bits, so that "
    "inference fits on a single GPU. The embeddings go into a vector index with product quantization, and retrieval is "
    "hybrid, so BM25 plus cosine similarity, reranked by a cross-encoder. We evaluate with a held-out set and track "
    "precision and recall per class in Grafana. The prompts are versioned, and we run regression tests in the pipeline "
    "on every commit. The API is GraphQL behind a proxy, and the cache is Redis."
)


def test_an_unprompted_tour_is_tapped_while_it_lasts() -> None:
    call = Story()
    call.them("We run the support desk for a chain of shops.")
    start = call.at
    call.me(FEATURES)
    (tap,) = call.taps
    assert tap.kind is TapKind.OVER_EXPLAINING
    assert start < tap.at < call.at
    assert "not asked" in tap_text.reason(tap)
    assert tap.quote


def test_there_are_no_taps_in_the_opening() -> None:
    call = Story(after=0)
    call.me(FEATURES, seconds=29)
    assert call.taps == []


def test_a_tap_names_the_turn_it_came_in() -> None:
    call = Story()
    call.them("We run the support desk for a chain of shops.")
    turn = call.turn
    call.me(FEATURES)
    assert [tap.turn for tap in call.taps] == [turn]


def test_there_are_no_taps_while_the_buyer_talks() -> None:
    call = Story()
    call.me(FEATURES)
    shown = len(call.taps)
    call.them("We have three people who answer the phone, and they all keep their own lists of what was said. " * 8)
    call.wait(10)
    assert len(call.taps) == shown


def test_handing_back_clears_the_tap() -> None:
    call = Story()
    call.me(FEATURES)
    call.me("How do you do it today?")
    events = call.them("By hand.")
    assert [event.how for event in call.dismissals] == [Dismissal.HANDED_BACK]
    assert events


def test_an_ignored_tap_expires() -> None:
    call = Story()
    call.me(FEATURES)
    call.wait(25)
    assert Dismissal.EXPIRED in [event.how for event in call.dismissals]


def test_a_tap_can_be_dismissed_once() -> None:
    call = Story()
    call.me(FEATURES)
    assert [event.how for event in call.coach.dismiss(call.at)] == [Dismissal.DISMISSED]
    assert call.coach.dismiss(call.at) == ()


def test_taps_keep_their_intervals() -> None:
    call = Story()
    for _ in range(6):
        call.me(FEATURES)
    times = [tap.at for tap in call.taps]
    assert len(times) >= 3
    assert all(later - earlier >= 20 for earlier, later in pairwise(times))
    for kind in TapKind:
        same = [tap.at for tap in call.taps if tap.kind is kind]
        assert all(later - earlier >= 60 for earlier, later in pairwise(same))


def test_one_long_turn_does_not_mask_the_rest_of_the_call() -> None:
    call = Story()
    call.me(FEATURES * 3)
    before = len(call.taps)
    call.them("We would rather talk about the shops, to be honest with you.")
    call.me("Fair enough. Which shop has it worst?")
    call.them("The one by the station, by a long way, every single weekend.")
    call.at += 60
    call.me(FEATURES)
    assert len(call.taps) > before


def test_no_tap_is_longer_than_five_words() -> None:
    assert all(len(words.split()) <= 5 for words in tap_text.TITLES.values())


def test_silence_after_a_question_of_the_user_is_praised() -> None:
    call = Story()
    call.me("What happens on the day when the numbers do not add up?")
    events = call.wait(5)
    assert [event.kind for event in events if isinstance(event, Tapped)] == [TapKind.SILENCE]
    call.them("Honestly, we all stay late and count again.")
    assert call.dismissals[-1].how is Dismissal.HANDED_BACK


def test_a_caption_that_comes_late_is_not_a_silence() -> None:
    coach, at = Coach(CoachSettings()), 0.0
    for number in range(8):
        coach.hear(Heard(at + 5, Side.THEM, "", at, at + 5, "We plan it on paper by the door.", utterance=number))
        at += 5
    coach.hear(Heard(at + 2, Side.ME, "", at, at + 2, "Who plans it?", utterance=9))
    praise = [second for second in range(1, 20) for _ in coach.tick(at + 2 + second)]
    assert praise
    assert praise[0] > 5


def test_silence_after_a_statement_is_not_praised() -> None:
    call = Story()
    call.me("We went through the list this morning.")
    assert call.wait(6) == []


def test_without_words_taps_are_based_on_talk_time() -> None:
    call = Story(after=0)
    call.floor(Side.THEM, 40)
    events = call.floor(Side.ME, 70)
    (tap,) = [event for event in events if isinstance(event, Tapped)]
    assert "based on talk time only" in tap_text.reason(tap)
    assert 60 <= tap.at - 40 <= 64


def test_a_section_that_allows_product_talk_is_tapped_later() -> None:
    def taps(section: ProductTalk) -> float:
        call = Story()
        call.coach.set_position(section, "What would you want to see first?")
        call.them("We run the support desk for a chain of shops.")
        call.me(FEATURES * 2)
        return call.taps[0].at if call.taps else float("inf")

    assert taps(ProductTalk.AVOID) < taps(ProductTalk.IF_ASKED) < taps(ProductTalk.ALLOWED)


def test_a_tap_suggests_the_next_question() -> None:
    call = Story()
    call.coach.set_position(ProductTalk.IF_ASKED, "What would you want to see first?")
    call.me(FEATURES)
    assert call.taps[0].suggestion == "What would you want to see first?"


def test_jargon_of_the_playbook_is_shown_with_its_plain_wording() -> None:
    call = Story(CoachSettings(jargon={"idempotent ingestion": "each bill is counted once"}))
    call.me(FEATURES[:250])
    call.me("And the whole thing has idempotent ingestion with a replay log behind it. " * 3)
    assert call.taps[0].plain_wording == "idempotent ingestion: each bill is counted once"
    assert tap_text.title(call.taps[0]) == "Say it simply"


def test_partials_lead_to_the_same_tap_as_the_final_turn() -> None:
    words = FEATURES.split()
    live = Coach(CoachSettings())
    live.hear(Heard(1, Side.THEM, "them", 0, 1, "Good morning to you."))
    taps = []
    for count in range(1, len(words) + 1):
        at = 60 + count / 2.5
        partial = Heard(at, Side.ME, "me", 60, at, " ".join(words[:count]), final=count == len(words), utterance=7)
        taps += [event for event in live.hear(partial) if isinstance(event, Tapped)]
    whole = judge(
        [
            Heard(1, Side.THEM, "them", 0, 1, "Good morning to you."),
            Heard(100, Side.ME, "me", 60, 60 + len(words) / 2.5, FEATURES),
        ]
    )
    assert len(taps) == len(whole) == 1
    assert abs(taps[0].at - whole[0].at) <= 2


def test_a_tap_for_a_late_turn_is_marked_late() -> None:
    coach = Coach(CoachSettings())
    coach.hear(Heard(1, Side.THEM, "them", 0, 1, "Good morning to you."))
    events = coach.hear(Heard(160, Side.ME, "me", 60, 60 + len(FEATURES.split()) / 2.5, FEATURES))
    assert [event.late for event in events if isinstance(event, Tapped)] == [True]


def test_silence_is_not_tapped() -> None:
    coach = Coach(CoachSettings())
    assert coach.tick(500) == ()
    assert coach.hear(FloorTaken(501, Side.NOBODY)) == ()
    assert coach.talk.share is None


def test_a_long_turn_is_tapped_even_if_it_is_relevant() -> None:
    relevant = "My aunt kept bees near the river, and honey was sold at the gate in jars with paper lids. " * 30
    call = Story()
    call.them("We keep bees as well, up on the hill behind the church.")
    call.me(relevant)
    assert call.taps
    strict = Story(CoachSettings(max_monologue_seconds=10))
    strict.them("We keep bees as well, up on the hill behind the church.")
    strict.me(relevant)
    assert strict.taps[0].at < call.taps[0].at
    assert strict.taps[0].kind is TapKind.MONOLOGUE


def test_speech_without_words_counts_as_talk_time() -> None:
    coach = Coach(CoachSettings())
    events = [
        event
        for start in range(0, 120, 10)
        for event in coach.hear(Heard(start + 10, Side.ME, "me", start, start + 10, None))
    ]
    assert {event.kind for event in events if isinstance(event, Tapped)} == {TapKind.MONOLOGUE}
    assert coach.talk.longest_mine_seconds == 120


def test_a_high_talk_ratio_is_tapped_without_words() -> None:
    call = Story(after=0)
    events = []
    for _ in range(6):
        events += call.floor(Side.ME, 35)
        events += call.floor(Side.THEM, 6)
    taps = [event for event in events if isinstance(event, Tapped)]
    assert taps
    assert "% of the talk" in tap_text.reason(taps[0])


def test_a_recording_without_words_is_judged_by_talk_time() -> None:
    utterances = [Heard(at + 10, Side.ME, "me", at, at + 10, None) for at in range(0, 120, 10)]
    assert {tap.kind for tap in judge(utterances)} == {TapKind.MONOLOGUE}


def test_praise_waits_for_the_tap_before_it() -> None:
    call = Story()
    call.me("It will never crash.")
    call.me("What do you do when it does not add up?")
    assert [event for event in call.wait(5) if isinstance(event, Tapped)] == []


def test_a_yes_to_an_offer_is_an_invitation() -> None:
    offered, announced = Story(), Story()
    for call in (offered, announced):
        call.them("We keep bees up on the hill behind the church.")
    offered.me("Shall I show you the page?")
    offered.them("Yes.")
    announced.me("Here is the page.")
    text = "There are three views, and each view has its own filter. You can drag the cards to the side. " * 8
    for call in (offered, announced):
        call.me(text)
    assert len(offered.taps) < len(announced.taps)


INTERNALS = (
    "Our scheduler builds a graph of the jobs, and the workers agree with raft in Kubernetes. "
    "The core is in Rust, so that no garbage collector pauses it, and the state is an event log in Kafka. "
    "Then the reconciler compares both sides and retries with exponential backoff. "
    "A Flink job joins the log with the traces and writes the index into ClickHouse."
)


def test_a_question_about_their_case_does_not_invite_an_explanation() -> None:
    call = Story()
    call.me("What made you start looking into this now?")
    call.them("Our nightly export died twice in May, and we paid forty thousand in penalties.")
    call.me(INTERNALS)
    assert call.taps


@pytest.mark.parametrize(
    "answer",
    [
        "Well, our release took eleven hours again last week, and two of my people quit this spring.",
        "The oven broke twice in March and my brother repaired it at night.",
        "I sat there until midnight on Tuesday.",
    ],
)
def test_what_happened_to_them_asks_for_a_follow_up_even_as_an_answer(answer: str) -> None:
    call = Story()
    call.me("What made you start looking into this now?")
    call.them(answer)
    call.me(INTERNALS)
    assert call.taps[0].reason.basis is TapBasis.NOT_FOLLOWED_UP


@pytest.mark.parametrize(
    "wish",
    [
        "I'd rather talk about the flood in June, if that's fine.",
        "I had hoped we would look at the late deliveries first.",
        "Can we go back to the late deliveries for a moment?",
        "That is not really what I wanted to hear about today.",
    ],
)
def test_a_wish_for_another_topic_is_not_passed_over(wish: str) -> None:
    call = Story()
    call.them(wish)
    call.me("The tool also has a settings page with three views and its own filter for each of them.")
    call.me("And the dashboard shows a widget for each column, and the sidebar can be hidden.")
    assert [tap.reason.said for tap in call.taps] == [wish]


def test_a_wish_for_another_topic_that_is_met_is_not_tapped() -> None:
    call = Story()
    call.them("I'd rather talk about the flood in June, if that's fine.")
    call.me("Sure, what did the flood in June do to you?")
    call.them("It took the whole cellar.")
    call.me("And the cards, can be dragged.")
    assert call.taps == []


@pytest.mark.parametrize(
    ("question", "is_for_user"),
    [
        ("Tom, how does the night shift plan it?", False),
        ("So how does the night shift plan it, Tom?", False),
        ("Kim, how does the calendar work?", True),
        ("Well, how does the calendar work?", True),
    ],
)
def test_a_question_to_a_colleague_of_the_buyer_is_not_for_the_user(question: str, is_for_user: bool) -> None:
    coach = Coach(CoachSettings())
    for number, (name, text) in enumerate([("Tom Ek", "Hello from Lund, I plan the shifts."), ("Ida Berg", question)]):
        coach.hear(Heard(number * 9 + 5.0, Side.THEM, name, number * 9.0, number * 9 + 5.0, text, utterance=number))
    coach.hear(Heard(20.0, Side.ME, "Kim Lee", 18.0, 20.0, "I will come back to that later.", utterance=9))
    coach.hear(Heard(26.0, Side.THEM, "Tom Ek", 21.0, 26.0, "Fine, the weather in Lund is nice.", utterance=10))
    assert [each.text for each in coach.open_questions] == [question] * is_for_user


def test_a_name_that_the_user_shares_with_a_buyer_addresses_the_user() -> None:
    coach = Coach(CoachSettings())
    said = [(Side.ME, "Tom Lee", "Hello, I am here."), (Side.THEM, "Tom Ek", "I plan the shifts in Lund.")]
    said += [
        (Side.THEM, "Ida Berg", "Tom, how does the calendar work?"),
        (Side.ME, "Tom Lee", "I will come back to that."),
    ]
    said += [(Side.THEM, "Ida Berg", "Fine, the weather in Lund is nice.")]
    for number, (side, name, text) in enumerate(said):
        coach.hear(Heard(number * 9 + 5.0, side, name, number * 9.0, number * 9 + 5.0, text, utterance=number))
    assert [each.text for each in coach.open_questions] == ["Tom, how does the calendar work?"]


def test_a_buyer_who_continues_to_talk_drops_their_request() -> None:
    asked, talked_on = Story(), Story()
    question = "How does the calendar work?"
    asked.them(question)
    talked_on.them(
        f"{question} Well. My aunt keeps hers on paper by the door, and every Friday she walks round with it "
        "to her neighbors, one after the other."
    )
    delays = []
    for call in (asked, talked_on):
        start = call.at
        call.me(FEATURES * 2)
        delays.append(call.taps[0].at - start)
    assert delays[1] < delays[0]


def test_pauses_between_words_do_not_count_as_talk() -> None:
    brisk, slow = Story(), Story()
    for call, seconds in ((brisk, 14.0), (slow, 80.0)):
        call.them("We run the support desk for a chain of shops.")
        call.me(FEATURES[:230], seconds=seconds)
    assert brisk.taps == slow.taps == []


def test_a_reaction_of_the_buyer_delays_the_tap() -> None:
    delays = []
    for answer in ("Uh-huh.", "Okay, got it."):
        call = Story()
        call.them("We run the support desk for a chain of shops.")
        for sentence in re.split(r"(?<=[.]) ", FEATURES.strip() * 3)[:30]:
            call.me(sentence)
            if call.turn % 5 == 0:
                call.them(answer)
        delays.append(call.taps[0].at)
    assert delays[0] < delays[1]


def test_a_pain_expires_when_the_buyer_continues_to_talk() -> None:
    pain = "Every Friday the list is wrong, and last month we lost two orders because of it."
    story = (
        "My aunt keeps hers on paper by the door. She walks round with it to her neighbors, one after the other. "
        "They sit down in the kitchen with tea and cake, and the talk lasts until the evening. Then the children "
        "come home from the lake."
    )
    last, first = Story(), Story()
    last.them(f"{story} {pain}")
    first.them(f"{pain} {story}")
    delays = []
    for call in (last, first):
        start = call.at
        call.me(FEATURES * 2)
        delays.append(call.taps[0].at - start)
    assert last.taps[0].kind is TapKind.PITCHING
    assert delays[0] < delays[1]


def test_a_list_that_is_read_aloud_is_tapped() -> None:
    call = Story()
    call.them("We keep bees as well, up on the hill behind the church.")
    call.me(" ".join(f"Requirement {number}: a beekeeper sees each hive in the morning." for number in range(1, 16)))
    assert call.taps


def test_an_uninvited_demo_is_tapped() -> None:
    call = Story()
    call.them("I thought we would talk about the revisions, we lost a whole week to the last one.")
    start = call.at
    call.me(
        "Sure, but first let me show you the new viewer. You can see every part here, and you can rotate it. "
        "Our platform renders the model in the browser, and it also has layers, filters and a legend. "
        "You can export each view, and you can share it with a link."
    )
    call.them("Mm-hm.")
    call.me(
        "And this is the comparison page. It puts two versions side by side, and the differences are colored. "
        "We built that last year, customers love it. And you can also set up an alert for each drawing."
    )
    assert call.taps
    assert call.taps[0].at - start < 36


def test_an_explanation_that_they_asked_for_is_not_tapped() -> None:
    call = Story()
    call.them("Could you walk me through how an order gets from the tablet to the kitchen?")
    call.me(
        "Sure. The waiter taps the table and picks the dishes. Then the order goes to the printer in the kitchen. "
        "The cook marks a dish as done, and the waiter sees that on the tablet. That is all of it."
    )
    call.them("And if the printer is out of paper, what happens then?")
    call.me("Then the tablet shows it in red, and the cook sees the order on the screen above the stove.")
    assert call.taps == []


def test_an_endless_answer_is_tapped() -> None:
    call = Story()
    call.them("How does the calendar work?")
    start = call.at
    call.me(FEATURES * 3)
    assert 30 < call.taps[0].at - start < 90


@pytest.mark.parametrize(
    ("opening", "is_hand_over"),
    [
        ("So I'll hand it over to you for this one.", True),
        ("Do you want to give us a quick update?", True),
        ("Feel free to share your screen.", True),
        ("Let's start with the release.", True),
        ("Since I was not there last time, could you introduce yourselves?", True),
        ("I don't want to take more time, so over to you.", True),
        ("The last release was in June.", False),
        ("We really don't want a demo today.", False),
        ("Please don't give us the pitch.", False),
        ("There's no need to share your screen.", False),
        ("Thank you so much for the demo.", False),
        ("I'll get back to you about the budget.", False),
        ("I'll just give a quick update from our side.", False),
        ("We get an update every Monday, and the reports break.", False),
        ("So we start the export again and it fails.", False),
        ("They hand it over to the night shift on paper.", False),
        ("It takes ten minutes to explain to anybody new.", False),
        ("Let's start with why your release broke our reports.", False),
        ("Can we move on?", False),
        ("Then they go ahead and copy all of it by hand.", False),
    ],
)
def test_a_hand_over_gives_the_user_the_floor(opening: str, is_hand_over: bool) -> None:
    hand_over = HandOver()
    for text in (opening, "I have the list of the rooms in front of me, and the others join later."):
        words = split_words(text)
        hand_over.add_buyer_sentence(" ".join(words), len(words), 3)
    assert hand_over.is_active is is_hand_over


@pytest.mark.parametrize(("opening", "is_hand_over"), [("Feel free to share your screen.", True), ("We do.", False)])
def test_the_rules_do_not_tap_after_a_hand_over(opening: str, is_hand_over: bool) -> None:
    call = Story()
    call.them(f"{opening} I have the list of the rooms in front of me, and the others join later.")
    call.me(FEATURES)
    assert (call.taps == []) is is_hand_over


def test_two_minutes_after_a_hand_over_the_rules_tap_again() -> None:
    call = Story()
    call.them("So I'll hand it over to you for this one.")
    start = call.at
    call.me(FEATURES * 5)
    assert 120 <= call.taps[0].at - start < 180


def test_a_hand_over_early_in_a_long_turn_does_not_count() -> None:
    call = Story()
    call.them("Do you want to give us a quick update? " + "The list of the rooms is on the table in front of me. " * 6)
    call.me(FEATURES)
    assert call.taps


@pytest.mark.parametrize(
    ("speaker", "words", "is_active"),
    [("Anna", "the list is in front of me", True), ("Ben", "the list is in front of me", False), ("Ben", "yes", True)],
)
def test_a_hand_over_to_a_colleague_does_not_count(speaker: str, words: str, is_active: bool) -> None:
    hand_over = HandOver()
    hand_over.add_buyer_sentence("i'll hand it over to ben for this one", 9, 3, "Anna")
    hand_over.add_buyer_sentence(words, len(words.split()), 3, speaker)
    assert hand_over.is_active is is_active


def test_a_backchannel_does_not_end_a_hand_over() -> None:
    call = Story()
    call.them("So I'll hand it over to you for this one.")
    for sentence in re.split(r"(?<=[.]) ", FEATURES.strip()):
        call.me(sentence)
        call.them("Mm-hm.")
    assert call.taps == []


def until_tapped() -> Story:
    """Tour of features that stops at the sentence with the tap."""
    call = Story()
    for sentence in FEATURES.split(". "):
        if not call.taps:
            call.me(f"{sentence}.")
    return call


def promise_over(call: Story) -> list[Tapped]:
    call.me("We can definitely fix that, no problem, it works with anything.")
    return call.warnings


def test_praise_delays_no_tap() -> None:
    call = Story()
    call.me("What happened that made you look at this now?")
    call.wait(4)
    assert [event.kind for event in call.events if isinstance(event, Tapped)] == [TapKind.SILENCE]
    call.them("Well, we look at tools like this one now and then.")
    assert promise_over(call)


def test_praise_does_not_replace_a_tap() -> None:
    call = Story()
    promise_over(call)
    call.me("What happened that made you look at this now?")
    call.wait(4)
    assert not [event for event in call.events if isinstance(event, Tapped) and event.kind is TapKind.SILENCE]


def test_an_overpromise_does_not_wait_for_the_interval_of_other_taps() -> None:
    call = until_tapped()
    call.wait(3)
    (warned,) = promise_over(call)
    assert MIN_SHOWN_SECONDS <= warned.at - call.taps[-1].at < 20


def test_a_tap_is_shown_for_at_least_six_seconds() -> None:
    call = Story()
    call.me(FEATURES + "It works with anything, no problem at all.")
    shown = sorted(tap.at for tap in (*call.taps, *call.warnings))
    assert all(later - earlier >= 6.0 for earlier, later in pairwise(shown))


def test_a_tap_for_an_overpromise_is_followed_only_by_a_limit() -> None:
    call = Story()
    promise_over(call)
    call.them("Good, because that is what our director wants to hear from you.")
    assert not call.dismissals, "that they speak changes nothing about a promise"
    call.me("Let me check that with the team and tell you by Friday.")
    assert [gone.how for gone in call.dismissals] == [Dismissal.BOUNDED]


@pytest.mark.parametrize(
    ("said", "is_limit"), [("So far we did that for two customers.", True), ("So what have you tried so far?", False)]
)
def test_so_far_limits_a_promise_but_not_in_a_question(said: str, is_limit: bool) -> None:
    call = Story()
    promise_over(call)
    call.me(said)
    assert [gone.how for gone in call.dismissals] == [Dismissal.BOUNDED] * is_limit


def test_an_ignored_tap_stays_while_the_drift_continues() -> None:
    call = until_tapped()
    call.me(FEATURES)
    call.wait(1)
    assert not call.dismissals
    assert call.coach.seconds_since_tap == pytest.approx(40, abs=10)
    call.them("Right, but what would that change for our front desk?")
    assert [gone.how for gone in call.dismissals] == [Dismissal.EXPIRED]


def test_an_ignored_tap_expires_when_nobody_talks() -> None:
    call = Story()
    call.me(FEATURES)
    call.wait(30)
    assert [gone.how for gone in call.dismissals] == [Dismissal.EXPIRED]


def test_an_ignored_pain_takes_precedence_over_an_overpromise() -> None:
    call = Story()
    call.them("Honestly it's been a nightmare for us. My best engineer quit in November because of the night shifts.")
    call.me("Yeah, so what we also have is a connector for SAP that a lot of customers love,")
    call.me("and with the backfills nobody ever has to get up at night again, that I can promise you.")
    assert [tap.reason.basis for tap in call.taps] == [TapBasis.NOT_FOLLOWED_UP]
    assert not call.warnings
    call.wait(12)
    assert promise_over(call), "ten seconds later the promise is what matters"


@pytest.mark.parametrize(
    "said",
    [
        "Of course, I'll put you through.",
        "The report is done overnight.",
        "You can add as many users as you like, the price is per site.",
    ],
)
def test_absolute_words_that_promise_nothing_are_not_tapped(said: str) -> None:
    call = Story()
    call.them("By hand mostly, and last month we lost two orders.")
    call.me(said)
    assert not call.warnings
    assert not any(promise.overpromise for promise in call.promises)


def test_drift_is_tapped_soon_after_an_overpromise() -> None:
    call = Story()
    call.them("Our vans come back half full, honestly.")
    call.me("The tool has a settings page. There are three views, and each view has its own filter.")
    call.me("We also added an export button, and the sidebar can be hidden, and there is a compact mode.")
    call.me("It integrates with anything you have, and it will never go down, I promise you.")
    call.me(FEATURES)
    first, second = [event for event in call.events if isinstance(event, Tapped)][:2]
    assert (first.kind, second.kind in DRIFT_KINDS) == (TapKind.OVER_PROMISING, True)
    assert second.at - first.at < Limits().between_taps_seconds


@pytest.mark.parametrize("bare", [False, True], ids=["punctuated", "bare"])
@pytest.mark.parametrize("reply", ["Okay.", "We are a bakery with forty shops, and on Fridays the vans leave late."])
def test_forty_seconds_of_unprompted_jargon_are_tapped(reply: str, bare: bool) -> None:
    call = Story()
    call.them(reply)
    text = JARGON.replace(".", "").replace(",", "").lower() if bare else JARGON
    call.me(text)
    assert call.taps
