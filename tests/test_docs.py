"""The documentation names what there is, and nothing else: commands with their options, settings, routes, sets, links."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import typer

from assistant.api.app import create_app
from assistant.cli import app as cli
from assistant.settings import Settings
from eval.datasets import list_packaged
from tests.api.scripted import scripted_engine
from tests.settings_page import PAGE, render_settings

ROOT = Path(__file__).resolve().parent.parent
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
TEXTS = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in PAGES}
ALL = "\n".join(TEXTS.values())
METHODS = ("get", "post", "put", "patch", "delete")


def leaves(command: Any, name: str = "medinfo") -> Iterator[tuple[str, Any]]:
    """Yield every command that is no group, with its full name."""
    if not hasattr(command, "list_commands"):
        yield name, command
        return
    for word in command.list_commands(None):
        yield from leaves(command.get_command(None, word), f"{name} {word}")


COMMANDS: Mapping[str, Any] = dict(leaves(typer.main.get_command(cli)))


def examples() -> Iterator[tuple[str, str]]:
    """Yield the lines in code blocks that call `medinfo`, with their page and without the comment."""
    for page, text in TEXTS.items():
        for block in re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
            for line in block.splitlines():
                if match := re.match(r"(?:\S*/)?(medinfo .*)", line.strip()):
                    yield page, match[1]


@pytest.fixture
def routes(tmp_path: Path) -> set[str]:
    """Every route of the service, as `GET /path`."""
    paths = create_app(Settings(data_dir=tmp_path), scripted_engine(), runs_background=False).openapi()["paths"]
    return {f"{method.upper()} {path}" for path, row in paths.items() for method in row if method in METHODS}


def test_there_are_commands_and_examples_to_judge() -> None:
    assert len(COMMANDS) > 20
    assert len(list(examples())) > 20


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_an_example(name: str) -> None:
    called = [line for _, line in examples() if re.match(rf"{name}(?=\s|$)", line)]
    assert called, f"no code block of docs/ or README.md shows `{name}`"


@pytest.mark.parametrize(("page", "line"), list(examples()))
def test_every_example_is_a_command_with_options_it_has(page: str, line: str) -> None:
    words = shlex.split(line, comments=True)
    found = [name for name in COMMANDS if words[: len(name.split())] == name.split()]
    assert found, f"{page}: `{line}` is no command"
    known = {option for param in COMMANDS[found[0]].params for option in (*param.opts, *param.secondary_opts)}
    assert {word for word in words if word.startswith("--")} <= known, f"{page}: `{line}`"


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_named_and_has_a_meaning(name: str) -> None:
    assert f"`{name}`" in ALL
    assert Settings.model_fields[name].description, f"{name}: give it a description in assistant/settings.py"


def test_the_page_of_settings_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == render_settings(), "run `python -m tests.settings_page`"


def test_every_variable_named_is_a_setting() -> None:
    named = set(re.findall(r"\bMEDINFO_([A-Z][A-Z_]*[A-Z])\b", ALL)) - {"CONFIG"}
    assert {name.lower() for name in named} <= set(Settings.model_fields)


def test_every_route_is_listed_and_every_listed_route_exists(routes: set[str]) -> None:
    listed = set(re.findall(rf"`((?:{'|'.join(METHODS).upper()}) /[^`?]*)`", TEXTS["docs/http.md"]))
    assert listed == routes


def test_sets_hold_as_many_items_as_the_page_on_evaluation_says() -> None:
    counted = {listing.header.path.stem: listing.items for listing in list_packaged() if listing.kind == "questions"}
    said = re.findall(r"^\| `questions/([\w-]+)\.yaml` \| (\d+) questions", TEXTS["docs/evaluation.md"], re.MULTILINE)
    assert {name: int(count) for name, count in said} == counted


@pytest.mark.parametrize("page", TEXTS)
def test_links_lead_somewhere(page: str) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", TEXTS[page]):
        if not target.startswith(("http:", "https:", "mailto:")):
            assert ((ROOT / page).parent / target).exists(), f"{page}: {target}"


@pytest.mark.parametrize("page", [name for name in TEXTS if name.startswith("docs/") and name != "docs/README.md"])
def test_every_page_is_in_the_contents(page: str) -> None:
    assert f"]({Path(page).name})" in TEXTS["docs/README.md"]
