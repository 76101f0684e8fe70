"""Makes the answer: verbatim statements in order and groups, their citations, cautions where they belong, or a typed decline.

Direct statements come first; a question with several parts or sides is answered under a label for each. What the policy does
not word and no document states is not said.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from assistant.compose.citations import Citations, UnprovenCitation, log
from assistant.compose.off_label import OffLabel
from assistant.compose.related import Related
from assistant.compose.wording import read_wording
from assistant.evidence import Candidate, Evidence, PartEvidence, Profile, Profiles, Verdict
from assistant.query import Barrier, Lexicon, ParsedQuestion, Part, Shape
from assistant.types import AnswerSegment, Citation, Code, Notice, Outcome, Resource
from index.types import KnowledgeIndex, Statement

FIGURE_SHOWN = 0.5
"""Where the figure asked for is missing, the nearest statement is shown only when it is at least this likely to be about it."""

REFERENCES = "attr:references"
"""Asks where a statement comes from: what it cites is told in words."""

TIMESTAMP = "time:stamp"
"""Asks where in a recording something is said: the time of each citation is told in words."""

MISSING = {Verdict.WITHOUT_FIGURE: "figure", Verdict.NOT_GIVEN: "absence"}
"""Verdicts under which what is missing is said first, with the wording for it."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What the reader gets, before ids, versions and timings are put to it."""

    outcome: Outcome
    text: str
    segments: tuple[AnswerSegment, ...] = ()
    citations: tuple[Citation, ...] = ()
    decline_code: str | None = None
    codes: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()
    resources: tuple[Resource, ...] = ()
    suggestions: tuple[str, ...] = ()
    nearest_headings: tuple[str, ...] = ()
    dropped: tuple[str, ...] = field(default=())


