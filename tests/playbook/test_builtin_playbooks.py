"""The built-in playbooks: what they show, say and ask is correct for everybody on the call."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from salesnerd_tui.playbook.coach_settings import ProductTalk
from salesnerd_tui.playbook.fields import RESERVED_LETTERS
from salesnerd_tui.playbook.folders import builtin_folder, list_library_ids
from salesnerd_tui.playbook.library import Library, LoadResult
from salesnerd_tui.playbook.lint.linter import lint, lint_by_name
from salesnerd_tui.playbook.model import Ask, BuyingJob, Decision, Item, Playbook, Priority, Say, Section

PLAYBOOKS = (
    "buying_map",
    "check_in",
    "consulting_scope",
    "demo_request",
    "diagnose_decide",
    "first_call",
    "gone_quiet",
    "plain_talk",
    "price_commitment",
    "push_back",
    "rfp_landed",
)
DETOURS = {
    "demo_request",
    "send_me_a_deck",
    "price_now",
    "can_it_do_x",
    "on_the_roadmap",
    "security_forms",
    "competitor_named",
    "deep_tech_rabbit_hole",
    "hearing_consent",
    "wrong_person",
    "out_of_time",
    "tender_mentioned",
}
LIVE_SCREEN_KEYS = set(RESERVED_LETTERS) | set("0123456789?/ ")
WORDS_AT_A_GLANCE = 12
"""Maximum words of a question that can be read at a glance on the live screen."""

WORDS_IN_ONE_BREATH = 25

WORDS_TO_SAY = 30
"""Maximum words of a statement between two questions: about twelve seconds at 150 words a minute."""

MINUTES_PER_MUST = 4


@functools.cache
def loaded(name: str) -> LoadResult:
    return lint_by_name(name, Library((builtin_folder(),)))


def playbook_of(name: str) -> Playbook:
    found = loaded(name)
    assert found.playbook is not None, [str(finding) for finding in found.findings]
    return found.playbook


@pytest.fixture(params=PLAYBOOKS)
def book(request: pytest.FixtureRequest) -> Playbook:
    found = playbook_of(request.param)
    assert found.id == request.param
    return found


def items(book: Playbook) -> Iterator[Item]:
    for each in (book.prep, book.agenda, *(detour.agenda for detour in book.detours.values())):
        yield from each


def asks(book: Playbook) -> list[Ask]:
    return [item for item in items(book) if isinstance(item, Ask)]


def agenda_asks(book: Playbook) -> list[Ask]:
    return [item for item in book.agenda if isinstance(item, Ask)]


def shown_questions(book: Playbook) -> Iterator[str]:
    """Yield the texts that the screen shows to be asked: questions, their follow-ups and those of answers."""
    for ask in asks(book):
        yield from (ask.text, *ask.follow_ups)
        yield from (text for answer in ask.answers for text in answer.follow_ups)


def spoken_questions(book: Playbook) -> Iterator[str]:
    yield from shown_questions(book)
    yield from (wording for ask in asks(book) for wording in ask.phrasings)


def words(text: str) -> int:
    return len(text.split())


def test_every_playbook_of_the_library_is_tested_here() -> None:
    library = Library((builtin_folder(),))
    assert library.ids() == list(PLAYBOOKS)
    assert sorted(list_library_ids(library.folders)) == ["common/consent", "common/detours", "common/words"]


@pytest.mark.parametrize("name", [*PLAYBOOKS, "common/consent", "common/detours", "common/words"])
def test_a_built_in_playbook_has_no_findings(name: str) -> None:
    found = loaded(name)
    assert [str(finding) for finding in found.findings] == []
    assert found.title


def test_every_item_has_a_source_location(book: Playbook) -> None:
    files = {item.location.file for item in items(book)}
    assert all(Path(name).is_file() for name in files)
    assert (book.id != "first_call") or any(name.endswith("detours.yaml") for name in files)


def test_an_unknown_id_is_a_finding_with_a_suggestion() -> None:
    unknown = Library((builtin_folder(),)).load("frist_call")
    assert unknown.playbook is None
    assert unknown.findings[0].hint == "did you mean 'first_call'?"


def test_it_can_end_in_each_of_the_three_ways(book: Playbook) -> None:
    assert {outcome.decision for outcome in book.outcomes.values()} == set(Decision)
    led_to = {answer.end for ask in asks(book) for answer in ask.answers if answer.end}
    assert led_to == set(book.outcomes)


def test_a_not_yet_captures_a_day_and_every_outcome_has_a_closing(book: Playbook) -> None:
    for outcome in book.outcomes.values():
        assert outcome.say, outcome.id
        assert outcome.capture, outcome.id
        if outcome.decision is Decision.NOT_YET:
            assert any(name.endswith(("_on", "_date")) for name in outcome.capture), outcome.id


def test_a_go_needs_a_gate(book: Playbook) -> None:
    for outcome in book.outcomes.values():
        assert {gate.name for gate in outcome.needs} <= set(book.gates)
        if outcome.decision is Decision.GO:
            assert outcome.needs, outcome.id
    assert {gate.name for outcome in book.outcomes.values() for gate in outcome.needs} == set(book.gates)


def test_every_question_is_short(book: Playbook) -> None:
    assert [text for text in shown_questions(book) if words(text) > WORDS_AT_A_GLANCE] == []
    assert [text for text in spoken_questions(book) if words(text) > WORDS_IN_ONE_BREATH] == []


def test_every_question_is_single_and_does_not_begin_with_do_you(book: Playbook) -> None:
    for text in spoken_questions(book):
        assert text.count("?") <= 1, text
        assert not text.lower().startswith(("do you", "don't you", "did you", "are you", "would you like")), text


def test_statements_are_short(book: Playbook) -> None:
    says = [item.text for item in items(book) if isinstance(item, Say)]
    says += [answer.say for ask in asks(book) for answer in ask.answers if answer.say]
    says += [outcome.say for outcome in book.outcomes.values()]
    assert [text for text in says if words(text) > WORDS_TO_SAY] == []


def test_there_are_at_least_two_questions_per_statement(book: Playbook) -> None:
    says = [item for item in book.agenda if isinstance(item, Say)]
    assert 2 * len(says) <= len(agenda_asks(book))


def test_answers_are_what_a_buyer_would_say(book: Playbook) -> None:
    bare = {"yes", "no", "maybe", "ok", "not sure", "other"}
    labels = [answer.label for ask in asks(book) for answer in ask.answers]
    assert [label for label in labels if label.casefold() in bare] == []
    assert all(len(ask.answers) != 1 for ask in asks(book))
    assert all(len(ask.answers) <= 9 for ask in asks(book)), "the keys 1 to 9 pick an answer"


def test_most_answers_lead_to_a_next_question(book: Playbook) -> None:
    answers = [answer for ask in agenda_asks(book) for answer in ask.answers if not answer.end]
    assert sum(answer.follow_up is not None for answer in answers) >= 0.75 * len(answers)


def test_the_must_asks_fit_the_time(book: Playbook) -> None:
    musts = [ask for ask in agenda_asks(book) if ask.priority is Priority.MUST]
    assert book.minutes is not None
    assert 1 <= len(musts) <= book.minutes / MINUTES_PER_MUST


def test_the_minutes_of_the_sections_add_up(book: Playbook) -> None:
    sections = [item for item in (*book.prep, *book.agenda) if isinstance(item, Section)]
    assert sum(section.minutes or 0 for section in sections) == book.minutes
    assert all(section.goal for section in sections)
    assert book.goal


def test_main_questions_have_other_phrasings(book: Playbook) -> None:
    for ask in agenda_asks(book):
        assert 2 <= len(ask.phrasings) <= 4, ask.id
    everything = Counter(
        wording.casefold() for ask in agenda_asks(book) for wording in (ask.text, *ask.phrasings) if not ask.aliases
    )
    assert [wording for wording, times in everything.items() if times > 1] == []


def test_must_asks_have_cues_to_listen_for(book: Playbook) -> None:
    for ask in agenda_asks(book):
        if ask.priority is Priority.MUST:
            assert ask.listen_for, ask.id


def test_the_first_questions_are_about_the_buyer(book: Playbook) -> None:
    first = next(item for item in book.agenda if isinstance(item, Section))
    drill = book.id == "plain_talk"
    assert first.product_talk is (ProductTalk.ALLOWED if drill else ProductTalk.AVOID)


def test_every_playbook_has_a_buyer_to_rehearse_with(book: Playbook) -> None:
    assert book.buyers
    questions = {ask.id: ask for ask in asks(book)}
    for buyer in book.buyers.values():
        assert all((buyer.who, buyer.hides, buyer.if_jargon, buyer.if_pitch, buyer.otherwise)), buyer.id
        assert buyer.ends in book.outcomes
        assert {**buyer.says, **buyer.hides}.keys() <= questions.keys()
        assert not buyer.says.keys() & buyer.hides.keys()
        for name, label in buyer.picks.items():
            assert label in [answer.label for answer in questions[name].answers]
        if book.detours:
            assert {one.detour for one in buyer.interrupts} <= set(book.detours)
            assert buyer.interrupts, buyer.id


def test_the_tests_of_a_playbook_reach_each_outcome(book: Playbook) -> None:
    assert {example.ends for example in book.tests} >= set(book.outcomes)
    questions = {ask.id: ask for ask in asks(book)}
    for example in book.tests:
        assert {*example.asks, *example.skips} <= questions.keys(), example.it
        assert {gate.name for gate in (*example.met, *example.unmet)} <= set(book.gates), example.it
        for name, label in example.picks.items():
            assert label in [answer.label for answer in questions[name].answers], (example.it, label)


def test_detours_have_unique_keys(book: Playbook) -> None:
    keys = [detour.key for detour in book.detours.values()]
    assert len(set(keys)) == len(keys)
    assert not LIVE_SCREEN_KEYS & set(keys)


def test_the_coach_starts_from_the_shared_words(book: Playbook) -> None:
    assert len(book.coach.jargon) > 40
    assert all(plain and plain != word for word, plain in book.coach.jargon.items())
    assert len(book.coach.never_say) > 20


def test_the_first_call_knows_every_detour_and_tries_each() -> None:
    book = playbook_of("first_call")
    assert set(book.detours) == DETOURS
    assert {one.detour for example in book.tests for one in example.interrupts} == DETOURS
    for detour in book.detours.values():
        assert len(detour.they_say) >= 5, detour.id
        assert isinstance(detour.agenda[0], Say), f"{detour.id} takes the person seriously before it asks"
        assert any(isinstance(item, Ask) for item in detour.agenda), detour.id


def test_a_tender_named_on_a_call_leads_to_the_tender_playbook() -> None:
    first, tender = playbook_of("first_call"), playbook_of("rfp_landed")
    switches = {answer.switch for ask in asks(first) for answer in ask.answers if answer.switch}
    assert switches == {"rfp_landed", "demo_request"}
    assert "tender_mentioned" not in tender.detours


def test_every_shared_question_is_used_by_some_playbook() -> None:
    library = loaded("common/detours")
    assert library.tree is not None
    shared = {part.text("id") for part in library.tree.maps("questions")}
    used = {ask.id for name in PLAYBOOKS for ask in agenda_asks(playbook_of(name))}
    assert len(shared) >= 5
    assert shared <= used


def test_facts_keep_their_meaning_between_calls() -> None:
    """Notes are stored by account and id, so an id must mean the same kind of note in all playbooks."""
    types: dict[str, set[str]] = {}
    for name in PLAYBOOKS:
        for ask in asks(playbook_of(name)):
            types.setdefault(ask.id, set()).add(ask.type)
    assert {name: kinds for name, kinds in types.items() if len(kinds) > 1} == {}


def test_what_belongs_to_one_call_is_asked_again_in_the_next() -> None:
    for name in PLAYBOOKS:
        closing = [ask for ask in agenda_asks(playbook_of(name)) if any(answer.end for answer in ask.answers)]
        assert closing[-1].repeatable, f"{name} would skip its own decision on the second call"
    assert all(ask.repeatable for ask in agenda_asks(playbook_of("check_in")))


def test_pushing_back_asks_what_the_step_protects_before_it_offers_another() -> None:
    book = playbook_of("push_back")
    order = [item.id for item in book.agenda if isinstance(item, (Ask, Say))]
    respect, protects, missed = order.index("step_respect"), order.index("step_protects"), order.index("step_missed")
    assert respect < protects < missed < order.index("step_reason") < order.index("step_verdict")
    works = next(answer for ask in asks(book) for answer in ask.answers if answer.label == "Nothing, it does its job")
    assert works.end == "step_stays", "a step that works is followed, not argued with"


def test_a_tender_is_half_read_alone_with_vetoes_and_points() -> None:
    book = playbook_of("rfp_landed")
    alone = sum(item.minutes or 0 for item in book.prep if isinstance(item, Section))
    assert alone / (book.minutes or 1) == pytest.approx(0.5, abs=0.05)
    assert "points.bid" in book.gates["worth_it"].condition.source
    vetoes = [item.id for item in book.prep if isinstance(item, Ask) and item.id.startswith("veto_")]
    assert len(vetoes) >= 4
    assert all(name in book.gates["no_veto"].condition.source for name in vetoes)


def test_what_the_drill_writes_is_what_the_coach_reads() -> None:
    """The notes of `plain_talk` can be copied to `coach: jargon:` unchanged."""
    note = "zero-copy: the picture is there before you look up"
    text = (
        f"playbook: Mine\nuse: [common/words]\nagenda:\n  - ask: Hello\n    id: hello\ncoach:\n  jargon:\n    {note}\n"
    )
    mine = lint(builtin_folder() / "mine.yaml", text=text).playbook
    assert mine is not None
    assert mine.coach.jargon["zero-copy"] == "the picture is there before you look up"
    assert "exactly-once" in mine.coach.jargon, "the shared words stay"
    assert "jargon" in playbook_of("plain_talk").outcomes["ready"].say


def test_a_question_belongs_to_the_same_buying_job_in_every_playbook() -> None:
    jobs: dict[str, set[BuyingJob]] = {}
    for name in PLAYBOOKS:
        for ask in playbook_of(name).questions():
            if ask.buying_job is not None:
                jobs.setdefault(ask.id, set()).add(ask.buying_job)
    assert [id for id, named in jobs.items() if len(named) > 1] == []
    assert {job for named in jobs.values() for job in named} == set(BuyingJob)
