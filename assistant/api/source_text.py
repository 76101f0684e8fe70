"""A document as HTML with one stretch of it marked, for the page a person opens from a citation.

The Markdown is rendered without raw HTML, images or links of its own; reference marks become links to the list below. The
stretch is given in code points of the document. It may begin or end inside a table row or a list item, so the mark is put
around the text inside each element, never across elements.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

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
# The time at the end of a section heading of a video: (01:19-02:53).
_TIME = re.compile(r"\((\d+):(\d\d)-\d+:\d\d\)\s*$")
_VOID = frozenset({"hr", "br"})
_LEFT_OUT = frozenset({"a", "thead", "tbody"})
Tree = list[Any]
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
    _name_times(tokens)
    marker = _Marker()
    return "".join(_render(token, marker) for token in tokens)


def document_tree(text: str, start: int | None = None, end: int | None = None) -> Tree:
    """Return what `render_document` does as data: a list of texts and elements, an element being its name and what it holds.

    For clients that build their own nodes. No element has an attribute, links are their words, and the names are those of
    headings, paragraphs, lists, tables, emphasis, code, `sup` and `mark`.
    """
    builder = _TreeBuilder()
    builder.feed(render_document(text, start, end))
    builder.close()
    return builder.open[0]


class _TreeBuilder(HTMLParser):
    """Makes nested lists of well-formed HTML; white space between blocks is dropped."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[Tree] = [[]]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin an element inside the one that is open."""
        if tag in _LEFT_OUT:
            return
        element: Tree = [tag]
        self.open[-1].append(element)
        if tag not in _VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        """End the element that is open."""
        if tag not in _VOID | _LEFT_OUT:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        """Put text into the element that is open."""
        inside = self.open[-1]
        if len(self.open) == 1 or (inside[0] in {"table", "tr", "ul", "ol"} and not data.strip()):
            return
        if len(inside) > 1 and isinstance(inside[-1], str):
            inside[-1] += data
        else:
            inside.append(data)


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


def _name_times(tokens: list[Token]) -> None:
    """Give a heading that ends in a time the id `t=79`, so that `#t=79` leads there as it does in a video."""
    for heading, content in pairwise(tokens):
        time = _TIME.search(content.content) if heading.type == "heading_open" else None
        if time is not None:
            heading.attrSet("id", f"t={int(time[1]) * 60 + int(time[2])}")


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
    if "id" in token.attrs:
        attributes += f' id="{token.attrs["id"]}"'
    return f"<{token.tag}{attributes}>"


def _linked(text: str) -> str:
    return _REFERENCES.sub(_reference_links, escape(text, quote=False))


def _reference_links(marks: re.Match[str]) -> str:
    # Two marks side by side would read as one number.
    links = [f'<a href="#reference-{number}">{number}</a>' for number in _NUMBER.findall(marks[0])]
    return f"<sup>{', '.join(links)}</sup>"
