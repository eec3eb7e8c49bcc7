"""A call in plain text mode: typed lines become commands, and events become printed lines.

A line is a command with its argument, a number, a detour's letter, or a note of some kind. Ending the call asks for one
of the endings, then for its fields, one line each.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from salesnerd_tui.call import actions, traversal, view
from salesnerd_tui.call.actions import NOTE_PREFIXES, CallContext, CannotAct
from salesnerd_tui.call.events import Answered, Heard, Noted, Side, Tapped, Undone
from salesnerd_tui.call.outcome import EndingChoice, end, ending_choices
from salesnerd_tui.plain import text
from salesnerd_tui.plain.text import capital, decision
from salesnerd_tui.services import call_commands
from salesnerd_tui.services.background import load_problem
from salesnerd_tui.services.call_commands import CallCommand, parse_fields, perform
from salesnerd_tui.services.call_service import CannotOpen
from salesnerd_tui.services.call_status import (
    CallWarning,
    SaveReceipts,
    SaveState,
    call_warning,
    known_answers_text,
    not_saved,
    note_rows,
    note_texts,
)
from salesnerd_tui.services.outcome_dialog import DATE_QUESTION, OutcomeDialog
from salesnerd_tui.speech.source import ReadProgress, SourceEvent, SpeakersFound
from salesnerd_tui.storage.errors import WriteFailed, WriteSaved
from salesnerd_tui.text import one_line
from salesnerd_tui.timefmt import format_clock

if TYPE_CHECKING:
    from salesnerd_tui.call.view import CallView
    from salesnerd_tui.playbook.library import LoadResult
    from salesnerd_tui.playbook.model import Playbook
    from salesnerd_tui.services.call_service import OpenedCall


DEFAULT_NOTE_COUNT = 5
TALK_HINT = "type talk when the speaker changes"
MAX_UNKNOWN_LINES = 9
"""Unknown lines that can still be saved as notes."""

HIDDEN_MESSAGE = "Hidden. Type note TEXT to save a note, time to show the clock, hide to show everything again."
COMMANDS_WHILE_HIDDEN = frozenset({"hide", "note", "keep", "save", "time", "leave"})


class PlainCall:
    """Prints each line with `say`; `playbook` loads a playbook by name.

    `clear` clears everything printed, if the terminal can. Not thread-safe.
    """

    def __init__(
        self,
        call: OpenedCall,
        say: Callable[[str], None],
        playbook: Callable[[str], Playbook],
        clear: Callable[[], None],
    ) -> None:
        self.call = call
        self.session = call.session
        self.is_over = False
        self.is_coaching_hidden = False
        self.last_message = ""
        self.reload_problem = ""
        self.receipts = SaveReceipts()
        self.receipts.mark_saved(range(len(self.session.events)))
        self.view: CallView = view.view(self.session.context)
        self._say = say
        self._printed_events = len(self.session.events)
        self._printed_prompt: object = None
        self._section = ""
        self._printed_suggestions: tuple[str, ...] = ()
        self._warning: CallWarning | None = None
        self._printed_warning = ""
        self._waits_for_speaker = False
        self._is_reading = False
        self._playbook = playbook
        self._clear = clear
        self._outcome: PlainOutcome | None = None
        self._warned_count = 0
        self._unknown_lines = [call.file.draft] if call.file.draft.strip() else []

    def begin(self) -> None:
        """Print the call and its first question, and the draft of a resumed call."""
        self.call.begin()
        self.call.add_recalled(self.call.recall())
        self._printed_events = len(self.session.events)
        for message in self.call.messages:
            self._say(one_line(message))
        self._say(text.opening_line(view.view(self.session.context)))
        known = known_answers_text(view.earlier_facts(self.session.context), self.session.state.prepared)
        if known:
            self._say(f"{known}. Type questions to list them.")
        self._say("Type help and press enter to list what you can type.")
        for unfinished in self._unknown_lines:
            self._say(f"Unfinished note: {one_line(unfinished)}. Type keep to save it.")
        if self.call.should_ask_who:
            self._waits_for_speaker = True
            self.call.clock.pause()
            self._ask_who()
        self.changed()

    def handle_line(self, line: str) -> None:
        """Carry out a typed line."""
        try:
            if self._outcome is not None:
                self._print(self._outcome.handle_line(line))
            else:
                letters = {each.key for each in self.session.playbook.detours.values() if each.key}
                self._carry_out(parse_line(line, letters))
        except (CannotAct, UnknownLine) as refusal:
            self._say(f"No: {refusal}")
            if isinstance(refusal, UnknownLine):
                self._unknown_lines = [*self._unknown_lines, line][-MAX_UNKNOWN_LINES:]
        if self._outcome is not None and self._outcome.is_over:
            self._outcome = None
        self.changed()

    def on_playbook_saved(self, loaded: LoadResult) -> None:
        """Use the saved playbook, or print why the last valid one stays in use."""
        if loaded.id != self.session.playbook.id:  # the call has switched since it was saved
            return
        self.reload_problem = load_problem(loaded)
        if loaded.playbook is not None and loaded.playbook.digest != self.session.playbook.digest:
            self.session.reload(loaded.playbook)
            self._say("Playbook reloaded.")
        self.changed()

    # doing

    def _carry_out(self, order: PlainOrder) -> None:
        name = order.command.name
        if self.is_coaching_hidden and name not in COMMANDS_WHILE_HIDDEN:
            self._say(HIDDEN_MESSAGE)
            return
        method = getattr(self, f"_do_{name}", None)
        if method is not None:
            method(order.words)
        elif name == "next" and self.view.switch and self.session.state.place.item is None:
            try:  # the answer leads to another playbook
                self.session.switch(self._playbook(self.view.switch))
            except CannotOpen as problem:
                raise CannotAct(str(problem)) from problem
            self.reload_problem = ""
        else:
            perform(order.command, self, order.words)

    def do_talk(self) -> None:
        """Switch the speaker."""
        self.session.hear(self.session.speaker.press_talk_key(self.session.context.at))
        self._say("You are speaking." if self.current_speaker is Side.ME else "They are speaking.")

    def do_hide(self) -> None:
        """Hide the coaching, or show it again."""
        self.is_coaching_hidden = not self.is_coaching_hidden
        if self.is_coaching_hidden:
            self._clear()
            self._say(HIDDEN_MESSAGE)
        else:
            self._printed_prompt = None

    def _do_again(self, _: str) -> None:
        self._print(text.question_lines(self.view))
        tap = self.session.state.tap
        self._print(iter([text.tap_line(tap) if tap is not None else "", *self._printed_suggestions]))

    def _do_more(self, _: str) -> None:
        self._print(text.more_lines(self.view.prompt))

    def _do_time(self, _: str) -> None:
        if self.is_coaching_hidden:
            self._say(f"Clock {format_clock(self.call.clock())}.")
            return
        max_share = self.session.playbook.coach.max_talk_ratio
        talk, seconds = self.session.talk, self.call.clock()
        is_paused = self.call.clock.is_paused
        self._say(
            text.time_line(seconds, self.view, talk, self.current_speaker, is_paused=is_paused, max_share=max_share)
        )

    def _do_evidence(self, _: str) -> None:
        latest = (event for event in reversed(self.session.events) if isinstance(event, Tapped))
        self._print(text.evidence_lines(next(latest, None)))

    def _do_notes(self, count: str) -> None:
        states = {SaveState.SAVED: "saved", SaveState.WAITING: "saving", SaveState.FAILED: "NOT SAVED"}
        shown = note_rows(self.session.events, self.session.playbook)[-int(count or DEFAULT_NOTE_COUNT) :]
        for row in shown:
            saved = states[self.receipts.state_of(row.number)]
            note = text.noted_line(self.session.events[row.number], self.session.playbook)
            self._say(f"{format_clock(row.at)}, {saved}: {note}")
        if not shown:
            self._say("No notes yet.")

    def _do_questions(self, words: str) -> None:
        self._print(text.question_list(view.jump_rows(self.session.context), words))

    def _do_detours(self, words: str) -> None:
        self._print(text.detour_list(self.view.detours, words))

    def _do_prepared(self, _: str) -> None:
        from salesnerd_tui.services.prep import prep_summary  # imports the review: not at start-up

        entries = [(title, row) for title, entries in prep_summary(self.session.context) for row in entries]
        self._print(f"{title}: {one_line(row)}" for title, row in entries)
        if not entries:
            self._say("No prep for this call.")

    def _do_keep(self, _: str) -> None:
        if not self._unknown_lines:
            raise CannotAct("no line to save")
        text = self._unknown_lines.pop()
        self.session.do(lambda context: actions.note(context, text))
        self.session.keep_draft("")

    def _do_save(self, _: str) -> None:
        self._say("Retrying to save everything.")
        self.call.file.retry()

    def _do_end(self, words: str) -> None:
        if not self._can_leave("end"):
            return

        def on_ended(outcome: str, record: Mapping[str, str]) -> None:
            self.session.do(lambda context: end(context, outcome, record))
            self.is_over = True

        outcome = PlainOutcome(self.session.context, on_ended)
        self._print(outcome.begin(words))
        self._outcome = outcome

    def _do_leave(self, _: str) -> None:
        if self._can_leave("leave"):
            self.is_over = True

    def _can_leave(self, typed: str) -> bool:
        """Warn once of unsaved notes. Returns whether the call can be left."""
        failed = self.call.file.failed_events
        if not failed or self._warned_count == len(failed):
            return True
        self._warned_count = len(failed)
        count = len(note_texts(failed)) or len(failed)
        self._say(
            f"{not_saved(count)}: {one_line(self.call.file.problem)}. Type save to retry, or {typed} again to continue "
            "anyway: unsaved notes are printed at the end."
        )
        return False

    def _do_help(self, _: str) -> None:
        self._print(iter(help_lines()))

    def _do_who(self, words: str) -> None:
        number = int(words)
        if not 0 <= number <= len(self.call.speakers):
            raise CannotAct(f"unknown speaker {number} ({len(self.call.speakers)} are known)")
        names = self.call.speakers[number - 1 : number] if number else ()
        sides = self.call.sides
        sides.choose(names)
        self.session.identify(names, sides.side_of)
        self._say(f"You are {one_line(names[0])}." if names else "None of them is you: the coach ignores all speakers.")
        self.resume_recording()

    def resume_recording(self) -> None:
        """Resume a recording that waits until the user has chosen a speaker."""
        if self._waits_for_speaker:
            self._waits_for_speaker = False
            self.call.clock.resume()

    # input

    def hear(self, event: SourceEvent) -> None:
        """Take speech, a change of speaker, or a change of the source."""
        if self.is_over:
            return
        if isinstance(event, ReadProgress):
            if not self._is_reading:
                self._say(f"{capital(one_line(event.message.rpartition(':')[0]))}.")
            self._is_reading = True
            return
        if isinstance(event, SpeakersFound):
            self.call.speakers, self.call.suggested_speaker, self._waits_for_speaker = (
                event.speakers,
                event.suggested,
                True,
            )
            self._ask_who()
            return
        before = self.session.state
        self.session.hear(event)
        if isinstance(event, Heard) and self.call.notice_speaker(event):
            self._ask_who()
        self._print_news(self.session.state is not before)

    def tick(self) -> None:
        """Let a second pass."""
        if not self.is_over:
            before = self.session.state
            self.session.tick()
            self._print_news(self.session.state is not before)

    def _print_news(self, has_changed: bool) -> None:
        """Print news; words and seconds that change nothing cost almost nothing."""
        if has_changed:
            self.changed()
        else:
            self._print_suggestion()

    def on_saved(self, outcome: WriteSaved | WriteFailed) -> None:
        """Report what was saved, and what was not."""
        if isinstance(outcome, WriteFailed):
            self.receipts.mark_failed(outcome.numbers, outcome.message)
        else:
            new_numbers = [number for number in outcome.numbers if number not in self.receipts.saved]
            self.receipts.mark_saved(outcome.numbers)
            for number in new_numbers:
                event = self.session.events[number]
                # While the call is hidden, automatic actions are not shown as notes.
                is_shown = not self.is_coaching_hidden or isinstance(event, Answered | Noted)
                if is_shown and (note := text.noted_line(event, self.session.playbook)):
                    self._say(f"Saved: {note}")
        if self.receipts.failed or (self._warning is not None and self._warning.is_unsaved):
            self._print_warning()

    @property
    def is_settled(self) -> bool:
        """Return whether every event is known to be saved or unsaved."""
        return all(
            self.receipts.state_of(number) is not SaveState.WAITING for number in range(len(self.session.events))
        )

    # state

    @property
    def current_speaker(self) -> Side:
        return self.session.speaker.side_at(self.call.clock())

    def warning(self) -> CallWarning | None:
        return call_warning(self.call, self.receipts, self.reload_problem, TALK_HINT)

    def say(self, words: str) -> None:
        self._say(f"No: {words}")

    # output

    def changed(self) -> None:
        """Print what is new: first what happened, then what is wrong, then the question, then the suggestion."""
        events, before = self.session.events, self._printed_events
        self._printed_events = len(events)
        self.view = view.view(self.session.context)
        if not self.is_coaching_hidden:
            self._print(
                text.undo_line(events[: number + 1], self.session.playbook)
                if isinstance(events[number], Undone)
                else text.event_line(events[number])
                for number in range(before, len(events))
            )
        self._print_warning()
        if not self.is_coaching_hidden and self.session.state.ended is None:
            self._ask()
        self._print_suggestion()

    def _print_warning(self) -> None:
        warning = self.warning()
        if warning is not None and warning != self._warning and (warning.is_unsaved or not self.is_coaching_hidden):
            line = capital(one_line(warning.full_text)) + (". Type save to retry." if warning.is_unsaved else "")
            if warning.is_unsaved or line != self._printed_warning:
                self._say(line)
            self._printed_warning = self._printed_warning if warning.is_unsaved else line
        self._warning = warning

    def _print_suggestion(self) -> None:
        """Print each suggestion once, when it comes up or its words change, not again after the buyer has spoken."""
        if self.is_coaching_hidden:
            self._printed_suggestions = ()
            return
        suggestions, voice = self.session.suggestions, self.session.speaker.voice_at(self.call.clock())
        pending = tuple(text.suggestion_lines(suggestions, Side.NOBODY))
        printed = tuple(line for line in self._printed_suggestions if line in pending)
        new_lines = tuple(line for line in text.suggestion_lines(suggestions, voice) if line not in printed)
        self._print(iter(new_lines))
        self._printed_suggestions = (*printed, *new_lines)

    def _ask(self) -> None:
        """Print the question if it has changed."""
        prompt = self.view.prompt
        question = (prompt.kind, prompt.item, prompt.text)
        if question == self._printed_prompt:
            return
        previous, self._printed_prompt = self._printed_prompt, question
        section = text.section_line(self.view)
        if section != self._section and section:
            self._say(section)
        self._section = section
        self._print(text.question_lines(self.view, is_whole=previous is None or not self.view.prompt.parent))

    def _print(self, lines: Iterator[str]) -> None:
        for line in lines:
            if line:
                self._say(line)

    # speakers

    def _ask_who(self) -> None:
        names = enumerate(self.call.speakers, 1)
        choices = "; ".join(
            f"{number}: {one_line(name)}{', most likely' if name == self.call.suggested_speaker else ''}"
            for number, name in names
        )
        pause_hint = " The recording is paused until you answer." if self._waits_for_speaker else ""
        self._say(f"Which of these is you? {choices}; 0: none of these. Type who and the number.{pause_hint}")


COMMANDS = {command.name: command for command in call_commands.commands_of(call_commands.PLAIN)}
"""Everything that can be typed, in the order of the help."""

LETTERS = {
    command.short_form: command for command in COMMANDS.values() if command.short_form and not command.needs_argument
}
"""The letters of the screen's keys, for users who know them. Each is alone on its line."""

