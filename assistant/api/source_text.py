"""A document as HTML with one stretch of it marked, for the page a person opens from a citation.

The Markdown is rendered without raw HTML, images or links of its own; reference marks become links to the list below. The
stretch is given in code points of the document. It may begin or end inside a table row or a list item, so the mark is put
around the text inside each element, never across elements.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

from markdown_it import MarkdownIt
from markdown_it.token import Token

# Private-use characters that stand for the ends of the stretch while the text is rendered.
START, END = "\ue000", "\ue001"
_REFERENCES = re.compile(r"(?:\[\^\d+\])+")
_NUMBER = re.compile(r"\d+")
_LINE_MARKUP = re.compile(r"[\s|>#*+\-]*(?:\d+[.)]\s)?[\s*_]*")
_TRAILING_MARKUP = " \t\n|*_"
_MARK_OPEN = '<mark class="cited">'
_FIRST_OPEN = '<mark class="cited" id="passage" tabindex="-1">'
_NOT_RENDERED = ["image", "link", "autolink", "html_inline", "html_block"]
_PARSER = MarkdownIt("commonmark", {"html": False}).enable("table").disable(_NOT_RENDERED)


@dataclass(slots=True)
class _Marker:
    """Where rendering stands: inside the stretch or not, and whether the first mark was made."""

    is_inside: bool = False
    is_begun: bool = False

    def wrap(self, text: str) -> str:
        """Return escaped text with marks and reference links."""
        pieces = []
        for piece in re.split(f"([{START}{END}])", text):
            if piece in {START, END}:
                self.is_inside = piece == START
            elif piece:
                pieces.append(self._marked(_linked(piece)) if self.is_inside and piece.strip() else _linked(piece))
        return "".join(pieces)

    def _marked(self, html: str) -> str:
        opening = _MARK_OPEN if self.is_begun else _FIRST_OPEN
        self.is_begun = True
        return f"{opening}{html}</mark>"


def render_document(text: str, start: int | None = None, end: int | None = None) -> str:
    """Return HTML for the document's Markdown; with `start` and `end`, the stretch between them is marked.

    The headings of the document become `h2` and below, since the page has its own `h1`.
    """
    is_plain = START not in text and END not in text
    if is_plain and start is not None and end is not None and 0 <= start < end <= len(text):
        text = _with_ends(text, start, end)
    tokens = _PARSER.parse(text)
    _lower_headings(tokens)
    marker = _Marker()
    return "".join(_render(token, marker) for token in tokens)


def _with_ends(text: str, start: int, end: int) -> str:
    """Put the ends of the stretch where they cannot change how the line is read: behind its markup, before its trailing
    markup."""
    line_start = text.rfind("\n", 0, start) + 1
    lead = _LINE_MARKUP.match(text, line_start)
    first = max(start, lead.end() if lead is not None and lead.end() < end else start)
    last = first + len(text[first:end].rstrip(_TRAILING_MARKUP))
    return f"{text[:first]}{START}{text[first:last]}{END}{text[last:]}" if last > first else text


def _lower_headings(tokens: list[Token]) -> None:
    levels = [int(token.tag[1]) for token in tokens if token.type == "heading_open"]
    shift = 2 - min(levels, default=2)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(6, int(token.tag[1]) + shift)}"


def _render(token: Token, marker: _Marker) -> str:
    if token.type == "inline":
        return "".join(_render_inline(child, marker) for child in token.children or ())
    if token.type in {"fence", "code_block"}:
        return f"<pre><code>{marker.wrap(token.content)}</code></pre>\n"
    if token.type == "hr":
        return "<hr>\n"
    if token.hidden or not token.tag:
        return ""
    return _tag(token) + ("\n" if token.nesting < 1 else "")


def _render_inline(token: Token, marker: _Marker) -> str:
    if token.type == "text":
        return marker.wrap(token.content)
    if token.type == "code_inline":
        return f"<code>{marker.wrap(token.content)}</code>"
    if token.type == "softbreak":
        return "\n"
    if token.type == "hardbreak":
        return "<br>\n"
    return _tag(token) if token.tag else escape(token.content)


def _tag(token: Token) -> str:
    if token.nesting < 0:
        return f"</{token.tag}>"
    attributes = ' scope="col"' if token.tag == "th" else ""
    return f"<{token.tag}{attributes}>"


def _linked(text: str) -> str:
    return _REFERENCES.sub(_reference_links, escape(text, quote=False))


def _reference_links(marks: re.Match[str]) -> str:
    # Two marks side by side would read as one number.
    links = [f'<a href="#reference-{number}">{number}</a>' for number in _NUMBER.findall(marks[0])]
    return f"<sup>{', '.join(links)}</sup>"
