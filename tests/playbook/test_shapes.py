"""Fields, kinds and items: each error has one finding at the wrong word."""

from __future__ import annotations

from pathlib import Path

import pytest

from salesnerd_tui.playbook import folders
from salesnerd_tui.playbook.fields import FIELD_NAMES, FILE, ITEMS
from salesnerd_tui.playbook.folders import default_folders, find_file, user_folders
from salesnerd_tui.playbook.ids import IdGenerator, slugify
from salesnerd_tui.playbook.library import Library, load
from salesnerd_tui.playbook.lint.linter import lint, lint_by_name, lint_files
from salesnerd_tui.playbook.lint.rule import OUTCOMES, sample
from salesnerd_tui.playbook.unknown_field import SYNONYMS

ASK = "- ask: What happened?\n  id: trigger\n"

SLIPS = [
    (
        sample(ASK + "  answers:\n    It broke: {follow_up: Who, and so: when, or not}\n"),
        "P107",
        '"Who, and so: when, or not"',
    ),
    (sample(ASK + "  answers:\n    It broke: {follow_up: Who, and so: when}\n"), "P111", '"Who, and so: when"'),
    (sample(ASK + "- say: [Who?, What?]\n  id: said\n"), "P112", '"[Who?, What?]"'),
    (sample(ASK + "  follow_ups: [Who came, and when, if ever, Why]\n"), "P107", '"Who came, and when, if ever"'),
    (sample(ASK + "  follow_ups: [What then: when]\n"), "P101", '"What then: when"'),
    (sample("", "tests:\n  - {it: waits, notes: {verdict: }, ends: later}\n"), "P112", 'write ""'),
    (sample(ASK + "  when: [a]\n"), "P112", "when"),
    (sample(ASK + "  why:\n"), "P112", "empty"),
    (sample(ASK + "  priority: mist\n"), "P112", "priority"),
    (sample(ASK + "  repeatable: perhaps\n"), "P112", "yes or no"),
    (sample(ASK + "  fills: blocker\n"), "P112", "did you mean 'blockers'?"),
    (sample(ASK + "  fills: [steps, golive]\n"), "P112", "did you mean 'go_live'?"),
    (sample(ASK + "  fills: reason, steps\n"), "P116", "[reason, steps]"),
    (sample(ASK + "  fills: everything\n"), "P112", "one of: reason"),
    (sample(ASK + "  fills: {steps: yes}\n"), "P112", "one or more of a few words"),
    (sample(ASK + "  weight: many\n"), "P112", "a number"),
    (sample(ASK + "  weight: [1]\n"), "P112", "weight"),
    (sample(ASK + "  weight: {Fit: 1}\n"), "P112", "fit"),
    (sample(ASK + "  weight: {fit: many}\n"), "P112", "a number"),
    (sample(ASK + "  points: 1\n"), "P113", "an answer"),
    (sample(ASK + "  listen_for: {a: b}\n"), "P112", "listen_for"),
    (sample(ASK + "  follow_ups:\n    - Who was there: all?\n"), "P101", "colon"),
    (sample(ASK + "  listen_for: [Who came, and when]\n"), "P107", "comma"),
    (sample(ASK + "  aliases: Old-Name\n"), "P112", "old_name"),
    (sample(ASK + "  aliases: reason, why_now\n"), "P116", "[reason, why_now]"),
    (sample(ASK, outcomes=OUTCOMES.replace("[revisit_on]", "'revisit_on, gap'")), "P116", "[revisit_on, gap]"),
    (sample(ASK, "tests:\n  - {it: asks, asks: 'trigger, verdict', ends: part}\n"), "P116", "[trigger, verdict]"),
    (sample(ASK, "tests:\n  - it: is fit\n    met: points >= 3, trigger is known\n"), "P116", "[points >= 3, trigger"),
    (sample(ASK, head="tags: quick, inbound"), "P116", "[quick, inbound]; if it is one phrase"),
    (sample(ASK, "coach:\n  never_say: to be fair, honestly\n"), "P116", "[to be fair, honestly]"),
    (sample("- ask: Who?\n  id: name\n"), "P112", "name"),
    (sample("- ask: Who?\n  id: Who Is\n"), "P112", "who_is"),
    (sample("- ask: #1 question\n  id: first\n"), "P103", "#1 question"),
    (sample("- What do you need?\n"), "P110", "- ask: What do you need?"),
    (sample("- []\n"), "P110", "section"),
    (sample("- {}\n"), "P110", "section"),
    (sample("- {ask: Who?, say: Me., id: who}\n"), "P110", "both"),
    (sample("- why: Because\n"), "P110", "section"),
    (sample(ASK + "  answers: Some, others\n"), "P112", "[Some, others]"),
    (sample(ASK + "  answers: [A, {}, B]\n"), "P112", "one label"),
    (sample(ASK + "  answers: [A, a]\n"), "P106", "duplicate answer"),
    (
        sample(ASK, "detours:\n  demo: {they_say: Show us, once: yes, agenda: [{say: Yes.}]}\n"),
        "P111",
        "repeatable: no",
    ),
    (sample(ASK, head="format: new"), "P112", "a number"),
    (sample(ASK, head="format: [2]"), "P112", "a number"),
    (sample(ASK, outcomes=OUTCOMES.replace("[revisit_on]", "{Day On: When}")), "P112", "day_on"),
    (sample(ASK + "  answers:\n    It broke: {goto: verdict, end: part}\n"), "P112", "one place"),
    (sample(ASK + "  answers:\n    It broke: A\n    it  BROKE: B\n"), "P106", "duplicate answer"),
    (sample(ASK + '  answers:\n    "": A\n'), "P106", "without words"),
    (sample(ASK + "  answers:\n    It broke: {ends: part}\n"), "P111", "end"),
    (sample(ASK + "  minutes: 5\n"), "P113", "a section"),
    (sample(ASK, "detours: [demo]\n"), "P112", "detours"),
    (sample(ASK, "detours:\n  demo: Show us\n"), "P112", "demo"),
    (sample(ASK, "detours:\n  demo: {they_say: Show us}\n"), "P112", "agenda"),
    (sample(ASK, "detours:\n  demo: {they_say: Show us, key: n, agenda: [{say: Yes.}]}\n"), "P112", "one letter"),
    (sample(ASK, "detours:\n  demo: {they_say: Show us, key: dd, agenda: [{say: Yes.}]}\n"), "P112", "one letter"),
    (sample(ASK, "gates: trigger is known\n"), "P112", "gates"),
    (sample(ASK, "gates: {real: [a]}\n"), "P112", "real"),
    (sample(ASK, outcomes=OUTCOMES.replace("no-go", "nogo")), "P112", "no-go"),
    (sample(ASK, outcomes=OUTCOMES.replace("decision: go", "capture: [on]")), "P112", "decision"),
    (sample(ASK, outcomes="outcomes: go\n"), "P112", "outcomes"),
    (sample(ASK, "coach: fast\n"), "P112", "coach"),
    (sample(ASK, "coach: {max_talk_ratio: 400%}\n"), "P112", "share"),
    (sample(ASK, "coach: {max_monologue: soon}\n"), "P112", "60s"),
    (sample(ASK, "coach: {jargon: [API]}\n"), "P112", "jargon"),
    (sample(ASK, "tests: none\n"), "P112", "tests"),
    (sample(ASK, "tests: [none]\n"), "P112", "tests"),
    (sample(ASK, "tests: [{ends: part}]\n"), "P112", "add `it:`, what the test shows"),
    (sample(ASK, "buyers:\n  dana: {interrupts: often}\n"), "P112", "interrupts"),
    (sample(ASK, head="lang: English please"), "P112", "language"),
    (sample(ASK, head="minutes: half an hour"), "P112", "a length"),
    (sample(ASK, head="use: [common/detours.yaml]"), "P112", "extension"),
    (sample(ASK, head="use: [../secret]"), "P112", "inside"),
    (sample(ASK, head="extends: /etc/passwd"), "P112", "inside"),
    (sample(ASK, "questions: []\n"), "P113", "library"),
    ("library: L\nagenda:\n  - ask: A?\n    id: a\n", "P113", "playbook"),
    ("library: L\nquestions:\n  - section: Hello\n", "P110", "ask"),
    ("playbook: A\nlibrary: B\n", "P110", "both"),
    ("goal: None\nagenda: []\n", "P110", "playbook"),
    ("playbok: A\nagenda: []\n", "P111", "playbook"),
    ("playbook: A\n", "P112", "agenda"),
    ("playbook: A\nagendas: []\n", "P111", "agenda"),
    ("playbook: A\nagenda: Talk\n", "P112", "- "),
    (
        sample(ASK, outcomes=OUTCOMES.replace("decision: go", "decision: [go]", 1)),
        "P112",
        "found a list write it without brackets: go",
    ),
    (sample(ASK, head="minutes: 1,5 h"), "P112", "write 1.5"),
    (sample(ASK, head="minutes: [30]"), "P112", "without brackets: 30"),
    (sample(ASK, head="minutes: null"), "P112", "'minutes' is empty"),
    (sample("- ask: ~\n  id: nothing\n"), "P112", "'ask' is empty"),
    (sample("- ask: How big?\n  id: größe\n"), "P112", "grosse"),
    (
        sample(ASK, "gates: {real: [trigger is known, verdict is known]}\n"),
        "P112",
        "trigger is known and verdict is known",
    ),
    (sample(ASK, "gates: {real: {when: trigger is known}}\n"), "P112", "only the condition"),
    (sample(ASK + "  answers: {It broke: {end: [part, later]}}\n"), "P112", "write one of them: part"),
    (sample(ASK + "  type: scale\n  answers: 1-5\n"), "P112", "[1, 2, 3, 4, 5]"),
    (sample(ASK + "  answers:\n    It broke:\n      - goto: verdict\n"), "P101", "without dashes: `goto: …`"),
    (sample(ASK + "  answers: {It broke: {points.fit: 2}}\n"), "P111", "`points: {fit: …}`"),
    (sample(ASK, "coach:\n  jargon:\n    - SLA: what we pay\n"), "P112", "without a dash"),
    (sample(ASK, "buyers:\n  dana: {interrupts: [demo]}\n"), "P112", "`{after: …, with: …}`"),
    (sample(ASK, "tests:\n  - it: waits\n    expect: later\n"), "P111", "here it is called 'ends'"),
    (sample(ASK, "vars: {Our Product: Billpad}\n"), "P112", "our_product"),
    (sample(ASK, "vars: {account: Acme}\n"), "P112", "always filled in"),
    (sample(ASK, outcomes=OUTCOMES.replace("[revisit_on]", "[revisit_on: When?]")), "P112", "`{revisit_on: …}`"),
    (sample(ASK, head="use: common/words, common/detours"), "P116", "[common/words, common/detours]"),
    (sample(ASK, head="use: [./common/words]"), "P112", "write 'common/words'"),
    # Words of other formats.
    (sample(ASK + "  if: trigger is known\n"), "P111", "here it is called 'when'"),
    (sample(ASK + "  required: true\n"), "P111", "here it is called 'priority: must'"),
    (sample(ASK + "  options: [a, b]\n"), "P111", "here it is called 'answers'"),
    (sample(ASK + "  followup: [Why?]\n"), "P111", "here it is called 'follow_ups'"),
    (sample(ASK + "  answers: {It broke: {next: verdict}}\n"), "P111", "here it is called 'goto'"),
    (sample(ASK + "  answers: {It broke: {next: [When?, Who?]}}\n"), "P111", "here it is called 'follow_ups'"),
    (sample(ASK + "  answers: {It broke: {then: When was it?}}\n"), "P111", "here it is called 'follow_ups'"),
    (sample(ASK, outcomes=OUTCOMES.replace("go}", "go, gate: [real]}", 1)), "P111", "here it is called 'needs'"),
    (sample(ASK, head="mins: 30"), "P111", "here it is called 'minutes'"),
    (sample(ASK, "digressions: {}\n"), "P111", "here it is called 'detours'"),
    (sample(ASK, "never_say: [trust me]\n"), "P113", "write it under `coach:`, as `never_say: …`"),
    (sample(ASK + "  goto: verdict\n"), "P113", "it belongs to an answer, as in `What you hear: {goto: verdict}`"),
    ("playbook: A\nquestions:\n  - section: One\n  - ask: What?\n    id: what\nprep: []\n", "P113", "under `agenda:`"),
    (sample("- section: One\n  questions:\n    - ask: What?\n"), "P111", "follow it in the same list"),
    (sample(ASK + "  answers: often, never\n  type: choice\n"), "P112", "[often, never]"),
    (sample(ASK + "  choices: [often, never]\n"), "P111", "here it is called 'answers'"),
    (sample(ASK + "  follow_up: Why?\n  follow_ups: [Who?]\n"), "P106", "under 'follow_ups'"),
    (sample(ASK + "  replace: [answers]\n"), "P111", "`remove:` the inherited question"),
    (sample("- section: One\n  minutes: 5 to 8\n" + ASK), "P112", "write 5"),
    (sample('- ask: "How big"?\n  id: size\n'), "P102", "'\"How big\"?'"),
    (sample(ASK + "  answers: {It broke: {say: Well, that is bad}}\n"), "P107", '"Well, that is bad"'),
]


