"""Buying process of an account: buying jobs, steps, people, documents and dates, from its calls and manual edits.

Buying jobs have no order: a buyer works on several at once and reopens finished ones. They are not sales stages. Steps
are read from the buyer's words or entered by hand.

`buying_process_blocks` shows the process to the user. `plan_markdown` is a one-page plan to share with the buyer,
scheduled backward from the go-live date.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.call.events import GONE, AccountEdited, AccountEditKind, Side
from salesnerd_tui.call.plan import plan_from_events
from salesnerd_tui.call.state import wall_time
from salesnerd_tui.call.traversal import wording
from salesnerd_tui.coach.sentences import split_words, vocabulary
from salesnerd_tui.playbook.model import BuyingJob
from salesnerd_tui.playbook.standard_notes import FORMER_FILLS, AccountPart
from salesnerd_tui.review.debrief.hypotheses import Belief, belief_source, beliefs
from salesnerd_tui.review.debrief.model import PromiseEntry, PromiseKind
from salesnerd_tui.review.page_lines import escape
from salesnerd_tui.review.prep import (
    ON_THE_CALL,
    EarlierCall,
    PrepBlock,
    PrepPerson,
    belief_text,
    person_text,
    role_of,
    with_title,
)
from salesnerd_tui.review.promises import (
    NUMBERS,
    OPEN_STATUSES,
    TrackedPromise,
    is_one_of,
    names_day,
    parse_day,
    same_person,
    to_own_task,
    to_reader_task,
    to_task,
)
from salesnerd_tui.text import quoted, shortened
from salesnerd_tui.timefmt import format_day


class JobState(StrEnum):
    """State of a buying job."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    REOPENED = "reopened"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ")


class BuyerStatement(Struct, frozen=True):
    """The buyer's answer to a question. `on` is None if the call has no date."""

    question: str
    asked_as: str
    text: str
    on: date | None


class JobCard(Struct, frozen=True):
    """One buying job with the buyer's answers. `since` holds the answers given after the user set its state."""

    job: BuyingJob
    state: JobState
    words: tuple[BuyerStatement, ...]
    since: tuple[BuyerStatement, ...] = ()


class NextStep(Struct, frozen=True):
    """The next step of one side. `by` is the due date as it was said, `due_on` the day it names, if any."""

    text: str
    who: str = ""
    by: str = ""
    due_on: date | None = None


class StepDraft(Struct, frozen=True):
    """A step. `takes` and `by` are in the buyer's words; `days` and `due_on` are what those name, if anything."""

    title: str
    who: str = ""
    by: str = ""
    takes: str = ""
    done: bool = False
    due_on: date | None = None
    days: int | None = None


class BuyingProcess(Struct, frozen=True):
    """An account's buying process. `go_live` is their go-live date in their words.

    `me` is the user, empty if the calls have different users. Days of the year of `today` have no year.
    """

    account: str
    me: str
    jobs: tuple[JobCard, ...]
    steps: tuple[StepDraft, ...]
    people: tuple[PrepPerson, ...]
    said_of_people: tuple[BuyerStatement, ...]
    documents: tuple[str, ...]
    blockers: tuple[str, ...]
    go_live: str
    go_live_on: date | None
    their_next: NextStep | None
    our_next: NextStep | None
    calls: int
    beliefs: tuple[Belief, ...] = ()
    today: date | None = None
    reasons: tuple[BuyerStatement, ...] = ()


JOB_WORDS: tuple[tuple[BuyingJob, frozenset[str]], ...] = (
    (
        BuyingJob.CHOICE,
        vocabulary(
            "proposal quote offer price prices pricing contract sign signature order invoice negotiate discount "
            "licence license agreement"
        ),
    ),
    (BuyingJob.VALIDATION, vocabulary("demo trial pilot test poc reference references workshop prototype")),
    (BuyingJob.REQUIREMENTS, vocabulary("questionnaire requirements specification specs security form forms privacy")),
    (BuyingJob.OPTIONS, vocabulary("comparison compare alternatives overview brochure deck slides")),
    (BuyingJob.CONSENSUS, vocabulary("board committee everybody stakeholders")),
)
"""Words of a next step and the buying job they belong to; the first match counts."""

