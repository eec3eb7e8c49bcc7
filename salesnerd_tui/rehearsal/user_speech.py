"""Reader of the user's speech for rehearsal buyers: the coach's own reading of questions, product talk and jargon."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from msgspec.structs import replace

from salesnerd_tui.call.events import Heard, Side
from salesnerd_tui.coach.drift_judge import DriftJudge
from salesnerd_tui.coach.question_matcher import Matcher, MatchKind
from salesnerd_tui.coach.sentences import SentenceSplitter, SpokenSentence, split_words, stem
from salesnerd_tui.coach.signals.questions import is_question
from salesnerd_tui.coach.speech_reader import SpeechAct, classify
from salesnerd_tui.playbook.model import Ask, Playbook, Say
from salesnerd_tui.rehearsal.buyer import RecognizedQuestion

PITCH_ACTS = frozenset((SpeechAct.FEATURE, SpeechAct.INTERNALS, SpeechAct.US))


class CoachSpeechReader:
    """Interprets the user's speech as the coach does. Build one per playbook."""

    def __init__(self, playbook: Playbook) -> None:
        self._playbook = playbook
        self._matcher = Matcher(playbook)
        self._follow_ups: dict[str, Matcher] = {}
        self._terms = {tuple(split_words(term)): term for term in playbook.coach.jargon}
        self._stems = frozenset(stem(word) for term in self._terms for word in term)
        agendas = (playbook.agenda, *(detour.agenda for detour in playbook.detours.values()))
        self._say_patterns = [_spoken_line(item) for items in agendas for item in items if isinstance(item, Say)]

    def match_question(self, text: str, expected: Collection[str]) -> RecognizedQuestion | None:
        """Return the playbook question in these words; expected ones are also recognized by the follow-ups of answers.

        A statement of the playbook is not a question, even if it resembles one.
        """
        spoken = " ".join(split_words(text))
        if any(line.fullmatch(spoken) for line in self._say_patterns):
            return None
        match = self._matcher.match_question(text, expected=expected)
        if match is not None and match.is_sure:
            return RecognizedQuestion(match.id, match.kind is MatchKind.FOLLOW_UP)
        for ask in self._playbook.call_questions():
            if ask.id in expected and self._is_follow_up(ask, text):
                return RecognizedQuestion(ask.id, is_follow_up=True)
        if match is None or match.kind is MatchKind.FOLLOW_UP or not self.is_question(text):
            return None
        return RecognizedQuestion(match.id)

    def _is_follow_up(self, ask: Ask, text: str) -> bool:
        """Return whether the sentence follows up an answer. Follow-ups are short, so only a sure match counts."""
        if ask.id not in self._follow_ups:
            probes = tuple(text for answer in ask.answers for text in answer.follow_ups)
            alone = replace(
                self._playbook, agenda=(replace(ask, text="", phrasings=(), follow_ups=probes),), detours={}
            )
            self._follow_ups[ask.id] = Matcher(alone)
        match = self._follow_ups[ask.id].match_question(text)
        return match is not None and match.is_sure

    def is_question(self, text: str) -> bool:
        return any(is_question(said.words, said.mark) for said in _sentences(text))

    def is_pitch(self, text: str) -> bool:
        """Return True when any sentence of the text talks about the product or the company."""
        judge = DriftJudge()
        for said in _sentences(text):
            reading = judge.hear(
                is_user=True, words=said.words, start=said.start, end=said.end, has_question_mark=said.mark == "?"
            )
            if classify(said, reading, frozenset(), self._stems).act in PITCH_ACTS:
                return True
        return False

    def find_jargon(self, text: str) -> tuple[str, ...]:
        """Return the playbook's terms in the text, including plurals."""
        line = " ".join(stem(word) for word in split_words(text))
        spelled = {term: " ".join(map(stem, parts)) for parts, term in self._terms.items() if parts}
        return tuple(term for term, stems in spelled.items() if f" {stems} " in f" {line} ")


def _spoken_line(say: Say) -> re.Pattern[str]:
    """Return a pattern that matches a line to say with any values in its slots."""
    parts = (" ".join(split_words(part)) for part in re.split(r"\{[^}]*\}", say.text))
    return re.compile(" ?(?:.* )?".join(re.escape(part) for part in parts))


def _sentences(text: str) -> Iterator[SpokenSentence]:
    yield from SentenceSplitter().hear(Heard(0.0, Side.ME, "", 0.0, len(text.split()) / 2.5, text))
