"""`salesnerd prep` from the shell, and its call."""

from __future__ import annotations

import json
import stat
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from cli_runs import Run
from salesnerd_tui import cli
from salesnerd_tui.call.actions import CallContext
from salesnerd_tui.call.events import (
    Answered,
    Ended,
    Event,
    Heard,
    HypothesisJudged,
    Mode,
    Place,
    PlanKind,
    PlanSet,
    Prepared,
    Promised,
    Proposed,
    Recalled,
    Side,
    Started,
    Verdict,
)
from salesnerd_tui.call.outcome import ending_choices
from salesnerd_tui.call.plan import plan_from_events
from salesnerd_tui.call.state import fold
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.services.call_service import CallService, CannotOpen, OpenRequest
from salesnerd_tui.services.prep import open_from_prep, open_prep_id
from salesnerd_tui.storage.call_store import CallStore
from salesnerd_tui.timefmt import short_day

Captured = pytest.CaptureFixture[str]


def shown_day(day: int) -> str:
    """Return a day of March 2026 as it is shown today."""
    return short_day(date(2026, 3, day), date.today())


class Shell:
    def __init__(self, data: Path, capsys: Captured) -> None:
        self.data = data
        self._capsys = capsys
        self.desk = CallService(Library(), CallStore(data))

    def prep(self, *words: str, status: int = 0) -> str:
        assert cli.main(["prep", *words, "--data", str(self.data)]) == status
        printed = self._capsys.readouterr()
        return printed.out + printed.err

    def keep(self, *events: Event, account: str = "Acme", mode: Mode = Mode.LIVE, day: int = 1) -> str:
        """A call with the account that has been."""
        began = datetime(2026, 3, day, 10, tzinfo=UTC)
        with self.desk.store.create(began, account) as file:
            people = ("Dana, VP Eng", "Omar")
            to = Place("trigger")
            started = Started(0, "first_call", "First discovery call", "", mode, to, began.isoformat(), account, people)
            file.save([started, *events], lambda _: None)
            return file.id

    def events(self, call: str) -> tuple[Event, ...]:
        return self.desk.store.read(call).events


@pytest.fixture
def shell(tmp_path: Path, capsys: Captured) -> Shell:
    return Shell(tmp_path / "data", capsys)


def earlier(shell: Shell) -> str:
    return shell.keep(
        Answered(20, "decision_path", "Who was in the room?", "Dana, then the CFO"),
        Answered(30, "own_guess", "What do you believe?", "last month's guess"),
        Heard(40, Side.ME, "Me", 38, 40, "I will send you the figures by Friday."),
        Promised(40, "I will send you the figures by Friday.", due="by Friday"),
        Ended(60, "not_now", "not-yet", {"revisit_on": "April"}),
    )


def test_the_sheet_contains_what_earlier_calls_say(shell: Shell) -> None:
    earlier(shell)
    output = shell.prep("first_call", "--account", "acme", "--with", "Petra, security", "--markdown")
    assert "# Prep: acme · First discovery call" in output
    assert "- Petra, security" in output
    assert "from earlier calls: Dana, VP Eng; Omar" in output
    assert f"who was in the room? “Dana, then the CFO” ({shown_day(1)})" in output
    assert output.count("Dana, then the CFO") == output.count("who was in the room?") == 1
    assert "I will send you the figures by Friday (" in output
    assert "## Must-ask questions" in output
    assert shell.desk.store.summaries()[0].mode is Mode.LIVE, "looking begins no prep"


def test_people_keep_the_title_that_an_earlier_call_has(shell: Shell) -> None:
    earlier(shell)
    output = shell.prep("--account", "Acme", "--with", "Dana; Omar", "--markdown")
    assert "- Dana, VP Eng\n- Omar\n" in output
    assert "- Dana, CTO\n" in shell.prep("--account", "Acme", "--with", "Dana, CTO", "--markdown"), "today's title wins"


def test_a_day_to_talk_again_is_no_open_promise_after_the_next_call(shell: Shell) -> None:
    shell.keep(Ended(60, "not_now", "not-yet", {"revisit_on": "2 March"}))
    assert "you: Talk again" in shell.prep("--account", "Acme", "--markdown")
    shell.keep(Ended(60, "not_a_fit", "no-go", {"reason": "bought another"}), day=2)
    assert "Talk again" not in shell.prep("--account", "Acme", "--markdown")


