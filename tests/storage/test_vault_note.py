"""Text of a note in the vault: what salesnerd writes, and everything that is the user's."""

from __future__ import annotations

import yaml

from salesnerd_tui.storage.vault_notes import (
    EDITED_MARKER,
    VaultNote,
    generated_part,
    mark_of,
    merge_note,
    remove_generated,
)

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


def test_removing_generated_parts_undoes_a_merge() -> None:
    for own in (
        "", "text\n", "---\ntags: [a]\n---\n\ntext\n", "---\nnot closed\n", "text\n\n---\n\nmore\n",
        "---\ntags:\n  - a\n\n# mine\nnote: >-\n  two\n  rows\n---\ntext", "\ufefftext\n", "one\r\ntwo\r\n",
    ):  # fmt: skip
        once = merge_note(own, NOTE)
        assert merge_note(once, NOTE) == once
        assert mark_of(once) == "call a"
        assert remove_generated(once).strip() == own.strip()


def test_keys_that_the_user_wrote_first_are_not_changed() -> None:
    own = "---\npeople:\n  - my boss\ndate: someday\naccount: Acme\n---\nmine\n"
    once = merge_note(own, NOTE)
    assert front(once)["people"] == ["my boss"]
    assert front(once)["date"] == "someday"
    assert once.count("account:") == 1
    twice = merge_note(once, LATER)
    assert merge_note(twice, LATER) == twice
    assert (front(twice)["people"], front(twice)["outcome"]) == (["my boss"], "go")
    assert "my boss" not in generated_part(twice)
    assert remove_generated(twice).startswith("---\npeople:\n  - my boss\ndate: someday\n---\n")


def test_a_generated_key_that_the_user_changes_or_deletes_is_not_written_again() -> None:
    changed = merge_note("", NOTE).replace('outcome: "go"', "outcome: we won").replace('account: "Acme"\n', "")
    for note in (NOTE, LATER):
        changed = merge_note(changed, note)
        assert front(changed)["outcome"] == "we won"
        assert "account" not in front(changed)
    assert merge_note(changed, LATER) == changed


def test_front_matter_and_links_in_another_form_are_not_edits() -> None:
    once = merge_note("", NOTE)
    rewritten = once.replace('people: ["Dana, VP Eng", "Ola"]', "people:\n  - Dana, VP Eng\n  - Ola")
    rewritten = rewritten.replace("(../People/Dana.md)", "(../Team/Dana%20Smith%20(Acme).md)")
    again = merge_note(rewritten, LATER)
    assert EDITED_MARKER not in again
    assert again == merge_note(once, LATER)


def test_windows_line_ends_and_a_byte_order_mark_are_preserved() -> None:
    own = "\ufeff---\r\ntags: [a]\r\n---\r\nmine\r\n"
    once = merge_note(own, NOTE)
    assert once.count("\n") == once.count("\r\n")
    assert once.startswith("\ufeff---\r\nsalesnerd")
    assert front(once)["tags"] == ["a"]
    assert merge_note(once, NOTE) == once
    assert EDITED_MARKER not in merge_note(once, LATER)
    assert remove_generated(merge_note("\ufeff", NOTE)) == ""


def test_each_edit_is_preserved_once() -> None:
    edited = merge_note("", NOTE).replace("with ", "with me and ")
    once = merge_note(edited, NOTE)
    assert once.count(EDITED_MARKER) == 1
    assert once.count("with me and ") == 1
    assert merge_note(once, NOTE) == once
    assert merge_note(once, LATER).count(EDITED_MARKER) == 1


def test_only_changed_keys_stay_when_the_generated_part_is_removed() -> None:
    changed = merge_note("", NOTE).replace('outcome: "go"', "outcome: we won")
    assert remove_generated(changed).strip() == "---\noutcome: we won\n---"
    assert "we won" not in generated_part(changed)
    assert "Acme" in generated_part(changed)
    assert front(merge_note(changed, LATER))["outcome"] == "we won"


def test_a_key_is_updated_after_the_user_has_changed_another() -> None:
    person = VaultNote("People/a.md", "person Acme / Dana", "text", {"account": "Acme", "calls": 1})
    changed = merge_note("", person).replace('"Acme"', "Acme Ltd")
    later = VaultNote(person.path, person.mark, "text", {"account": "Acme", "calls": 2})
    assert front(merge_note(changed, later)) == {"salesnerd": person.mark, "account": "Acme Ltd", "calls": 2}


def test_a_users_note_with_the_same_key_is_not_generated() -> None:
    own = "---\nsalesnerd: call Dana back\naccount: Acme\ndate: Friday\n---\nmine\n"
    assert mark_of(own) == ""
    marked = own.replace("Dana back", "a")
    assert mark_of(marked) == "call a"
    assert remove_generated(marked) == "---\naccount: Acme\ndate: Friday\n---\nmine\n", (
        "nothing marks these keys as ours"
    )


def test_stripped_spaces_are_not_an_edit() -> None:
    note = VaultNote("Calls/a.md", "call a", "two words  \nmore  \n\n\nend")
    stripped_blanks = merge_note("", note).replace("  \n", "\n").replace("\n\n\n", "\n\n")
    for body in (note.body, "other"):
        assert EDITED_MARKER not in merge_note(stripped_blanks, VaultNote("Calls/a.md", "call a", body))


def test_only_a_line_feed_ends_a_row_of_the_users_front_matter() -> None:
    own = '---\ntitle: "a\u2028b\x85c\x0bd\x0ce\x1cf"\nnote: x\n\n---\nmine\n'
    once = merge_note(own, NOTE)
    assert own.removeprefix("---\n") in once
    assert remove_generated(once).strip() == own.strip()


def test_in_a_file_with_both_line_ends_each_line_keeps_its_own() -> None:
    own = "---\r\ntags: [a]\r\nnote: b\n---\r\none\r\ntwo\n"
    once = merge_note(own, NOTE)
    assert once.startswith('---\r\nsalesnerd: "call a"\n')
    assert "\ntags: [a]\r\nnote: b\n---\r\none\r\ntwo\n" in once
    assert merge_note(once, NOTE) == once
    assert remove_generated(once).strip() == own.strip()
    windows = once.replace("\n", "\r\n").replace("\r\r", "\r").replace("two\r\n", "two\n")
    assert EDITED_MARKER not in merge_note(windows, LATER)
    assert merge_note(windows, LATER).count("salesnerd:begin") == 1