class Composer:
    """Composes answers over one index for one market."""

    def __init__(self, index: KnowledgeIndex, profiles: Profiles, lexicon: Lexicon, market: str) -> None:
        self._index = index
        self._profiles = profiles
        self._lexicon = lexicon
        self._market = market
        self._wording = read_wording()
        self._off_label = OffLabel(market)
        self._related = Related(profiles, self._off_label)

    def compose(self, question: ParsedQuestion, evidence: Evidence, on: date, *, off_label: bool) -> Draft:
        """Return the draft for a question and its evidence; `off_label` says whether such results may be shown under their
        notice.
        """
        if question.barrier is Barrier.CHORE:
            return self.decline(Verdict.OUT_OF_SCOPE, question, evidence)
        if question.unknown:
            return self.decline(Verdict.UNKNOWN_NAME, question, evidence)
        if question.barrier is not None:
            return self._redirect(question, evidence, on, off_label=off_label)
        if evidence.verdict in MISSING:
            return self._without(question, evidence, on, off_label=off_label)
        if evidence.verdict is not Verdict.SUFFICIENT:
            return self.decline(evidence.verdict, question, evidence)
        return self._answer(question, evidence, on, off_label=off_label)

    def stop(self, code: str) -> Draft:
        """Return the typed decline for a message that screening does not let through."""
        redirected = code in (Code.GREETING, Code.CONTACT, Code.ACCESS)
        outcome = Outcome.REDIRECTED if redirected else Outcome.DECLINED
        return Draft(outcome, self._wording.for_code(code), decline_code=code, codes=(code,))

    def decline(self, verdict: Verdict, question: ParsedQuestion, evidence: Evidence) -> Draft:
        """Return the typed decline of a verdict, with the nearest headings."""
        code = Code.OUT_OF_SCOPE if verdict is Verdict.OUT_OF_SCOPE else Code.NO_CONTENT
        subject = self._subjects(question)
        text = self._wording.declines[verdict.value].format(names=", ".join(question.unknown), subject=subject)
        near = () if code is Code.OUT_OF_SCOPE or question.unknown else self._headings(evidence)
        return Draft(Outcome.DECLINED, text, decline_code=code.value, codes=(code.value,), nearest_headings=near)

    def _answer(self, question: ParsedQuestion, evidence: Evidence, on: date, *, off_label: bool) -> Draft:
        citations = Citations(self._index, on, self._market)
        answered = [part for part in evidence.parts if part.verdict is Verdict.SUFFICIENT]
        shown = self._asked_for(self._shown(answered), question)
        if not off_label and any(self._off_label.reports(self._profile(s)) for s, _ in shown):
            return self.stop(Code.OFF_LABEL)
        segments, dropped = self._segments(shown, citations)
        if not segments:
            return self._expired(dropped)
        segments += self._cautions(question, evidence, [s for s, _ in shown])
        if question.recall or any(REFERENCES in part.part.facets.concepts for part in answered):
            segments += self._references(citations.made)
        if any(TIMESTAMP in part.part.facets.concepts for part in answered):
            segments += self._times(citations.made)
        statements = [s for s, _ in shown]
        reports = any(self._off_label.reports(self._profile(s)) for s in statements)
        notice = Notice(Code.OFF_LABEL, self._wording.notices[Code.OFF_LABEL])
        return Draft(
            outcome=Outcome.ANSWERED,
            text=render(segments, notice.text if reports else ""),
            segments=tuple(segments),
            citations=citations.made,
            codes=(Code.OFF_LABEL.value,) if reports else (),
            notices=(notice,) if reports else (),
            resources=tuple(
                resource
                for resource in self._related.resources(question.facets)
                if self._index.servable(resource.doc_id, on, self._market)
            ),
            suggestions=self._related.suggestions(question.text, statements),
            dropped=dropped,
        )

    def _asked_for(self, shown: list[tuple[Statement, str]], question: ParsedQuestion) -> list[tuple[Statement, str]]:
        """Without the statements on an unapproved use that the question does not name, unless there are no others."""
        asked = question.facets
        kept = [(s, label) for s, label in shown if not self._off_label.is_volunteered(self._profile(s), asked)]
        return kept or shown

    def _shown(self, parts: Sequence[PartEvidence]) -> list[tuple[Statement, str]]:
        """Statements in order with the label of their group; none twice."""
        shown: dict[str, tuple[Statement, str]] = {}
        for part in parts:
            labels = self._labels(part)
            for candidate, label in sorted(zip(part.chosen, labels, strict=True), key=lambda pair: _first(labels, pair[1])):
                shown.setdefault(candidate.statement.statement_id, (candidate.statement, label))
        return list(shown.values())

    def _labels(self, part: PartEvidence) -> list[str]:
        """A comparison is grouped by its sides; statements on several sides at once stand under none."""
        sides = _sides(part.part)
        if len(sides) < 2 or len(part.chosen) < 2:
            return [""] * len(part.chosen)
        labels = []
        for candidate in part.chosen:
            profile = self._profile(candidate.statement)
            named = [side for side in sides if side in profile.studies | profile.drugs | profile.concepts]
            labels.append(self._lexicon.label(named[0]) if len(named) == 1 else "")
        return labels

    def _segments(
        self, shown: Iterable[tuple[Statement, str]], citations: Citations
    ) -> tuple[list[AnswerSegment], tuple[str, ...]]:
        segments: list[AnswerSegment] = []
        dropped: list[str] = []
        for statement, label in shown:
            try:
                n = citations.cite(statement)
            except UnprovenCitation as error:
                log.warning("statement dropped", statement=statement.statement_id, reason=str(error))
                dropped.append(statement.statement_id)
                continue
            segments.append(AnswerSegment(statement.text, (n,), "statement", label))
        return segments, tuple(dropped)

    def _cautions(self, question: ParsedQuestion, evidence: Evidence, statements: Sequence[Statement]) -> list[AnswerSegment]:
        cautions = []
        studies = frozenset().union(*(self._profile(s).studies for s in statements))
        compared = any(part.part.shape is Shape.COMPARISON or len(_sides(part.part)) > 1 for part in evidence.parts)
        if compared and len(studies) > 1:
            cautions.append(AnswerSegment(self._wording.cautions["comparison"], (), "notice"))
        for part in evidence.parts:
            if part.verdict is not Verdict.SUFFICIENT:
                text = self._wording.cautions["part_missing"].format(part=self._part_label(part.part, evidence))
                cautions.append(AnswerSegment(text, (), "notice"))
        return cautions

    def _times(self, citations: Sequence[Citation]) -> list[AnswerSegment]:
        template = self._wording.labels["video_time"]
        starts = [(c.n, int(c.locator.start_s)) for c in citations if c.locator.start_s is not None]
        return [AnswerSegment(template.format(time=f"{s // 60:02d}:{s % 60:02d}"), (n,), "notice") for n, s in starts]

    def _references(self, citations: Sequence[Citation]) -> list[AnswerSegment]:
        entries = {(c.doc_id, r.n): (c.n, r) for c in citations for r in c.references}
        template = self._wording.labels["references"]
        return [AnswerSegment(template.format(n=r.n, citation=r.citation), (n,), "notice") for n, r in entries.values()]

    def _redirect(self, question: ParsedQuestion, evidence: Evidence, on: date, *, off_label: bool) -> Draft:
        """A ranking or a decision about a patient is never given: the neutral statements stand under a fixed sentence."""
        kind = "patient" if question.barrier is Barrier.PATIENT else "ranking"
        usable = [part for part in evidence.parts if part.verdict is Verdict.SUFFICIENT] if kind == "ranking" else []
        return self._under(kind, [s for part in usable for s in part.chosen], on, off_label=off_label)

    def _without(self, question: ParsedQuestion, evidence: Evidence, on: date, *, off_label: bool) -> Draft:
        """What is asked for is missing, a figure or all of it: the nearest statement stands under a line that says so."""
        part = next(p for p in evidence.parts if p.verdict is evidence.verdict)
        if evidence.verdict is Verdict.WITHOUT_FIGURE and part.chosen[0].probability < FIGURE_SHOWN:
            return self.decline(Verdict.WITHOUT_FIGURE, question, evidence)
        kind = MISSING[evidence.verdict] if part.part.figure else MISSING[Verdict.NOT_GIVEN]
        return self._under(kind, self._nearest(part), on, off_label=off_label)

    def _nearest(self, part: PartEvidence) -> list[Candidate]:
        """The statement that speaks of most of what is asked for; the best one of several."""
        asked = part.part.facets.of("attr")
        strict = frozenset(filter(self._lexicon.is_strict, asked))
        spoken = [(self._profile(c.statement).text.concepts, c) for c in part.chosen]
        return [max(spoken, key=lambda s: (len(strict & s[0]), len(asked & s[0])))[1]]

    def _under(self, kind: str, chosen: Sequence[Candidate], on: date, *, off_label: bool) -> Draft:
        citations = Citations(self._index, on, self._market)
        statements = list(dict.fromkeys(c.statement for c in chosen))
        if not off_label:
            statements = [s for s in statements if not self._off_label.reports(self._profile(s))]
        segments, dropped = self._segments([(s, "") for s in statements], citations)
        lead = self._wording.redirects[kind] if segments else self._wording.redirects.get(f"{kind}_none", "")
        lead = lead or self._wording.declines["without_figure"]
        reports = any(self._off_label.reports(self._profile(s)) for s in statements)
        notice = Notice(Code.OFF_LABEL, self._wording.notices[Code.OFF_LABEL])
        full = [AnswerSegment(lead, (), "notice"), *segments]
        return Draft(
            outcome=Outcome.REDIRECTED if segments else Outcome.DECLINED,
            text=render(full, notice.text if reports else ""),
            segments=tuple(full),
            citations=citations.made,
            decline_code=Code.NO_CONTENT,
            codes=(Code.NO_CONTENT.value,),
            notices=(notice,) if reports else (),
            dropped=dropped,
        )

    def _expired(self, dropped: tuple[str, ...]) -> Draft:
        return Draft(
            Outcome.DECLINED,
            self._wording.declines["expired"],
            decline_code=Code.NO_CONTENT,
            codes=(Code.NO_CONTENT,),
            dropped=dropped,
        )

    def _subjects(self, question: ParsedQuestion) -> str:
        named = sorted(question.facets.of("study", "drug", "class")) or sorted(question.facets.of("marker", "setting"))
        return ", ".join(self._lexicon.label(concept) for concept in named[:3]) or self._wording.labels["about"]

    def _part_label(self, part: Part, evidence: Evidence) -> str:
        """Name a part in the glossary's words, as far as no answered part names the same: what was typed is not repeated."""
        answered = {c for other in evidence.parts if other.verdict is Verdict.SUFFICIENT for c in other.part.facets.concepts}
        named = sorted(part.facets.of("study", "drug", "class", "marker", "setting") - answered)
        return ", ".join(self._lexicon.label(concept) for concept in named[:3]) or self._wording.labels["other_part"]

    def _headings(self, evidence: Evidence) -> tuple[str, ...]:
        return tuple(dict.fromkeys(s.heading_path[-1] for s in evidence.nearest if s.heading_path))

    def _profile(self, statement: Statement) -> Profile:
        return self._profiles.by_id[statement.statement_id]


def render(segments: Sequence[AnswerSegment], notice: str = "") -> str:
    """Return the full text: one segment a line with its marks, a line for each group's label, the notice first."""
    lines = [notice] if notice else []
    group = ""
    for segment in segments:
        if segment.group != group:
            group = segment.group
            lines += [f"{group}:"] if group else []
        marks = f" [{', '.join(map(str, segment.citations))}]" if segment.citations else ""
        lines.append(segment.text + marks)
    return "\n".join(lines)


def _sides(part: Part) -> tuple[str, ...]:
    for group in ("study", "drug", "class"):
        named = sorted(part.facets.of(group))
        if len(named) > 1:
            return tuple(named)
    return ()


def _first(labels: Sequence[str], label: str) -> int:
    return labels.index(label)
