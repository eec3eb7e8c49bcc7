"""Questions and their kinds, recognized by words, because speech recognition drops question marks.

English asks by inverting verb and subject (*do you*, *is it*), by a question word before a verb (*how often does*), or
explicitly (*tell me*, *I wonder whether*). A question mark is further evidence, but not required; a period rules out
all but the clearest questions. A check (*can you see my screen*, *okay?*, *right?*) is about the meeting and asks the
buyer nothing.

A question of the buyer is open when the reply puts it off or changes the subject. A later sentence of the user that
shares enough words with the question closes it. The debrief finds open questions in the same way
(`review/debrief/talk.py`), and also those that nobody replied to.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from salesnerd_tui.coach.phrases import Phrases
from salesnerd_tui.coach.sentences import SpokenSentence, end_mark, split_words, topics
from salesnerd_tui.lazy_pattern import lazy_pattern


class QuestionType(StrEnum):
    """Kind of a question: a check asks the buyer nothing."""

    REAL = "real"
    CHECK = "check"


_SUBJECT = (
    "(?:you|we|i|it|they|he|she|this|that|there|these|those|the|your|our|my|a|an|any|all|some|anyone|anybody|someone|"
    "everyone|everything)"
)
_BE = "(?:is|are|was|were|isn't|aren't)"
_DO = (
    "(?:do|does|did|don't|doesn't|didn't|can|could|would|will|should|shall|have|has|had|may|might|won't|wouldn't|"
    "couldn't|can't)"
)
_LEAD = (
    "(?:(?:so|and|but|or|okay|ok|well|um|uh|yeah|yes|no|also|now|then|right|great|good|alright|sorry|hey|like|"
    "because|thanks|thank you|actually|basically|again|first|second|third|finally|maybe|just|oh|ah|look|in general|"
    "in principle|for example|by the way|overall|i mean|one (?:more|last|other|final) (?:question|thing)|(?:another|"
    "next|last|a|my|the|second|first) question(?: is)?|question(?: is)?|i have a question) )*"
)

_OPENING = Phrases(
    f"{_LEAD}(?:{_BE}|{_DO}) {_SUBJECT}",
    f"{_LEAD}(?:does|did|don't|doesn't|didn't|isn't|aren't|wasn't) [a-z'-]+",
    f"{_LEAD}(?:what|which|who|whose|where|when|why|how)(?:'s)?(?! (?:we|i|you|they|it|he|she|this) )(?: "
    f"[a-z'-]+){{0,5}}? (?:{_BE}|{_DO}|am) [a-z'-]+",
    f"{_LEAD}who(?:'s)? (?!(?:is|are|was|were) )[a-z'-]+",
    f"{_LEAD}what (?:happens|happened|makes|made|comes|came|goes|went|costs|takes|worries|worried|keeps|kept|matters|"
    "stops|gets)",
    f"{_LEAD}(?:what|who|where|how|when)(?:'s|'re) [a-z'-]+",
    f"{_LEAD}(?:what|how) about",
    f"{_LEAD}(?:how come|how so|why not|why|what if|what else|like what|for what|how many|how much|how often|how long)",
    f"{_LEAD}(?:any|no) (?:questions|thoughts|ideas|comments|concerns|objections|additions|feedback)$",
    f"{_LEAD}(?:which|what) (?:one|kind|sort|type|part|of)",
)
_SECOND_PERSON = Phrases(
    f"{_LEAD}{_DO} you(?: guys| all)? (?:[a-z]+ )?[a-z]+",
    f"{_LEAD}are you (?:[a-z]+ )?[a-z]+",
    f"{_LEAD}(?:what|how|where|when|which|why|who)(?: [a-z'-]+){{0,4}}? (?:{_DO}|are|were) you",
    f"{_LEAD}(?:what|how|where|who|which)(?: [a-z'-]+){{0,2}}? {_BE} your",
    "(?:what|how|where|which|why) (?:do|did|would|will) you",
    "what do you think",
)
_ANYWHERE = Phrases(
    "(?:what|how|where|when|which|why|who)(?: [a-z'-]+){0,3}? (?:do|does|did|can|could|would|should|will) (?:you|we|"
    "i|they|it|that|this)",
    "(?:should|shall|could|can) (?:we|i) [a-z]+ (?:[a-z]+ )*or",
    "(?:do|did|are|were|can|could|will|would|should|have) you",
    "(?:isn't|aren't|doesn't|didn't|wasn't|won't) (?:it|that|there|this|they)",
    "(?:is|does|are) (?:that|this|it|everything|these) (?:okay|ok|fine|clear|correct|right|good|enough|work|suit|"
    "sound)",
    "would (?:that|this|it) (?:be|work|help|make)",
)
_EXPLICIT = Phrases(
    "(?:can|could|would|will) you (?:please |maybe |just |briefly )*(?:tell|explain|describe|clarify|confirm|walk|"
    "elaborate|remind|say|talk|give)",
    "(?:tell|walk) (?:me|us)(?: a (?:little|bit)| more)*(?: about| through| how| what| why)",
    "(?:i'm|i am|we're|we are|was|am) (?:just |also |really )?(?:curious|wondering)",
    "(?:i|we) (?:wonder|wanted to ask|want to ask)",
    "(?:i'd|we'd|i would|we would) like to (?:ask|know|hear|understand)",
    "let (?:me|us) know (?:if|what|whether|how)",
    "(?:the|a|my|our) question is (?:if|whether|about|how|what|should|do|is)",
)
_TAG = Phrases("(?:right|okay|ok|correct|isn't it|aren't you|don't you|doesn't it|agreed|yes|yeah|you know)$")
_CHECK = Phrases(
    "(?:can|do|did|could) (?:you|everyone|everybody|folks|people)(?: all| guys)? (?:still |already )?(?:see|hear)",
    f"^{_LEAD}(?:is|are) (?:it|this|that|my|the|you|we|everything) (?:[a-z]+ )?(?:visible|audible|muted|recording|"
    "recorded|ready|clear)$",
    f"^{_LEAD}(?:may|can|shall|could) (?:i|we) (?:please |already |now )?(?:start|begin|share|record|move|continue|"
    "go|proceed|publish|include|get your)",
    "(?:may|can|could|do|would|shall) (?:you|i|we)(?: [a-z']+){0,9} (?:record|recording|recorded|transcript|"
    "transcribe|publish|permission|consent|licen[cs]e)",
    "(?:do|would) you (?:mind|consent|permit|allow|give)",
    "(?:your )?(?:permission|consent) (?:to|for)",
    "(?:does|do) (?:that|this|it|i) make sense",
    "you know (?:what i mean)?$",
    "see what i mean$",
)
_CLEFT = Phrases(
    f"{_LEAD}(?:what|where|how|why|who) (?:i|we|it|this|that|they|he|she|you|our|my|the)(?:'ve|'re|'s|'d|'ll)?(?! "
    "(?:think|want|need|mean)$) (?:[a-z'-]+ ){0,6}?(?:is|was|are|were) ",
)
"""Statements that start with a question word, such as *What we have got is a full stack*, without an inversion."""

_SELF = Phrases(
    "where (?:is|was|did) (?:it|that|this|he|the)",
    "what (?:else|was|is) (?:it|that|do i|do we need to|did i|was i)",
    "what (?:was|am) i",
    "why (?:didn't|isn't|doesn't|won't) (?:it|this|that)",
    "how (?:do|should) (?:i|you) (?:say|put)",
    "what's it called",
)
MAX_SELF_WORDS = 8
"""Maximum words of a question about the screen that users ask themselves."""


def classify_question(words: tuple[str, ...], mark: str = "") -> QuestionType | None:
    """Return the kind of question, or None for a statement. `mark` is the final punctuation of the text, if any."""
    if not words:
        return None
    line = " ".join(words)
    if len(words) <= MAX_SELF_WORDS and _SELF.search(line):
        return None
    is_asking = _is_asking(line, mark)
    if (is_asking or mark != ".") and _CHECK.search(line):
        return QuestionType.CHECK
    if mark == "?":
        return QuestionType.CHECK if len(words) == 1 or (_TAG.search(line) and not is_asking) else QuestionType.REAL
    return QuestionType.REAL if is_asking else None


def is_question(words: tuple[str, ...], mark: str = "") -> bool:
    """Return whether the words are a question, including checks."""
    return classify_question(words, mark) is not None


def _is_asking(line: str, mark: str) -> bool:
    if mark != "?" and _CLEFT.match(line):
        return False
    if _EXPLICIT.search(line) or _SECOND_PERSON.match(line):
        return True
    if mark in (".", "!"):
        return False
    return bool(_OPENING.match(line) or _ANYWHERE.search(line))


MIN_WORDS = 4
"""Minimum words of a question; shorter ones ("sorry?", "is it?") need no later answer."""

MIN_SHARED_STEMS = 2
"""Minimum content stems that a later sentence shares with a question that it answers."""

REPLY_SENTENCES = 3
"""Sentences at the start of a reply that decide whether it answers."""

MAX_OPEN = 20
"""Maximum number of open questions."""

_POSTPONES = Phrases(
    "(?:i|we)(?:'ll| will|'d| would)? (?:have to|need to|must|better) (?:check|ask|look|find out|get back)",
    "(?:i|we)(?:'ll| will| can) (?:check|find out|get back|look (?:it|that|into)|come back|come to|get to|let you know|"
    "tell you (?:later|in a))",
    "(?:i|we) (?:don't|do not) (?:actually |really )?know|no idea|let me (?:check|find out|come back)",
    "(?:more on that|later|another time|in a (?:minute|second|moment))$",
)
_CHANGES_SUBJECT = lazy_pattern(
    r"^(?:(?:so|okay|ok|well|right|yes|yeah|good|great|thanks|thank you|and|but|now) )*(?:moving on|move on|anyway|"
    r"before (?:that|we get|i answer)|let me (?:first|just|finish|continue|share|"
    r"show)|as i was saying|first|next|regarding)\b"
)


def needs_answer(text: str) -> bool:
    """Return whether a sentence is a question that needs an answer; checks such as *okay?* do not."""
    words = split_words(text)
    return len(words) >= MIN_WORDS and classify_question(words, end_mark(text)) is QuestionType.REAL


def postpones_answer(line: str) -> bool:
    """Return whether the first sentence of a reply puts the answer off."""
    return _POSTPONES.search(line) is not None


def changes_subject(line: str) -> bool:
    """Return whether the first sentence of a reply opens another subject."""
    return _CHANGES_SUBJECT.search(line) is not None


class OpenQuestion(Struct, frozen=True):
    """A question of the buyer that is not answered. `at` is in seconds of the call."""

    text: str
    at: float


class OpenQuestions:
    """Open questions of a call, updated one sentence at a time at a constant cost."""

    def __init__(self) -> None:
        self._open: list[tuple[OpenQuestion, frozenset[str]]] = []
        """Open questions with their topics, oldest first."""
        self._pending: tuple[OpenQuestion, frozenset[str]] | None = None
        """The last question, while the user replies to it."""
        self._reply_sentences = 0

    @property
    def open(self) -> tuple[OpenQuestion, ...]:
        """The questions that wait for an answer, oldest first."""
        return tuple(question for question, _ in self._open)

    def add_buyer_sentence(self, sentence: SpokenSentence, *, is_question: bool) -> None:
        """Take a sentence of the buyer; `is_question` is true if it may be a question.

        Within a turn, the last wording of a question counts.
        """
        if self._pending is not None and self._reply_sentences:
            self._leave_open()
        if not is_question or len(sentence.words) < MIN_WORDS:
            return
        if classify_question(sentence.words, sentence.mark) is QuestionType.REAL:
            self._pending = (OpenQuestion(sentence.text, sentence.start), topics(sentence.words))
            self._reply_sentences = 0

    def add_user_sentence(self, sentence: SpokenSentence) -> None:
        """Take a sentence of the user: the reply to a question, or the answer to an older one."""
        spoken = topics(sentence.words)
        if self._open:
            self._open = [question for question in self._open if len(question[1] & spoken) < MIN_SHARED_STEMS]
        if self._pending is None:
            return
        self._reply_sentences += 1
        is_first = self._reply_sentences == 1
        if is_first and postpones_answer(sentence.line):
            self._leave_open()
        elif (is_first and not changes_subject(sentence.line)) or not spoken.isdisjoint(self._pending[1]):
            self._pending = None
        elif self._reply_sentences >= REPLY_SENTENCES:
            self._leave_open()

    def _leave_open(self) -> None:
        assert self._pending is not None
        self._open = [*self._open, self._pending][-MAX_OPEN:]
        self._pending = None
        self._reply_sentences = 0
