"""Turns a quoted draft into a generated one: evidence for the model in, checked and cited sentences out.

Only an answer that quote mode gives is worded by a model; declines, redirects and their fixed sentences stay as they are. What
may be cited is decided here: the statements of the quoted answer and near ones that may be served that day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from assistant.compose import Draft
from assistant.compose.answers import render
from assistant.compose.citations import Citations, UnprovenCitation
from assistant.compose.off_label import OffLabel
from assistant.evidence import Candidate, Evidence, Profiles, Verdict
from assistant.generation.types import Fallback, Sentence, Written
from assistant.generation.writer import Request, Writer
from assistant.query import ParsedQuestion
from assistant.query.rules import read_rules
from assistant.types import AnswerSegment, Code, Notice, Outcome, ShownSentence
from index.types import KnowledgeIndex, Statement

MODE_NOTICE = "MODE"
Show = Callable[[ShownSentence], None]


@dataclass(frozen=True, slots=True)
class Generation:
    """Words the answers of one index with one writer."""

    index: KnowledgeIndex
    profiles: Profiles
    writer: Writer
    market: str
    most_statements: int

    @property
    def model_name(self) -> str:
        """The name that generated answers are marked with."""
        return self.writer.model_name

    def reword(
        self, question: ParsedQuestion, evidence: Evidence, draft: Draft, on: date, show: Show | None = None
    ) -> tuple[Draft, Written | None]:
        """Return the draft to serve, and what the model did; None where it was not asked.

        The draft is the given one under a notice where `Written.fallback` is set.
        """
        if draft.outcome is not Outcome.ANSWERED or question.recall:
            return draft, None
        request = self._request(question, evidence, draft, on)
        if not request.vital:
            return draft, None
        telling = None if show is None else _Telling(Citations(self.index, on, self.market), _off_label(draft), show)
        written = self.writer.write(request, telling)
        if written.fallback is not None:
            return self._marked(draft, read_wording().fallback[written.fallback.value]), written
        return self._worded(draft, written, on), written

    def keep_quotes(self, draft: Draft) -> tuple[Draft, Written | None]:
        """Return the draft under a notice that a source was taken out while the model wrote; the model is not asked."""
        if draft.outcome is not Outcome.ANSWERED:
            return draft, None
        written = Written((), fallback=Fallback.SOURCE_TAKEN_OUT)
        return self._marked(draft, read_wording().fallback[Fallback.SOURCE_TAKEN_OUT.value]), written

    def _request(self, question: ParsedQuestion, evidence: Evidence, draft: Draft, on: date) -> Request:
        shown = {(citation.doc_id, citation.start, citation.end) for citation in draft.citations}
        parts = [part for part in evidence.parts if part.verdict is Verdict.SUFFICIENT]
        chosen = [s for part in parts for s in _statements(part.chosen) if (s.doc_id, s.start, s.end) in shown]
        firsts = [next((s for s in _statements(part.chosen) if s in chosen), None) for part in parts]
        off_label = Code.OFF_LABEL.value in draft.codes
        near = [s for part in parts for s in _statements(part.considered) if self._may_be_near(s, on, off_label=off_label)]
        statements = tuple(dict.fromkeys([*chosen, *near]))[: max(self.most_statements, len(chosen))]
        return Request(
            question=question.text,
            statements=statements,
            chosen=frozenset(s.statement_id for s in chosen),
            vital=frozenset(s.statement_id for s in firsts if s is not None),
        )

    def _may_be_near(self, statement: Statement, on: date, *, off_label: bool) -> bool:
        """Whether a statement beside the quoted ones may be given to the model: nothing off-label is volunteered."""
        if not off_label and OffLabel(self.market).reports(self.profiles.by_id[statement.statement_id]):
            return False
        try:
            Citations(self.index, on, self.market).cite(statement)
        except UnprovenCitation:
            return False
        return True

    def _worded(self, draft: Draft, written: Written, on: date) -> Draft:
        citations = Citations(self.index, on, self.market)
        segments = [*_segments(written.sentences, citations)]
        segments += [segment for segment in draft.segments if segment.kind == "notice"]
        wording = read_wording()
        template = wording.completed if any(sentence.quoted for sentence in written.sentences) else wording.generated
        body = replace(draft, segments=tuple(segments), citations=citations.made)
        return self._marked(body, template)

    def _marked(self, draft: Draft, template: str) -> Draft:
        """Put to the answer how it was made, as a sentence of its own and as a notice."""
        text = template.format(model=self.model_name)
        segments = (*draft.segments, AnswerSegment(text, (), "notice"))
        notices = (*draft.notices, Notice(MODE_NOTICE, text))
        return replace(draft, segments=segments, text=render(segments, _off_label(draft)), notices=notices)


@dataclass(slots=True)
class _Telling:
    """Tells sentences as the stretches of the finished text they will be: same numbers, same marks, the notice first."""

    citations: Citations
    notice: str
    show: Show
    is_first: bool = True

    def __call__(self, sentence: Sentence) -> None:
        known = len(self.citations.made)
        segments = [*_segments([sentence], self.citations)]
        text = render(segments, self.notice if self.is_first else "") + "\n"
        self.is_first = False
        self.show(ShownSentence(text, segments[0], self.citations.made[known:]))


def _off_label(draft: Draft) -> str:
    return next((notice.text for notice in draft.notices if notice.code == Code.OFF_LABEL), "")


@dataclass(frozen=True, slots=True)
class ModeWording:
    """The sentences that say how an answer was made, with `{model}` to be filled in."""

    generated: str
    completed: str
    fallback: Mapping[str, str]


def read_wording() -> ModeWording:
    """Return the wording of the policy."""
    rules = read_rules("generation_wording")
    return ModeWording(rules["generated"], rules["completed"], dict(rules["fallback"]))


def _statements(candidates: Iterable[Candidate]) -> list[Statement]:
    return [candidate.statement for candidate in candidates]


def _segments(sentences: Sequence[Sentence], citations: Citations) -> Iterable[AnswerSegment]:
    for sentence in sentences:
        numbers = tuple(citations.cite(statement) for statement in sentence.statements)
        yield AnswerSegment(sentence.text, numbers, "statement")
