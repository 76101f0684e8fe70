"""`medinfo ask`: one answer on the terminal, or one JSON answer for each line of a file.

It stores nothing and opens no case; messages that need people are flagged in the output only.
"""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.cli.explain import explain_turns
from assistant.cli.explanation_text import format_explanation
from assistant.errors import BadInput
from assistant.notices import report_notices, ways_of
from assistant.pipeline import Assistant
from assistant.screening import screener_for
from assistant.settings import Settings
from assistant.types import Answer, Citation, Question
from assistant.wire import answer_to_json
from corpus import LiveLedger, corpus_sha256
from index import IndexProblem, open_index

app = typer.Typer(add_completion=False, help="Ask one question, or many from a file of JSON lines.")
JsonLines = Annotated[str | None, typer.Option("--jsonl", help='File of lines {"id", "turns": […]}; - reads standard input.')]
WIDTH_CHARS = 100


class Mode(StrEnum):
    """How answers are made."""

    QUOTE = "quote"
    GENERATE = "generate"


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="The question; left out with --jsonl.")] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
    jsonl: JsonLines = None,
    as_explanation: Annotated[bool, typer.Option("--explain", help="Show how the answer comes about.")] = False,
    tried: Annotated[list[str] | None, typer.Option("--try", help="With --explain: another threshold, NAME=VALUE.")] = None,
    mode: Annotated[Mode | None, typer.Option("--mode", help="quote or generate; the setting when left out.")] = None,
) -> None:
    """Answer a question with cited statements of approved documents, or say that there is no approved answer.

    Example: medinfo ask "What are the limitations of SERDs?"
    """
    if (question is None) == (jsonl is None):
        raise BadInput('give either a question or --jsonl FILE; for example: medinfo ask "What are the limitations of SERDs?"')
    settings = Settings() if mode is None else Settings(mode=mode.value)
    if settings.mode == "generate":
        _check_model(settings)
    if jsonl is not None:
        lines = list(_read_lines(jsonl, settings.max_question_chars))
        assistant = open_assistant(settings)
        for item_id, turns in lines:
            record = answer_to_json(answer_turns(assistant, turns, settings))
            print(json.dumps({"id": item_id, **record}, ensure_ascii=False), flush=True)
        return
    turns = [_checked(str(question), settings.max_question_chars, "the question")]
    if as_explanation or tried:
        found = explain_turns(turns, settings, tried or [])
        print(json.dumps(found, ensure_ascii=False, indent=2) if as_json else format_explanation(found))
        return
    answer = answer_turns(open_assistant(settings), turns, settings)
    print(json.dumps(answer_to_json(answer), ensure_ascii=False, indent=2) if as_json else format_answer(answer))


def _check_model(settings: Settings) -> None:
    """Say at once what is wrong with the model of the settings, where a service would answer in quotes."""
    from assistant.generation.model import check_model

    check_model(settings)


def open_assistant(settings: Settings) -> Assistant:
    """Open the built index and the assistant on it.

    Raises:
        BadInput: there is no index, or it does not match the documents; the message says how to build it.
    """
    try:
        sha256 = corpus_sha256(settings.corpus_dirs, cache_dir=settings.corpus_cache_dir)
        ledger = LiveLedger(settings.ledger_path)
        index = open_index(settings.index_dir, sha256, model=settings.embedding_model, ledger=ledger, today=_today)
    except IndexProblem as error:
        raise BadInput(str(error)) from error
    return Assistant(index, settings)


def _today() -> date:
    return datetime.now(UTC).date()


def answer_turns(assistant: Assistant, turns: Sequence[str], settings: Settings) -> Answer:
    """Screen a conversation and answer its last turn; the earlier turns are what the user said before."""
    screening = screener_for(assistant.embedder).screen(tuple(turns))
    question = Question(
        text=screening.masked,
        conversation_id="cli",
        asked_at=datetime.now(UTC),
        history=screening.masked_turns[:-1],
        market=settings.market,
    )
    answer = assistant.answer(question, screening)
    said = report_notices(screening.codes, ways_of(settings), unrecorded="stores_nothing")
    return replace(answer, safety=replace(answer.safety, notices=(*said, *answer.safety.notices)))


def _read_lines(source: str, most_chars: int) -> Iterator[tuple[str, list[str]]]:
    try:
        text = sys.stdin.read() if source == "-" else Path(source).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"cannot read {source}: {error}; give a file of JSON lines in UTF-8") from error
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            yield _read_line(line, number, most_chars)


def _read_line(line: str, number: int, most_chars: int) -> tuple[str, list[str]]:
    expected = 'expected {"id": "…", "turns": ["…", …]}'
    try:
        row: Any = json.loads(line)
    except json.JSONDecodeError as error:
        raise BadInput(f"line {number}: not JSON ({error.msg}); {expected}") from error
    turns = row.get("turns") if isinstance(row, dict) else None
    if not isinstance(turns, list) or not turns or not all(isinstance(turn, str) for turn in turns) or "id" not in row:
        raise BadInput(f"line {number}: {expected}")
    return str(row["id"]), [_checked(turn, most_chars, f"line {number}: a turn") for turn in turns]


def _checked(text: str, most_chars: int, what: str) -> str:
    if not text.strip():
        raise BadInput(f"{what} is empty; write what you want to know")
    if len(text) > most_chars:
        raise BadInput(f"{what} has {len(text):,} characters; at most {most_chars:,} are read, so shorten it")
    return text


def format_answer(answer: Answer) -> str:
    """Return an answer for reading on a terminal: notices, the text, the numbered sources, what else may be asked."""
    blocks = [_wrap(notice.text) for notice in answer.safety.notices if notice.text not in answer.text]
    blocks += [f"Understood as: {answer.interpreted_as}"] if answer.interpreted_as else []
    blocks.append("\n".join(_wrap(line) for line in answer.text.splitlines()))
    if answer.citations:
        blocks.append("Sources\n" + "\n".join(_source(citation) for citation in answer.citations))
    if answer.nearest_headings:
        blocks.append("Nearest sections\n" + "\n".join(f"  - {heading}" for heading in answer.nearest_headings))
    if answer.suggestions:
        blocks.append("You could also ask\n" + "\n".join(f"  - {text}" for text in answer.suggestions))
    return "\n\n".join(blocks)


def _source(citation: Citation) -> str:
    lines = [_wrap(f"[{citation.n}] {citation.doc_id} v{citation.version}, {citation.section}", "    ")]
    lines += [_wrap(f"    ref. {r.n}: {r.citation}", "      ") for r in citation.references]
    return "\n".join(lines)


def _wrap(text: str, indent: str = "") -> str:
    return textwrap.fill(text, WIDTH_CHARS, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