ROLLOUT_WORDS = vocabulary("rollout roll-out onboarding kickoff kick-off install installation migration")
"""Words for the start of use, which needs a decision that everybody supports."""


def pacing_warnings(process: BuyingProcess) -> Iterator[str]:
    """Yield a sentence for each way in which the user's next step is ahead of the buyer."""
    our_next, their_next = process.our_next, process.their_next
    if our_next is None:
        return
    states = {card.job: card.state for card in process.jobs}
    spoken = set(split_words(our_next.text))
    job = next((job for job, words in JOB_WORDS if spoken & words), None)
    if ROLLOUT_WORDS & spoken:
        open_jobs = [job for job in (BuyingJob.CHOICE, BuyingJob.CONSENSUS) if states[job] is not JobState.DONE]
        if open_jobs:
            verb = "are" if len(open_jobs) > 1 else "is"
            yield f"Your next step starts the rollout; their {' and '.join(open_jobs)} {verb} not done."
    elif job is not None and states[job] is JobState.NOT_STARTED:
        yield f"Your next step is about their {job}, which they have not started."
    if their_next is None:
        yield "You have a next step and they have none: ask what happens next on their side."
    elif our_next.due_on and their_next.due_on and our_next.due_on < their_next.due_on:
        due, later = (format_day(on, process.today) for on in (our_next.due_on, their_next.due_on))
        yield f"Your step is due on {due}, theirs only on {later}: wait for theirs."


Fills = Mapping[str, tuple[AccountPart, ...]]
"""Parts of the page that the notes of each question fill, by question id."""


def derive_buying_process(
    account: str,
    calls: Sequence[EarlierCall],
    edits: Iterable[AccountEdited],
    promises: Iterable[TrackedPromise],
    *,
    jobs: Mapping[str, BuyingJob] = {},
    fills: Fills = FORMER_FILLS,
    preps: Sequence[EarlierCall] = (),
    today: date | None = None,
) -> BuyingProcess:
    """Return the buying process of an account.

    `calls` are the account's calls, newest first, and `promises` their promises. `jobs` and `fills` map question ids to
    the buying jobs and the parts of the page that the calls' playbooks set. `preps` are the account's preps.
    """
    statements = list(_statements(calls))
    entries = _merge_edits(edits)
    open_promises = [tracked for tracked in promises if tracked.status in OPEN_STATUSES]
    users = {call.call: call.state.started.me for call in calls if call.state.started and call.state.started.me}
    names = list(users.values())
    me = names[0] if names and all(same_person(name, names[0]) for name in names) else ""
    if not me:  # colleagues had some of the calls
        open_promises = [_name_user(tracked, users.get(tracked.call, "")) for tracked in open_promises]
    go_live, go_live_on = _find_go_live(statements, fills, _remaining(entries[AccountEditKind.GO_LIVE]))

    def texts_of(*parts: AccountPart) -> Iterator[str]:
        return (each.text for part in parts for each in _newest(statements, fills, part))

    cards = tuple(_job_card(job, statements, entries[AccountEditKind.JOB].get(job.value), jobs) for job in BuyingJob)
    by_job = (
        *(each for card in cards for each in card.words),
        *(each for each in statements if each.question not in jobs),
    )
    named_steps = parse_steps(*texts_of(AccountPart.STEPS))
    steps = apply_step_edits(named_steps, entries[AccountEditKind.STEP])
    return BuyingProcess(
        account=account,
        me=me,
        jobs=cards,
        steps=steps,
        people=tuple(_find_people(calls, entries[AccountEditKind.PERSON])),
        # Without labels: one such as `Only me` names nobody.
        said_of_people=tuple(_newest(_statements(calls, has_labels=False), fills, AccountPart.PEOPLE)),
        documents=_merge_texts(
            texts_of(AccountPart.DOCUMENTS, AccountPart.IN_WRITING), entries[AccountEditKind.DOCUMENT]
        ),
        blockers=_merge_texts(texts_of(AccountPart.BLOCKERS), entries[AccountEditKind.BLOCKER]),
        go_live=go_live,
        go_live_on=go_live_on,
        their_next=_next_step(
            entries[AccountEditKind.THEIR_STEP],
            _agreed_step(calls, open_promises, Side.THEM),
            _promised_step(open_promises, Side.THEM),
            next((NextStep(each.title, each.who, each.by, each.due_on) for each in steps if not each.done), None),
        ),
        our_next=_next_step(
            entries[AccountEditKind.OUR_STEP],
            _agreed_step(calls, open_promises, Side.ME),
            _promised_step(open_promises, Side.ME),
        ),
        calls=len(calls),
        beliefs=beliefs(belief_source(each.call, each.state) for each in (*calls, *preps)),
        today=today,
        reasons=tuple(each for each in by_job if AccountPart.REASON in fills.get(each.question, ())),
    )


