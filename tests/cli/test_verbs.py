"""Every command of the table exists and has help."""

from __future__ import annotations

import contextlib

import pytest

from salesnerd_tui import cli


@pytest.mark.parametrize("verb", cli.VERBS)
def test_a_command_has_help(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    status: int | str | None = None
    with contextlib.suppress(SystemExit):
        status = cli.main([verb, "--help"])
    assert not status
    assert f"usage: salesnerd {verb}" in capsys.readouterr().out
