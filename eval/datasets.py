"""Evaluation sets as files: typed loading of question sets and hostile inputs, and the list of what is packaged.

A set is a YAML file with provenance. Loading refuses unknown fields; what a loaded set may still get wrong (a nugget that its
own question already contains, two items with one id) is the linter's business: `eval.linting`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.errors import BadInput

PACKAGED = Path(__file__).resolve().parent / "datasets"
Part = Literal["development", "report"]
Kind = Literal["questions", "messages", "hostile", "grounding", "qrels", "figures"]
Item = TypeVar("Item", bound=BaseModel)


class DatasetError(BadInput):
    """A set that cannot be read: the message names the file, the item and what to mend."""

    code = "BAD_DATASET"


class Nugget(BaseModel):
    """One thing an answer should say: found when any of its patterns is; `vital` ones make an answer complete."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    vital: bool
    any: tuple[str, ...] = Field(min_length=1)


class ReaderLabel(BaseModel):
    """What a person said of an answer to the question."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reader: str
    label: str


class QuestionItem(BaseModel):
    """A question with what a right answer holds. `turns[-1]` is answered, the earlier ones are the conversation."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    kind: str
    style: str = ""
    turns: tuple[str, ...] = Field(min_length=1)
    answerable: bool
    nuggets: tuple[Nugget, ...] = ()
    forbidden: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    forbidden_facts: tuple[str, ...] = ()
    locator: dict[str, Any] | None = None
    note: str = ""
    reviews: tuple[ReaderLabel, ...] = ()


