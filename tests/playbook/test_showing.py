"""The whole of a playbook after merging, as a file that says the same by itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec import Struct

from salesnerd_tui.playbook.library import Library, builtin_folder
from salesnerd_tui.playbook.loading import Loaded, load
from salesnerd_tui.playbook.showing import merged_text

LIBRARY = Library([builtin_folder()])


def said(value: object) -> object:
    """A model without the places it was written at."""
    if isinstance(value, Struct):
        names = value.__struct_fields__
        places = {"spot", "digest", "sources"} | ({"id"} if "digest" in names else set())
        return [(name, said(getattr(value, name))) for name in names if name not in places]
    if isinstance(value, dict):
        return {key: said(each) for key, each in value.items()}
    return [said(each) for each in value] if isinstance(value, tuple) else value


def shown(loaded: Loaded, origin: bool = False) -> str:
    assert loaded.book is not None
    return merged_text(loaded.book, origin)


@pytest.mark.parametrize("origin", [False, True])
@pytest.mark.parametrize("name", LIBRARY.ids())
def test_what_is_shown_says_the_same_by_itself(name: str, origin: bool, tmp_path: Path) -> None:
    loaded = LIBRARY.load(name)
    again = load(tmp_path / "shown.yaml", LIBRARY.folders, shown(loaded, origin))
    assert again.playbook is not None, again.errors
    assert said(again.playbook) == said(loaded.playbook)


@pytest.mark.parametrize("name", LIBRARY.libraries())
def test_a_library_is_shown_as_one(name: str, tmp_path: Path) -> None:
    again = load(tmp_path / "shown.yaml", LIBRARY.folders, shown(LIBRARY.load(name)))
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


def test_every_line_tells_where_it_comes_from(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    lines = shown(load(path, LIBRARY.folders, CHILD), origin=True).splitlines()

    def line(start: str) -> str:
        return next(each for each in lines if each.strip().startswith(start))

    assert line("- ask: What brought").endswith("  # " + f"{path}:4")
    assert line('- ask: "Who minds: really?"').endswith(f"# {path}:7")
    assert "first_call.yaml" in line("why: Nobody changes")
    assert line("My boss asked: What did").split("#")[1].strip().split(":")[0].endswith("first_call.yaml")
    assert line("Something broke:").split("  #")[0].strip() == (
        "Something broke: {probe: When did it last happen?, label: It fell over}"
    )
    assert line("Else:").split("  #")[0].strip() == "Else: {points: 2}"
    assert all("  # " in each for each in lines)
    assert not any(each.strip().startswith(("extends:", "use:", "after:")) for each in lines)
