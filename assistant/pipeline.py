"""The way of a screened question to its answer: query, evidence, compose; in generate mode a model words what was composed.
Deterministic but for the model: same question, same index, same answer.

Screening comes before and is not repeated; nothing is stored here. Ids and timings aside, an answer depends on the question,
the earlier turns, the day, the index and the policy alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING, TypeVar
from uuid import uuid4

from assistant.approved_answers import ApprovedAnswers
from assistant.compose import Composer, Draft
from assistant.compose.citations import UnprovenCitation
from assistant.evidence import Evidence, EvidenceFinder, Profiles, Topics, kept_at
from assistant.notices import only_reports
from assistant.query import Annotator, ParsedQuestion, Part, QuestionParser, build_lexicon
from assistant.query.rules import code_version, policy_version
from assistant.settings import Settings
from assistant.types import Answer, ApprovedMatch, Code, Outcome, Question, Safety, Screening, ShownSentence, Versions
from corpus.glossary import load_glossary
from index.types import KnowledgeIndex, SearchQuery

if TYPE_CHECKING:
    from assistant.generation import Generation, Writer, Written

T = TypeVar("T")
Show = Callable[[ShownSentence], None]
SILENT_CODES = frozenset({Code.PRIVACY})
"""Codes that never explain why a message is not answered while another one does."""
UNANSWERED = frozenset({Code.NO_CONTENT, Code.OUT_OF_SCOPE})
NAMING_GROUPS = ("drug", "study", "class", "setting", "marker")
"""Groups of concepts that name what a topic is about."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """How an answer came about, for the explain view: the question as understood, the evidence with features, the draft; in
    generate mode, what became of each sentence the model wrote.
    """

    question: ParsedQuestion | None
    evidence: Evidence | None
    draft: Draft
    written: Written | None = None
    approved: ApprovedMatch | None = None


class Assistant:
    """Answers screened questions from one index in quote mode. Safe to share between threads: it keeps nothing between
    questions.
    """

    def __init__(
        self,
        index: KnowledgeIndex,
        settings: Settings,
        clock: Callable[[], float] = perf_counter,
        writer: Writer | None = None,
    ) -> None:
        """Read the statements of the index once; `clock` gives seconds for the timings, `writer` stands in for the model of the
        settings in generate mode.
        """
        glossary = load_glossary(settings.corpus_dirs)
        annotator = Annotator(build_lexicon(glossary))
        made_with = (index.version, policy_version(), code_version(), repr(glossary))
        profiles = Profiles(index, annotator, kept_at(settings.index_dir.parent / "readings", made_with))
        self.embedder = index.embedder
        self._settings = settings
        self._annotator = annotator
        self._clock = clock
        self._parser = QuestionParser(annotator, glossary, profiles.vocabulary)
        self._finder = EvidenceFinder(index, profiles, annotator.lexicon, topics=Topics(index, profiles, annotator))
        self._approved = ApprovedAnswers(index, annotator, settings.market)
        self._composer = Composer(index, profiles, annotator.lexicon, settings.market)
        self._versions = Versions(
            corpus=index.corpus_version, index=index.version, model="none", policy=policy_version(), mode="quote"
        )
        self._generation: Generation | None = None
        if settings.mode == "generate":
            from assistant.generation import Generation, open_writer

            writer = writer or open_writer(settings, glossary, clock)
            self._generation = Generation(index, profiles, writer, settings.market, settings.model_statements)

    def answer(self, question: Question, screening: Screening, show: Show | None = None) -> Answer:
        """Return the answer, a redirect or a typed decline. In generate mode `show` gets each sentence as soon as it passed."""
        return self._answer(question, screening, show)

    def quote(self, question: Question, screening: Screening) -> Answer:
        """Return the answer in approved statements word for word, whatever the mode; no language model is asked."""
        return self._answer(question, screening, asks_model=False)

    def _answer(self, question: Question, screening: Screening, show: Show | None = None, *, asks_model: bool = True) -> Answer:
        started = self._clock()
        timings: dict[str, float] = {}
        screening = self._within_topics(screening)
        explanation = self._work(question, screening, timings, show, asks_model=asks_model)
        timings["total"] = (self._clock() - started) * 1000
        draft = explanation.draft
        return Answer(
            answer_id=str(uuid4()),
            conversation_id=question.conversation_id,
            question=question.text,
            outcome=draft.outcome,
            text=draft.text,
            segments=draft.segments,
            citations=draft.citations,
            safety=Safety(codes=_codes(screening, draft), pv=screening.pv, notices=draft.notices),
            versions=self._marked(explanation.written),
            generation=explanation.written.to_record() if explanation.written else None,
            approved=explanation.approved,
            timings_ms=timings,
            interpreted_as=_shown_reading(explanation),
            decline_code=draft.decline_code,
            resources=draft.resources,
            suggestions=draft.suggestions,
            nearest_headings=draft.nearest_headings,
        )

    def explain(self, question: Question, screening: Screening) -> Explanation:
        """Return how the answer to the same question comes about."""
        return self._work(question, self._within_topics(screening), {})

    def query_of(self, part: Part) -> SearchQuery:
        """Return what the index is asked for one part of a question."""
        return self._finder.query_of(part)

    def _marked(self, written: Written | None) -> Versions:
        """The versions, with the mode and the model that made this answer."""
        if written is None or written.fallback is not None or self._generation is None:
            return self._versions
        return replace(self._versions, model=self._generation.model_name, mode="generate")

    def _work(
        self,
        question: Question,
        screening: Screening,
        timings: dict[str, float],
        show: Show | None = None,
        *,
        asks_model: bool = True,
    ) -> Explanation:
        stop = self._stop_code(screening)
        if stop is not None:
            return Explanation(None, None, self._composer.stop(stop))
        parsed = self._timed(timings, "query", lambda: self._parser.parse(question.text, question.history))
        if parsed.greeting:
            return Explanation(parsed, None, self._composer.stop(Code.GREETING))
        off_label = self._settings.off_label == "answer"
        on = question.asked_at.date()
        approved = self._timed(timings, "approved", lambda: self._approved.find(parsed, on))
        if approved is not None:
            locked = self._composer.compose(parsed, approved.evidence, on, off_label=off_label)
            if locked.outcome is Outcome.ANSWERED and not locked.dropped:
                return Explanation(parsed, approved.evidence, locked, approved=approved.match)
        evidence = self._timed(timings, "evidence", lambda: self._finder.find(parsed))
        draft = self._timed(timings, "compose", lambda: self._composer.compose(parsed, evidence, on, off_label=off_label))
        if draft.decline_code in UNANSWERED and only_reports(screening.codes, question.text):
            return Explanation(parsed, evidence, self._composer.stop(screening.codes[0].value))
        generation = self._generation
        worded: tuple[Draft, Written | None] = (draft, None)
        if generation is not None and not asks_model:
            worded = generation.keep_quotes(draft)
        elif generation is not None:
            try:
                worded = self._timed(timings, "generate", lambda: generation.reword(parsed, evidence, draft, on, show))
            except UnprovenCitation:
                # A document was taken out while the model wrote: what is left is quoted, and the model is not asked again.
                return self._work(question, screening, timings, asks_model=False)
        return Explanation(parsed, evidence, *worded)

    def _within_topics(self, screening: Screening) -> Screening:
        """Take back that a question is out of scope where the word that says so names something the documents cover.

        Screening knows what lies outside medicine in general and outside the first topic; which topics are served is content.
        """
        if set(screening.codes) - SILENT_CODES != {Code.OUT_OF_SCOPE}:
            return screening
        words = [flag.matched for flag in screening.flags if flag.code is Code.OUT_OF_SCOPE]
        if not words or not all(self._annotator.facets(word).of(*NAMING_GROUPS) for word in words):
            return screening
        return replace(screening, codes=tuple(code for code in screening.codes if code in SILENT_CODES), should_answer=True)

    def _stop_code(self, screening: Screening) -> str | None:
        """The code whose text is shown when screening says not to answer; off-label requests stop by setting."""
        codes = list(screening.codes)
        if Code.OFF_LABEL in codes and self._settings.off_label == "decline":
            return Code.OFF_LABEL.value
        if screening.should_answer:
            return None
        told = [code for code in codes if code not in SILENT_CODES] or codes
        return told[0].value if told else Code.NO_CONTENT.value

    def _timed(self, timings: dict[str, float], name: str, work: Callable[[], T]) -> T:
        started = self._clock()
        result = work()
        timings[name] = (self._clock() - started) * 1000
        return result


def _shown_reading(explanation: Explanation) -> str | None:
    """How the question was read, where that tells something: what lies outside is no follow-up to what was said before."""
    outside = explanation.draft.decline_code == Code.OUT_OF_SCOPE
    return explanation.question.interpreted_as if explanation.question and not outside else None


def _codes(screening: Screening, draft: Draft) -> tuple[str, ...]:
    """Return the codes of a turn. Who asks to be called gets a missing answer in that call: it is no case of its own."""
    called = Code.CONTACT in screening.codes
    own = [str(code) for code in draft.codes if not (called and code == Code.NO_CONTENT)]
    return tuple(dict.fromkeys([*(code.value for code in screening.codes), *own]))
