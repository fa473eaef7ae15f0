from __future__ import annotations

import re
from pathlib import Path
from typing import Dict, List

import pytest
import textstat
import yaml

from legpain.knowledge import KnowledgeError, knowledge_dir
from legpain.red_flags import LEVELS, RedFlags, Rule, load_rule_examples

RED_FLAGS = RedFlags.from_folder()
BY_ID: Dict[str, Rule] = {rule.id: rule for rule in RED_FLAGS.rules}
TEXTS: List[str] = sorted(
    {t for r in RED_FLAGS.rules for t in (r.text, r.text_other)}
    | {RED_FLAGS.closing_line, *RED_FLAGS.follow_up.values(), *RED_FLAGS.follow_up_988.values()}
)


def with_when(tmp_path: Path, when: str) -> Path:
    """Return a knowledge folder in which E01 has another expression."""
    content = yaml.safe_load((knowledge_dir() / "red_flags.yml").read_text())
    next(rule for rule in content["emergency"] if rule["id"] == "E01")["when"] = when
    (tmp_path / "red_flags.yml").write_text(yaml.safe_dump(content))
    (tmp_path / "findings.yml").write_text((knowledge_dir() / "findings.yml").read_text())
    return tmp_path


def test_all_rules_are_there() -> None:
    expected = [f"E{n:02}" for n in range(1, 25)] + [f"U{n:02}" for n in range(1, 25)]
    expected += [f"B{n:02}" for n in range(1, 20)]
    assert sorted(BY_ID) == sorted(expected)
    assert len(BY_ID) == 67


def test_the_most_pressing_come_first() -> None:
    assert [rule.id for rule in RED_FLAGS.rules][:6] == ["E19", "E01", "E02", "E04", "E18", "E24"]
    levels = [LEVELS.index(rule.level) for rule in RED_FLAGS.rules]
    assert levels == sorted(levels)


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("chest_pain AND", "E01: when: expected a finding or a group, found 'the end'"),
        ("chest_pane", "E01: when: expected a finding or a group, found 'chest_pane'"),
        ("chest_pain fever", "E01: when: expected 'AND', 'OR' or the end, found 'fever'"),
        ("(chest_pain OR fever", "E01: when: expected '\\)', found 'the end'"),
        ("any3(chest_pain, fever)", "E01: when: any3 of 2 findings"),
        ("chest_pain & fever", "E01: when: expected a word or a bracket, found ' & fever'"),
    ],
)
def test_a_wrong_expression_names_the_rule_and_what_was_expected(
    when: str, expected: str, tmp_path: Path
) -> None:
    with pytest.raises(KnowledgeError, match=expected):
        RedFlags.from_folder(with_when(tmp_path, when))


@pytest.mark.parametrize(
    ("when", "present", "fires"),
    [
        ("fever AND chills_ OR swelling", None, None),
        ("fever AND warmth OR swelling", {"swelling"}, True),
        ("fever AND (warmth OR swelling)", {"swelling"}, False),
        ("any2(fever, VASC_RISK)", {"diabetes", "known_pad"}, True),
        ("any2(fever, VASC_RISK)", {"diabetes"}, False),
        ("VASC_RISK", {"diabetes"}, True),
    ],
)
def test_expressions(
    when: str, present: set[str] | None, fires: bool | None, tmp_path: Path
) -> None:
    folder = with_when(tmp_path, when)
    if present is None:
        with pytest.raises(KnowledgeError):
            RedFlags.from_folder(folder)
        return
    flags = RedFlags.from_folder(folder)
    assert ("E01" in {rule.id for rule in flags.fired(present)}) is fires


def test_findings_of_a_rule() -> None:
    assert RED_FLAGS.findings_of("E01") == {"chest_pain"}
    assert "oestrogen" in RED_FLAGS.findings_of("U06")


def test_the_logic_of_a_level_has_no_words_for_patients() -> None:
    logic = RED_FLAGS.logic("emergency")
    first = next(rule for rule in RED_FLAGS.rules if rule.level == "emergency")
    assert first.when in logic
    assert first.text not in logic


def test_no_rule_fires_on_nothing() -> None:
    assert RED_FLAGS.fired(frozenset()) == []
    assert RED_FLAGS.alert(frozenset()) is None
    assert RED_FLAGS.level(frozenset()) is None


def test_every_rule_can_fire() -> None:
    for rule in RED_FLAGS.rules:
        assert rule in RED_FLAGS.fired(RED_FLAGS.findings_of(rule.id))


def test_an_emergency_text_stands_alone() -> None:
    alert = RED_FLAGS.alert({"chest_pain", "calf_pain", "swelling", "unilateral"})
    assert alert is not None
    assert alert.text == BY_ID["E01"].text
    assert alert.rules == ("E01", "E06")
    assert RED_FLAGS.closing_line not in alert.text


def test_the_closing_line_comes_once_with_urgent_and_soon() -> None:
    for present in ({"severe_pain"}, {"exertional_onset", "relief_with_rest"}):
        alert = RED_FLAGS.alert(present)
        assert alert is not None
        assert alert.text.count(RED_FLAGS.closing_line) == 1


def test_words_for_somebody_else() -> None:
    alert = RED_FLAGS.alert({"bleeding_vein"}, person="other")
    assert alert is not None
    assert alert.text == BY_ID["E18"].text_other != BY_ID["E18"].text


def test_what_the_clinic_says_is_in_the_texts() -> None:
    assert "red flag for a clogged artery" in BY_ID["B01"].text
    assert "whether or not you walk" in BY_ID["B02"].text
    assert "always" in BY_ID["E01"].text and "professional" in BY_ID["E01"].text
    assert "blood clot" in BY_ID["E06"].text and "ER now" in BY_ID["E06"].text


def test_suicide_has_988_first_and_no_clinic() -> None:
    for text in (BY_ID["E19"].text, BY_ID["E19"].text_other):
        assert text.index("tel:988") < text.index("tel:911")
        assert "clinic" not in text and "visit" not in text


@pytest.mark.parametrize("rule", RED_FLAGS.rules, ids=lambda rule: rule.id)
def test_rule_texts(rule: Rule) -> None:
    for text in (rule.text, rule.text_other):
        closing = f" {RED_FLAGS.closing_line}" if rule.call == "clinic" else ""
        assert len(text + closing) <= 600
        assert not re.search(r"\byou have (a|an)\b|\d+ ?mg\b", text)
        if rule.level == "emergency":
            assert "[988](tel:988)" in text if rule.call == "988" else "all 911](tel:911)" in text
    assert rule.sources and rule.reason and rule.suspected


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text[:30])
def test_texts_are_plain(text: str) -> None:
    plain = re.sub(r"\]\(tel:\d+\)|\[", "", text)
    assert len(text) <= 600
    assert textstat.flesch_kincaid_grade(plain) <= 8


def test_a_rule_without_an_example_is_a_mistake(tmp_path: Path) -> None:
    folder = with_when(tmp_path, "chest_pain")
    examples = load_rule_examples()
    del examples["E01"]
    (folder / "red_flag_examples.yml").write_text(yaml.safe_dump(examples))
    with pytest.raises(KnowledgeError, match="of no other: E01"):
        load_rule_examples(folder)
