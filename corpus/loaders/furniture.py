"""Takes the furniture of a web page away: menus, tabs, notices, surveys, footers, doubled alternative text, icon labels.

Rules look at form and place (runs of short links before the text, labels printed again and again, what follows the end of the
text) and at the reviewed patterns of `boilerplate.yaml`. Every part taken away is a finding with its reason; in doubt a part
stays and is reported as doubtful.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from corpus.loaders.references import is_reference_heading
from corpus.loaders.types import Finding, Outcome, Part, PartKind
from corpus.loaders.wordlists import describes_picture, is_scale, label_reason, phrase_reason

BODY_WORDS = 12
HEADED_WORDS = 3
LINK_WORDS = 6
LINK_RUN = 4
ICON_WORDS = 4
REPEATS = 3
SURVEY = "survey"
_NUMBER = re.compile(
    r"(?:document (?:number|id)\s*:?\s*)?([A-Z]{2,}(?:-[A-Z0-9]{2,})*-\d{3,}(?:[-_. ]?v?\d+(?:\.\d+)?)?)", re.I
)
_STOP = re.compile(r"[.!?][\d,;–-]*[\"”’)\]]*(?:\ue010[^\ue011]*\ue011)?\s*\Z")
_DOUBLED = re.compile(r"(?P<once>\S.{11,}?)[\s|]+(?P=once)", re.DOTALL)
_STAMPED = re.compile(r"[\[(]\d{1,2}:\d{2}")
_LEAD_IN = re.compile(r":[\d,;–-]*(?:\ue010[^\ue011]*\ue011)?\s*\Z")


@dataclass(frozen=True, slots=True)
class Cleared:
    """What is left of a page, with the findings about the rest; `number` is a document number printed on it."""

    parts: tuple[Part, ...]
    findings: tuple[Finding, ...]
    number: str = ""


def clear_page(parts: Sequence[Part]) -> Cleared:
    """Return the parts of a web page that are its text."""
    findings: list[Finding] = []
    number = _document_number(parts)
    for step in (_drop_number, _merge_doubles, _drop_survey, _drop_patterns, _drop_repeats, _drop_frame, _drop_icons):
        parts = step(parts, findings)
    parts = _strip_shared_prefix(parts, findings)
    return Cleared(tuple(parts), tuple(findings), number)


def is_body(part: Part) -> bool:
    """Return whether a part is running text: a paragraph of some length that ends like a sentence, a cue, or a table."""
    if part.kind is PartKind.TABLE:
        return True
    if _STAMPED.match(part.text):
        return True
    words = len(part.text.split())
    return part.kind is PartKind.PARAGRAPH and words >= BODY_WORDS and bool(_STOP.search(part.text))


def is_fragment(part: Part) -> bool:
    """Return whether a part is a short line that ends like no sentence."""
    return len(part.text.split()) < BODY_WORDS and not _STOP.search(part.text)


def _dropped(part: Part, reason: str) -> Finding:
    return Finding(Outcome.DROPPED, reason, part.text, part.origin)


def _filter(parts: Sequence[Part], findings: list[Finding], why: Callable[[Part], str | None]) -> list[Part]:
    kept = []
    for part in parts:
        reason = why(part) if part.kind is not PartKind.TABLE else None
        if reason is None:
            kept.append(part)
        else:
            findings.append(_dropped(part, reason))
    return kept


def _document_number(parts: Sequence[Part]) -> str:
    found = [match[1] for part in parts if (match := _NUMBER.fullmatch(part.text.strip()))]
    return found[-1] if found else ""


def _drop_number(parts: Sequence[Part], findings: list[Finding]) -> list[Part]:
    return _filter(parts, findings, lambda part: "document number" if _NUMBER.fullmatch(part.text.strip()) else None)


def _merge_doubles(parts: Sequence[Part], findings: list[Finding]) -> list[Part]:
    """A line printed twice in a row is the alternative text of a picture; two equal lines in a row are one."""
    merged: list[Part] = []
    for part in parts:
        match = _DOUBLED.fullmatch(part.text.strip())
        if match and part.kind is PartKind.PARAGRAPH:
            findings.append(_dropped(replace(part, text=match["once"]), "alternative text printed twice; kept once"))
            merged.append(replace(part, kind=PartKind.FIGURE, text=match["once"]))
        elif merged and part.text == merged[-1].text and part.kind is merged[-1].kind and part.kind is not PartKind.TABLE:
            findings.append(_dropped(part, "printed twice; kept once"))
        else:
            merged.append(part)
    return merged


def _drop_survey(parts: Sequence[Part], findings: list[Finding]) -> list[Part]:
    """A survey begins with its question and goes on while lines are fragments; answers of scales belong to it anywhere."""
    scales = sum(is_scale(part.text) for part in parts)
    kept: list[Part] = []
    inside = False
    for part in parts:
        asks = phrase_reason(part.text) == SURVEY
        goes_on = inside and is_fragment(part) and part.kind is PartKind.PARAGRAPH and not is_reference_heading(part.text)
        inside = asks or goes_on
        if inside or (scales >= REPEATS and is_scale(part.text)):
            findings.append(_dropped(part, SURVEY))
        else:
            kept.append(part)
    return kept


def _drop_patterns(parts: Sequence[Part], findings: list[Finding]) -> list[Part]:
    headings = _headings_of_text(parts)

    def why(part: Part) -> str | None:
        # "Terms" over a list of definitions is a heading; over nothing, it was a link.
        return (None if id(part) in headings else label_reason(part.text)) or phrase_reason(part.text)

    return _filter(parts, findings, why)


def _headings_of_text(parts: Sequence[Part]) -> set[int]:
    """Identities of the headings that running text, an item of some length, a figure or a table follows."""
    return {
        id(part)
        for part, below in pairwise(parts)
        if part.kind is PartKind.HEADING and below.kind is not PartKind.HEADING and (below.text.count(" ") > 3 or below.rows)
    }


def _drop_repeats(parts: Sequence[Part], findings: list[Finding]) -> list[Part]:
    counts = Counter(part.text for part in parts if part.kind is PartKind.PARAGRAPH and len(part.text.split()) <= 3)
    return _filter(
        parts,
        findings,
        lambda part: (
            "label printed again and again" if counts[part.text] >= REPEATS and part.kind is PartKind.PARAGRAPH else None
        ),
    )


def _drop_frame(parts: Sequence[Part], findings: list[Finding]) -> list[Part]:
    """Drop what stands before the title and after the end of the text, and lists of links inside the text."""
    body = [position for position, part in enumerate(parts) if is_body(part)]
    if not body:
        return list(parts)
    first, last = _title_start(parts, body[0]), _text_end(parts, body[-1])
    links = _link_runs(parts)
    kept = []
    for position, part in enumerate(parts):
        if position < first:
            findings.append(_dropped(part, "menu or tabs before the text"))
        elif position > last:
            findings.append(_dropped(part, "footer behind the text"))
        elif position in links:
            findings.append(Finding(Outcome.DOUBTFUL, "may be a list of links; kept", part.text, part.origin))
            kept.append(part)
        else:
            kept.append(part)
    return kept


def _title_start(parts: Sequence[Part], first_body: int) -> int:
    """Return where the text begins: at the page's own headings, else at the two lines (title, section) above it."""
    headings = [position for position in range(first_body) if parts[position].kind is PartKind.HEADING]
    if headings:
        tops = [position for position in headings if parts[position].level == 1]
        return tops[-1] if tops else headings[0]
    start = first_body
    while start and first_body - start < 2 and _may_be_title(parts[start - 1]):
        start -= 1
    return start


