"""An optional language model as judge, off unless asked for. Its agreement with human labels comes before its scores.

A reply whose last line is not one of the offered verdicts is a parse failure and leaves the sample unscored; no letter is ever
picked out of the reasoning. The model is any LangChain chat model; the prompt is a file with id and version.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import NamedTuple

from langchain_core.language_models.chat_models import BaseChatModel

from assistant.errors import BadInput
from eval.datasets import QuestionItem
from eval.reviews import Agreement, measure_agreement
from eval.scores import Sample, Score, scored, unscored

MIN_LABELS = 20
_VERDICT = re.compile(r"VERDICT: ([ABC])")
# The judge's three letters against the readers' six labels.
HUMAN_TO_LETTER = {
    "correct": "A",
    "incomplete": "B",
    "should_escalate": "C",
    "should_not_escalate": "B",
    "unsupported": "C",
    "wrong_source": "C",
}


class JudgePrompt(NamedTuple):
    """The prompt with its identity, which belongs into every report of its scores."""

    id: str
    version: str
    text: str


def read_prompt() -> JudgePrompt:
    """Return the packaged prompt.

    Raises:
        BadInput: when its head lacks id or version.
    """
    head, _, body = (
        files("eval").joinpath("templates/judge.md").read_text(encoding="utf-8").removeprefix("---\n").partition("---\n")
    )
    fields = dict(line.split(": ", 1) for line in head.strip().splitlines())
    if not {"id", "version"} <= set(fields):
        raise BadInput("eval/templates/judge.md: the head needs id and version")
    return JudgePrompt(fields["id"], fields["version"], body)


def fill_prompt(prompt: JudgePrompt, item: QuestionItem, sample: Sample) -> str:
    """Return the prompt for one sample; braces and tags in the material cannot reach the prompt's own."""
    expected = (
        "a plain decline: the content holds no answer"
        if not item.answerable
        else "\n".join(
            f"{'must' if nugget.vital else 'may'} match one of: {' OR '.join(nugget.any)}" for nugget in item.nuggets
        )
    )
    values = {"question": "\n".join(item.turns), "answer": str(sample.record.get("text", "")), "expected": expected}
    return re.sub(
        r"\{(question|answer|expected)\}", lambda found: values[found[1]].replace("<", "‹").replace(">", "›"), prompt.text
    )


def parse_verdict(reply: str) -> str | None:
    """Return the letter of the last line, None when that line is no verdict."""
    lines = [line.strip() for line in reply.splitlines() if line.strip()]
    found = _VERDICT.fullmatch(lines[-1]) if lines else None
    return found[1] if found else None


def judge_samples(model: BaseChatModel, samples: Sequence[Sample], items: Mapping[str, QuestionItem]) -> dict[str, str | None]:
    """Return a letter per sample id, None where the reply could not be parsed; failed samples are left out."""
    prompt = read_prompt()
    verdicts: dict[str, str | None] = {}
    for sample in samples:
        if sample.status == "ok" and sample.id in items:
            reply = model.invoke(fill_prompt(prompt, items[sample.id], sample))
            verdicts[sample.id] = parse_verdict(str(reply.content))
    return verdicts


def agree_with_humans(verdicts: Mapping[str, str | None], labels: Mapping[str, str]) -> Agreement:
    """Return the judge's agreement with a reader.

    Raises:
        BadInput: when fewer than twenty answers were labelled: the judge's scores are then not shown at all.
    """
    parsed = {name: letter for name, letter in verdicts.items() if letter is not None}
    human = {name: HUMAN_TO_LETTER[label] for name, label in labels.items() if name in parsed}
    if len(human) < MIN_LABELS:
        raise BadInput(
            f"{len(human)} answers have a human label and a verdict; at least {MIN_LABELS} are needed to trust a judge"
        )
    return measure_agreement(human, parsed)


def score_verdict(letter: str | None) -> Score:
    """Return 1 for A, 0 for B and C, unscored where the judge gave no verdict."""
    return unscored("the judge gave no verdict") if letter is None else scored(letter == "A")
