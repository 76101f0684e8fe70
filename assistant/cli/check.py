"""`medinfo check`: whether sentences are supported by the statements they cite. It stores nothing and asks no model."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer
from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.errors import BadInput
from assistant.grounding import Checker
from assistant.settings import Settings
from corpus import CorpusError, load_glossary

app = typer.Typer(add_completion=False, help="Check sentences against the statements they cite.")
STANDARD_INPUT = "-"


class Line(BaseModel):
    """One input line; `sources` are the texts of the cited statements. Further fields (labels of a set) are not looked at."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str | int
    sentence: str
    sources: tuple[str, ...]


@app.command()
def check(
    jsonl: Annotated[
        str, typer.Option("--jsonl", help='File of lines {"id", "sentence", "sources": […]}; - reads standard input.')
    ],
) -> None:
    """Print one line {"id", "supported", "reasons": [{"code", "text", "message"}, …]} for each line, in order.

    Example: medinfo check --jsonl sentences.jsonl
    """
    lines = list(_read(jsonl))
    checker = open_checker(Settings())
    for line in lines:
        verdict = checker.check(line.sentence, line.sources)
        record = {"id": line.id, "supported": verdict.supported, "reasons": [asdict(reason) for reason in verdict.reasons]}
        print(json.dumps(record, ensure_ascii=False), flush=True)


def open_checker(settings: Settings) -> Checker:
    """Return the checker for the configured documents' glossary.

    Raises:
        BadInput: the glossary cannot be read; the message says how to find out why.
    """
    try:
        return Checker(load_glossary(settings.corpus_dirs))
    except CorpusError as error:
        raise BadInput(f"the glossary has problems; run `medinfo corpus check`. First: {error.problems[0]}") from error


def _read(source: str) -> Iterator[Line]:
    if source == STANDARD_INPUT:
        yield from _parse(sys.stdin, "standard input")
        return
    path = Path(source)
    if not path.is_file():
        raise BadInput(f"{source} is not a file; give a file of JSON lines, or - for standard input")
    with path.open(encoding="utf-8") as handle:
        yield from _parse(handle, source)


def _parse(handle: TextIO, name: str) -> Iterator[Line]:
    try:
        for number, text in enumerate(handle, start=1):
            if text.strip():
                yield _line(text, f"{name}, line {number}")
    except UnicodeDecodeError as error:
        raise BadInput(f"{name} is not UTF-8 text; save it as UTF-8") from error


def _line(text: str, place: str) -> Line:
    try:
        return Line.model_validate(json.loads(text))
    except json.JSONDecodeError as error:
        raise BadInput(f"{place}: not JSON ({error.msg}); write one object a line") from error
    except ValidationError as error:
        raise BadInput(f"{place}: {_first_problem(error.errors())}") from error


def _first_problem(errors: Sequence[Any]) -> str:
    field = ".".join(str(part) for part in errors[0]["loc"]) or "the line"
    return f'{field}: {errors[0]["msg"]}; a line is {{"id", "sentence", "sources": [statement, …]}}'
