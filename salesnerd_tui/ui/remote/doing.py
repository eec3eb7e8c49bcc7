"""An order from outside, done on the live screen: the same gestures as its keys, at the same place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from salesnerd_tui.call import accepting, moves
from salesnerd_tui.call.events import Event
from salesnerd_tui.call.moves import CannotAct, Standing
from salesnerd_tui.text import one_line
from salesnerd_tui.ui.drawing.offers import draw_offer
from salesnerd_tui.ui.remote.door import Door
from salesnerd_tui.ui.remote.places import NoPlace, beside, session_folders

if TYPE_CHECKING:
    from collections.abc import Callable

    from salesnerd_tui.ui.live import LiveScreen

_PLAIN: Mapping[str, Callable[[Standing], tuple[Event, ...]]] = {
    "next": moves.go_next,
    "back": moves.go_back,
    "skip": moves.skip,
    "mark": moves.mark,
    "yes": accepting.accept,
}

TEXT_LIMIT = 400
"""Characters of a text that a passive display can show."""


def door_of(screen: LiveScreen) -> Door:
    """The way into a live screen from outside."""
    return Door(lambda verb, of: do(screen, verb, of), lambda: look(screen), screen.call_next)


async def let_in(screen: LiveScreen) -> None:
    """Open the screen's door, or have it say why nobody can come in: the call goes on without."""
    if screen.over:
        return
    screen.door = door_of(screen)
    try:
        await screen.door.open((*session_folders(), *_beside_the_calls(screen)), screen.call.file.id)
    except NoPlace as problem:
        screen.say(f"salesnerd send cannot reach this call: {problem}")


def _beside_the_calls(screen: LiveScreen) -> tuple[str, ...]:
    from salesnerd_tui.ui.app import SalesnerdApp

    return (beside(str(screen.app.desk.notebook.folder)),) if isinstance(screen.app, SalesnerdApp) else ()


def do(screen: LiveScreen, verb: str, of: str) -> None:
    """Raises `CannotAct` with why not, which the screen shows as well."""
    if screen.over:
        raise CannotAct("that call is over")
    try:
        _act(screen, verb, of)
    except CannotAct as refusal:
        screen.say(str(refusal))
        raise
    screen.said = ""
    screen.changed()


def _act(screen: LiveScreen, verb: str, of: str) -> None:
    session = screen.session
    match verb:
        case "talk":
            screen.do_talk()
        case "panic":
            screen.do_panic()
        case "undo":
            session.undo()
        case "no":
            session.refuse_offer()
        case "wave":
            session.wave_away()
        case "pick":
            session.do(lambda now: moves.pick(now, int(of)))
        case "note":
            session.do(lambda now: moves.note(now, of))
        case "jump":
            session.do(lambda now: moves.jump(now, of))
        case "detour":
            session.do(lambda now: moves.take_detour(now, _detour(now, of)))
        case _:
            session.do(_PLAIN[verb])


def _detour(now: Standing, named: str) -> str:
    """The detour's id, also when it was named by its letter."""
    detours = now.playbook.detours
    if named in detours:
        return named
    return next((each.id for each in detours.values() if each.key and each.key == named), named)


def look(screen: LiveScreen) -> dict[str, Any]:
    """What a passive display shows, as plain values. A hidden call shows its clock and nothing else."""
    seconds = int(screen.call.clock())
    seen: dict[str, Any] = {"call": screen.call.file.id, "seconds": seconds, "hidden": screen.panicked}
    if screen.panicked:
        return seen
    view, talk, trouble = screen.view, screen.session.coach.talk, screen.trouble()
    cue, offer = screen.session.state.cue, draw_offer(screen.session.offers, screen.holder, TEXT_LIMIT, keys=False)
    seen |= {
        "holder": str(screen.holder),
        "paused": screen.call.clock.paused,
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
            "ready": _short(cue.ready),
        },
        "offer": _short(offer[0].plain) if offer else "",
        "trouble": None if trouble is None else {"words": _short(trouble.words), "bad": trouble.bad},
    }
    return seen


def _short(text: str) -> str:
    return one_line(text[: TEXT_LIMIT * 2])[:TEXT_LIMIT]