@pytest.mark.parametrize(("text", "code", "says"), SLIPS, ids=range(len(SLIPS)))
def test_an_error_is_reported_once_with_a_hint(tmp_path: Path, text: str, code: str, says: str) -> None:
    found = lint(tmp_path / "sample.yaml", [tmp_path], text).findings
    assert [one.code for one in found] == [code], [str(one) for one in found]
    assert says in f"{found[0].message} {found[0].hint} {found[0].fix}"
    assert found[0].location.end_column > found[0].location.column


@pytest.mark.parametrize("name", ["max_questions_in_a_row", "in_a_row_max"])
def test_a_removed_field_without_effect_does_not_stop_a_playbook(name: str, tmp_path: Path) -> None:
    path, text = tmp_path / "sample.yaml", sample(ASK, f"coach: {{{name}: 3}}\n")
    assert load(path, None, text).runnable_playbook is not None
    (found,) = lint(path, None, text).findings
    assert (found.code, found.is_error) == ("P111", False)
    assert "remove the line" in found.hint


def test_indentation_is_a_hint_only_in_block_maps(tmp_path: Path) -> None:
    for answers, hint in (
        ("{It broke: {priority: must}}", "it belongs to a question"),
        ("\n    It broke:\n      priority: must", "it belongs to a question: this line is indented too far"),
    ):
        (found,) = lint(tmp_path / "sample.yaml", [tmp_path], sample(f"{ASK}  answers: {answers}\n")).findings
        assert (found.code, found.hint) == ("P113", hint)


