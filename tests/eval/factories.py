"""Runs made by hand, for the tests of comparison, report, gate and calibration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.runs import Manifest, Run, question_fingerprint
from eval.scores import Sample, Score, scored, unscored

QUOTES = (
    "In EMERALD, median PFS was 3.8 vs 1.9 months in ESR1-mutated disease.",
    "Treatment-related grade 3/4 adverse events occurred in 7.2% vs 3.1%.",
    "Elacestrant was approved in the US on 27 January 2023.",
)


def make_record(statements: Sequence[str] = QUOTES[:1], outcome: str = "answered") -> dict[str, Any]:
    """An answer's JSON with one citation per statement."""
    citations = [
        {
            "n": n, "chunk_id": f"c{n}", "doc_id": "EVD-ORAL-SERD", "title": "Oral SERDs", "section": "EMERALD", "version": "1.0",
            "status": "approved", "effective_date": "2026-11-01", "quote": text, "start": 0, "end": len(text),
            "locator": {"type": "text"}, "references": [], "url": "/sources/EVD-ORAL-SERD",
        }
        for n, text in enumerate(statements, 1)
    ]  # fmt: skip
    answered = outcome == "answered"
    return {
        "answer_id": "a", "conversation_id": "c", "question": "q", "outcome": outcome,
        "text": " ".join(statements) if answered else "No approved answer.",
        "segments": [{"text": t, "citations": [n]} for n, t in enumerate(statements, 1)] if answered else [],
        "citations": citations if answered else [],
        "safety": {"codes": [] if answered else ["NO-CONTENT"], "pv": False, "notices": [], "cases": []},
        **({} if answered else {"decline_code": "NO-CONTENT"}),
        "versions": {"corpus": "1", "index": "1", "model": "quote", "policy": "1", "mode": "quote"},
        "timings_ms": {"total": 5.0},
    }  # fmt: skip


def make_sample(
    name: str,
    values: Mapping[str, float | None],
    record: Mapping[str, Any] | None = None,
    confidence: float | None = None,
    tags: Mapping[str, str] | None = None,
    turns: Sequence[str] | None = None,
) -> Sample:
    """A sample with the scores given; None means unscored."""
    scores: dict[str, Score] = {k: unscored("not asked") if v is None else scored(v) for k, v in values.items()}
    return Sample(
        id=name,
        turns=tuple(turns or (f"What about {name}?",)),
        tags=dict(tags or {"kind": "evidence", "answerable": "yes"}),
        status="ok",
        record=record if record is not None else make_record(),
        scores=scores,
        details={"nuggets_missed": [{"id": "n1", "vital": True, "pattern": "3[.]8"}] if values.get("complete") == 0 else []},
        confidence=confidence,
    )


def make_run(name: str, samples: Sequence[Sample], task: str = "answers", folder: Path = Path("unused"), **fields: Any) -> Run:
    """A finished run of these samples."""
    manifest = Manifest(
        run_id=name,
        task=task,
        system=fields.pop("system", "ours"),
        label=name,
        dataset={"id": "set", "version": "1", "sha256": "0", "purpose": "development"},
        questions=question_fingerprint([(s.id, s.turns) for s in samples]),
        n=len(samples),
        seed=1,
        command="medinfo eval answers",
        started_at="2026-11-22T10:00:00+00:00",
        finished_at="2026-11-22T10:01:00+00:00",
        **fields,
    )
    return Run(manifest, tuple(samples), folder)