def _may_be_title(part: Part) -> bool:
    return part.kind is PartKind.PARAGRAPH and is_fragment(replace(part, text=" ".join(part.text.split()[: BODY_WORDS - 1])))


def _text_end(parts: Sequence[Part], last_body: int) -> int:
    """Return the last position of the text: running text, a list that is not one of links, a figure."""
    links = _link_runs(parts)
    end = last_body
    for position in range(last_body + 1, len(parts)):
        part = parts[position]
        is_listed = part.kind is PartKind.ITEM and position not in links
        if is_listed or part.kind is PartKind.FIGURE or _is_headed(parts, position):
            end = position
    return end


def _is_headed(parts: Sequence[Part], position: int) -> bool:
    """A short sentence under a heading of the page's own is text of the page."""
    part = parts[position]
    if part.kind is not PartKind.PARAGRAPH or len(part.text.split()) < HEADED_WORDS or not _STOP.search(part.text):
        return False
    above = next((parts[i] for i in range(position - 1, -1, -1) if parts[i].kind is not PartKind.PARAGRAPH), None)
    return above is not None and above.kind is PartKind.HEADING


def _leads(part: Part) -> bool:
    return bool(_LEAD_IN.search(part.text)) or is_reference_heading(part.text)


def _link_runs(parts: Sequence[Part]) -> set[int]:
    """Return the positions of items in runs that read like links and that no line leads into."""
    found: set[int] = set()
    run: list[int] = []
    for position, part in enumerate([*parts, Part(PartKind.PARAGRAPH, "", "")]):
        if part.kind is PartKind.ITEM and not part.label:
            run.append(position)
            continue
        if len(run) >= LINK_RUN and not (run[0] and _leads(parts[run[0] - 1])) and all(_is_link(parts[i].text) for i in run):
            found.update(run)
        run = []
    return found


