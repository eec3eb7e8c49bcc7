"""Buying process of an account, computed from its calls and manual edits."""

from __future__ import annotations

from datetime import date

from invented_calls import Call
from salesnerd_tui.call.events import (
    GONE,
    AccountEdited,
    AccountEditKind,
    Answered,
    Ended,
    Event,
    HypothesisJudged,
    Mode,
    Noted,
    NoteKind,
    Place,
    PlanKind,
    PlanSet,
    Promised,
    Recalled,
    Settled,
    Settlement,
    Side,
    Started,
    Verdict,
)
from salesnerd_tui.call.plan import CallPlan
from salesnerd_tui.call.state import fold
from salesnerd_tui.playbook.folders import builtin_folder
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.playbook.model import BuyingJob
from salesnerd_tui.review.buying_process import (
    BuyingProcess,
    JobState,
    StepDraft,
    apply_step_edits,
    buying_process_blocks,
    derive_buying_process,
    pacing_warnings,
    parse_days,
    parse_steps,
    plan_markdown,
    schedule_backward,
)
from salesnerd_tui.review.debrief.builder import build_debrief
from salesnerd_tui.review.prep import EarlierCall, list_people
from salesnerd_tui.review.promises import TrackedPromise, tracked_promises

TODAY = date(2026, 11, 22)
JOBS = {
    ask.id: ask.buying_job
    for loaded in Library([builtin_folder()]).load_all()
    if loaded.playbook is not None
    for ask in loaded.playbook.questions()
    if ask.buying_job is not None
}
"""Buying jobs of the questions in the built-in playbooks."""


class Account:
    """Account in which `calls(day, …)` adds a past call, and `draws(kind, name, …)` a manual edit."""

    def __init__(self) -> None:
        self._calls: list[tuple[str, list[Event]]] = []
        self._edits: list[AccountEdited] = []

    def calls(self, day: int, *events: Event, me: str = "Sam") -> Account:
        began = f"2026-11-{day:02}T10:00:00+00:00"
        first = Started(0, "buying_map", "Map", "", Mode.LIVE, Place(None), began, "Acme", ("Dana, VP Eng",), me)
        self._calls.insert(0, (f"call-{day}", [first, *events]))
        return self

    def draws(self, kind: AccountEditKind, about: str, day: int = 21, **details: str) -> Account:
        self._edits.append(AccountEdited(0, kind, about, f"2026-11-{day:02}", details))
        return self

    @property
    def process(self) -> BuyingProcess:
        owed = [pledge for call, events in self._calls for pledge in _pledges(call, events)]
        earlier = [EarlierCall(call, fold(events)) for call, events in self._calls]
        return derive_buying_process("Acme", earlier, self._edits, owed, jobs=JOBS, today=TODAY)

    def job(self, job: BuyingJob) -> JobState:
        return next(card.state for card in self.process.jobs if card.job is job)


def _pledges(call: str, events: list[Event]) -> list[TrackedPromise]:
    return list(tracked_promises(call, build_debrief(events), TODAY))


def answer(question: str, text: str) -> Answered:
    return Answered(10, question, f"About {question}?", text)


def ends(**record: str) -> Ended:
    return Ended(60, "map_agreed", "go", record)


def test_jobs_are_at_work_in_any_order() -> None:
    account = Account().calls(10, answer("papers_needed", "a privacy check"))
    assert account.job(BuyingJob.REQUIREMENTS) is JobState.IN_PROGRESS
    assert account.job(BuyingJob.PROBLEM) is JobState.NOT_STARTED


def test_a_settled_job_is_opened_again_by_new_words_or_by_hand() -> None:
    account = (
        Account().calls(10, answer("trigger", "the auditor")).draws(AccountEditKind.JOB, "problem", 12, state="done")
    )
    assert account.job(BuyingJob.PROBLEM) is JobState.DONE
    account.calls(20, answer("cost", "it is more than we thought"))
    assert account.job(BuyingJob.PROBLEM) is JobState.REOPENED
    again = (
        Account()
        .draws(AccountEditKind.JOB, "choice", 12, state="done")
        .draws(AccountEditKind.JOB, "choice", 13, state="in_progress")
    )
    assert again.job(BuyingJob.CHOICE) is JobState.REOPENED