MISSING_ARGUMENT = {
    "note": "note needs text (for example: note they lost two days)",
    "jump": "jump needs the id of a question (list ids with: questions)",
    "detour": "detour needs an id or a letter (list both with: detours)",
}


class UnknownLine(Exception):
    """A line that cannot be carried out; the message says why, and what could be typed instead."""


class PlainOrder(NamedTuple):
    """A command and its argument."""

    command: CallCommand
    words: str = ""


def parse_line(line: str, letters: Collection[str]) -> PlainOrder:
    """Return the order on a line; `letters` are those of the open detours. Raises `UnknownLine`."""
    words = line.strip()
    if not words:
        return PlainOrder(COMMANDS["again"])
    if words.isascii() and words.isdigit():
        return _check_argument(COMMANDS["pick"], words)
    first, _, rest = words.partition(" ")
    if not rest and first in letters:
        return PlainOrder(COMMANDS["detour"], first)
    command = LETTERS.get(words) or COMMANDS.get(first.lower())
    if command is not None:
        return _check_argument(command, rest.strip())
    if words[0] in NOTE_PREFIXES and len(words) > 1:
        return PlainOrder(COMMANDS["note"], words)
    match = call_commands.suggest_name(first.lower(), COMMANDS)
    hint = f" (did you mean '{match}'?)" if match else ""
    raise UnknownLine(f"unknown command{hint}. Type keep to save the line as a note, or help")


