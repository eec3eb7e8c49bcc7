"""Labeled conversations as the coach hears them: cut by its own sentence splitter, each piece with its label.

Given conversations come from the folder CORPUS; ours lie beside this file. A conversation is heard in several ways
(`HEARINGS`): as written, without punctuation and capitals, with words lost, and with wrong clocks.
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

from salesnerd_tui.call.events import Heard, Side
from salesnerd_tui.coach.sentences import SentenceSplitter

HERE = Path(__file__).resolve().parent
DIALOGUES = HERE / "dialogues"
PAIRS = HERE / "pairs.txt"
HELD_OUT = ("hand_h", "hand_c")
"""Conversations that no decision may rest on; only ``make judge`` reads them, and only when asked."""

KINDS = {"calls": "hand_", "pairs": "pairs_", "meetings": "meetings_", "pitches": "pitches_"}
"""Folders of a hand's conversations, and how the source of each begins."""

HEARINGS = ("as written", "bare", "lossy", "wrong clocks")
LOST = 0.15
JITTER = 0.35
"""Share of words that a lossy hearing loses, and spread of the logarithm of how long a turn took."""

_END = re.compile(r"(?<=[.?!…])[\"'”’)\]]*\s+")
_BARE = re.compile(r"[^\w\s'’-]")
_LABEL = re.compile(r"(\d+)\s+([A-Za-z])([id]*)(?:\s.*)?")
_RELATION = {"answers": "A", "takes_up": "T", "passes_over": "P"}


@dataclass(frozen=True)
class Label:
    """Label of one sentence, and the flags of the codebook."""

    act: str
    invited: bool = False
    drift: bool = False


@dataclass(frozen=True)
class Stretch:
    """A stretch of drift, in turns: a warning is due by turn ``tap``. ``sure`` is the readers' confidence, 0 to 1."""

    first: int
    last: int
    tap: int
    kind: str
    sure: float


@dataclass(frozen=True)
class Piece:
    """One sentence as the coach's splitter cuts it, with the label of the sentence that holds its middle."""

    user: bool
    turn: int
    text: str
    words: tuple[str, ...]
    asked: bool
    start: float
    end: float
    act: str
    drift: bool
    invited: bool
    relation: str
    weight: float


