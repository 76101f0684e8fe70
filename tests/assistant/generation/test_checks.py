"""What only a generated sentence can have wrong, and that no text breaks the check."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from assistant.cli import app
from assistant.generation.checks import SentenceCheck
from assistant.generation.keys import key_statements
from assistant.generation.types import Drafted
from assistant.grounding import Checker, ReasonCode
from corpus.glossary import load_glossary
from corpus.types import Locator
from index.types import Statement, StatementKind

TEXT = "In TRIAL-9, median PFS was 6.4 months with elacestrant and 3.9 months with fulvestrant (HR 0.61, p<.001)."
CHECKER = Checker(load_glossary())
CHECK = SentenceCheck(CHECKER)


def statement(text: str, number: int = 0) -> Statement:
    return Statement(f"D.s{number}", "c", "D", number, StatementKind.SENTENCE, text, number, number + len(text), (), Locator())


GIVEN = key_statements([statement(TEXT), statement("Nausea was mild.", 1)])
KEY = next(iter(GIVEN))


def test_keys_come_from_content_not_from_order() -> None:
    turned = key_statements([statement("Nausea was mild.", 1), statement(TEXT)])
    assert {key: found.text for key, found in turned.items()} == {key: found.text for key, found in GIVEN.items()}


def test_a_statement_under_its_key_passes() -> None:
    assert CHECK.reasons(Drafted(TEXT, (KEY,)), GIVEN) == ()


@pytest.mark.parametrize(
    ("text", "keys", "code"),
    [
        (TEXT, (), ReasonCode.NO_SOURCE),
        (TEXT, (KEY, "k0000"), ReasonCode.UNKNOWN_CITATION),
        (TEXT, ("1",), ReasonCode.UNKNOWN_CITATION),
        (f"{TEXT} See https://example.org.", (KEY,), ReasonCode.MARKUP),
        (f"**{TEXT}**", (KEY,), ReasonCode.MARKUP),
        (f"<b>{TEXT}</b>", (KEY,), ReasonCode.MARKUP),
        ("Was median PFS 6.4 months with elacestrant?", (KEY,), ReasonCode.MARKUP),
    ],
)
def test_a_sentence_that_may_not_be_shown_says_why(text: str, keys: tuple[str, ...], code: ReasonCode) -> None:
    assert code in {reason.code for reason in CHECK.reasons(Drafted(text, keys), GIVEN)}


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=120), st.text(max_size=120))
def test_no_text_breaks_the_check(sentence: str, source: str) -> None:
    CHECKER.check(sentence, [source, TEXT])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(TEXT.split()), min_size=1, max_size=25))
def test_no_order_of_words_breaks_the_check(words: list[str]) -> None:
    CHECKER.check(" ".join(words), [TEXT])


@pytest.mark.parametrize(("model", "said"), [("", "openai:gpt-5"), ("nonsense:x", "nonsense:x cannot be opened")])
def test_ask_says_at_once_what_is_wrong_with_the_model(monkeypatch: pytest.MonkeyPatch, model: str, said: str) -> None:
    monkeypatch.setenv("MEDINFO_MODEL", model)
    result = CliRunner().invoke(app, ["ask", "--mode", "generate", "What is PFS?"])
    assert result.exit_code != 0
    assert said in str(result.exception)
