"""An order from outside, done on a running call: the same gestures as its keys, at the same place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from salesnerd_tui.call.moves import CannotAct
from salesnerd_tui.coach.cues import plain_words
from salesnerd_tui.text import one_line
from salesnerd_tui.ui.offering import offered
from salesnerd_tui.ui.remote.acting import Shown, act
from salesnerd_tui.ui.remote.door import Door, OnTurn
from salesnerd_tui.ui.remote.places import NoPlace, beside, session_folders

if TYPE_CHECKING:
    from salesnerd_tui.ui.live import LiveScreen

TEXT_LIMIT = 400
"""Characters of a text that a passive display can show."""


def door_of(shown: Shown, on_turn: OnTurn) -> Door:
    """The way into a running call from outside; `on_turn` has something run in order with its keys."""
    return Door(lambda verb, of: do(shown, verb, of), lambda: look(shown), on_turn)


async def let_in(screen: LiveScreen) -> None:
    """Open the screen's door, or have it say why nobody can come in: the call goes on without."""
    if screen.over:
        return
    screen.door = door_of(screen, screen.call_next)
    try:
        await screen.door.open((*session_folders(), *_beside_the_calls(screen)), screen.call.file.id)
    except NoPlace as problem:
        screen.say(f"salesnerd send cannot reach this call: {problem}")


def _beside_the_calls(screen: LiveScreen) -> tuple[str, ...]:
    from salesnerd_tui.ui.app import SalesnerdApp

    return (beside(str(screen.app.desk.notebook.folder)),) if isinstance(screen.app, SalesnerdApp) else ()


def do(shown: Shown, verb: str, of: str) -> None:
    """Raises `CannotAct` with why not, which is shown as well."""
    if shown.over:
        raise CannotAct("that call is over")
    try:
        act(shown, verb, of)
    except CannotAct as refusal:
        shown.say(str(refusal))
        raise
    shown.said = ""
    shown.changed()


def look(shown: Shown) -> dict[str, Any]:
    """What a passive display shows, as plain values. A hidden call shows its clock and nothing else."""
    seconds = int(shown.call.clock())
    seen: dict[str, Any] = {"call": shown.call.file.id, "seconds": seconds, "hidden": shown.panicked}
    if shown.panicked:
        return seen
    view, talk, trouble = shown.view, shown.session.coach.talk, shown.trouble()
    cue, offer = shown.session.state.cue, offered(shown.session.offers, shown.holder)
    seen |= {
        "holder": str(shown.holder),
        "paused": shown.call.clock.paused,
        "share": None if talk.share is None else round(talk.share * 100),
        "done": view.done,
        "total": view.total,
        "late": view.late,
        "account": _short(view.account),
        "people": [_short(each) for each in view.people[:4]],
        "question": _short(view.prompt.text),
        "kind": str(view.prompt.kind),
        "must": view.prompt.must,
        "choices": [_short(each.label) for each in view.prompt.choices[:9]],
        "tap": None
        if cue is None
        else {
            "kind": str(cue.kind),
            "words": _short(cue.words),
            "because": _short(cue.because),
            "ready": _short(plain_words(cue) or cue.ready),
        },
        "offer": _short(offer.plain) if offer is not None else "",
        "trouble": None if trouble is None else {"words": _short(trouble.words), "bad": trouble.bad},
    }
    return seen


def _short(text: str) -> str:
    return one_line(text[: TEXT_LIMIT * 2])[:TEXT_LIMIT]
