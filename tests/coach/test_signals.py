"""What each signal reads from one sentence, on invented sentences, with and without punctuation."""

from __future__ import annotations

import pytest

from salesnerd_tui.coach.normalize import stem, topics, words
from salesnerd_tui.coach.signals.company import about_us
from salesnerd_tui.coach.signals.engagement import ReplyType, is_polite, reacts, reply, says_no
from salesnerd_tui.coach.signals.follow_up import takes_up
from salesnerd_tui.coach.signals.guidance import asks_to_do, guides
from salesnerd_tui.coach.signals.invitations import InvitationType, invitation, offers
from salesnerd_tui.coach.signals.praise import praises
from salesnerd_tui.coach.signals.product import internal_terms, is_feature
from salesnerd_tui.coach.signals.promises import plans
from salesnerd_tui.coach.signals.questions import QuestionType, question
from salesnerd_tui.coach.signals.recital import reads_item
from salesnerd_tui.coach.signals.reveals import RevealKind, revealed


def line(text: str) -> str:
    return " ".join(words(text))


@pytest.mark.parametrize(
    "text",
    [
        "How often do the trains run late?",
        "how often do the trains run late",
        "so what do you do when the oven breaks",
        "do you bake on sundays as well",
        "Tell me about the last time the oven broke.",
        "I'd like to know who orders the flour.",
        "okay and who decides about the ovens",
        "would it help if the list came on paper",
        "Which oven is it?",
        "is there anybody who knows the old oven",
        "does bread sell better in winter",
        "and the old ovens are you going to keep them",
    ],
)
def test_a_question_with_or_without_its_mark(text: str) -> None:
    assert question(words(text), text[-1] if text[-1] in "?." else "") is QuestionType.REAL


@pytest.mark.parametrize(
    "text",
    [
        "We bake at night and deliver in the morning.",
        "what we do is bake at night",
        "how it works is written on the box",
        "There was this one oven that never got warm.",
        "As you can see the dough is ready",
        "whenever you can we start",
    ],
)
def test_a_statement_is_no_question(text: str) -> None:
    assert question(words(text), "." if text.endswith(".") else "") is None


@pytest.mark.parametrize("text", ["Can you see my screen?", "can everybody hear me", "Okay?", "Does that make sense?"])
def test_a_check_looks_after_the_meeting(text: str) -> None:
    assert question(words(text), "?" if text.endswith("?") else "") is QuestionType.CHECK


@pytest.mark.parametrize("text", ["Where was it?", "What was I saying?", ""])
def test_what_i_ask_myself_asks_nobody(text: str) -> None:
    assert question(words(text), "?") is None


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("How does the proving drawer work?", InvitationType.EXPLAINED),
        ("can you explain that to me again", InvitationType.EXPLAINED),
        ("why is it warmer at the back", InvitationType.EXPLAINED),
        ("Why is it warmer at the back.", InvitationType.EXPLAINED),
        ("I don't quite understand how it gets warm.", InvitationType.EXPLAINED),
        ("Could you show me the drawer?", InvitationType.SHOWN),
        ("I'd love to see it running.", InvitationType.SHOWN),
        ("Please go ahead.", InvitationType.SHOWN),
        ("Is it open on Sundays?", InvitationType.ANSWERED),
        ("Could you make the handle longer?", None),
        ("Let me look at the handle first.", None),
        ("Should we order the big one?", None),
        ("We like the small one.", None),
        ("What?", None),
    ],
)
def test_what_they_asked_for(text: str, wanted: InvitationType | None) -> None:
    assert invitation(words(text), text[-1] if text[-1] in "?." else "") is wanted


def test_an_offer_waits_for_a_yes() -> None:
    assert offers("shall i show you the drawer")
    assert not offers("the drawer is warm")
    assert says_no(words("No, thank you."))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Uh-huh.", ReplyType.POLITE),
        ("Yes, okay, got it.", ReplyType.POLITE),
        ("Oh wow, that is amazing!", ReplyType.DELIGHTED),
        ("I really like that.", ReplyType.DELIGHTED),
        ("Our baker would never touch such a thing.", ReplyType.CONTENT),
    ],
)
def test_interest_is_told_from_politeness(text: str, expected: ReplyType) -> None:
    assert reply(words(text)) is expected