@pytest.mark.parametrize(
    ("first", "second", "says"),
    [("It broke: When?", "- Nothing: Why?", "has no dash"), ("- It broke: When?", "Nothing: Why?", "with a dash")],
)
def test_a_comment_is_not_reported_as_the_line_without_a_dash(
    tmp_path: Path, first: str, second: str, says: str
) -> None:
    text = (
        f"playbook: Sample\nagenda:\n  - ask: What broke?\n    answers:\n      {first}\n      # rare\n      {second}\n"
    )
    (found,) = lint(tmp_path / "sample.yaml", [tmp_path], text).findings
    assert (found.code, found.location.line) == ("P113", 7)
    assert found.hint.startswith("line 5 ")
    assert says in found.hint


def test_an_answer_may_do_nothing(tmp_path: Path) -> None:
    text = sample(ASK + "  answers:\n    It broke:\n    My boss asked: {}\n")
    playbook = lint(tmp_path / "sample.yaml", [tmp_path], text).playbook
    assert playbook is not None
    first, second = next(playbook.call_questions()).answers
    assert (first.follow_up, second.follow_up) == (None, None)


def test_a_single_text_is_a_list_of_one(tmp_path: Path) -> None:
    playbook = lint(
        tmp_path / "sample.yaml", [tmp_path], sample(ASK + "  follow_ups: Who?\n  phrasings: [Why now?]\n")
    ).playbook
    assert playbook is not None
    asked = next(playbook.call_questions())
    assert (asked.follow_ups, asked.phrasings) == (("Who?",), ("Why now?",))