def test_what_was_only_recalled_is_no_new_word() -> None:
    account = (
        Account().calls(10, answer("trigger", "the auditor")).draws(AccountEditKind.JOB, "problem", 12, state="done")
    )
    account.calls(20, Recalled(0, "trigger", "the auditor", "call-10"))
    assert account.job(BuyingJob.PROBLEM) is JobState.DONE


def test_steps_come_from_one_sentence_of_theirs() -> None:
    steps = parse_steps("A driver complained.", "The paper, then my boss, purchasing, eleven months, and then training")
    assert [step.title for step in steps] == ["A driver complained", "The paper", "my boss", "purchasing", "training"]
    assert steps[3].days == 330
    assert parse_days("about three weeks") == 21
    assert parse_days("a while") is None
    assert parse_steps("", " , ;") == ()


def test_a_step_may_say_how_long_it_takes() -> None:
    steps = parse_steps(
        "a working group, purchasing, contract: 9 months; works council (about three weeks), rollout: Q3"
    )
    assert [(step.title, step.takes, step.days) for step in steps] == [
        ("a working group", "", None),
        ("purchasing", "", None),
        ("contract", "9 months", 270),
        ("works council", "about three weeks", 21),
        ("rollout: Q3", "", None),
    ]


def test_what_they_said_about_documents_and_blockers_can_be_removed() -> None:
    account = Account().calls(10, answer("papers_needed", "a privacy check"), answer("slowest_step", "the contract"))
    account.draws(AccountEditKind.DOCUMENT, "the offer")
    assert (account.process.documents, account.process.blockers) == (
        ("a privacy check", "the offer"),
        ("the contract",),
    )
    account.draws(AccountEditKind.DOCUMENT, "a privacy check", state="gone")
    account.draws(AccountEditKind.BLOCKER, "the contract", state="gone")
    assert (account.process.documents, account.process.blockers) == (("the offer",), ())


def test_steps_are_drawn_on_moved_done_and_dropped() -> None:
    said = parse_steps("the paper, my boss, purchasing")
    steps = apply_step_edits(
        said,
        {
            "Privacy check": {"takes": "3 weeks", "who": "Omar", "after": "the paper"},
            "my": {"state": "done"},
            "purchasing": {"by": "15 December", "on": "2026-11-21"},
        },
    )
    assert [(step.title, step.done) for step in steps] == [
        ("the paper", False),
        ("Privacy check", False),
        ("my boss", True),
        ("purchasing", False),
    ]
    assert steps[3].due_on == date(2026, 12, 15)
    assert [step.title for step in apply_step_edits(said, {"the": {"state": "gone"}})] == ["my boss", "purchasing"]


def test_the_plan_is_worked_back_from_their_date() -> None:
    steps = (
        StepDraft("check", days=21),
        StepDraft("boss", done=True),
        StepDraft("contract", days=30),
        StepDraft("training"),
    )
    planned = schedule_backward(steps, date(2027, 3, 31))
    assert [(each.step.title, each.begin, each.end) for each in planned] == [
        ("check", date(2027, 2, 8), date(2027, 3, 1)),
        ("contract", date(2027, 3, 1), date(2027, 3, 31)),
        ("training", date(2027, 3, 31), date(2027, 3, 31)),
    ]
    assert schedule_backward((StepDraft("x", days=3, due_on=date(2027, 1, 5)),), date(2027, 3, 31))[0].end == date(
        2027, 1, 5
    )
    assert schedule_backward((StepDraft("x"),), None)[0].end is None


def test_their_next_step_is_what_they_promised_else_the_first_open_step() -> None:
    account = Account().calls(10, answer("map_steps", "the paper, then my boss"))
    assert account.process.their_next is not None
    assert account.process.their_next.text == "the paper"
    account.calls(20, Noted(5, "Dana: asks the CFO by Friday", NoteKind.PROMISE))
    assert account.process.their_next.text == "asks the CFO by Friday"
    account.draws(AccountEditKind.THEIR_STEP, "Omar reads the form", by="2 December")
    assert account.process.their_next.text == "Omar reads the form"
    assert account.process.their_next.due_on == date(2026, 12, 2)


