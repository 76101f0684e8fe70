"""The comparison on our own content: build, rebuild, first answer, retrieval, whole answers, the service."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from assistant.errors import Unavailable
from assistant.settings import Settings
from corpus import load_corpus, packaged_corpus_dir
from eval.bench.service import measure_service, medinfo

Result = Mapping[str, Any]
Report = Callable[[str], None]
QUESTIONS = 240
STEP_LIMIT_S = 3600
CHANGED_WORDS = "\n\nThis sentence was added to see how long a changed document takes.\n"


def measure_content(work: Path, settings: Settings, seed: int, report: Report) -> dict[str, Result]:
    """Return one result a step, the recipe and ours on the same documents and questions.

    Args:
        work: an empty folder; a copy of the corpus and both stores are made in it.
        settings: corpus and model in use.
        seed: chooses the questions, from those the register attaches to statements.
        report: told the name of each step as it begins.
    """
    corpus_dir = work / "corpus"
    _copy_corpus(settings.corpus_dir or packaged_corpus_dir(), corpus_dir)
    corpus = load_corpus(corpus_dir)
    _write_texts(work / "texts.json", [document.text for document in corpus.documents])
    pool = sorted({question for entry in corpus.register for question in entry.questions})
    questions = random.Random(seed).sample(pool, min(QUESTIONS, len(pool)))
    data = work / "data"
    shared = {"model": settings.embedding_model, "market": settings.market, "questions": questions}
    recipe = {"texts": str(work / "texts.json"), "folder": str(work / "recipe"), "questions": questions}
    ours = {**shared, "corpus": str(corpus_dir), "index": str(data / "index"), "models": str(data / "models")}
    results: dict[str, Result] = {}
    for step, arguments in (
        ("recipe_build", recipe),
        ("recipe_serve", recipe),
        ("recipe_first", recipe),
        ("content_build", ours),
        ("content_retrieve", ours),
        ("content_answer", ours),
    ):
        report(step)
        results[step] = run_step(step, arguments)
    environment = {"MEDINFO_DATA_DIR": str(data), "MEDINFO_CORPUS_DIR": str(corpus_dir)}
    report("first answer")
    results["first_answer"] = _timed(medinfo("ask", questions[0]), environment)
    report("service")
    results["service"] = measure_service(data, corpus_dir, questions)
    report("unchanged rebuild")
    results["unchanged"] = _timed(medinfo("index", "build"), environment)
    report("one document changed")
    _change_one_document(corpus_dir)
    results["one_changed"] = _timed(medinfo("index", "build"), environment)
    return results


def run_step(step: str, arguments: Mapping[str, Any]) -> Result:
    """Run one step of `eval.bench.worker` in a process of its own; `wall_s` of the result is the whole process.

    Raises:
        Unavailable: the step failed; the message ends with what it printed last.
    """
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "eval.bench.worker", step, json.dumps(arguments)],
        capture_output=True,
        text=True,
        timeout=STEP_LIMIT_S,
        check=False,
    )
    if done.returncode:
        raise Unavailable(f"the step {step} failed: {_last_line(done.stderr)}")
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return {**result, "wall_s": time.perf_counter() - started}


def _timed(command: list[str], environment: Mapping[str, str]) -> Result:
    started = time.perf_counter()
    done = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unavailable(f"`medinfo {' '.join(command[3:5])}` failed: {_last_line(done.stderr)}")
    return {"wall_s": time.perf_counter() - started}


def _last_line(text: str) -> str:
    return text.strip().splitlines()[-1] if text.strip() else "it printed nothing"


def _copy_corpus(source: Path, target: Path) -> None:
    for name in ("documents", "register"):
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name)
    for path in source.glob("*.yaml"):
        shutil.copy(path, target / path.name)


def _change_one_document(corpus_dir: Path) -> None:
    path = sorted((corpus_dir / "documents").rglob("*.md"))[0]
    with path.open("a", encoding="utf-8") as stream:
        stream.write(CHANGED_WORDS)


def _write_texts(path: Path, texts: list[str]) -> None:
    path.write_text(json.dumps([{"text": text} for text in texts], ensure_ascii=False), encoding="utf-8")