class HostileItem(BaseModel):
    """An input meant to make the assistant fail, with the outcomes and codes that are right."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    part: Part
    kind: str
    turns: tuple[str, ...] = Field(min_length=1)
    outcomes: tuple[Literal["answered", "declined", "redirected"], ...] = Field(min_length=1)
    codes: tuple[str, ...] = ()
    nuggets: tuple[tuple[str, ...], ...] = ()
    forbidden: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Header:
    """Who made a set, how, and what it may be used for. `purpose` "report" means: never tune on it."""

    id: str
    version: str
    purpose: str
    provenance: str
    path: Path
    sha256: str

    def as_dataset(self) -> dict[str, str]:
        """Return what a manifest says of the set."""
        return {"id": self.id, "version": self.version, "sha256": self.sha256, "purpose": self.purpose}


@dataclass(frozen=True)
class QuestionSet:
    """Questions under a header, in file order."""

    header: Header
    items: tuple[QuestionItem, ...]

    @cached_property
    def by_id(self) -> dict[str, QuestionItem]:
        """Items by id."""
        return {item.id: item for item in self.items}


@dataclass(frozen=True)
class HostileSet:
    """Hostile inputs under a header, in file order."""

    header: Header
    items: tuple[HostileItem, ...]


def read_yaml(path: Path) -> Any:
    """Read the YAML of a set.

    Raises:
        DatasetError: it is not there, or not YAML.
    """
    if not path.is_file():
        raise DatasetError(f"no such set: {path}; `medinfo eval datasets` lists the packaged ones")
    try:
        return yaml.load(path.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as error:
        raise DatasetError(f"{path}: not YAML: {error}") from error


def read_header(path: Path, data: Any) -> Header:
    """Return the header of a set; a bare list (no header) is a development set without provenance."""
    fields = data if isinstance(data, dict) else {}
    return Header(
        id=str(fields.get("id", path.stem)),
        version=str(fields.get("version", "0")),
        purpose=str(fields.get("purpose", "development")),
        provenance=" ".join(str(fields.get("provenance", "")).split()),
        path=path,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
    )


def _items(path: Path, data: Any, key: str) -> list[dict[str, Any]]:
    rows = data.get(key) if isinstance(data, dict) else data
    if not isinstance(rows, list) or not rows:
        raise DatasetError(f"{path}: no list under {key!r}")
    return rows


def _parse(path: Path, rows: list[dict[str, Any]], model: type[Item]) -> tuple[Item, ...]:
    items = []
    for position, row in enumerate(rows):
        try:
            items.append(model.model_validate(row))
        except ValidationError as error:
            name = row.get("id", f"item {position + 1}") if isinstance(row, dict) else f"item {position + 1}"
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise DatasetError(f"{path}: {name}: {where}: {first['msg']}") from error
    return tuple(items)


def load_questions(path: Path) -> QuestionSet:
    """Read a question set: YAML, or JSON lines (`.jsonl`: one item a line, after a line that holds the header if there is one).

    Raises:
        DatasetError: when the file is missing, is not of that form, or an item has a missing, unknown or ill-typed field.
    """
    data = _read_lines(path) if path.suffix == ".jsonl" else read_yaml(path)
    return QuestionSet(read_header(path, data), _parse(path, _items(path, data, "questions"), QuestionItem))


def _read_lines(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise DatasetError(f"no such set: {path}; `medinfo eval datasets` lists the packaged ones")
    rows: list[Any] = []
    # Not splitlines(): a text may hold other line separators inside its JSON string.
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if line.strip():
            try:
                rows.append(json.loads(line))
            except ValueError as error:
                raise DatasetError(f"{path}:{number}: not a JSON object: {error}") from error
    header = rows.pop(0) if rows and isinstance(rows[0], dict) and "turns" not in rows[0] else {}
    return {**header, "questions": rows}


def questions_to_lines(loaded: QuestionSet) -> str:
    """Return a set as JSON lines, the header first; `load_questions` reads it back."""
    header = loaded.header
    fields = {"id": header.id, "version": header.version, "purpose": header.purpose, "provenance": header.provenance}
    rows = [fields, *(item.model_dump(mode="json", exclude_defaults=True) for item in loaded.items)]
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def pool_questions(sets: Sequence[QuestionSet]) -> QuestionSet:
    """Return several sets as one; a report set stays a report set only when all of them are.

    Raises:
        DatasetError: when two sets use one id, because their samples could not be told apart.
    """
    if len(sets) == 1:
        return sets[0]
    items = tuple(item for loaded in sets for item in loaded.items)
    if len({item.id for item in items}) < len(items):
        raise DatasetError("two of the sets use the same question id: they cannot be pooled")
    headers = [loaded.header for loaded in sets]
    purposes = {header.purpose for header in headers}
    header = Header(
        id="+".join(header.id for header in headers),
        version="+".join(header.version for header in headers),
        purpose=purposes.pop() if len(purposes) == 1 else "development",
        provenance=" ".join(header.provenance for header in headers),
        path=headers[0].path,
        sha256=hashlib.sha256(" ".join(header.sha256 for header in headers).encode()).hexdigest(),
    )
    return QuestionSet(header, items)


def load_hostile(path: Path | None = None) -> HostileSet:
    """Read a set of hostile inputs, the packaged one by default.

    Raises:
        DatasetError: as `load_questions`.
    """
    path = path or PACKAGED / "hostile.yaml"
    data = read_yaml(path)
    return HostileSet(read_header(path, data), _parse(path, _items(path, data, "items"), HostileItem))


@dataclass(frozen=True, slots=True)
class Listing:
    """One packaged set as `medinfo eval datasets` shows it."""

    header: Header
    kind: Kind
    items: int


def list_packaged(folder: Path = PACKAGED) -> Iterator[Listing]:
    """Yield the packaged YAML sets in path order, with their kind and number of items."""
    for path in sorted(folder.rglob("*.yaml")):
        data = read_yaml(path)
        items: Kind = "grounding" if path.parent.name == "grounding" else "hostile"
        keys: tuple[tuple[str, Kind], ...] = (
            ("questions", "questions"),
            ("messages", "messages"),
            ("items", items),
            ("lookups", "qrels"),
            ("figures", "figures"),
        )
        for key, kind in keys:
            rows = data.get(key) if isinstance(data, dict) else (data if path.parent.name == key else None)
            if isinstance(rows, list | dict):
                yield Listing(read_header(path, data), kind, len(rows))
                break