def _name_user(tracked: TrackedPromise, user: str) -> TrackedPromise:
    """Return the promise with the call's user as its owner, if it is the user's own."""
    is_own = tracked.promise.side is Side.ME and not tracked.promise.owner
    return replace(tracked, promise=replace(tracked.promise, owner=user)) if is_own else tracked


Details = Mapping[str, str]

DONE, REMOVED = "done", "gone"
NEXT_STEP_KINDS = (AccountEditKind.THEIR_STEP, AccountEditKind.OUR_STEP)
SINGLE_ENTRY_KINDS = (AccountEditKind.GO_LIVE, *NEXT_STEP_KINDS)
"""Kinds with one entry at a time: the latest edit."""


def _merge_edits(edits: Iterable[AccountEdited]) -> dict[AccountEditKind, dict[str, Details]]:
    """Return the edits merged by kind and name.

    An edit without a state restores a removed entry, and reopens a next step that was done.
    """
    merged: dict[AccountEditKind, dict[str, Details]] = {kind: {} for kind in AccountEditKind}
    for edit in edits:
        entries = merged[edit.kind]
        before = entries.pop(edit.about, {}) if edit.kind in SINGLE_ENTRY_KINDS else entries.get(edit.about, {})
        state = edit.details.get("state")
        if state is None and before.get("state") in ((DONE, REMOVED) if edit.kind in NEXT_STEP_KINDS else (REMOVED,)):
            before = {name: text for name, text in before.items() if name != "state"}
        is_reopened = edit.kind is AccountEditKind.JOB and before.get("state") == DONE and state not in (None, DONE)
        reopened = {"again": "yes"} if is_reopened else {}
        entries[edit.about] = {**before, **edit.details, "on": edit.on, **reopened}
    return merged


def _remaining(entries: Mapping[str, Details]) -> Mapping[str, Details]:
    return {name: details for name, details in entries.items() if details.get("state") != REMOVED}


def _merge_texts(answers: Iterable[str], entries: Mapping[str, Details]) -> tuple[str, ...]:
    """Return answers of the buyer and manual entries, each once and without removed ones."""
    removed = entries.keys() - _remaining(entries)
    return tuple(dict.fromkeys(text for text in (*answers, *_remaining(entries)) if text not in removed))


def _statements(calls: Sequence[EarlierCall], *, has_labels: bool = True) -> Iterator[BuyerStatement]:
    """Yield the buyer's answers, newest first, without notes recalled from earlier calls.

    Without `has_labels`, answers are only what was heard or typed, without the playbook's labels.
    """
    for call in calls:
        for question, notes in call.state.notes.items():
            own = [(note.at, note.label if has_labels else "", note.text) for note in notes if not note.recalled_from]
            text = " · ".join(part for _, *parts in own for part in parts if part)
            if text:
                at = [at for at, *parts in own if any(parts)][-1]
                said_at = wall_time(call.state, at)
                yield BuyerStatement(question, wording(question, call.state), text, said_at.date() if said_at else None)


