"""`medinfo eval qrels`: judgements over our passages from a question set, as a BEIR folder and TREC qrels."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from assistant.settings import Settings
from corpus import corpus_sha256
from eval.commands.shared import find_set
from eval.datasets import load_questions
from eval.qrels import POOL_DEPTH, by_query, judge_pool, write_beir
from eval.trec import write_qrels
from index import open_index

app = typer.Typer(help="Make retrieval judgements from a question set.")


@app.command()
def qrels(
    out: Annotated[Path, typer.Argument(help="Folder to write (BEIR layout, and qrels.trec).")],
    *,
    dataset: Annotated[str, typer.Option(help="Question set: a file, or `development` or `report`.")] = "development",
    depth: Annotated[int, typer.Option(min=1, help="Passages of each ranking that enter the pool.")] = POOL_DEPTH,
) -> None:
    """Pool passages from several rankings and grade them by the facts and nuggets of each question."""
    settings = Settings()
    index = open_index(settings.index_dir, corpus_sha256(settings.corpus_dirs), model=settings.embedding_model)
    items = load_questions(find_set(dataset, "questions")).items
    judgements = judge_pool(index, items, depth)
    write_beir(out, index, items, judgements)
    write_qrels(out / "qrels.trec", by_query(judgements))
    grades = Counter(judgement.grade for judgement in judgements)
    print(
        f"{len({j.query for j in judgements})} questions, {len(judgements)} judgements: {dict(sorted(grades.items()))}; {out}"
    )
