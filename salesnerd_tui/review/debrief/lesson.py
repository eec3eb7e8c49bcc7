"""The lesson: one thing to try next time, at a specific moment of the call.

Each rule that applies returns the cost of its moment in seconds, and the most expensive moment wins. Seconds of talk
count unchanged; moments without a length have a weight in seconds (`*_SECONDS` below). If nothing cost anything, the
lesson names something that went well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from salesnerd_tui.call.events import Side, TapKind
from salesnerd_tui.review.debrief.model import Debrief, Lesson, OutcomeKind, Tap, TapReaction
from salesnerd_tui.text import quoted, with_period
from salesnerd_tui.timefmt import format_clock, format_duration

LONG_MONOLOGUE_SECONDS = 90.0
"""A monologue this long is worth a lesson without a tap; vendors of call tools warn from 76 s at the latest."""

PASSED_OVER_SECONDS = 60.0
"""People rarely reveal the same thing twice: as costly as a minute of talk nobody asked for."""

ENDING_SECONDS = 45.0
"""An ending without a day or a next step may cost the whole call, but one message repairs it."""

PROMISE_SECONDS = 30.0
"""An overpromise commits people who were not on the call; it can still be limited."""

MUST_SECONDS = 20.0
"""A must-ask question can be asked the next time."""

FOLLOWED_SECONDS = 1.0
"""A tap that the user followed cost almost nothing."""

Rule = Callable[[Debrief], tuple[float, Lesson] | None]


def find_lesson(debrief: Debrief) -> Lesson:
    """Return the lesson of the moment that cost most."""
    lessons = [each for rule in RULES if (each := rule(debrief)) is not None]
    return max(lessons, key=lambda each: each[0])[1] if lessons else _praise(debrief)


def _overpromise(debrief: Debrief) -> tuple[float, Lesson] | None:
    limited = {tap.evidence for tap in debrief.taps if tap.after is TapReaction.BOUNDED}
    overpromise = next((each for each in debrief.promises if each.overpromise and each.text not in limited), None)
    if overpromise is None:
        return None
    wording = overpromise.safer_wording
    instead = f"say {quoted(wording)}" if wording else "promise who does what by which day"
    return PROMISE_SECONDS, Lesson(
        f"At {format_clock(overpromise.at)} you said {quoted(overpromise.text)}; {instead} instead.",
        "An open-ended promise commits people who weren't on the call.",
        overpromise.at,
    )


def _pitch(debrief: Debrief) -> tuple[float, Lesson] | None:
    pitch = _costliest_tap(tap for tap in debrief.taps if tap.kind is TapKind.PITCHING)
    if pitch is None or pitch.they_said is None:
        return None
    said, ask = quoted(pitch.they_said.text), _what_to_say(pitch.suggestion, "ask what it cost them")
    return PASSED_OVER_SECONDS + _seconds_after(pitch), Lesson(
        f"When they said {said} ({format_clock(pitch.they_said.at)}), {ask} before saying how you solve it.",
        "People rarely reveal the same thing twice.",
        pitch.they_said.at,
    )


def _loose_ending(debrief: Debrief) -> tuple[float, Lesson] | None:
    outcome, at = debrief.outcome, debrief.header.duration_seconds
    if outcome.verdict is OutcomeKind.NOT_YET and outcome.is_undated:
        text = f"Before you close ({format_clock(at)}), ask them for a day to talk again."
        return ENDING_SECONDS, Lesson(text, "A not-yet without a date is a maybe.", at)
    if outcome.verdict is OutcomeKind.GO and not (outcome.next_step or outcome.when):
        text = f"Before you close ({format_clock(at)}), agree who does what next, and when."
        return ENDING_SECONDS, Lesson(text, "A go without a next step is only a compliment.", at)
    return None


def _ignored_tap(debrief: Debrief) -> tuple[float, Lesson] | None:
    tap = _costliest_tap(tap for tap in debrief.taps if tap.after is TapReaction.TALKED_ON)
    if tap is None:
        return None
    after = f"after {quoted(tap.before.text)}" if tap.before else f"at the tap “{tap.words}”"
    ask = f"stop and {_what_to_say(tap.suggestion, 'hand it back with a question')}"
    talked_on = f"; you kept talking for {format_duration(tap.after_seconds)}" if tap.after_seconds else ""
    text = f"At {format_clock(tap.at)}, {after}, {ask}{talked_on}."
    user_spans = (span for span in debrief.talk.spans if span.side is Side.ME and span.start <= tap.at <= span.end)
    before = max((tap.at - span.start for span in user_spans), default=0.0)
    return before + _seconds_after(tap), Lesson(text, "You had the floor; only you could hand it back.", tap.at)


def _unasked_must(debrief: Debrief) -> tuple[float, Lesson] | None:
    if not debrief.unasked_musts:
        return None
    must, visits = debrief.unasked_musts[0], debrief.agenda_path
    if not (visits[1:] or debrief.answers or debrief.coverage.asked or debrief.talk.spans or debrief.notes):
        return None  # nothing happened in this call
    # A detour only interrupts a section: the last visit says when it was left, or that the call ended in it.
    last = next((visit for visit in reversed(visits) if visit.label == must.section), None)
    where, at = "Before you close", debrief.header.duration_seconds
    if last is not None and last is not visits[-1]:
        where, at = f"Before you leave “{must.section}” (here at {format_clock(last.end)})", last.end
    reason = "It is a must-ask question of this playbook, and you have no answer to it yet."
    return MUST_SECONDS, Lesson(f"{where}, ask {quoted(must.text, 120)}", reason, at)


def _long_monologue(debrief: Debrief) -> tuple[float, Lesson] | None:
    longest = debrief.talk.longest_mine
    if longest is None or longest.seconds < LONG_MONOLOGUE_SECONDS:
        return None
    opening = f", starting with {quoted(longest.opening)}" if longest.opening else ""
    duration = format_duration(longest.seconds)
    text = f"At {format_clock(longest.start)} you talked for {duration}{opening}: hand it back halfway."
    reason = "It was your longest monologue, and they couldn't steer it."
    return longest.seconds / 2, Lesson(text, reason, longest.start)


def _praise_followed_tap(debrief: Debrief) -> tuple[float, Lesson] | None:
    tap = next((tap for tap in debrief.taps if tap.after is TapReaction.HANDED_BACK), None)
    if tap is None:
        return None
    before = f"After {quoted(tap.before.text)} ({format_clock(tap.at)})" if tap.before else f"At {format_clock(tap.at)}"
    text = f"{before}, {_what_to_say(tap.suggestion, 'hand it back')} one sentence earlier."
    return FOLLOWED_SECONDS, Lesson(text, "You followed the tap; next time you won't need it.", tap.at)


def _seconds_after(tap: Tap) -> float:
    """Return how long the user kept talking after a tap, in seconds; 0 if it was followed."""
    return (tap.after_seconds or 0.0) if tap.after is TapReaction.TALKED_ON else 0.0


def _praise(debrief: Debrief) -> Lesson:
    if debrief.praise:
        moment = debrief.praise[0]
        said = f", and they said {quoted(moment.they_said.text)}" if moment.they_said else ""
        text = with_period(f"Do it again: at {format_clock(moment.at)} you let them think{said}")
        return Lesson(text, "", moment.at, praise=True)
    longest = debrief.talk.longest_theirs
    if longest is not None:
        said = f", starting with {quoted(longest.opening)}" if longest.opening else ""
        duration = format_duration(longest.seconds)
        text = with_period(f"Do it again: at {format_clock(longest.start)} they talked for {duration}{said}")
        return Lesson(text, "", longest.start, praise=True)
    own = ((answer, note) for answer in debrief.answers for note in answer.notes if not note.recalled_from)
    answer, note = next(own, (None, None))
    if answer is not None and note is not None:
        text = with_period(f"Do it again: you wrote down their answer to {quoted(answer.asked_as)}")
        return Lesson(text, "", note.at, praise=True)
    return Lesson("Nothing was heard or noted in this call. Next time, write down one answer in their words.")


RULES: Sequence[Rule] = (
    _overpromise,
    _pitch,
    _loose_ending,
    _ignored_tap,
    _unasked_must,
    _long_monologue,
    _praise_followed_tap,
)
"""Of two that cost the same, the first wins."""


def _what_to_say(suggestion: str, default: str) -> str:
    if not suggestion.strip():
        return default
    return f"{'ask' if suggestion.rstrip().endswith('?') else 'say'} {quoted(suggestion, 120)}"


def _costliest_tap(taps: Iterator[Tap]) -> Tap | None:
    """Return the tap followed by the user's longest stretch of talk; taps that were followed come last."""
    return max(taps, key=lambda tap: (tap.after is TapReaction.TALKED_ON, tap.after_seconds or 0.0), default=None)
