"""Questions whose ids are renamed during a call: with the old id under `aliases`, nothing else changes."""

from __future__ import annotations

import pytest
from call_story import PLAYBOOK, Call
from msgspec import Struct, to_builtins
from msgspec.structs import replace

from salesnerd_tui.call import actions, plan, traversal, view
from salesnerd_tui.call.events import Answered, Jumped, Origin
from salesnerd_tui.playbook.model import Ask, Item, Playbook, Priority
from salesnerd_tui.review.debrief.builder import coverage

PREFIX = "now_"


def rename(playbook: Playbook) -> Playbook:
    """Return the playbook with another id for every question."""

    def renamed(items: tuple[Item, ...]) -> tuple[Item, ...]:
        return tuple(
            replace(item, id=PREFIX + item.id, aliases=(*item.aliases, item.id)) if isinstance(item, Ask) else item
            for item in items
        )

    detours = {id: replace(detour, agenda=renamed(detour.agenda)) for id, detour in playbook.detours.items()}
    return replace(playbook, agenda=renamed(playbook.agenda), detours=detours)


def shown(value: object) -> object:
    """Return a value as plain data, with the old ids."""
    if isinstance(value, Struct):
        return shown({name: getattr(value, name) for name in value.__struct_fields__ if name != "playbook"})
    if isinstance(value, dict):
        return {key: shown(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [shown(each) for each in value]
    return value.removeprefix(PREFIX) if isinstance(value, str) else to_builtins(value, str_keys=True)


def halfway() -> Call:
    """Return a call with an answer, a question without a note, a skipped one, and words that were heard."""
    call = Call().jump("trigger").answer("trigger", "My boss asked")
    call.record(Answered(call.at, "trigger", "What happened?", note="It broke in March", how=Origin.HEARD))
    return call.jump("cost").go_next().skip()


@pytest.mark.parametrize("place", ["trigger", "cost", "nice", "do_nothing", "verdict"])
def test_a_renamed_question_keeps_its_note_its_tick_and_its_place(place: str) -> None:
    call = halfway()
    if call.item != place:
        call.jump(place)
    before = view.view(call.context), view.jump_rows(call.context), coverage(call.state, call.playbook)
    call.playbook = rename(PLAYBOOK)
    after = view.view(call.context), view.jump_rows(call.context), coverage(call.state, call.playbook)
    assert shown(after) == shown(before)


def test_a_renamed_must_ask_that_was_asked_without_a_note_is_not_open() -> None:
    call = halfway()
    call.playbook = rename(PLAYBOOK)
    assert [ask.id for ask in traversal.unasked_musts(call.playbook, call.state)] == ["now_verdict"]


def test_a_renamed_question_heard_again_does_not_move_the_call() -> None:
    call = halfway()
    call.playbook = rename(PLAYBOOK)
    assert actions.record_heard_question(call.context, "now_cost", follow=True) == ()


def test_words_heard_under_the_old_id_fill_a_slot_of_the_new_one() -> None:
    call = halfway()
    call.playbook = rename(PLAYBOOK)
    told = traversal.fill("You said: {now_trigger}.", call.playbook, call.state)
    assert told == "You said: “It broke in March”."


def test_a_question_removed_after_it_was_renamed_leads_to_the_one_below() -> None:
    call = halfway().jump("cost")
    before = rename(PLAYBOOK)
    agenda = tuple(item for item in before.agenda if getattr(item, "id", "") != "now_cost")
    call.playbook = replace(before, agenda=agenda)
    [jumped] = actions.keep_place(call.context, before)
    assert isinstance(jumped, Jumped)
    assert jumped.to.item == "now_nice"


def test_the_plan_of_a_prep_still_applies_to_renamed_questions() -> None:
    call = Call()
    call.record(*plan.set_must(call.context, "decider"), *plan.reword(call.context, "cost", "What was the damage?"))
    call.record(*plan.add_hypothesis(call.context, "nobody counted", "cost"))
    planned = plan.apply_plan(rename(PLAYBOOK), plan.plan_from_events(call.state.plan))
    cost, decider = planned.question("now_cost"), planned.question("now_decider")
    assert cost is not None
    assert decider is not None
    assert (cost.text, cost.listen_for) == ("What was the damage?", ("test: nobody counted",))
    assert decider.priority is Priority.MUST
