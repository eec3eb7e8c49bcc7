"""Questions with a few keys as answers: leave the call? lose unsaved notes? which speaker are you?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from salesnerd_tui.terminal.key_names import shown_key
from salesnerd_tui.tui.panels.panel import Panel, panel_head
from salesnerd_tui.tui.panels.picker import Entry, Picker
from salesnerd_tui.tui.render.text import Lines, blank, line, pressable, safe, wrapped
from salesnerd_tui.tui.widgets.note_input import InputMode

SPEAKER_TITLE = "which speaker are you?"
NO_SPEAKER = "none of these"
DIGITS = 9
"""Speakers that one digit can pick."""


class PromptPanel:
    """Question in the middle of a screen. `answers` maps each key to its label and its action; esc closes."""

    def __init__(
        self,
        title: str,
        message: str,
        answers: Mapping[str, tuple[str, Callable[[], None]]],
        close: Callable[[], None],
    ) -> None:
        self.title = title
        self._message = message
        self._answers = answers
        self._close = close

    @property
    def purpose(self) -> InputMode | None:
        return None

    def draw(self, width: int, height: int) -> Lines:
        answers = [
            pressable(line("  ", (f"{shown_key(key):>5}", "bold $accent"), "  ", label), shown_key(key))
            for key, (label, _) in self._answers.items()
        ]
        head = panel_head(self.title, "esc", width)
        room = height - len(head) - len(answers)
        message = wrapped(self._message, width - 2, "", "  ", most=max(room, 1))
        air = [blank()] if len(message) + 2 <= room else []
        return [*head, *air, *message, *air, *answers][:height]

    def press(self, key: str) -> bool:
        if key in self._answers:
            self._answers[key][1]()
        elif key == "escape":
            self._close()
        else:
            return False
        return True


def leave_panel(
    leave: Callable[[], None], end: Callable[[], None], close: Callable[[], None], leave_key: str, end_key: str
) -> PromptPanel:
    """Ask whether to leave or end a call. A command without a key is not offered."""
    answers = {leave_key: ("leave unfinished", leave), end_key: ("end with an outcome", end)}
    return PromptPanel(
        "leave the call?",
        "Everything is saved. You can resume the call from the start page.",
        {key: answer for key, answer in answers.items() if key},
        close,
    )


def unsaved_panel(
    title: str,
    count: int,
    reason: str,
    key: str,
    words: str,
    proceed: Callable[[], None],
    retry: Callable[[], None],
    copy: Callable[[], None],
    close: Callable[[], None],
) -> PromptPanel:
    """Ask before `count` unsaved notes are lost. `key` proceeds, and is never the key of another answer."""
    letters = [letter for letter in "rcxyz" if letter != key]
    answers = {
        letters[0]: ("retry saving", retry),
        letters[1]: ("copy unsaved notes", copy),
        key: (words, proceed),
    }
    notes = "1 note is" if count == 1 else f"{count} notes are"
    message = f"{notes} NOT SAVED: {reason}. If you continue, notes that cannot be saved are printed to the shell."
    return PromptPanel(title, message, answers, close)


def speaker_panel(
    speakers: Sequence[str],
    suggested: str | None,
    chosen: Callable[..., None],
    close: Callable[[], None],
    *,
    waits: bool = False,
) -> Panel:
    """Ask which speaker is the user; `chosen` gets the name, or nothing for none of them.

    More speakers than digits become a list. `waits` says that a recording plays after the answer.
    """
    if len(speakers) > DIGITS:
        return _speaker_list(speakers, suggested, chosen, close)

    def choosing(*names: str) -> Callable[[], None]:
        return lambda: chosen(*names)

    answers = {
        str(number): (f"{safe(name)}{'   most likely' if name == suggested else ''}", choosing(name))
        for number, name in enumerate(speakers, 1)
    }
    if suggested:
        answers["enter"] = (safe(suggested), choosing(suggested))
    answers["0"] = (NO_SPEAKER, choosing())
    note = (
        "The recording waits for your answer; esc plays it without one."
        if waits
        else "Earlier speech counts once you answer."
    )
    return PromptPanel(SPEAKER_TITLE, f"The coach needs to know which voice is yours. {note}", answers, close)


def _speaker_list(
    speakers: Sequence[str], suggested: str | None, chosen: Callable[..., None], close: Callable[[], None]
) -> Picker:
    entries = [Entry(str(number), line(safe(name))) for number, name in enumerate(speakers)]
    at = str(speakers.index(suggested)) if suggested in speakers else ""

    def picked(id: str) -> None:
        chosen(*((speakers[int(id)],) if id else ()))

    return Picker(SPEAKER_TITLE, [*entries, Entry("", line(NO_SPEAKER))], picked, close, at=at)
