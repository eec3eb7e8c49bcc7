"""The learned judge: acts that it recognizes, its cost, and any text as input."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesnerd_tui.call.events import Heard, Side
from salesnerd_tui.coach.drift_judge import FEATURES, WEIGHTS, DriftJudge, TalkFeatures
from salesnerd_tui.coach.sentences import SentenceSplitter, split_words
from salesnerd_tui.coach.speech_reader import (
    BUYER_ACTS,
    MAX_WORDS,
    USER_ACTS,
    USER_HEADS,
    SentenceContext,
    asks,
    likeliest_act,
    picks_up,
    reveals,
)

TURNS = [
    (Side.THEM, "We bake for forty shops, and on Fridays the vans leave late."),
    (Side.ME, "Our tool has a route page. It has a map, and it also has filters. You can drag the stops around."),
    (Side.THEM, "Uh-huh."),
    (Side.ME, "We also built a driver app, and the app has maps. There is a chat, too. It runs in the cloud."),
]


def probabilities(*, partials: bool) -> list[float]:
    """Return the probability for each sentence of the user, from whole turns or word by word."""
    splitter, judge, scores, at = SentenceSplitter(), DriftJudge(), list[float](), 0.0
    for number, (side, text) in enumerate(TURNS):
        spoken = text.split()
        counts = range(1, len(spoken) + 1) if partials else [len(spoken)]
        for count in counts:
            end = at + count / 2.5
            event = Heard(end, side, "", at, end, " ".join(spoken[:count]), count == len(spoken), number)
            for sentence in splitter.hear(event):
                user = side is Side.ME
                judge.hear(user, sentence.words, sentence.start, sentence.end, has_question_mark=sentence.mark == "?")
                if user:
                    scores.append(judge.probability)
        at += len(spoken) / 2.5
    return scores


def test_partials_and_the_final_turn_get_the_same_scores() -> None:
    assert probabilities(partials=True) == pytest.approx(probabilities(partials=False), abs=0.02)


def test_continued_drift_scores_higher() -> None:
    scores = probabilities(partials=False)
    assert scores[-1] > scores[0]


@pytest.mark.parametrize(
    ("text", "acts"),
    [
        ("How does the export work?", "q"),
        ("Can you show me how that works?", "qyr"),
        ("okay", "b"),
        ("We lost two orders last week because the list was wrong.", "v"),
    ],
)
def test_acts_of_a_sentence_of_the_buyer(text: str, acts: str) -> None:
    reading = DriftJudge().hear(False, split_words(text), 0, 3, has_question_mark=text.endswith("?"))
    assert BUYER_ACTS[reading.acts.index(max(reading.acts))] in acts
    assert asks(reading) == ("q" in acts)
    assert reveals(reading) == ("v" in acts)


def test_a_question_about_their_statement_picks_it_up() -> None:
    judge = DriftJudge()
    judge.hear(False, split_words("the oven broke twice in march"), 0, 3, has_question_mark=False)
    reading = judge.hear(True, split_words("what happened in march"), 3, 5, has_question_mark=True)
    assert likeliest_act(reading) == "Q"
    assert picks_up(reading)


@given(st.lists(st.tuples(st.booleans(), st.text(max_size=200), st.floats(), st.floats(), st.booleans()), max_size=12))
def test_any_text_and_any_clock_is_accepted(sentences: list[tuple[bool, str, float, float, bool]]) -> None:
    judge = DriftJudge()
    for is_user, text, start, end, has_question_mark in sentences:
        reading = judge.hear(is_user, split_words(text), start, end, has_question_mark=has_question_mark)
        assert sum(reading.acts) == pytest.approx(1.0)
        assert len(reading.heads) == (len(USER_HEADS) if is_user else 0)
        assert 0.0 <= judge.probability <= 1.0


def test_each_feature_has_a_value() -> None:
    words = split_words("our tool has a route page")
    features = TalkFeatures()
    reading = DriftJudge().hear(True, words, 0, 3, has_question_mark=False)
    features.add_user_sentence(reading, words, 0, 3)
    assert len(features.values()) == len(FEATURES)
    assert all(map(math.isfinite, features.values()))


def test_a_huge_sentence_costs_as_much_as_a_long_one() -> None:
    groups = SentenceContext().groups(
        ["word" + str(number) for number in range(100_000)], is_user=True, has_question_mark=False
    )
    assert sum(len(grams) for grams, _ in groups) < 4 * MAX_WORDS


def test_the_model_describes_its_training_data() -> None:
    about = json.loads(Path(WEIGHTS).read_bytes())["about"]
    assert set(about) >= {"data", "settings", "versions", "cross-validated", "acts", "precision by tap"}
    assert "hand_h" not in about["data"]
    assert set(about["acts"]) == set(USER_ACTS + BUYER_ACTS)
    assert all(0 <= row["precision"] <= 1 for row in about["precision by tap"].values())


def test_the_model_contains_no_sentence() -> None:
    text = Path(WEIGHTS).read_text(encoding="ascii")
    model = json.loads(text)
    assert max(len(part) for part in json.dumps(model["about"]).split('"')) < 120
    assert text == json.dumps(model, separators=(",", ":")) + "\n"
