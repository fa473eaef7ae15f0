"""Which aspects a message asks for, and what sets two conditions apart."""

import pytest

from legpain.explain import aspects_asked, difference, next_aspects
from legpain.knowledge import ASPECTS, load_knowledge


@pytest.mark.parametrize(
    ("intent", "cues", "before", "aspects"),
    [
        ("ask_recovery", [], None, ["recovery"]),
        ("ask_causes", ["causes", "prevention"], None, ["causes", "prevention"]),
        ("ask_same_about", [], "prevention", ["prevention"]),
        ("ask_same_about", ["recovery"], "causes", ["recovery"]),
        ("ask_same_about", [], None, ["overview"]),
        ("ask_symptoms", ["overview"], None, ["symptoms"]),
        ("describe_pain", [], None, ["overview"]),
    ],
)
def test_aspects_asked(
    intent: str, cues: list[str], before: str | None, aspects: list[str]
) -> None:
    assert aspects_asked(intent, cues, before) == aspects


@pytest.mark.parametrize("told", ASPECTS)
def test_what_was_told_is_not_offered_again(told: str) -> None:
    offered = next_aspects([told])
    assert offered
    assert told not in offered


def test_neighbours_are_told_apart_by_their_question() -> None:
    conditions = load_knowledge().conditions
    for one in conditions.values():
        for neighbour in one.confused_with:
            text = difference(conditions[neighbour.condition], one)
            assert one.hallmark in text
            assert "ask yourself" in text
