"""Builder of the debrief of a call from its events, and of its figures.

The events are enough. The playbook, if available, adds unasked must-ask questions, sections and plain wordings.

Figures have no words: they are the basis of trends, and what is kept when a transcript is deleted. Without speech the
talk figures are unknown, not zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.call import traversal
from salesnerd_tui.call.events import (
    Advanced,
    Answered,
    Detoured,
    Ended,
    Event,
    Filled,
    Forgotten,
    Heard,
    Jumped,
    NoteKind,
    Place,
    Prepared,
    Rehearsed,
    Resumed,
    Returned,
    Side,
    Started,
    Switched,
    TapKind,
    Undone,
)
from salesnerd_tui.call.plan import apply_plan, plan_from_events
from salesnerd_tui.call.state import CallState, fold, undone_numbers, wall_time
from salesnerd_tui.call.traversal import fill, label_of, wording
from salesnerd_tui.coach.sentences import end_mark, split_words
from salesnerd_tui.coach.signals.questions import QuestionType, classify_question
from salesnerd_tui.playbook.model import Ask, Playbook, Priority, Say, Section
from salesnerd_tui.review.debrief import hypotheses, lesson
from salesnerd_tui.review.debrief.model import (
    AnswerEntry,
    Coverage,
    Debrief,
    FreeNote,
    Header,
    Lesson,
    Moment,
    Monologue,
    NoteLine,
    OutcomeKind,
    PlaybookStatus,
    QuestionEntry,
    SectionCover,
    SectionVisit,
    TalkSummary,
    Tap,
    TapReaction,
)
from salesnerd_tui.review.debrief.talk import (
    SpeechTimeline,
    call_seconds,
    find_praise,
    find_reveals,
    find_statements,
    find_taps,
    listening_gaps,
    normalize_events,
    open_questions,
    read_talk,
)
from salesnerd_tui.review.promises import DRILL, agreed_steps, collect_promises, summarize_outcome
from salesnerd_tui.timefmt import parse_time

if TYPE_CHECKING:
    from salesnerd_tui.call.state import Note

MAX_BREAK_SECONDS = 10 * 365 * 86400.0
"""Upper limit for an interruption, in seconds; a longer one is a wrong clock."""


def build_debrief(events: Iterable[Event], playbook: Playbook | None = None) -> Debrief:
    """Return the debrief of a call. Never raises, whatever the events hold.

    `playbook` is the library's version of the playbook used in the call, None if it is missing.
    """
    numbered = _number_events(events)
    counted = tuple(event for _, event in numbered)
    state = fold(counted)
    status = _playbook_status(counted, state, playbook)
    # Questions of a different playbook must not be reported as unasked or no longer asked.
    current_playbook = playbook if status in (PlaybookStatus.SAME, PlaybookStatus.CHANGED) else None
    if current_playbook is not None:
        current_playbook = apply_plan(current_playbook, plan_from_events(state.plan))
    seconds = call_seconds(counted)
    header = _header(counted, state, status, seconds)
    talk, speech = read_talk(counted, seconds)
    if any(isinstance(event, Forgotten) for event in counted):
        talk = restore_figures(talk, figures(counted))
    ending = summarize_outcome(state.ended, header.started_at, seconds, current_playbook)
    said_at = wall_time(state, state.ended.at) if state.ended else None
    statements = tuple(find_statements(speech))
    # A drill practices one trap, not the agenda, also if it is stopped before its end.
    is_drill = any(
        event.drill if isinstance(event, Rehearsed) else isinstance(event, Ended) and event.outcome == DRILL
        for event in counted
    )
    covered = coverage(state, current_playbook)
    promised = collect_promises(numbered, speech, header, lambda at: wall_time(state, at))
    result = Debrief(
        header=header,
        outcome=ending,
        lesson=Lesson(""),
        talk=talk,
        taps=find_taps(counted, speech, seconds, current_playbook),
        praise=find_praise(counted, speech),
        reveals=tuple(find_reveals(counted, speech)),
        statements=statements,
        open_questions=tuple(open_questions(speech)),
        answers=answers(counted, state, current_playbook),
        unasked_musts=unasked_musts(current_playbook, state) if current_playbook and not is_drill else None,
        coverage=replace(covered, total=None, sections=()) if is_drill else covered,
        promises=promised,
        agreed=agreed_steps(numbered, ending, header.people, promised, said_at) if state.ended else (),
        notes=_free_notes(state),
        marks=tuple(
            Moment(mark.at, wording(mark.question, state, current_playbook), speech.around(mark.at))
            for mark in state.marks
        ),
        agenda_path=agenda_path(counted, seconds, current_playbook),
        listening_gaps=listening_gaps(counted, seconds),
        tested=tuple(hypotheses.hypothesis_results(state, statements, current_playbook)),
    )
    return replace(result, lesson=lesson.find_lesson(result))


def _number_events(events: Iterable[Event]) -> tuple[tuple[int, Event], ...]:
    """Return the events that count, each with its index in the call (promises are settled by that index).

    What was undone is left out, and each `Undone` is emptied: its numbers would hit other events of the result.
    """
    all_events = list(events)
    undone = undone_numbers(all_events)
    kept = [
        (number, replace(event, events=()) if isinstance(event, Undone) else event)
        for number, event in enumerate(all_events)
        if number not in undone and not (isinstance(event, Heard) and not event.final)
    ]
    normalized = normalize_events(event for _, event in kept)
    return tuple(zip((number for number, _ in kept), normalized, strict=True))


def _playbook_status(events: Sequence[Event], state: CallState, playbook: Playbook | None) -> PlaybookStatus:
    if playbook is None:
        return PlaybookStatus.MISSING
    if playbook.id != state.playbook:
        return PlaybookStatus.DIFFERENT
    switched = next((event for event in reversed(events) if isinstance(event, Switched)), None)
    source = switched or state.started
    return PlaybookStatus.SAME if source and source.digest == playbook.digest else PlaybookStatus.CHANGED


def _header(events: Sequence[Event], state: CallState, status: PlaybookStatus, seconds: float) -> Header:
    breaks = [event for event in events if isinstance(event, Resumed)]
    break_seconds = sum((min(event.gap_seconds, MAX_BREAK_SECONDS) for event in breaks if event.gap_seconds > 0), 0.0)
    started = state.started
    if started is None:
        return Header("", (), "", state.playbook, "", status, "", None, seconds, len(breaks), break_seconds)
    titles = [event.title for event in events if isinstance(event, Switched)]
    return Header(
        account=started.account,
        people=started.people,
        me=started.me,
        playbook=state.playbook,
        title=titles[-1] if titles else started.title,
        playbook_status=status,
        mode=started.mode.value,
        started_at=parse_time(started.started_at),
        duration_seconds=seconds,
        breaks=len(breaks),
        break_seconds=break_seconds,
        prep=next((event.call for event in events if isinstance(event, Prepared)), ""),
    )


def _free_notes(state: CallState) -> tuple[FreeNote, ...]:
    """Return the free notes ordered by kind, those without one last; promises are listed elsewhere."""
    kinds = [*(kind for kind in NoteKind if kind not in (NoteKind.PROMISE, NoteKind.FREE)), NoteKind.FREE]
    kept = sorted((note for note in state.free if note.kind in kinds), key=lambda note: kinds.index(note.kind))
    return tuple(FreeNote(note.at, note.kind, note.text, note.question) for note in kept)


MOVES = (Started, Advanced, Jumped, Detoured, Returned, Switched)

CLOSING = "closing"
"""Label of the part of a call after the last question."""


def agenda_path(events: Sequence[Event], until: float, playbook: Playbook | None) -> tuple[SectionVisit, ...]:
    """Return the visited sections, oldest first and without gaps; a question without a section is its own entry."""
    visits: list[SectionVisit] = []
    labels: dict[Place, str] = {}
    for event in events:
        if not isinstance(event, MOVES):
            continue
        place = event.to
        if place not in labels:
            labels[place] = _place_label(place, playbook)
        last = visits[-1] if visits else None
        at = min(max(event.at, last.start if last else 0.0), until)
        visit = SectionVisit(at, at, labels[place], place.detour is not None)
        if last is None or (last.label, last.detour) != (visit.label, visit.detour):
            if last is not None:
                visits[-1] = replace(last, end=at)
            visits.append(visit)
    if visits:
        visits[-1] = replace(visits[-1], end=max(until, visits[-1].start))
    return tuple(visit for visit in visits if visit.end > visit.start or len(visits) == 1)


def answers(events: Sequence[Event], state: CallState, playbook: Playbook | None) -> tuple[AnswerEntry, ...]:
    """Return the notes under each question, in the order in which the questions came up; deleted words leave none."""
    asked_in = _playbooks_of_notes(events)
    current_ids = {name for ask in playbook.questions() for name in ask.all_ids} if playbook else set()
    asks = {item.id: item for item in playbook.agenda if isinstance(item, Ask)} if playbook is not None else {}
    return tuple(
        AnswerEntry(
            question,
            wording(question, state, playbook),
            tuple(
                NoteLine(note.at, note.text, note.label, note.how, note.recalled_from, note.kind)
                for note in _without_repeats(notes)
            ),
            no_longer_asked=bool(playbook and asked_in.get(question) == playbook.id and question not in current_ids),
            must=question in asks and asks[question].priority is Priority.MUST,
            section=_section_title(playbook, asks[question]) if playbook and question in asks else "",
        )
        for question, notes in state.notes.items()
        if any(note.words for note in notes)
    )


def _without_repeats(notes: Sequence[Note]) -> Iterator[Note]:
    """Yield the notes without what was recalled and then confirmed in the same words."""
    today = {note.words for note in notes if not note.recalled_from}
    yield from (note for note in notes if note.words and (not note.recalled_from or note.words not in today))


def unasked_musts(playbook: Playbook, state: CallState) -> tuple[QuestionEntry, ...]:
    """Return the must-ask questions that applied in this call and were neither asked nor answered."""
    return tuple(
        QuestionEntry(ask.id, fill(ask.text, playbook, state), _section_title(playbook, ask))
        for ask in traversal.unasked_musts(playbook, state)
    )


def coverage(state: CallState, playbook: Playbook | None) -> Coverage:
    """Count questions asked and answered in this call, of those of the agenda that applied and of the asked ones.

    Lines to say are checked off like questions; without the playbook a missing question mark identifies them.
    """
    asked = {name: at for name, at in state.asked.items() if not _is_spoken_note(name, state, playbook)}
    answered = {
        name for name in state.asked if any(each.words and not each.recalled_from for each in state.notes.get(name, ()))
    }
    unanswered = tuple(
        QuestionEntry(name, wording(name, state), at=at)
        for name, at in sorted(asked.items(), key=lambda each: each[1])
        if not state.known(name)
    )
    sections = _section_coverage(state, playbook) if playbook else ()
    open_items = traversal.open_items(playbook, state) if playbook else ()
    of_agenda = {name for item in open_items if isinstance(item, Ask) for name in item.all_ids}
    total = sum(section.total for section in sections) + len(asked.keys() - of_agenda) if playbook else None
    return Coverage(len(asked), len(answered & set(asked)), len(state.skipped), total, sections, unanswered)


def _place_label(place: Place, playbook: Playbook | None) -> str:
    if place.detour is not None:
        return label_of(place.detour, playbook)
    if place.item is None:
        return CLOSING
    section = traversal.section_of(playbook, place) if playbook else None
    return section.title if section else label_of(place.item)


def _playbooks_of_notes(events: Sequence[Event]) -> dict[str, str]:
    """Return the playbook in which each question was last answered, without values that answers filled in."""
    playbook, playbooks = "", dict[str, str]()
    for event in events:
        if isinstance(event, Started | Switched):
            playbook = event.playbook
        elif isinstance(event, Answered):
            playbooks[event.question] = playbook
        elif isinstance(event, Filled):
            playbooks.pop(event.name, None)
    return playbooks


def _section_title(playbook: Playbook, ask: Ask) -> str:
    section = traversal.section_of(playbook, Place(ask.id))
    return section.title if section else ""


def _is_spoken_note(name: str, state: CallState, playbook: Playbook | None) -> bool:
    if state.known(name):
        return False
    lists = (playbook.agenda, *(detour.agenda for detour in playbook.detours.values())) if playbook else ()
    matching = [item for items in lists for item in items if not isinstance(item, Section) and item.id == name]
    if matching:
        return all(isinstance(item, Say) for item in matching)
    return "?" not in state.wordings.get(name, "?")


def _section_coverage(state: CallState, playbook: Playbook) -> tuple[SectionCover, ...]:
    rows: dict[str, list[tuple[bool, bool]]] = {}
    for item in traversal.open_items(playbook, state):
        if isinstance(item, Ask):
            is_answered = traversal.is_answered(playbook, state, item)
            is_asked = is_answered or traversal.is_asked(state, item)
            rows.setdefault(_section_title(playbook, item), []).append((is_asked, is_answered))
    return tuple(
        SectionCover(title, sum(asked for asked, _ in row), sum(answered for _, answered in row), len(row))
        for title, row in rows.items()
    )


FIGURES_VERSION = 3
"""Increased when a figure changes its name or meaning; cached figures are then recomputed."""

PRODUCT_TALK = frozenset((TapKind.OVER_EXPLAINING, TapKind.PITCHING, TapKind.US_FOCUS))
"""Kinds of taps about product talk that nobody asked for."""


class Figures(Struct, frozen=True):
    """Figures of a call; durations are in seconds.

    `unasked_seconds` is the length of the user's runs that drew a tap for product talk and were not dismissed.
    `questions` are the user's spoken questions without checks such as "okay?"; without a transcript, the playbook's
    questions that were marked as asked. Without speech only `seconds` is known.
    """

    seconds: float = 0.0
    mine_seconds: float = 0.0
    theirs_seconds: float = 0.0
    longest_mine_seconds: float = 0.0
    longest_theirs_seconds: float = 0.0
    unasked_seconds: float = 0.0
    questions: int = 0
    taps: int = 0
    handed_back: int = 0
    dismissed: int = 0
    overpromises: int = 0
    has_transcript: bool = False
    verdict: OutcomeKind = OutcomeKind.OPEN

    @property
    def heard(self) -> bool:
        return self.mine_seconds + self.theirs_seconds > 0

    @property
    def share(self) -> float | None:
        """The user's talk ratio, 0 to 1; None unless both sides were heard."""
        is_known = self.mine_seconds > 0 and self.theirs_seconds > 0
        return self.mine_seconds / (self.mine_seconds + self.theirs_seconds) if is_known else None