def test_my_next_step_is_what_the_last_call_agreed_on_until_it_is_done() -> None:
    account = Account().calls(10, ends(next_step="Send the figures", next_date="Friday"))
    mine = account.process.our_next
    assert mine is not None
    assert (mine.text, mine.due_on) == ("Send the figures", date(2026, 11, 13))
    account.draws(AccountEditKind.OUR_STEP, "Send the figures", state="done")
    assert account.process.our_next is None
    account.draws(AccountEditKind.OUR_STEP, "Send the figures")
    assert account.process.our_next is not None


def test_an_agreed_step_is_theirs_if_its_owner_was_on_the_call() -> None:
    agreed = ends(next_step="Pilot on the Tuesday job", next_date="12 December", next_owner="dana")
    process = Account().calls(10, agreed).process
    assert process.their_next is not None
    assert (process.their_next.text, process.their_next.who, process.their_next.by) == (
        "Pilot on the Tuesday job",
        "dana",
        "12 December",
    )
    assert process.our_next is None
    ours = Account().calls(10, ends(next_step="Pilot on the Tuesday job", next_owner="Sam")).process
    assert ours.their_next is None
    assert ours.our_next is not None
    assert ours.our_next.who == "Sam"


def test_an_agreed_step_that_was_kept_is_no_longer_next() -> None:
    both = ends(our_part="Set up the pilot", their_part="Name two drivers")
    process = Account().calls(10, both).process
    assert process.our_next is not None
    assert process.their_next is not None
    assert (process.our_next.text, process.their_next.text) == ("Set up the pilot", "Name two drivers")
    process = Account().calls(10, both, Settled(70, 1, Settlement.KEPT)).process
    assert process.our_next is None
    assert process.their_next is not None


def test_what_the_last_call_agreed_on_comes_before_an_old_promise_on_both_sides() -> None:
    account = Account().calls(
        3,
        Promised(20.0, "I'll send you the alert log by Friday.", Side.THEM, owner="Dana", due="by friday"),
        Promised(21.0, "I'll send you the plan by Friday.", due="by friday"),
    )
    assert next_texts(account) == ("I'll send you the alert log by Friday.", "I'll send you the plan by Friday.")
    account.calls(10, ends(our_part="Set up the pilot", their_part="Open the mailbox"))
    assert next_texts(account) == ("Open the mailbox", "Set up the pilot")


def next_texts(account: Account) -> tuple[str, ...]:
    process = account.process
    return tuple(step.text for step in (process.their_next, process.our_next) if step is not None)


def test_a_next_step_by_friday_has_its_day_and_says_you_and_they_to_the_reader() -> None:
    account = Account().calls(
        10,
        Promised(20.0, "I'll send you our log by Friday.", Side.THEM, owner="Dana", due="by friday"),
        Promised(21.0, "I'll send you my plan by Friday.", due="by friday"),
    )
    page = next(buying_process_blocks(account.process)).lines
    assert page[:2] == (
        "they (Dana): send you our log by Friday (13 November)",
        "you: send them my plan by Friday (13 November)",
    )
    plan = plan_markdown(account.process, TODAY)
    assert "- Dana: send me your log by Friday (13 November 2026)\n" in plan
    assert "- Sam: send you my plan by Friday (13 November 2026)\n" in plan


def test_the_page_has_the_year_of_a_day_of_another_year() -> None:
    account = Account().calls(10, Promised(21.0, "I'll send you the plan by 3 March.", due="by 3 march"))
    account.draws(AccountEditKind.THEIR_STEP, "Audit", by="2026-12-04").draws(AccountEditKind.GO_LIVE, "2027-05-01")
    page = {block.title: block.lines for block in buying_process_blocks(account.process)}
    assert page["Next steps"][:2] == ("they: Audit, 4 December", "you: send them the plan by 3 March (3 March 2027)")
    assert page["Go-live date"] == ("1 May 2027",)
    plan = plan_markdown(account.process, TODAY)
    assert "- you: Audit, 4 December 2026\n- Sam: send you the plan by 3 March\n" in plan


def test_a_captured_weekday_has_its_day() -> None:
    account = Account().calls(10, ends(next_step="Send the figures", next_date="Friday"))
    assert "you: Send the figures, Friday (13 November)" in next(buying_process_blocks(account.process)).lines