def test_a_prep_is_stored_and_resumed(shell: Shell) -> None:
    shell.prep("--account", "Acme", "--hypothesis", "cost: nobody counted", "--role", "Dana=asks the CFO")
    output = shell.prep(
        "--account", "Acme", "--must", "late_stop", "--timebox", "why now=5", "--answer", "own_guess=hurry"
    )
    assert "nobody counted → What did that one incident cost you" in output
    assert "- Dana: asks the CFO" in output
    assert "- Who has killed something like this at the last minute?" in output
    assert "Why now (5 min)" in output
    assert "nobody told you? hurry" in output
    assert len(shell.desk.store.summaries()) == 1
    shell.prep("--account", "Acme", "--new", "--hypothesis", "something else")
    assert len(shell.desk.store.summaries()) == 2


def believed(shell: Shell) -> None:
    """Two calls that tested hypotheses, and a prep with further ones."""
    plan = (
        PlanSet(0, PlanKind.HYPOTHESIS, "cost", "nobody counted"),
        PlanSet(0, PlanKind.HYPOTHESIS, "", "the CFO decides alone"),
        PlanSet(0, PlanKind.HYPOTHESIS, "decision_path", "they bought twice and failed"),
    )
    judged = HypothesisJudged(60, "the CFO decides alone", Verdict.FOR, "Only she signs")
    shell.keep(*plan, Answered(20, "cost", "What did it cost?", "no idea"), judged, day=3)
    wrong_if = PlanSet(0, PlanKind.DISPROOF, "nobody counted", "they have a sum")
    shell.keep(*plan[:1], wrong_if, Ended(1, "taken", ""), mode=Mode.PREP, day=4)


def test_the_sheet_shows_beliefs_and_proposes_the_riskiest(shell: Shell) -> None:
    believed(shell)
    output = shell.prep("--account", "Acme", "--markdown")
    assert f"- riskiest, untested since {shown_day(3)}: they bought twice and failed" in output
    assert f"- untested since {shown_day(3)}: nobody counted · wrong if: they have a sum" in output
    assert f"- supported: the CFO decides alone · “Only she signs” ({shown_day(3)})" in output
    page = json.loads(shell.prep("--account", "Acme", "--json"))
    assert page["riskiest"] == "they bought twice and failed"
    assert [each["state"] for each in page["beliefs"]] == ["untested", "untested", "supported"]
    assert page["beliefs"][2]["evidence"][0]["quote"] == "Only she signs"


def test_a_belief_that_is_tested_again_is_on_the_sheet_once(shell: Shell) -> None:
    believed(shell)
    shell.prep("--account", "Acme", "--hypothesis", "cost: Nobody counted", "--disproof", "nobody=they have a figure")
    output = " ".join(shell.prep("--account", "Acme", "--markdown").split())
    assert output.casefold().count("nobody counted") == 1
    known = f"“no idea” ({shown_day(3)}) (must-ask) - untested since {shown_day(3)} · wrong if: they have a figure."
    assert f"{known} Their number" in output
    assert output.count("What did that one incident cost you") == 1
    assert "Other must-ask questions" in output
    assert f"riskiest, untested since {shown_day(3)}: they bought twice" in output


def test_a_deleted_call_takes_its_evidence_along(shell: Shell) -> None:
    believed(shell)
    call = next(each.id for each in shell.desk.store.summaries() if each.mode is Mode.LIVE)
    shell.desk.store.forget(call)
    assert "Only she signs" not in shell.prep("--account", "Acme", "--markdown")


def test_json_and_a_private_file(shell: Shell, tmp_path: Path) -> None:
    page = json.loads(shell.prep("--account", "Acme", "--json", "--hypothesis", "money is there"))
    assert page["account"] == "Acme"
    assert page["hypotheses"] == ["money is there"]
    target = tmp_path / "prep.md"
    shell.prep("--account", "Acme", "--markdown", "--out", str(target))
    assert "money is there" in target.read_text()
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert "already exists" in shell.prep("--account", "Acme", "--markdown", "--out", str(target), status=1)


