"""References that each slide prints at its foot under numbers of its own, brought into one numbered list.

Equal citations become one reference, in the order in which they first appear; the superscripts of a slide are renumbered with
them. Where the presentation has a slide of references instead, nothing is changed here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from corpus.loaders.marks import expand_numbers
from corpus.loaders.references import is_reference_heading, read_references
from corpus.loaders.types import SUPER_CLOSE, SUPER_OPEN, Finding, Part, PartKind
from corpus.types import Reference

_ENTRY = re.compile(r"(?:^|(?<=[.;)\d] ))\s*(\d{1,2})[.)]\s+(?=[A-Z])")
_YEAR = re.compile(r"\b(?:19|20)\d{2}\b")
_LEAD = re.compile(r"\s*(?:references?|sources?)\s*:\s*", re.IGNORECASE)
_SUPER = re.compile(f"{SUPER_OPEN}([^{SUPER_CLOSE}]*){SUPER_CLOSE}")


def join_references(parts: Sequence[Part]) -> tuple[list[Part], tuple[Reference, ...], list[Finding]]:
    """Return the parts without the references of slides, the one list, and its doubtful entries."""
    if any(part.kind is PartKind.HEADING and is_reference_heading(part.text) for part in parts):
        return list(parts), (), []
    numbers: dict[str, int] = {}
    entries: list[tuple[int, str, str]] = []
    local: dict[tuple[int | None, int], int] = {}
    kept: list[Part] = []
    for part in parts:
        found = _entries(part)
        if not found:
            kept.append(part)
        for number, citation in found:
            if citation not in numbers:
                numbers[citation] = len(numbers) + 1
                entries.append((numbers[citation], citation, part.origin))
            local[part.locator.slide, number] = numbers[citation]
    if not entries:
        return kept, (), []
    references, findings = read_references(entries)
    return [_renumbered(part, local) for part in kept], references, findings


def _entries(part: Part) -> list[tuple[int, str]]:
    """The numbered citations of a box that holds nothing else; empty when it holds anything else."""
    if part.kind not in (PartKind.PARAGRAPH, PartKind.ITEM):
        return []
    text = _LEAD.sub("", part.text, count=1) if _LEAD.match(part.text) else part.text
    text = text.replace(SUPER_OPEN, "").replace(SUPER_CLOSE, ". ")
    starts = list(_ENTRY.finditer(text))
    if not starts or starts[0].start() > 0:
        return []
    ends = [match.start() for match in starts[1:]] + [len(text)]
    found = [(int(match[1]), text[match.end() : end].strip(" ;")) for match, end in zip(starts, ends, strict=True)]
    return found if all(_YEAR.search(citation) for _, citation in found) else []


def _renumbered(part: Part, local: dict[tuple[int | None, int], int]) -> Part:
    def renumber(match: re.Match[str]) -> str:
        numbers = expand_numbers(match[1])
        if not numbers or any((part.locator.slide, number) not in local for number in numbers):
            return match[0]
        joined = ",".join(str(local[part.locator.slide, number]) for number in numbers)
        return f"{SUPER_OPEN}{joined}{SUPER_CLOSE}"

    rows = tuple(tuple(_SUPER.sub(renumber, cell) for cell in row) for row in part.rows)
    return replace(part, text=_SUPER.sub(renumber, part.text), rows=rows)
