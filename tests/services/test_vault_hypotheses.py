"""Hypotheses in the vault: the account's note lists them, and deleted ones disappear."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from salesnerd_tui.call.events import Ended, Mode, Place, PlanKind, PlanSet, Started, Verdict
from salesnerd_tui.services.account import judge_latest
from salesnerd_tui.services.vault import update_vault
from salesnerd_tui.storage.call_store import CallStore
from salesnerd_tui.storage.forget import ForgetPlan, ForgottenName

BELIEF = "Dana decides *alone*"


@pytest.fixture
def store(tmp_path: Path) -> CallStore:
    """A store with a vault and two ended calls, the later of which has a verdict on the belief of both."""
    (tmp_path / "vault").mkdir()
    store = CallStore(tmp_path / "data")
    store.settings.set("vault", str(tmp_path / "vault"))
    store.settings.wait()
    for day in (2, 3):
        began = datetime(2026, 11, day, 10, tzinfo=UTC)
        with store.create(began, "Acme") as file:
            started = Started(0, "first_call", "First", "", Mode.LIVE, Place(None), began.isoformat(), "Acme")
            plan = PlanSet(0, PlanKind.HYPOTHESIS, "", BELIEF)
            file.save([started, plan, Ended(60, "not_now", "not-yet")], lambda _: None)
    judge_latest(store, "Acme", "dana", Verdict.AGAINST, "[Omar](http://x) signs")
    assert update_vault(store).problems == ()
    return store


def note(store: CallStore) -> str:
    return (store.folder.parent / "vault" / "Accounts" / "Acme.md").read_text()


def test_the_accounts_note_lists_hypotheses_and_words_are_no_markdown(store: CallStore) -> None:
    assert r"- weakened: Dana decides \*alone\* · “\[Omar\](http" in note(store)
    assert note(store).count("Dana decides") == 1
    assert update_vault(store).written == 0, "a second update changes nothing"


def forget_name(store: CallStore) -> None:
    plan = ForgetPlan(names=(ForgottenName("Dana"), ForgottenName("Omar")))
    store.carry_out(store.preview(plan).plan)


def forget_latest(store: CallStore) -> None:
    store.forget(store.summaries()[0].id)


@pytest.mark.parametrize(
    ("forget", "left"),
    [(forget_name, "weakened: (forgotten) decides"), (forget_latest, "untested since 2 Nov 2026: Dana decides")],
)
def test_what_is_forgotten_is_gone_from_the_note(
    store: CallStore, forget: Callable[[CallStore], None], left: str
) -> None:
    forget(store)
    assert not list((store.folder.parent / "vault").rglob("Acme.md")), "gone at once, and written again by an update"
    update_vault(store)
    assert "Omar" not in note(store)
    assert left in note(store).replace("\\", "")
