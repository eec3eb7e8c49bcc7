"""Properties of every playbook: spellings that mean the same, defaults, and printing and reading again.

A merged playbook is printed as a file that means the same without its parents and libraries.
"""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesnerd_tui.call import actions, traversal
from salesnerd_tui.call.actions import CallContext
from salesnerd_tui.call.events import Event, Mode, Started
from salesnerd_tui.call.outcome import ending_choices
from salesnerd_tui.call.state import CallState, fold
from salesnerd_tui.playbook.folders import builtin_folder, list_library_ids
from salesnerd_tui.playbook.library import Library, LoadResult, load
from salesnerd_tui.playbook.lint.linter import lint
from salesnerd_tui.playbook.model import Ask, Cues, Playbook
from salesnerd_tui.playbook.yaml_tree import normalize_label
from salesnerd_tui.playbook.yaml_writer import format_merged
from thoroughness import examples

HERE = Path("language.yaml")
FOLDER = Path("no such folder")
WORDS = st.text(st.sampled_from("abc é:#,-'\"{}[]?!|>&*%@`"), min_size=1, max_size=12).filter(lambda text: text.strip())
LABELS = st.lists(
    WORDS.map(lambda text: f"x{text.strip()}"), min_size=1, max_size=4, unique_by=lambda text: text.casefold()
)
TEXTS = st.lists(WORDS.map(lambda text: text.strip()), min_size=1, max_size=3)
CUE_NAMES = ("why", "listen_for", "avoid", "link")


def read(text: str) -> LoadResult:
    loaded = load(HERE, [FOLDER], text)
    assert loaded.playbook is not None, (text, [str(one) for one in loaded.findings])
    return loaded


def playbook(text: str) -> Playbook:
    found = read(text).playbook
    assert found is not None
    return found


def question(text: str, id: str = "q") -> Ask:
    found = playbook(text).question(id)
    assert found is not None
    return found


def written(value: object) -> str:
    """Return a value as JSON, which is YAML in which every text is quoted."""
    return json.dumps(value, ensure_ascii=False)


@st.composite
def cues(draw: st.DrawFn) -> dict[str, object]:
    names = draw(st.sets(st.sampled_from(CUE_NAMES)))
    texts = {name: draw(TEXTS) for name in sorted(names)}
    return {name: found[0] if len(found) == 1 and draw(st.booleans()) else found for name, found in texts.items()}


@st.composite
def answers(draw: st.DrawFn) -> object:
    labels = draw(LABELS)
    acts = [
        draw(
            st.just({})
            | WORDS.map(str.strip)
            | TEXTS
            | st.fixed_dictionaries({"end": st.just("done")})
            | st.fixed_dictionaries({"follow_ups": TEXTS, "say": WORDS.map(str.strip)})
            | cues()
        )
        for _ in labels
    ]
    if draw(st.booleans()):
        return [label if act == {} else {label: act} for label, act in zip(labels, acts, strict=True)]
    return dict(zip(labels, acts, strict=True))


@st.composite
def files(draw: st.DrawFn) -> dict[str, object]:
    """Draw files with cues anywhere, lists of answers, defaults, conditions in `needs` and prompts in `capture`."""
    items: list[dict[str, object]] = []
    for number in range(draw(st.integers(1, 4))):
        if draw(st.booleans()):
            minutes = draw(st.sampled_from([8, "8m", "90s", "1:30"]))
            section: dict[str, object] = {"section": f"Section {number}", "minutes": minutes, **draw(cues())}
            if draw(st.booleans()):
                section["defaults"] = {"answers": draw(answers()), **draw(cues())}
            items.append(section)
        if draw(st.booleans()):
            items.append({"say": "Well.", "id": f"s{number}", **draw(cues())})
        ask: dict[str, object] = {"ask": "What?", "id": f"q{number}", **draw(cues())}
        if draw(st.booleans()):
            ask["answers"] = draw(answers())
        items.append(ask)
    needs = draw(st.lists(st.sampled_from(["ready", "q0 is known", 'q0 includes "x" or not ready']), unique=True))
    capture = draw(st.sampled_from(["day_on", ["day_on", "who"], {"day_on": "Which day?", "who": "Who?"}]))
    file: dict[str, object] = {
        "playbook": "X",
        draw(st.sampled_from(["agenda", "prep"])): items,
        "gates": {"ready": "q0 is known"},
        "outcomes": {"done": {"decision": "go", "needs": needs, "capture": capture}},
        "detours": {"demo": {"agenda": [{"ask": "Why?", "id": "d"}], "repeatable": False, **draw(cues())}},
    }
    if draw(st.booleans()):
        file["defaults"] = {"priority": "must", **draw(cues())}
    return file


