"""Reads a saved web page: headings, paragraphs, lists, tables, figures by alternative text, superscripts.

Elements that never hold text of the page (scripts, navigation, dialogs, forms, what is hidden) are dropped by their role; the
rest of the furniture is judged later by form and wording. No script runs, no address is opened, no entity is expanded.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

from lxml import etree, html

from corpus.loaders.cleaning import clean_text
from corpus.loaders.errors import LoadRefused, Refusal
from corpus.loaders.grids import Cell, lay_out, table_parts
from corpus.loaders.types import SUPER_CLOSE, SUPER_OPEN, Finding, Format, Outcome, Part, PartKind, RawDocument

MAX_DEPTH = 250
HIDDEN = "hidden on the page"
_SILENT = frozenset(
    [
        "script",
        "style",
        "template",
        "noscript",
        "svg",
        "iframe",
        "object",
        "embed",
        "canvas",
        "audio",
        "head",
        "link",
        "meta",
        "input",
        "select",
        "option",
        "textarea",
    ]
)
_DROPPED = {
    "nav": "menu or navigation",
    "footer": "footer",
    "aside": "side matter",
    "form": "form",
    "dialog": "dialog",
    "button": "button",
}
_ROLES = {
    "navigation": "menu or navigation",
    "banner": "page head",
    "contentinfo": "footer",
    "dialog": "dialog",
    "alertdialog": "dialog",
    "search": "search",
    "complementary": "side matter",
}
_NAMES = re.compile(
    r"(?:^|[\s_-])(cookies?|consent|gdpr|onetrust|breadcrumbs?|share|social|survey|feedback|newsletter|site-?nav|navbar|mega-?menu|skip-?link|interstitial)(?:$|[\s_-])",
    re.I,
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "header",
        "hgroup",
        "hr",
        "html",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
    ]
)
_LOCAL = re.compile(r"(?:file:|\\\\|[a-z]:[\\/])", re.I)


def load_html(text: str) -> RawDocument:
    """Return the parts of a saved page.

    Raises:
        LoadRefused: no HTML can be made of it, or it is nested beyond all measure.
    """
    parser = html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        root = html.document_fromstring(text.encode("utf-8", "surrogatepass"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as error:
        raise LoadRefused(Refusal.BROKEN, "no page can be read from it; save the page again as HTML") from error
    reader = _Reader(_controlled(root))
    for element in _scope(root):
        reader.walk(element, 0)
    reader.flush()
    title = clean_text(root.findtext(".//title") or "")
    return RawDocument(Format.HTML, tuple(reader.parts), (*reader.findings, *_local_links(root)), title=title)


def _scope(root: Any) -> list[Any]:
    """The main element where there is one with most of the text, else the whole body."""
    body = root.find("body")
    body = root if body is None else body
    whole = len(body.text_content())
    for path in (".//main", ".//*[@role='main']", ".//article"):
        found = root.findall(path)
        if found and sum(len(element.text_content()) for element in found) >= 0.5 * whole and len(found) == 1:
            return list(found)
    return [body]


def _controlled(root: Any) -> frozenset[str]:
    """Ids of what a button or tab of the page unfolds: hidden until then, but text of the page."""
    ids: set[str] = set()
    for element in root.iter("a", "button", "summary", "div", "span", "h2", "h3", "h4", "li"):
        for name in ("aria-controls", "data-target", "data-bs-target"):
            ids.update((element.get(name) or "").replace("#", " ").split())
        if element.get("role") in ("tab", "button") or element.get("aria-expanded") is not None:
            ids.add((element.get("href") or "").removeprefix("#"))
    return frozenset(ids - {""})


def _local_links(root: Any) -> Iterator[Finding]:
    for element in root.iter(etree.Element):
        for name in ("href", "src", "data", "background"):
            target = element.get(name) or ""
            if _LOCAL.match(target):
                yield Finding(Outcome.DROPPED, "link to a local file, not followed", target[:200], f"line {element.sourceline}")


class _Reader:
    """Collects parts; inline text gathers until the next block begins."""

    def __init__(self, controlled: Collection[str] = ()) -> None:
        self._controlled = controlled
        self.parts: list[Part] = []
        self.findings: list[Finding] = []
        self._text: list[str] = []
        self._kind = PartKind.PARAGRAPH
        self._level = 0
        self._line = 1
        self._label = ""
        self._images: list[str] = []
        self._term = ""
        self._heading = 1

    def flush(self) -> None:
        """End the block that is being gathered."""
        text = clean_text_with_marks("".join(self._text))
        self._text = []
        if text and self._term:
            text, self._term = f"{self._term}{'' if self._term[-1] in ':?!' else ':'} {text}", ""
        if text:
            self.parts.append(Part(self._kind, text, f"line {self._line}", level=self._level, label=self._label))
        images, self._images = self._images, []
        self.parts.extend(Part(PartKind.FIGURE, alt, f"line {self._line}") for alt in images if alt != text)

    def walk(self, element: Any, depth: int) -> None:
        """Read one element with all below it."""
        if depth > MAX_DEPTH:
            raise LoadRefused(Refusal.HOSTILE, f"elements are nested more than {MAX_DEPTH} deep; save the page again")
        if not isinstance(element.tag, str) or element.tag in _SILENT:
            return
        reason = _why_dropped(element)
        if reason == HIDDEN and element.get("id") in self._controlled:
            text = clean_text(element.text_content())[:400]
            self.findings.append(Finding(Outcome.DOUBTFUL, "folded on the page, kept", text, f"line {element.sourceline}"))
        elif reason is not None:
            self._drop(element, reason)
            return
        name = element.tag
        if name == "table":
            self._table(element)
        elif name == "img":
            self._image(element)
        elif name == "sup":
            self._text.append(f"{SUPER_OPEN}{element.text_content().strip()}{SUPER_CLOSE}")
        elif name == "br":
            self._text.append(" ")
        elif name == "dt":
            self._begin_term(element)
        elif name in _BLOCKS:
            self._block(element, depth)
        else:
            self._inline(element, depth)

    def _inline(self, element: Any, depth: int) -> None:
        self._text.append(element.text or "")
        for child in element:
            self.walk(child, depth + 1)
            self._text.append(child.tail or "")

    def _block(self, element: Any, depth: int) -> None:
        self.flush()
        before = (self._kind, self._level, self._label)
        self._begin(element)
        self._line = element.sourceline or self._line
        self._text.append(element.text or "")
        for child in element:
            self.walk(child, depth + 1)
            self._text.append(child.tail or "")
        self.flush()
        self._kind, self._level, self._label = before

    def _begin(self, element: Any) -> None:
        name = element.tag
        if name == "summary" and _opens_section(element.getparent(), ("details",)):
            self._kind, self._level, self._label = PartKind.HEADING, min(6, self._heading_above(element) + 1), ""
        elif re.fullmatch(r"h[1-6]", name):
            self._kind, self._level, self._label = PartKind.HEADING, int(name[1]), ""
            self._heading = self._level
        elif name == "li":
            self._kind, self._level = PartKind.ITEM, max(0, sum(1 for up in element.iterancestors("ul", "ol")) - 1)
            self._label = _label(element)

    def _begin_term(self, element: Any) -> None:
        """A term stands before its first explanation; one that is explained at length, like a question, heads a section."""
        self.flush()
        term = clean_text(element.text_content())
        explained = next((after for after in element.itersiblings("dt", "dd")), None)
        if not term or explained is None or explained.tag == "dt":
            self._text.append(term)
            self.flush()
        elif len(explained.findall(".//p") + explained.findall(".//li")) > 1 and _opens_section(element.getparent(), ("dl",)):
            level = min(6, self._heading_above(element) + 1)
            self.parts.append(Part(PartKind.HEADING, term, f"line {element.sourceline}", level=level))
        else:
            self._term = term

    def _heading_above(self, element: Any) -> int:
        """The level of the heading that a fold or a list of terms stands under; a fold inside a fold stands one level below."""
        return self._heading + sum(1 for up in element.iterancestors("details") if up is not element.getparent())

    def _table(self, element: Any) -> None:
        self.flush()
        caption = element.find("caption")
        if caption is not None and clean_text(caption.text_content()):
            self.parts.append(Part(PartKind.PARAGRAPH, clean_text(caption.text_content()), f"line {element.sourceline}"))
        cells, header_rows = _table_cells(element)
        self.parts.extend(table_parts(lay_out(cells, header_rows), f"line {element.sourceline}"))

    def _image(self, element: Any) -> None:
        alt = clean_text(element.get("alt") or "")
        if len(alt.split()) > 3:
            self._images.append(alt)
        elif alt:
            self.findings.append(Finding(Outcome.DROPPED, "label of an icon", alt, f"line {element.sourceline}"))

    def _drop(self, element: Any, reason: str) -> None:
        text = clean_text(element.text_content())
        if text:
            self.findings.append(Finding(Outcome.DROPPED, reason, text[:400], f"line {element.sourceline}"))


def clean_text_with_marks(text: str) -> str:
    """Clean text that carries superscript marks of a loader, keeping these."""
    pieces = re.split(f"({SUPER_OPEN}|{SUPER_CLOSE})", text)
    if len(pieces) == 1:
        return clean_text(text)
    spaced = "\x00".join(piece.replace("\x00", "") for piece in pieces)
    cleaned = [" ".join(_padded(piece)) for piece in spaced.split("\x00")]
    return "".join(cleaned).strip()


def _padded(piece: str) -> list[str]:
    if piece in (SUPER_OPEN, SUPER_CLOSE):
        return [piece]
    words = clean_text(piece)
    lead, trail = (" " if piece[:1].isspace() else ""), (" " if piece[-1:].isspace() and words else "")
    return [f"{lead}{words}{trail}"]


def _why_dropped(element: Any) -> str | None:
    name = element.tag
    if name in _DROPPED and not (name == "aside" and len(element.text_content()) > 2000):
        return _DROPPED[name]
    role = element.get("role") or ""
    if role in _ROLES:
        return _ROLES[role]
    if name == "header" and not any(True for _ in element.iterancestors("main", "article")) and element.find(".//h1") is None:
        return "page head"
    if element.get("aria-hidden") == "true" or element.get("hidden") is not None or _HIDDEN.search(element.get("style") or ""):
        return HIDDEN
    named = (
        _NAMES.search(f"{element.get('class') or ''} {element.get('id') or ''}")
        if name not in ("html", "body", "main")
        else None
    )
    return f"{named[1].lower()} element" if named else None


def _opens_section(element: Any, kinds: Collection[str]) -> bool:
    """Whether nothing but its like, a heading or the end follows: what comes behind must not seem to belong to it."""
    if element is None or element.find(".//h2") is not None or element.find(".//h3") is not None:
        return False
    shown = (after for after in element.itersiblings() if isinstance(after.tag, str) and _why_dropped(after) is None)
    following = next(shown, None)
    if (element.tail or "").strip():
        return False
    if following is None:
        parent = element.getparent()
        return parent is None or parent.tag in ("body", "main", "article") or _opens_section(parent, ())
    return following.tag in kinds or bool(re.fullmatch(r"h[1-6]", following.tag)) or following.find(".//h2") is not None


def _table_cells(element: Any) -> tuple[list[list[Cell]], int]:
    """The cells of a table and how many rows are its header; a table inside a cell is text of that cell."""
    rows = [row for row in element.iter("tr") if next(row.iterancestors("table"), None) is element]
    cells = [[(_cell(cell), *_spans(cell)) for cell in row if cell.tag in ("td", "th")] for row in rows]
    heads = [row.getparent().tag == "thead" for row in rows]
    return cells, heads.index(False) if False in heads else 0


def _label(element: Any) -> str:
    parent = element.getparent()
    if parent is None or parent.tag != "ol":
        return ""
    items = [child for child in parent if child.tag == "li"]
    start = parent.get("start") or "1"
    return str(int(start) + items.index(element)) if start.isdecimal() and element in items else ""


def _cell(cell: Any) -> str:
    reader = _Reader()
    for position, child in enumerate([None, *cell]):
        if child is None:
            reader._text.append(cell.text or "")
            continue
        reader._text.append(" " if child.tag in _BLOCKS and position else "")
        if child.tag == "sup":
            reader.walk(child, 0)
        else:
            reader._text.append(_with_superscripts(child))
        reader._text.append(child.tail or "")
    return clean_text_with_marks("".join(reader._text))


def _with_superscripts(element: Any) -> str:
    pieces = [element.text or ""]
    for child in element:
        if child.tag == "sup":
            pieces.append(f"{SUPER_OPEN}{child.text_content().strip()}{SUPER_CLOSE}")
        elif isinstance(child.tag, str) and child.tag not in _SILENT:
            pieces.append(" " if child.tag in _BLOCKS or child.tag == "br" else "")
            pieces.append(_with_superscripts(child))
        pieces.append(child.tail or "")
    return "".join(pieces)


def _spans(cell: Any) -> tuple[int, int]:
    def number(name: str) -> int:
        value = cell.get(name) or "1"
        return min(100, max(1, int(value))) if value.isdecimal() else 1

    return number("rowspan"), number("colspan")