def figures(events: Iterable[Event]) -> Figures:
    """Return the figures of a call. Never raises, whatever the events hold."""
    counted = tuple(event for _, event in _number_events(events))
    counted_figures = _count_figures(counted)
    for index, event in reversed(list(enumerate(counted))):
        if isinstance(event, Forgotten):
            since = counted[index + 1 :]
            has_speech = any(isinstance(each, Heard) for each in since)
            return _merge_figures(event.figures, _count_figures(since) if has_speech else Figures(), counted_figures)
    return counted_figures


def restore_figures(talk: TalkSummary, known: Figures) -> TalkSummary:
    """Return the talk summary of a call whose transcript was deleted, with the figures that were kept."""
    return replace(
        talk,
        mine_seconds=known.mine_seconds,
        theirs_seconds=known.theirs_seconds,
        share=known.share,
        longest_mine=_with_length(talk.longest_mine, known.longest_mine_seconds),
        longest_theirs=_with_length(talk.longest_theirs, known.longest_theirs_seconds),
        transcript_deleted=True,
    )


def _with_length(monologue: Monologue | None, seconds: float) -> Monologue | None:
    return replace(monologue, seconds=seconds) if monologue is not None and seconds > 0 else None


def figures_to_store(events: Iterable[Event]) -> dict[str, float]:
    """Return the figures to store in a call whose transcript is deleted."""
    all_figures = figures(events)
    return {name: float(getattr(all_figures, name)) for name in _FROM_TRANSCRIPT}


