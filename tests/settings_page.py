"""Writes `docs/settings.md` from the settings themselves: `python -m tests.settings_page`. A test says when the page is not current."""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from assistant.settings import Settings

PAGE = Path(__file__).resolve().parent.parent / "docs" / "settings.md"
HEAD = """\
# Settings
Each is the environment variable `MEDINFO_<NAME>` in capitals, or a line of a TOML file that `MEDINFO_CONFIG` names; the environment wins.
Lists and tables are JSON in the environment, and secrets are given in the environment or as key files under `data_dir`. An unknown name in
the file is refused. [Running the service](service.md#settings) says which belong together.

This page is written by `python -m tests.settings_page`.

| Setting | Default | Meaning |
|---|---|---|
"""


def render_settings() -> str:
    """Return the page: one line per setting, in the order of the class."""
    return HEAD + "".join(_row(name, field) for name, field in Settings.model_fields.items())


def _row(name: str, field: FieldInfo) -> str:
    choices = [f"`{choice}`" for choice in get_args(field.annotation)] if get_origin(field.annotation) is Literal else []
    meaning = (field.description or "").replace("|", "\\|").replace("<", "\\<") + (
        f" ({' or '.join(choices)})" if choices else ""
    )
    return f"| `{name}` | {_default(field.get_default(call_default_factory=True))} | {meaning} |\n"


def _default(value: Any) -> str:
    if value is None or value in ("", (), {}):
        return "unset"
    return f"`{value.as_posix() if isinstance(value, PurePath) else value}`"


if __name__ == "__main__":
    PAGE.write_text(render_settings(), encoding="utf-8")
