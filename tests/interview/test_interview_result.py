"""What comes of a pain check, in words."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Dict, List

import pytest
import yaml

from legpain.causes import CauseRanker
from legpain.findings import ConversationFindings
from legpain.interview.questions import Interview
from legpain.interview.result import explanations, in_order, introduction, summary
from legpain.knowledge import load_knowledge
from legpain.knowledge_check import text_problems

VIGNETTES: List[Dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[1] / "findings" / "vignettes.yml").read_text(encoding="utf-8")
)["vignettes"]
NOON = datetime(2026, 3, 4, 12, 5, tzinfo=timezone.utc)


@pytest.fixture(scope="module")
def ranker() -> CauseRanker:
    return CauseRanker.from_folder()


def test_an_explanation_says_why_what_speaks_against_what_to_try_and_when_to_go(
    interview: Interview, ranker: CauseRanker
) -> None:
    causes = ranker.rank({"outer_knee_pain", "exertional_onset", "bilateral"})
    assert explanations(interview, load_knowledge(), causes[:1]) == [
        "**1. IT band syndrome**, because you mentioned pain on the outer side of the knee and it "
        "starts while you walk or exercise.\n"
        "- Speaks against it: both legs.\n"
        "- What to try: Cut your distance to less than what brings on the pain, and stay off "
        "downhill paths for now.\n"
        "- When to see someone: It is a nuisance, but it is seldom serious. Book a visit if the "
        "knee locks or swells, if two weeks bring no progress or if the pain keeps coming back."
    ]


def test_each_condition_says_whom_to_see_in_what_is_shown(
    interview: Interview, ranker: CauseRanker
) -> None:
    for topic in interview.ranking.topics():
        text = explanations(interview, load_knowledge(), [ranker.score(topic, set())])[0]
        seek = text.split("When to see someone: ")[1]
        assert re.search(r"\b(?:[Bb]ook|[Cc]all|Go|See|Get) ", seek), f"{topic}: {seek}"


@pytest.mark.parametrize("vignette", VIGNETTES, ids=lambda v: str(v["id"]))
def test_what_is_said_keeps_the_rules_for_texts(
    interview: Interview, ranker: CauseRanker, vignette: Dict[str, Any]
) -> None:
    present = frozenset(vignette["findings"])
    causes = ranker.rank(present)
    texts = [introduction(interview, causes, ranker.red_flags.alert(present))]
    texts += explanations(interview, load_knowledge(), causes)
    # The names of conditions weigh on the reading grade; the other rules hold without an exception.
    problems = [line for text in texts for line in text_problems("result", text)]
    assert [line for line in problems if "reading grade" not in line] == []


def test_being_seen_comes_first_when_it_is_urgent(
    interview: Interview, ranker: CauseRanker
) -> None:
    present = {"calf_pain", "recent_surgery"}
    said = introduction(interview, ranker.rank(present), ranker.red_flags.alert(present))
    assert said.startswith("Please get seen first")
    assert "a possible blood clot" in said


def test_nothing_stands_out(interview: Interview) -> None:
    assert "nothing stands out" in introduction(interview, [], None)


def test_findings_are_told_with_the_place_first(interview: Interview) -> None:
    told = ["worsening", "unilateral", "leg_pain", "calf_pain"]
    assert in_order(interview, told) == ["calf_pain", "unilateral", "worsening"]
    assert in_order(interview, ["leg_pain"]) == ["leg_pain"]


def test_the_summary_is_plain_and_no_diagnosis(interview: Interview, ranker: CauseRanker) -> None:
    findings = ConversationFindings(
        {each: {} for each in ("heel_achilles_pain", "first_steps_pain", "unilateral")},
        {"chest_pain", "swelling", "bilateral"},
        {"night_pain"},
    )
    causes = ranker.rank_conversation(findings)
    printed = summary(interview, load_knowledge(), findings, causes, None, NOON)
    assert printed.splitlines() == [
        "Leg pain check, Mar 4, 2026, 12:05 UTC",
        "Told: pain at the back of the heel, one leg only and worst on the first steps.",
        "Said no to: chest pain and swelling in the leg.",
        "How soon: no warning sign was told. See someone if it lasts more than two weeks or gets "
        "worse.",
        "Explanations shown: 1. Achilles tendonitis, 2. Plantar fasciitis.",
        "This is general information from a computer program, not a diagnosis.",
    ]