def test_a_file_with_very_many_errors_still_has_errors(tmp_path: Path) -> None:
    text = sample("".join(f"- ask: What about {n}?\n  id: q{n}\n  wy: x\n" for n in range(400)))
    loaded = lint(tmp_path / "sample.yaml", [tmp_path], text)
    assert loaded.playbook is None
    assert 100 <= len(loaded.findings) <= 250


def test_slugs() -> None:
    assert slugify("What's the cost, in hours or money?") == "whats_the_cost_in"
    assert slugify("Größe?") == "groe" or slugify("Größe?").startswith("gro")
    assert slugify("3 people?") == "q_3_people"
    assert slugify("費用は？").startswith("q_")


def test_an_id_is_made_of_the_first_significant_words() -> None:
    ids = IdGenerator({"why"})
    assert [ids.generate("Why?"), ids.generate("Why?"), ids.generate("Why?")] == ["why_2", "why_3", "why_4"]
    assert ids.generate("How do you check that today?") == "check"
    assert ids.generate("What happened?") == "happened"
    assert ids.generate("Do you have problems with {account}'s billing?") == "problems_billing"
    assert ids.generate("What is your role?") == "their_role"


def test_every_field_says_what_it_means() -> None:
    for shape in (FILE, *ITEMS.values()):
        for field in shape.fields.values():
            assert field.meaning.endswith("."), field.name