def _check_argument(command: CallCommand, words: str) -> PlainOrder:
    if words and not command.argument:
        raise UnknownLine(f"{command.name} takes no argument (if the line was a note, type keep)")
    if command.needs_argument and not words:
        raise UnknownLine(
            MISSING_ARGUMENT.get(command.name) or f"{command.name} needs a number (for example: {command.name} 1)"
        )
    if command.argument.strip("[]") == "N" and words and not (words.isascii() and words.isdigit() and len(words) < 4):
        raise UnknownLine(
            f"{command.name} needs a number, for example {command.name} 2 (if the line was a note, type keep)"
        )
    return PlainOrder(command, words)


def help_lines() -> list[str]:
    """Return the help: one line for each command."""
    letters = {command.name: letter for letter, command in LETTERS.items()}
    lines = ["Type one of these and press enter. A number picks the answer with that number."]
    for name, command in COMMANDS.items():
        letter = f", or {letters[name]}" if name in letters else ""
        lines.append(f"{name}{f' {command.argument}' if command.argument else ''}{letter}: {command.typed_help}")
    kinds = ", ".join(f"{prefix} {kind}" for prefix, kind in NOTE_PREFIXES.items())
    return [*lines, f"A line that starts with one of these characters is a note of that kind: {kinds}."]


