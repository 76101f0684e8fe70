"""Authors and their references: "et al." is no treatment, and an entry stays with its author."""

from __future__ import annotations

import pytest

from assistant.grounding import Checker
from corpus.glossary import load_glossary

CHECKER = Checker(load_glossary())
_LIST = (
    "Reference 4 of the page is Turner NC, et al. N Engl J Med. 2015;373:209-219, on palbociclib in hormone-receptor-positive "
    "advanced breast cancer. Reference 7 is Bidard FC, et al. J Clin Oncol. 2022;40:3246-3256, on elacestrant versus standard "
    "endocrine therapy."
)


@pytest.mark.parametrize(
    "sentence",
    [
        "Reference 7 of the page, by Bidard et al., is on elacestrant versus standard endocrine therapy.",
        "Bidard and colleagues (2022) are reference 7 of the page.",
        "Turner et al. (N Engl J Med 2015) and Bidard et al. (J Clin Oncol 2022) are references 4 and 7 of the page.",
        "The page cites a 2015 paper by Turner and co-workers on palbociclib in advanced breast cancer.",
        "Elacestrant versus standard endocrine therapy is what Bidard and coauthors report in reference 7.",
    ],
)
def test_an_entry_of_its_author_passes(sentence: str) -> None:
    verdict = CHECKER.check(sentence, [_LIST])
    assert verdict.supported, verdict.reasons


@pytest.mark.parametrize(
    "sentence",
    [
        "Reference 4 of the page, by Bidard et al., is on elacestrant versus standard endocrine therapy.",
        "Bidard and colleagues (2015) are reference 7 of the page.",
        "Turner et al. (J Clin Oncol 2022) and Bidard et al. (N Engl J Med 2015) are references 4 and 7 of the page.",
        "Turner et al. and Bidard et al. are references 7 and 4 of the page.",
        "The page cites a paper by Turner and co-workers on elacestrant versus standard endocrine therapy.",
    ],
)
def test_an_entry_of_another_author_is_stopped(sentence: str) -> None:
    assert not CHECKER.check(sentence, [_LIST]).supported


def test_et_al_is_no_endocrine_therapy() -> None:
    source = "Bidard et al. reported that elacestrant had been given to 239 patients."
    assert not CHECKER.check(
        "Bidard and colleagues reported that endocrine therapy had been given to 239 patients.", [source]
    ).supported
    assert CHECKER.check("Bidard and colleagues reported that elacestrant had been given to 239 patients.", [source]).supported
