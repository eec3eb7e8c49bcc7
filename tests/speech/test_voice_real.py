"""The real models on synthetic speech, without a device. Skipped without the extra or the models."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

from salesnerd_tui.call.events import Side
from voicing.calls import skip_reason
from voicing.dialogue import CALL, ME, THEM, resample, speak, word_errors

pytestmark = pytest.mark.skipif(
    bool(skip_reason(sound=False)), reason=f"no real recognizer: {skip_reason(sound=False)}"
)


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> dict[Side, bytes]:
    files, _ = speak(CALL[:4], tmp_path_factory.mktemp("speech"))
    return {side: resample(file) for side, file in files.items()}


def test_both_sides_are_transcribed(recording: dict[Side, bytes]) -> None:
    from voicing.real import Listener

    listener = Listener()
    listener.hears_both(recording[ME], recording[THEM])
    for side in (ME, THEM):
        said = " ".join(turn.text for turn in CALL[:4] if turn.side is side)
        wrong, words = word_errors(said, listener.said(side))
        assert wrong / words < 0.10, listener.said(side)


def test_the_buyer_in_the_microphone_is_not_the_user(recording: dict[Side, bytes]) -> None:
    """Without headphones the microphone records the system output too, at half its level and a little late."""
    from voicing.real import Listener

    numpy: Any = import_module("numpy")
    theirs = numpy.frombuffer(recording[THEM], "<i2").astype(int)
    late = numpy.concatenate([numpy.zeros(480, int), theirs])[: len(theirs)] // 2
    mixed = numpy.clip(numpy.frombuffer(recording[ME], "<i2").astype(int)[: len(late)] + late, -32768, 32767)
    listener = Listener()
    listener.hears_both(mixed.astype("<i2").tobytes(), recording[THEM])
    wrong, words = word_errors(" ".join(turn.text for turn in CALL[:4] if turn.side is ME), listener.said(ME))
    assert wrong / words < 0.15, listener.said(ME)


def test_a_pause_in_the_middle_of_a_sentence_brings_no_invented_words(recording: dict[Side, bytes]) -> None:
    """Partials end in the middle of a sentence, where models tend to repeat the last clause."""
    from voicing.real import Listener

    listener = Listener()
    listener.hears_both(recording[ME], recording[THEM])
    for message in listener.words:
        words = message.text.lower().split()
        runs = [tuple(words[place : place + 3]) for place in range(len(words) - 2)]
        assert len(set(runs)) == len(runs), message.text
