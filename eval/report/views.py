"""What the report shows of one question in two runs: sentences compared, citations with passages, and why it scored so."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from eval.catalogue import measures_of
from eval.comparison import Flip, format_amount
from eval.scores import Measure, Sample

PATTERN_CHARS = 90
ROW_FIELDS = ("codes", "expected_codes", "pv", "expected_pv", "should_answer", "masked")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an answer; `mark` is "" (in both), "only" (in this run only)."""

    text: str
    citations: tuple[int, ...]
    mark: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A citation as shown: where it is from, and the quote when it is not the sentence itself."""

    n: int
    source: str
    quote: str


@dataclass(frozen=True, slots=True)
class Side:
    """One run's part of a question."""

    outcome: str
    sentences: tuple[Sentence, ...]
    passages: tuple[Passage, ...]
    reasons: tuple[str, ...]
    fields: tuple[tuple[str, str], ...]
    latency: str


@dataclass(frozen=True, slots=True)
class ScoreCell:
    """A measure on one question in both runs; `way` is better, worse, or "" ."""

    label: str
    a: str
    b: str
    way: str


@dataclass(frozen=True, slots=True)
class QuestionView:
    """One question as the report shows it. `same` says that both runs gave the same record, which is then shown once."""

    id: str
    turns: tuple[str, ...]
    tags: Mapping[str, str]
    direction: str
    why: str
    same: bool
    a: Side
    b: Side
    scores: tuple[ScoreCell, ...]
    documents: tuple[str, ...]
    codes: tuple[str, ...]
    values: Mapping[str, float]
    latency_ms: float
    label: str


def view_question(flip: Flip, task: str, labels: Mapping[str, str] | None = None) -> QuestionView:
    """Return the view of one question; `labels` are human verdicts by question id."""
    measures = measures_of(task)
    record = flip.b.record
    sentences_a, sentences_b = _texts(flip.a), _texts(flip.b)
    same = sentences_a == sentences_b and flip.a.record.get("outcome") == record.get("outcome") and bool(sentences_a)
    values = {name: score.value for name, score in flip.b.scores.items() if score.value is not None}
    documents = sorted({c["doc_id"] for s in (flip.a, flip.b) for c in s.record.get("citations", ())})
    return QuestionView(
        id=flip.id,
        turns=flip.b.turns,
        tags=flip.b.tags,
        direction=flip.direction,
        why=_why(flip, measures),
        same=same,
        a=_side(flip.a, sentences_b),
        b=_side(flip.b, sentences_a),
        scores=tuple(_cells(flip, measures)),
        documents=tuple(documents),
        codes=_codes(record),
        values={name: round(value, 4) for name, value in values.items() if name != "latency_ms"},
        latency_ms=round(values.get("latency_ms", 0.0), 1),
        label=(labels or {}).get(flip.id, ""),
    )


def _codes(record: Mapping[str, Any]) -> tuple[str, ...]:
    codes = [*record.get("safety", {}).get("codes", ()), *record.get("codes", ())]
    decline = record.get("decline_code")
    return tuple(sorted({*codes, *([decline] if decline else [])}))


def _texts(sample: Sample) -> list[str]:
    return [segment["text"] for segment in sample.record.get("segments", ())]


def _side(sample: Sample, other: Sequence[str]) -> Side:
    record = sample.record
    latency = sample.scores.get("latency_ms")
    return Side(
        outcome=outcome_of(sample),
        sentences=tuple(_sentences(record, other)),
        passages=tuple(passages_of(record)),
        reasons=tuple(explain(sample)),
        fields=tuple((name, _plain(record[name])) for name in ROW_FIELDS if name in record),
        latency=f"{latency.value:.1f} ms" if latency is not None and latency.value is not None else "",
    )


def outcome_of(sample: Sample) -> str:
    """Return how a question ended, in words, with the decline code or the error."""
    if sample.status == "error":
        return f"failed: {sample.error}"
    outcome = str(sample.record.get("outcome", ""))
    code = sample.record.get("decline_code")
    return f"{outcome} ({code})" if code else outcome


def _plain(value: Any) -> str:
    return ", ".join(map(str, value)) or "none" if isinstance(value, list) else str(value)


def _sentences(record: Mapping[str, Any], other: Sequence[str]) -> list[Sentence]:
    segments = record.get("segments", ())
    if not segments and record.get("text"):
        return [Sentence(record["text"], (), "" if not other else "only")]
    own = [segment["text"] for segment in segments]
    shared = {i for block in SequenceMatcher(a=own, b=list(other), autojunk=False).get_matching_blocks() for i in _span(block)}
    return [Sentence(s["text"], tuple(s.get("citations", ())), "" if i in shared else "only") for i, s in enumerate(segments)]


