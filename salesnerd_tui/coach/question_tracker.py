"""Question tracker: ticks questions that the user asks, and suggests the buyer's requests and answers.

A sure match is recorded and can be undone; a likely one needs a key. Asked does not mean answered. A request of the
buyer is pending until it is accepted, rejected or answered, or the user replies and asks the next question. The buyer's
words after a question are suggested as its answer until a key, the next question or the end of the call confirms them;
their mark on the screen expires sooner. A tick that the user has undone is never repeated automatically in that call.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from salesnerd_tui.call import actions, traversal, view
from salesnerd_tui.call.actions import (
    MAX_REQUESTS,
    SUGGESTION_SECONDS,
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
from salesnerd_tui.coach.signals.questions import is_question, postpones_answer
from salesnerd_tui.playbook.model import Ask, Playbook, Say

if TYPE_CHECKING:
    from salesnerd_tui.call.state import CallState

MAX_ANSWER_WORDS = 60
"""Maximum words of a suggested answer; the transcript has all of it."""

NEAR_QUESTIONS = 3
"""Number of questions before and after the one on the screen that are likely to be asked out of turn."""

MAX_JOINED_WORDS = 12
"""Maximum words of a sentence that is also matched together with the next: recognized speech is split anywhere."""

ANSWER_ENDS_WORDS = 15
"""Words of the user after which the buyer's words no longer answer the question before."""

REPLY_WORDS = 20
"""Words of the user about a request from which it counts as answered; *sure, in a minute* does not."""

SHORT_REPLY_WORDS = 4
"""Words of the user from which the next question ends a request, if the buyer had the floor in between."""

MAX_REST_WORDS = 4
"""Maximum words of the rest of a question that a caption was split in; a longer sentence is a question of its own."""


class _Request(Struct):
    """A request of the buyer, with the user's words since: about it (`reply_words`) and all of them (`words_since`).

    `is_accepted` is true once the buyer has taken a reply without asking again.
    """

    suggestion: DetourSuggestion
    topics: frozenset[str]
    reply_words: int = 0
    is_reply: bool = False
    words_since: int = 0
    is_postponed: bool = False
    is_accepted: bool = False


class _HeardQuestion(Struct):
    """A question that the user asked, and what the buyer has said since; `before` is the answer pending then.

    `asked_as` is the wording of the playbook, `heard` that of the user. `has_moved_on` is true once the buyer has asked
    something: the mark of the answer is hidden. A request of the buyer ends the answer (`is_over`).
    """

    question: str
    asked_as: str
    heard: str
    asked_at: float
    answered_at: float
    words: list[str] = field(default_factory=list)
    before: AnswerSuggestion | None = None
    has_moved_on: bool = False
    is_over: bool = False
    reply_words: int = 0

    def add_answer(self, text: str, at: float) -> None:
        if self.is_over or (self.words and self.reply_words > ANSWER_ENDS_WORDS):
            return
        self.answered_at = at
        self.words.extend(text.split()[: MAX_ANSWER_WORDS - len(self.words)])

    @property
    def answer(self) -> AnswerSuggestion | None:
        if not self.words:
            return None
        ellipsis = "…" if len(self.words) >= MAX_ANSWER_WORDS else ""
        return AnswerSuggestion(self.question, self.asked_as, " ".join(self.words) + ellipsis, self.answered_at)


