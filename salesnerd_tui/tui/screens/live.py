"""Live screen: draws a call, and passes keys, speech and playbook updates to its session, which decides."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from salesnerd_tui.call import actions, view
from salesnerd_tui.call.actions import CannotAct
from salesnerd_tui.call.events import Answered, Heard, Noted, Recalled, Side, TapKind
from salesnerd_tui.call.view import PromptKind
from salesnerd_tui.services.background import PlaybookReloader, background_work, load_problem, shorten_switch_interval
from salesnerd_tui.services.call_service import CannotOpen
from salesnerd_tui.services.call_status import (
    CallWarning,
    NoteRow,
    SaveReceipts,
    SaveState,
    SuggestionText,
    accept_message,
    call_warning,
    known_answers_text,
    listening_status,
    note_rows,
    note_texts,
    open_question_texts,
    removes_rows,
    suggestion_texts,
    unsaved_lines,
    visible_share,
)
from salesnerd_tui.speech.source import ReadProgress, SourceEvent, SourceThread, SpeakersFound, microphone_status
from salesnerd_tui.storage.errors import WriteFailed, WriteSaved
from salesnerd_tui.tui.navigator import CallClosed
from salesnerd_tui.tui.panels.help import HelpPanel
from salesnerd_tui.tui.render.question import (
    ANSWER_ROWS,
    cut_question,
    draw_answers,
    draw_cues,
    draw_heading,
    draw_question,
)
from salesnerd_tui.tui.render.status import (
    draw_clock,
    draw_margin,
    draw_notes,
    draw_offers_row,
    draw_progress,
    draw_status,
    draw_warning,
)
from salesnerd_tui.tui.render.tap import draw_coach
from salesnerd_tui.tui.render.text import MUTED, Lines, blank, fit, line, safe
from salesnerd_tui.tui.screens.base import BaseScreen
from salesnerd_tui.tui.screens.live_commands import LiveCommands
from salesnerd_tui.tui.widgets.canvas import Canvas

if TYPE_CHECKING:
    from salesnerd_tui.call.actions import Action
    from salesnerd_tui.call.view import CallView, CoachLine, DetourKey
    from salesnerd_tui.call_session import PreparedPlaybook
    from salesnerd_tui.playbook.library import LoadResult
    from salesnerd_tui.services.call_commands import CallControl
    from salesnerd_tui.services.call_service import CallService, OpenedCall
    from salesnerd_tui.tui.keymap import Command


TICK_SECONDS = 1.0

BACKGROUND_SECONDS = 0.05
"""Time until the work of other threads and windows starts, which would delay the thread that writes the first frame."""

MIN_DESIGNED_ROWS = 12
"""Rows of the smallest size with its own layout; with fewer rows, the answers take rows of the tap."""

IDLE_MARGIN = 4
"""Cells of the note line that the text in it cannot have: the prompt before it and the cursor at its end."""

SAVE_MARKS = {SaveState.SAVED: "✓", SaveState.WAITING: "·", SaveState.FAILED: "✗ NOT SAVED"}


class LiveScreen(BaseScreen):
    """A running call. Speech, playbook updates and larger commands are handled by its collaborators."""

    MOVE_KEYS: ClassVar[Mapping[str, int]] = {}
    KEYMAP_NAME = "live"
    is_controllable = True
    """True if other programs can control this call."""

    def __init__(self, call: OpenedCall, service: CallService) -> None:
        super().__init__()
        self.call = call
        self.service = service
        self.session = call.session
        self.view: CallView = view.view(self.session.context)
        self.is_over = False
        self.is_coaching_hidden = False
        self.is_unfocused = False
        self.caption = ""
        self.control: CallControl | None = None
        self.receipts = SaveReceipts()
        self.receipts.mark_saved(range(len(self.session.events)))
        self.note_rows: list[NoteRow] = note_rows(self.session.events, self.session.playbook)
        self._events_in_rows = len(self.session.events)
        self.speech = SpeechController(self)
        self.playbook_updates = PlaybookUpdates(self, service)
        self.live_commands = LiveCommands(self)
        self.command_handlers = (self.speech, self.playbook_updates, self.live_commands)

    def compose(self) -> ComposeResult:
        with Horizontal(id="top"):
            yield Canvas(self._draw_clock, id="clock")
            yield Canvas(self._draw_status, id="status")
        yield Canvas(self._draw_warning, id="warning")
        with Horizontal(id="body"):
            with Vertical(id="main"):
                yield Canvas(lambda width, _: [draw_heading(self.view, width)], id="heading")
                yield Canvas(self._draw_question, id="question")
                yield Canvas(self._draw_coach, id="coach")
                yield self.middle
                yield Canvas(self._draw_offers, id="offers")
            yield Canvas(self._draw_margin, id="margin")
        with Vertical(id="foot"):
            yield Canvas(lambda width, _: [draw_progress(self.view, width)], id="progress")
            yield Canvas(self._draw_notes, id="notes")
            yield from self.compose_line()

    def on_mount(self) -> None:
        self.session.on_written = self._forward_receipt
        self.session.can_move = lambda: self.panel is None and self.input.input_mode is None
        self.input.set_draft(self.call.file.draft)
        self.input.stop_typing()
        self.call.begin()
        self.changed()
        self.set_timer(BACKGROUND_SECONDS, self._start_background_work)
        self.set_interval(TICK_SECONDS, self._tick)
        self.speech.start()
        self.watch(self.app, "app_focus", self._on_app_focus, init=False)
        if self.call.messages:
            self.say(self.call.messages[0])

    async def _start_background_work(self) -> None:
        """Read earlier calls, watch the playbook, and let other windows control the call."""
        if self.is_over:
            return
        self._read_earlier_calls()
        self.playbook_updates.start()
        if self.is_controllable and not self.app.is_headless:
            await self._open_control()

    async def _open_control(self) -> None:
        """Let other windows control the call; if that fails, show the reason."""
        if self.app.control is None:
            return
        self.control = self.app.control(self, self.call_next)
        reason = await self.control.open()
        if reason:
            self.say(reason)

    # changing the call

    @property
    def current_speaker(self) -> Side:
        """The side that has the floor."""
        return self.speech.current_speaker

    def perform(self, action: Action) -> bool:
        """Do an action and return whether it was done; the hint line shows why not."""
        try:
            self.session.do(action)
        except CannotAct as refusal:
            self.say(str(refusal))
            return False
        self.changed()
        return True

    def changed(self) -> None:
        """Repaint after something may have changed the call."""
        self.view = view.view(self.session.context)
        events = self.session.events
        if any(map(removes_rows, events[self._events_in_rows :])):
            self.note_rows = note_rows(events, self.session.playbook)
        else:
            self.note_rows += note_rows(events, self.session.playbook, self._events_in_rows)
        self._events_in_rows = len(events)
        self.set_class(self.coach_line.is_shown, "-tap-shown")
        self._mark_tab()
        self.show_idle_text()
        self.repaint()

    def _mark_tab(self) -> None:
        """Mark the terminal's tab while a tap is open, for a user who looks at another window."""
        tap = self.session.state.tap
        has_tap = (
            tap is not None and tap.kind is not TapKind.SILENCE and not self.is_coaching_hidden and not self.is_over
        )
        self.app.mark_tab(has_tap)

    def on_speech(self, event: SourceEvent) -> None:
        """Process an event of the source."""
        self.speech.process(event, self.speech.notice_speaker)

    def _forward_receipt(self, outcome: WriteSaved | WriteFailed) -> None:
        """Pass a write result from the writer's thread to the screen's."""
        self.call_later(self._add_receipt, outcome)

    def _add_receipt(self, outcome: WriteSaved | WriteFailed) -> None:
        if isinstance(outcome, WriteSaved):
            self.receipts.mark_saved(outcome.numbers)
        else:
            self.receipts.mark_failed(outcome.numbers, outcome.message)
        self.repaint_parts("notes", "margin", "warning", "hint")
        self.show_idle_text()
        if self.is_coaching_hidden or self.panel is not None:  # a panel may count what is not saved
            self.middle.repaint()

    def _read_earlier_calls(self) -> None:
        """Read earlier calls on a background thread."""

        def read() -> None:
            with background_work():
                recalled = self.call.recall()
            self.call_later(self._add_recalled, recalled)

        threading.Thread(target=read, name="recall", daemon=True).start()

    def _add_recalled(self, recalled: Sequence[Recalled]) -> None:
        if self.is_over:
            return
        if recalled:
            self.call.add_recalled(recalled)
            self.changed()
        state = self.session.state
        is_brief = self.has_class("-narrow")
        known = known_answers_text(self.view.earlier, state.prepared, is_brief=is_brief) if recalled else ""
        if known and (shows := self.key_phrase("jump", "shows it" if known.startswith("1 ") else "shows them")):
            known = f"{known}, {shows}"
        prep = self.key_phrase("prepared", "shows your prep") if state.prepared and not state.resumed else ""
        if known or prep:
            self.say(" · ".join(filter(None, (self.last_message, known, prep))))

    def _tick(self) -> None:
        if self.is_over:
            return
        before = self.session.state
        self.session.tick()
        if self.session.state is not before or self.session.context.is_late != self.view.is_late:
            self.changed()
        else:
            self.repaint_parts(*CHANGING_PARTS)
            if self.is_coaching_hidden:
                self.middle.repaint()

    def _on_app_focus(self, is_focused: bool) -> None:
        """Show no keys while the terminal has no focus, because another window would get them."""
        self.is_unfocused = not is_focused
        self.show_idle_text()
        self.repaint()

    # keys

    @property
    def detours(self) -> tuple[DetourKey, ...]:
        """The open detours; a detour whose letter the user has bound to a command has no key."""
        bound = self.key_table.command_by_key
        return tuple(replace(each, key="") if each.key in bound else each for each in self.view.detours)

    @property
    def detour_letters(self) -> str:
        """The letters that take a detour now."""
        return "".join(each.key for each in self.detours)

    def press_key(self, key: str) -> None:
        command = self.key_table.command_by_key.get(key)
        if command is not None and command.id == "hide":
            self.do_hide()
        elif not self.is_coaching_hidden or (command is not None and command.id == "note"):
            super().press_key(key)

    def run_command(self, command: Command) -> None:
        proposed = self.session.state.proposed
        if command.id == "next" and proposed and proposed.switch and self.session.state.place.item is None:
            self.playbook_updates.switch_to(proposed.switch)
        elif command.action is not None:
            before = len(self.session.events)
            if self.perform(command.action) and command.id == "accept":  # what it accepts may be hidden by now
                self.say(accept_message(self.session.events[before:], self.session.playbook))
        else:
            super().run_command(command)

    def handle_unbound(self, key: str) -> None:
        if key.isdigit() and len(key) == 1:
            self.perform(lambda context: actions.pick(context, int(key)))
            return
        detour = next((each for each in self.session.playbook.detours.values() if each.key == key), None)
        if detour is not None and self.key_table.has_detours:
            self.perform(lambda context: actions.take_detour(context, detour.id))
        else:
            super().handle_unbound(key)

    def go_back(self) -> None:
        """Do nothing: esc ends a note or closes a panel, and is easily pressed once too often."""

    def press_hide_key(self, key: str) -> None:
        """Hide the coaching at once, also while a text is being typed."""
        del key
        self.do_hide()

    def do_hide(self) -> None:
        if self.panel is not None:
            self.close_panel()
        self.is_coaching_hidden = not self.is_coaching_hidden
        self._mark_tab()
        self.set_class(self.is_coaching_hidden, "-coaching-hidden")
        self.repaint()
        self.show_idle_text()

    def do_talk(self) -> None:
        self.speech.press_talk_key()

    def do_help(self) -> None:
        self.live_commands.do_help()

    def do_leave(self) -> None:
        self.live_commands.do_leave()

    def close_panel(self) -> None:
        super().close_panel()
        self.speech.resume()

    def handle_text_change(self) -> None:
        super().handle_text_change()
        if self.is_attached and not self.is_over:
            self.session.keep_draft(self.input.draft)

    # the end

    def flush(self) -> None:
        """Save the draft and all events, because the program ends."""
        if not self.is_over:
            self.session.keep_draft(self.input.draft)
            self._close()

    def close_call(self, *, is_ended: bool) -> None:
        if self.is_over:
            return
        if not is_ended:
            self.session.keep_draft(self.input.draft)
        self._close()
        self.post_message(CallClosed(self.call, is_ended=is_ended))

    def _close(self) -> None:
        self.is_over = True
        self._mark_tab()
        # Keys that wait in the queue come after the end: the file that they would write to is closed.
        self.input.ignores_keys = True
        if self.control is not None:
            self.control.close()
        self.speech.stop()
        self.playbook_updates.stop()
        self.session.close()
        file = self.call.file
        texts = note_texts(file.unsaved)
        if texts:
            self.app.unsaved_lines += unsaved_lines(texts, file.problem)

    # painting

    @property
    def is_small(self) -> bool:
        """True if the terminal has rows for question, tap, answers and the line only."""
        return self.has_class("-short") or self.has_class("-tiny")

    @property
    def has_margin(self) -> bool:
        """True if the terminal is wide enough for the margin, which then has offers, notes and progress."""
        return self.has_class("-wide") and not self.is_small

    @property
    def shown_keys(self) -> Mapping[str, str]:
        """The keys that may be shown: none while the terminal has no focus."""
        return {} if self.is_unfocused else self.key_table.shown_keys

    @property
    def offers(self) -> tuple[SuggestionText, ...]:
        """The buyer's requests and other suggestions, with the keys that accept them."""
        yes = self.shown_keys.get("accept", "")
        voice = self.session.speaker.voice_at(self.call.clock())
        return suggestion_texts(self.session.suggestions, voice, yes, "" if self.is_unfocused else self.detour_letters)

    @property
    def open_questions(self) -> tuple[SuggestionText, ...]:
        """One quiet line for the latest question of the buyer that the user has not answered."""
        return open_question_texts(self.session.open_questions, self.session.suggestions)

    def show_idle_text(self) -> None:
        """Show the last note and its save state in small sizes, where notes have no rows of their own."""
        if self.is_small and self.note_rows and not self.is_coaching_hidden:
            row = self.note_rows[-1]
            shown = line(f"{SAVE_MARKS[self.receipts.state_of(row.number)]} {row.words}")
            self.input.set_idle_text(fit(shown, max(self.size.width - IDLE_MARGIN, 1)))
        else:
            idle = "note…" if self.is_coaching_hidden else self.key_phrase("note", "writes a note")
            self.input.set_idle_text("" if self.is_unfocused else idle)

    def update_input_mode(self) -> None:
        self.set_class(self.panel is not None, "-panel-open")
        self.set_class(isinstance(self.panel, HelpPanel), "-help-open")
        super().update_input_mode()

    def on_resize(self) -> None:
        self.set_class(self.size.height < MIN_DESIGNED_ROWS, "-crowded")
        self.call_after_refresh(self.show_idle_text)

    def hints(self) -> Iterable[tuple[str, str]]:
        """Return the keys that matter most now; the note line shows its own."""
        if self.is_coaching_hidden:
            return ()
        if self.view.prompt.kind is PromptKind.CLOSING and not self.view.switch:  # next would only refuse
            closing = {"jump": "jump", "end": "end", "help": "all keys"}
            shown = self.key_table.shown_keys
            return tuple((shown[id], words) for id, words in closing.items() if id in shown)
        always = {"find": "they said", "end": "end", "help": "all keys"}
        keys = {**self.momentary_keys(), **always}
        order = ("next", *(id for id in keys if id not in ("end", "help")), "end", "help")
        words = {"next": "next", **keys}
        return tuple((self.key_table.shown_keys[id], words[id]) for id in order if id in self.key_table.shown_keys)

    def momentary_keys(self) -> Mapping[str, str]:
        """Return ids and words of keys that matter only now."""
        return {"accept": "confirm"} if self.view.prompt.asks_to_confirm and not self.offers else {}

    def current_hints(self) -> tuple[tuple[str, str], ...]:
        return () if self.is_unfocused else super().current_hints()

    def _draw_hint(self, width: int, height: int) -> Lines:
        """Draw the hint line; in small sizes it also shows warnings and offers, which have no row there."""
        is_free = self.last_message in ("", self.notice)
        if self.is_small and is_free and self.panel is None and self.input.input_mode is None:
            warning = self.warning()
            if warning is not None and not warning.is_quiet:
                return [draw_warning(warning, "", width)]
            if self.offers:
                return [draw_offers_row(self.offers, width)]
        return super()._draw_hint(width, height)

    def warning(self) -> CallWarning | None:
        """Return the warning that matters most, if there is any."""
        talk = self.key_phrase("talk", "switches speaker")
        return call_warning(self.call, self.receipts, self.playbook_updates.problem, talk, self.who_key)

    @property
    def who_key(self) -> str:
        """The key that chooses the user's name, with what it does."""
        commands = self.key_table.shown_keys.get("commands", "")
        return self.key_phrase("who", "chooses your name", commands and f"{commands}, then choose your name")

    def draw(self, width: int, height: int) -> Lines:
        return draw_answers(self.view, width, height, self.shown_keys, following=self.view.following_question)

    def _draw_middle(self, width: int, height: int) -> Lines:
        if self.is_coaching_hidden:
            return self._draw_notepad(width, height)
        return self.draw(width, height) if self.is_unfocused else super()._draw_middle(width, height)

    def _draw_notepad(self, width: int, height: int) -> Lines:
        """Draw a clock and what the user noted, like a notepad, without anything automatic."""
        noted = [row for row in self.note_rows if isinstance(self.session.events[row.number], Answered | Noted)]
        head = [line(" ", (datetime.now().astimezone().strftime("%H:%M"), "bold"), ("   Notes", MUTED)), blank()]
        return [*head, *self._draw_note_rows(noted, width, height - len(head))]

    def _draw_clock(self, width: int, _: int) -> Lines:
        return [draw_clock(self.current_speaker, self.call.clock(), self.call.clock.is_paused, width)]

    def _draw_status(self, width: int, _: int) -> Lines:
        share = visible_share(self.call, self.view)
        hearing = listening_status(self.call) if self.is_small or self.warning() is None else ""
        return [draw_status(self.view, self.session.talk, share, width, hearing)]

    def _draw_warning(self, width: int, _: int) -> Lines:
        warning = self.warning()
        if warning is not None and self.is_unfocused:
            warning = replace(warning, key="")
        return [draw_warning(warning, self.caption, width, microphone_status(self.call.source))]

    def _draw_question(self, width: int, height: int) -> Lines:
        drawn = draw_question(self.view, width, height, has_heading=not self.is_small)
        return cut_question(drawn) if self.coach_line.is_shown else drawn.panel

    @property
    def coach_line(self) -> CoachLine:
        """The tap to show, and its state."""
        session = self.session
        talked_on = session.talked_on_seconds
        return view.coach_line(session.state.tap, session.events, self.call.clock(), talked_on)

    def _draw_coach(self, width: int, height: int) -> Lines:
        """Draw the tap; without one, the end of a long question, or the cues in small sizes."""
        question = self.query_one("#question", Canvas).content_size
        fallback = draw_question(self.view, width, question.height).overflow if question.height else []
        has_no_cues = self.middle.content_size.height <= ANSWER_ROWS
        if not fallback and self.is_small and self.panel is None and has_no_cues:
            fallback = [blank(), *draw_cues(self.view.prompt, width, height - 1, self.view.following_question)]
        return draw_coach(self.coach_line, width, height, self.shown_keys, fallback=fallback)

    def _draw_offers(self, width: int, _: int) -> Lines:
        return [draw_offers_row(self.offers or self.open_questions, width)]

    def _draw_margin(self, width: int, height: int) -> Lines:
        return draw_margin(
            self.view,
            width,
            height,
            offers=self.offers,
            open_questions=[line((f"{each.label} {safe(each.words)}", MUTED)) for each in self.open_questions],
            notes=self.note_rows,
            receipts=self.receipts,
            state=self.session.state,
            seconds=self.call.clock(),
        )

    def _draw_notes(self, width: int, height: int) -> Lines:
        return self._draw_note_rows(self.note_rows, width, height)

    def _draw_note_rows(self, rows: Sequence[NoteRow], width: int, height: int) -> Lines:
        """Draw the latest of the notes, the newest next to the note line."""
        drawn = draw_notes(rows, self.receipts, self.session.state, width, height)
        return [*[blank()] * (height - len(drawn)), *drawn]


