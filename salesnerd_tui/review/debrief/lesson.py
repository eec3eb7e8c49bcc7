"""One thing to try next time, not ten, and always at a real moment of this call.

The rule looks for what cannot be had back, in this order, and stops at the first thing it finds:

1. an over-promise: it binds people who were not on the call, and only a corrected sentence mends it;
2. something they told me that I answered with a pitch: they will not offer it twice;
3. an ending without the date or step that makes it an agreement;
4. a tap that I talked past, the longest first: the floor was mine to give back;
5. a must that nobody asked;
6. a long stretch of mine that no tap was needed to notice;
7. taps that I did follow: the same thing, one sentence earlier.

With none of them, it says what went well, since what is noticed is repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from salesnerd_tui.call.events import TapKind
from salesnerd_tui.review.debrief.model import Debrief, Lesson, OutcomeKind, Sentence, Tap, TapReaction
from salesnerd_tui.review.times import length
from salesnerd_tui.timefmt import clock

LONG_STRETCH_SECONDS = 90.0
"""A stretch of mine that is worth a lesson although nothing tapped: the longest that vendors allow is 76 s."""

QUOTE_CHARACTERS = 80

Rule = Callable[[Debrief], Lesson | None]


def lesson(debrief: Debrief) -> Lesson:
    """The one thing to try, by the rule of this module."""
    return next(found for rule in RULES if (found := rule(debrief)) is not None)


def quoted(sentence: Sentence | str, limit: int = QUOTE_CHARACTERS) -> str:
    """A sentence in quotation marks, cut at a word."""
    return f"“{shortened(sentence if isinstance(sentence, str) else sentence.text, limit)}”"


def shortened(text: str, limit: int) -> str:
    """`text` on one line in about `limit` characters, cut at a word."""
    text = " ".join(text.split())
    return text[:limit].rsplit(" ", 1)[0].rstrip(",;: ") + "…" if len(text) > limit else text


def _over_promise(debrief: Debrief) -> Lesson | None:
    over = next((promise for promise in debrief.promises if promise.over), None)
    if over is None:
        return None
    instead = f"say {quoted(over.bounded)}" if over.bounded else "promise what, by whom and by when"
    return Lesson(
        f"At {clock(over.at)} you said {quoted(over.text)}; {instead} instead.",
        "A promise without a bound binds people who were not on the call.",
        over.at,
    )


def _pitch(debrief: Debrief) -> Lesson | None:
    pitch = _costliest(tap for tap in debrief.taps if tap.kind is TapKind.PITCHING)
    if pitch is None or pitch.they_said is None:
        return None
    said, ask = quoted(pitch.they_said), _say(pitch.ready, "ask what it cost them")
    return Lesson(
        f"When they said {said} ({clock(pitch.they_said.at)}), {ask} before saying how you solve it.",
        "What they reveal once, they seldom offer twice.",
        pitch.they_said.at,
    )


def _loose_ending(debrief: Debrief) -> Lesson | None:
    outcome, at = debrief.outcome, debrief.header.seconds
    if outcome.verdict is OutcomeKind.NOT_YET and not outcome.when:
        text = f"Before you close ({clock(at)}), ask them which day to talk again."
        return Lesson(text, "A not-yet without a date is a maybe.", at)
    if outcome.verdict is OutcomeKind.GO and not (outcome.next_step or outcome.when):
        text = f"Before you close ({clock(at)}), agree who does what next, and when."
        return Lesson(text, "A go without a next step is a compliment.", at)
    return None


def _talked_past(debrief: Debrief) -> Lesson | None:
    tap = _costliest(tap for tap in debrief.taps if tap.after is TapReaction.TALKED_ON)
    if tap is None:
        return None
    after = f"after {quoted(tap.before)}" if tap.before else f"at {tap.words.lower()}"
    ask = f"stop and {_say(tap.ready, 'hand it back with a question')}"
    on = f"; it went on for {length(tap.after_seconds)}" if tap.after_seconds else ""
    return Lesson(f"At {clock(tap.at)}, {after}, {ask}{on}.", "The floor was yours to give back.", tap.at)


def _unasked(debrief: Debrief) -> Lesson | None:
    if not debrief.unasked:
        return None
    must = debrief.unasked[0]
    left = next((stay.end for stay in reversed(debrief.stays) if stay.label == must.section), debrief.header.seconds)
    where = f"Before you leave “{must.section}”" if must.section else "Before you close"
    return Lesson(
        f"{where} (here at {clock(left)}), ask {quoted(must.text, 120)}",
        "It was a must of this playbook, and nobody knows the answer.",
        left,
    )


def _long_stretch(debrief: Debrief) -> Lesson | None:
    stretch = debrief.talk.longest_mine
    if stretch is None or stretch.seconds < LONG_STRETCH_SECONDS:
        return None
    opening = f", from {quoted(stretch.opening)}" if stretch.opening else ""
    text = f"At {clock(stretch.start)} you talked for {length(stretch.seconds)}{opening}: hand it back half-way."
    return Lesson(text, "It was your longest stretch, and they could not steer it.", stretch.start)


def _followed(debrief: Debrief) -> Lesson | None:
    tap = next((tap for tap in debrief.taps if tap.after is TapReaction.HANDED_BACK), None)
    if tap is None:
        return None
    before = f"After {quoted(tap.before)} ({clock(tap.at)})" if tap.before else f"At {clock(tap.at)}"
    text = f"{before}, {_say(tap.ready, 'hand it back')} one sentence earlier."
    return Lesson(text, "You followed the tap; next time you will not need it.", tap.at)


def _went_well(debrief: Debrief) -> Lesson:
    if debrief.praise:
        moment = debrief.praise[0]
        said = f" and they said {quoted(moment.they_said)}" if moment.they_said else ""
        return Lesson(f"Do it again: at {clock(moment.at)} you let them think{said}.", "", moment.at, praise=True)
    stretch = debrief.talk.longest_theirs
    if stretch is not None:
        said = f", from {quoted(stretch.opening)}" if stretch.opening else ""
        text = f"Do it again: at {clock(stretch.start)} they talked for {length(stretch.seconds)}{said}."
        return Lesson(text, "", stretch.start, praise=True)
    answer = next((answer for answer in debrief.answers if answer.notes), None)
    if answer is not None:
        text = f"Do it again: you wrote down their answer to {quoted(answer.asked_as)}."
        return Lesson(text, "", answer.notes[0].at, praise=True)
    return Lesson("Nothing was heard or noted in this call: next time write down one answer in their words.")


RULES: Sequence[Rule] = (
    _over_promise,
    _pitch,
    _loose_ending,
    _talked_past,
    _unasked,
    _long_stretch,
    _followed,
    _went_well,
)


def _say(ready: str, otherwise: str) -> str:
    if not ready.strip():
        return otherwise
    return f"{'ask' if ready.rstrip().endswith('?') else 'say'} {quoted(ready, 120)}"


def _costliest(taps: Iterator[Tap]) -> Tap | None:
    """The tap after which I kept the floor longest; a tap that I followed costs nothing but comes last."""
    return max(taps, key=lambda tap: (tap.after is TapReaction.TALKED_ON, tap.after_seconds or 0.0), default=None)
