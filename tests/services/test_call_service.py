"""Opening calls with a playbook outside the playbook folders: the call stores its path and finds the file again."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from salesnerd_tui.call import actions
from salesnerd_tui.call.actions import CannotAct
from salesnerd_tui.call.events import FloorTaken, Heard, Mode, Recalled, Side, SourceChanged, SourceState
from salesnerd_tui.call_session import start_event
from salesnerd_tui.playbook.folders import builtin_folder
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.playbook.model import BuyingJob
from salesnerd_tui.services.account import read_buying_process
from salesnerd_tui.services.call_service import CallService, OpenRequest, read_stored_call
from salesnerd_tui.services.call_status import SaveReceipts, call_warning, listening_status
from salesnerd_tui.services.prep import read_earlier_calls
from salesnerd_tui.services.rehearsal import RehearsalRequest, open_rehearsal
from salesnerd_tui.storage.call_store import CallStore, add_events

TEXT = """\
playbook: mine
agenda:
  - ask: What happened?
    id: happened
    buying_job: problem
  - ask: Who else decides?
    id: decides
    priority: must
buyers:
  dana:
    says: {happened: It broke.}
"""


@pytest.fixture
def service(tmp_path: Path) -> CallService:
    return CallService(Library([builtin_folder()]), CallStore(tmp_path / "data"))


@pytest.fixture
def path(tmp_path: Path) -> str:
    file = tmp_path / "mine.yaml"
    file.write_text(TEXT, encoding="utf-8")
    return str(file)


def make_call(service: CallService, playbook: str) -> str:
    """Make a call in which the buyer answers the first question, and return its id."""
    call = service.open(OpenRequest(playbook, account="Acme"))
    call.begin()
    call.session.do(lambda context: actions.note(context, "It broke."))
    call.session.close()
    return call.file.id


def test_a_call_finds_its_playbook_when_it_is_resumed_or_read(service: CallService, path: str) -> None:
    call_id = make_call(service, path)
    resumed = service.resume(call_id)
    resumed.session.close()
    assert resumed.messages == ()
    assert resumed.session.playbook.question("happened") is not None
    stored = read_stored_call(service, call_id)
    assert stored.playbook is not None
    assert stored.playbook.id == "mine"


@pytest.mark.parametrize("began", ["", "soon", "10000-01-01", "0001-01-01T00:00:00+14:00"])
def test_a_call_without_a_valid_start_is_resumed(service: CallService, path: str, began: str) -> None:
    playbook = service.load_playbook(path)
    with service.store.create(datetime.now(UTC)) as file:
        add_events(file, [replace(start_event(playbook, Mode.LIVE, datetime.now(UTC)), started_at=began)], "lost")
    resumed = service.resume(file.id)
    resumed.begin()
    resumed.session.close()
    assert len(service.store.read(file.id).events) == 2


def test_a_rehearsal_finds_its_playbook_when_it_is_read(service: CallService, path: str) -> None:
    call = open_rehearsal(service, RehearsalRequest(path))
    call.begin()
    call.session.close()
    assert call.mode is Mode.REHEARSE
    assert read_stored_call(service, call.file.id).playbook is not None


def test_undo_does_not_forget_the_playbook(service: CallService, path: str) -> None:
    call = service.open(OpenRequest(path, account="Acme"))
    call.begin()
    with pytest.raises(CannotAct, match="nothing to undo"):
        call.session.undo()
    call.session.close()


def test_a_playbook_that_its_id_finds_is_stored_without_a_path(service: CallService) -> None:
    call = service.open(OpenRequest("first_call"))
    call.begin()
    call.session.close()
    assert call.session.state.plan == ()


def test_the_account_and_the_next_prep_read_the_playbook_of_an_earlier_call(service: CallService, path: str) -> None:
    make_call(service, path)
    process = read_buying_process(service.store, "Acme", date.today(), service.library)
    assert [card.job for card in process.jobs if card.words] == [BuyingJob.PROBLEM]
    last = read_earlier_calls(service, "Acme", date.today()).last
    assert last is not None
    assert "Who else decides?" in last.lesson


def test_an_answer_is_recalled_under_the_id_that_its_question_has_now(service: CallService, path: str) -> None:
    earlier = make_call(service, path)
    Path(path).write_text(TEXT.replace("id: happened", "id: trigger\n    aliases: [happened]"), encoding="utf-8")
    call = service.open(OpenRequest(path, account="Acme"))
    call.begin()
    found = call.recall()
    assert [(each.question, each.text, each.call) for each in found] == [("trigger", "It broke.", earlier)]
    call.session.record(Recalled(0.0, "happened", "It broke, said the prep.", "2026-01-09T1000-aa"))
    call.add_recalled(found)
    assert "trigger" not in call.session.state.notes, "what the prep has under the former id is newer"
    call.session.close()


def test_a_resumed_call_without_sound_does_not_warn_about_the_captions_of_before(
    service: CallService, path: str
) -> None:
    call = service.open(OpenRequest(path, account="Acme"))
    call.begin()
    call.session.hear(FloorTaken(30.0, Side.ME))
    call.session.hear(Heard(31.0, Side.THEM, "Dana", 30.0, 31.0, "It broke twice in October."))
    call.session.hear(SourceChanged(80.0, "talk.vtt", SourceState.LAGGING, "talk.vtt stopped growing 40 s ago"))
    before = call_warning(call, SaveReceipts())
    assert before is not None
    assert before.words == "talk.vtt stopped growing 40 s ago"
    call.session.close()
    resumed = service.resume(call.file.id)
    resumed.begin()
    after = call_warning(resumed, SaveReceipts(), talk_key="space switches speaker")
    resumed.session.close()
    assert after is not None
    assert (after.full_text, after.is_quiet) == ("no sound; space switches speaker", True)


def test_captions_in_which_one_side_has_spoken_were_heard(service: CallService, tmp_path: Path) -> None:
    captions = tmp_path / "talk.vtt"
    captions.write_text("WEBVTT\n", encoding="utf-8")
    call = service.open(OpenRequest("first_call", me=("Ida",), listen=str(captions), follow=True))
    call.begin()
    assert listening_status(call) == "listening to talk.vtt, nothing yet"
    call.session.hear(Heard(31.0, Side.ME, "Ida", 20.0, 31.0, "Let me begin with what made you look now."))
    assert listening_status(call) == ""
    call.session.close()
