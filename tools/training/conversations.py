"""Labeled conversations as the coach hears them: split by its own sentence splitter, each sentence with its label.

Conversations come from a corpus folder and from `dialogues` beside this file. Each is read in several variants
(`VARIANTS`): as written, without punctuation and capitals, with lost words, and with wrong times.
"""

from __future__ import annotations

import json
import math
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from salesnerd_tui.call.events import Heard, Side
from salesnerd_tui.coach.sentences import SentenceSplitter

HERE = Path(__file__).resolve().parent
DIALOGUES = HERE / "dialogues"
PAIRS = HERE / "pairs.txt"
HELD_OUT = ("hand_h", "hand_c")
"""Authors whose conversations must not influence any decision; only `make judge --held-out` reads them."""

KINDS = {"calls": "hand_", "pairs": "pairs_", "meetings": "meetings_", "pitches": "pitches_"}
"""Folders of an author's conversations, and the prefix of their sources."""

VARIANTS = ("as written", "bare", "lossy", "wrong clocks")
BROKEN = "broken captions"
"""Variant only for measuring: captions of a few words that break sentences, as meeting tools write them."""

CAPTION_WORDS = (7, 13)
"""Fewest and most words of such a caption."""

LOST_SHARE = 0.15
"""Share of the words that the lossy variant loses."""

JITTER = 0.35
"""Standard deviation of the logarithm of the length of a turn with wrong clocks."""

_END = re.compile(r"(?<=[.?!…])[\"'”’)\]]*\s+")
_BARE = re.compile(r"[^\w\s'’-]")
_LABEL = re.compile(r"(\d+)\s+([A-Za-z])([id]*)(?:\s.*)?")
_RELATION = {"answers": "A", "takes_up": "T", "passes_over": "P"}


@dataclass(frozen=True)
class Label:
    """Label of one sentence, and the flags of the codebook."""

    act: str
    is_invited: bool = False
    is_drift: bool = False


@dataclass(frozen=True)
class Stretch:
    """A stretch of drift, in turns: a warning is due by turn `tap`. `confidence` of the readers is 0 to 1."""

    first: int
    last: int
    tap: int
    kind: str
    confidence: float


@dataclass(frozen=True)
class CoachSentence:
    """One sentence as the coach splits it, with the label of the numbered sentence at its middle."""

    is_user: bool
    turn: int
    text: str
    words: tuple[str, ...]
    has_question_mark: bool
    start: float
    end: float
    act: str
    is_drift: bool
    is_invited: bool
    relation: str
    weight: float


