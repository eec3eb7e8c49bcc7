"""Question tracker: ticks questions that the user asks, and suggests the buyer's requests and answers.

A sure match is recorded and can be undone; a likely one waits for a key. Asked does not mean answered. A request of the
buyer waits until it is accepted, rejected or answered. What the buyer says after a question waits as its answer until a
key or the next question confirms it; its mark on the screen expires sooner. A tick that the user has undone is never
made automatically again in that call.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from salesnerd_tui.call import actions, traversal, view
from salesnerd_tui.call.actions import (
    MOST_REQUESTS,
    SUGGESTED_SECONDS,
    Action,
    AnswerSuggestion,
    AskedSuggestion,
    CallContext,
    CannotAct,
    DetourSuggestion,
    Suggestions,
)
from salesnerd_tui.call.events import Advanced, Asked, Detoured, Event, Heard, Origin, Returned, Side, Undone
from salesnerd_tui.coach.question_matcher import Match, Matcher, MatchKind
from salesnerd_tui.coach.sentences import SentenceSplitter, SpokenSentence, is_polite, split_words, topics
from salesnerd_tui.coach.signals.questions import is_question
from salesnerd_tui.playbook.model import Ask, Playbook, Say

if TYPE_CHECKING:
    from salesnerd_tui.call.state import CallState

MOST_ANSWER_WORDS = 60
"""Maximum words of a suggested answer; the transcript has all of it."""

NEAR_QUESTIONS = 3
"""Number of questions before and after the one on the screen that are likely to be asked out of turn."""

JOINED_WORDS = 12
"""Maximum words of a sentence that is also matched together with the next: recognized speech is cut anywhere."""

ANSWER_ENDS_WORDS = 15
"""Words of the user after which the buyer's words no longer answer the question before."""

REPLY_WORDS = 20
"""Words of the user about a request from which it counts as answered; *sure, in a minute* does not."""


class _Request(Struct):
    """A request of the buyer, with the user's words about it since."""

    suggestion: DetourSuggestion
    topics: frozenset[str]
    reply_words: int = 0
    is_reply: bool = False


class _Collected(Struct):
    """A question, how the user asked it, and what the buyer has said since; `before` is the answer pending then.

    `has_moved_on` is true once the buyer has asked something: the mark of the answer is hidden.
    """

    question: str
    asked_as: str
    heard: str
    since: float
    last_at: float
    words: list[str] = field(default_factory=list)
    before: AnswerSuggestion | None = None
    has_moved_on: bool = False
    reply_words: int = 0

    def add(self, text: str, at: float) -> None:
        if self.words and self.reply_words > ANSWER_ENDS_WORDS:
            return
        self.last_at = at
        self.words.extend(text.split()[: MOST_ANSWER_WORDS - len(self.words)])

    @property
    def answer(self) -> AnswerSuggestion | None:
        if not self.words:
            return None
        cut = "…" if len(self.words) >= MOST_ANSWER_WORDS else ""
        return AnswerSuggestion(self.question, self.asked_as, " ".join(self.words) + cut, self.last_at)


