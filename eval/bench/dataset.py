"""The comparison on a retrieval set: build and retrieval of both on the same documents and queries."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from pathlib import Path

from assistant.errors import BadInput
from assistant.settings import Settings
from eval.bench.content import QUESTIONS, Report, Result, run_step
from eval.formats import read_beir

MIN_QUERIES = 16


def measure_dataset(
    folder: Path, documents: int, work: Path, settings: Settings, *, seed: int, report: Report
) -> dict[str, Result]:
    """Return one result a step.

    Args:
        folder: in BEIR layout.
        documents: how many documents are taken, chosen by the seed; 0 takes all.
        work: an empty folder for both stores.
        settings: model in use.
        seed: chooses documents and queries.
        report: told the name of each step as it begins.
    """
    loaded = read_beir(folder)
    chooser = random.Random(seed)
    taken = list(loaded.documents)
    if 0 < documents < len(taken):
        taken = chooser.sample(taken, documents)
    queries = list(loaded.queries.values())
    if len(queries) < MIN_QUERIES:
        raise BadInput(f"{folder} has {len(queries)} judged queries; a comparison of speed needs at least {MIN_QUERIES}")
    questions = chooser.sample(queries, min(QUESTIONS, len(queries)))
    work.mkdir(parents=True, exist_ok=True)
    rows = [{"text_id": document.doc_id, "title": document.title, "text": document.text} for document in taken]
    (work / "texts.json").write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    recipe: Mapping[str, object] = {"texts": str(work / "texts.json"), "folder": str(work / "recipe"), "questions": questions}
    places = {"index": str(work / "ours"), "models": str(work / "models"), "model": settings.embedding_model}
    steps = {
        "recipe_build": recipe,
        "recipe_serve": recipe,
        "set_build": {**recipe, **places},
        "set_retrieve": {**recipe, **places},
    }
    results: dict[str, Result] = {}
    for step, arguments in steps.items():
        report(step)
        results[step] = run_step(step, arguments)
    return results