def _newest(statements: Iterable[BuyerStatement], fills: Fills, part: AccountPart) -> Iterator[BuyerStatement]:
    """Yield the newest answer to each question that fills the part; `statements` are newest first."""
    newest = {words.question: words for words in reversed(list(statements))}
    yield from (newest[name] for name, parts in fills.items() if part in parts and name in newest)


def _job_card(
    job: BuyingJob, statements: Sequence[BuyerStatement], edit: Details | None, jobs: Mapping[str, BuyingJob]
) -> JobCard:
    words = tuple(each for each in statements if jobs.get(each.question) is job)
    state = JobState.IN_PROGRESS if words else JobState.NOT_STARTED
    if edit is None or "state" not in edit:
        return JobCard(job, state, words)
    edited_on = edit.get("on", "")
    since = tuple(each for each in words if each.on is not None and each.on.isoformat() > edited_on)
    if edit["state"] == JobState.DONE:
        return JobCard(job, JobState.REOPENED if since else JobState.DONE, words, since)
    if edit["state"] == "open":
        return JobCard(job, JobState.IN_PROGRESS if since else JobState.NOT_STARTED, words, since)
    return JobCard(job, JobState.REOPENED if edit.get("again") else JobState.IN_PROGRESS, words)


def _find_people(calls: Sequence[EarlierCall], edits: Mapping[str, Details]) -> Iterator[PrepPerson]:
    """Yield everybody who was on a call, in a prep or added by hand, each once and without removed people."""
    people: list[PrepPerson] = []
    roles = {name: words for call in reversed(calls) for name, words in plan_from_events(call.state.plan).roles.items()}
    roles = {name: words for name, words in roles.items() if words != ON_THE_CALL}
    roles |= {name: details.get("words", "") for name, details in edits.items()}
    on_calls = [name for call in calls if call.state.started for name in call.state.started.people if name != GONE]
    for name in (*roles, *on_calls):
        if not is_one_of(name, (person.name for person in people)):
            people.append(PrepPerson(with_title(name, on_calls), role_of(name, roles)))
    removed = edits.keys() - _remaining(edits)
    yield from (person for person in people if not any(same_person(person.name, name) for name in removed))


def _find_go_live(
    statements: Sequence[BuyerStatement], fills: Fills, edits: Mapping[str, Details]
) -> tuple[str, date | None]:
    """Return the go-live date in the buyer's words or as edited, and the day it names, if any."""
    if edits:
        name, details = list(edits.items())[-1]
        return name, parse_day(name, details.get("on", ""))
    statement = next((words for words in statements if AccountPart.GO_LIVE in fills.get(words.question, ())), None)
    if statement is None:
        return "", None
    return statement.text, parse_day(statement.text, statement.on.isoformat() if statement.on else "")


def _next_step(edits: Mapping[str, Details], *candidates: NextStep | None) -> NextStep | None:
    """Return the latest manual next step, otherwise the first candidate that is not done or removed."""
    finished = {name for name, details in edits.items() if details.get("state") in (DONE, REMOVED)}
    for name, details in list(edits.items())[-1:]:
        if name not in finished:
            by = details.get("by", "")
            return NextStep(name, details.get("who", ""), by, parse_day(by, details.get("on", "")))
    return next((step for step in candidates if step is not None and step.text not in finished), None)


def _promised_step(open_promises: Iterable[TrackedPromise], side: Side) -> NextStep | None:
    """Return the promise that is due first, otherwise the latest one; agreed steps and overpromises do not count."""
    promises = (tracked.promise for tracked in open_promises if not tracked.promise.overpromise)
    of_side = [each for each in promises if each.side is side and each.kind is PromiseKind.PROMISE]
    # Of several with the same day, `min` returns the first, here the latest promise.
    return _to_next_step(min(reversed(of_side), key=lambda each: each.due_on or date.max, default=None))


