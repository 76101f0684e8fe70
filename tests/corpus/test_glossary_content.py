"""The glossary that ships: no form leads to two entries, and every drug, trial and term of the facts can be typed."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest

from corpus import load_glossary
from corpus.glossary import Drug, Glossary
from tests.corpus.facts import FACTS, read_facts

needs_facts = pytest.mark.skipif(FACTS is None, reason="the checked facts (../shared/facts) are not on this machine")

# Entries of the facts that name several things at once, or words too common to mean one thing.
COMPOSED = re.compile(r" / |^HR \(statistic\)|^daily$")


def fold(form: str) -> str:
    """Equal for forms that the glossary's header calls equal; a closing "-" or "+" stays ("HER2-")."""
    return " ".join(re.sub(r"[-–](?=\w)", " ", form.casefold()).split())


def forms_by_entry(glossary: Glossary) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for entry in (*glossary.terms, *glossary.drugs, *glossary.trials, *glossary.attributes):
        brands = (*entry.brands, *entry.ex_us_brands) if isinstance(entry, Drug) else ()
        found[entry.id] = {fold(form) for form in (entry.preferred, *brands, *entry.forms)}
    found["not_covered"] = {fold(name) for name in (*glossary.not_covered.trials, *glossary.not_covered.drugs)}
    return found


def known_forms(glossary: Glossary) -> set[str]:
    typed = (*glossary.typos, *glossary.british_to_american, *(a.form for a in glossary.ambiguous))
    return {form for forms in forms_by_entry(glossary).values() for form in forms} | {fold(form) for form in typed}


def test_no_form_leads_to_two_entries() -> None:
    glossary = load_glossary()
    ambiguous = {fold(a.form) for a in glossary.ambiguous}
    owners: dict[str, list[str]] = defaultdict(list)
    for id_, forms in forms_by_entry(glossary).items():
        for form in forms - ambiguous:
            owners[form].append(id_)
    assert {form: ids for form, ids in owners.items() if len(ids) > 1} == {}


def test_a_typo_is_no_form_and_leads_to_one() -> None:
    glossary = load_glossary()
    forms = set().union(*forms_by_entry(glossary).values())
    assert [typo for typo in glossary.typos if fold(typo) in forms] == []
    padded = [f" {form} " for form in forms]
    assert [meant for meant in glossary.typos.values() if not any(f" {fold(meant)} " in form for form in padded)] == []


def test_every_ambiguous_form_is_decided_by_its_rule() -> None:
    readings = {a.form: a for a in load_glossary().ambiguous}

    def read(form: str, question: str) -> str:
        rule = readings[form]
        chosen = (r.means for r in rule.readings if any(re.search(w, question, re.IGNORECASE) for w in r.when))
        return next(chosen, rule.default)

    assert read("HR", "what is the HR status worth?") == "hormone receptor"
    assert read("HR", "HR 0.55 in EMERALD") == "hazard ratio"
    assert read("AI", "are you an AI chatbot?") == "artificial intelligence"
    assert read("AI", "limitations of AI") == "aromatase inhibitor"
    assert read("CT", "new CT scan") == "computed tomography"
    assert read("ET", "Bidard et al 2022").startswith("Latin")
    assert read("PR", "ER/PR positive") == "progesterone receptor"


@needs_facts
def test_every_drug_and_trial_of_the_facts_is_known() -> None:
    glossary = load_glossary()
    evidence = read_facts("evidence")
    assert {trial["id"] for trial in evidence["trials"]} <= {trial.id for trial in glossary.trials}
    numbers = [trial["nct"].split()[0] for trial in evidence["trials"] if trial.get("nct")]
    names = [trial["name"].split(" (")[0] for trial in evidence["pipeline"]]
    drugs = [drug[key] for drug in evidence["us_approvals"] for key in ("drug", "brand") if drug[key]]
    known = known_forms(glossary)
    assert [form for form in (*numbers, *names, *drugs) if fold(form.split(" (")[0]) not in known] == []


@needs_facts
def test_every_synonym_of_the_facts_is_known() -> None:
    facts, known = read_facts("glossary"), known_forms(load_glossary())
    american = load_glossary().british_to_american
    typed = [form for term in facts["terms"] for form in (term["term"], *term.get("synonyms", []))]
    typed += [form for drug in facts["drugs"] for form in (drug["generic"], *drug["us_brand"], *drug.get("synonyms", []))]
    unknown = []
    for form in (re.sub(r"\s*\(.*\)", "", form) for form in typed if not COMPOSED.search(form)):
        spelled = " ".join(american.get(word, word) for word in fold(form).split())
        if fold(form) not in known and spelled not in known:
            unknown.append(form)
    assert unknown == []
