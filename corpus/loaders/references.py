"""The reference list: found by its heading, taken apart into numbered entries, checked entry by entry.

Run-on entries are split, DOIs and addresses are found, and whatever departs from the usual form of a citation is flagged in the
entry's `note` and in the report. Nothing is corrected and nothing is looked up: the wording stays as printed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.loaders.types import SUPER_CLOSE, SUPER_OPEN, Finding, Outcome, Part, PartKind
from corpus.types import Reference

_HEADING = re.compile(
    r"(?:\d+\.?\s*)?(?:list of )?(?:references?|bibliography|literature(?: cited)?|works cited|citations|sources)\s*:?", re.I
)
_LABEL = re.compile(r"\s*[\[(]?(\d{1,3})(?:[.)\]]\s*|\s+)(?=\S)")
_DOI = re.compile(r"\b(10\.\d{4,9}/[^\s\"<>]+)")
_URL = re.compile(r"\bhttps?://[^\s\"<>)]+")
_AUTHORS = re.compile(r"(?<=[.;:]) (?=[A-Z][\w'’-]+ [A-Z]{1,3}(?:, [A-Z][\w'’-]+ [A-Z]{1,3})*,? et al?\.)")
_ONLY_AUTHORS = re.compile(r"[A-Z][\w'’-]+ [A-Z]{1,3}(?:, [A-Z][\w'’-]+ [A-Z]{1,3})*,? et al?\.?\Z")
_FLAWS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\bet a\.|\bet\. al\b|\bet al(?=[ ,;](?!\.))"), "'et al.' is misspelt"),
    (re.compile(r"\.\.(?!\.)"), "two full stops follow each other"),
    (re.compile(r"\b(?:19|20)\d{2}:\d+:"), "a colon stands where a semicolon follows the year"),
    (re.compile(r"\b(?:19|20)\d{2};\s*\d+\s*[-–]\s*\d+"), "no volume stands between year and pages"),
    (re.compile(r"\b(?:19|20)\d{2};\d+\(\d+\)\.(?!\S*\d)"), "no pages follow volume and issue"),
)
_YEAR = re.compile(r"\b(?:19|20)\d{2}\b")


def is_reference_heading(text: str) -> bool:
    """Return whether a heading opens a reference list."""
    return bool(_HEADING.fullmatch(text.strip()))


def split_references(parts: Sequence[Part]) -> tuple[list[Part], list[tuple[int, str, str]]]:
    """Return the parts without the reference list, and its entries as (number, text, origin).

    The list begins at a reference heading, or at an item or paragraph labelled 1 below it, and goes on while the numbers do.
    """
    kept: list[Part] = []
    entries: list[tuple[int, str, str]] = []
    inside = False
    for part in parts:
        is_heading = part.kind is PartKind.HEADING or (part.kind is PartKind.PARAGRAPH and len(part.text) < 30)
        if is_heading and is_reference_heading(part.text):
            inside = True
            continue
        if inside and _continues(part, entries):
            _take(part, entries)
            continue
        inside = False
        kept.append(part)
    return kept, _split_numbers(entries)


def _continues(part: Part, entries: Sequence[tuple[int, str, str]]) -> bool:
    if part.kind not in (PartKind.ITEM, PartKind.PARAGRAPH):
        return False
    expected = entries[-1][0] + 1 if entries else 1
    number = _number(part)
    if number is not None:
        return number >= expected if entries else number < 5
    if part.kind is PartKind.ITEM:
        return not part.label
    # A line that goes on with the entry above it, or with the number printed at that entry's end.
    has_number = bool(entries) and entries[-1][1].endswith(f" {expected}.")
    return bool(entries) and bool(has_number or _YEAR.search(part.text) or _DOI.search(part.text) or _URL.search(part.text))


def _number(part: Part) -> int | None:
    if part.label.isdecimal():
        return int(part.label)
    match = _LABEL.match(_plain(part.text)) if not part.label else None
    return int(match[1]) if match else None


def _plain(text: str) -> str:
    return text.replace(SUPER_OPEN, "").replace(SUPER_CLOSE, " ").strip()


def _take(part: Part, entries: list[tuple[int, str, str]]) -> None:
    text = _plain(part.text)
    number = _number(part)
    if number is None and part.kind is PartKind.PARAGRAPH and entries:
        last = entries.pop()
        entries.append((last[0], f"{last[1]} {text}", last[2]))
        return
    if not part.label and number is not None:
        text = _LABEL.sub("", text, count=1)
    entries.append((number if number is not None else (entries[-1][0] + 1 if entries else 1), text, part.origin))


def _split_numbers(entries: Sequence[tuple[int, str, str]]) -> list[tuple[int, str, str]]:
    """Split entries in which the next numbers stand inline: "1. A. 2020. 2. B. 2021."."""
    taken = {number for number, _, _ in entries}
    result: list[tuple[int, str, str]] = []
    for number, text, origin in entries:
        current, rest = number, text
        while current + 1 not in taken:
            match = re.search(rf"(?<=[.\d)])\s+{current + 1}[.)]\s+(?=[A-Z])", rest)
            if match is None:
                break
            result.append((current, rest[: match.start()].strip(), origin))
            current, rest = current + 1, rest[match.end() :]
            taken.add(current)
        result.append((current, rest.strip(), origin))
    return result


def read_references(entries: Sequence[tuple[int, str, str]]) -> tuple[tuple[Reference, ...], list[Finding]]:
    """Return the bibliography in number order, and a doubtful finding for every entry that departs from the usual form."""
    texts = {number: (text, origin) for number, text, origin in reversed(entries)}
    references, findings = [], []
    for number in sorted(texts):
        text, origin = texts[number]
        following = texts.get(number + 1, ("", ""))[0]
        citation, run_on = _without_run_on(text, following, number)
        notes = [*([run_on] if run_on else []), *_flaws(citation)]
        references.append(_reference(number, citation, notes))
        if notes:
            findings.append(Finding(Outcome.DOUBTFUL, f"reference {number}: {'; '.join(notes)}", text, origin))
    return tuple(references), findings


def _without_run_on(text: str, following: str, number: int) -> tuple[str, str]:
    """Cut off the beginning of another entry that was printed at the end of this one."""
    for match in _AUTHORS.finditer(text):
        head, tail = text[: match.start()].strip(), text[match.end() :].strip()
        if not _YEAR.search(head):
            continue
        if following.startswith(tail.rstrip(".")):
            return head, f"run together with the start of reference {number + 1} ({tail!r}), split"
        if _ONLY_AUTHORS.match(tail):
            return head, f"authors of another work follow ({tail!r}), split off"
        return head, f"another work follows ({tail!r}), split off; add it under its own number"
    return text, ""


def _flaws(citation: str) -> list[str]:
    flaws = [message for pattern, message in _FLAWS if pattern.search(citation)]
    if not _YEAR.search(citation):
        flaws.append("no year")
    if _URL.match(citation):
        flaws.append("an address without a title")
    return flaws


def _reference(number: int, citation: str, notes: Sequence[str]) -> Reference:
    doi = _DOI.search(citation)
    url = _URL.search(citation)
    return Reference(
        n=number,
        citation=citation,
        doi=doi[1].rstrip(".,;)") if doi else None,
        url=url[0].rstrip(".,;") if url else None,
        note="; ".join(notes) or None,
    )
