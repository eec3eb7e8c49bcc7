"""From the start page to a prep, its call and a rehearsal."""

from __future__ import annotations

from pathlib import Path

from test_home import House, a_call, at_home
from textual import events

from salesnerd_tui.call.events import Mode
from salesnerd_tui.tui.screens.live import LiveScreen
from salesnerd_tui.tui.screens.prep import PrepScreen
from salesnerd_tui.tui.screens.rehearsal import RehearsalScreen


async def prepares(house: House) -> None:
    await house.press("p")
    await house.sees("PICK A PLAYBOOK")
    await house.press("enter")
    await house.sees("account")
    await house.type("Acme")
    await house.press("enter", "enter", "enter")
    await house.sees("What do you believe about them")


async def test_prep_is_on_the_start_page_and_enter_starts_its_call(tmp_path: Path) -> None:
    async with at_home(tmp_path) as house:
        await prepares(house)
        assert isinstance(house.app.screen, PrepScreen)
        await house.press("q")
        await house.sees("prepared 1 min ago · First discovery call")
        await house.press("enter")
        await house.sees("Thanks for making the time")
        screen = house.app.screen
        assert isinstance(screen, LiveScreen)
        assert screen.session.state.prepared
        await house.press("q", "q")
        await house.sees("open, ")
        assert "prepared" not in house.shown


async def test_rehearsal_takes_three_keys(tmp_path: Path) -> None:
    async with at_home(tmp_path) as house:
        await house.press("h")
        await house.sees("PICK A PLAYBOOK")
        await house.press("enter")
        await house.sees("five minutes: silence")
        await house.press("enter")
        await house.sees("Dana")
        screen = house.app.screen
        assert isinstance(screen, RehearsalScreen)
        started = screen.session.state.started
        assert started is not None
        assert started.mode is Mode.REHEARSE
    screen.call.file.close()


async def test_lists_and_form_name_their_purpose(tmp_path: Path) -> None:
    async with at_home(tmp_path, (80, 24)) as house:
        await house.press("n")
        await house.sees("NEW CALL: PICK A PLAYBOOK")
        await house.press("enter", "down", "down")
        await house.sees("NEW CALL: FIRST DISCOVERY CALL")
        await house.sees("enter starts the call")
        await house.press("escape", "escape", "escape", "p")
        await house.sees("PREPARE: PICK A PLAYBOOK")
        await house.press("enter", "down", "down")
        await house.sees("enter opens the prep")
        await house.press("escape", "escape", "escape", "h")
        await house.sees("REHEARSE: PICK A PLAYBOOK")
        await house.press("enter")
        shown = " ".join(house.shown.split())
        assert "Friendly, busy, wants to be done by half past." in shown, "the whole text of the selected row"


async def test_drill_starts_from_the_list(tmp_path: Path) -> None:
    async with at_home(tmp_path) as house:
        await house.press("h")
        await house.sees("PICK A PLAYBOOK")
        await house.press("enter")
        await house.type("promise")
        await house.press("enter")
        await house.sees("promise drill")
        screen = house.app.screen
        assert isinstance(screen, RehearsalScreen)
    screen.call.file.close()


async def test_known_account_and_people_are_not_typed_again(tmp_path: Path) -> None:
    a_call(tmp_path, "Acme", ended=True)
    a_call(tmp_path, "Borealis", ended=True)
    async with at_home(tmp_path) as house:
        await house.press("p", "enter")
        await house.sees("Borealis · Acme")
        await house.type("ac")
        await house.press("pagedown")
        await house.sees("> Acme")
        await house.press("enter")
        await house.sees("> Dana, VP Eng")
        await house.press("enter", "enter")
        await house.sees("MUST-ASK QUESTIONS")
        screen = house.app.screen
        assert isinstance(screen, PrepScreen)
        assert (screen.view.account, screen.view.people) == ("Acme", ("Dana, VP Eng",))
        await house.sees("A clear no after")


async def test_arrows_move_between_fields_that_keep_their_text(tmp_path: Path) -> None:
    async with at_home(tmp_path) as house:
        await house.press("n", "enter")
        await house.sees("account")
        await house.type("Acme")
        await house.press("down")
        await house.type("Tony, CEO; Pepper")
        await house.press("up")
        await house.sees("> Acme")
        await house.press("tab")
        await house.sees("> Tony, CEO; Pepper")
        await house.press("tab", "shift+tab", "down", "enter")
        await house.sees("Acme · Tony, CEO · Pepper")
        assert isinstance(house.app.screen, LiveScreen)


async def test_prep_remembers_the_source_of_its_call(tmp_path: Path) -> None:
    captions = tmp_path / "captions.txt"
    captions.write_text("Kim: What happened that made you look at this now?\nDana: The auditor found it twice.\n")
    async with at_home(tmp_path / "data") as house:
        await house.press("p", "enter")
        await house.sees("account")
        await house.press("enter", "enter")
        await house.type(str(tmp_path / "nowhere.txt"))
        await house.press("enter")
        await house.sees("What do you believe about them")
        await house.press("C")
        await house.sees("nowhere.txt")
        assert isinstance(house.app.screen, PrepScreen)
        await house.press("L", "ctrl+u")
        await house.type(str(captions))
        await house.press("enter", "C")
        await house.sees("Kim")
        screen = house.app.screen
        assert isinstance(screen, LiveScreen)
        assert screen.call.source is not None


async def test_keys_after_starting_a_prepared_call_go_to_the_call(tmp_path: Path) -> None:
    async with at_home(tmp_path) as house:
        await prepares(house)
        screen = house.app.screen
        assert isinstance(screen, PrepScreen)
        for key, character in (
            ("C", "C"),
            ("n", "n"),
            ("enter", None),
            *((each, each) for each in "twice"),
            ("enter", None),
        ):
            house.app.post_message(events.Key(key, character))
        await house.sees("twice")
        live = house.app.screen
        assert isinstance(live, LiveScreen)
        assert [note.text for note in live.session.state.notes["trigger"]] == ["twice"]
