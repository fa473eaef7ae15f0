"""Which question comes next, and what of it is still unknown."""

from __future__ import annotations

from typing import List, Optional

import pytest

from legpain.findings import ConversationFindings
from legpain.interview.progress import choices, is_known, next_question, options_left
from legpain.interview.questions import Interview, Question
from legpain.interview.reading import UNCLEAR


def _told(present: List[str], denied: Optional[List[str]] = None) -> ConversationFindings:
    return ConversationFindings({each: {} for each in present}, set(denied or []))


def _question(interview: Interview, slot: str) -> Question:
    question = interview.question(slot)
    assert question is not None
    return question


@pytest.mark.parametrize(
    ("slot", "present", "known"),
    [
        ("place", ["outer_knee_pain"], True),
        ("place", ["leg_pain"], False),  # "my legs hurt" says nothing of where
        ("side", ["bilateral"], True),
        ("timing", ["delayed_soreness"], True),
        ("timing", ["gradual_onset"], False),
        ("modifiers", ["worse_downhill_stairs"], False),  # what eases it is still to be asked
        ("modifiers", ["relief_with_rest"], True),
        ("course", ["persistent_weeks"], True),
        ("danger", ["cold_foot"], False),
    ],
)
def test_what_was_volunteered_is_known(
    interview: Interview, slot: str, present: List[str], known: bool
) -> None:
    assert is_known(_question(interview, slot), _told(present)) is known


def test_of_a_list_only_what_is_unknown_is_offered(interview: Interview) -> None:
    question = _question(interview, "danger")
    titles = [each.title for each in options_left(question, _told([], ["chest_pain", "dyspnoea"]))]
    assert len(titles) == len(question.options) - 2
    assert "Chest pain or pressure" not in titles


def test_a_list_that_was_all_denied_is_passed_over(interview: Interview) -> None:
    question = _question(interview, "danger")
    denied = [finding for option in question.options for finding in option.key]
    assert is_known(question, _told([], denied))
    following = next_question(interview, {}, _told([], denied))
    assert following is not None and following.slot == "clot_signs"


def test_an_answered_question_does_not_come_again_an_unclear_one_does(interview: Interview) -> None:
    asked = {each.slot: "skipped" for each in interview.questions}
    assert next_question(interview, asked, _told([])) is None
    again = next_question(interview, {**asked, "danger": UNCLEAR}, _told([]))
    assert again is not None and again.slot == "danger"


def test_every_question_offers_not_to_know(interview: Interview) -> None:
    for question in interview.questions:
        offered = choices(interview, question, _told([]), unclear=False)
        assert offered[-1] == {"title": "I'm not sure", "payload": "/unsure"}
        assert len({each["payload"] for each in offered}) == len(offered)


def test_the_closed_question_is_yes_or_no(interview: Interview) -> None:
    offered = choices(interview, _question(interview, "danger"), _told([]), unclear=True)
    assert [each["payload"] for each in offered] == ["/affirm", "/deny", "/unsure"]
