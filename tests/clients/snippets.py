"""The snippets of `docs/integrations.md`, as written, and a folder in which each finds the packages it names."""

from __future__ import annotations

import re
from pathlib import Path

from tests.clients.conftest import MODULES

PAGE = Path(__file__).parents[2] / "docs" / "integrations.md"
PLACEHOLDER = "https://medinfo.example.org"


def snippet(heading: str, language: str, number: int = 0) -> str:
    """A code block of a section of the page, by language, counted from 0."""
    text = PAGE.read_text(encoding="utf-8")
    section = re.split(r"^## ", text.split(f"\n## {heading}\n", 1)[1], flags=re.MULTILINE)[0]
    return re.findall(rf"^```{language}\n(.*?)^```", section, re.MULTILINE | re.DOTALL)[number]


def workspace(folder: Path, **majors: str) -> Path:
    """Give a folder the installed packages, `ai` and `openai` in the major versions named."""
    modules = folder / "node_modules"
    modules.mkdir()
    for package in MODULES.iterdir():
        if package.name not in {".bin", ".package-lock.json", *majors}:
            (modules / package.name).symlink_to(package)
    for name, major in majors.items():
        (modules / name).symlink_to(MODULES / f"{name}{major}")
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "session.js").write_text(snippet("Credentials", "js"))
    return folder