@dataclass
class Conversation:
    """A labeled conversation. `labels` are by sentence number, `relation` by the number of the user's first sentence.

    `me` are the speakers who are the user. A span is a stretch of drift: its first and last sentence, the sentence by
    which a tap is due, its kind and the readers' confidence.
    """

    name: str
    source: str
    path: Path
    me: frozenset[str]
    rows: list[dict[str, Any]]
    labels: dict[int, Label] = field(default_factory=dict)
    spans: list[tuple[int, int, int, str, float]] = field(default_factory=list)
    relation: dict[int, str] = field(default_factory=dict)

    @property
    def project(self) -> str:
        """Key of the conversations that must stay in one fold: the meetings of a team, both halves of a pair."""
        short = self.name.split("/")[1]
        if self.source == "innopolis":
            return re.split(r"_w?\d", short)[0]
        return re.sub(r"_[ab]$", "", short) if self.source.startswith("pairs_") else short

    @cached_property
    def sentences(self) -> list[tuple[int, int]]:
        """Turn and number of words of each numbered sentence."""
        sentences = []
        for turn, row in enumerate(self.rows):
            text, at = row["text"], 0
            for cut in [*(end.end() for end in _END.finditer(text)), len(text)]:
                if text[at:cut].strip():
                    sentences.append((turn, len(text[at:cut].split())))
                at = cut
        return sentences

    @cached_property
    def clocks(self) -> list[tuple[float, float]]:
        """Start and end of each turn; the clock never runs backwards."""
        clocks, clock = [], 0.0
        for row in self.rows:
            start = max(clock, row["start"] if row.get("start") is not None else clock)
            length = len(row["text"].split()) / 2.5
            end = row.get("end")
            clock = start + (length if end is None else max(end - (row.get("start") or 0.0), 0.0))
            clocks.append((start, clock))
        return clocks

    @property
    def hours(self) -> float:
        return max(self.clocks[-1][1] - self.clocks[0][0], 1.0) / 3600

    @cached_property
    def stretches(self) -> list[Stretch]:
        turns = [turn for turn, _ in self.sentences]
        return [
            Stretch(turns[first], turns[last], turns[tap], kind, confidence)
            for first, last, tap, kind, confidence in self.spans
        ]

    @cached_property
    def invited_turns(self) -> frozenset[int]:
        return frozenset(turn for number, (turn, _) in enumerate(self.sentences) if self._label(number).is_invited)

    @cached_property
    def overpromised_turns(self) -> frozenset[int]:
        return frozenset(turn for number, (turn, _) in enumerate(self.sentences) if self._label(number).act == "O")

    def utterances(self, variant: str = "as written") -> list[Heard]:
        """Return the utterances as the coach gets them."""
        if variant == BROKEN:
            rng, whole = random.Random(self.name), self.utterances()
            captions = [caption for utterance in whole for caption in _break_up(utterance, rng)]
            return [replace(caption, utterance=number) for number, caption in enumerate(captions)]
        return [utterance for utterance, _ in self._utterances(variant)]

    def coach_sentences(self, variant: str = "as written") -> list[CoachSentence]:
        """Return the sentences as the coach splits them."""
        if variant not in self._sentences_by_variant:
            self._sentences_by_variant[variant] = list(self._split(variant))
        return self._sentences_by_variant[variant]

    @cached_property
    def _sentences_by_variant(self) -> dict[str, list[CoachSentence]]:
        return {}

    def _label(self, number: int) -> Label:
        is_user = self.rows[self.sentences[number][0]]["speaker"] in self.me
        return self.labels.get(number) or Label("X" if is_user else "x")

    def _utterances(self, variant: str) -> Iterator[tuple[Heard, list[int]]]:
        """Yield each utterance, and for each of its words the number of the sentence it belongs to."""
        rng = random.Random(f"{self.name} {variant}")
        numbers: dict[int, list[int]] = {}
        for number, (turn, count) in enumerate(self.sentences):
            numbers.setdefault(turn, []).extend([number] * count)
        shift = 0.0
        for turn, row in enumerate(self.rows):
            words = list(zip(row["text"].split(), numbers.get(turn, ()), strict=True))
            start, end = self.clocks[turn]
            if variant == "bare":
                words = [(part, number) for word, number in words for part in _BARE.sub(" ", word).lower().split()]
            elif variant == "lossy":
                words = [word for word in words if rng.random() >= LOST_SHARE] or words
            elif variant == "wrong clocks":
                start += shift
                length = end - start + shift
                wrong_length = length * math.exp(rng.gauss(0, JITTER))
                shift += wrong_length - length
                end = start + wrong_length
            side = Side.ME if row["speaker"] in self.me else Side.THEM
            text = " ".join(word for word, _ in words)
            yield (
                Heard(end, side, row["speaker"], start, end, text, final=True, utterance=turn, turn=turn),
                [number for _, number in words],
            )

    def _split(self, variant: str) -> Iterator[CoachSentence]:
        splitter = SentenceSplitter()
        confidence_of: dict[int, float] = {}
        near_drift: set[int] = set()
        for first, last, _, _, confidence in self.spans:
            confidence_of.update(dict.fromkeys(range(first, last + 1), confidence))
            near_drift.update(range(first - 3, last + 4))
        related: set[int] = set()
        for utterance, numbers in self._utterances(variant):
            at = 0
            for sentence in splitter.hear(utterance):
                count = len(sentence.text.split())
                middle = min(at + count // 2, len(numbers) - 1)
                number = numbers[middle] if numbers else 0
                first_number = numbers[at] if at < len(numbers) else number
                at += count
                label = self._label(number)
                relation = ""
                if first_number in self.relation and first_number not in related:
                    related.add(first_number)
                    relation = self.relation[first_number]
                weight = 0.4 if number in near_drift else 1.0
                if label.is_drift:
                    weight = confidence_of.get(number, 0.6) + 0.2
                yield CoachSentence(
                    utterance.side is Side.ME,
                    utterance.turn,
                    sentence.text,
                    sentence.words,
                    sentence.mark == "?",
                    sentence.start,
                    sentence.end,
                    label.act,
                    label.is_drift,
                    label.is_invited,
                    relation,
                    weight,
                )


def _break_up(utterance: Heard, rng: random.Random) -> Iterator[Heard]:
    """Yield the utterance as captions, each of which arrives when it ends."""
    words, start = (utterance.text or "").split(), utterance.start
    seconds_per_word = (utterance.end - utterance.start) / max(len(words), 1)
    while words:
        count = rng.randint(*CAPTION_WORDS)
        end = start + len(words[:count]) * seconds_per_word
        yield replace(utterance, at=end, start=start, end=end, text=" ".join(words[:count]))
        words, start = words[count:], end


def _read_rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _read_labeled(
    name: str, path: Path, labels: Path, me: frozenset[str], relations: Mapping[str, Mapping[int, str]]
) -> Conversation:
    relation = dict(relations.get(name, {}))
    conversation = Conversation(name, name.split("/", maxsplit=1)[0], path, me, _read_rows(path), relation=relation)
    for line in labels.read_text(encoding="utf-8").splitlines():
        parts = line.split()
        if line.startswith("SPAN"):
            first, last, tap = (int(part) for part in parts[1:4])
            conversation.spans.append((first, last, tap, parts[4], float(parts[5])))
        elif line.startswith("# PAIR") and len(parts) == 5:
            relation[int(parts[3])] = _RELATION[parts[4]]
        elif match := _LABEL.fullmatch(line.strip()):
            conversation.labels[int(match[1])] = Label(match[2], "i" in match[3], "d" in match[3])
    count = len(conversation.sentences)
    conversation.spans = [span for span in conversation.spans if max(span[:3]) < count]
    return conversation


def load_corpus(corpus: Path) -> list[Conversation]:
    """Load the labeled conversations of a corpus, in the order of their names."""
    me_of: dict[str, frozenset[str]] = {}
    for view in _read_rows(corpus / "conversations.jsonl"):
        me_of.setdefault(view["file"], frozenset(view["me"]))
    relations: dict[str, dict[int, str]] = {}
    for line in PAIRS.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, user_sentence, letter = line.split()
            relations.setdefault(name, {})[int(user_sentence)] = letter
    conversations = []
    for labels in sorted((corpus / "dense").glob("*.txt")):
        source, short = labels.stem.split("__", 1)
        path = corpus / source / f"{short}.jsonl"
        me = me_of.get(f"{source}/{short}.jsonl") or frozenset({"me"})
        if source == "innopolis":
            me |= {row["speaker"] for row in _read_rows(path) if row["speaker"].startswith("team")}
        conversations.append(_read_labeled(f"{source}/{short}", path, labels, me, relations))
    return conversations


def load_dialogues(authors: Sequence[str] = ("hand_a", "hand_b")) -> list[Conversation]:
    """Load our own conversations. The held-out authors have to be named."""
    conversations = []
    for author in authors:
        for kind, prefix in KINDS.items():
            source = author.replace("hand_", prefix)
            for path in sorted((DIALOGUES / author / kind).glob("*.jsonl")):
                name = f"{source}/{path.stem}"
                conversations.append(_read_labeled(name, path, path.with_suffix(".txt"), frozenset({"me"}), {}))
    return conversations
