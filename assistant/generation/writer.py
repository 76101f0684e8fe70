"""Writes an answer with a language model, sentence by sentence, each checked before it is shown.

A sentence that fails is given back once with the reasons; what fails again is dropped. Sentences are handed out as they pass,
from the first one that cites a vital statement on; nothing that was handed out is taken back. A model that stops half-way is
completed by statements word for word; where nothing vital is left, there is no generated answer at all and the caller serves
the quoted one. The model decides nothing else: not whether a question is answered, nor what is evidence.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import structlog

from assistant.generation.breaker import Breaker
from assistant.generation.checks import SentenceCheck
from assistant.generation.keys import key_statements
from assistant.generation.model import ChatModel, ModelDown, ModelSlow
from assistant.generation.prompts import read_prompt
from assistant.generation.sentences import SentenceReader
from assistant.generation.types import Decision, Drafted, Fallback, Fate, Sentence, Written
from assistant.grounding import Reason
from index.types import Statement

log = structlog.get_logger("medinfo.generation")
Show = Callable[[Sentence], None]
LEAST_SHARE = 0.34
"""Share of the drafted sentences that must have passed."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one answer may cost: seconds in all and for one repair, characters, sentences, repairs, calls after a failed one."""

    total_s: float
    repair_s: float
    most_chars: int
    most_sentences: int
    most_repairs: int
    retries: int


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be answered: the question as understood, the statements given to the model (best first), and the ids of those
    without which there is no answer.
    """

    question: str
    statements: tuple[Statement, ...]
    chosen: frozenset[str]
    vital: frozenset[str]


@dataclass(slots=True)
class _Progress:
    """One writing under way."""

    given: Mapping[str, Statement]
    deadline_s: float
    decisions: list[Decision] = field(default_factory=list)
    passed: list[Sentence] = field(default_factory=list)
    shown: int = 0
    repairs: int = 0

    def cited(self) -> set[str]:
        """Ids of the statements that passed sentences cite."""
        return {statement.statement_id for sentence in self.passed for statement in sentence.statements}


class Writer:
    """Writes with one model under fixed limits. Safe to share between threads."""

    def __init__(
        self, model: ChatModel, check: SentenceCheck, limits: Limits, breaker: Breaker, clock: Callable[[], float]
    ) -> None:
        self._model = model
        self._check = check
        self._limits = limits
        self._breaker = breaker
        self._clock = clock
        self._prompts = {name: read_prompt(name) for name in ("answer_system", "answer_request", "repair_request")}

    @property
    def model_name(self) -> str:
        """The name that answers are marked with."""
        return self._model.name

    def write(self, request: Request, show: Show | None = None) -> Written:
        """Return the answer's sentences, or why there are none; `show` gets each sentence as soon as it may be seen."""
        progress = _Progress(key_statements(request.statements), self._clock() + self._limits.total_s)
        if self._breaker.is_open:
            return self._written(progress, fallback=Fallback.MODEL_PAUSED)
        cut = self._draft(request, progress, show)
        fallback = _fallback(progress, request, cut)
        if fallback is not None and not progress.shown:
            return self._written(progress, fallback=fallback, cut=cut)
        self._complete(request, progress, show, everything=bool(cut))
        return self._written(progress, cut=cut)

    def _draft(self, request: Request, progress: _Progress, show: Show | None) -> str:
        """Draft and check; return why the model was cut short, "" when it ended by itself."""
        try:
            for drafted in self._sentences(request, progress):
                if len(progress.decisions) >= self._limits.most_sentences or self._loops(progress, drafted):
                    return "too_long"
                self._take(drafted, request, progress, show)
        except ModelSlow as error:
            self._breaker.fail()
            log.warning("model slow", error=str(error))
            return Fallback.MODEL_SLOW.value
        except ModelDown as error:
            self._breaker.fail()
            log.warning("model down", error=str(error))
            return Fallback.MODEL_DOWN.value
        self._breaker.succeed()
        return ""

    def _sentences(self, request: Request, progress: _Progress) -> Iterator[Drafted]:
        """Sentences as they are written; a call that fails before its first piece is made again."""
        prompt = self._prompts["answer_request"].fill(
            evidence=evidence_json(progress.given), question=json.dumps(request.question, ensure_ascii=False)
        )
        reader = SentenceReader()
        chars = 0
        for piece in self._pieces(prompt, progress.deadline_s):
            chars += len(piece)
            yield from reader.feed(piece)
            if chars > self._limits.most_chars:
                return
        yield from reader.finish()

    def _pieces(self, prompt: str, deadline_s: float) -> Iterator[str]:
        for attempt in range(self._limits.retries + 1):
            begun = False
            try:
                for piece in self._model.stream(self._prompts["answer_system"].text, prompt, deadline_s):
                    begun = True
                    yield piece
                return
            except ModelDown:
                if begun or attempt == self._limits.retries or self._clock() >= deadline_s:
                    raise

    @staticmethod
    def _loops(progress: _Progress, drafted: Drafted) -> bool:
        """Whether the model has begun to say the same again and again."""
        return sum(decision.drafted == drafted for decision in progress.decisions) > 1

    def _take(self, drafted: Drafted, request: Request, progress: _Progress, show: Show | None) -> None:
        decision = self._decide(drafted, progress)
        progress.decisions.append(decision)
        if decision.final is None:
            return
        statements = tuple(progress.given[key] for key in decision.final.keys)
        progress.passed.append(Sentence(decision.final.text, statements))
        self._show(request, progress, show)

    def _show(self, request: Request, progress: _Progress, show: Show | None) -> None:
        """Hand out what passed, once something vital is among it."""
        if show is None or not request.vital & progress.cited():
            return
        for sentence in progress.passed[progress.shown :]:
            show(sentence)
        progress.shown = len(progress.passed)

    def _decide(self, drafted: Drafted, progress: _Progress) -> Decision:
        reasons = self._check.reasons(drafted, progress.given)
        if not reasons:
            return self._unless_repeated(Decision(drafted, Fate.SHOWN, (), drafted), progress)
        repaired = self._repair(drafted, reasons, progress)
        if repaired is None:
            return Decision(drafted, Fate.DROPPED, reasons)
        return self._unless_repeated(Decision(drafted, Fate.REPAIRED, reasons, repaired), progress)

    @staticmethod
    def _unless_repeated(decision: Decision, progress: _Progress) -> Decision:
        shown = {sentence.text for sentence in progress.passed}
        if decision.final is not None and decision.final.text in shown:
            return Decision(decision.drafted, Fate.REPEATED, decision.reasons)
        return decision

    def _repair(self, drafted: Drafted, reasons: Sequence[Reason], progress: _Progress) -> Drafted | None:
        """One attempt, with the reasons and the statements the sentence cites; None where it fails again."""
        cited = {key: progress.given[key] for key in drafted.keys if key in progress.given}
        if not cited or progress.repairs >= self._limits.most_repairs:
            return None
        progress.repairs += 1
        prompt = self._prompts["repair_request"].fill(
            evidence=evidence_json(cited),
            sentence=json.dumps(drafted.text, ensure_ascii=False),
            reasons=json.dumps([reason.message for reason in reasons], ensure_ascii=False),
        )
        deadline_s = min(progress.deadline_s, self._clock() + self._limits.repair_s)
        reader = SentenceReader()
        found: list[Drafted] = []
        try:
            for piece in self._model.stream(self._prompts["answer_system"].text, prompt, deadline_s):
                found += reader.feed(piece)
            found += reader.finish()
        except (ModelDown, ModelSlow) as error:
            log.warning("sentence not repaired", error=str(error))
            return None
        if len(found) != 1 or self._check.reasons(found[0], cited):
            return None
        return found[0]

    def _complete(self, request: Request, progress: _Progress, show: Show | None, *, everything: bool) -> None:
        """Add word for word what is vital and was left out; after a cut, everything the quoted answer has."""
        wanted = request.chosen if everything else request.vital
        missing = [s for s in request.statements if s.statement_id in wanted - progress.cited()]
        progress.passed += [Sentence(statement.text, (statement,), quoted=True) for statement in missing]
        self._show(request, progress, show)

    def _written(self, progress: _Progress, *, fallback: Fallback | None = None, cut: str = "") -> Written:
        return Written(
            sentences=() if fallback else tuple(progress.passed),
            decisions=tuple(progress.decisions),
            fallback=fallback,
            cut=cut,
            keys={key: statement.statement_id for key, statement in progress.given.items()},
            prompts=tuple(prompt.version for prompt in self._prompts.values()),
        )


def _fallback(progress: _Progress, request: Request, cut: str) -> Fallback | None:
    """Why what passed is no answer, None where it is one."""
    if not progress.decisions:
        return Fallback(cut) if cut in set(Fallback) else Fallback.NOTHING_WRITTEN
    if not request.vital & progress.cited():
        return Fallback(cut) if cut in set(Fallback) and not progress.passed else Fallback.NOTHING_VITAL_LEFT
    written = [decision for decision in progress.decisions if decision.fate is not Fate.REPEATED]
    if len(progress.passed) < LEAST_SHARE * len(written):
        return Fallback.TOO_LITTLE_LEFT
    return None


def evidence_json(given: Mapping[str, Statement]) -> str:
    """Return the statements as the JSON the prompts show: key, heading and text, in order."""
    rows = [
        {"key": key, "section": " > ".join(statement.heading_path), "text": statement.text} for key, statement in given.items()
    ]
    return json.dumps(rows, ensure_ascii=False, indent=1)