def _is_link(text: str) -> bool:
    return len(text.split()) <= LINK_WORDS and not re.search(r"[.:;!?%]|\d", text)


def _drop_icons(parts: Sequence[Part], findings: list[Finding]) -> list[Part]:
    """In a group of lines, short labels that stand before longer lines again and again name icons; pictures are dropped too."""
    icons = {
        position
        for position in range(len(parts) - 1)
        if _is_icon(parts[position]) and parts[position + 1].close and len(parts[position + 1].text.split()) > BODY_WORDS - 5
    }
    if len(icons) < 2:
        icons = set()
    kept = []
    for position, part in enumerate(parts):
        if position in icons:
            findings.append(_dropped(part, "label of an icon"))
        elif part.kind in (PartKind.PARAGRAPH, PartKind.FIGURE) and len(part.text) < 160 and describes_picture(part.text):
            findings.append(_dropped(part, "says what a picture looks like"))
        else:
            kept.append(part)
    return kept


def _is_icon(part: Part) -> bool:
    is_plain = not re.search(r"[\d+/.:;,?!]", part.text)
    return part.kind is PartKind.PARAGRAPH and is_plain and len(part.text.split()) <= ICON_WORDS


def _strip_shared_prefix(parts: Sequence[Part], findings: list[Finding]) -> list[Part]:
    """A sentence that several short lines begin with is the label of an icon; the lines behind it are headings of one level."""
    prefixes = Counter(prefix for part in parts if (prefix := _prefix(part)))
    shared = {prefix for prefix, count in prefixes.items() if count >= REPEATS}
    result = []
    for part in parts:
        prefix = _prefix(part)
        if prefix not in shared:
            result.append(part)
            continue
        findings.append(Finding(Outcome.DROPPED, "label of an icon", prefix, part.origin))
        result.append(replace(part, kind=PartKind.HEADING, level=4, text=part.text[len(prefix) :].strip()))
    return result


def _prefix(part: Part) -> str:
    match = re.match(r"(\S+(?: \S+){2,}?\.) (?=\S)", part.text) if part.kind is PartKind.PARAGRAPH else None
    return match[1] if match and not _STOP.search(part.text) else ""