def compared(value: object) -> object:
    """Return what a playbook says, without its id and where it was written."""
    if isinstance(value, msgspec.Struct):
        dropped = {"location", "digest", "sources"} | ({"id"} if isinstance(value, Playbook) else set())
        return {name: compared(getattr(value, name)) for name in value.__struct_fields__ if name not in dropped}
    if isinstance(value, dict):
        return {key: compared(each) for key, each in value.items()}
    return tuple(map(compared, value)) if isinstance(value, tuple) else value


@given(files())
@settings(max_examples=examples(200), deadline=None)
def test_a_printed_playbook_reads_the_same(file: dict[str, object]) -> None:
    first = read(written(file))
    assert first.playbook is not None
    assert compared(playbook(shown(first))) == compared(first.playbook)


def test_a_bracket_that_is_not_closed_belongs_to_the_label() -> None:
    asked = question("playbook: X\nagenda:\n  - ask: What?\n    id: q\n    answers:\n      a:[b>:\n        say: C\n")
    assert [answer.label for answer in asked.answers] == ["a:[b>"]


@given(LABELS)
@settings(max_examples=examples(100), deadline=None)
def test_a_list_of_answers_is_a_map_of_answers_that_lead_nowhere(labels: list[str]) -> None:
    def asked(value: object) -> Ask:
        return question(f"playbook: X\nagenda:\n  - ask: What?\n    id: q\n    answers: {written(value)}\n")

    as_list, as_map = asked(labels), asked({label: {} for label in labels})
    assert [answer.label for answer in as_list.answers] == labels
    assert [answer.label for answer in as_map.answers] == labels
    assert not any(answer.follow_ups or answer.end for answer in as_list.answers)


@given(TEXTS)
@settings(max_examples=examples(100), deadline=None)
def test_every_spelling_of_follow_ups_means_the_same(texts: list[str]) -> None:
    ways = [written(texts), written({"follow_ups": texts}), written({"follow_up": texts})]
    ways += [written(texts[0]), written({"follow_up": texts[0]})] if len(texts) == 1 else []
    head = "playbook: X\nagenda:\n  - ask: What?\n    id: q\n"
    found = [question(f"{head}    answers: {{It broke: {way}}}\n").answers[0].follow_ups for way in ways]
    assert set(found) == {tuple(texts)}
    assert question(f"{head}    follow_up: {written(texts)}\n").follow_ups == tuple(texts)


@given(cues(), cues(), cues())
@settings(max_examples=examples(150), deadline=None)
def test_a_question_wins_over_its_section_and_the_section_over_the_file(
    whole: dict[str, object], section: dict[str, object], own: dict[str, object]
) -> None:
    items = [{"section": "S", "defaults": section}, {"ask": "What?", "id": "q", **own}]
    found = question(written({"playbook": "X", "defaults": whole, "agenda": items}))
    expected = question(written({"playbook": "X", "agenda": [{"ask": "What?", "id": "q", **whole, **section, **own}]}))
    assert _cues(found) == _cues(expected)


def _cues(found: Cues) -> dict[str, object]:
    return {name: getattr(found, name) for name in CUE_NAMES}


