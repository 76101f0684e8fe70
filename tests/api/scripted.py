"""What answers in the API tests: a screener of a few words, an index of one real document, an assistant that quotes it.

Screening, retrieval and composing have tests of their own; here only what HTTP, storage and triage make of their results counts.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

from assistant.api.engine import Engine
from assistant.types import (
    Answer,
    AnswerSegment,
    Citation,
    Code,
    Flag,
    IdentifierSpan,
    Outcome,
    Question,
    Resource,
    Safety,
    Screening,
    Versions,
)
from corpus.types import Document, DocumentStatus, Locator, LocatorType, Reference
from index.types import Passage, Statement, StatementKind

TEXT = """# Endocrine therapy

## Limitations

ESR1 mutations limit the efficacy of aromatase inhibitors.[^1] Fulvestrant is given by intramuscular injection.[^1][^2]

| Drug | Median PFS (months) |
|---|---|
| Drug α | 5.5 |

## Expert view 𝛼

According to the speaker, testing at progression 🧬 guides the choice.
"""
REFERENCES = (Reference(1, "Author A. Journal. 2024.", doi="10.1000/1"), Reference(2, "Author B. Journal. 2025."))
RULES = {
    r"\b(?:diarrhea|rash)\b": Code.AE_NONSER,
    r"\b(?:admitted|died)\b": Code.AE_SERIOUS,
    r"\bseal broken\b": Code.PQC_CRIT,
    r"\bleaked\b": Code.PQC,
    r"\bcall me\b": Code.CONTACT,
    r"\bMRN\b": Code.PRIVACY,
    r"\bwrong answer\b": Code.QUALITY_ANS,
}
IDENTIFIER = re.compile(r"\bJane Roe\b|\bMRN \d+\b")


class ScriptedScreener:
    """Flags a few words; masks one name and record numbers. Fails on the word it is told to fail on."""

    def screen(self, turns: Sequence[str]) -> Screening:
        """Return what a few words raise."""
        if any("unscreenable" in turn for turn in turns):
            raise RuntimeError("screening failed")
        flags, identifiers = [], []
        for number, turn in enumerate(turns):
            for pattern, code in RULES.items():
                for match in re.finditer(pattern, turn):
                    flags.append(Flag(code, number, match.start(), match.end(), match[0], f"scripted/{code}"))
            identifiers += [IdentifierSpan("name", number, match.start(), match.end()) for match in IDENTIFIER.finditer(turn)]
        masked = tuple(IDENTIFIER.sub("[MASKED]", turn) for turn in turns)
        codes = tuple(dict.fromkeys(flag.code for flag in flags))
        pv = any(code.startswith(("AE-", "SS-")) or code is Code.PQC_CRIT for code in codes)
        return Screening(codes, pv, tuple(flags), tuple(identifiers), masked[-1], masked, True, "scripted/1")


@dataclass
class ScriptedIndex:
    """One document, cut at its headings; `withdrawn` takes it away, as a withdrawal does while the service runs."""

    version: str = "index-1"
    corpus_version: str = "corpus-1"
    withdrawn: bool = False
    documents: dict[str, Document] = field(default_factory=lambda: {"DOC-1": _document()})

    @property
    def passages(self) -> dict[str, Passage]:
        """The two sections."""
        cut = TEXT.index("## Expert")
        first = Passage("DOC-1#1", "DOC-1", 0, TEXT[:cut], 0, cut, ("Endocrine therapy", "Limitations"), Locator(), ())
        second = Passage(
            "DOC-1#2", "DOC-1", 1, TEXT[cut:], cut, len(TEXT), ("Endocrine therapy", "Expert view 𝛼"), Locator(), ()
        )
        return {passage.chunk_id: passage for passage in (first, second)}

    @property
    def statements(self) -> dict[str, Statement]:
        """The sentences an answer quotes."""
        return {statement.statement_id: statement for statement in map(_statement, QUOTES)}

    def servable(self, doc_id: str, on: date, market: str) -> bool:
        """Whether the document may be shown."""
        return doc_id in self.documents and not self.withdrawn and market == "US"


QUOTES = (
    "ESR1 mutations limit the efficacy of aromatase inhibitors.",
    "Fulvestrant is given by intramuscular injection.",
    "According to the speaker, testing at progression 🧬 guides the choice.",
)


def _statement(quote: str) -> Statement:
    start = TEXT.index(quote)
    chunk = "DOC-1#1" if start < TEXT.index("## Expert") else "DOC-1#2"
    heading = ("Endocrine therapy", "Limitations" if chunk.endswith("1") else "Expert view 𝛼")
    locator = Locator() if chunk.endswith("1") else Locator(LocatorType.VIDEO, start_s=65.0, end_s=72.5, speaker="Speaker")
    return Statement(f"S{start}", chunk, "DOC-1", 0, StatementKind.SENTENCE, quote, start, start + len(quote), heading, locator)


def _document() -> Document:
    return Document(
        doc_id="DOC-1",
        title="Endocrine therapy after progression",
        type="summary",
        topic="test",
        version="2.0",
        status=DocumentStatus.APPROVED,
        review="demonstration",
        effective_date=date(2026, 1, 15),
        review_due=date(2027, 1, 15),
        expires_date=None,
        market=("US",),
        audience="hcp",
        owner="medical information",
        references=REFERENCES,
        sources=(),
        text=TEXT,
        sha256=sha256(TEXT.encode()).hexdigest(),
    )


@dataclass
class ScriptedAssistant:
    """Quotes the document; declines what names an unknown drug; fails or waits when the question says so."""

    index: ScriptedIndex
    gate: threading.Event = field(default_factory=threading.Event)

    def answer(self, question: Question, screening: Screening) -> Answer:
        """Return a quoted answer or a decline."""
        if "crash" in question.text:
            raise RuntimeError("the pipeline broke")
        if "slowly" in question.text:
            self.gate.wait(30)
        if "zolvantinib" in question.text:
            return self._decline(question, screening)
        return self._quote(question, screening)

    def quote(self, question: Question, screening: Screening) -> Answer:
        """Return what `answer` returns."""
        return ScriptedAssistant.answer(self, question, screening)

    def _quote(self, question: Question, screening: Screening) -> Answer:
        statements = list(self.index.statements.values())
        citations = tuple(_citation(number, statement) for number, statement in enumerate(statements, start=1))
        numbers = ((1,), (2,), (1, 3))
        segments = tuple(
            AnswerSegment(statement.text, cited, group="" if cited != (1, 3) else "Expert view")
            for statement, cited in zip(statements, numbers, strict=True)
        )
        lines = [f"{segment.text} [{', '.join(map(str, segment.citations))}]" for segment in segments]
        text = f"{lines[0]} {lines[1]}\n\nExpert view\n{lines[2]}"
        return Answer(
            answer_id="unset",
            conversation_id=question.conversation_id,
            question=question.text,
            outcome=Outcome.ANSWERED,
            text=text,
            segments=segments,
            citations=citations,
            safety=_safety(screening),
            versions=_versions(self.index),
            timings_ms={"retrieve": 1.25},
            interpreted_as="limitations of endocrine therapy",
            resources=(Resource("Slides", "A deck", "DOC-1", "/sources/DOC-1"),),
            suggestions=("What limits fulvestrant?",),
        )

    def _decline(self, question: Question, screening: Screening) -> Answer:
        text = "I found no approved document that answers this."
        return Answer(
            answer_id="unset",
            conversation_id=question.conversation_id,
            question=question.text,
            outcome=Outcome.DECLINED,
            text=text,
            segments=(AnswerSegment(text, (), kind="notice"),),
            citations=(),
            safety=_safety(screening),
            versions=_versions(self.index),
            decline_code=Code.NO_CONTENT.value,
            nearest_headings=("Endocrine therapy › Limitations",),
        )


def _safety(screening: Screening) -> Safety:
    return Safety(tuple(code.value for code in screening.codes), screening.pv)


def _versions(index: ScriptedIndex) -> Versions:
    return Versions(index.corpus_version, index.version, "none", "scripted/1", "quote")


def _citation(number: int, statement: Statement) -> Citation:
    return Citation(
        n=number,
        chunk_id=statement.chunk_id,
        doc_id="DOC-1",
        title="Endocrine therapy after progression",
        section=" › ".join(statement.heading_path),
        version="2.0",
        status="approved",
        effective_date=date(2026, 1, 15),
        quote=statement.text,
        start=statement.start,
        end=statement.end,
        locator=statement.locator,
        references=REFERENCES[:1],
        url=f"/sources/DOC-1?start={statement.start}&end={statement.end}#passage",
    )


def scripted_engine() -> Engine:
    """An engine of scripted parts."""
    index = ScriptedIndex()
    return Engine(ScriptedScreener(), ScriptedAssistant(index), index)  # type: ignore[arg-type]


def screening_only() -> Engine:
    """An engine whose index could not be opened."""
    return Engine(ScriptedScreener(), fault="there is no index in var/index: run medinfo index build")
