"""`medinfo screen`: what screening finds in a message or in lines of a file, as JSON.

It prints no identifier and stores nothing, but for `--history`: there, reports found late in what is stored become cases.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from assistant.errors import BadInput
from assistant.screening import Screener
from assistant.settings import Settings
from assistant.types import Screening
from index import EmbeddingError, models_dir, open_embedder
from index.types import Embedder

if TYPE_CHECKING:
    from assistant.rescreening import Found

app = typer.Typer(help="Screen messages for safety reports and identifiers.")


class Line(BaseModel):
    """One line of the input: a text, or the turns of a conversation (judged as a whole, oldest first)."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str | int = ""
    text: str | None = None
    turns: tuple[str, ...] | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Line:
        if (self.text is None) == (self.turns is None):
            raise ValueError('give either "text" or "turns"')
        if self.turns is not None and not self.turns:
            raise ValueError('"turns" is empty: give at least one turn')
        return self


@app.command()
def screen(
    text: Annotated[str | None, typer.Argument(help="A message to screen.")] = None,
    *,
    jsonl: Annotated[
        str | None, typer.Option("--jsonl", help='File of lines {"id", "text"} or {"id", "turns"}; - for standard input.')
    ] = None,
    rules_only: Annotated[bool, typer.Option("--rules-only", help="Without the second vote on sentence embeddings.")] = False,
    history: Annotated[
        bool, typer.Option("--history", help="Screen what is stored again; reports found late become cases.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="With --history: say what was found, open no case.")] = False,
) -> None:
    """Print one JSON object per message: codes, pv, spans with their reasons, the masked text, whether an answer may be given.

    Example: medinfo screen "61F on abemaciclib, admitted last night with pneumonitis"
    """
    if history:
        _screen_history(text is None and jsonl is None, rules_only, dry_run)
        return
    if (text is None) == (jsonl is None):
        raise BadInput("give a message, or --jsonl FILE (- for standard input), not both")
    lines = list(_read_lines(jsonl)) if jsonl else [Line(id="1", text=text)]
    screener = Screener(embedder=None if rules_only else _open_embedder(Settings()))
    for line in lines:
        turns = line.turns if line.turns is not None else (line.text or "",)
        print(json.dumps(screening_row(line, screener.screen(turns)), ensure_ascii=False))


def _screen_history(is_alone: bool, rules_only: bool, dry_run: bool) -> None:
    """Print one line per report found late, and how many there were."""
    if not is_alone:
        raise BadInput("--history screens what is stored: give neither a message nor --jsonl with it")
    # The database is no part of screening a message: it is loaded here alone.
    from assistant.cli.opening import open_store
    from assistant.rescreening import screen_again

    settings = Settings()
    screener = Screener(embedder=None if rules_only else _open_embedder(settings))
    total = 0
    with open_store(settings) as store:
        for found in screen_again(store.database, store.room.intake, store.room.repository, screener, dry_run=dry_run):
            total += 1
            print(json.dumps(_found_row(found)), flush=True)
    print(f"{total} report(s) found that no one was told of{' (dry run: no case opened)' if dry_run else ''}", file=sys.stderr)


def _found_row(found: Found) -> dict[str, Any]:
    return {
        "conversation_id": found.conversation_id,
        "message_id": found.message_id,
        "codes": [code.value for code in found.codes],
        "cases": list(found.case_ids),
    }


def screening_row(line: Line, screening: Screening) -> dict[str, Any]:
    """Return the contract's row of one message; `masked_turns` only for a conversation."""
    spans = [
        {
            "code": flag.code.value,
            "turn": flag.turn,
            "start": flag.start,
            "end": flag.end,
            "text": flag.matched,
            "rule": flag.rule_id,
        }
        | ({} if flag.score is None else {"score": flag.score})
        for flag in screening.flags
    ]
    row: dict[str, Any] = {
        "id": line.id,
        "codes": [code.value for code in screening.codes],
        "pv": screening.pv,
        "spans": spans,
        "masked": screening.masked,
        "should_answer": screening.should_answer,
    }
    return row | ({} if line.turns is None else {"masked_turns": list(screening.masked_turns)})


def _read_lines(name: str) -> Iterator[Line]:
    for number, raw in enumerate(_raw_lines(name), start=1):
        if not raw.strip():
            continue
        try:
            yield Line.model_validate_json(raw)
        except ValidationError as error:
            reason = error.errors()[0]["msg"]
            raise BadInput(
                f'line {number}: {reason}; a line is {{"id": "m1", "text": "…"}} or {{"id": "m1", "turns": ["…", "…"]}}'
            ) from error


def _raw_lines(name: str) -> list[str]:
    try:
        text = sys.stdin.buffer.read().decode("utf-8") if name == "-" else Path(name).read_text(encoding="utf-8")
    except OSError as error:
        raise BadInput(f"cannot read {name}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"{name} is not UTF-8: {error.reason} at byte {error.start}") from error
    return text.split("\n")


def _open_embedder(settings: Settings) -> Embedder | None:
    """Return the embedder of the settings; None, with a word on stderr, where it cannot be used: the rules then judge alone."""
    try:
        return open_embedder(settings.embedding_model, models_dir(settings.index_dir))
    except (EmbeddingError, OSError) as error:
        print(f"medinfo: screening without its second vote: {error}", file=sys.stderr)
        return None