ASK_AGAIN_SECONDS = 0.25
"""Time until the user is asked again, because a note or a panel was open."""

NOTICE_SECONDS = 8.0
"""Time for which a message that is not the effect of a key replaces the hints."""

CHANGING_PARTS = ("clock", "status", "warning", "coach", "offers", "margin", "hint")
"""Canvases that time and speech change."""


class SpeechController:
    """Listens to the source, handles the talk key, and asks which speaker is the user.

    A recording waits for the answer. A live source cannot wait, so what it heard before is attributed afterwards.
    `on_speech` of the screen gets each event, on the screen's thread.
    """

    def __init__(self, screen: LiveScreen) -> None:
        self._screen = screen
        self._call = screen.call
        self._session = screen.session
        self._listening: SourceThread | None = None
        self._has_asked_who = False
        self._is_waiting = False

    @property
    def current_speaker(self) -> Side:
        """The side that talks now; nobody after a silence."""
        return self._session.speaker.side_at(self._call.clock())

    # the source

    def start(self) -> None:
        """Start to listen; for a recording, first ask which speaker is the user."""
        shorten_switch_interval()
        if self._call.source is None:
            return
        self._listening = SourceThread(self._call.source, self._forward, self._call.clock)
        self._screen.call_after_refresh(self._read_wordings)
        if self._call.should_ask_who:
            self._is_waiting = True
            self._call.clock.pause()
            self.ask_speaker()
        else:
            self._listening.start()

    def stop(self) -> None:
        if self._listening is not None:
            self._listening.stop(0.2)

    def resume(self) -> None:
        """Play a recording that was waiting for the answer, even if the question was closed without one."""
        if self._is_waiting and self._listening is not None and not self._screen.is_over:
            self._is_waiting = False
            self._call.clock.resume()
            self._listening.start()

    def _read_wordings(self) -> None:
        """Prepare the matching of questions on a background thread, before anyone speaks."""

        def read() -> None:
            with background_work():
                self._session.use_prepared(self._session.prepare())

        threading.Thread(target=read, name="wordings", daemon=True).start()

    def _forward(self, event: SourceEvent) -> None:
        """Pass an event from the source's thread to the screen's."""
        self._screen.call_later(self._screen.on_speech, event)

    # events

    def process(self, event: SourceEvent, on_heard: Callable[[Heard], None]) -> None:
        """Pass an event to the session and repaint what it changed. `on_heard` gets each utterance."""
        if self._screen.is_over:
            return
        if isinstance(event, ReadProgress):
            self._screen.say(event.message)
            return
        if isinstance(event, SpeakersFound):
            self._identify_in_recording(event)
            return
        before, speakers = self._session.state, self._current_speakers()
        self._session.hear(event)
        if isinstance(event, Heard):
            on_heard(event)
        if self._session.state is not before:
            self._screen.changed()
            if self._session.state.followed_at > before.followed_at:
                back = self._screen.key_phrase("undo", "goes back")
                self._screen.say_for(NOTICE_SECONDS, ": ".join(filter(None, ("heard you ask this", back))))
        elif self._current_speakers() != speakers:
            self._screen.repaint_parts(*CHANGING_PARTS)

    def _current_speakers(self) -> tuple[Side, Side]:
        """Return who has the floor by key and voice, and by the coach, which ignores words of assent."""
        return self.current_speaker, self._session.talk.holder

    def press_talk_key(self) -> None:
        """Switch the speaker between user and buyer."""
        self._session.hear(self._session.speaker.press_talk_key(self._session.context.at))
        self._screen.changed()

    # which speaker is the user

    def notice_speaker(self, event: Heard) -> None:
        """Record a speaker's name; ask which one is the user once a live source has named two."""
        if self._call.sides.is_chosen or self._has_asked_who or not event.speaker.strip():
            return
        self._call.notice_speaker(event)
        if len(self._call.speakers) >= 2 and self._screen.panel is None and self._screen.input.input_mode is None:
            self.ask_speaker()

    def _identify_in_recording(self, speakers_found: SpeakersFound) -> None:
        """Ask which speaker of a long recording is the user, as soon as no note or panel is open."""
        self._call.speakers, self._call.suggested_speaker = speakers_found.speakers, speakers_found.suggested
        self._is_waiting = True
        if self._call.sides.is_chosen:
            self.resume()
        elif self._screen.panel is None and self._screen.input.input_mode is None:
            self.ask_speaker()
        else:
            self._screen.set_timer(ASK_AGAIN_SECONDS, partial(self._identify_in_recording, speakers_found))

    def do_who(self) -> None:
        if self._call.speakers:
            self.ask_speaker()
        else:
            self._screen.say("no speaker has been named yet")

    def ask_speaker(self) -> None:
        """Ask which of the speakers is the user; a live call continues meanwhile."""
        from salesnerd_tui.tui.panels.picker import speaker_panel  # only calls with named speakers need it

        self._has_asked_who = True
        self._screen.open_panel(
            speaker_panel(
                self._call.speakers,
                self._call.suggested_speaker,
                self._set_user,
                is_waiting=self._is_waiting,
            )
        )

    def _set_user(self, *names: str) -> None:
        sides = self._call.sides
        sides.choose(names)
        if not self._session.state.trail:  # nobody has moved, so the screen may go to what the user asked meanwhile
            self._screen.close_panel()
        self._session.identify(names, sides.side_of)
        self._screen.close_panel()
        self._screen.changed()
        message = f"you are {names[0]}" if names else "you are not one of the speakers, so nothing counts as yours"
        self._screen.say(f"{message} (change it: {self._screen.who_key})" if self._screen.who_key else message)