def test_an_overpromise_is_nobodys_next_step_and_not_in_the_plan() -> None:
    account = Account().calls(10, Promised(20.0, "It works with anything.", overpromise=True))
    assert account.process.our_next is None
    assert "works with anything" not in plan_markdown(account.process, TODAY)


def test_the_plan_for_both_speaks_to_the_buyer_and_writes_days_out() -> None:
    account = Account().calls(
        10,
        answer("trigger", "the auditor came"),
        answer("cost", "two days a month"),
        Promised(20.0, "I'll send you our October file.", Side.THEM, owner="Dana"),
    )
    account.draws(AccountEditKind.OUR_STEP, "Write the test plan", by="2026-12-04")
    account.draws(AccountEditKind.GO_LIVE, "2027-02-01").draws(
        AccountEditKind.STEP, "Audit", takes="3 weeks", who="Ola"
    )
    text = plan_markdown(account.process, TODAY)
    assert "- Dana: send me your October file\n" in text
    assert "- Sam: write the test plan, 4 December 2026\n" in text
    assert "Go-live date: **1 February 2027**" in text
    assert "| Audit | 1 February 2027 | Ola | 3 weeks |" in text
    assert "> the auditor came\n\n> two days a month\n\n" in text, "two quotes are two paragraphs"


def test_an_answer_to_choose_from_names_nobody() -> None:
    label = Answered(10, "decision_path", "Who was in the room?", "", "A whole group")
    assert Account().calls(10, label).process.said_of_people == ()
    named = Answered(12, "decision_path", "Who was in the room?", "Dana and the CFO")
    (said,) = Account().calls(10, label, named).process.said_of_people
    assert said.text == "Dana and the CFO"


def test_a_person_keeps_the_title_that_an_earlier_call_has() -> None:
    def with_people(day: int, *people: str) -> EarlierCall:
        began = f"2026-11-{day}T10:00:00+00:00"
        return EarlierCall(
            f"call-{day}", fold([Started(0, "x", "X", "", Mode.LIVE, Place(None), began, "Acme", people)])
        )

    calls = [with_people(12, "Dana", "Omar"), with_people(10, "Dana, VP Eng")]
    assert [person.name for person in derive_buying_process("Acme", calls, [], []).people] == ["Dana, VP Eng", "Omar"]


def test_a_person_who_was_removed_is_not_listed() -> None:
    started = Started(0, "x", "X", "", Mode.LIVE, Place(None), "2026-11-10T10:00:00+00:00", "Acme", (GONE, "Omar"))
    call = EarlierCall("call-1", fold([started]))
    assert [person.name for person in derive_buying_process("Acme", [call], [], []).people] == ["Omar"]
    assert [person.name for person in list_people(fold([]), CallPlan(), [call])] == ["Omar"]


def test_a_step_of_mine_that_runs_ahead_is_pointed_out() -> None:
    account = Account().calls(10, answer("trigger", "the auditor"), ends(next_step="Send the contract"))
    assert tuple(pacing_warnings(account.process)) == (
        "Your next step is about their choice, which they have not started.",
        "You have a next step and they have none: ask what happens next on their side.",
    )
    account.draws(AccountEditKind.JOB, "choice", state="in_progress").draws(
        AccountEditKind.THEIR_STEP, "Dana asks the CFO"
    )
    assert tuple(pacing_warnings(account.process)) == ()


def test_a_step_of_mine_that_is_due_before_theirs_is_pointed_out() -> None:
    account = (
        Account()
        .draws(AccountEditKind.OUR_STEP, "Call again", by="25 November")
        .draws(AccountEditKind.THEIR_STEP, "Audit", by="27 November")
    )
    assert tuple(pacing_warnings(account.process)) == (
        "Your step is due on 25 November, theirs only on 27 November: wait for theirs.",
    )


def test_a_rollout_waits_for_a_choice_that_all_carry() -> None:
    account = Account().draws(AccountEditKind.OUR_STEP, "Plan the rollout").draws(AccountEditKind.THEIR_STEP, "read it")
    assert "their choice and consensus are not done" in next(pacing_warnings(account.process))


def test_their_date_in_their_words_and_as_a_day() -> None:
    account = Account().calls(10, answer("in_use_by", "before the frost, 15 October 2027"))
    assert account.process.go_live == "before the frost, 15 October 2027"
    assert account.process.go_live_on == date(2027, 10, 15)
    assert account.draws(AccountEditKind.GO_LIVE, "2027-09-01").process.go_live_on == date(2027, 9, 1)
    assert Account().calls(10, answer("in_use_by", "soon")).process.go_live_on is None