_SUMMED = ("mine_seconds", "theirs_seconds", "unasked_seconds", "questions")
_MAXIMA = ("longest_mine_seconds", "longest_theirs_seconds")
_FROM_TRANSCRIPT = (*_SUMMED, *_MAXIMA, "has_transcript")
"""Figures that cannot be recomputed without the transcript."""


def _count_figures(events: Sequence[Event]) -> Figures:
    state = fold(events)
    seconds = call_seconds(events)
    talk, speech = read_talk(events, seconds)
    taps = find_taps(events, speech, seconds, None)
    user_sentences = [sentence.text for sentence in speech.sentences if sentence.side is Side.ME]
    real_questions = sum(
        classify_question(split_words(text), end_mark(text)) is QuestionType.REAL for text in user_sentences
    )
    return Figures(
        seconds=seconds,
        mine_seconds=round(talk.mine_seconds, 3),
        theirs_seconds=round(talk.theirs_seconds, 3),
        longest_mine_seconds=round(talk.longest_mine.seconds, 3) if talk.longest_mine else 0.0,
        longest_theirs_seconds=round(talk.longest_theirs.seconds, 3) if talk.longest_theirs else 0.0,
        unasked_seconds=round(sum(_unprompted_turns(taps, speech)), 3),
        questions=real_questions if talk.has_transcript else len(state.asked),
        taps=len(taps),
        handed_back=sum(tap.after in (TapReaction.HANDED_BACK, TapReaction.BOUNDED) for tap in taps),
        dismissed=sum(tap.after is TapReaction.DISMISSED for tap in taps),
        overpromises=sum(promise.overpromise for promise in state.promises),
        has_transcript=talk.has_transcript,
        verdict=summarize_outcome(state.ended, None, seconds).verdict,
    )