class QuestionTracker:
    """Tracker of one call and playbook, built when the first words are heard. `events` are those of the call so far.

    `matcher` is one that was built in advance. `should_follow` returns whether the call may move to a question that the
    user was heard asking.
    """

    def __init__(
        self,
        playbook: Playbook,
        state: CallState,
        events: Sequence[Event],
        matcher: Matcher | None,
        should_follow: Callable[[], bool],
    ) -> None:
        self._should_follow = should_follow
        self._playbook = playbook
        self._matcher = matcher or Matcher(playbook, state)
        self._splitter = SentenceSplitter()
        self._asked: _HeardQuestion | None = None
        """Last question that was ticked."""
        self._likely: _HeardQuestion | None = None
        """Question that was only suggested since."""
        self._requests: list[_Request] = []
        """Pending requests, the newest first."""
        self._accepted_requests: dict[str, _Request] = {}
        self._unmatched = ""
        self._is_split = False
        """True if the user's last sentence is a recognized question without an end: the next may be its rest."""
        self._buyer_unmatched = ""
        self._undone_questions = undone_questions(events)
        self._detour_questions: dict[str | None, frozenset[str]] = {}

    def suggestions(self, at: float) -> Suggestions:
        """Return the pending suggestions."""
        likely = self._likely if self._likely and at - self._likely.asked_at <= SUGGESTION_SECONDS else None
        answer = self._asked.answer if self._asked else None
        is_fresh = self._asked is not None and not self._asked.has_moved_on
        shown = answer if answer is not None and is_fresh and at - answer.at <= SUGGESTION_SECONDS else None
        requests = tuple(request.suggestion for request in self._requests)
        return Suggestions(_asked_suggestion(likely), shown, requests, answer)

    def hear(self, event: Heard, context: CallContext) -> tuple[Action, ...]:
        """Return the actions that follow from what was said, in order; takes partials, too."""
        responses: list[Action] = []
        for sentence in self._splitter.hear(event):
            if sentence.side is Side.ME:
                responses += self._hear_user(sentence, event.at, context)
            elif sentence.side is Side.THEM:
                self._hear_buyer(sentence, event.at, context)
        return tuple(responses)

    def follow(self, events: Sequence[Event], context: CallContext) -> None:
        """Take events of the call: suggestions that were accepted or answered by hand are removed."""
        for event in events:
            self._follow(event)
        self._asked = _unless_answered(self._asked, context)
        self._likely = _unless_answered(self._likely, context)
        open_detours = {place.detour for place in (*context.state.returns, context.state.place)}
        for request in [each for each in self._requests if each.suggestion.detour in open_detours]:
            self._requests.remove(request)
            self._accepted_requests[request.suggestion.detour] = request

    def follow_undo(self, events: Sequence[Event]) -> None:
        """Follow an undo: the tick is only suggested from now on, and an accepted request is pending again."""
        self._undone_questions = undone_questions(events)
        if self._asked is not None and self._asked.question in self._undone_questions:
            self._asked = None
        latest = events[-1]
        for number in latest.events if isinstance(latest, Undone) else ():
            event = events[number] if number < len(events) else None
            request = self._accepted_requests.pop(event.detour, None) if isinstance(event, Detoured) else None
            if request is not None:
                self._requests.append(request)

    def reject(self, at: float) -> None:
        """Drop the newest request; without one, the mark on the screen."""
        shown = self.suggestions(at)
        if self._requests:
            del self._requests[0]
        elif shown.asked is not None:
            self._likely = None
        elif shown.answer is not None:
            self._asked = None

    def _follow(self, event: Event) -> None:
        match event:
            case Asked(question=question) if self._likely is not None and self._likely.question == question:
                self._asked, self._likely = self._likely, None
            case Advanced(left=left) | Returned(left=left):
                # The user has moved on from another question: the words are hardly an answer to this one.
                if self._asked is not None and self._asked.words and self._asked.question != left.item:
                    self._asked = None

    def _hear_user(self, sentence: SpokenSentence, at: float, context: CallContext) -> list[Action]:
        self._buyer_unmatched = ""
        self._count_reply(sentence)
        if _is_line_shown(sentence, context):
            return []
        match = self._match(sentence, context)
        if match is None or match.kind is MatchKind.FOLLOW_UP or (self._asked and self._asked.question == match.id):
            return []
        ask = self._playbook.question(match.id)
        if ask is None:
            return []
        heard = _HeardQuestion(match.id, context.wording(ask), sentence.text, at, at)
        if match.is_sure and match.id not in self._undone_questions:
            self._requests = [request for request in self._requests if not request.is_accepted]
            before, self._likely = self._asked, None
            self._asked = None if traversal.is_answered(self._playbook, context.state, ask) else heard
            should_follow = self._should_follow()
            return [
                *_confirm(before),
                lambda context: actions.record_heard_question(context, match.id, follow=should_follow),
            ]
        if not traversal.is_asked(context.state, ask):
            self._likely = replace(heard, before=self._asked.answer if self._asked else None)
        return []

    def _match(self, sentence: SpokenSentence, context: CallContext) -> Match | None:
        """Return the question that this sentence asks, alone or together with the one before it."""
        is_rest = self._is_split and len(sentence.words) <= MAX_REST_WORDS
        self._is_split = False
        if is_rest:
            return None
        following = view.next_item(context)
        expected = (following.id,) if isinstance(following, Ask) else ()
        near, far = self._near_questions(context), self._far_questions(context)
        match_question = partial(
            self._matcher.match_question, mark=sentence.mark, expected=expected, near=near, far=far
        )
        match = match_question(sentence.text)
        before, self._unmatched = self._unmatched, ""
        if match is not None and match.is_sure:
            self._is_split = not sentence.mark
            return match
        if before:
            joined = match_question(f"{before} {sentence.text}")
            if joined is not None and (match is None or joined.score > match.score):
                match = joined
        if len(sentence.words) <= MAX_JOINED_WORDS:
            self._unmatched = sentence.text
        return match

    def _count_reply(self, sentence: SpokenSentence) -> None:
        """Count the user's words after an answer and about requests; an answered request is removed."""
        if self._asked is not None and self._asked.words:
            self._asked.reply_words += len(sentence.words)
        if is_question(sentence.words, sentence.mark):
            return
        spoken = topics(sentence.words)
        for request in self._requests:
            request.words_since += len(sentence.words)
            request.is_postponed = request.is_postponed or postpones_answer(sentence.line)
            request.is_reply = request.is_reply or not spoken.isdisjoint(request.topics)
            request.reply_words += len(sentence.words) * request.is_reply
        self._requests = [request for request in self._requests if request.reply_words < REPLY_WORDS]

    def _hear_buyer(self, sentence: SpokenSentence, at: float, context: CallContext) -> None:
        self._unmatched, self._is_split = "", False
        for request in self._requests:
            request.is_reply = False
            request.is_accepted = request.words_since >= SHORT_REPLY_WORDS and not request.is_postponed
        is_request = self._hear_request(sentence, at, context)
        if is_polite(sentence.words):
            return
        is_asking = is_request or is_question(sentence.words, sentence.mark)
        for question in (self._likely, self._asked):
            if question is None:
                continue
            if not is_asking:
                question.add_answer(sentence.text, at)
            elif question.words:
                question.has_moved_on = True
                question.is_over = question.is_over or is_request

    def _hear_request(self, sentence: SpokenSentence, at: float, context: CallContext) -> bool:
        """Record the detour that this sentence of the buyer asks for, alone or together with the one before it.

        Return whether it asks for a detour.
        """
        text = sentence.text
        match = self._matcher.match_detour(text, sentence.mark)
        before, self._buyer_unmatched = self._buyer_unmatched, ""
        if match is None and before:
            text = f"{before} {sentence.text}"
            match = self._matcher.match_detour(text, sentence.mark)
        if match is None:
            self._buyer_unmatched = sentence.text if len(sentence.words) <= MAX_JOINED_WORDS else ""
            return False
        suggestion = _detour_suggestion(match, text, at, context)
        if suggestion is not None:
            request = _Request(suggestion, topics(split_words(f"{text} {suggestion.label}")))
            others = [each for each in self._requests if each.suggestion.detour != match.id]
            self._requests = [request, *others][:MAX_REQUESTS]
        return True

    def _near_questions(self, context: CallContext) -> frozenset[str]:
        """Return the unasked questions around the one on the screen."""
        here = context.item
        asks = [item for item in self._playbook.items_of(context.state.place.detour) if isinstance(item, Ask)]
        at = asks.index(here) if here in asks else 0
        around = asks[max(at - NEAR_QUESTIONS, 0) : at + NEAR_QUESTIONS + 1]
        return frozenset(ask.id for ask in around if not traversal.is_asked(context.state, ask))

    def _far_questions(self, context: CallContext) -> frozenset[str]:
        """Return the questions of detours that were neither taken nor asked for."""
        detour = context.state.place.detour
        if detour not in self._detour_questions:
            near = {
                item.id for item in (*self._playbook.agenda, *self._playbook.items_of(detour)) if isinstance(item, Ask)
            }
            self._detour_questions[detour] = frozenset(
                ask.id for ask in self._playbook.call_questions() if ask.id not in near
            )
        requested = {
            item.id
            for request in self._requests
            for item in self._playbook.items_of(request.suggestion.detour)
            if isinstance(item, Ask)
        }
        return self._detour_questions[detour] - requested