def _to_next_step(promise: PromiseEntry | None) -> NextStep | None:
    return NextStep(promise.text, promise.owner, promise.due, promise.due_on) if promise is not None else None


def _agreed_step(calls: Sequence[EarlierCall], open_promises: Iterable[TrackedPromise], side: Side) -> NextStep | None:
    """Return the next step for a side that the newest ended call agreed on, if it is still open."""
    newest = next((call.call for call in calls if call.state.ended is not None), "")
    promises = (tracked.promise for tracked in open_promises if tracked.call == newest)
    return _to_next_step(next((each for each in promises if each.kind is PromiseKind.STEP and each.side is side), None))


SYMBOLS = {JobState.NOT_STARTED: "○", JobState.IN_PROGRESS: "●", JobState.DONE: "✓", JobState.REOPENED: "↻"}
MAX_QUOTES = 2
MAX_JOB_QUOTE = 72
MAX_PEOPLE_QUOTE = 90
MAX_REASON_QUOTE = 200
"""Maximum lengths of quotes; the calls hold the full text."""


def buying_process_blocks(process: BuyingProcess) -> Iterator[PrepBlock]:
    """Yield the whole buying process; only the user may see it."""
    today = process.today
    theirs, yours = _next_step_line("they", process.their_next, today), _next_step_line("you", process.our_next, today)
    go_live = (format_day(process.go_live, today),) if process.go_live else ()
    said_of_people = (f"{quoted(each.text, MAX_PEOPLE_QUOTE)} ({each.asked_as})" for each in process.said_of_people)
    blocks = (
        PrepBlock("Next steps", (theirs, yours, *(f"! {warning}" for warning in pacing_warnings(process)))),
        PrepBlock("Buying jobs", tuple(map(_job_line, process.jobs))),
        PrepBlock("Steps", tuple(_step_line(step, today) for step in process.steps)),
        PrepBlock("People", (*map(person_text, process.people), *said_of_people)),
        PrepBlock("Documents", process.documents),
        PrepBlock("Go-live date", go_live),
        PrepBlock("Blockers", process.blockers),
        PrepBlock("Hypotheses", tuple(belief_text(belief, today) for belief in process.beliefs)),
    )
    yield from (block for block in blocks if block.lines)


def plan_markdown(process: BuyingProcess, today: date) -> str:
    """Return the plan to share with the buyer, scheduled backward from the go-live date.

    It has the buyer's words and the steps of both sides, and nothing that the user noted for themselves.
    """
    planned = schedule_backward(process.steps, process.go_live_on)
    rows = [f"# Plan for {escape(process.account)}", ""]
    for statement in process.reasons[:MAX_QUOTES]:
        rows += [f"> {escape(shortened(statement.text, MAX_REASON_QUOTE))}", ""]
    rows.append(f"Go-live date: **{escape(format_day(process.go_live, None)) or 'to be agreed'}**")
    if planned:
        rows += ["", "| Step | Done by | Who | Takes |", "|---|---|---|---|", *map(_plan_row, planned)]
    done = [step.title for step in process.steps if step.done]
    if done:
        rows += ["", f"Done: {escape(', '.join(done))}"]
    if process.documents:
        rows += ["", "Documents:", "", *(f"- {escape(name)}" for name in process.documents)]
    rows += ["", "Next steps:", "", *(f"- {escape(line)}" for line in _next_steps(process))]
    rows += [*_open_questions(process, planned, today), ""]
    return "\n".join(rows)


