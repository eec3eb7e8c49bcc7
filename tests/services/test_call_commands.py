"""The table of commands: every interface uses it, and an id or a typo suggests the name."""

from __future__ import annotations

from datetime import date

import pytest

from salesnerd_tui.call.outcome import EndingChoice
from salesnerd_tui.plain.call import PlainCall
from salesnerd_tui.playbook.model import Decision, Outcome
from salesnerd_tui.services import call_commands
from salesnerd_tui.services.call_commands import Interfaces
from salesnerd_tui.services.outcome_dialog import OutcomeDialog
from salesnerd_tui.tui.keymap import LIVE


@pytest.mark.parametrize("where", list(Interfaces))
def test_a_name_or_a_letter_means_one_command_in_an_interface(where: Interfaces) -> None:
    table = call_commands.commands_of(where)
    names = [command.name for command in table]
    assert len(names) == len(set(names))
    for needs_argument in (True, False):
        letters = [
            command.short_form for command in table if command.short_form and command.needs_argument is needs_argument
        ]
        assert len(letters) == len(set(letters))


def test_every_key_of_a_call_comes_from_the_table() -> None:
    assert [command.id for command in LIVE] == [command.id for command in call_commands.commands_of(call_commands.LIVE)]


@pytest.mark.parametrize("command", call_commands.commands_of(call_commands.PLAIN), ids=lambda command: command.name)
def test_plain_text_mode_can_do_every_command_it_lists(command: call_commands.CallCommand) -> None:
    methods = (f"_do_{command.name}", f"do_{command.id}")
    assert command.action or command.session_action or any(hasattr(PlainCall, name) for name in methods)


@pytest.mark.parametrize(("typed", "name"), [("accept", "yes"), ("nxet", "next"), ("zzz", "")])
def test_an_id_or_a_typo_suggests_a_command(typed: str, name: str) -> None:
    assert (
        call_commands.suggest_name(typed, [command.name for command in call_commands.commands_of(call_commands.SEND)])
        == name
    )


def test_fields_are_read_from_one_line() -> None:
    assert call_commands.parse_fields("revisit_on=3 March; reason = a=b;; junk") == {
        "revisit_on": "3 March",
        "reason": "a=b",
    }


# ending a call


def ending(*unmet: str) -> EndingChoice:
    outcome = Outcome("later", Decision.NOT_YET, capture=("reason",))
    return EndingChoice(outcome, unmet, {"reason": ""}, labels={"budget": "budget"}, dates=("revisit_on",))


def test_unmet_criteria_are_confirmed_by_choosing_again() -> None:
    dialog = OutcomeDialog([ending("budget")], (), lambda *_: None)
    (choice,) = dialog.endings
    assert not dialog.choose(choice)
    assert choice.unmet_text == "budget"
    assert dialog.choose(choice)


def test_a_not_yet_asks_once_more_for_its_date_and_then_ends() -> None:
    ended: list[tuple[str, dict[str, str]]] = []
    dialog = OutcomeDialog([ending()], (), lambda outcome, record: ended.append((outcome, record)))
    assert dialog.choose(dialog.endings[0])
    assert dialog.next_field() == "reason"
    dialog.fill("  no   budget ")
    assert dialog.next_field() == "revisit_on"
    assert dialog.asks_for_date
    dialog.fill("")
    assert dialog.next_field() == ""
    assert dialog.is_over
    assert ended == [("later", {"reason": "no budget", "revisit_on": ""})]


@pytest.mark.parametrize("again", ["sometime in spring", ""])
def test_a_date_without_a_day_is_questioned_once_and_then_kept(again: str) -> None:
    ended: list[dict[str, str]] = []
    dialog = OutcomeDialog([ending()], (), lambda _, record: ended.append(record), date(2026, 11, 20))
    dialog.choose(dialog.endings[0])
    dialog.fill("budget in spring")
    assert dialog.next_field() == "revisit_on", "only a date is questioned"
    dialog.fill("sometime in spring")
    assert "Which day is “sometime in spring”?" in dialog.day_question
    assert dialog.next_field() == "revisit_on"
    dialog.fill(again)
    assert dialog.next_field() == ""
    assert ended == [{"reason": "budget in spring", "revisit_on": "sometime in spring"}]


@pytest.mark.parametrize("day", ["Friday", "3 March", "12 Dec", "in two weeks", "2027-03-03", ""])
def test_a_day_is_not_questioned(day: str) -> None:
    dialog = OutcomeDialog([ending()], (), lambda *_: None, date(2026, 11, 20))
    dialog.choose(dialog.endings[0])
    dialog.prefill({"revisit_on": day})
    assert not dialog.day_question
    assert dialog.fields == []


def test_a_date_given_in_one_line_is_questioned_too() -> None:
    dialog = OutcomeDialog([ending()], (), lambda *_: None, date(2026, 11, 20))
    dialog.choose(dialog.endings[0])
    dialog.prefill({"reason": "budget", "revisit_on": "spring"})
    assert dialog.next_field() == "revisit_on"
    dialog.fill("3 March")
    assert dialog.next_field() == ""
    assert dialog.record["revisit_on"] == "3 March"
