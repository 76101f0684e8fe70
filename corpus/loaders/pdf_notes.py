"""Footnotes of a PDF: small print that begins with the next number, where that number is raised somewhere in the text.

They become the reference list of a document that has none of its own. Numbers must run from 1 without a gap; anything else
stays text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from corpus.loaders.marks import expand_numbers
from corpus.loaders.pdf_layout import Paragraph
from corpus.loaders.references import is_reference_heading
from corpus.loaders.types import SUPER_CLOSE, SUPER_OPEN

SMALLER = 0.95  # of the size of the text: larger print is no footnote
_RAISED = re.compile(f"{SUPER_OPEN}([^{SUPER_CLOSE}]*){SUPER_CLOSE}")
_NOTE = re.compile(rf"(?:{SUPER_OPEN}(?P<raised>\d{{1,3}}){SUPER_CLOSE}\s*|(?P<plain>\d{{1,3}})[.)]?\s+)(?=\S)")
Entry = tuple[int, str, str]


def take_notes(paragraphs: Sequence[Paragraph]) -> tuple[list[Paragraph], list[Entry]]:
    """Return the paragraphs that are text, and the footnotes as (number, text, place) in order."""
    if any(is_reference_heading(line.text) for paragraph in paragraphs for line in paragraph.lines):
        return list(paragraphs), []
    small = SMALLER * _text_size(paragraphs)
    raised = {
        number
        for paragraph in paragraphs
        for line in paragraph.lines
        if line.size >= small
        for mark in _RAISED.findall(line.text)
        for number in expand_numbers(mark)
    }
    kept: list[Paragraph] = []
    entries: list[Entry] = []
    above: Paragraph | None = None  # footnotes, where the paragraph before is some
    for paragraph in paragraphs:
        found = _entries(paragraph, len(entries) + 1, raised) if paragraph.lines and paragraph.size < small else []
        entries.extend(found)
        if not found and above is not None and _goes_on(above, paragraph):
            number, text, place = entries[-1]
            entries[-1] = (number, " ".join([text, *(line.text for line in paragraph.lines)]), place)
        elif not found:
            kept.append(paragraph)
            above = None
            continue
        above = paragraph
    return kept, entries


def _goes_on(above: Paragraph, below: Paragraph) -> bool:
    """Whether small print stands right below small print of its size."""
    if not below.lines or below.page != above.page or abs(above.size - below.size) > 0.1:
        return False
    return 0 < below.lines[0].top - above.lines[-1].top < 1.6 * above.size


def _text_size(paragraphs: Sequence[Paragraph]) -> float:
    sizes: Counter[float] = Counter()
    for paragraph in paragraphs:
        for line in paragraph.lines:
            sizes[line.size] += len(line.text)
    return min(sizes, key=lambda size: (-sizes[size], size)) if sizes else 0.0


def _entries(paragraph: Paragraph, first: int, raised: set[int]) -> list[Entry]:
    """The footnotes of a paragraph of small print; none unless it begins with the number that comes next."""
    place = f"page {paragraph.page}, footnote"
    entries: list[Entry] = []
    for position, line in enumerate(paragraph.lines):
        number, text = _numbered(line.text)
        if position == 0 and paragraph.label:
            number, text = int(paragraph.label), line.text
        if number == first + len(entries) and number in raised:
            entries.append((number, text, place))
        elif entries:
            entries[-1] = (entries[-1][0], f"{entries[-1][1]} {line.text}", place)
        else:
            return []
    return entries


def _numbered(text: str) -> tuple[int, str]:
    match = _NOTE.match(text)
    return (int(match["raised"] or match["plain"]), text[match.end() :]) if match else (0, text)