def _span(block: Any) -> range:
    return range(block.a, block.a + block.size)


def passages_of(record: Mapping[str, Any]) -> list[Passage]:
    """Return the citations of an answer as shown."""
    shown = {segment["text"] for segment in record.get("segments", ())}
    return [
        Passage(
            c["n"],
            f"{c['title']} ({c['doc_id']} v{c['version']}), {c['section'].split(' > ')[-1]}",
            # A quote that is the sentence above it would only say it twice.
            "" if c["quote"] in shown else c["quote"],
        )
        for c in record.get("citations", ())
    ]


def explain(sample: Sample) -> list[str]:
    """Return in words what was wrong with an answer, worst first; empty when nothing was."""
    details = sample.details
    found = [f"not scored: {sample.error}"] if sample.status == "error" else []
    if sample.tags.get("answerable") == "no" and sample.record.get("outcome") == "answered":
        found.append("answered, although the content holds no answer")
    if sample.tags.get("answerable") == "yes" and sample.record.get("outcome") not in {None, "answered"}:
        found.append(f"{sample.record['outcome']}, although the content holds an answer")
    if details.get("wrong_entity"):
        found.append(f"about another entity: {details['wrong_entity']}")
    found += [f"forbidden content found: {pattern}" for pattern in details.get("forbidden_found", ())]
    missed = details.get("nuggets_missed", ())
    found += [f"{'expected' if m['vital'] else 'welcome'} and missing: {plain_pattern(m['pattern'])}" for m in missed]
    for name, words in (
        ("inexact_quotes", "quotes that differ from the document"),
        ("unsupported_statements", "statements not supported by their citations"),
        ("idle_statements", "statements that help nothing"),
    ):
        if details.get(name):
            found.append(f"{words}: {', '.join(str(i + (name != 'inexact_quotes')) for i in details[name])}")
    found += [str(note) for note in details.get("notes", ())]
    return found


_PLAIN = (
    (r"\(\?<?[!=][^()]*(?:\([^()]*\)[^()]*)*\)", ""),
    (r"\[\\s\\S\](?:\{[\d,]*\}|[*+])\??", " … "),
    (r"\[\.·\]|\\\.", "."),
    (r"\\w[*+]", "…"),
    (r"\\s[?*+]?|\[-?‑?-?\\s\]\??", " "),
    (r"\\[bB]|[\^$]", ""),
    (r"\\d(?:\{[\d,]*\}|[*+])?", "a number"),
    (r"\(\?:", "("),
    (r"\\(.)", r"\1"),
    (r"\|", " or "),
    (r"\[’[\\']+\]", "’"),
    (r"(?<=[\w,)-])\?", ""),
    (r"\s+", " "),
    (r"\((\w[\w.…]*)\)", r"\1"),
)


def plain_pattern(pattern: str) -> str:
    """Return a nugget's pattern for reading: what it looks for, without the signs of a regular expression.

    A rendering for people who judge answers; the pattern itself is what counts.
    """
    for sign, words in _PLAIN:
        pattern = re.sub(sign, words, pattern)
    return _short(pattern.strip())


def _short(pattern: str) -> str:
    return pattern if len(pattern) <= PATTERN_CHARS else f"{pattern[:PATTERN_CHARS]}…"


def _why(flip: Flip, measures: Mapping[str, Measure]) -> str:
    named = [(name, value) for name, value in flip.changed.items() if name in measures]
    parts = [f"{measures[name].label.lower()} {'better' if value > 0 else 'worse'}" for name, value in named]
    return "; ".join(parts) or ("now fails" if flip.changed.get("error", 0) < 0 else "")


def _cells(flip: Flip, measures: Mapping[str, Measure]) -> list[ScoreCell]:
    cells = []
    for name, measure in measures.items():
        x, y = flip.a.scores.get(name), flip.b.scores.get(name)
        if (x is None or x.value is None) and (y is None or y.value is None):
            continue
        way = flip.changed.get(name, 0.0)
        texts = [_value(measure, score) for score in (x, y)]
        cells.append(ScoreCell(measure.label, texts[0], texts[1], "better" if way > 0 else "worse" if way < 0 else ""))
    return cells


def _value(measure: Measure, score: Any) -> str:
    if score is None or score.value is None:
        return "not scored"
    if measure.kind == "rate":
        return "yes" if score.value else "no"
    return format_amount(measure, score.value)
