"""From the start page to a prep, its call and a rehearsal."""

from __future__ import annotations

from pathlib import Path

from test_home import HomeStage, home_screen, store_call
from textual import events

from salesnerd_tui.call.events import Mode
from salesnerd_tui.tui.screens.live import LiveScreen
from salesnerd_tui.tui.screens.prep import PrepScreen
from salesnerd_tui.tui.screens.rehearsal import RehearsalScreen


async def open_prep_screen(stage: HomeStage) -> None:
    await stage.press("p", until="PICK A PLAYBOOK")
    await stage.press("enter", until="account")
    await stage.type("Acme", "enter", "enter", "enter", until="What do you believe about them")


async def test_prep_is_on_the_start_page_and_enter_starts_its_call(tmp_path: Path) -> None:
    async with home_screen(tmp_path) as stage:
        await open_prep_screen(stage)
        assert isinstance(stage.app.screen, PrepScreen)
        await stage.press("q", until="prepared 1 min ago · First discovery call")
        await stage.press("enter", until="Thanks for making the time")
        screen = stage.app.screen
        assert isinstance(screen, LiveScreen)
        assert screen.session.state.prepared
        await stage.press("q", "q", until="open, ")
        assert "prepared" not in stage.screen_text


async def test_a_playbook_is_found_by_its_tags(tmp_path: Path) -> None:
    async with home_screen(tmp_path) as stage:
        await stage.press("n", until="PICK A PLAYBOOK")
        await stage.type("negotiation", until="1 of ")
        assert "Price and commitments" in stage.screen_text


async def test_rehearsal_takes_three_keys(tmp_path: Path) -> None:
    async with home_screen(tmp_path) as stage:
        await stage.press("h", until="PICK A PLAYBOOK")
        await stage.press("enter", until="five minutes: silence")
        await stage.press("enter", until="Dana")
        screen = stage.app.screen
        assert isinstance(screen, RehearsalScreen)
        started = screen.session.state.started
        assert started is not None
        assert started.mode is Mode.REHEARSE
    screen.call.file.close()


async def test_lists_and_form_name_their_purpose(tmp_path: Path) -> None:
    async with home_screen(tmp_path, (80, 24)) as stage:
        await stage.press("n", until="NEW CALL: PICK A PLAYBOOK")
        await stage.press("enter", "down", "down", until="NEW CALL: FIRST DISCOVERY CALL")
        await stage.wait_for("enter starts the call")
        await stage.press("escape", "escape", "escape", "p", until="PREPARE: PICK A PLAYBOOK")
        await stage.press("enter", "down", "down", until="enter opens the prep")
        await stage.press("escape", "escape", "escape", "h", until="REHEARSE: PICK A PLAYBOOK")
        await stage.press("enter")
        shown = " ".join(stage.screen_text.split())
        assert "Friendly, busy, wants to be done by half past." in shown, "the whole text of the selected row"


async def test_drill_starts_from_the_list(tmp_path: Path) -> None:
    async with home_screen(tmp_path) as stage:
        await stage.press("h", until="PICK A PLAYBOOK")
        await stage.press("enter")
        await stage.type("promise", "enter", until="promise drill")
        screen = stage.app.screen
        assert isinstance(screen, RehearsalScreen)
    screen.call.file.close()


async def test_known_account_and_people_are_not_typed_again(tmp_path: Path) -> None:
    store_call(tmp_path, "Acme", ended=True)
    store_call(tmp_path, "Borealis", ended=True)
    async with home_screen(tmp_path) as stage:
        await stage.press("p", "enter", until="Borealis · Acme")
        await stage.type("ac", "pagedown", until="> Acme")
        await stage.press("enter", until="> Dana, VP Eng")
        await stage.press("enter", "enter", until="MUST-ASK QUESTIONS")
        screen = stage.app.screen
        assert isinstance(screen, PrepScreen)
        assert (screen.view.account, screen.view.people) == ("Acme", ("Dana, VP Eng",))
        await stage.wait_for("A clear no after")


async def test_arrows_move_between_fields_that_keep_their_text(tmp_path: Path) -> None:
    async with home_screen(tmp_path) as stage:
        await stage.press("n", "enter", until="account")
        await stage.type("Acme", "down")
        await stage.type("Tony, CEO; Pepper", "up", until="> Acme")
        await stage.press("tab", until="> Tony, CEO; Pepper")
        await stage.press("tab", "shift+tab", "down", "enter", until="Acme · Tony, CEO · Pepper")
        assert isinstance(stage.app.screen, LiveScreen)


async def test_prep_remembers_the_source_of_its_call(tmp_path: Path) -> None:
    captions = tmp_path / "captions.txt"
    captions.write_text("Kim: What happened that made you look at this now?\nDana: The auditor found it twice.\n")
    async with home_screen(tmp_path / "data") as stage:
        await stage.press("p", "enter", until="account")
        await stage.press("enter", "enter")
        await stage.type(str(tmp_path / "nowhere.txt"), "enter", until="What do you believe about them")
        await stage.press("C", until="nowhere.txt")
        assert isinstance(stage.app.screen, PrepScreen)
        await stage.press("L", "ctrl+u")
        await stage.type(str(captions), "enter", "C", until="Kim")
        screen = stage.app.screen
        assert isinstance(screen, LiveScreen)
        assert screen.call.source is not None


async def test_keys_after_starting_a_prepared_call_go_to_the_call(tmp_path: Path) -> None:
    async with home_screen(tmp_path) as stage:
        await open_prep_screen(stage)
        screen = stage.app.screen
        assert isinstance(screen, PrepScreen)
        for key, character in (
            ("C", "C"),
            ("n", "n"),
            ("enter", None),
            *((each, each) for each in "twice"),
            ("enter", None),
        ):
            stage.app.post_message(events.Key(key, character))
        await stage.wait_for("twice")
        live = stage.app.screen
        assert isinstance(live, LiveScreen)
        assert [note.text for note in live.session.state.notes["trigger"]] == ["twice"]
