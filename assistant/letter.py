"""A given answer as a response letter: one or two pages of PDF with the question, the answer, its sources with document ids,
versions and dates, the notices that went with it, and what the letter is.

The letter says what the stored answer says and nothing else; it is not composed anew. It is made by Typst, which writes
tagged PDF (PDF/UA-1): headings, lists and links are marked as such, the text can be selected and read aloud. Texts are handed
over as data, so that nothing in them is markup. Fonts are those Typst brings along, so that the same answer gives the same
letter on every machine; a character that they do not have is written as its code point.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

Json = dict[str, Any]
# Sizes of type in points, each with the pages that the letter may fill; the first that holds is taken, else the last.
SIZES = ((10.5, 1), (9.75, 1), (10.5, 2), (9.5, 2), (8.5, 2), (7.5, 2))
STANDARD = "ua-1"
LONGEST_WORD_CHARS = 60
# Directional overrides and isolates would let a text show itself in another order than it is stored.
_DIRECTION = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_LONG_WORD = re.compile(rf"\S{{{LONGEST_WORD_CHARS},}}")
_NOTE = re.compile(r"\[\^[\w-]+\]")
LIMITS = "Statements of approved documents, word for word: not advice for one patient and no ranking of products."
DEMONSTRATION = "Demonstration: the documents restate published facts in their own words and have had no medical review."


@dataclass(frozen=True, slots=True)
class Sender:
    """Who answers: the market served, the ways to report and to ask, and whether any document is a demonstration."""

    market: str
    safety_way: str = ""
    contact_phone: str = ""
    is_demonstration: bool = False


def write_letter(answer: Json, answered_at: datetime, sender: Sender) -> bytes:
    """Return the letter of an answer (the contract's JSON) as PDF."""
    letter = letter_of(answer, answered_at, sender)
    try:
        return _set_type(letter, STANDARD)
    except _typst().TypstError:
        return _set_type(_in_known_characters(letter), STANDARD)


def letter_of(answer: Json, answered_at: datetime, sender: Sender) -> Json:
    """Return what stands in the letter, text by text."""
    date = f"{answered_at:%B} {answered_at.day}, {answered_at.year}"
    letter: Json = {
        "title": "Medical information: response to your question",
        "author": "Medical Information",
        "lang": "en",
        "paper": "us-letter" if sender.market == "US" else "a4",
        "date": [answered_at.year, answered_at.month, answered_at.day],
        "facts": [["Date", date], ["Answer", answer["answer_id"]], ["For", f"healthcare professionals in {sender.market}"]],
        "notices": _notices(answer, sender),
        "question": answer["question"],
        "answer": list(_parts(answer)),
        "sources": [_source(citation) for citation in answer["citations"]],
        "publications": _publications(answer["citations"]),
        "about": _about(answer, sender),
        "footer": f"For {sender.market} healthcare professionals only."
        + (" Demonstration." if sender.is_demonstration else ""),
    }
    cleaned: Json = _cleaned(letter | ({"understood": answer["interpreted_as"]} if answer.get("interpreted_as") else {}))
    return cleaned


def _notices(answer: Json, sender: Sender) -> list[str]:
    safety = answer["safety"]
    cases = [f"Case {case['case_id']} was opened with this question." for case in safety["cases"]]
    said = [notice["text"] for notice in safety["notices"]]
    return [*([DEMONSTRATION] if sender.is_demonstration else []), *said, *cases]


def _parts(answer: Json) -> Sequence[Json]:
    """Return the answer statement by statement; a heading goes before the first of its group."""
    segments = answer["segments"] or [
        {"text": text, "citations": []} for text in answer.get("text", "").splitlines() if text.strip()
    ]
    parts: list[Json] = []
    group = None
    for segment in segments:
        part = {"text": _NOTE.sub("", segment["text"]), "marks": segment["citations"]}
        if segment.get("group") and segment["group"] != group:
            group = part["heading"] = segment["group"]
        parts.append(part)
    return parts


def _source(citation: Json) -> Json:
    record = f"Document {citation['doc_id']}, version {citation['version']}, effective {citation['effective_date']}."
    return {"n": citation["n"], "title": citation["title"], "section": citation.get("section", ""), "record": record}


def _publications(citations: Sequence[Json]) -> list[str]:
    """Return what the cited documents refer to, each once, in the order of the citations."""
    found: dict[str, None] = {}
    for reference in (reference for citation in citations for reference in citation["references"]):
        doi = f" doi:{reference['doi']}" if reference.get("doi") else ""
        found[f"{reference['citation']}{doi}"] = None
    return list(found)


def _about(answer: Json, sender: Sender) -> list[str]:
    versions = ", ".join(f"{name} {value}" for name, value in answer["versions"].items())
    ways = [
        f"To report a side effect or a product problem: {sender.safety_way}." if sender.safety_way else "",
        f"Medical information by phone: {sender.contact_phone}." if sender.contact_phone else "",
    ]
    return [LIMITS, " ".join(way for way in ways if way), f"Made by an automated assistant with {versions}."]


def _cleaned(value: Any) -> Any:
    """Return texts without control characters and direction overrides, long words with places to break."""
    if isinstance(value, dict):
        return {name: _cleaned(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_cleaned(one) for one in value if one != ""]
    if not isinstance(value, str):
        return value
    text = _DIRECTION.sub("", value.encode("utf-8", "replace").decode("utf-8"))
    text = "".join(char if char == "\n" or unicodedata.category(char) not in {"Cc", "Cs", "Co", "Cn"} else " " for char in text)
    return _LONG_WORD.sub(lambda word: "\u200b".join(re.findall(rf".{{1,{LONGEST_WORD_CHARS}}}", word[0])), text)


def _in_known_characters(value: Any) -> Any:
    """Return texts in which every character beyond Latin, Greek, Cyrillic, punctuation and mathematics is its code point."""
    if isinstance(value, dict):
        return {name: _in_known_characters(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_in_known_characters(one) for one in value]
    if not isinstance(value, str):
        return value
    return "".join(char if _is_known(ord(char)) else f"[U+{ord(char):04X}]" for char in value)


def _is_known(code: int) -> bool:
    return 0x20 <= code < 0x300 or 0x370 <= code < 0x530 or 0x1E00 <= code < 0x2000 or code in _PUNCTUATION or code == 0xA


# Dashes, quotes, bullets, the minus sign and comparisons, as documents use them.
_PUNCTUATION = frozenset(map(ord, "\u200b‐‑‒–—‘’‚“”„†‡•…‰′″€™→−≤≥≠≈∞×÷±"))


def _set_type(letter: Json, standard: str) -> bytes:
    """Return the letter on one page if it can be, else on two, in the largest type that does it."""
    typst, source = _typst(), _template()
    inputs = {"letter": json.dumps(letter)}
    for size, most in SIZES:
        inputs["size"] = str(size)
        pages = typst.query(source, "<pages>", field="value", one=True, sys_inputs=inputs, ignore_system_fonts=True)
        if json.loads(pages) <= most:
            break
    pdf: bytes = typst.compile(source, format="pdf", sys_inputs=inputs, pdf_standards=[standard], ignore_system_fonts=True)
    return pdf


def _typst() -> Any:
    """Return the typesetter, loaded when the first letter is written."""
    import typst

    return typst


@cache
def _template() -> bytes:
    return files("assistant").joinpath("templates", "letter.typ").read_bytes()
