"""The measure of the pain check, on stories of its own (never the held-out ones)."""

from __future__ import annotations

import pytest

from legpain.evaluation.data import HELD_OUT_FILE
from legpain.evaluation.pain_check import (
    Checker,
    Story,
    keyword_baseline,
    load_stories,
    load_vignettes,
)
from legpain.knowledge import load_knowledge
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker()


def test_a_told_story_is_asked_less_than_a_silent_one(checker: Checker) -> None:
    findings = ["outer_knee_pain", "exertional_onset", "worse_downhill_stairs", "unilateral"]
    silent = checker.check(Story(says="check my pain", findings=findings, expected="it_band"))
    told = checker.check(
        Story(
            says="the outside of my left knee starts to hurt as I walk, worst on stairs",
            findings=findings,
            expected="it_band",
        )
    )
    assert silent.shown[0] == told.shown[0] == "it_band"
    assert told.questions < silent.questions == 10


def test_an_emergency_ends_the_check(checker: Checker) -> None:
    story = Story(says="check me", findings=["calf_pain", "dyspnoea"], expected="dvt")
    check = checker.check(story)
    assert check.ended and check.questions == 1


def test_the_keyword_baseline_reads_words_alone() -> None:
    story = Story(says="", findings=["heel_achilles_pain", "first_steps_pain"], expected="x")
    assert len(keyword_baseline()(story)) == 3
    assert set(keyword_baseline()(story)) <= load_knowledge().conditions.keys()


def test_the_held_out_stories_are_enough_and_name_real_conditions() -> None:
    stories = load_stories(ROOT)
    assert len(stories) >= 60
    assert {each.expected for each in stories} <= load_knowledge().conditions.keys()
    assert (ROOT / HELD_OUT_FILE).exists() and len(load_vignettes(ROOT)) > 20
