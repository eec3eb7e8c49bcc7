"""Terminal input becomes keys, pastes or nothing: replies never act, and Esc and a letter are two keys."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from textual import events
from textual._xterm_parser import XTermParser

from salesnerd_tui.terminal.key_parser import BurstCharacter
from salesnerd_tui.tui.widgets.note_input import split_alt
from terminal_input import ESCAPE_SECONDS, TerminalInput, read_event_texts, read_events, read_keys

A_WHILE = 3 * ESCAPE_SECONDS


def split_keys(*reads: str) -> list[str]:
    """Return the keys as on a screen that binds no Alt."""
    found = [event for event in read_events(*reads) if isinstance(event, events.Key)]
    return [key for event in found for key, _ in split_alt(event.key, event.character)]


# Esc and a key


@pytest.mark.parametrize("letter", [*"abdfjnxN1?/ :,é"])
def test_esc_and_a_key_in_one_read_are_two_keys(letter: str) -> None:
    assert split_keys(f"\x1b{letter}") == ["escape", *read_keys(letter)]


@pytest.mark.parametrize("letter", [*"bfjn?"])
def test_esc_and_a_key_in_two_reads_are_two_keys(letter: str) -> None:
    assert split_keys("\x1b", letter) == ["escape", *read_keys(letter)]


def test_long_burst_after_esc_loses_nothing() -> None:
    burst = "nn1\rthree engineers were up at night for it\r"
    assert split_keys(f"\x1b{burst}") == ["escape", *read_keys(burst)]


def test_esc_and_a_key_are_alt_for_a_screen_that_binds_it() -> None:
    assert read_keys("\x1bd", "\x1bD", "\x1b\r") == ["alt+d", "alt+shift+d", "alt+enter"]


@pytest.mark.parametrize("letter", [*"[]OPX^_"])
def test_esc_and_the_start_of_a_sequence_are_two_keys_after_a_timeout(letter: str) -> None:
    found = TerminalInput().read(f"\x1b{letter}").pause(1.0).events
    pairs = [pair for each in found if isinstance(each, events.Key) for pair in split_alt(each.key, each.character)]
    assert next(key for key, _ in pairs) == "escape"
    assert [character for _, character in pairs] == ["\x1b", letter]


def test_lone_esc_is_a_key_after_a_timeout() -> None:
    terminal = TerminalInput().read("\x1b")
    assert terminal.pause(ESCAPE_SECONDS / 2).keys == []
    assert terminal.pause(ESCAPE_SECONDS).keys == ["escape"]


@pytest.mark.parametrize(
    ("sent", "key"),
    [
        ("\x1b[A", "up"),
        ("\x1bOP", "f1"),
        ("\x1b[[A", "f1"),
        ("\x1b[5~", "pageup"),
        ("\x1b[Z", "shift+tab"),
        ("\x1b[1;5D", "ctrl+left"),
        ("\x1b\x7f", "ctrl+w"),
        ("\x1b[3$", "shift+delete"),
        ("\x9bB", "down"),
        ("\x8fQ", "f2"),
    ],
)
def test_known_sequence_is_its_key(sent: str, key: str) -> None:
    assert read_keys(sent) == [key]
    assert read_keys(*sent) == [key]
    assert read_keys("a", sent) == ["a", key]


@pytest.mark.parametrize("sent", ["\x1b\x7f", "\x1b\t", "\x1b\x1b[A", "\x1b[<0;3;4M", "\x1b[I", "\x1b[O"])
def test_sequences_known_to_textual_give_its_events(sent: str) -> None:
    assert [repr(event) for event in read_events(sent)] == [repr(event) for event in XTermParser().feed(sent)]


def test_reported_alt_is_alt() -> None:
    (event,) = read_events("\x1b[100;3u")
    assert isinstance(event, events.Key)
    assert split_alt(event.key, event.character) == ((event.key, event.character),)


# replies of the terminal

REPLIES = [
    b"\x1b[?64;1;2;4c",
    b"\x1b[>41;330;0c",
    b"\x1b[0n",
    b"\x1b[24;80R",
    b"\x1b[?12;3R",
    b"\x1b[8;40;120t",
    b"\x1b[4;800;1200t",
    b"\x1b[48;40;120;800;1200t",
    b"\x1b[?1u",
    b"\x1b[?1004;2$y",
    b"\x1b[2;1$y",
    b"\x1b[?1;2;256S",
    b"\x1b[1;2;3;4;5;6*y",
    b"\x1b[99;98;97;96;95;94;93;92;91;90;89;88;87z",
    b"\x9b?62;22c",
    b"\x1b]10;rgb:ffff/0000/1111\x07",
    b"\x1b]4;12;rgb:0000/1111/2222\x1b\\",
    b"\x9d11;rgb:1e1e/1e1e/2e2e\x9c",
    b"\x1b]52;c;bjEyMw==\x1b\\",
    b"\x1b]lnn1 title\x1b\\",
    b"\x1bP>|some terminal 1.2.3\x1b\\",
    b"\x1bP1$r0;1;2m\x1b\\",
    b"\x1bP1+r544e=787465726d\x1b\\",
    b"\x1bP!|7E565445\x9c",
    b"\x90>|eight bit\x9c",
    b"\x1b_Gi=7;OK\x1b\\",
    b"\x9fGi=7;OK\x9c",
    b"\x1b_nn11\x07",
    b"\x1b^private nn1\x1b\\",
    b"\x9eprivate nn1\x9c",
    b"\x1bXstart nn1\x1b\\",
    b"\x98start nn1\x9c",
    b"\x1b]0;caf\xc3\xa9 \xe2\x9c\x93 n1\x1b\\",
]


@pytest.mark.parametrize("reply", REPLIES)
def test_reply_gives_no_event_however_it_is_cut(reply: bytes) -> None:
    for cut in range(len(reply) + 1):
        assert read_event_texts(b"a" + reply[:cut], reply[cut:] + b"b") == read_event_texts("a", "b"), cut
    assert read_event_texts(b"a", *(bytes([byte]) for byte in reply), b"b") == read_event_texts("a", "b")
    slowly = TerminalInput().read(b"a", reply[:4]).pause(0.1).read(reply[4:], b"b").pause(5.0)
    assert slowly.event_texts == read_event_texts("a", "b")


def test_consecutive_replies_give_no_event() -> None:
    assert read_event_texts(b"".join(REPLIES)) == []


@pytest.mark.parametrize("reply", [each for each in REPLIES if each[:1] == b"\x1b" and each[1:2] != b"X"])
def test_reply_with_a_late_rest_gives_only_esc(reply: bytes) -> None:
    terminal = TerminalInput().read(reply[:1]).pause(A_WHILE).read(reply[1:]).pause(5.0)
    assert terminal.keys == ["escape"]


@pytest.mark.parametrize("reply", [b"[?62;22c", b"]11;rgb:1/2/3\x1b\\", b"P>|name 1\x1b\\", b"[48;40;120;800;1200t"])
def test_reply_with_a_rest_byte_by_byte_gives_only_esc(reply: bytes) -> None:
    terminal = TerminalInput().read(b"\x1b").pause(A_WHILE).read(*(bytes([byte]) for byte in reply), b"n").pause(5.0)
    assert terminal.keys == ["escape", "n"]


def test_key_with_a_late_rest_still_acts() -> None:
    assert TerminalInput().read("\x1b").pause(A_WHILE).read("[A").keys == ["escape", "up"]


def test_paste_with_a_late_start_is_a_paste() -> None:
    terminal = TerminalInput().read("\x1b").pause(A_WHILE).read("[200~n1 are keys\x1b[201~b")
    assert terminal.pasted == ["n1 are keys"]
    assert terminal.keys == ["escape", "b"]


@pytest.mark.parametrize(
    "typed",
    ["n", "[", "]", "P", "_", "^", "X", "O", "[ok] they agreed", "[5 of us]", "[10:30] call", "]x", "Pages", "O1"],
)
def test_keys_after_esc_are_not_taken_for_a_rest(typed: str) -> None:
    terminal = TerminalInput().read("\x1b").pause(A_WHILE).read(typed).pause(5.0)
    assert terminal.keys == ["escape", *read_keys(typed)]
    again = TerminalInput().read("\x1b").pause(A_WHILE)
    for letter in typed:
        again.read(letter).pause(0.2)
    assert again.pause(5.0).keys == ["escape", *(key for letter in typed for key in read_keys(letter))]


def test_nothing_is_a_rest_long_after_esc() -> None:
    assert TerminalInput().read("\x1b").pause(60.0).read("]4;1").pause(5.0).keys[-3:] == ["4", "semicolon", "1"]


@pytest.mark.parametrize("cut", range(2, 11))
def test_rest_of_an_abandoned_reply_gives_no_event(cut: int) -> None:
    reply = "\x1b[?64;1;22c"
    terminal = TerminalInput().read(reply[:cut]).pause(0.7)
    terminal.read(reply[cut:]).pause(5.0)
    assert not {"1", "2", "4", "6", "c"} & set(terminal.keys) or cut == len(reply) - 1


# truncated and endless sequences


@pytest.mark.parametrize(
    "truncated",
    [
        "\x1b[",
        "\x1b[?62;1",
        "\x1b[1;",
        "\x1b]11;rgb:12",
        "\x1bP>|name",
        "\x1b_G",
        "\x1bXx",
        "\x9b1",
        "\x9d1",
        "\x1b]1;\x1b",
    ],
)
def test_truncated_sequence_loses_no_later_keys(truncated: str) -> None:
    terminal = TerminalInput().read(truncated).pause(1.0)
    before = len(terminal.keys)
    assert terminal.read("n").pause(1.0).read("\x1b[A").pause(1.0).keys[before:] == ["n", "up"]


@pytest.mark.parametrize(
    "reply", [b"\x1b[?64;1;9c", b"\x1b[>41;377;0c", b"\x1b]10;rgb:e5/e5\x07", b"\x1bP>|kitty(0.32.2)\x1b\\"]
)
@pytest.mark.parametrize("key", ["n", "1", " ", "q"])
def test_key_after_a_truncated_reply_acts_at_once(reply: bytes, key: str) -> None:
    for cut in range(3, len(reply)):
        if reply[:cut].endswith(b"\x1b"):
            continue  # Esc and a key are the two
        terminal = TerminalInput().read(reply[:cut]).pause(0.2).read(key)
        assert terminal.keys == read_keys(key), reply[:cut]
        assert terminal.pause(5.0).keys == read_keys(key)


@pytest.mark.parametrize(
    ("sent", "key"), [("\x1b[1;2A", "shift+up"), ("\x1b[3;5~", "ctrl+delete"), ("\x1b[97;5u", "ctrl+a")]
)
def test_key_in_two_reads_is_that_key(sent: str, key: str) -> None:
    assert TerminalInput().read(sent[:-1]).pause(0.3).read(sent[-1:]).pause(5.0).keys == [key]


@pytest.mark.parametrize(
    ("sent", "key"),
    [
        ("\x1b[3$", "shift+delete"),
        ("\x1b[3^", "ctrl+delete"),
        ("\x1b[23$", "f23"),
        ("\x1b[23@", "ctrl+f21"),
        ("\x1b[7$", "shift+home"),
        ("\x1b[5^", "ctrl+pageup"),
    ],
)
def test_rxvt_keys_are_keys_however_they_are_cut(sent: str, key: str) -> None:
    """Some of them end with a character that ends no other key, and none of them waits for more."""
    assert TerminalInput().read(sent).keys == [key]
    assert read_keys(sent + "n1") == [key, "n", "1"]
    for cut in range(3, len(sent)):
        for pause in (0.0, 0.1, 0.3):
            assert TerminalInput().read(sent[:cut]).pause(pause).read(sent[cut:], "n").keys == [key, "n"], (cut, pause)


def test_late_last_byte_of_a_mouse_report_is_not_a_key() -> None:
    for end in "Mm":
        for pause in (0.1, 0.2, 0.4):
            assert TerminalInput().read("\x1b[<0;30;4").pause(pause).read(end).pause(5.0).keys == []


def test_late_coordinate_of_an_old_mouse_report_is_not_a_key() -> None:
    assert TerminalInput().read("\x1b[M !").pause(0.2).read("!").pause(5.0).keys == []


def test_keys_after_an_rxvt_key_are_kept() -> None:
    assert read_keys("\x1b[3$ -a") == ["shift+delete", "space", "minus", "a"]
    assert read_keys("\x1b[3$ ") == ["shift+delete", "space"]


ASCII_REPLIES = [reply for reply in REPLIES if b"\xc3" not in reply]
PREFIXES = sorted({each[:cut] for each in ASCII_REPLIES for cut in range(3, len(each)) if each[cut - 1] != 0x1B})
PRINTABLE = [chr(code) for code in range(33, 127)]


TYPED_AT_ONCE = ["nn", "jk", "1n", "12", "2s", "1u"]


@given(st.sampled_from(PREFIXES), st.sampled_from([*PRINTABLE, " ", "é", *TYPED_AT_ONCE]), st.floats(0.6, 3.0))
@example(b"\x1b[0", "1n", 1.0)
@example(b"\x1b[24;8", "9n", 0.7)
@example(b"\x1b[?64;1", "1u", 0.7)
@example(b"\x1b[?64;1", "1n", 0.7)
def test_cut_reply_loses_no_key_after_half_a_second(reply: bytes, key: str, pause: float) -> None:
    terminal = TerminalInput().read(reply).pause(pause)
    before = len(terminal.keys)
    assert terminal.read(key).pause(5.0).keys[before:] == read_keys(key)


@given(st.sampled_from(PREFIXES), st.sampled_from([*PRINTABLE, " ", "é"]), st.floats(0.16, 0.45))
def test_cut_reply_loses_no_key_soon_after_it(reply: bytes, key: str, pause: float) -> None:
    """The rest of a key or of a mouse report may come as late over a slow line: those ends alone belong to it."""
    if (key in "Mm" and b"[<" in reply) or (key in "ABCDEFHPQRSu~^@$" and reply[2:3].isdigit()):
        return
    assert TerminalInput().read(reply).pause(pause).read(key).pause(5.0).keys == read_keys(key)


@given(st.sampled_from([b"\x1b[?64;1", b"\x1b[>41;3", b"\x1b[<0;3;4", b"\x1b[12;"]), st.floats(0.03, 3.0))
def test_key_that_cannot_continue_a_reply_acts_at_once(reply: bytes, pause: float) -> None:
    for key in "efghijkloprsvz qGIJKLNOTUVWX!%(),/":
        if key == "q" and b">" in reply:
            continue
        assert TerminalInput().read(reply).pause(pause).read(key).keys == read_keys(key), key


def test_typing_after_a_truncated_reply_works_within_two_seconds() -> None:
    terminal = TerminalInput().read("\x1b]11;rgb:12")
    for _ in range(30):
        terminal.read("n").pause(0.1)
    assert 8 <= len(terminal.keys) <= 12


@pytest.mark.parametrize("key", ["\x1b[A", "\x1bd", "\x1bOP"])
def test_key_with_esc_ends_a_truncated_string(key: str) -> None:
    assert read_keys("\x1b]11;rgb:12" + key) == read_keys(key)


@pytest.mark.parametrize("key", ["\r", "\x03", "é", "\x1b[B"])
def test_invalid_character_ends_a_control_sequence_and_acts(key: str) -> None:
    assert read_keys("\x1b[1;2" + key) == read_keys(key)


def test_late_terminator_is_not_a_key() -> None:
    assert TerminalInput().read("\x1bP>|name").pause(0.8).read("\x1b\\").pause(1.0).keys == []
    assert TerminalInput().read("\x1bP>|name\x1b").pause(0.8).read("\\").pause(1.0).keys == []


def test_endless_control_sequence_needs_no_memory_and_gives_no_event() -> None:
    assert read_keys(*["\x1b[" + "1;" * 2000] * 3, "1;" * 2000 + "u", "n") == ["n"]


# any sequence, cut anywhere

NUMBERS = st.text(alphabet="0123456789;:", max_size=12)
STRING_TEXT = st.text(
    alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x07\x18\x1a\x1b\x9c"), max_size=20
)
TERMINATOR = st.sampled_from(["\x1b\\", "\x9c", "\x07"])
STRING = st.builds(
    lambda introducer, text, end: f"{introducer}{text}{end}",
    st.sampled_from(["\x1b]", "\x1bP", "\x1b_", "\x1b^", "\x1bX", "\x9d", "\x90", "\x9f", "\x9e", "\x98"]),
    STRING_TEXT,
    TERMINATOR,
)
CONTROL = st.builds(
    lambda introducer, mark, numbers, between, final: f"{introducer}{mark}{numbers}{between}{final}",
    st.sampled_from(["\x1b[", "\x9b"]),
    st.sampled_from("?>="),
    NUMBERS,
    st.sampled_from(["", " ", "!", '"', "*"]),
    st.sampled_from("cnRtyxSpqvw|}"),
)
NOT_A_KEY = STRING | CONTROL
KEY = st.sampled_from(
    ["a", "n", "1", "é", " ", "\r", "\x03", "\x1b[A", "\x1bOP", "\x1b[5~", "\x1bd", "\x1b[1;5C", "\x1b[<0;3;4M"]
)


@given(st.lists(KEY, max_size=6), st.lists(KEY, max_size=6), st.lists(NOT_A_KEY, min_size=1, max_size=3))
def test_complete_sequence_between_keys_changes_nothing(
    before: list[str], after: list[str], replies: list[str]
) -> None:
    expected = read_event_texts(*before, *after)
    assert read_event_texts(*before, "".join(replies), *after) == expected
    assert read_event_texts("".join([*before, *replies, *after])) == read_event_texts("".join([*before, *after]))


@given(st.lists(KEY | NOT_A_KEY | st.just("\x1b[200~n1\x1b[201~"), max_size=8), st.data())
def test_boundaries_of_reads_do_not_matter(parts: list[str], data: st.DataObject) -> None:
    sent = "".join(parts).encode()
    cuts = sorted(data.draw(st.sets(st.integers(0, len(sent)), max_size=6)))
    reads = [sent[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(sent)], strict=True)]
    assert read_event_texts(*reads) == read_event_texts(sent)


SENT = st.text(alphabet="\x1b[O<>?;0129nbM~u\rAé \x00\x7f\x08P]_\\\x07\x9b\x9c", min_size=1, max_size=60)


@given(st.lists(SENT, max_size=4), st.lists(st.sampled_from([0.0, 0.03, 0.3, 3.0]), min_size=4, max_size=4))
@example(["\x1b[:A", "\x1b[1:0;2u", "\x1b[99999999999999999999u"], [0.0] * 4)
def test_any_input_keeps_the_program_running_and_later_keys_act(reads: list[str], pauses: list[float]) -> None:
    terminal = TerminalInput()
    for read, seconds in zip(reads, pauses, strict=False):
        terminal.read(read).pause(seconds)
    terminal.pause(10.0)
    before = len(terminal.keys)
    assert terminal.read("n").pause(10.0).keys[before:] == ["n"]


@given(st.binary(max_size=80))
def test_any_bytes_are_accepted(sent: bytes) -> None:
    read_event_texts(sent)


@given(
    st.text(max_size=60).filter(lambda text: text != "" and not any(c == "\x1b" or "\x80" <= c < "\xa0" for c in text))
)
def test_plain_keys_give_textuals_events(read: str) -> None:
    read = read.encode("utf-8", "ignore").decode()
    theirs = [event.key for event in XTermParser().feed(read) if isinstance(event, events.Key)] if read else []
    assert read_keys(read) == theirs


# pastes


@pytest.mark.parametrize("cut", range(1, 32))
def test_paste_is_a_paste_however_it_is_cut(cut: int) -> None:
    sent = "\x1b[200~one \x1bd two, three\x1b[201~n"
    terminal = TerminalInput().read(sent[:cut], sent[cut:])
    assert terminal.pasted == ["one \x1bd two, three"]
    assert terminal.keys == ["n"]


def test_unterminated_paste_is_delivered_and_keys_act_again() -> None:
    terminal = TerminalInput().read("\x1b[200~half of a line")
    for _ in range(40):
        terminal.read("n").pause(0.1)
    assert terminal.pasted[0].startswith("half of a line")
    assert terminal.keys[-3:] == ["n", "n", "n"]


def test_rest_of_a_stalled_paste_is_a_paste() -> None:
    terminal = TerminalInput().read("\x1b[200~half of ").pause(10.0).read("a line with n1\x1b[201~b").pause(1.0)
    assert terminal.pasted == ["half of ", "a line with n1"]
    assert terminal.keys == ["b"]


# characters


@pytest.mark.parametrize("sent", ["می‌خواهم", "👩‍🔬", "क्‍ष", "\xa0", "\u3000", "\u200f"])
def test_joiners_and_blanks_are_unchanged(sent: str) -> None:
    found = [event.character for event in read_events(sent) if isinstance(event, events.Key)]
    assert "".join(str(each) for each in found) == sent


@pytest.mark.parametrize(
    ("sent", "text"), [(b"caf\xe9!", "caf\ufffd!"), (b"\xff\xfe", "\ufffd\ufffd"), (b"\xe2\x9b!", "\ufffd!")]
)
def test_invalid_utf_8_becomes_the_replacement_character(sent: bytes, text: str) -> None:
    found = [event.character for event in read_events(sent) if isinstance(event, events.Key)]
    assert found == list(text)


# Kitty's keyboard protocol


@pytest.mark.parametrize("code", [57441, 57442, 57443, 57447, 57453, 57358, 57360, 57399 + 60])
def test_modifier_alone_is_not_a_key(code: int) -> None:
    assert read_keys(f"\x1b[{code}u", f"\x1b[{code};2u", f"\x1b[{code};5:1u") == []


def test_released_key_is_ignored_and_repeated_key_acts() -> None:
    assert read_keys("\x1b[110;1:3u", "\x1b[1;1:3A") == []
    assert read_keys("\x1b[110;1:2u", "\x1b[1;1:1A", "\x1b[110:78:110;1u") == ["n", "up", "n"]


def test_composed_text_is_its_characters() -> None:
    family = "👩‍👩‍👧‍👦"
    codes = ":".join(str(ord(each)) for each in family)
    found = [event.character for event in read_events(f"\x1b[0;;{codes}u") if isinstance(event, events.Key)]
    assert "".join(str(each) for each in found) == family


# bursts


def burst_flags(read: str) -> list[bool]:
    found = [event.character for event in read_events(read) if isinstance(event, events.Key)]
    return [isinstance(each, BurstCharacter) and each.is_pasted_text for each in found]


def test_line_in_one_read_is_text_from_its_start() -> None:
    assert burst_flags("pages twice a week")[0]
    assert burst_flags("x\rpages twice a week\r")[2]


@pytest.mark.parametrize("read", ["n", "nnn1", "jcost\r", "nnnnnnnnnnnnnnnnnnnn", "n1n2n1n3n2n1 n2n", "\rabc\r" * 20])
def test_pressed_keys_are_keys(read: str) -> None:
    assert not any(burst_flags(read))


def test_single_keys_are_never_text() -> None:
    found = [event for event in read_events(*"pages twice a week") if isinstance(event, events.Key)]
    assert not any(isinstance(event.character, BurstCharacter) for event in found)
