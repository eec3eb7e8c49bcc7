"""When a recorded call began: from what its transcript, its file and its folder say."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostile import HOSTILE
from salesnerd_tui.speech.transcripts.read import read_transcript
from salesnerd_tui.speech.transcripts.start import RecordedStart, find_start, parse_start

SAMPLES = Path(__file__).parent / "samples"
NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
TALK = "Ida: What made you look now?\nTom: It broke on 3 March 2026 at 10:00.\n"


def local(*fields: int) -> datetime:
    return datetime(*fields).astimezone()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-12 10.02.13 Ida's Zoom Meeting", local(2026, 11, 12, 10, 2, 13)),
        ("GMT20261112-150203_Recording.transcript", datetime(2026, 11, 12, 15, 2, 3, tzinfo=UTC)),
        ("First call-20261112_150203-Meeting Recording", local(2026, 11, 12, 15, 2, 3)),
        ("First call (2026-11-12 10:00 GMT+1) - Transcript", datetime(2026, 11, 12, 9, tzinfo=UTC)),
        ("First call - 2026_11_12 10_00 CET", local(2026, 11, 12, 10)),
        ("November 12, 2026, 2:03PM", local(2026, 11, 12, 14, 3)),
        ("12. November 2026, 02:03 a.m.", local(2026, 11, 12, 2, 3)),
        ('{"startDateTime": "2026-11-12T09:00:00.5Z", "text": "', datetime(2026, 11, 12, 9, tzinfo=UTC)),
        ("2026-11-12T09:00:00-05:30", datetime(2026, 11, 12, 14, 30, tzinfo=UTC)),
        ("call-20261112_1030", local(2026, 11, 12, 10, 30)),
        ("20261112T103000", local(2026, 11, 12, 10, 30)),
    ],
)
def test_a_day_with_a_time(text: str, moment: datetime) -> None:
    assert parse_start(text) == RecordedStart(moment)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "acme 2026-11-12",
            "Nov 12, 2026",
            "Date: 12th Nov. 2026",
            "2026.11.12-acme-v2",
            "acme_20261112_2",
            "2026/11/12",
        ),
        *("2026-11-12 99:99", "2026-11-12T25:00", "20261112-999900", "2026-13-45 or 2026-11-12"),
    ],
)
def test_a_day_without_a_time_is_noon(text: str) -> None:
    assert parse_start(text) == RecordedStart(local(2026, 11, 12, 12), has_time=False)


@pytest.mark.parametrize(
    "text", ["", "acme", "11/12/2026", "2026-02-30", "1999-11-12", "12 calls, 2026", "decision 12, 2026", "2026-1112"]
)
def test_no_day_or_an_ambiguous_one(text: str) -> None:
    assert parse_start(text) is None


@given(st.text() | st.sampled_from(sorted(HOSTILE.values())), st.text())
def test_any_text(before: str, after: str) -> None:
    found = parse_start(f"{before}2026-11-12{after}")
    assert found is None or found.moment.tzinfo is not None


class TestFile:
    def start(self, path: Path, text: str = TALK) -> RecordedStart:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        written = (NOW - timedelta(hours=1)).timestamp()
        os.utime(path, (written, written))
        return find_start(path, read_transcript(path), NOW)

    def test_the_transcript_comes_before_the_name_of_the_file_and_the_folder(self, tmp_path: Path) -> None:
        file = tmp_path / "2026-10-01 Zoom" / "2026-10-02.txt"
        assert self.start(file, f"Nov 12, 2026, 10:00\n\n{TALK}") == RecordedStart(
            local(2026, 11, 12, 10), origin="transcript"
        )
        assert self.start(file) == RecordedStart(local(2026, 10, 2, 12), has_time=False, origin="file name")
        file = file.with_name("captions.txt")
        assert self.start(file) == RecordedStart(local(2026, 10, 1, 12), has_time=False, origin="folder name")

    def test_a_day_that_somebody_talks_about_is_not_the_day_of_the_call(self, tmp_path: Path) -> None:
        start = self.start(tmp_path / "call.txt")
        assert start.origin == "file date"
        assert NOW - timedelta(hours=1, minutes=1) < start.moment < NOW - timedelta(hours=1)

    def test_a_day_in_the_future_is_another_day(self, tmp_path: Path) -> None:
        assert self.start(tmp_path / "launch 2027-01-01.txt").origin == "file date"

    def test_records_that_count_from_1970(self, tmp_path: Path) -> None:
        began = datetime(2026, 11, 12, 9, 0, 5, tzinfo=UTC)
        for time in (began.timestamp(), int(began.timestamp() * 1000), began.isoformat()):
            records = [{"speaker": "Ida", "text": "Hello.", "start": time}, {"speaker": "Tom", "text": "Hi."}]
            start = self.start(tmp_path / "2026-10-01.json", json.dumps(records))
            assert (start.moment, start.origin) == (began, "transcript"), time

    @pytest.mark.parametrize("name", ["teams_document.txt", "meet.txt"])
    def test_a_sample_of_a_meeting_tool(self, name: str) -> None:
        start = find_start(SAMPLES / name, read_transcript(SAMPLES / name), NOW)
        assert (start.origin, start.moment.astimezone(UTC).date().isoformat()) == ("transcript", "2026-03-02")