def test_the_plan_for_both_holds_nothing_internal() -> None:
    account = Account().calls(
        10,
        answer("trigger", "Forty double bills."),
        answer("late_stop", "The old security man hates us."),
        answer("stalled_buy", "It died with Mr Moss."),
        answer("wasted_step", "The scoring table."),
        answer("map_steps", "the paper, then my boss"),
        answer("in_use_by", "2027-03-31"),
        Noted(9, "she seems afraid of her boss"),
        ends(next_step="Send the contract"),
    )
    account.draws(AccountEditKind.PERSON, "Omar", words="the difficult one")
    plan = plan_markdown(account.process, TODAY)
    for theirs in ("Forty double bills", "the paper", "my boss", "2027", "send the contract"):
        assert theirs in plan
    for internal in ("hates us", "Mr Moss", "scoring", "afraid", "difficult", "not started", "ahead"):
        assert internal not in plan


def test_the_page_lists_hypotheses_and_the_plan_for_both_does_not() -> None:
    said = HypothesisJudged(9, "Nobody counted", Verdict.AGAINST, "forty bills, we counted")
    account = Account().calls(20, PlanSet(0, PlanKind.HYPOTHESIS, "cost", "nobody counted"), said)
    account.calls(21, PlanSet(0, PlanKind.HYPOTHESIS, "", "nobody counted"))
    (rows,) = [block.lines for block in buying_process_blocks(account.process) if block.title == "Hypotheses"]
    assert rows == ("weakened: nobody counted · “forty bills, we counted” (20 Nov)",)
    assert "counted" not in plan_markdown(account.process, TODAY)


def test_the_plan_says_what_is_open_and_when_the_date_cannot_hold() -> None:
    account = (
        Account()
        .draws(AccountEditKind.STEP, "Contract", takes="12 months")
        .draws(AccountEditKind.GO_LIVE, "2027-01-31")
    )
    plan = plan_markdown(account.process, TODAY)
    assert "Can we still make the date?" in plan
    assert "Who takes “Contract”?" in plan
    assert "When does it need to be live?" in plan_markdown(Account().process, TODAY)


def test_the_plan_names_the_colleague_who_has_the_next_step() -> None:
    account = Account().calls(10, Promised(9, "I'll send the contract."), me="Ana")
    account.calls(20, answer("trigger", "the auditor"), me="Tom")
    plan = plan_markdown(account.process, TODAY)
    assert "Ana: send the contract" in plan
    assert "Tom" not in plan
    by_hand = plan_markdown(account.draws(AccountEditKind.OUR_STEP, "Draft the contract").process, TODAY)
    assert "we: draft the contract" in by_hand


def test_what_people_wrote_is_no_markdown_in_the_plan() -> None:
    account = Account().draws(AccountEditKind.STEP, "a | b](http://x)", who="<b>Omar</b>", takes="3 weeks")
    plan = plan_markdown(account.process, TODAY)
    assert "<b>" not in plan
    assert "b](" not in plan
    row = next(line for line in plan.splitlines() if "Omar" in line)
    assert row.replace("\\|", "").count("|") == 5


def test_an_account_without_calls_has_a_page() -> None:
    assert [block.title for block in buying_process_blocks(Account().process)] == ["Next steps", "Buying jobs"]


def test_a_playbook_says_which_job_its_questions_tell_of() -> None:
    call = Call(account="Acme")
    call.answered(10, "our_own", "What does the works council want?", "a paper")
    call.answered(20, "trigger", "What happened?", "it broke")
    earlier = [EarlierCall("id", fold(call.events))]
    derived = derive_buying_process(
        "Acme", earlier, [], [], jobs={"our_own": BuyingJob.REQUIREMENTS, "trigger": BuyingJob.OPTIONS}
    )
    jobs = {card.job: [words.question for words in card.words] for card in derived.jobs}
    assert jobs[BuyingJob.REQUIREMENTS] == ["our_own"]
    assert (jobs[BuyingJob.OPTIONS], jobs[BuyingJob.PROBLEM]) == (["trigger"], []), "what the playbook says counts"
