"""Messages in other scripts: read as English words at the places where they stand, and then screened like any other."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.screening import Screener, load_policy
from assistant.screening.readings import read_conversation, readable
from assistant.screening.scripts import Glossary, ScriptWords, is_foreign, is_mostly_foreign
from assistant.screening.text import normalise
from assistant.types import Code
from index import open_embedder

CHINESE = "我的患者70岁，服用阿贝西利三个月后因肺炎住院，现在在ICU。"
KOREAN = "72세 여성 환자, 버제니오 복용 2개월 후 간부전으로 입원"
JAPANESE = "アベマシクリブ内服中の患者が昨日、肺塞栓で死亡しました。"
RUSSIAN = "Моя пациентка 63 лет умерла на фоне абемациклиба от тромбоэмболии."
ARABIC = "مريضة عمرها 55 سنة تتناول أبيماسيكليب أدخلت العناية المركزة بسبب فشل كلوي"
GREEK = "Η ασθενής μου πέθανε μετά από 2 μήνες αμπεμασικλίμπη"
HEBREW = "המטופלת שלי אושפזה עם דלקת ריאות תחת אבמסיקליב"


@pytest.fixture(scope="module")
def screener(tmp_path_factory: pytest.TempPathFactory) -> Screener:
    """A screener with the second look."""
    return Screener(embedder=open_embedder("all-MiniLM-L6-v2", Path(tmp_path_factory.mktemp("models"))))


@pytest.mark.parametrize("text", [CHINESE, KOREAN, JAPANESE, RUSSIAN, ARABIC, GREEK, HEBREW])
def test_a_grave_report_in_another_script_is_caught(screener: Screener, text: str) -> None:
    """A stay in hospital or a death on a product of ours, and nothing else: the votes do not judge letters they cannot read."""
    found = screener.screen((text,))
    assert found.pv
    assert found.codes == (Code.AE_SERIOUS,)
    assert found.masked == text


@pytest.mark.parametrize(
    "text",
    [
        "Каков механизм действия абемациклиба?",
        "아베마시클립의 설사 발생률은 어떻게 됩니까?",
        "イムルネストラントの用量は？",
        "阿贝西利的腹泻发生率是多少？",
    ],
)
def test_a_question_in_another_script_is_no_report(screener: Screener, text: str) -> None:
    """What is asked about the product in general happened to nobody."""
    assert not screener.screen((text,)).pv


def test_words_stand_where_they_were_typed() -> None:
    """A flag shows what was typed, not what it was read as."""
    (reading,) = read_conversation(["患者 died, ICU入院"], load_policy())
    assert reading.words == ("patient", "died", "icu", "hospitalised")
    spans = [(token.start, token.end) for token in reading.sentence.tokens]
    assert spans == [(0, 2), (3, 7), (9, 12), (12, 14)]


def test_the_longest_word_wins_and_unknown_words_stay() -> None:
    """Beginnings count in scripts with blanks, parts of words only in those without."""
    words = ScriptWords(
        id="t",
        version=1,
        owner="o",
        note="n",
        inside=("\u4e00-\u9fff",),
        terms={"lung": ("肺",), "pneumonia": ("肺炎",), "died": ("умер",)},
    )
    glossary = Glossary(words, normalise)
    assert [word for word, _, _ in glossary.read("的肺炎肺")] == ["pneumonia", "lung"]
    assert [word for word, _, _ in glossary.read("умерла неумер")] == ["died", "неумер"]
    with pytest.raises(ValueError, match="empty"):
        Glossary(words.model_copy(update={"terms": {"x": ("",)}}), normalise)


def test_a_greek_letter_in_a_name_is_no_foreign_message() -> None:
    """The embedding model reads such a message as it was typed."""
    assert is_foreign("PI3Kα inhibitors")
    assert not is_mostly_foreign("PI3Kα inhibitors")
    turns = ["PI3Kα inhibitors after CDK4/6?", RUSSIAN]
    spoken = readable(turns, read_conversation(turns, load_policy()))
    assert spoken[0] == turns[0]
    assert "abemaciclib" in spoken[1]
    assert spoken[1].isascii()


def test_syllables_and_dotless_letters_are_kept() -> None:
    """Folding takes accents off, never whole sounds; lengths stay."""
    assert normalise("환자") == "환자"
    assert normalise("ağrısı") == "agrisi"
