"""Exports of meeting tools in several languages: the same two people say the same four things."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from transcript_texts import Growing, line_by_line, said

from salesnerd_tui.speech.sides import suggest_user
from salesnerd_tui.speech.transcripts.read import read_transcript

CALL = [
    ("Dana", "Thanks for making the time today."),
    ("Rami", "Sure, happy to."),
    ("Dana", "How do you handle failed deployments?"),
    ("Rami", "By hand, honestly."),
]
NAMES_ABOVE = "".join(f"{name}\n{text}\n" for name, text in CALL)
NAMES_BEFORE = "".join(f"{name}: {text}\n" for name, text in CALL)
ATTENDEES = "Discovery - Transcript\nAttendees\nDana, Rami\n\nTranscript\n\n"


def headings(template: str) -> str:
    """Return the call with a heading at 0:03, 0:06, 0:09 and 0:12 above each turn."""
    return "".join(template.format(name=name, at=3 * turn) + f"\n{text}\n" for turn, (name, text) in enumerate(CALL, 1))


EXPORTS = {
    "Meet, names below a time": f"Discovery - Transcript\n\n00:00:00\n\n{NAMES_ABOVE}",
    "Meet, names and nothing else": f"{ATTENDEES}{NAMES_ABOVE}",
    "Meet, teilnehmer": f"Erstgespräch – Transkript\nTeilnehmer:\nDana, Rami\n\nTranskript\n\n{NAMES_ABOVE}",
    "Meet, a time in the middle": NAMES_BEFORE.replace("Dana: How", "\n00:05:00\n\nDana: How"),
    "Teams, German": "Erstgespräch Nordwind-20261112\n12. November 2026, 02:03PM\n31 Min. 22 Sek.\n\n"
    f"Dana hat die Transkription gestartet\n\n{headings('{name}   0:{at:02}')}\nDana hat die Transkription beendet\n",
    "Teams, French": f"Dana a démarré la transcription\n\n{headings('{name}   0:{at:02}')}\n"
    "Dana a arrêté la transcription\n",
    "Teams, copied in German": headings("{name}\n0 Minuten {at} Sekunden0:{at:02}\n{name} 0 Minuten {at} Sekunden"),
    "Gong": "Call Title: Discovery\nDate: Nov 12, 2026\nParticipants: Dana Wolf, Rami Haddad\n\n"
    + headings("0:{at:02} | {name}"),
}


@pytest.mark.parametrize("content", EXPORTS.values(), ids=EXPORTS.keys())
@pytest.mark.parametrize("read", [said, line_by_line], ids=["whole", "line by line"])
def test_an_export_has_its_speakers(content: str, read: Callable[[str], list[tuple[str, str]]]) -> None:
    assert read(content) == CALL


def test_marks_of_direction_are_not_part_of_a_name() -> None:
    names = ("\u200fדנה וולף\u200f", "\u2068Rami\u2069", "דנה וולף", "Rami")
    captions = "".join(f"00:0{at}.000 --> 00:0{at}.900\n{name}: word {at}\n\n" for at, name in enumerate(names, 1))
    assert read_transcript(f"WEBVTT\n\n{captions}").speakers == ("דנה וולף", "Rami")
    assert read_transcript("".join(f"{name}: word\n" for name in names)).speakers == ("דנה וולף", "Rami")
    assert read_transcript("".join(f"{name}  0:0{at}\nword\n" for at, name in enumerate(names, 1))).speakers == (
        "דנה וולף",
        "Rami",
    )


def test_meet_counts_its_times_from_the_beginning_of_the_call() -> None:
    """It writes a time every five minutes, not above the first words."""
    transcript = read_transcript(EXPORTS["Meet, a time in the middle"])
    assert [turn.start for turn in transcript.utterances][2] == 300.0
    assert transcript.problems == ()
    (_, _, third, _) = read_transcript(EXPORTS["Meet, a time in the middle"].replace("00:05:00", "14:05:00")).utterances
    assert third.start < 60


def test_the_end_of_a_transcription_is_not_speech() -> None:
    ends = (
        "Die Transkription wurde nach 00:31:22 beendet",
        "Transcription ended after 00:31:22",
        "Dieses bearbeitbare Transkript wurde vom Computer generiert und kann Fehler enthalten.",
    )
    for end in ends:
        assert said(f"{NAMES_BEFORE}{end}\n") == CALL, end
    spoken = "We started the transcription project in May, and it failed."
    assert said(f"{NAMES_BEFORE}Dana: {spoken}\nDana: Nobody stopped it\n")[-2][1] == spoken


def test_the_items_of_notes_are_not_speakers() -> None:
    notes = "# Northwind\n\n### State\n- It fails\n- Fix: by hand\n\n### Next\n- Rami: send it\n"
    transcript = read_transcript(notes)
    assert transcript.speakers == ()
    assert "no speaker names found" in transcript.problems[0]
    assert said("- Dana: hi\n- Rami: hello\n- Dana: so what broke\n")[1] == ("Rami", "hello")


def test_a_live_transcript_that_turns_out_to_have_times_repeats_no_turn() -> None:
    growing = Growing()
    for line in EXPORTS["Meet, a time in the middle"].splitlines(keepends=True):
        growing.append(line)
    growing.close()
    assert growing.said == CALL
    assert len({change.number for change in growing.changes}) == len(CALL)


def test_names_that_only_recurrence_shows_repeat_no_words_from_then_on() -> None:
    growing = Growing()
    for line in NAMES_ABOVE.splitlines(keepends=True):
        growing.append(line)
    growing.close()
    words = " ".join(text for _, text in growing.said)
    assert [words.count(text) for _, text in CALL] == [1] * len(CALL)
    assert growing.said[-1] == CALL[-1]


@pytest.mark.parametrize(
    ("speakers", "mine"),
    [
        (("Kunde", "Verkäufer"), "Verkäufer"),
        (("Rami", "Ich"), "Ich"),
        (("Customer", "Dana"), "Dana"),
        (("Cliente", "Yo"), "Yo"),
        (("Dana", "Rami"), "Dana"),
        (("Kunde",), "Kunde"),
    ],
)
def test_the_user_is_whoever_is_not_called_the_customer(speakers: tuple[str, ...], mine: str) -> None:
    assert (
        suggest_user(read_transcript("".join(f"{name}: word {at}\n" for at, name in enumerate(speakers * 2)))) == mine
    )
