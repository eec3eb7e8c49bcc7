"""Wrong options: one line on standard error that names what was probably meant, and exit status 2."""

from __future__ import annotations

import pytest

from salesnerd_tui import cli
from salesnerd_tui.cli import calls
from salesnerd_tui.cli.options import CommandParser, add_people_options
from salesnerd_tui.cli.playbook import SUBCOMMANDS


def refusal(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Return the error of a command with wrong options, which must be one line on standard error."""
    with pytest.raises(SystemExit) as refused:
        cli.main(list(words))
    printed = capsys.readouterr()
    assert refused.value.code == 2
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    return printed.err


def test_a_mistyped_option_is_refused_with_the_one_that_was_meant(capsys: pytest.CaptureFixture[str]) -> None:
    said = refusal(capsys, "live", "--acount", "Acme")
    assert said == ("salesnerd live: unknown option --acount (did you mean --account?) (see: salesnerd live --help)\n")
    assert "did you mean --json?" in refusal(capsys, "calls", "show", "--jsn")
    assert "did you mean" not in refusal(capsys, "demo", "--qqqqqqq")


PARSED = [[name] for name in cli.COMMANDS if name not in ("playbook", "send")]
PARSED += [["playbook", name] for name in SUBCOMMANDS]


@pytest.mark.parametrize("words", PARSED, ids=" ".join)
def test_each_command_refuses_a_wrong_option_on_one_line(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    name = " ".join(["salesnerd", *words])
    expected = (f"{name}: unknown option --qqqqqqq", f"{name}: the following arguments are required")
    assert refusal(capsys, *words, "--qqqqqqq").startswith(expected)


def test_a_hostile_option_cannot_move_the_cursor(capsys: pytest.CaptureFixture[str]) -> None:
    said = refusal(capsys, "live", "first_call", "--\x1b]0;owned\x07\n\u202e")
    assert "\x1b" not in said
    assert "\u202e" not in said


def test_an_unexpected_argument_and_an_invalid_value_are_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert "unexpected argument 'second'" in refusal(capsys, "live", "first_call", "second")
    assert "invalid speed 'fast' (expected 0.01 to 1000, for example --speed 4)" in refusal(
        capsys, "live", "--speed", "fast"
    )
    assert "unknown --transcribe 'mine' (did you mean me?)" in refusal(capsys, "live", "--transcribe", "mine")
    assert "unknown --format 'zip' (choose one of: md, html, json)" in refusal(
        capsys, "calls", "export", "--format", "zip"
    )
    assert "unknown command 'lst' (did you mean list?)" in refusal(capsys, "calls", "lst")
    assert "(choose one of: week, month)" in refusal(capsys, "trends", "--by", "x")
    assert "invalid number '-1' (expected 0 or more)" in refusal(capsys, "calls", "list", "--limit", "-1")
    assert "required" in refusal(capsys, "calls", "delete")


@pytest.mark.parametrize("command", calls.COMMANDS)
def test_every_subcommand_of_calls_describes_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["calls", command, "--help"])
    usage, _, rest = capsys.readouterr().out.partition("\n\n")
    assert usage.startswith(f"usage: salesnerd calls {command}")
    description = rest.partition("\n\n")[0]
    assert description[0].isupper()
    assert description.endswith(".")


def test_people_are_separated_by_semicolons_and_the_option_may_be_repeated() -> None:
    parser = CommandParser(prog="live")
    add_people_options(parser)
    options = parser.parse_args(["--with", "Tony, CEO; Pepper", "--with", "Dana"])
    assert options.people == ["Tony, CEO", "Pepper", "Dana"]


@pytest.mark.parametrize("length", [5_000, 100_000])
def test_an_endless_word_does_not_hide_what_to_do(length: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert refusal(capsys, "home", "x" * length).endswith("… (see: salesnerd home --help)\n")