class QuestionTracker:
    """Tracker of one call and playbook, built when the first words are heard. `events` are those of the call so far.

    `matcher` is one that was built in advance. `follows` is true if the call may move to a question that the user was
    heard asking.
    """

    def __init__(
        self,
        playbook: Playbook,
        state: CallState,
        events: Sequence[Event] = (),
        matcher: Matcher | None = None,
        follows: Callable[[], bool] = lambda: False,
    ) -> None:
        self.follows = follows
        self._playbook = playbook
        self._matcher = matcher or Matcher(playbook, state)
        self._ear = SentenceSplitter()
        self._asked: _Collected | None = None
        self._perhaps: _Collected | None = None
        self._requests: list[_Request] = []
        self._taken: dict[str, _Request] = {}
        self._unmatched = ""
        self._their_unmatched = ""
        self._taken_back = taken_back(events)
        self._far: dict[str | None, frozenset[str]] = {}

    def suggestions(self, at: float) -> Suggestions:
        """Return the pending suggestions."""
        perhaps = self._perhaps if self._perhaps and at - self._perhaps.since <= SUGGESTED_SECONDS else None
        answer = self._asked.answer if self._asked else None
        is_fresh = self._asked is not None and not self._asked.has_moved_on
        shown = answer if answer is not None and is_fresh and at - answer.at <= SUGGESTED_SECONDS else None
        requests = tuple(request.suggestion for request in self._requests)
        return Suggestions(_offer(perhaps), shown, requests, answer)

    def hear(self, event: Heard, now: CallContext) -> tuple[Action, ...]:
        """Return the actions that follow from what was said, in order; takes partials, too."""
        found: list[Action] = []
        for said in self._ear.hear(event):
            if said.side is Side.ME:
                found += self._mine(said, event.at, now)
            elif said.side is Side.THEM:
                self._theirs(said, event.at, now)
        return tuple(found)

    def follow(self, events: Sequence[Event], now: CallContext) -> None:
        """Take events of the call: suggestions that were accepted or answered by hand are removed."""
        for event in events:
            self._follow(event)
        self._asked = _unanswered(self._asked, now)
        self._perhaps = _unanswered(self._perhaps, now)
        for request in [each for each in self._requests if each.suggestion.detour in _open_detours(now)]:
            self._requests.remove(request)
            self._taken[request.suggestion.detour] = request

    def undone(self, events: Sequence[Event]) -> None:
        """Follow an undo: the tick is only suggested from now on, and an accepted request is pending again."""
        self._taken_back = taken_back(events)
        if self._asked is not None and self._asked.question in self._taken_back:
            self._asked = None
        latest = events[-1]
        for number in latest.events if isinstance(latest, Undone) else ():
            event = events[number] if number < len(events) else None
            request = self._taken.pop(event.detour, None) if isinstance(event, Detoured) else None
            if request is not None:
                self._requests.append(request)

    def refuse(self, at: float) -> None:
        """Drop the newest request; without one, the mark on the screen."""
        shown = self.suggestions(at)
        if self._requests:
            del self._requests[0]
        elif shown.asked is not None:
            self._perhaps = None
        elif shown.answer is not None:
            self._asked = None

    def _follow(self, event: Event) -> None:
        match event:
            case Asked(question=question) if self._perhaps is not None and self._perhaps.question == question:
                self._asked, self._perhaps = self._perhaps, None
            case Advanced(left=left) | Returned(left=left):
                self._leave(left.item)

    def _leave(self, item: str | None) -> None:
        """Drop the answer if the user has moved on from another question: the words are hardly about it."""
        if self._asked is not None and self._asked.words and self._asked.question != item:
            self._asked = None

    def _mine(self, said: SpokenSentence, at: float, now: CallContext) -> list[Action]:
        self._their_unmatched = ""
        self._reply(said)
        if _is_line_shown(said, now):
            return []
        match = self._matched(said, now)
        if match is None or match.kind is MatchKind.PROBE or (self._asked and self._asked.question == match.id):
            return []
        ask = self._playbook.question(match.id)
        if ask is None:
            return []
        heard = _Collected(match.id, now.wording(ask), said.text, at, at)
        if match.sure and match.id not in self._taken_back:
            before, self._perhaps = self._asked, None
            self._asked = None if traversal.is_answered(self._playbook, now.state, ask) else heard
            follow = self.follows()
            return [*_confirm(before), lambda standing: actions.heard_asked(standing, match.id, follow=follow)]
        if match.id not in now.state.asked:
            self._perhaps = replace(heard, before=self._asked.answer if self._asked else None)
        return []

    def _matched(self, said: SpokenSentence, now: CallContext) -> Match | None:
        """Return the question that this sentence asks, alone or together with the one before it."""
        here = now.here
        expected = (here.id,) if isinstance(here, Ask) and here.id not in now.state.asked else ()
        near, far = self._near(now), self._far_from(now)
        match = self._matcher.asked(said.text, said.mark, expected=expected, near=near, far=far)
        before, self._unmatched = self._unmatched, ""
        if match is None or not match.sure:
            if before:
                both = self._matcher.asked(f"{before} {said.text}", said.mark, expected=expected, near=near, far=far)
                if both is not None and (match is None or both.score > match.score):
                    match = both
            if len(said.words) <= JOINED_WORDS:
                self._unmatched = said.text
        return match

    def _reply(self, said: SpokenSentence) -> None:
        """Count the user's words after an answer and about requests; an answered request is removed."""
        if self._asked is not None and self._asked.words:
            self._asked.reply_words += len(said.words)
        if is_question(said.words, said.mark):
            return
        about = topics(said.words)
        for request in self._requests:
            request.is_reply = request.is_reply or not about.isdisjoint(request.topics)
            request.reply_words += len(said.words) * request.is_reply
        self._requests = [request for request in self._requests if request.reply_words < REPLY_WORDS]

    def _theirs(self, said: SpokenSentence, at: float, now: CallContext) -> None:
        self._unmatched = ""
        for request in self._requests:
            request.is_reply = False
        requested = self._request(said, at, now)
        if is_polite(said.words):
            return
        if requested or is_question(said.words, said.mark):
            for kept in (self._perhaps, self._asked):
                if kept is not None and kept.words:
                    kept.has_moved_on = True
            return
        for kept in (self._perhaps, self._asked):
            if kept is not None:
                kept.add(said.text, at)

    def _request(self, said: SpokenSentence, at: float, now: CallContext) -> bool:
        """Record what the buyer asks for with this sentence, alone or together with the one before it, if anything."""
        text = said.text
        opened = self._matcher.opened(text, said.mark)
        before, self._their_unmatched = self._their_unmatched, ""
        if opened is None and before:
            text = f"{before} {said.text}"
            opened = self._matcher.opened(text, said.mark)
        if opened is None:
            self._their_unmatched = said.text if len(said.words) <= JOINED_WORDS else ""
            return False
        suggestion = _takeable(opened, text, at, now)
        if suggestion is None:
            return True
        about = topics(split_words(f"{text} {suggestion.label}"))
        others = [each for each in self._requests if each.suggestion.detour != opened.id]
        self._requests = [_Request(suggestion, about), *others][:MOST_REQUESTS]
        return True

    def _near(self, now: CallContext) -> frozenset[str]:
        """Return the unasked questions around the one on the screen."""
        place = now.state.place
        asks = [item.id for item in self._playbook.items_of(place.detour) if isinstance(item, Ask)]
        at = asks.index(place.item) if place.item in asks else 0
        around = asks[max(at - NEAR_QUESTIONS, 0) : at + NEAR_QUESTIONS + 1]
        return frozenset(id for id in around if id not in now.state.asked)

    def _far_from(self, now: CallContext) -> frozenset[str]:
        """Return the questions of detours that were neither taken nor asked for."""
        where = now.state.place.detour
        if where not in self._far:
            near = {
                item.id for item in (*self._playbook.agenda, *self._playbook.items_of(where)) if isinstance(item, Ask)
            }
            self._far[where] = frozenset(ask.id for ask in self._playbook.call_questions() if ask.id not in near)
        requested = {
            item.id
            for request in self._requests
            for item in self._playbook.items_of(request.suggestion.detour)
            if isinstance(item, Ask)
        }
        return self._far[where] - requested if requested else self._far[where]


