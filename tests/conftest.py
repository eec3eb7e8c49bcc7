"""Fixtures and settings for all tests."""

from __future__ import annotations

import gc
import signal
from collections.abc import AsyncIterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from textual.css import stylesheet
from textual.css.parse import parse
from textual.css.tokenize import tokenize_values

from cli_runs import Run, runner
from idle import replace_waiting
from live_stage import MEDIUM, LiveStage, live_screen
from salesnerd_tui.playbook import inheritance, json_schema, library, yaml_reader
from salesnerd_tui.playbook.diagnostics import Finding
from salesnerd_tui.playbook.folders import builtin_folder
from salesnerd_tui.playbook.validator import ValidatedFile, validate
from salesnerd_tui.playbook.yaml_tree import Map, SourceText
from salesnerd_tui.tui.app import SalesnerdApp
from thoroughness import THOROUGH, examples

settings.register_profile("salesnerd", deadline=None, max_examples=examples(100))
settings.load_profile("salesnerd")
"""Examples have no deadline, because their duration depends on how busy the machine is."""


@pytest.fixture(autouse=True, scope="session")
def _handle_hangup() -> None:
    """Programs that tests start inherit the handler: under nohup they would ignore SIGHUP and never end."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(capsys)


@pytest.fixture
def size() -> tuple[int, int]:
    """Size of the terminal, in columns and rows; a test sets another with `parametrize`."""
    return MEDIUM


@pytest.fixture
async def stage(tmp_path: Path, size: tuple[int, int]) -> AsyncIterator[LiveStage]:
    """Live screen of a call of the small playbook."""
    async with live_screen(tmp_path, size) as stage:
        yield stage


def pytest_configure() -> None:
    _parse_styles_once()
    _load_builtin_playbooks_once()
    _keep_garbage_collection()
    replace_waiting()


def _parse_styles_once() -> None:
    """Share the parsed styles between the apps that tests start: parsing them is a fifth of a start."""
    tokenized: dict[tuple[tuple[str, str], ...], dict[str, Any]] = {}
    parsed: dict[object, list[Any]] = {}

    def tokenize_once(values: dict[str, str]) -> dict[str, Any]:
        key = tuple(values.items())
        return tokenized[key] if key in tokenized else tokenized.setdefault(key, tokenize_values(values))

    def parse_once(scope: str, css: str, read_from: Any, *, variable_tokens: dict[str, Any], **rest: Any) -> list[Any]:
        key = (scope, css, read_from, id(variable_tokens), *rest.items())
        if key not in parsed:
            parsed[key] = list(parse(scope, css, read_from, variable_tokens=variable_tokens, **rest))
        return parsed[key]

    vars(stylesheet).update(tokenize_values=tokenize_once, parse=parse_once)


def _load_builtin_playbooks_once() -> None:
    """Share the built-in playbooks between tests: nothing changes these files, or what was read from them.

    A file is read once for all that builds on it. A playbook is loaded once for all tests without playbooks of their
    own; with some, every name in it may mean something else.
    """
    load, read_file, builtin = library.load, yaml_reader.read_file, builtin_folder()
    validated: dict[int, tuple[Map, ValidatedFile]] = {}

    @cache
    def load_once(path: Path) -> library.LoadResult:
        return load(path, (builtin,))

    def load_shared(path: Path, folders: Sequence[Path] | None = None, text: str | None = None) -> library.LoadResult:
        is_shared = text is None and folders is not None and builtin in folders and builtin in path.parents
        if is_shared and folders is not None and not any(one.exists() for one in folders if one != builtin):
            return load_once(path)
        return load(path, folders, text)

    @cache
    def read_once(path: Path, name: str) -> tuple[SourceText, Map | None, list[Finding]]:
        return read_file(path, name)

    def read_shared(path: Path, name: str = "") -> tuple[SourceText, Map | None, list[Finding]]:
        if builtin not in path.parents:
            return read_file(path, name)
        text, tree, findings = read_once(path, name)
        if tree is not None and id(tree) not in validated:
            validated[id(tree)] = (tree, validate(tree))
        return text, tree, findings

    def validate_shared(tree: Map) -> ValidatedFile:
        return validated[id(tree)][1] if id(tree) in validated else validate(tree)

    vars(library).update(load=load_shared)
    vars(json_schema).update(load=load_shared)
    vars(inheritance).update(read_file=read_shared, validate=validate_shared)


def _keep_garbage_collection() -> None:
    """Keep the apps of tests from freezing the garbage of earlier tests, as the program does at its start."""
    pytest.MonkeyPatch().setattr(SalesnerdApp, "freeze_objects", lambda self: None)


def pytest_collection_finish() -> None:
    """Exempt the collected tests from garbage collection, and collect rarely: tests are short, and start many apps."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if not THOROUGH:
        for item in items:
            if item.get_closest_marker("thorough"):
                item.add_marker(pytest.mark.skip(reason="takes long: make test-all runs it"))