def _next_steps(process: BuyingProcess) -> Iterator[str]:
    for who, step in (("you", process.their_next), (process.me or "we", process.our_next)):
        if step is not None:
            task = to_reader_task if step is process.their_next else to_task
            yield f"{step.who or who}: {_with_day(task(step.text), step, None)}"
    if process.their_next is None and process.our_next is None:
        yield "to be agreed"


def _open_questions(process: BuyingProcess, planned: tuple[RoadmapStep, ...], today: date) -> Iterator[str]:
    questions: list[str] = []
    if not process.go_live:
        questions.append("When does it need to be live?")
    elif process.go_live_on is None:
        questions.append(f"Which day is “{process.go_live}”?")
    if not planned and not process.steps:
        questions.append("Which steps are needed, and who takes each one?")
    questions += [f"Who takes “{each.step.title}”?" for each in planned if not each.step.who]
    questions += [f"How long does “{each.step.title}” take?" for each in planned if each.step.days is None][:3]
    late = next((each for each in planned if each.begin is not None and each.begin < today), None)
    if late is not None and late.begin is not None:
        questions.append(
            f"“{late.step.title}” should have started by {format_day(late.begin, None)}. Can we still make the date?"
        )
    if questions:
        yield from ("", "Open questions:", "", *(f"- {escape(each)}" for each in questions))


def _plan_row(planned: RoadmapStep) -> str:
    step = planned.step
    by = format_day(planned.end, None) if planned.end else step.by
    cells = (step.title, by, step.who, step.takes)
    return "| " + " | ".join(escape(cell) if cell else "" for cell in cells) + " |"


def _next_step_line(who: str, step: NextStep | None, today: date | None) -> str:
    if step is None:
        return f"{who}: no next step"
    owner = f" ({step.who})" if step.who else ""
    task = to_own_task(step.text) if who == "you" else to_task(step.text)
    text = step.text if task.casefold() == step.text.casefold() else task
    return f"{who}{owner}: {_with_day(text, step, today)}"


def _with_day(text: str, step: NextStep, today: date | None) -> str:
    """Return the text of a step with its due date, unless the text mentions it; `by Friday` gets its day."""
    by, due_on = format_day(step.by, today), step.due_on
    if by and step.by.casefold() not in text.casefold():
        text = f"{text.rstrip('.')}, {by}"
    if due_on is None or names_day(text, due_on, today):
        return text
    return f"{text.rstrip('.')} ({format_day(due_on, today)})"


def _job_line(card: JobCard) -> str:
    latest = [quoted(words.text, MAX_JOB_QUOTE) for words in (card.since or card.words)[:MAX_QUOTES]]
    return f"{SYMBOLS[card.state]} {card.job}, {card.state.label}{': ' + ' '.join(latest) if latest else ''}"


def _step_line(step: StepDraft, today: date | None) -> str:
    facts = " · ".join(part for part in (step.who, format_day(step.by, today), step.takes) if part)
    return f"{'✓' if step.done else '○'} {step.title}{f'  ({facts})' if facts else ''}"


MAX_STEPS = 40
_STEP_SEPARATOR = re.compile(r"\s*(?:[;\n]|→|->|,(?!\d)|\.(?=\s|$)|\b(?:and )?then\b|\bafter that\b)\s*", re.IGNORECASE)
_LEAD = re.compile(r"^(?:and|then|next|first|finally|\d+[.)])\s+|^[-*·]\s*", re.IGNORECASE)
_WORD_NUMBERS = {**NUMBERS, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12}
_DURATION = re.compile(rf"\b(\d{{1,3}}|{'|'.join(_WORD_NUMBERS)})\s+(day|week|month)s?\b", re.IGNORECASE)
_STEP_WITH_DURATION = re.compile(r"(?P<title>[^:(]*[^\s:(])\s*(?::\s*(?P<takes>.+)|\((?P<bracketed>[^()]+)\))")
"""Step followed by how long it takes: `contract: 9 months`, `contract (9 months)`."""

_DAYS_PER_UNIT = {"day": 1, "week": 7, "month": 30}