def _is_line_shown(said: SpokenSentence, now: CallContext) -> bool:
    """Return whether the user reads out the line on the screen; it may resemble a question that comes later."""
    return isinstance(now.here, Say) and said.line in " ".join(split_words(now.here.text))


def taken_back(events: Sequence[Event]) -> frozenset[str]:
    """Return the questions whose automatic tick was undone."""
    undone = (number for event in events if isinstance(event, Undone) for number in event.events)
    found = (events[number] for number in undone if number < len(events))
    return frozenset(event.question for event in found if isinstance(event, Asked) and event.how is Origin.HEARD)


def _confirm(before: _Collected | None) -> list[Action]:
    answer = before.answer if before is not None else None
    if answer is None or not answer.is_enough:
        return []
    return [lambda standing: actions.heard_answer(standing, answer)]


def _unanswered(kept: _Collected | None, now: CallContext) -> _Collected | None:
    """Return the question if no answer was noted since it was asked."""
    if kept is None or any(note.at > kept.since for note in now.state.notes.get(kept.question, ())):
        return None
    return kept


def _offer(perhaps: _Collected | None) -> AskedSuggestion | None:
    if perhaps is None:
        return None
    return AskedSuggestion(
        perhaps.question, perhaps.asked_as, perhaps.heard, perhaps.since, perhaps.answer, perhaps.before
    )


def _open_detours(now: CallContext) -> set[str | None]:
    return {place.detour for place in (*now.state.returns, now.state.place)}


def _takeable(opened: Match, heard: str, at: float, now: CallContext) -> DetourSuggestion | None:
    """Return the suggestion of a detour, if the call can take it now."""
    try:
        actions.take_detour(now, opened.id)
    except CannotAct:
        return None
    key = next((each for each in view.detour_keys(now) if each.detour == opened.id), None)
    return DetourSuggestion(opened.id, key.label if key else opened.id, key.key if key else "", heard, at)
