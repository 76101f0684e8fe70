"""Captions and transcripts: times, speakers, stage directions, sentences over several cues."""

from __future__ import annotations

import pytest

from corpus.loaders import LoadRefused, Outcome, ParsedDocument, parse_bytes

VTT = """WEBVTT

NOTE made for a test

1
00:00:01.000 --> 00:00:04.000
[Music]

2
00:00:04.500 --> 00:00:08.000 align:start
<v Dr Ann Roe>Testimab helped some patients

00:00:08.000 --> 00:00:12.250
with advanced disease. It is given
every week.

00:01:00.000 --> 00:01:05.000
<v Host>What comes next?
"""
SRT = """1
00:00:04,500 --> 00:00:08,000
DR ROE: Testimab helped some patients.

2
01:00:08,000 --> 01:00:12,250
It is given every week.
"""
TRANSCRIPT = """Testimab Webinar

[00:05] Upbeat music fades in.

(00:10) Dr Roe: Testimab helped some patients with advanced disease in the first trial of its kind.

It is given once every week by mouth, as far as we know at this moment in time.

(01:02:03) [Applause]

Moderator: Thank you for the talk about testimab that you gave to all of us today.
"""


def spoken(parsed: ParsedDocument) -> list[tuple[float | None, float | None, str | None, str]]:
    return [
        (part.locator.start_s, part.locator.end_s, part.locator.speaker, part.text)
        for part in parsed.parts
        if part.locator.start_s is not None
    ]


def test_webvtt_gives_whole_sentences_with_times_and_speakers() -> None:
    parsed = parse_bytes(VTT.encode(), "talk.vtt")
    assert parsed.is_video
    assert spoken(parsed) == [
        (4.5, 12.25, "Dr Ann Roe", "Testimab helped some patients with advanced disease. It is given every week."),
        (60.0, 65.0, "Host", "What comes next?"),
    ]
    assert [finding.reason for finding in parsed.report.of(Outcome.DROPPED)] == ["stage direction"]


def test_subrip_gives_times_beyond_the_hour_and_named_speakers() -> None:
    parsed = parse_bytes(SRT.encode(), "talk.srt")
    assert spoken(parsed) == [
        (4.5, 8.0, "DR ROE", "Testimab helped some patients."),
        (3608.0, 3612.25, None, "It is given every week."),
    ]


def test_a_transcript_with_stamps_gives_cues_without_directions() -> None:
    parsed = parse_bytes(TRANSCRIPT.encode(), "talk.txt")
    cues = spoken(parsed)
    assert [(start, end, who) for start, end, who, _ in cues] == [
        (10, 3723, "Dr Roe"),
        (10, 3723, None),
        (3723, None, "Moderator"),
    ]
    assert cues[2][3].startswith("Thank you")
    assert {finding.text for finding in parsed.report.of(Outcome.DROPPED)} >= {"Upbeat music fades in.", "[Applause]"}


def test_captions_without_times_are_refused() -> None:
    with pytest.raises(LoadRefused, match="no cue"):
        parse_bytes(b"WEBVTT\n\nhello\n", "talk.vtt")
