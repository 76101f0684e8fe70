"""One measurement in a process of its own: `python -m eval.bench.worker STEP JSON` prints one JSON object.

A fresh process each time, so that neither side pays for, or profits from, what the other one imported or cached.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

# As the command line does: nothing is fetched, nothing reported home, no threads for small products.
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from eval.bench.timing import Ask, median_ms, requests_per_second, resident_mb

Result = dict[str, Any]
Arguments = Mapping[str, Any]


def recipe_build(arguments: Arguments) -> Result:
    """Build the recipe's store; the model is loaded outside the clock, as it is for ours."""
    from eval.bench.recipe import build_recipe

    texts = _texts(arguments)
    build_recipe(["warm-up"], Path(arguments["folder"]) / "warm")
    started = time.perf_counter()
    chunks = build_recipe(texts, Path(arguments["folder"]) / "store")
    return _built(chunks, texts, time.perf_counter() - started)


def recipe_serve(arguments: Arguments) -> Result:
    """Ask the recipe's retriever."""
    from eval.bench.recipe import open_recipe

    return _served(open_recipe(Path(arguments["folder"]) / "store").invoke, arguments["questions"])


def recipe_first(arguments: Arguments) -> Result:
    """Open the recipe's store and retrieve once; the caller takes the time of the whole process."""
    from eval.bench.recipe import open_recipe

    return {"chunks": len(open_recipe(Path(arguments["folder"]) / "store").invoke(arguments["questions"][0]))}


def content_build(arguments: Arguments) -> Result:
    """Build the index of a corpus from nothing."""
    from corpus import load_corpus
    from index import build_index, open_embedder

    corpus = load_corpus(Path(arguments["corpus"]))
    embedder = open_embedder(arguments["model"], Path(arguments["models"]))
    embedder.embed(["warm-up"])
    started = time.perf_counter()
    report = build_index(corpus, Path(arguments["index"]), embedder, market=arguments["market"])
    return _built(report.embedded, [document.text for document in corpus.documents], time.perf_counter() - started)


def content_retrieve(arguments: Arguments) -> Result:
    """Ask the index alone: passages and statement scores."""
    from index import SearchQuery, open_index

    index = open_index(Path(arguments["index"]), model=arguments["model"])

    def retrieve(question: str) -> object:
        query = SearchQuery(question)
        return index.search(query), index.score_statements(query)

    return _served(retrieve, arguments["questions"])


def content_answer(arguments: Arguments) -> Result:
    """Ask the assistant: screened, retrieved, composed, cited, checked; without the database of the service."""
    from assistant.cli.ask import answer_turns, open_assistant
    from assistant.settings import Settings

    settings = Settings(data_dir=Path(arguments["index"]).parent, corpus_dir=Path(arguments["corpus"]))
    assistant = open_assistant(settings)
    return _served(lambda question: answer_turns(assistant, [question], settings), arguments["questions"])


def set_build(arguments: Arguments) -> Result:
    """Index the documents of a retrieval set from nothing."""
    from index import open_embedder
    from index.titled_texts import TitledTexts, cut_units

    texts = _titled(arguments)
    embedder = open_embedder(arguments["model"], Path(arguments["models"]))
    embedder.embed(["warm-up"])
    started = time.perf_counter()
    TitledTexts.build(texts, embedder, Path(arguments["index"]))
    taken = time.perf_counter() - started
    return _built(sum(1 for text in texts for _ in cut_units(text.text)), [text.text for text in texts], taken)


def set_retrieve(arguments: Arguments) -> Result:
    """Search the index of a retrieval set."""
    from index import open_embedder
    from index.titled_texts import TitledTexts

    embedder = open_embedder(arguments["model"], Path(arguments["models"]))
    index = TitledTexts.build(_titled(arguments), embedder, Path(arguments["index"]))
    return _served(lambda question: index.search(question, 10), arguments["questions"])


def _served(ask: Ask, questions: Sequence[str]) -> Result:
    """Latency on one half of the questions, throughput on the other, so that no question is asked twice."""
    warm, half = 3, len(questions) // 2
    for question in questions[:warm]:
        ask(question)
    p50_ms = median_ms(ask, questions[warm:half])
    return {"p50_ms": p50_ms, "requests_per_s": requests_per_second(ask, questions[half:]), "resident_mb": resident_mb()}


def _built(chunks: int, texts: Sequence[str], seconds: float) -> Result:
    chars = sum(map(len, texts))
    return {"chunks": chunks, "seconds": seconds, "chunks_per_s": chunks / seconds, "source_chars_per_s": chars / seconds}


def _texts(arguments: Arguments) -> list[str]:
    return [row["text"] for row in json.loads(Path(arguments["texts"]).read_text(encoding="utf-8"))]


def _titled(arguments: Arguments) -> list[Any]:
    from index.titled_texts import TitledText

    return [TitledText(**row) for row in json.loads(Path(arguments["texts"]).read_text(encoding="utf-8"))]


STEPS: Mapping[str, Callable[[Arguments], Result]] = {
    step.__name__: step
    for step in (
        recipe_build,
        recipe_serve,
        recipe_first,
        content_build,
        content_retrieve,
        content_answer,
        set_build,
        set_retrieve,
    )
}

if __name__ == "__main__":
    print(json.dumps(STEPS[sys.argv[1]](json.loads(sys.argv[2]))))
