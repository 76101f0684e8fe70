"""Builds small corpus folders for tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

FRONT: dict[str, Any] = {
    "id": "T-ONE",
    "title": "Testimab in second line",
    "type": "evidence",
    "topic": "test-topic",
    "version": "1.0",
    "status": "approved",
    "review": "demonstration",
    "effective_date": "2026-01-10",
    "review_due": "2026-07-10",
    "market": ["US"],
    "audience": "hcp",
    "owner": "Medical Information",
    "references": [{"n": 1, "citation": "A et al. 2024"}, {"n": 2, "citation": "B et al. 2025", "doi": "10.1/x"}],
    "sources": ["made for the test"],
}
BODY = "# Testimab\n\n## Result\n\nTestimab helped 12.5% of patients (p=.0005).[^1] Placebo helped 2%.[^2]\n"


def document_text(body: str = BODY, **changes: Any) -> str:
    """A document file; a change to None removes the field."""
    front = {key: value for key, value in {**FRONT, **changes}.items() if value is not None}
    return f"---\n{yaml.safe_dump(front, sort_keys=False)}---\n{body}"


def write_document(root: Path, text: str, name: str = "t-one.md") -> Path:
    """Put a document file into the corpus folder `root`."""
    path = root / "documents" / "test-topic" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")
    return path


def write_register(
    root: Path, entries: list[dict[str, Any]], document: str = "T-ONE", version: str = "1.0", name: str = "t-one"
) -> Path:
    """Put a register file into the corpus folder `root`."""
    path = root / "register" / "test-topic" / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump({"document": document, "version": version, "entries": entries}), encoding="utf-8")
    return path
