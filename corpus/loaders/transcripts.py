"""Cues of a recording inside any document: lines that begin with `(mm:ss)` open a cue, stage directions are dropped.

What follows a stamp up to the next one, or up to a heading, is spoken in that cue. The heading that follows the last cue,
with a line that names the speaker, is the recording's caption and is put before it. It hears nothing: a speaker is known only
when named.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.loaders.sentences import split_statements
from corpus.loaders.types import Finding, Outcome, Part, PartKind
from corpus.loaders.wordlists import is_direction, without_noises
from corpus.places import read_clock
from corpus.types import Locator, LocatorType

_STAMP = re.compile(
    r"\s*[\[(]?(?P<start>(?:\d{1,2}:)?\d{1,2}:\d{2})(?:[.,]\d+)?\s*(?:(?:-|–|-->)\s*(?P<end>(?:\d{1,2}:)?\d{1,2}:\d{2})?)?[\])]?\s*[-–:]?\s*"
)
_BRACKETED = re.compile(r"\s*[\[(](?:\d{1,2}:)?\d{1,2}:\d{2}")
_SPEAKER = re.compile(r"\b(?:Dr|Prof(?:essor)?|Mr|Mrs|Ms)\.?(?: [A-Z][\w’'.-]*){1,4}")
_PRESENTS = re.compile(
    r"\b(?:reviews?|discuss(?:es)?|explains?|describes?|presents?|talks?|shares?|summari[sz]es?|outlines?|speaks?|comments?|answers?)\b"
)
_SAYS = re.compile(
    r"(?P<who>(?:Dr|Prof(?:essor)?|Mr|Mrs|Ms)\.? ?[A-Z][\w’'. -]{2,40}"
    r"|[A-Z][A-Z .'-]{2,30}|Speaker \d+|Moderator|Narrator)\s*:\s+(?=\S)"
)


@dataclass(frozen=True, slots=True)
class Recording:
    """Parts with the cues placed, the findings, and the speaker where one is named."""

    parts: tuple[Part, ...]
    findings: tuple[Finding, ...]
    speaker: str = ""


def place_cues(parts: Sequence[Part]) -> Recording:
    """Return the parts with every spoken paragraph located in its cue and the recording under its caption."""
    stamps = [position for position, part in enumerate(parts) if _is_stamp(part)]
    if len(stamps) < 2:
        return Recording(tuple(parts), ())
    first, end = stamps[0], _end(parts, stamps[-1])
    findings: list[Finding] = []
    caption, after = _caption(parts, end)
    speaker = _speaker(caption)
    spoken = _spoken(parts[first:end], speaker, findings)
    heading = _heading(caption, parts[:first], speaker)
    moved = [replace(part, level=0) if part.kind is PartKind.HEADING else part for part in caption[1:]]
    return Recording((*parts[:first], *heading, *moved, *spoken, *parts[after:]), tuple(findings), speaker)


def _is_stamp(part: Part) -> bool:
    return part.kind in (PartKind.PARAGRAPH, PartKind.ITEM) and bool(_BRACKETED.match(part.text))


def _end(parts: Sequence[Part], last_stamp: int) -> int:
    """Return where the speech of the last cue ends: at the next heading, table or figure."""
    position = last_stamp + 1
    while position < len(parts) and parts[position].kind in (PartKind.PARAGRAPH, PartKind.ITEM):
        position += 1
    return position


def _caption(parts: Sequence[Part], end: int) -> tuple[list[Part], int]:
    if end + 1 < len(parts) and parts[end].kind is PartKind.HEADING:
        below = parts[end + 1]
        if below.kind is PartKind.PARAGRAPH and _SPEAKER.search(below.text) and _PRESENTS.search(below.text):
            return [parts[end], below], end + 2
    return [], end


def _speaker(caption: Sequence[Part]) -> str:
    match = _SPEAKER.search(caption[1].text) if caption else None
    return match[0].rstrip(".") if match else ""


def _heading(caption: Sequence[Part], before: Sequence[Part], speaker: str) -> list[Part]:
    """The caption as heading, said to be a video and whose: what is spoken does not name its speaker."""
    if not caption:
        is_titled = bool(before) and before[-1].kind is PartKind.HEADING
        origin = before[-1].origin if before else "line 1"
        return [] if is_titled else [Part(PartKind.HEADING, "Video transcript", origin, level=2)]
    title = caption[0].text
    named = title if re.match(r"(?:video|podcast|webinar|recording)\b", title, re.IGNORECASE) else f"Video: {title}"
    return [replace(caption[0], text=f"{named} ({speaker})" if speaker and speaker not in named else named, level=2)]


def _spoken(parts: Sequence[Part], speaker: str, findings: list[Finding]) -> list[Part]:
    starts = [read_clock(match["start"]) for part in parts if _is_stamp(part) and (match := _STAMP.match(part.text))]
    spoken: list[Part] = []
    cue = -1
    for part in parts:
        text = part.text
        if _is_stamp(part):
            cue += 1
            stamp = _STAMP.match(text)
            text = text[stamp.end() :] if stamp else text
        end_s = starts[cue + 1] if cue + 1 < len(starts) else None
        who, text = _said_by(text, speaker)
        text = _without_directions(replace(part, text=text), findings)
        if text:
            locator = Locator(type=LocatorType.VIDEO, start_s=starts[cue], end_s=end_s, speaker=who or None)
            spoken.append(replace(part, kind=PartKind.PARAGRAPH, text=text, locator=locator, level=0, label=""))
    return spoken


def _said_by(text: str, speaker: str) -> tuple[str, str]:
    match = _SAYS.match(text)
    return (match["who"].strip(), text[match.end() :]) if match else (speaker, text)


def _without_directions(part: Part, findings: list[Finding]) -> str:
    speech = []
    said, directions = without_noises(part.text)
    for sentence in split_statements(said):
        if is_direction(sentence):
            directions.append(sentence.strip())
        else:
            speech.append(sentence)
    findings.extend(Finding(Outcome.DROPPED, "stage direction", direction, part.origin) for direction in directions)
    return "".join(speech).strip()
