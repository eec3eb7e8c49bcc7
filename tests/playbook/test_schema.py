"""The schema for editors agrees with the checker, and contains the author's own names."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from salesnerd_tui.playbook.fields import NameKind
from salesnerd_tui.playbook.folders import builtin_folder
from salesnerd_tui.playbook.json_schema import build_schema, update_schema
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.playbook.lint.linter import RULES
from salesnerd_tui.playbook.lint.rule import Sample
from salesnerd_tui.playbook.yaml_reader import read_text
from salesnerd_tui.playbook.yaml_tree import Map, Node, Seq
from salesnerd_tui.playbook.yaml_writer import SCHEMA_FILE

SCHEMA = build_schema(Library([builtin_folder()]), ["first_call"])
VALIDATOR = Draft7Validator(SCHEMA)
_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?")


def as_editor(node: Node) -> Any:
    """Return a tree as an editor reads it: YAML 1.2, in which `30` is a number and `No` is a text."""
    if isinstance(node, Map):
        return {key.text: as_editor(value) for key, value in node.entries.values()}
    if isinstance(node, Seq):
        return [as_editor(item) for item in node.items]
    if node.style:
        return node.text
    if node.is_null or node.text in ("~", "null", "Null", "NULL"):
        return None
    if node.text.lower() in ("true", "false"):
        return node.text.lower() == "true"
    return float(node.text) if _NUMBER.fullmatch(node.text) else node.text


def minded(text: str) -> list[str]:
    _, tree, findings = read_text(text, "x")
    assert tree is not None, findings
    return [error.message for error in VALIDATOR.iter_errors(as_editor(tree))]


def files(sample: Sample) -> Mapping[str, str]:
    return {"sample.yaml": sample} if isinstance(sample, str) else sample


def test_the_schema_is_valid() -> None:
    Draft7Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", sorted(builtin_folder().rglob("*.yaml")), ids=lambda path: path.stem)
def test_the_schema_accepts_the_built_in_playbooks(path: Path) -> None:
    assert minded(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("code", [code for code in RULES if code >= "P105"])
def test_the_schema_accepts_what_the_checker_accepts(code: str) -> None:
    for text in files(RULES[code].good).values():
        assert minded(text) == []


@pytest.mark.parametrize("code", ["P110", "P111", "P112", "P113"])
def test_the_schema_rejects_errors_in_fields(code: str) -> None:
    assert minded(next(iter(files(RULES[code].bad).values())))


@pytest.mark.parametrize("code", [code for code in RULES if code >= "P105" and code[1] != "1"])
def test_the_schema_accepts_what_only_the_checker_can_reject(code: str) -> None:
    for text in files(RULES[code].bad).values():
        assert minded(text) == []


BAD = [
    "coach: {max_talk_ratio: lots}",
    "coach: {max_monologue: soon}",
    "lang: English please",
    "minutes: thirty",
    "extends: ../mine",
    "detours: {d: {agenda: [], key: dd}}",
    "detours: {d: {they_say: Hello}}",
    "outcomes: {o: {capture: [x]}}",
    "outcomes: {o: {decision: maybe}}",
    "tests: [{buyer: dana}]",
    "questions: []",
    "agenda: [hello]",
    "agenda: [{ask: What?, repeatable: perhaps}]",
    "agenda: [{ask: What?, answers: It broke}]",
    "agenda: [{id: trigger}]",
]


@pytest.mark.parametrize("line", BAD)
def test_the_schema_rejects_invalid_values(line: str) -> None:
    assert minded(f"playbook: X\n{line}\n")


@pytest.mark.parametrize("line", ["agenda: [{id: trigger, priority: could}]", "outcomes: {not_now: {capture: [x]}}"])
def test_an_inherited_item_may_be_written_in_part(line: str) -> None:
    assert minded(f"playbook: X\nextends: first_call\n{line}\n") == []
    assert minded(f"playbook: X\n{line}\n")


def offered(kind: NameKind) -> dict[str, str]:
    made = SCHEMA["definitions"][f"{kind.name.lower()}_name"]
    return {each["const"]: each["description"] for each in made["anyOf"] if "const" in each}


def test_the_schema_offers_the_names_of_the_author() -> None:
    assert offered(NameKind.ITEM)["trigger"] == "What made you start looking into this now?"
    assert offered(NameKind.OUTCOME)["not_now"].startswith("not-yet: Let's pick a date to revisit this")
    assert offered(NameKind.DETOUR)["demo_request"] == "Can you just show us a demo?"
    assert offered(NameKind.GATE)["can_decide"] == "decision_path is known"
    assert "our_date" in offered(NameKind.QUESTION)
    assert "our_date" not in offered(NameKind.ITEM)
    assert "rfp_landed" in offered(NameKind.PLAYBOOK)
    assert re.search(r"\(common/\w+\)$", offered(NameKind.PART)["decision_path"])
    assert set(offered(NameKind.BUYER)) >= {"dana", "kofi"}
    picks = SCHEMA["definitions"]["test"]["properties"]["picks"]["properties"]["trigger"]
    assert "My boss asked" in picks["anyOf"][0]["enum"]


def test_every_field_is_explained() -> None:
    for definition in SCHEMA["definitions"].values():
        for name, field in definition.get("properties", {}).items():
            assert field["description"], name


def test_a_name_newer_than_the_schema_is_accepted() -> None:
    assert minded("playbook: X\nagenda: [{ask: What?, answers: {It broke: {goto: newer, end: newer_too}}}]\n") == []


def test_a_file_that_cannot_be_read_only_adds_no_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALESNERD_PLAYBOOKS", str(tmp_path))
    (tmp_path / "broken.yaml").write_text("playbook: [\n")
    (tmp_path / "mine.yaml").write_text("playbook: Mine\nagenda:\n  - ask: What?\n    id: only_mine\n")
    made = build_schema(Library())
    names = [each.get("const") for each in made["definitions"]["item_name"]["anyOf"]]
    assert names[0] == "only_mine"
    assert "trigger" not in names


def test_only_an_existing_schema_is_updated(tmp_path: Path) -> None:
    library = Library([tmp_path, builtin_folder()])
    update_schema(tmp_path, library)
    path = tmp_path / SCHEMA_FILE
    assert not path.exists()
    path.write_text("{}")
    update_schema(tmp_path, library)
    assert json.loads(path.read_text())["title"] == "salesnerd playbook"
    assert path.stat().st_mode & 0o777 == 0o600
