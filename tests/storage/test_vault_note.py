"""Text of a note in the vault: what salesnerd writes, and everything that is the user's."""

from __future__ import annotations

import yaml

from salesnerd_tui.storage.vault_note import EDITED, VaultNote, generated, mark_of, merged, stripped

NOTE = VaultNote(
    "Calls/a.md",
    "call a",
    "with [Dana](../People/Dana.md)",
    {"account": "Acme", "people": ("Dana, VP Eng", "Ola"), "outcome": "go"},
)
LATER = VaultNote("Calls/a.md", "call a", "with [Dana](../People/Dana.md), later", NOTE.facts)


def front(text: str) -> dict[str, object]:
    read = yaml.safe_load(text.replace("\r\n", "\n").split("---\n")[1])
    assert isinstance(read, dict)
    return read


def test_merging_and_stripping_are_opposites() -> None:
    for own in (
        "", "text\n", "---\ntags: [a]\n---\n\ntext\n", "---\nnot closed\n", "text\n\n---\n\nmore\n",
        "---\ntags:\n  - a\n\n# mine\nnote: >-\n  two\n  rows\n---\ntext", "\ufefftext\n", "one\r\ntwo\r\n",
    ):  # fmt: skip
        once = merged(own, NOTE)
        assert merged(once, NOTE) == once
        assert mark_of(once) == "call a"
        assert stripped(once).strip() == own.strip()


def test_keys_that_the_user_had_before_stay_the_users() -> None:
    own = "---\npeople:\n  - my boss\ndate: someday\naccount: Acme\n---\nmine\n"
    once = merged(own, NOTE)
    assert front(once)["people"] == ["my boss"]
    assert front(once)["date"] == "someday"
    assert once.count("account:") == 1
    twice = merged(once, LATER)
    assert merged(twice, LATER) == twice
    assert (front(twice)["people"], front(twice)["outcome"]) == (["my boss"], "go")
    assert "my boss" not in generated(twice)
    assert stripped(twice).startswith("---\npeople:\n  - my boss\ndate: someday\n---\n")


def test_a_generated_key_that_the_user_changes_or_deletes_stays_so() -> None:
    changed = merged("", NOTE).replace('outcome: "go"', "outcome: we won").replace('account: "Acme"\n', "")
    for note in (NOTE, LATER):
        changed = merged(changed, note)
        assert front(changed)["outcome"] == "we won"
        assert "account" not in front(changed)
    assert merged(changed, LATER) == changed


def test_front_matter_and_links_in_another_form_are_no_edit() -> None:
    once = merged("", NOTE)
    rewritten = once.replace('people: ["Dana, VP Eng", "Ola"]', "people:\n  - Dana, VP Eng\n  - Ola")
    rewritten = rewritten.replace("(../People/Dana.md)", "(../Team/Dana%20Smith%20(Acme).md)")
    again = merged(rewritten, LATER)
    assert EDITED not in again
    assert again == merged(once, LATER)


def test_windows_line_ends_and_a_byte_order_mark_stay() -> None:
    own = "\ufeff---\r\ntags: [a]\r\n---\r\nmine\r\n"
    once = merged(own, NOTE)
    assert once.count("\n") == once.count("\r\n")
    assert once.startswith("\ufeff---\r\nsalesnerd")
    assert front(once)["tags"] == ["a"]
    assert merged(once, NOTE) == once
    assert EDITED not in merged(once, LATER)
    assert stripped(merged("\ufeff", NOTE)) == ""


def test_an_edit_is_kept_once_for_each_time() -> None:
    edited = merged("", NOTE).replace("with ", "with me and ")
    once = merged(edited, NOTE)
    assert once.count(EDITED) == 1
    assert once.count("with me and ") == 1
    assert merged(once, NOTE) == once
    assert merged(once, LATER).count(EDITED) == 1
