"""Talk meter: when the user's share of the talk is shown. A permanent display distracts; a rare one changes habits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from salesnerd_tui.app.call_service import OpenedCall
    from salesnerd_tui.call.view import CallView
    from salesnerd_tui.coach.floor import TalkStats

SETTING = "meter"
RARELY, ALWAYS = "rarely", "always"
METERS = (RARELY, ALWAYS)
"""Values of the setting `meter`."""

MEANINGFUL_SECONDS = 120.0
"""Seconds of talk before a share means anything; the person who opens the call has all of it."""

SHOWN_SECONDS = 60.0
"""Seconds for which the share is shown after a third and two thirds of the planned time.

A share shown every 20 minutes cut tutors' talk by 13 to 14 %, and a permanent one was found too distracting
(Talk Meter, a randomized trial with 742 tutors).
"""

USUAL_MINUTES = 30.0
"""Planned minutes of a playbook that names none."""


class TalkShare(Struct, frozen=True):
    """The user's share of the talk, in percent, and whether it is over the limit of the playbook."""

    percent: int
    over: bool


def shown_share(call: OpenedCall, view: CallView) -> TalkShare | None:
    """Return the share of an open call, if it is to be shown now; see `share_now`."""
    playbook = call.session.playbook
    return share_now(
        call.session.coach.talk,
        playbook.coach.max_talk_ratio,
        call.clock(),
        playbook.minutes,
        closing=view.prompt.kind.value == "closing",
        always=call.always_shows_share,
    )


def share_now(
    talk: TalkStats, limit: float, at: float, minutes: float | None, *, closing: bool = False, always: bool = False
) -> TalkShare | None:
    """Return the share if it is to be shown at `at` seconds of a call of so many planned `minutes`, else None.

    It is due for a minute after each third, at the end (`closing`), and as long as it is over the `limit` (0 to 1).
    """
    if talk.share is None:
        return None
    talked = talk.mine_seconds + talk.theirs_seconds
    over = talk.share > limit and talked >= MEANINGFUL_SECONDS
    third = (minutes or USUAL_MINUTES) * 60.0 / 3.0
    due = any(0.0 <= at - each * third < SHOWN_SECONDS for each in (1, 2))
    if always or over or closing or due:
        return TalkShare(round(talk.share * 100), over)
    return None
