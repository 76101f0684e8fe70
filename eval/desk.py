"""The evaluation behind the console: runs, the report of two, human review by two readers, labels fed back to the sets.

Found by the service as an entry point. It reads runs of its own store only, and writes nothing but labels.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import combinations

from assistant.errors import BadInput, NotFound
from assistant.evaluation import AgreementLine, ReviewItem, ReviewPage, RunLine
from assistant.settings import Settings
from eval.comparison import compare_runs
from eval.datasets import PACKAGED, QuestionItem, load_questions
from eval.report.page import render_comparison
from eval.report.views import outcome_of, passages_of
from eval.reviews import LABELS, Review, by_reader, kappa_interval, label_words, measure_agreement, read_reviews, write_reviews
from eval.runs import Manifest, Run, RunStore
from eval.scores import Sample

PAGE_ITEMS = 10
REVIEWED_TASKS = ("answers", "hostile")


def open_desk(settings: Settings) -> Desk:
    """Return the desk over the settings' data directory."""
    return Desk(settings)


class Desk:
    """An `assistant.evaluation.EvaluationDesk`."""

    def __init__(self, settings: Settings) -> None:
        self._store = RunStore(settings.data_dir / "eval" / "runs")
        self._reviews = settings.data_dir / "eval" / "reviews"

    def runs(self) -> Sequence[RunLine]:
        """Return the stored runs, newest first."""
        manifests = list(reversed(self._store.manifests()))
        return [_line(manifest, manifests) for manifest in manifests]

    def report(self, a: str, b: str) -> str:
        """Return the comparison of two runs with the labels given to B; `BadInput` when they do not compare."""
        runs = [self._run(name) for name in (a, b)]
        return render_comparison(compare_runs(runs[0], runs[1]), label_words(self._labels(b)))

    def review(self, run_id: str, reader: str, page: int) -> ReviewPage:
        """Return a page of a run's answers with this reader's own labels."""
        run, reviews = self._reviewed(run_id), self._labels(run_id)
        own = {review.id: review for review in reviews if review.reader == reader}
        readers = by_reader(reviews)
        start = (page - 1) * PAGE_ITEMS
        items = [_item(sample, own.get(sample.id), readers) for sample in run.samples[start : start + PAGE_ITEMS]]
        manifests = self._store.manifests()
        return ReviewPage(
            _line(run.manifest, manifests), tuple(items), len(run.samples), len(own), tuple(_agreements(readers)), LABELS
        )

    def label(self, run_id: str, sample_id: str, reader: str, label: str, note: str) -> None:
        """Keep a reader's label.

        Raises:
            NotFound: no such answer. BadInput: no such label.
        """
        run = self._reviewed(run_id)
        if sample_id not in {sample.id for sample in run.samples}:
            raise NotFound(f"This run has no answer {sample_id!r}.")
        if label not in LABELS:
            raise BadInput(f"There is no judgement {label!r}: choose one of the list.")
        self._reviews.mkdir(parents=True, exist_ok=True)
        review = Review.model_validate({"id": sample_id, "reader": reader, "label": label, "note": note})
        write_reviews(self._reviews / f"{run.manifest.run_id}.jsonl", [review])

    def export(self, run_id: str) -> str:
        """Return the labelled questions as a question set in JSON lines."""
        return reviewed_set(self._reviewed(run_id), self._labels(run_id))

    def _run(self, run_id: str) -> Run:
        # Ids of the list only: the store itself also takes paths.
        if run_id not in {manifest.run_id for manifest in self._store.manifests()}:
            raise NotFound("There is no such run: go back to the list of runs.")
        return self._store.read(run_id)

    def _reviewed(self, run_id: str) -> Run:
        run = self._run(run_id)
        if run.manifest.task not in REVIEWED_TASKS:
            raise BadInput("Only runs of answers are read by people.")
        return run

    def _labels(self, run_id: str) -> list[Review]:
        path = self._reviews / f"{run_id}.jsonl"
        return read_reviews(path) if path.is_file() else []


def reviewed_set(run: Run, reviews: Sequence[Review]) -> str:
    """Return the labelled questions of a run as a question set in JSON lines, with every reader's label.

    A question of a packaged set keeps its nuggets. Another one has none and counts as unanswerable until somebody writes them.
    """
    labelled = {review.id for review in reviews}
    known = _packaged_items()
    header = {
        "id": f"reviewed-{run.manifest.run_id}",
        "version": "1",
        "purpose": str(run.manifest.dataset.get("purpose") or "development"),
        "provenance": f"Answers of run {run.manifest.run_id} to {run.manifest.dataset.get('id', '')}, read by people.",
    }
    rows = [header, *(_row(sample, known, reviews) for sample in run.samples if sample.id in labelled)]
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _row(sample: Sample, known: Mapping[str, QuestionItem], reviews: Sequence[Review]) -> dict[str, object]:
    item = known.get(sample.id)
    if item is None or item.turns != sample.turns:
        item = QuestionItem(id=sample.id, kind=sample.tags.get("kind", "reviewed"), turns=sample.turns, answerable=False)
    labels = by_reader([review for review in reviews if review.id == sample.id])
    said = [{"reader": reader, "label": given[sample.id]} for reader, given in sorted(labels.items())]
    return {**item.model_dump(mode="json", exclude_defaults=True), "reviews": said}


def _packaged_items() -> dict[str, QuestionItem]:
    paths = sorted((PACKAGED / "questions").glob("*.yaml"))
    return {item.id: item for path in paths for item in load_questions(path).items}


def _line(manifest: Manifest, manifests: Sequence[Manifest]) -> RunLine:
    same = [
        other.run_id
        for other in manifests
        if other.run_id != manifest.run_id and (other.task, other.questions) == (manifest.task, manifest.questions)
    ]
    return RunLine(
        run_id=manifest.run_id,
        task=manifest.task,
        label=manifest.label,
        dataset=str(manifest.dataset.get("id", "")),
        n=manifest.n,
        started_at=manifest.started_at,
        commit=manifest.commit,
        is_finished=bool(manifest.finished_at),
        compares_with=tuple(same),
    )


def _item(sample: Sample, own: Review | None, readers: Mapping[str, Mapping[str, str]]) -> ReviewItem:
    sentences = [segment["text"] for segment in sample.record.get("segments", ())]
    return ReviewItem(
        sample_id=sample.id,
        turns=sample.turns,
        outcome=outcome_of(sample),
        sentences=tuple(sentences or ([sample.record["text"]] if sample.record.get("text") else [])),
        sources=tuple(f"[{p.n}] {p.source}{': ' + p.quote if p.quote else ''}" for p in passages_of(sample.record)),
        own=own.label if own else "",
        note=own.note if own else "",
        readers=sum(sample.id in labels for labels in readers.values()),
    )


def _agreements(readers: Mapping[str, Mapping[str, str]]) -> list[AgreementLine]:
    lines = []
    for first, second in combinations(sorted(readers), 2):
        if not set(readers[first]) & set(readers[second]):
            continue
        found = measure_agreement(readers[first], readers[second])
        interval = kappa_interval(readers[first], readers[second])
        bounds = (interval.low, interval.high) if interval is not None else None
        lines.append(AgreementLine((first, second), found.n, found.observed, found.kappa, bounds))
    return lines
