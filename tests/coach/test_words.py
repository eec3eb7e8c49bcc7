"""Words, and phrases that cost nothing until somebody speaks."""

from __future__ import annotations

import subprocess
import sys

from salesnerd_tui.coach.normalize import Phrases, phrases, warm_up, words


def test_words_are_what_is_left_of_punctuation() -> None:
    assert words("Don’t — say 'API v2.1', C++!") == ("don't", "say", "api", "v2.1", "c++")


def test_a_phrase_is_whole_words() -> None:
    found = phrases("the oven", "bake[sd]?")
    assert found.search("we like the oven")
    assert not found.search("we like the ovens")
    assert not found.search("rebaked")


def test_all_phrases_compile() -> None:
    warm_up()
    assert all(one.pattern for one in Phrases._all)


def test_a_call_without_speech_compiles_nothing() -> None:
    asks = (
        "import salesnerd_tui.coach.engine, salesnerd_tui.coach.normalize as told;"
        "print(any(one._compiled for one in told.Phrases._all))"
    )
    done = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