def test_text_of_others_is_not_markdown(shell: Shell) -> None:
    shell.keep(Answered(20, "cost", "What\x1b[2J?", "[click](http://x) <b>#1</b>"))
    output = shell.prep("--account", "Acme", "--markdown")
    assert "\x1b" not in output
    assert "[click](" not in output
    assert "<b>" not in output


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--must", "nope"), "no question 'nope'"),
        (("--reword", "cost"), "no '='"),
        (("--disproof", "x=y"), "no hypothesis begins with 'x'"),
        (("--timebox", "why=soon"), "invalid number of minutes 'soon'"),
        (("--answer", "nope=x"), "unknown question 'nope'"),
        (("no_such_book", "--markdown"), "no_such_book"),
    ],
)
def test_an_invalid_plan_says_why(shell: Shell, words: tuple[str, ...], why: str) -> None:
    assert why in shell.prep(*words, status=1)


def test_a_wrong_option_leaves_no_empty_prep_behind(shell: Shell) -> None:
    said = shell.prep("--account", "Zed", "--hypothesis", "money is there", "--timebox", "nowhere=5", status=1)
    assert "nowhere" in said
    assert said.count("\n") == 1
    assert shell.desk.store.summaries() == []
    with pytest.raises(CannotOpen):
        open_prep_id(shell.desk.store, "Zed")


def test_a_wrong_option_changes_nothing_in_an_open_prep(shell: Shell) -> None:
    shell.prep("--account", "Zed", "--hypothesis", "money is there")
    before = shell.events(open_prep_id(shell.desk.store, "Zed"))
    shell.prep("--account", "Zed", "--must", "late_stop", "--role", "Dana", status=1)
    assert shell.events(open_prep_id(shell.desk.store, "Zed")) == before


def test_the_call_starts_with_everything_that_was_prepared(shell: Shell) -> None:
    before = earlier(shell)
    shell.prep("--account", "Acme", "--with", "Dana, VP Eng", "--role", "Petra=can stop it", "--must", "late_stop")
    shell.prep("--account", "Acme", "--reword", "trigger=Why now, Dana?", "--answer", "own_guess=hurry")
    prep = open_prep_id(shell.desk.store, "ACME")
    call = open_from_prep(shell.desk, prep)
    with call.file:
        call.begin()
        call.add_recalled(call.recall())
        state = call.session.state
        assert state.started is not None
        assert (state.started.mode, state.started.account) == (Mode.LIVE, "Acme")
        assert state.started.people == ("Dana, VP Eng", "Petra")
        assert state.prepared == prep
        assert state.known("decision_path") == ("Dana, then the CFO",)
        assert [note.text for note in state.notes["own_guess"]] == ["hurry"], "what was prepared is newer"
        assert {event.call for event in call.session.events if isinstance(event, Recalled)} == {before, prep}
        assert plan_from_events(state.plan).musts == {"late_stop": True}
        trigger = call.session.playbook.question("trigger")
        assert trigger is not None
        assert trigger.text == "Why now, Dana?"


SCORE = """\
playbook: Bid or no bid
prep:
  - {ask: How close is it?, id: fit, type: scale, weight: {score: 3}}
  - {ask: What do we do?, id: verdict, answers: {Bid: {end: bid}, No bid: {end: no_bid}}}
outcomes:
  no_bid: {decision: no-go, needs: points.score < 12}
  bid: {decision: go, needs: points.score >= 12}
"""


def test_a_scorecard_brings_its_points_and_its_decision_to_the_end(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "score.yaml").write_text(SCORE)
    desk = CallService(Library([tmp_path]), shell.desk.store)
    began = datetime(2026, 3, 1, 10, tzinfo=UTC)
    with desk.store.create(began, "Acme") as file:
        first = Place("fit", detour="prep")
        started = Started(0, "score", "Bid or no bid", "", Mode.PREP, first, began.isoformat(), "Acme")
        picked = Answered(1, "fit", "How close is it?", label="5", points={"score": 15.0})
        file.save([started, picked, Proposed(2, "bid")], lambda _: None)
    call = open_from_prep(desk, file.id)
    with call.file:
        call.begin()
        state = call.session.state
        assert state.points("score") == 15.0
        offered = ending_choices(CallContext(call.session.playbook, state, 0.0))
        assert [(ending.outcome.id, ending.is_proposed, ending.unmet) for ending in offered] == [
            ("no_bid", False, ("points.score < 12",)),
            ("bid", True, ()),
        ]


