"""Reads Markdown, with or without this project's front matter: headings, paragraphs, lists, tables, reference marks.

Raw HTML, images and links are read as their text. Footnote definitions (`[^3]: …`) become references.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from corpus.loaders.cleaning import clean_text
from corpus.loaders.grids import tidy
from corpus.loaders.references import read_references
from corpus.loaders.types import Finding, Format, Outcome, Part, PartKind, RawDocument
from corpus.places import read_place
from corpus.types import Locator, Reference
from corpus.yaml_files import parse_yaml

_FRONT = re.compile(r"\A---[ \t]*\r?\n(?P<yaml>.*?)^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_DEFINITION = re.compile(r"^\[\^(\d{1,3})\]:[ \t]*(.+(?:\n[ \t]+\S.*)*)$", re.MULTILINE)
_NAMED_MARK = re.compile(r"\[\^([^\]\s]+)\]")
_PLACE_LINE = re.compile(r"^\[at\]: # \([^\n]*\)[ \t]*$", re.MULTILINE)
_PARSER = MarkdownIt("commonmark", {"html": False}).enable("table").disable(["html_inline", "html_block", "reference", "code"])


def load_markdown(text: str) -> RawDocument:
    """Return the parts of a Markdown file."""
    front = _FRONT.match(text)
    fields = parse_yaml(front["yaml"], "front matter") if front else {}
    fields = fields if isinstance(fields, dict) else {}
    body = "\n" * text[: front.end()].count("\n") + text[front.end() :] if front else text
    body = _with_numbers(body)
    references, findings = _references(fields, body)
    # Definitions and places stand on lines of their own; the lines stay, so that numbers of lines do.
    body = _DEFINITION.sub(lambda match: "\n" * match[0].count("\n"), body)
    body = _PLACE_LINE.sub(lambda match: f"\n{match[0]}\n", body)
    parts = tuple(_parts(_PARSER.parse(body)))
    return RawDocument(Format.MARKDOWN, parts, tuple(findings), title=str(fields.get("title") or ""), references=references)


def _with_numbers(body: str) -> str:
    """Footnotes may have names (`[^smith]`); marks are numbers: names get the numbers that are free, in order."""
    names = list(dict.fromkeys(match[1] for match in _NAMED_MARK.finditer(body)))
    free = (number for number in count(1) if str(number) not in names)
    numbers = {name: name if name.isdecimal() else str(next(free)) for name in names}
    return _NAMED_MARK.sub(lambda match: f"[^{numbers[match[1]]}]", body)


def _references(fields: dict[str, Any], body: str) -> tuple[tuple[Reference, ...], list[Finding]]:
    given = fields.get("references")
    if isinstance(given, list) and all(isinstance(entry, dict) and isinstance(entry.get("n"), int) for entry in given):
        return tuple(_reference(entry) for entry in given), []
    entries = [(int(match[1]), " ".join(match[2].split()), "footnotes") for match in _DEFINITION.finditer(body)]
    return read_references(entries) if entries else ((), [])


def _reference(entry: dict[str, Any]) -> Reference:
    doi, url, note = (str(entry[name]) if entry.get(name) else None for name in ("doi", "url", "note"))
    return Reference(n=int(entry["n"]), citation=str(entry.get("citation") or ""), doi=doi, url=url, note=note)


def _parts(tokens: Sequence[Token]) -> Iterator[Part]:
    depth = 0
    level = 0
    label: list[str] = []
    rows: list[list[str]] = []
    kind = PartKind.PARAGRAPH
    place = Locator()
    in_table = False
    for token in tokens:
        origin = f"line {token.map[0] + 1}" if token.map else "line 1"
        if token.type in ("bullet_list_open", "ordered_list_open"):
            depth += 1
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            depth -= 1
        elif token.type == "list_item_open":
            label.append(token.info)
        elif token.type == "heading_open":
            kind, level = PartKind.HEADING, int(token.tag[1])
        elif token.type == "paragraph_open":
            kind, level = (PartKind.ITEM, depth - 1) if depth else (PartKind.PARAGRAPH, 0)
        elif token.type == "table_open":
            in_table, rows = True, []
        elif token.type == "tr_open":
            rows.append([])
        elif token.type == "table_close":
            in_table = False
            yield Part(PartKind.TABLE, "", origin, rows=tidy(rows), locator=place)
        elif token.type == "inline" and in_table:
            rows[-1].append(_text(token))
        elif token.type in ("inline", "fence"):
            found = read_place(token.content)
            place = found or place
            text = _text(token)
            if text and found is None:
                shown = kind if token.type == "inline" else PartKind.PARAGRAPH
                yield Part(shown, text, origin, level=level, locator=place, label=label[-1] if depth and label else "")


def _text(token: Token) -> str:
    if not token.children:
        return clean_text(token.content)
    pieces = []
    for child in token.children:
        if child.type in ("text", "code_inline"):
            pieces.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            pieces.append("\n")
        elif child.type == "image":
            pieces.append(child.content)
    return clean_text("".join(pieces))


def hidden_findings(count: int) -> list[Finding]:
    """Return the finding about hidden characters that were taken out of a text."""
    if not count:
        return []
    return [Finding(Outcome.DROPPED, f"{count} hidden characters (invisible, direction or private)", "", "whole file")]
