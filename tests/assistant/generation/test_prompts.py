"""Prompts are reviewed files with checked variables; what is put into one is never read as a template."""

import pytest

from assistant.generation.prompts import parse_prompt, read_prompt

HEAD = '---\nid: p\nversion: "2.0"\nowner: X\nvariables: [name]\n---\n'


@pytest.mark.parametrize("name", ["answer_system", "answer_request", "repair_request"])
def test_the_packaged_prompts_can_be_read(name: str) -> None:
    assert read_prompt(name).text


def test_a_prompt_is_filled_once() -> None:
    prompt = parse_prompt(HEAD + "Say {{name}}.", "p")
    assert prompt.version == "p/2.0"
    assert prompt.fill(name="{{name}} $& \\1") == "Say {{name}} $& \\1."


@pytest.mark.parametrize("values", [{}, {"name": "a", "other": "b"}, {"other": "b"}])
def test_missing_and_unknown_values_are_refused(values: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="name"):
        parse_prompt(HEAD + "Say {{name}}.", "p").fill(**values)


@pytest.mark.parametrize(
    "content", ["no head", HEAD + "says nothing", HEAD + "{{name}} {{more}}", "---\nid: p\nvariables: []\n---\ntext"]
)
def test_a_prompt_that_does_not_fit_its_head_is_refused(content: str) -> None:
    with pytest.raises(ValueError, match="p"):
        parse_prompt(content, "p")
