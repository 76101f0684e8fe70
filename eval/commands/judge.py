"""`medinfo eval judge RUN`: a language model's verdicts, shown only after its agreement with human labels."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assistant.settings import Settings
from eval.commands.shared import find_set, open_store
from eval.datasets import load_questions
from eval.judge import agree_with_humans, judge_samples, read_prompt, score_verdict
from eval.reviews import by_reader, read_reviews
from eval.significance import wilson_interval

app = typer.Typer(help="Let a language model judge a run (needs a model and human labels).")


@app.command()
def judge(
    run: Annotated[str, typer.Argument(help="Run id.")],
    *,
    model: Annotated[str, typer.Option(help="A LangChain chat model, `provider:name`; answers are sent to it.")],
    dataset: Annotated[str, typer.Option(help="The question set of the run.")],
    reviews: Annotated[Path, typer.Option(help="Human labels (JSONL: id, reader, label).")],
) -> None:
    """Judge the answers of a run by a language model. Agreement with every human reader comes first, then the scores."""
    from langchain.chat_models import init_chat_model

    stored = open_store(Settings()).read(run)
    items = load_questions(find_set(dataset, "questions")).by_id
    readers = by_reader(read_reviews(reviews))
    verdicts = judge_samples(init_chat_model(model, temperature=0), stored.samples, items)
    prompt = read_prompt()
    print(f"judge {model}, prompt {prompt.id} version {prompt.version}")
    for reader, labels in readers.items():
        agreement = agree_with_humans(verdicts, labels)
        kappa = "undefined" if agreement.kappa is None else f"{agreement.kappa:.2f}"
        print(f"agreement with {reader}: {100 * agreement.observed:.1f} % of {agreement.n}, kappa {kappa}")
    values = [score.value for score in map(score_verdict, verdicts.values()) if score.value is not None]
    unread = len(verdicts) - len(values)
    if values:
        interval = wilson_interval(round(sum(values)), len(values))
        share = sum(values) / len(values)
        print(f"judged correct: {100 * share:.1f} % ({100 * interval.low:.1f} to {100 * interval.high:.1f}), n = {len(values)}")
    print(f"{unread} replies without a verdict, left unscored")