def _is_line_shown(sentence: SpokenSentence, context: CallContext) -> bool:
    """Return whether the user reads out the line on the screen; it may resemble a question that comes later."""
    return isinstance(context.item, Say) and sentence.line in " ".join(split_words(context.item.text))


def undone_questions(events: Sequence[Event]) -> frozenset[str]:
    """Return the questions whose automatic tick was undone."""
    numbers = (number for event in events if isinstance(event, Undone) for number in event.events)
    undone = (events[number] for number in numbers if number < len(events))
    return frozenset(event.question for event in undone if isinstance(event, Asked) and event.how is Origin.HEARD)


def _confirm(before: _HeardQuestion | None) -> list[Action]:
    answer = before.answer if before is not None else None
    if answer is None or not answer.is_long_enough:
        return []
    return [lambda context: actions.record_heard_answer(context, answer)]


def _unless_answered(question: _HeardQuestion | None, context: CallContext) -> _HeardQuestion | None:
    """Return the question if no answer was noted since it was asked."""
    if question is None:
        return None
    notes = context.state.notes.get(question.question, ())
    return None if any(note.at > question.asked_at for note in notes) else question


def _asked_suggestion(likely: _HeardQuestion | None) -> AskedSuggestion | None:
    if likely is None:
        return None
    return AskedSuggestion(
        likely.question, likely.asked_as, likely.heard, likely.asked_at, likely.answer, likely.before
    )


def _detour_suggestion(match: Match, heard: str, at: float, context: CallContext) -> DetourSuggestion | None:
    """Return the suggestion of a detour if the call can take it now."""
    try:
        actions.take_detour(context, match.id)
    except CannotAct:
        return None
    key = next((each for each in view.detour_keys(context) if each.detour == match.id), None)
    return DetourSuggestion(match.id, key.label if key else match.id, key.key if key else "", heard, at)
