"""Which aspects a message asks for, and what sets two conditions apart."""

import pytest

from legpain.explain import aspect_cues, aspects_asked, difference, next_aspects, refers_back
from legpain.knowledge import ASPECTS, load_knowledge


@pytest.mark.parametrize(
    ("intent", "cues", "before", "aspects"),
    [
        ("ask_recovery", [], None, ["recovery"]),
        ("ask_causes", ["causes", "prevention"], None, ["causes", "prevention"]),
        ("ask_same_about", [], "prevention", ["prevention"]),
        ("ask_same_about", ["recovery"], "causes", ["recovery"]),
        ("ask_same_about", [], None, ["overview"]),
        ("ask_treatment", ["overview", "treatment"], None, ["overview", "treatment"]),
        ("ask_other_medical", ["self_care"], None, ["self_care"]),
        ("describe_pain", [], None, ["overview"]),
    ],
)
def test_aspects_asked(
    intent: str, cues: list[str], before: str | None, aspects: list[str]
) -> None:
    assert aspects_asked(intent, cues, before) == aspects


def _entity(entity: str, value: str, start: int, end: int) -> dict[str, object]:
    return {"entity": entity, "value": value, "start": start, "end": end}


def test_what_is_counts_only_before_a_name() -> None:
    what_is, name = _entity("aspect", "overview", 0, 7), _entity("condition", "doms", 8, 12)
    surgery = _entity("aspect", "treatment", 17, 24)
    assert aspect_cues([surgery, name, what_is]) == ["overview", "treatment"]
    assert aspect_cues([what_is, _entity("condition", "doms", 30, 34)]) == []


@pytest.mark.parametrize(
    ("text", "back"), [("how long does it take", True), ("tell me more", True), ("gout?", False)]
)
def test_a_message_may_refer_to_what_was_said_before(text: str, back: bool) -> None:
    assert refers_back(text) == back


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
