"""Paragraphs of PDF pages as parts: words broken at line ends joined, paragraphs that run over a page put together, headings.

A statement keeps the page on which it begins: a paragraph that runs over a page is divided at the first statement that begins
there. Headings are what is set larger than the text, or bold throughout and short.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from corpus.loaders.grids import Laid, table_parts
from corpus.loaders.pdf_joining import Vocabulary, learn_vocabulary
from corpus.loaders.pdf_layout import Paragraph
from corpus.loaders.pdf_lines import SMALL
from corpus.loaders.pdf_tables import LINE_END, Grid, continue_table
from corpus.loaders.sentences import split_statements
from corpus.loaders.types import SUPER_CLOSE, SUPER_OPEN, Part, PartKind
from corpus.types import Locator, LocatorType

LARGER = 1.06
HEADING_WORDS = 30
PAGE_BREAK = "\ue012"  # stands around the number of a page where it begins inside a paragraph
_STOP = re.compile(r"[.!?:][\"”’)\]]*(?:\ue010[^\ue011]*\ue011|\[\^\d+\])*\Z")
_ONLY_NUMBERS = re.compile(r"[\d,;–-]+")
Key = tuple[int, int]


def build_parts(paragraphs: Sequence[Paragraph], grids: Mapping[Key, Grid]) -> list[Part]:
    """Return the parts of a document.

    Args:
        paragraphs: in reading order.
        grids: tables by page and index.
    """
    body = _body_size(paragraphs)
    paragraphs = _unwrapped(paragraphs, LARGER * body)
    levels = _levels(paragraphs, body)
    vocabulary = learn_vocabulary([line.text for line in paragraph.lines] for paragraph in paragraphs)
    parts: list[Part] = []
    sizes: list[float] = []
    for paragraph in paragraphs:
        if paragraph.table is not None:
            _add_table(parts, sizes, paragraph, _joined_cells(grids[paragraph.page, paragraph.table], vocabulary))
            continue
        text = _text(paragraph, vocabulary)
        level = _level(paragraph, text, body, levels)
        above = _goes_on(parts, sizes, paragraph, level, text)
        if above is not None:
            parts[above] = replace(parts[above], text=_joined(parts[above].text, text, paragraph.page, vocabulary))
        elif text:
            parts.append(_part(paragraph, text, level))
            sizes.append(paragraph.size)
    return [piece for part in parts for piece in _by_page(part)]


def _unwrapped(paragraphs: Sequence[Paragraph], larger: float) -> list[Paragraph]:
    """A heading across the columns and its short last line, which stands in one of them, are one heading."""
    joined: list[Paragraph] = []
    for paragraph in paragraphs:
        above = joined[-1] if joined else None
        if above is not None and paragraph.size > larger and _is_wrapped(above, paragraph):
            joined[-1] = replace(above, lines=(*above.lines, *paragraph.lines))
        else:
            joined.append(paragraph)
    return joined


def _is_wrapped(above: Paragraph, below: Paragraph) -> bool:
    is_like = abs(above.size - below.size) < 0.1 and above.is_bold == below.is_bold and above.page == below.page
    if not is_like or above.is_item or below.is_item or not above.lines or not below.lines:
        return False
    return 0 < below.lines[0].top - above.lines[-1].top < 1.6 * above.size


def _body_size(paragraphs: Sequence[Paragraph]) -> float:
    sizes: Counter[float] = Counter()
    for paragraph in paragraphs:
        for line in paragraph.lines:
            sizes[line.size] += len(line.text)
    return min(sizes, key=lambda size: (-sizes[size], size)) if sizes else 0.0


def _levels(paragraphs: Sequence[Paragraph], body: float) -> dict[float, int]:
    """Levels by size: the largest is level 1 where it stands once, at the beginning; else level 2."""
    large = [p for p in paragraphs if p.lines and p.size > LARGER * body and len(p.lines) <= 4]
    sizes = [p.size for p in large if not p.is_item or p.label]
    distinct = sorted(set(sizes), reverse=True)
    has_title = bool(distinct) and sizes.count(distinct[0]) == 1
    first = 1 if has_title else 2
    return {size: min(6, first + position) for position, size in enumerate(distinct)}


def _level(paragraph: Paragraph, text: str, body: float, levels: Mapping[float, int]) -> int:
    words = len(text.split())
    if paragraph.is_item and not paragraph.label:
        return 0  # a point of a slide, however large
    if paragraph.size > LARGER * body and words <= HEADING_WORDS and len(paragraph.lines) <= 4:
        return levels.get(paragraph.size, 2)
    is_label = paragraph.is_bold and words <= HEADING_WORDS / 2 and not _STOP.search(text) and not paragraph.is_item
    return min(6, max(levels.values(), default=1) + 1) if is_label and paragraph.size >= 0.95 * body else 0


def _text(paragraph: Paragraph, vocabulary: Vocabulary) -> str:
    return vocabulary.join(_raised(line.text, line.size, paragraph.size) for line in paragraph.lines)


def _raised(text: str, size: float, above: float) -> str:
    """A line of small numbers is what did not fit behind the word they stand at."""
    return f"{SUPER_OPEN}{text}{SUPER_CLOSE}" if size < SMALL * above and _ONLY_NUMBERS.fullmatch(text) else text


def _part(paragraph: Paragraph, text: str, level: int) -> Part:
    locator = Locator(type=LocatorType.PAGE, page=paragraph.page)
    origin = f"page {paragraph.page}"
    if level:
        return Part(PartKind.HEADING, text, origin, level=level, locator=locator)
    kind = PartKind.ITEM if paragraph.is_item else PartKind.PARAGRAPH
    return Part(kind, text, origin, locator=locator, label=paragraph.label)


def _goes_on(parts: Sequence[Part], sizes: Sequence[float], paragraph: Paragraph, level: int, text: str) -> int | None:
    """Return the position of the part on the page or in the column before that this paragraph goes on with."""
    if level or paragraph.is_item or not text:
        return None
    for position in range(len(parts) - 1, max(-1, len(parts) - 4), -1):
        part = parts[position]
        if part.kind in (PartKind.HEADING, PartKind.TABLE):
            return None
        if abs(sizes[position] - paragraph.size) > 0.6:
            continue
        is_open = not _STOP.search(part.text)
        if is_open and (
            text[0].islower() or part.text[-1] in ",;–-" or (_page_of(part) != paragraph.page and len(part.text) > 80)
        ):
            return position
        return None
    return None


def _page_of(part: Part) -> int:
    pages = re.findall(rf"{PAGE_BREAK}(\d+){PAGE_BREAK}", part.text)
    return int(pages[-1]) if pages else part.locator.page or 0


def _joined(text: str, following: str, page: int, vocabulary: Vocabulary) -> str:
    """Join a paragraph with its rest; the page on which the rest stands is noted where it begins."""
    joined = vocabulary.append(text, following)
    at = len(joined) - len(following)
    return f"{joined[:at]}{PAGE_BREAK}{page}{PAGE_BREAK}{joined[at:]}"


def _by_page(part: Part) -> list[Part]:
    """Divide a paragraph that runs over pages at the first statement that begins on the next."""
    if PAGE_BREAK not in part.text:
        return [part]
    split = re.split(rf"{PAGE_BREAK}(\d+){PAGE_BREAK}", part.text)
    begins = [(0, part.locator.page or 0)]
    for before, number in zip(split[::2], split[1::2], strict=False):
        begins.append((begins[-1][0] + len(before), int(number)))
    pieces: list[tuple[int, str]] = []
    offset = 0
    for statement in split_statements("".join(split[::2])):
        page = max((start, number) for start, number in begins if start <= offset)[1]
        if pieces and pieces[-1][0] == page:
            pieces[-1] = (page, pieces[-1][1] + statement)
        else:
            pieces.append((page, statement))
        offset += len(statement)
    return [_piece(part, text, page, position) for position, (page, text) in enumerate(pieces)]


def _piece(part: Part, text: str, page: int | None, position: int) -> Part:
    kind, label = (part.kind, part.label) if position == 0 else (PartKind.PARAGRAPH, "")
    return replace(
        part,
        kind=kind,
        label=label,
        text=text.strip(),
        locator=Locator(type=LocatorType.PAGE, page=page),
        origin=f"page {page}",
    )


def _joined_cells(grid: Grid, vocabulary: Vocabulary) -> Laid:
    def join(texts: Sequence[str]) -> tuple[str, ...]:
        return tuple(vocabulary.join(text.split(LINE_END)) for text in texts)

    return Laid(join(grid.laid.above), tuple(join(row) for row in grid.laid.rows), join(grid.laid.below))


def _add_table(parts: list[Part], sizes: list[float], paragraph: Paragraph, laid: Laid) -> None:
    locator = Locator(type=LocatorType.PAGE, page=paragraph.page)
    above, rows = parts[-1] if parts else None, laid.rows
    if (
        above is not None
        and above.kind is PartKind.TABLE
        and above.locator.page == paragraph.page - 1
        and len(above.rows[0]) == len(rows[0])
    ):
        before, rows = continue_table(above.rows, rows)
        parts[-1] = replace(above, rows=before)
    for part in table_parts(replace(laid, rows=rows), f"page {paragraph.page}"):
        parts.append(replace(part, locator=locator))
        sizes.append(0.0)
