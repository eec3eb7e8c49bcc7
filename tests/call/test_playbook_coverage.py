"""Coverage of a playbook: what its tests and buyers leave unvisited."""

from __future__ import annotations

from call_story import PLAYBOOK
from msgspec.structs import replace

from salesnerd_tui.call.simulator import UncoveredItems, trials, untested
from salesnerd_tui.playbook.model import Ask, Buyer, Detour, Playbook, PlaybookTest, SourceLocation


def test_a_playbook_without_tests_is_wholly_untested() -> None:
    left = untested(PLAYBOOK, ())
    assert left.questions[:2] == ("trigger", "cost")
    assert "do_nothing: Me" in left.answers
    assert left.detours == ("demo", "price", "later", "deep")
    assert left.outcomes == ("next_step", "not_now", "part_friends")


def test_what_a_test_or_a_buyer_visits_is_tested() -> None:
    tested = replace(
        PLAYBOOK,
        tests=(PlaybookTest("it", picks={"verdict": "Yes"}),),
        buyers={"dana": Buyer("dana", picks={"trigger": "You called me"})},
    )
    left = untested(tested, trials(tested))
    assert left.outcomes == ("part_friends",)
    assert "trigger: You called me" not in left.answers
    assert "trigger: An audit" in left.answers


def test_a_shared_library_is_tested_where_it_is_at_home() -> None:
    own, shared = SourceLocation("mine.yaml", 3, 1), SourceLocation("common/detours.yaml", 9, 1)
    playbook = Playbook(
        "p",
        "P",
        agenda=(Ask("a", "A?", spot=own), Ask("b", "B?", spot=shared)),
        detours={"x": Detour("x", (), spot=shared), "y": Detour("y", (), spot=own)},
        sources=("mine.yaml", "common/detours.yaml"),
    )
    assert untested(playbook, ()) == UncoveredItems(("a",), (), ("y",), ())