def test_user_folders_take_precedence_over_the_built_in_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALESNERD_PLAYBOOKS", str(tmp_path))
    assert user_folders() == (tmp_path,)
    assert default_folders()[0] == tmp_path
    (tmp_path / "first_call.yml").write_text(sample(ASK))
    loaded = lint_by_name("first_call", Library())
    assert loaded.title == "Sample"
    assert "first_call" in Library().ids()
    monkeypatch.delenv("SALESNERD_PLAYBOOKS")
    assert user_folders()[0].name == "playbooks"


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "/etc/passwd", "a\0b", "a\\b", "x" * 5000])
def test_an_invalid_id_finds_no_file(tmp_path: Path, name: str) -> None:
    assert find_file(name, [tmp_path]) is None
    loaded = Library([tmp_path]).load(name or "nobody")
    assert loaded.playbook is None
    assert loaded.findings


def test_lint_takes_files_folders_and_ids_and_reports_missing_ones(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(sample("- ask: The cost?\n  id: cost\n  type: money\n"))
    (tmp_path / "b.yaml").write_text(sample("- ask: The cost?\n  id: cost\n  type: date\n"))
    library = Library([tmp_path])
    report = lint_files([str(tmp_path), "a", str(tmp_path / "b.yaml"), "nobody"], library)
    assert [one.code for one in report.findings] == ["P212"]
    assert report.missing == ("no such file or playbook: 'nobody' (list playbooks with: salesnerd playbook list)",)
    assert len(report.checked) == 2
    assert lint_files([], library).findings


FORMER_FIELDS = [
    (sample(ASK + "  also: Why now?\n"), "phrasings"),
    (sample(ASK + "  probes: Who?\n"), "follow_ups"),
    (sample(ASK + "  was: old\n"), "aliases"),
    (sample(ASK + "  again: yes\n"), "repeatable"),
    (sample(ASK + "  by: us\n"), "speaker"),
    (sample(ASK + "  job: problem\n"), "buying_job"),
    (sample(ASK + "  answers:\n    It broke: {probe: When?}\n"), "follow_ups"),
    (sample("- section: Why\n  each: {priority: must}\n" + ASK), "defaults"),
    (sample(ASK, "drift: {}\n"), "coach"),
    (sample(ASK, "coach: {you_talk_max: 40%}\n"), "max_talk_ratio"),
    (sample(ASK, "coach: {one_stretch_max: 60s}\n"), "max_monologue"),
    (sample(ASK, "coach: {unasked_product_talk_max: 20s}\n"), "max_unprompted_product_talk"),
    (sample(ASK, "coach: {late_after: 1m}\n"), "running_late_after"),
    (sample(ASK, "rehearsal: {}\n"), "buyers"),
    (sample(ASK, "detours:\n  demo: {hear: Show us, agenda: [{say: Yes.}]}\n"), "they_say"),
    (sample(ASK, "tests: [{it: runs, lit: [x]}]\n"), "met"),
    (sample(ASK, "tests: [{it: runs, dark: [x]}]\n"), "unmet"),
    (sample(ASK, "tests: [{it: runs, back_to: trigger}]\n"), "returns_to"),
    (sample(ASK, outcomes=OUTCOMES.replace("capture", "record")), "capture"),
    ("library: L\nparts:\n  - ask: Who?\n    id: who\n", "questions"),
    (sample("- section: Why\n  product_talk: locked\n" + ASK), "avoid"),
    (sample("- section: Why\n  product_talk: on_request\n" + ASK), "if_asked"),
    (sample("- section: Why\n  product_talk: open\n" + ASK), "allowed"),
]


@pytest.mark.parametrize(("text", "today"), FORMER_FIELDS, ids=[today for _, today in FORMER_FIELDS])
def test_a_former_name_is_an_error_that_gives_the_new_name(tmp_path: Path, text: str, today: str) -> None:
    (problem,) = [one for one in lint(tmp_path / "sample.yaml", [tmp_path], text).findings if one.severity == "error"]
    assert problem.hint == f"here it is called '{today}'"
    assert problem.fix == today


def test_every_synonym_means_a_field_that_exists() -> None:
    assert {field for meant in SYNONYMS.values() for field in meant} <= FIELD_NAMES


def test_a_named_playbook_is_found_without_reading_the_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tender.yaml").write_text(sample(ASK))
    text = sample(ASK + "  answers:\n    A tender landed: {switch: tender}\n")

    def read(_: object) -> dict[str, Path]:
        raise AssertionError("the folders are read")

    monkeypatch.setattr(folders, "list_files", read)
    assert load(tmp_path / "sample.yaml", [tmp_path], text).playbook is not None


UNLISTED = ("_b", "b", "c", "d", "sub/d", "g", "./a", "second//c", "second/./c", "second/../a", "a.yaml")


def test_only_what_is_listed_as_a_playbook_can_be_switched_to(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "first" / "second"
    (second / "sub").mkdir(parents=True)
    for path in (first / "a", first / "_b", second / "c", second / "sub" / "d", second / "g"):
        Path(f"{path}.yaml").write_text(sample(ASK))
    (first / "g.yaml").write_text("library: G\n")
    known = ["a", "second/c", "second/g", "second/sub/d"]
    assert sorted(folders.list_playbook_ids([first, second])) == known
    for name in (*known, *UNLISTED):
        text = sample(ASK + f"  answers:\n    A tender landed: {{switch: '{name}'}}\n")
        codes = {one.code for one in load(tmp_path / "sample.yaml", [first, second, tmp_path], text).findings}
        assert bool(codes) is (name in UNLISTED), (name, codes)
