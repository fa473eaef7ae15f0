"""The arithmetic of the evaluation, on numbers that can be checked by hand."""

from __future__ import annotations

from typing import Dict, Tuple

import pytest

from legpain.evaluation.data import Example, HeldOutRow
from legpain.evaluation.metrics import (
    Share,
    confusions,
    intent_scores,
    macro_f1,
    share,
    topic_scores,
    two_questions,
)
from legpain.evaluation.nlu import Reading, reading
from legpain.lookup import Lookup


def read_as(*intents: str, back: bool = False, **entities: Tuple[str, ...]) -> Reading:
    return Reading(intents, back, entities)


def row(text: str, intent: str, topics: str = "", aspects: str = "") -> HeldOutRow:
    return HeldOutRow(
        text=text, intent=intent, also_ok=[], topics=topics.split(), aspects=aspects.split()
    )


def test_share_of_nothing_is_zero() -> None:
    assert share([]).value == 0.0
    assert share([]).interval() == (0.0, 1.0)


def test_interval_is_wilsons() -> None:
    low, high = Share(95, 100).interval()
    assert (round(low, 3), round(high, 3)) == (0.888, 0.978)
    assert Share(10, 10).interval()[1] == 1.0


def test_also_ok_counts_as_right() -> None:
    examples = [
        Example("a", "greet"),
        Example("b", "thank", frozenset({"praise"})),
        Example("c", "stop"),
        Example("d", "stop"),
    ]
    readings = [
        read_as("greet"),
        read_as("praise", "greet"),
        read_as("deny", "greet", "stop", back=True),
        read_as("deny", "greet", "thank", "stop"),
    ]
    scores = intent_scores(examples, readings)
    assert scores.accuracy == Share(2, 4)
    assert scores.top3 == Share(3, 4)
    assert scores.asked_back == Share(1, 4)
    assert scores.macro_f1 == pytest.approx(2 / 3)


def test_macro_f1_weighs_every_intent_the_same() -> None:
    # a: 2 of 3 right and nothing else read as a; b: 1 of 1 right, one wrong one read as b.
    assert macro_f1(["a", "a", "a", "b"], ["a", "a", "b", "b"]) == pytest.approx((0.8 + 2 / 3) / 2)
    assert macro_f1([], []) == 0.0


def test_confusions_are_ranked_and_show_texts() -> None:
    examples = [Example(text, "stop") for text in "abc"] + [Example("d", "greet")]
    readings = [read_as("deny"), read_as("deny"), read_as("stop"), read_as("thank")]
    first, second = confusions(examples, readings)
    assert (first.expected, first.read_as, first.count, first.of) == ("stop", "deny", 2, 3)
    assert first.texts == ["a", "b"]
    assert second.expected == "greet"
    assert confusions(examples, readings, most=1, texts=1)[0].texts == ["a"]


def test_topics_tell_listed_names_from_misspelled_ones() -> None:
    exact = Lookup({"condition": {"sciatica": "sciatica", "gout": "gout"}})
    rows = [
        row("what is sciatica", "ask_overview", "sciatica"),
        row("sciattica or gout", "ask_compare", "sciatica gout"),
        row("what is it", "ask_overview"),
        row("hello", "greet"),
    ]
    readings = [
        read_as("ask_overview", condition=("sciatica",)),
        read_as("ask_overview", condition=("gout",)),
        read_as("ask_overview", condition=("gout",)),
        read_as("greet", condition=("gout",)),
    ]
    scores = topic_scores(rows, readings, exact)
    assert scores.found == Share(1, 2)
    assert scores.as_listed == Share(1, 1)
    assert scores.misspelled == Share(0, 1)
    assert scores.answered == Share(1, 2)
    assert scores.surplus == Share(1, 3)


@pytest.mark.parametrize(
    ("intent", "cues", "both"),
    [
        ("ask_overview", ("causes",), True),
        ("ask_overview", (), False),
        ("ask_causes", ("recovery",), False),
        ("ask_shoes", ("causes",), False),  # no explanation comes of another intent
    ],
)
def test_two_questions_need_both_aspects(intent: str, cues: Tuple[str, ...], both: bool) -> None:
    rows = [row("what is it and why", "ask_overview", "", "ask_overview ask_causes")]
    assert two_questions(rows, [read_as(intent, aspect=cues)]) == Share(int(both), 1)


def test_fallback_is_left_out_of_the_ranking() -> None:
    parsed: Dict[str, object] = {
        "intent": {"name": "nlu_fallback", "confidence": 0.2},
        "intent_ranking": [
            {"name": "nlu_fallback", "confidence": 0.2},
            {"name": "greet", "confidence": 0.1},
        ],
        "entities": [
            {"entity": "condition", "value": "gout", "start": 9},
            {"entity": "condition", "value": "sciatica", "start": 0},
            {"entity": "condition", "value": "gout", "start": 20},
        ],
    }
    got = reading(parsed)
    assert got == Reading(("greet",), True, {"condition": ("sciatica", "gout")})


def test_a_message_without_an_intent_is_read_as_nothing() -> None:
    assert reading({"intent": {"name": None}}).intents == ()
    assert intent_scores([Example("a", "greet")], [read_as()]).accuracy == Share(0, 1)