CATCH_UP_PAUSE_SECONDS = 0.01
"""Real seconds for keys between two steps of catching up on the thread that draws."""


class PlaybookUpdates:
    """Reloads the playbook when its file is saved, switches to another one, and opens an editor.

    `problem` says why the last save was rejected, and is empty otherwise.
    """

    def __init__(self, screen: LiveScreen, service: CallService) -> None:
        self.problem = ""
        self._screen = screen
        self._session = screen.session
        self._service = service
        self._reloader = self._make_reloader()
        self._is_started = False

    def _make_reloader(self) -> PlaybookReloader:
        return PlaybookReloader(self._service.library, self._session.playbook.sources, self.on_loaded)

    def start(self) -> None:
        """Begin to watch the playbook's files."""
        self._is_started = True
        self._reloader.start()

    def stop(self) -> None:
        self._reloader.stop()

    def on_loaded(self, loaded: LoadResult) -> None:
        """Prepare a saved playbook; runs on the watching thread, because a thousand questions take time to read."""
        changed = loaded.playbook is not None and loaded.playbook.digest != self._session.playbook.digest
        prepared = self._session.prepare(loaded.playbook) if changed else None
        self._screen.call_later(self._apply, loaded, prepared)

    def _apply(self, loaded: LoadResult, prepared: PreparedPlaybook | None) -> None:
        """Use the saved playbook, or set `problem` and keep the last valid one."""
        if self._screen.is_over or loaded.id != self._session.playbook.id:  # the call has closed or switched meanwhile
            return
        self.problem = load_problem(loaded)
        if prepared is not None:
            place = self._session.state.place
            self._session.reload(prepared)
            self._catch_up()
            unchanged = (
                "your place and notes are" if self._session.state.place == place else "your question changed, notes are"
            )
            self._screen.say(f"playbook reloaded; {unchanged} unchanged")
        self._screen.changed()

    def switch_to(self, playbook: str) -> None:
        """Continue in another playbook, with the notes so far."""
        try:
            self._session.switch(self._service.load_playbook(playbook))
        except CannotOpen as problem:
            self._screen.say(str(problem))
            return
        self.problem = ""
        self.stop()
        self._reloader = self._make_reloader()
        if self._is_started:
            self._reloader.start()
        self._screen.changed()
        self._screen.say(f"continued with the playbook “{safe(self._session.playbook.title)}”")
        self._catch_up()

    def _catch_up(self) -> None:
        """Replay the call so far for a coach with new limits, in short steps between which keys are handled."""
        if self._session.catch_up():
            self._screen.set_timer(CATCH_UP_PAUSE_SECONDS, self._catch_up)

    def do_edit(self) -> None:
        """Open the playbook in the user's editor at the question on the screen."""
        from salesnerd_tui.tui.editor import edit  # subprocess: not at start-up

        location = self._screen.view.prompt.location
        if not location.file:
            self._screen.say("cannot edit this question: it does not come from a file")
            return
        self._screen.say(edit(location, self._screen.app.suspend) or "edited: saved changes appear within a second")
