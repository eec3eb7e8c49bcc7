"""Normalization of words."""

from __future__ import annotations

from salesnerd_tui.coach.sentences import split_words


def test_words_have_no_punctuation_around_them() -> None:
    assert split_words("Don’t — say 'API v2.1', C++!") == ("don't", "say", "api", "v2.1", "c++")