def test_a_prep_is_used_once_unless_it_is_named(shell: Shell) -> None:
    shell.prep("--account", "Acme", "--hypothesis", "money is there")
    prep = open_prep_id(shell.desk.store, "")
    call = open_from_prep(shell.desk, prep)
    with call.file:
        call.begin()
    with pytest.raises(CannotOpen, match="no open prep with Acme"):
        open_prep_id(shell.desk.store, "Acme")
    ended = shell.events(prep)[-1]
    assert isinstance(ended, Ended)
    assert ended.record == {"call": call.file.id}
    again = open_from_prep(shell.desk, prep, OpenRequest(people=("Zoe",)))
    with again.file:
        again.begin()
        assert again.session.state.started is not None
        assert again.session.state.started.people == ("Zoe",)
    assert sum(isinstance(event, Ended) for event in shell.events(prep)) == 1


def test_an_interrupted_call_keeps_its_plan(shell: Shell) -> None:
    shell.prep("--account", "Acme", "--reword", "trigger=Why now?")
    call = open_from_prep(shell.desk, open_prep_id(shell.desk.store, ""))
    call.begin()
    call.file.close()
    again = shell.desk.resume(call.file.id)
    with again.file:
        trigger = again.session.playbook.question("trigger")
        assert trigger is not None
        assert trigger.text == "Why now?"
        again.session.reload(shell.desk.load_playbook("first_call"))
        trigger = again.session.playbook.question("trigger")
        assert trigger is not None
        assert trigger.text == "Why now?"


def test_a_call_is_not_a_prep(shell: Shell) -> None:
    with pytest.raises(CannotOpen, match="is not a prep"):
        open_from_prep(shell.desk, earlier(shell))
    with pytest.raises(CannotOpen, match="call not found"):
        open_from_prep(shell.desk, "2026-01-01T0000-00000000")


def test_promises_of_a_prep_do_not_count(shell: Shell) -> None:
    shell.prep("--account", "Acme", "--hypothesis", "money is there")
    events = shell.events(open_prep_id(shell.desk.store, "Acme"))
    assert fold(events).promises == ()
    assert not any(isinstance(event, Prepared) for event in events)
    assert sum(isinstance(event, PlanSet) for event in events) == 1


def test_an_invitation_starts_the_prep(tmp_path: Path, capsys: pytest.CaptureFixture[str], run: Run) -> None:
    invite = str(Path(__file__).parents[1] / "services" / "invitations" / "google.ics")
    data = ["--data", str(tmp_path)]
    assert cli.main(["prep", "--invite", invite, "--markdown", *data]) == 1
    assert "Fieldworks or Northwind (use --account, or set your own address" in capsys.readouterr().err
    assert (
        cli.main(["prep", "--invite", invite, "--account", "Northwind Clinic", "--json", *data[:1], f"{tmp_path}/o"])
        == 0
    )
    named = json.loads(capsys.readouterr().out)
    assert [person["name"] for person in named["people"]] == ["Dana Smith", "Ola Berg"], "those of that company"
    run("settings", "--email", "jo@fieldworks.example", *data)
    for _ in range(2):  # the second time it resumes the same prep and adds nothing
        sheet = json.loads(run("prep", "--invite", invite, "--json", *data).out)
        assert sheet["account"] == "Northwind"
        assert [person["name"] for person in sheet["people"]] == ["Dana Smith", "Ola Berg"]
        assert sheet["meeting"] == {
            "starts_at": "2026-12-01T14:00:00+00:00",
            "minutes": "45",
            "link": "https://meet.google.com/abc-defg-hij",
            "title": "Northwind <> Fieldworks",
        }
        assert sheet["minutes"] == 45
    assert len(CallStore(tmp_path).summaries()) == 1
    assert "45 min" in run("prep", "--invite", invite, "--markdown", *data).out
    assert "salesnerd settings --invites DIR" in run("prep", "--invite", "next", "--markdown", *data, status=1).err
