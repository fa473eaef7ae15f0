"""What counts as a fitting reply."""

from __future__ import annotations

from typing import Any, Dict, FrozenSet, Optional, Tuple

import pytest

from legpain.evaluation.answers import GENERAL, OTHER, Answer, read_answer
from legpain.evaluation.data import RealRow
from legpain.evaluation.metrics import Share
from legpain.evaluation.nlu import Reading
from legpain.evaluation.replies import (
    TopicReplies,
    act_scores,
    fits,
    our_conditions,
    request_scores,
    topic_replies,
)
from legpain.lookup import Lookup


def custom(kind: str, **fields: Any) -> Dict[str, Any]:
    return {"custom": {"data": {"kind": kind, **fields}}}


def patient(
    request: str = "other",
    urgency: str = "routine",
    also_ok: Tuple[str, ...] = (),
    conditions: Tuple[str, ...] = (),
    act: Optional[str] = None,
) -> RealRow:
    return RealRow("text", "leg", urgency, frozenset(also_ok), conditions, request, act)


def answer(
    *kinds: str, level: Optional[str] = None, topics: FrozenSet[str] = frozenset()
) -> Answer:
    return Answer(frozenset(kinds), topics, level)


def test_an_answer_is_read_whole() -> None:
    got = read_answer(
        [
            {"text": "Walk slowly."},
            custom("alert", level="soon"),
            custom("explanation", topic="pad", aspect="compare", **{"with": "dvt"}),
            custom("causes", ranked=[{"topic": "doms", "because": []}]),
        ],
        {"Walk slowly.": GENERAL},
    )
    assert got.kinds == {"alert", "explanation", "causes", GENERAL}
    assert got.topics == {"pad", "dvt", "doms"}
    assert got.level == "soon"


def test_plain_text_is_another_kind() -> None:
    assert read_answer([{"text": "Hello"}], {}) == answer(OTHER)


@pytest.mark.parametrize(
    ("row", "got", "right"),
    [
        (patient("ask_cause_of_my_pain"), answer("causes"), True),
        (patient("ask_cause_of_my_pain"), answer("fallback"), False),
        (patient("ask_treatment"), answer("causes"), False),
        (patient("ask_treatment"), answer(GENERAL), True),
        (patient("ask_condition_info"), answer("alert", level="emergency"), False),
        (patient("other", "emergency"), answer("explanation"), False),
        (patient("other", "emergency"), answer("alert", level="urgent"), False),
        (patient("other", "emergency"), answer("alert", level="emergency"), True),
        (patient("other", "emergency", ("urgent",)), answer("alert", level="urgent"), True),
        (patient("other", "routine"), answer("alert", "causes", level="urgent"), False),
        (patient("other", "routine"), answer("alert", level="soon"), True),
        (patient("other", "routine", ("emergency",)), answer("alert", level="emergency"), True),
    ],
)
def test_fits(row: RealRow, got: Answer, right: bool) -> None:
    assert fits(row, got) is right


def test_requests_are_counted_apart() -> None:
    rows = [patient("ask_treatment"), patient("other"), patient("other")]
    first, second = request_scores(rows, [answer(GENERAL), answer("causes"), answer("fallback")])
    assert (first.request, first.fitting) == ("ask_treatment", Share(1, 1))
    assert (second.request, second.fitting) == ("other", Share(1, 2))
    assert second.kinds == {"causes": 1, "fallback": 1}


def test_only_whole_names_are_conditions_of_ours() -> None:
    lookup = Lookup({"condition": {"arthritis": "knee_oa", "blood clot": "dvt"}})
    names = ["rheumatoid arthritis", "Blood clot"]
    assert our_conditions(names, "arthritis, or a blood clot?", lookup) == {"dvt"}


def test_a_label_that_the_text_does_not_name_does_not_count() -> None:
    lookup = Lookup({"condition": {"arthritis": "knee_oa"}})
    assert our_conditions(["arthritis"], "my big toe is stiff", lookup) == set()


def test_topic_replies_leave_out_what_names_nothing() -> None:
    named = [frozenset({"sciatica"}), frozenset({"sciatica", "gout"}), frozenset({"dvt"})]
    answers = [
        answer("explanation", topics=frozenset({"sciatica"})),
        answer("explanation", topics=frozenset({"gout"})),
        answer("alert", level="emergency"),
    ]
    got = topic_replies([*named, frozenset()], [*answers, answer("causes")])
    assert got == TopicReplies(all=Share(1, 3), unless_emergency=Share(1, 2))


def test_small_talk_is_right_by_act() -> None:
    rows = [patient(act="thank"), patient(act="thank"), patient(act="unheard of")]
    readings = [Reading((name,), False, {}) for name in ("thank", "greet", "greet")]
    assert act_scores(rows, readings) == {"thank": Share(1, 2), "unheard of": Share(0, 1)}