@dataclass
class Conversation:
    """A labeled conversation. ``labels`` are by sentence number, ``relation`` by the number of my first sentence."""

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
        """Key of the conversations that must stay in one fold: a team's meetings, both halves of a pair."""
        short = self.name.split("/")[1]
        if self.source == "innopolis":
            return re.split(r"_w?\d", short)[0]
        return re.sub(r"_[ab]$", "", short) if self.source.startswith("pairs_") else short

    @cached_property
    def sentences(self) -> list[tuple[int, int]]:
        """Turn and number of words of each numbered sentence."""
        found = []
        for turn, row in enumerate(self.rows):
            text, at = row["text"], 0
            for cut in [*(end.end() for end in _END.finditer(text)), len(text)]:
                if text[at:cut].strip():
                    found.append((turn, len(text[at:cut].split())))
                at = cut
        return found

    @cached_property
    def clocks(self) -> list[tuple[float, float]]:
        """Start and end of each turn; the clock never runs backwards."""
        clocks, clock = [], 0.0
        for row in self.rows:
            start = max(clock, row["start"] if row.get("start") is not None else clock)
            length = len(row["text"].split()) / 2.5
            given = row.get("end")
            clock = start + max(given - (row.get("start") or 0.0), 0.0) if given is not None else start + length
            clocks.append((start, clock))
        return clocks

    @property
    def hours(self) -> float:
        return max(self.clocks[-1][1] - self.clocks[0][0], 1.0) / 3600

    @cached_property
    def stretches(self) -> list[Stretch]:
        turn = [turn for turn, _ in self.sentences]
        return [Stretch(turn[a], turn[b], turn[t], kind, sure) for a, b, t, kind, sure in self.spans]

    @cached_property
    def invited_turns(self) -> frozenset[int]:
        return frozenset(turn for number, (turn, _) in enumerate(self.sentences) if self._label(number).invited)

    @cached_property
    def overpromised_turns(self) -> frozenset[int]:
        return frozenset(turn for number, (turn, _) in enumerate(self.sentences) if self._label(number).act == "O")

    def heards(self, hearing: str = "as written") -> list[Heard]:
        """The utterances as the coach gets them."""
        return [heard for heard, _ in self._heard(hearing)]

    def pieces(self, hearing: str = "as written") -> list[Piece]:
        """The sentences as the coach cuts them."""
        if hearing not in self._kept:
            self._kept[hearing] = list(self._pieces(hearing))
        return self._kept[hearing]

    @cached_property
    def _kept(self) -> dict[str, list[Piece]]:
        return {}

    def _label(self, number: int) -> Label:
        user = self.rows[self.sentences[number][0]]["speaker"] in self.me
        return self.labels.get(number) or Label("X" if user else "x")

    def _heard(self, hearing: str) -> Iterator[tuple[Heard, list[int]]]:
        """Each utterance with the number of the sentence that each of its words belongs to."""
        chance = random.Random(f"{self.name} {hearing}")
        numbers: dict[int, list[int]] = {}
        for number, (turn, count) in enumerate(self.sentences):
            numbers.setdefault(turn, []).extend([number] * count)
        shift = 0.0
        for turn, row in enumerate(self.rows):
            words = list(zip(row["text"].split(), numbers.get(turn, ()), strict=True))
            start, end = self.clocks[turn]
            if hearing == "bare":
                words = [(part, of) for word, of in words for part in _BARE.sub(" ", word).lower().split()]
            elif hearing == "lossy":
                words = [each for each in words if chance.random() >= LOST] or words
            elif hearing == "wrong clocks":
                start += shift
                longer = (end - start + shift) * math.exp(chance.gauss(0, JITTER))
                shift += longer - (end - start + shift)
                end = start + longer
            side = Side.ME if row["speaker"] in self.me else Side.THEM
            text = " ".join(word for word, _ in words)
            yield Heard(end, side, row["speaker"], start, end, text, True, turn, turn), [of for _, of in words]

    def _pieces(self, hearing: str) -> Iterator[Piece]:
        ear = SentenceSplitter()
        sure: dict[int, float] = {}
        near: set[int] = set()
        for first, last, _, _, confidence in self.spans:
            sure.update(dict.fromkeys(range(first, last + 1), confidence))
            near.update(range(first - 3, last + 4))
        told: set[int] = set()
        for heard, numbers in self._heard(hearing):
            at = 0
            user = heard.side is Side.ME
            for said in ear.hear(heard):
                count = len(said.text.split())
                middle = min(at + count // 2, len(numbers) - 1)
                number = numbers[middle] if numbers else 0
                opening = numbers[at] if at < len(numbers) else number
                at += count
                label = self._label(number)
                relation = ""
                if opening in self.relation and opening not in told:
                    told.add(opening)
                    relation = self.relation[opening]
                weight = sure.get(number, 0.6) + 0.2 if label.drift else 0.4 if number in near else 1.0
                yield Piece(
                    user, heard.turn, said.text, said.words, said.mark == "?", said.start, said.end,
                    label.act, label.drift, label.invited, relation, weight,
                )  # fmt: skip


def _read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _labeled(
    name: str, path: Path, labels: Path, me: frozenset[str], related: Mapping[str, Mapping[int, str]]
) -> Conversation:
    made = Conversation(name, name.split("/")[0], path, me, _read(path), relation=dict(related.get(name, {})))
    for line in labels.read_text(encoding="utf-8").splitlines():
        parts = line.split()
        if line.startswith("SPAN"):
            first, last, tap = (int(each) for each in parts[1:4])
            made.spans.append((first, last, tap, parts[4], float(parts[5])))
        elif line.startswith("# PAIR") and len(parts) == 5:
            made.relation[int(parts[3])] = _RELATION[parts[4]]
        elif found := _LABEL.fullmatch(line.strip()):
            made.labels[int(found[1])] = Label(found[2], "i" in found[3], "d" in found[3])
    count = len(made.sentences)
    made.spans = [span for span in made.spans if max(span[:3]) < count]
    return made


def given(corpus: Path) -> list[Conversation]:
    """The given conversations that are labeled, in the order of their names."""
    me_of: dict[str, frozenset[str]] = {}
    for view in _read(corpus / "conversations.jsonl"):
        me_of.setdefault(view["file"], frozenset(view["me"]))
    related: dict[str, dict[int, str]] = {}
    for line in PAIRS.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, mine, letter = line.split()
            related.setdefault(name, {})[int(mine)] = letter
    found = []
    for labels in sorted((corpus / "dense").glob("*.txt")):
        source, short = labels.stem.split("__", 1)
        path = corpus / source / f"{short}.jsonl"
        me = me_of.get(f"{source}/{short}.jsonl") or frozenset({"me"})
        if source == "innopolis":
            me |= {row["speaker"] for row in _read(path) if row["speaker"].startswith("team")}
        found.append(_labeled(f"{source}/{short}", path, labels, me, related))
    return found


def own(hands: Sequence[str] = ("hand_a", "hand_b")) -> list[Conversation]:
    """The conversations that we wrote. The held-out hands have to be named."""
    found = []
    for hand in hands:
        for kind, prefix in KINDS.items():
            source = hand.replace("hand_", prefix)
            for path in sorted((DIALOGUES / hand / kind).glob("*.jsonl")):
                name = f"{source}/{path.stem}"
                found.append(_labeled(name, path, path.with_suffix(".txt"), frozenset({"me"}), {}))
    return found