@given(LABELS, LABELS)
@settings(max_examples=examples(150), deadline=None)
def test_own_answers_change_the_default_ones_only_if_they_share_a_label(usual: list[str], own: list[str]) -> None:
    items = [{"ask": "What?", "id": "q", "answers": own}]
    found = question(written({"playbook": "X", "defaults": {"answers": usual}, "agenda": items}))
    labels = [answer.label for answer in found.answers]
    shares = not {normalize_label(label) for label in usual}.isdisjoint(normalize_label(label) for label in own)
    assert len(labels) >= len(usual) if shares else labels == own


CONDITIONS = [
    "ready",
    "q is known",
    'q is "Yes, often"',
    "not ready",
    "points.fit >= 2",
    "q is known and points.fit < 9",
]


@given(st.lists(st.sampled_from(CONDITIONS), min_size=1, max_size=3, unique=True), st.integers(0, 2))
@settings(max_examples=examples(100), deadline=None)
def test_a_condition_in_needs_is_met_like_a_gate_with_it(conditions: list[str], pick: int) -> None:
    answers = {"Yes, often": {"points": {"fit": 2}}, "Hardly": {}}
    named = {f"g{number}": condition for number, condition in enumerate(conditions)}
    file = {
        "playbook": "X",
        "agenda": [{"ask": "What?", "id": "q", "answers": answers}, {"ask": "And?", "id": "more"}],
        "gates": {"ready": "q is known", **named},
        "outcomes": {
            "inline": {"decision": "go", "needs": conditions},
            "by_name": {"decision": "go", "needs": list(named)},
        },
    }
    asked = playbook(written(file))
    first = traversal.first_place(asked, CallState())
    events: list[Event] = [Started(0, asked.id, "", "", Mode.LIVE, first, "2026-03-01T10:00:00+00:00")]
    if pick:
        events += actions.pick(CallContext(asked, fold(events), 1), pick)
    found = {ending.outcome.id: ending for ending in ending_choices(CallContext(asked, fold(events), 2))}
    unmet = {named[name] for name in found["by_name"].unmet}
    assert set(found["inline"].unmet) == unmet


LIBRARY = Library([builtin_folder()])


def shown(loaded: LoadResult) -> str:
    assert loaded.context is not None
    return format_merged(loaded.context.tree, loaded.context.own)


@pytest.mark.parametrize("name", LIBRARY.ids())
def test_a_printed_playbook_means_the_same_on_its_own(name: str, tmp_path: Path) -> None:
    loaded = LIBRARY.load(name)
    again = lint(tmp_path / "shown.yaml", LIBRARY.folders, shown(loaded))
    assert again.playbook is not None, again.errors
    assert compared(again.playbook) == compared(loaded.playbook)
    assert "P108" not in {finding.code for finding in again.findings}


@pytest.mark.parametrize("name", list_library_ids(LIBRARY.folders))
def test_a_library_is_shown_as_one(name: str, tmp_path: Path) -> None:
    again = lint(tmp_path / "shown.yaml", LIBRARY.folders, shown(LIBRARY.load(name)))
    assert again.is_library
    assert again.errors == ()


CHILD = """\
playbook: Mine
extends: first_call
agenda:
  - ask: What brought you here?
    id: trigger
    answers: {Something broke: {label: It fell over}, Else: {points: 2}}
  - ask: "Who minds: really?"
    id: who_minds
    after: trigger
"""


def test_an_override_is_printed_in_its_inherited_place(tmp_path: Path) -> None:
    lines = [each.strip() for each in shown(lint(tmp_path / "mine.yaml", LIBRARY.folders, CHILD)).splitlines()]
    assert "- ask: What brought you here?" in lines
    assert 'Something broke: {follow_ups: "When did it last happen?", label: It fell over}' in lines
    assert "Else: {points: 2}" in lines
    assert lines.index('- ask: "Who minds: really?"') > lines.index("- ask: What brought you here?")
    assert not any(each.startswith(("extends:", "use:", "after:")) for each in lines)