@pytest.mark.parametrize(
    ("text", "expected"), [("Uh-huh.", False), ("mm hm", False), ("Yeah.", False), ("Yes, cool.", True), ("Wow!", True)]
)
def test_a_reaction_is_more_than_a_murmur(text: str, expected: bool) -> None:
    spoken = words(text)
    assert reacts(spoken, reply(spoken)) is expected


def test_manners_are_no_content() -> None:
    assert is_polite(words("Yeah, okay, great, thank you."))
    assert not is_polite(words("Yeah, the oven broke."))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("The oven broke twice on Saturday and we lost the rolls.", RevealKind.PAIN),
        ("I am worried that my father will not like it.", RevealKind.DOUBT),
        ("We would prefer a smaller one for the shop.", RevealKind.NEED),
        ("That is about forty customers every single morning.", RevealKind.NUMBER),
        ("I don't see any problems with that, really.", None),
        ("The shop is on the corner of the market.", None),
        ("No problem.", None),
    ],
)
def test_something_revealed(text: str, kind: RevealKind | None) -> None:
    assert revealed(words(text)) is kind


def test_taking_up_what_they_said() -> None:
    theirs = topics(words("The oven broke and forty customers got no rolls."))
    assert takes_up(words("Forty customers without rolls."), theirs, asks=False)
    assert takes_up(words("What did that cost you?"), theirs, asks=True)
    assert takes_up(words("We will fix that first."), theirs, asks=False)
    assert not takes_up(words("Moving on, there is a new colour."), theirs, asks=False)
    assert not takes_up(words("There is a new colour."), theirs, asks=False)


@pytest.mark.parametrize(
    "text",
    [
        "There are three drawers, and each has its own light.",
        "You can turn the handle both ways.",
        "We also added a timer.",
        "The dashboard shows the warmth of each drawer.",
        "It automatically saves the recipe.",
    ],
)
def test_features(text: str) -> None:
    assert is_feature(line(text))


def test_how_it_is_made_is_named_by_its_words() -> None:
    spoken = words("The backend keeps it in Postgres and every pull request runs the unit tests.")
    assert {"backend", "postgres", "pull request", "unit tests"} <= set(internal_terms(spoken))
    assert internal_terms(words("The rolls contain nuts, and she is running late.")) == ()


def test_words_of_the_playbook_count_as_well() -> None:
    assert internal_terms(words("It has steam injectors."), frozenset({stem("injectors")})) == ("injectors",)


@pytest.mark.parametrize(
    "text", ["Our team moved to the new office.", "We raised money last year.", "our roadmap is full"]
)
def test_about_us(text: str) -> None:
    assert about_us(line(text))


def test_we_alone_is_not_about_us() -> None:
    assert not about_us(line("We could call each other on Tuesday."))


@pytest.mark.parametrize(
    "text", ["Now please click on the green button.", "You need to open the drawer.", "Imagine that you are the baker."]
)
def test_guiding(text: str) -> None:
    assert guides(line(text))


def test_an_order_in_the_shape_of_a_question() -> None:
    assert asks_to_do(line("Could you open the drawer?"))
    assert not asks_to_do(line("Could you tell me how you bake?"))


def test_reading_a_list() -> None:
    assert reads_item(line("As a baker, I want to see the warmth, so that I can sleep."))
    assert reads_item(line("Priority is must."))
    assert not reads_item(line("She sleeps at noon."))


def test_plans() -> None:
    assert plans(line("We will send it on Friday."))
    assert not plans(line("The timer rings."))


def test_stems_meet() -> None:
    assert stem("subscribes") == stem("subscribe")
    assert topics(words("the ovens and an oven")) == {stem("oven")}


@pytest.mark.parametrize(
    "text",
    [
        "We are the only ones in the region with this combination.",
        "our customers tell us they have never seen anything like it",
        "What makes us different is the oven underneath.",
        "The vision is to become the operating system for bread.",
        "The market is consolidating around whoever has the flour.",
        "It has been our fastest growing oven.",
    ],
)
def test_praise_and_vision(text: str) -> None:
    assert praises(line(text))


@pytest.mark.parametrize("text", ["The oven has three doors.", "They are open on Sundays.", "We bake at night."])
def test_telling_is_no_praise(text: str) -> None:
    assert not praises(line(text))


def test_a_statement_with_its_verb_put_last_is_no_question() -> None:
    assert question(words("What we have got is a full set of ovens"), "") is None
    assert question(words("what do you have in the oven"), "") is QuestionType.REAL