BACK = "back"


class PlainOutcome:
    """Takes lines until the call has ended (`on_ended` gets the outcome and its record) or continues (`is_over`)."""

    def __init__(self, context: CallContext, on_ended: Callable[[str, dict[str, str]], None]) -> None:
        self._dialog = OutcomeDialog(
            ending_choices(context), traversal.unasked_musts(context.playbook, context.state), on_ended
        )
        self.is_over = False

    def begin(self, choice: str = "") -> Iterator[str]:
        """Print the endings, or take the `choice` at once."""
        if choice:
            yield from self.handle_line(choice)
            return
        for number, each in enumerate(self._dialog.endings, 1):
            unmet = f" Not met: {each.unmet_text}." if each.unmet else ""
            reason = ""
            if each is self._dialog.suggested:
                reason = " Your last answer leads here." if each.is_proposed else " All it needs is met."
            yield f"{number}: {decision(each.outcome.decision)}, {one_line(each.title)}.{unmet}{reason}"
        if self._dialog.unasked_musts:
            questions = "; ".join(f"{ask.id}: {one_line(ask.text)}" for ask in self._dialog.unasked_musts)
            yield f"Must-ask questions not asked: {questions}"
        suggested = self._dialog.suggested
        takes = f" (an empty line takes {self._dialog.endings.index(suggested) + 1})" if suggested is not None else ""
        yield f"Type the number of an ending{takes}, or {BACK} to continue the call."

    def handle_line(self, line: str) -> Iterator[str]:
        """Take one line of input. Raises `CannotAct` if it is not an ending."""
        words = " ".join(line.split())
        if words.lower() == BACK:
            self.is_over = True
            yield "The call continues."
        elif self._dialog.is_confirmed and self._dialog.fields:
            name = self._dialog.fields[0]
            self._dialog.fill(words or self._dialog.record.get(name, ""))
            day = self._dialog.day_text(name, self._dialog.record[name])
            if day and not self._dialog.unclear_date:
                yield f"Date: {day}."
            yield from self._ask()
        else:
            yield from self._choose(words)

    def _choose(self, words: str) -> Iterator[str]:
        name, _, fields = words.removeprefix("end ").partition(" ")
        ending = self._find_ending(name)
        if not self._dialog.choose(ending):
            unmet = ending.unmet_text
            yield f"Not met: {unmet}. Type the same again to end anyway, or {BACK} to continue the call."
            return
        if fields:
            self._dialog.prefill(parse_fields(fields))
        yield f"{capital(decision(ending.outcome.decision))}: {one_line(ending.title)}."
        if ending.outcome.say:
            yield f"Say: {one_line(ending.outcome.say)}"
        yield from self._ask()

    def _find_ending(self, name: str) -> EndingChoice:
        """Return the ending with this number or id; without either, the suggested one."""
        choices, suggested = self._dialog.endings, self._dialog.suggested
        if not name and suggested is not None and (self._dialog.chosen is None or self._dialog.chosen is suggested):
            return suggested
        if name.isascii() and name.isdigit() and 1 <= int(name) <= len(choices):
            return choices[int(name) - 1]
        ending = next((each for each in choices if each.outcome.id == name), None)
        if ending is None:
            raise CannotAct(f"unknown ending {name[:40]!r} (type 1 to {len(choices)}, or {BACK})")
        return ending

    def _ask(self) -> Iterator[str]:
        """Ask for the next field, or end the call."""
        has_asked_for_date = self._dialog.asks_for_date
        name = self._dialog.next_field()
        if not name or self._dialog.chosen is None:
            self.is_over = True
            return
        if self._dialog.asks_for_date and not has_asked_for_date:
            yield f"{DATE_QUESTION} An empty line leaves it open."
        if self._dialog.day_question:
            yield f"{self._dialog.day_question} An empty line keeps it."
        known = one_line(self._dialog.record.get(name, ""))
        label = one_line(self._dialog.chosen.labels[name]).rstrip("?")
        yield f"{label}?{f' Known: {known} (an empty line keeps it).' if known else ''}"
