"""Text of a note in the vault: what salesnerd writes, and everything that is the user's."""

from __future__ import annotations

import yaml

from salesnerd_tui.storage.vault_notes import EDITED, VaultNote, generated, mark_of, merged, stripped

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


def test_a_changed_key_outlives_the_generated_part_and_no_other_does() -> None:
    changed = merged("", NOTE).replace('outcome: "go"', "outcome: we won")
    assert stripped(changed).strip() == "---\noutcome: we won\n---"
    assert "we won" not in generated(changed)
    assert "Acme" in generated(changed)
    assert front(merged(changed, LATER))["outcome"] == "we won"


def test_a_key_follows_the_calls_after_the_user_has_changed_another() -> None:
    person = VaultNote("People/a.md", "person Acme / Dana", "text", {"account": "Acme", "calls": 1})
    changed = merged("", person).replace('"Acme"', "Acme Ltd")
    later = VaultNote(person.path, person.mark, "text", {"account": "Acme", "calls": 2})
    assert front(merged(changed, later)) == {"salesnerd": person.mark, "account": "Acme Ltd", "calls": 2}


def test_a_note_of_the_users_own_with_our_key_is_not_ours() -> None:
    own = "---\nsalesnerd: call Dana back\naccount: Acme\ndate: Friday\n---\nmine\n"
    assert mark_of(own) == ""
    marked = own.replace("Dana back", "a")
    assert mark_of(marked) == "call a"
    assert stripped(marked) == "---\naccount: Acme\ndate: Friday\n---\nmine\n", "nothing shows that we wrote these"


def test_a_program_that_strips_blanks_is_no_edit() -> None:
    note = VaultNote("Calls/a.md", "call a", "two words  \nmore  \n\n\nend")
    stripped_blanks = merged("", note).replace("  \n", "\n").replace("\n\n\n", "\n\n")
    for body in (note.body, "other"):
        assert EDITED not in merged(stripped_blanks, VaultNote("Calls/a.md", "call a", body))


def test_only_a_line_feed_ends_a_row_of_the_users_front_matter() -> None:
    own = '---\ntitle: "a\u2028b\x85c\x0bd\x0ce\x1cf"\nnote: x\n\n---\nmine\n'
    once = merged(own, NOTE)
    assert own.removeprefix("---\n") in once
    assert stripped(once).strip() == own.strip()


def test_in_a_file_with_both_line_ends_each_line_keeps_its_own() -> None:
    own = "---\r\ntags: [a]\r\nnote: b\n---\r\none\r\ntwo\n"
    once = merged(own, NOTE)
    assert once.startswith('---\r\nsalesnerd: "call a"\n')
    assert "\ntags: [a]\r\nnote: b\n---\r\none\r\ntwo\n" in once
    assert merged(once, NOTE) == once
    assert stripped(once).strip() == own.strip()
    windows = once.replace("\n", "\r\n").replace("\r\r", "\r").replace("two\r\n", "two\n")
    assert EDITED not in merged(windows, LATER)
    assert merged(windows, LATER).count("salesnerd:begin") == 1
