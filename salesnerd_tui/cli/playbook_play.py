"""`salesnerd playbook play`: walk a playbook line by line, by hand or from a script on standard input.

A playbook with a prep starts with it; the call starts after the last question of the prep.

Every typed line is one action: a number picks an answer, `n` moves to the next question, `d demo_request` takes a
detour, any other text is a note under the question. The current question is printed after each line, so a session is
also a transcript.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from salesnerd_tui.call import actions, traversal, view
from salesnerd_tui.call.actions import CallContext, CannotAct
from salesnerd_tui.call.events import Event, Mode, Started
from salesnerd_tui.call.outcome import ending_choices, suggested_ending
from salesnerd_tui.call.state import CallState, fold
from salesnerd_tui.cli.options import CommandParser
from salesnerd_tui.cli.output import echo
from salesnerd_tui.cli.playbook import load_walkable
from salesnerd_tui.errors import UsageError, UserError
from salesnerd_tui.playbook.model import PREP, Ask, Buyer, Playbook, Section
from salesnerd_tui.services import call_commands
from salesnerd_tui.text import one_line

if TYPE_CHECKING:
    from argparse import Namespace

HELP = """n next · s skip · b back · 1-9 answer · j ID jump · d DETOUR · u undo · prep · call · ? help · q quit.
Any other text is a note under the question ("= n" notes a bare n)."""

LETTERS = {
    command.short_form: command
    for command in call_commands.commands_of(call_commands.PLAY)
    if command.short_form and command.action
}


def main(arguments: list[str]) -> int:
    """Return the exit status: 0 success, 1 the playbook cannot be played, 2 an unknown buyer or question."""
    parser = CommandParser("playbook play", "Walk through a playbook or a library by hand, one line at a time.", HELP)
    parser.add_argument("playbook", help="id or file")
    parser.add_argument("--buyer", metavar="NAME", help="show what this buyer answers to each question")
    parser.add_argument("--at", metavar="ID", help="start at this question")
    return parser.run(arguments, _play)


def _play(options: Namespace) -> int:
    playbook, loaded = load_walkable(options.playbook)
    if not playbook.agenda and not playbook.prep and loaded.is_library:
        if not playbook.detours:
            raise UserError(f"{playbook.id} has no questions to play (it only has words for other playbooks)")
        echo(f"this library has only detours (enter one with: {' · '.join(f'd {name}' for name in playbook.detours)})")
    buyer = playbook.buyers.get(options.buyer) if options.buyer else None
    if options.buyer and buyer is None:
        buyers = ", ".join(playbook.buyers) or "none"
        raise UsageError(f"unknown buyer {options.buyer!r} (this playbook has: {buyers})")
    starts_in_prep = bool(playbook.prep) and (
        not options.at or options.at in {item.id for item in playbook.prep if not isinstance(item, Section)}
    )
    player = _Player(playbook, buyer, PREP if starts_in_prep else None)
    if options.at and not player.handle_line(f"j {options.at}"):
        return 2
    player.print_question()
    for line in sys.stdin:
        if line.strip() == "q":
            break
        player.handle_line(line.strip())
        player.print_question()
    return 0


def _cue_lines(prompt: view.Prompt) -> Iterator[str]:
    """Yield what the playbook notes for the user about the question, and what to follow up with."""
    for label, words in (
        ("why", prompt.why),
        ("note", prompt.remember),
        ("listen for", prompt.listen_for),
        ("avoid", prompt.avoid),
        ("follow up", prompt.probes),
        ("link", prompt.link),
    ):
        if words:
            yield f"    {label}: {' · '.join(map(one_line, words))}"


def _ending_lines(context: CallContext) -> Iterator[str]:
    """Yield what the proposed outcome still needs, and what it asks to write down."""
    endings = ending_choices(context)
    ending = suggested_ending(endings) or endings[0]
    for label, names in (("not met", ending.unmet), ("write down", tuple(ending.record))):
        if names:
            yield f"    {label}: {', '.join(one_line(ending.labels[name]) for name in names)}"


class _Player:
    def __init__(self, playbook: Playbook, buyer: Buyer | None, items: str | None) -> None:
        self._playbook = playbook
        self._buyer = buyer
        self._events: list[Event] = []
        self._section = ""
        self._start(items)

    @property
    def _context(self) -> CallContext:
        return CallContext(self._playbook, fold(self._events), float(len(self._events)))

    def handle_line(self, line: str) -> bool:
        """Carry out one line. Return whether it was possible."""
        if line in ("", "?"):
            echo(HELP if line else "")
            return True
        if line in (PREP, "call"):
            self._start(PREP if line == PREP else None)
            self._leave_prep(line == PREP)
            return True
        try:
            self._events.extend(self._act_on(line))
        except CannotAct as refusal:
            echo(f"✗ {refusal}")
            return False
        self._leave_prep(traversal.main_list(self._context.state) == PREP)
        return True

    def _leave_prep(self, is_prep: bool) -> None:
        """Start the call if the prep has no question left."""
        state = self._context.state
        if is_prep and state.place.item is None and state.proposed is None and self._playbook.agenda:
            echo("the prep is done (the call starts)")
            self._start(None)

    def print_question(self) -> None:
        context = self._context
        prompt = view.prompt(context)
        must = "  MUST" if prompt.is_must else ""
        first = f"“{one_line(prompt.lead_in)}” " if prompt.lead_in else ""
        lines = [*self._heading(context), f"[{prompt.item or 'end'}] {first}{one_line(prompt.text)}{must}"]
        for choice in prompt.choices:
            first = f"“{one_line(choice.lead_in)}” " if choice.lead_in else ""
            leads = f"  → {first}{one_line(choice.leads_to)}" if choice.leads_to else ""
            note = f"  ({one_line(choice.note)})" if choice.note else ""
            lines.append(f"  {choice.number} {one_line(choice.label)}{leads}{note}")
        lines += _cue_lines(prompt)
        buyer = self._buyer
        words = (buyer.says.get(prompt.item) or buyer.hides.get(prompt.item, "")) if buyer else ""
        if buyer and words:
            lines.append(f"  {buyer.id}: “{one_line(words)}”")
        if not prompt.item:
            proposed = context.state.proposed
            lines.append(f"  ends: {(proposed.outcome or proposed.switch) if proposed else 'nothing decided'}")
            lines += _ending_lines(context) if proposed and proposed.outcome else ()
        echo("\n".join(lines))

    def _heading(self, context: CallContext) -> Iterator[str]:
        """Yield the heading of the section with its goal, if the call has just entered it."""
        section = traversal.section_of(self._playbook, context.state.place)
        title = one_line(section.title) if section else ""
        if section and title != self._section:
            yield f"── {title}{f' ({one_line(section.goal)})' if section.goal else ''}"
        self._section = title

    def _act_on(self, line: str) -> tuple[Event, ...]:
        name, _, words = line.partition(" ")
        if line == "u":
            return actions.undo(self._context, self._events)
        if line.isdigit():
            return actions.pick(self._context, int(line))
        if name == "=" and words:
            return actions.note(self._context, words.strip())
        command = LETTERS.get(name)
        if command is not None and command.needs_argument and not words:
            raise CannotAct(self._missing_name(name))
        if command is not None and command.action is not None and bool(words) >= command.needs_argument:
            return command.action(self._context, words.strip())
        return actions.note(self._context, line)

    def _missing_name(self, letter: str) -> str:
        """Return the names that can follow a letter: ids of detours or of questions."""
        names = list(self._playbook.detours)
        if letter != "d":
            main_list = traversal.main_list(self._context.state)
            names = [item.id for item in self._playbook.items_of(main_list) if isinstance(item, Ask)]
        return f"write the name behind it: {' · '.join(f'{letter} {name}' for name in names) or 'there is none'}"

    def _start(self, items: str | None) -> None:
        self._section = ""
        playbook = self._playbook
        place = traversal.first_place(playbook, fold(self._events) if self._events else CallState(), items)
        mode = Mode.PREP if items else Mode.REHEARSE
        at = float(len(self._events))
        self._events.append(Started(at, playbook.id, playbook.title, playbook.digest, mode, place, "2026-01-01"))
