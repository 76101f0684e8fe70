"""Reads a text dump of a page: lines, bullets, numbered lines. Headings are inferred, since a dump has none.

A file whose lines are broken at a fixed width is joined to paragraphs first. It decides nothing about menus or surveys.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from corpus.loaders.cleaning import clean_text
from corpus.loaders.furniture import is_body
from corpus.loaders.types import Format, Part, PartKind, RawDocument

HEADING_WORDS = 16
WRAP_CHARS = (50, 100)
_BULLET = re.compile(r"(?P<indent>\s*)(?:[•·▪◦●‣–*]|-)\s+(?=\S)")
_NUMBERED = re.compile(r"(?P<indent>\s*)(?P<label>\d{1,3})[.)]\s+(?=\S)")
_ENDS = re.compile(r"[.!?:;,][\d,–-]*[\"”’)\]]*\s*\Z")
_SMALL_WORDS = frozenset(
    [
        "a",
        "an",
        "and",
        "as",
        "at",
        "but",
        "by",
        "for",
        "from",
        "in",
        "into",
        "is",
        "nor",
        "of",
        "on",
        "or",
        "per",
        "the",
        "to",
        "upon",
        "via",
        "vs",
        "with",
        "who",
    ]
)


def load_page_text(text: str) -> RawDocument:
    """Return the lines of a dump as paragraphs and items."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\ufeff", "").split("\n")
    return RawDocument(Format.PAGE_TEXT, tuple(_join_wrapped(list(_parts(lines)))))


def _parts(lines: Sequence[str]) -> Iterator[Part]:
    close = False
    for number, line in enumerate(lines, start=1):
        if not clean_text(line):
            close = False
            continue
        yield _part(line, number, close)
        close = True


def _part(line: str, number: int, close: bool) -> Part:
    origin = f"line {number}"
    bullet, numbered = _BULLET.match(line), _NUMBERED.match(line)
    found = bullet or numbered
    if found is None:
        return Part(PartKind.PARAGRAPH, clean_text(line), origin, close=close)
    label = numbered["label"] if numbered and not bullet else ""
    text = clean_text(line[found.end() :])
    return Part(PartKind.ITEM, text, origin, level=len(found["indent"]) // 2, label=label, close=close)


def _join_wrapped(parts: list[Part]) -> list[Part]:
    """Join lines broken at a fixed width: most lines that another follows closely are about as long as the longest."""
    inner = [len(part.text) for part, after in pairwise(parts) if after.close]
    low, high = WRAP_CHARS
    is_wrapped = (
        len(inner) > 3 and max(inner) <= high + 30 and sum(low <= size <= high + 30 for size in inner) > 0.6 * len(inner)
    )
    if not is_wrapped:
        return parts
    joined: list[Part] = []
    for part in parts:
        if joined and part.close and part.kind is PartKind.PARAGRAPH and len(joined[-1].text) >= low / 2:
            joined[-1] = replace(joined[-1], text=f"{joined[-1].text} {part.text}")
        else:
            joined.append(part)
    return joined


def infer_headings(parts: Sequence[Part]) -> list[Part]:
    """Return the parts with short title-like lines as headings: the first is the title, the others level 2 and below.

    A heading directly under a heading is one level deeper.
    """
    result: list[Part] = []
    for position, part in enumerate(parts):
        following = parts[position + 1] if position + 1 < len(parts) else None
        if part.kind is not PartKind.PARAGRAPH or following is None or not _is_heading(part, following):
            result.append(part)
            continue
        has_title = any(earlier.kind is PartKind.HEADING for earlier in result)
        above = result[-1] if result else None
        level = 2 if has_title else 1
        if has_title and above is not None and above.kind is PartKind.HEADING and above.level > 1:
            level = min(above.level + 1, 6)
        elif part.close or following.close:
            level = 3 if has_title else 1
        result.append(replace(part, kind=PartKind.HEADING, level=level))
    return result


def _is_heading(part: Part, following: Part) -> bool:
    words = part.text.split()
    if (
        not words
        or words[0][0] in "(["
        or len(words) > HEADING_WORDS
        or _ENDS.search(part.text)
        or not re.search(r"[A-Za-z]{2}", part.text)
    ):
        return False
    weighty = [word for word in words if word.lower() not in _SMALL_WORDS and word[0].isalpha()]
    titled = sum(word[0].isupper() for word in weighty) >= 0.7 * len(weighty) if weighty else False
    if titled:
        return True
    return (
        len(words) <= 8 and not part.close and (is_body(following) or following.kind is PartKind.ITEM) and not following.close
    )