def parse_steps(*texts: str) -> tuple[StepDraft, ...]:
    """Return the steps named in the texts, in order.

    A duration alone belongs to the step before it, one after a colon or in brackets to its own step.
    """
    steps: list[StepDraft] = []
    for part in (piece for text in texts for piece in _STEP_SEPARATOR.split(text)):
        title = _LEAD.sub("", part).strip(" ·.")
        if not title:
            continue
        takes = ""
        if (both := _STEP_WITH_DURATION.fullmatch(title)) is not None:
            duration = both["takes"] or both["bracketed"]
            title, takes = (both["title"], duration) if _is_duration(duration) else (title, "")
        days = parse_days(takes or title)
        if not takes and days is not None and steps and _is_duration(title):
            before = steps[-1]
            steps[-1] = StepDraft(before.title, takes=title, days=days)
        elif not any(step.title.casefold() == title.casefold() for step in steps):
            steps.append(StepDraft(title, takes=takes, days=days if takes else None))
    return tuple(steps[:MAX_STEPS])


def apply_step_edits(named_steps: Sequence[StepDraft], edits: Mapping[str, Mapping[str, str]]) -> tuple[StepDraft, ...]:
    """Return the steps that the buyer named with manual edits applied, without removed steps."""
    steps = list(named_steps)
    for about, details in edits.items():
        place = _find_step(steps, about)
        step = _apply_edit(steps.pop(place) if place is not None else StepDraft(about), details)
        if details.get("state") == REMOVED:
            continue
        after = _find_step(steps, details.get("after", "")) if details.get("after") else None
        at = after + 1 if after is not None else place if place is not None else len(steps)
        steps.insert(at, step)
    return tuple(steps)


def parse_days(words: str) -> int | None:
    """Return the number of days in a duration such as `three weeks`; a month has 30."""
    match = _DURATION.search(words)
    if match is None:
        return None
    count = match.group(1).casefold()
    return int(_WORD_NUMBERS.get(count) or count) * _DAYS_PER_UNIT[match.group(2).casefold()]


class RoadmapStep(Struct, frozen=True):
    """A step of the plan with the last days to start and to finish it, if they can be computed."""

    step: StepDraft
    begin: date | None
    end: date | None


def schedule_backward(steps: Iterable[StepDraft], until: date | None) -> tuple[RoadmapStep, ...]:
    """Return the steps that are not done with the last days to start and finish them before `until`.

    A step's own due date counts if it is earlier. A step of unknown duration takes no time.
    """
    planned: list[RoadmapStep] = []
    end = until
    for step in reversed([step for step in steps if not step.done]):
        dates = [each for each in (end, step.due_on) if each is not None]
        end = min(dates) if dates else None
        begin = end - timedelta(days=step.days) if end is not None and step.days else end
        planned.append(RoadmapStep(step, begin, end))
        end = begin
    return tuple(reversed(planned))


def _is_duration(title: str) -> bool:
    match = _DURATION.search(title)
    return match is not None and len(title.split()) <= len(match.group().split()) + 2


def _find_step(steps: Sequence[StepDraft], about: str) -> int | None:
    """Return the index of the step with this title, otherwise of the only step whose title starts with it."""
    folded = about.casefold()
    same = [place for place, step in enumerate(steps) if step.title.casefold() == folded]
    begins = [place for place, step in enumerate(steps) if folded and step.title.casefold().startswith(folded)]
    return same[0] if same else begins[0] if len(begins) == 1 else None


def _apply_edit(step: StepDraft, details: Mapping[str, str]) -> StepDraft:
    by, takes = details.get("by", step.by), details.get("takes", step.takes)
    return StepDraft(
        details.get("words") or step.title,
        details.get("who", step.who),
        by,
        takes,
        details.get("state", DONE if step.done else "") == DONE,
        parse_day(by, details.get("on", "")) or step.due_on,
        parse_days(takes) if takes else step.days,
    )
