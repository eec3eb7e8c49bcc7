"""A growing file yields each utterance once: as partials, and as one final."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from transcript_texts import Growing, count_steps

from salesnerd_tui.speech.growing_transcript import MAX_BLOCK_BYTES, MAX_LINE_BYTES, UtteranceChange
from salesnerd_tui.speech.transcripts.model import Piece
from salesnerd_tui.speech.transcripts.read import read_transcript
from thoroughness import examples

SAMPLES = sorted((Path(__file__).parent / "samples").iterdir())


def texts(changes: list[UtteranceChange]) -> list[tuple[int, str, bool]]:
    return [(change.number, change.piece.text, change.final) for change in changes]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
@given(data=st.data())
@settings(max_examples=examples(25), deadline=None)
def test_any_split_of_a_file_yields_the_same_utterances(path: Path, data: st.DataObject) -> None:
    content = path.read_bytes()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(content)), max_size=12)))
    growing = Growing()
    for cut in [*cuts, len(content)]:
        growing.rewrite(content[:cut])
    growing.close()
    assert growing.said == [(turn.speaker, turn.text) for turn in read_transcript(path).utterances]
    for number in {change.number for change in growing.changes}:
        finals = [change.final for change in growing.changes if change.number == number]
        assert finals == [False] * (len(finals) - 1) + [True]


def test_a_caption_is_heard_while_it_is_written_and_final_after_its_blank_line() -> None:
    growing = Growing()
    assert growing.append("WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ana>So wh") != []
    assert growing.append("at happened") == growing.changes[-1:]
    growing.append("\n\n")
    assert texts(growing.changes) == [
        (0, "So wh", False),
        (0, "So what happened", False),
        (0, "So what happened", True),
    ]


def test_a_last_caption_rewritten_in_place_stays_one_utterance() -> None:
    growing = Growing()
    head = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ana>Hello\n\n"
    growing.append(head + "00:03.000 --> 00:04.000\n<v Bo>Hi\n")
    growing.rewrite((head + "00:03.000 --> 00:05.000\n<v Bo>Hi there, we\n").encode())
    growing.rewrite((head + "00:03.000 --> 00:06.000\n<v Bo>Hi there, we broke\n\n").encode())
    assert texts(growing.changes) == [
        (0, "Hello", True),
        (1, "Hi", False),
        (1, "Hi there, we", False),
        (1, "Hi there, we broke", True),
    ]
    assert growing.changes[-1].piece.end == 6.0


def test_a_caption_that_stops_growing_is_complete() -> None:
    growing = Growing()
    growing.append("WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ana>Who noticed\n")
    growing.quiet()
    growing.append("first of you\n")
    growing.append("\n")
    assert texts(growing.changes) == [
        (0, "Who noticed", False),
        (0, "Who noticed", True),
        (1, "first of you", False),
        (1, "first of you", True),
    ]


@pytest.mark.parametrize(
    ("times", "said"), [("01.000 --> 00:02.000", "Who noticed"), ("01.200 --> 00:02.400", "Who notised")]
)
def test_a_settled_caption_that_is_corrected_is_not_repeated(times: str, said: str) -> None:
    growing = Growing()
    growing.append("WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ana>Who notised\n")
    growing.quiet()
    growing.rewrite(f"WEBVTT\n\n00:{times}\n<v Ana>{said}\n\n".encode())
    assert growing.said == [("Ana", "Who notised")]


def test_named_lines_are_heard_at_once() -> None:
    growing = Growing()
    assert texts(growing.append("ana: hello\n")) == [(0, "hello", False)]
    assert texts(growing.append("bo: hi\n")) == [(0, "hello", True), (1, "hi", False)]
    assert texts(growing.quiet()) == [(1, "hi", True)]


def test_json_lines_can_mark_finals() -> None:
    growing = Growing()
    growing.append('{"speaker": "Ana", "text": "so", "final": false}\n{"speaker": "Bo", "text": "mm"}\n')
    growing.append('{"speaker": "Ana", "text": "so what", "final": false}\n{"speaker": "Ana", "text": "so what now"}\n')
    growing.append('{"speaker": "Ana", "text": "tell me"}\n')
    assert texts(growing.changes) == [
        (0, "so", False),
        (1, "mm", True),
        (0, "so what", False),
        (0, "so what now", True),
        (2, "tell me", True),
    ]


def test_json_lines_with_ids_grow_in_parallel() -> None:
    growing = Growing()
    for number, text, final in [(7, "a", "false"), (8, "x", "false"), (7, "a b", "true"), (8, "x y", "true")]:
        growing.append(f'{{"utterance": {number}, "speaker": "S{number}", "text": "{text}", "final": {final}}}\n')
    assert texts(growing.changes) == [(0, "a", False), (1, "x", False), (0, "a b", True), (1, "x y", True)]


def test_a_rewritten_file_with_the_same_beginning_yields_only_new_text() -> None:
    growing = Growing()
    growing.append("Ana: hello\nBo: hi\nAna: so\n")
    growing.replace("Ana: hello\nBo: hi\nAna: so what\nBo: well\n")
    growing.close()
    assert growing.said == [("Ana", "hello"), ("Bo", "hi"), ("Ana", "so what"), ("Bo", "well")]


def test_a_replaced_file_is_heard_from_its_beginning() -> None:
    growing = Growing()
    growing.append("Ana: hello\nBo: hi\nAna: so\n")
    growing.replace("WEBVTT\n\n00:00.000 --> 00:01.000\n<v Cy>welcome\n\n")
    growing.close()
    assert growing.said == [("Ana", "hello"), ("Bo", "hi"), ("Cy", "welcome")]
    assert len({change.number for change in growing.changes}) == 4


def test_a_window_of_the_last_captions_repeats_none() -> None:
    cues = [f"00:{second:02}.000 --> 00:{second + 1:02}.000\n<v Ana>number {second}\n\n" for second in range(10)]
    growing = Growing()
    growing.append("WEBVTT\n\n" + "".join(cues[:3]))
    for last in range(4, 11):
        growing.replace("WEBVTT\n\n" + "".join(cues[last - 3 : last]))
    assert growing.said == [("Ana", f"number {second}") for second in range(10)]


@pytest.mark.parametrize(
    ("mark", "encoding"), [(b"", "utf-8"), (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le")]
)
def test_a_replaced_file_continues_inside_a_caption_whatever_its_encoding(mark: bytes, encoding: str) -> None:
    cues = [f"00:{second:02}.000 --> 00:{second + 1:02}.000\nnumber {second}\n\n" for second in range(8)]
    unfinished = "00:09.000 --> 00:10.000\nmy plan is x y\n"
    growing = Growing()
    growing.rewrite(mark + ("WEBVTT\n\n" + "".join(cues) + unfinished).encode(encoding))
    growing.transcript.restart()
    window = "WEBVTT\n\n" + "".join(cues[4:]) + unfinished
    for text in (window, f"{window}and then we go\n"):
        growing.rewrite(mark + text.encode(encoding))
    growing.close()
    assert growing.said[-1] == ("", "my plan is x y\nand then we go")


def captions_of(second: int, *texts: str) -> str:
    """Captions of one second each that grow word by word."""
    cues = (f"00:00:{at:02}.000 --> 00:00:{at + 1:02}.000\n{text}\n\n" for at, text in enumerate(texts, second))
    return "WEBVTT\n\n" + "".join(cues)


def test_growing_captions_of_a_new_file_lose_no_words_that_stand_where_others_stood() -> None:
    first = ("Ana: we", "Ana: we lost", "Ana: we lost two days", "Ana: we lost two days.", "Bo: when did you notice it")
    second = ("Ana: so", "Ana: so what", "Ana: so what happened next", "Bo: nobody", "Bo: nobody told us")
    growing = Growing()
    for count in range(1, len(first) + 1):
        growing.rewrite(captions_of(1, *first[:count]).encode())
    growing.quiet()
    before = len(growing.said)
    growing.replace(captions_of(20, *second[:1]))
    for count in range(2, len(second) + 1):
        growing.rewrite(captions_of(20, *second[:count]).encode())
    growing.close()
    words = " ".join(text for _, text in growing.said[before:])
    assert words == "so what happened next nobody told us"


TALK = "the invoice of the night shift was never paid before friday and nobody told the manager about it again"


def grown(sentences: int) -> list[str]:
    """Captions of one second each; every sentence takes three and is different."""
    captions = []
    for number in range(sentences):
        who, words = (
            "Ana" if number % 3 else "Bo",
            [f"{number}th", *TALK.split()[number % 7 : number % 7 + 3 + number % 5]],
        )
        captions += [f"{who}: {' '.join(words[:count])}" for count in (1, 2)] + [f"{who}: {' '.join(words)}."]
    return captions


@given(st.data())
@settings(max_examples=examples(30), deadline=None)
def test_a_window_of_growing_captions_repeats_no_word(data: st.DataObject) -> None:
    """A file that always holds the last captions begins in the middle of a sentence."""
    captions, window, numbered = grown(12), data.draw(st.integers(4, 12)), data.draw(st.booleans())
    cues = [f"00:00:{at:02}.000 --> 00:00:{at + 1:02}.000\n{text}\n\n" for at, text in enumerate(captions)]
    growing, end = Growing(), 0
    while end < len(cues):
        end = min(len(cues), end + data.draw(st.integers(1, window // 2)))
        shown = cues[max(0, end - window) : end]
        content = "".join(f"{number}\n{cue}" for number, cue in enumerate(shown, 1)) if numbered else "".join(shown)
        if growing.bytes:
            growing.replace(f"WEBVTT\n\n{content}")
        else:
            growing.rewrite(f"WEBVTT\n\n{content}".encode())
    growing.close()
    heard = " ".join(f"{who}: {text}" for who, text in growing.said).replace("Ana: ", "").replace("Bo: ", "")
    sentences = [text.partition(": ")[2] for text in captions[2::3]]
    assert heard.replace(".", "").split() == " ".join(sentences).replace(".", "").split()


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_long_call_is_not_read_again_from_its_beginning(path: Path) -> None:
    content = path.read_text()
    growing = Growing()
    for _ in range(20):
        growing.append(content)
    assert len(growing.bytes) - growing.transcript.resume_at <= len(content.encode())


def test_an_endless_line_is_not_read_again_and_again() -> None:
    growing = Growing()
    growing.append("Ana: ")
    for _ in range(40):
        growing.append("x" * 65_536)
    assert len(growing.bytes) - growing.transcript.resume_at <= 1024 * 1024 + MAX_LINE_BYTES + 65_536


def test_lines_without_names_have_no_speaker() -> None:
    growing = Growing()
    growing.append("so what happened there\nour import broke twice\n")
    assert growing.changes == []
    growing.append("who noticed it first\n")
    assert growing.said == [
        ("", "so what happened there"),
        ("", "our import broke twice"),
        ("", "who noticed it first"),
    ]


def test_the_pieces_keep_their_own_times() -> None:
    growing = Growing()
    growing.append('{"start": 1.5, "end": 2.5, "speaker": "Ana", "text": "hello"}\n')
    assert growing.changes[0].piece == Piece("Ana", "hello", 1.5, 2.5, 0)


@pytest.mark.parametrize(
    "head",
    ["WEBVTT\n\n00:01.000 --> 00:02.000\n", "Bo: hi\nAna: yes\nBo: so\n", "Ana Silva  0:05\nyes\n\nBo Lee  0:09\n"],
)
@pytest.mark.parametrize("line", ["we lost two days", "wait"])
def test_an_endless_utterance_is_not_read_again_from_its_beginning(head: str, line: str) -> None:
    lines = [f"{line}{number}" for number in range(2 * MAX_BLOCK_BYTES // len(line))]
    growing = Growing()
    growing.append(head)
    for first in range(0, len(lines), 500):
        growing.append("".join(f"{each}\n" for each in lines[first : first + 500]))
        assert len(growing.bytes) - growing.transcript.resume_at <= MAX_BLOCK_BYTES + 500 * 24
    growing.close()
    assert (
        " ".join(text for _, text in growing.said).split()[-len(" ".join(lines).split()) :] == " ".join(lines).split()
    )


def test_a_json_document_costs_what_is_new() -> None:
    def parsed_lines(size: int) -> int:
        growing = Growing()
        growing.append('{"segments": [\n')
        for number in range(size):
            growing.append(f'{{"speaker": "Ana", "text": "remark {number}"}},\n')
        return count_steps(lambda: growing.append('{"speaker": "Ana", "text": "the last one"},\n'))

    assert parsed_lines(400) < parsed_lines(100) + 100