def _unprompted_turns(taps: Sequence[Tap], speech: SpeechTimeline) -> Iterator[float]:
    """Yield the length of each of the user's runs that drew such a tap, each run once."""
    seen_starts: set[float] = set()
    for tap in taps:
        if tap.kind not in PRODUCT_TALK or tap.after is TapReaction.DISMISSED:
            continue
        run = speech.run_at(Side.ME, tap.at)
        if run is not None and run.start not in seen_starts:
            seen_starts.add(run.start)
            yield run.seconds


def _merge_figures(stored: Mapping[str, float], since: Figures, whole: Figures) -> Figures:
    """Join the stored figures, those of speech after the deletion, and those that need no transcript."""
    stored_figures = {name: value for name, value in stored.items() if isfinite(value) and value >= 0}
    merged: dict[str, Any] = {name: stored_figures.get(name, 0.0) + getattr(since, name) for name in _SUMMED}
    merged |= {name: max(stored_figures.get(name, 0.0), getattr(since, name)) for name in _MAXIMA}
    # Calls written before 0.1.0 call this figure `worded`.
    had_transcript = stored_figures.get("has_transcript", stored_figures.get("worded", 0.0)) > 0
    merged |= {"questions": int(merged["questions"]), "has_transcript": had_transcript or since.has_transcript}
    return replace(whole, **merged)
