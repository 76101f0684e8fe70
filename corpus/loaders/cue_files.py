"""Reads WebVTT and SubRip captions: cue times, speakers from voice tags, running text.

Captions break sentences over cues. Cues are joined until the sentence ends, so that a statement is whole and keeps the time
at which it begins; roll-up captions that repeat the line before are read once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from corpus.loaders.cleaning import clean_text
from corpus.loaders.errors import LoadRefused, Refusal
from corpus.loaders.sentences import split_statements
from corpus.loaders.types import Finding, Format, Outcome, Part, PartKind, RawDocument
from corpus.loaders.wordlists import is_direction, without_noises
from corpus.types import Locator, LocatorType

MAX_JOINED_S = 60.0
_TIME = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,](\d{3})"
_TIMING = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}.*")
_VOICE = re.compile(r"<v(?:\.[^ >]*)?\s+([^>]+)>")
_TAG = re.compile(r"<[^>]*>|\{\\[^}]*\}")
_NAMED = re.compile(
    r"\s*(?:[-–]\s*)?(?:>>\s*)?((?:Dr|Prof(?:essor)?|Mr|Mrs|Ms)\.? [A-Z][\w’'. -]{1,40}|[A-Z][A-Z .'-]{2,30}"
    r"|Moderator|Narrator|Interviewer|Host|Speaker \d+)\s*:\s+"
)
# Behind a dash any name of some words counts.
_DASHED_NAME = re.compile(r"\s*(?:[-–]|>>)\s*([A-Z][\w’'.-]*(?: [A-Z][\w’'.-]*){0,4})\s*:\s+")
_DASH = re.compile(r"\s*(?:[-–]\s+|>>\s*)(?=\S)")


@dataclass(frozen=True, slots=True)
class _Cue:
    start_s: float
    end_s: float
    speaker: str
    text: str
    line: int


def load_cues(text: str, format_: Format) -> RawDocument:
    """Return one part for each stretch of whole sentences, located by time and speaker.

    Raises:
        LoadRefused: no cue can be read.
    """
    cues = list(_cues(text.replace("\r\n", "\n").replace("\r", "\n")))
    if not cues:
        raise LoadRefused(Refusal.BROKEN, "no cue with times was found; export the captions again")
    findings: list[Finding] = []
    return RawDocument(format_, tuple(_parts(cues, findings)), tuple(findings))


def _cues(text: str) -> Iterator[_Cue]:
    last = ""
    line = 1
    for block in text.split("\n\n"):
        lines = block.split("\n")
        at = next((i for i, row in enumerate(lines) if _TIMING.match(row)), None)
        if at is not None and not lines[0].startswith(("NOTE", "STYLE", "REGION")):
            match = _TIMING.match(lines[at])
            said = [row for row in lines[at + 1 :] if row.strip() and row.strip() != last]
            last = lines[-1].strip() or last
            if match is not None and said:
                yield from _cues_of(match, said, line + at)
        line += len(lines) + 1


def _cues_of(match: re.Match[str], said: list[str], line: int) -> Iterator[_Cue]:
    """One cue for each speaker: a line that begins with a voice, a name or a dash is the next one's."""
    turns: list[str] = []
    for row in said:
        is_turn = bool(_VOICE.match(row)) or bool(_NAMED.match(_plain(row))) or bool(_DASH.match(_plain(row)))
        turns[len(turns) - (not is_turn and bool(turns)) :] = [row if is_turn or not turns else f"{turns[-1]} {row}"]
    for turn in turns:
        yield _cue(match, turn, line)


def _cue(match: re.Match[str], said: str, line: int) -> _Cue:
    voice = _VOICE.search(said)
    plain = _plain(said)
    named = _NAMED.match(plain) or _DASHED_NAME.match(plain)
    speaker = clean_text(voice[1]) if voice else (named[1] if named else "")
    text = plain[named.end() :] if named else _DASH.sub("", plain)
    return _Cue(_seconds(match.groups()[:4]), _seconds(match.groups()[4:]), speaker, text, line)


def _plain(said: str) -> str:
    """The words of a line, without tags of captions and of older subtitle programs (`{\\an8}`)."""
    return clean_text(unescape(_TAG.sub("", said)))


def _seconds(groups: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, thousandths = (int(group or 0) for group in groups)
    return hours * 3600 + minutes * 60 + seconds + thousandths / 1000


def _parts(cues: list[_Cue], findings: list[Finding]) -> Iterator[Part]:
    group: list[_Cue] = []
    for cue in cues:
        if group and _is_over(group, cue):
            yield from _part(group, findings)
            group = []
        group.append(cue)
    yield from _part(group, findings)


def _is_over(group: list[_Cue], following: _Cue) -> bool:
    changes_speaker = bool(following.speaker) and following.speaker != group[0].speaker
    ends = group[-1].text.rstrip('"”’)]').endswith((".", "!", "?"))
    return changes_speaker or ends or following.end_s - group[0].start_s > MAX_JOINED_S


def _part(group: list[_Cue], findings: list[Finding]) -> Iterator[Part]:
    origin = f"line {group[0].line}"
    speech = []
    said, directions = without_noises(" ".join(cue.text for cue in group))
    for sentence in split_statements(said):
        if is_direction(sentence):
            directions.append(sentence.strip())
        else:
            speech.append(sentence)
    findings.extend(Finding(Outcome.DROPPED, "stage direction", direction, origin) for direction in directions)
    text = "".join(speech).strip()
    if text:
        locator = Locator(LocatorType.VIDEO, start_s=group[0].start_s, end_s=group[-1].end_s, speaker=group[0].speaker or None)
        yield Part(PartKind.PARAGRAPH, text, origin, locator=locator)
