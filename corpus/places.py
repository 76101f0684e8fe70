"""How a place in the original (page, slide, stretch of video) is written into a document's Markdown.

A place is a line of its own, `[at]: # (page 3)`, and holds until the next one; `(text)` ends it. To Markdown it is a link
definition, so no renderer shows it. Forms: `page N`, `slide N`, `video MM:SS-MM:SS` (the end may be left out;
hours in front where needed) with `, Speaker` behind it.
"""

from __future__ import annotations

import re

from corpus.types import Locator, LocatorType

_CLOCK = r"(?:\d+:)?\d{1,2}:\d{2}"
_PLACE = re.compile(
    rf"[ \t]*\[at\]: # \((?:(?P<plain>text)|(?P<kind>page|slide) (?P<number>\d+)"
    rf"|video (?P<start>{_CLOCK})-(?P<end>{_CLOCK})?(?:, (?P<speaker>[^()]+))?)\)[ \t]*\Z"
)


def read_place(line: str) -> Locator | None:
    """Return the place a line of Markdown names; None when it names none."""
    match = _PLACE.match(line)
    if match is None:
        return None
    if match["plain"]:
        return Locator()
    if match["kind"] == "page":
        return Locator(type=LocatorType.PAGE, page=int(match["number"]))
    if match["kind"] == "slide":
        return Locator(type=LocatorType.SLIDE, slide=int(match["number"]))
    end_s = read_clock(match["end"]) if match["end"] else None
    return Locator(type=LocatorType.VIDEO, start_s=read_clock(match["start"]), end_s=end_s, speaker=match["speaker"])


def write_place(locator: Locator) -> str:
    """Return the line that names a place; times are whole seconds, rounded down."""
    if locator.type is LocatorType.PAGE:
        return f"[at]: # (page {locator.page})"
    if locator.type is LocatorType.SLIDE:
        return f"[at]: # (slide {locator.slide})"
    if locator.type is LocatorType.VIDEO:
        end = write_clock(locator.end_s) if locator.end_s is not None else ""
        speaker = re.sub(r"[()\n\\]", " ", locator.speaker or "").strip()
        return f"[at]: # (video {write_clock(locator.start_s or 0.0)}-{end}{f', {speaker}' if speaker else ''})"
    return "[at]: # (text)"


def read_clock(clock: str) -> float:
    """Return the seconds of `MM:SS` or `H:MM:SS`."""
    seconds = 0
    for part in clock.split(":"):
        seconds = seconds * 60 + int(part)
    return float(seconds)


def write_clock(seconds: float) -> str:
    """Return `MM:SS`, or `H:MM:SS` from an hour on."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes:02d}:{rest:02d}"
