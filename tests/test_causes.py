"""The ranking: the shortest separating logic of clinical.md §5, and its two guards."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List

import pytest
import yaml

from legpain.causes import MOST_CAUSES, CauseRanker

VIGNETTES: List[Dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "findings" / "vignettes.yml").read_text(encoding="utf-8")
)["vignettes"]
CLOT_SIGNS = {"swelling", "warmth", "redness"}


@pytest.fixture(scope="module")
def ranker() -> CauseRanker:
    return CauseRanker.from_folder()


@pytest.mark.parametrize(
    ("findings", "first"),
    [
        ({"thigh_pain", "bilateral", "delayed_soreness", "unusual_exertion"}, "doms"),
        ({"back_thigh_pain", "sudden_onset", "unilateral"}, "hamstring_strain"),
        ({"heel_achilles_pain", "first_steps_pain"}, "achilles_tendonitis"),
        ({"outer_knee_pain", "exertional_onset", "worse_downhill_stairs"}, "it_band"),
        ({"calf_pain", "cramping", "exertional_onset", "relief_with_rest"}, "pad"),
        ({"calf_pain", "swelling", "warmth", "unilateral"}, "dvt"),
        ({"visible_veins", "relief_elevation", "heaviness", "worse_standing"}, "varicose_veins"),
        ({"front_knee_pain", "worse_downhill_stairs", "worse_sitting"}, "knee_pain"),
        ({"heel_sole_pain", "first_steps_pain"}, "plantar_fasciitis"),
        ({"urge_to_move", "night_pain", "tingling", "bilateral"}, "rls"),
        ({"low_back_pain", "leg_pain", "unilateral", "worse_cough"}, "sciatica"),
        ({"shin_pain", "bilateral", "gradual_onset", "unusual_exertion"}, "shin_splints"),
    ],
)
def test_findings_that_separate(ranker: CauseRanker, findings: set[str], first: str) -> None:
    causes = ranker.rank(findings)
    assert causes[0].topic == first
    assert len(causes) <= MOST_CAUSES
    assert set(causes[0].because) <= findings


@pytest.mark.parametrize(
    "vignette", [each for each in VIGNETTES if each.get("topics")], ids=lambda v: str(v["id"])
)
def test_the_vignettes_show_what_they_should(ranker: CauseRanker, vignette: Dict[str, Any]) -> None:
    """With the clot check answered, as the pain check does before it ranks."""
    present = frozenset(vignette["findings"])
    asked = CLOT_SIGNS | {*ranker.red_flags.groups["CLOT_RISK"]}
    shown = [each.topic for each in ranker.rank(present, asked - present)]
    assert shown[0] == vignette["topics"][0]
    assert set(vignette["topics"]) <= set(shown)


def test_every_vignette_names_what_it_shows_or_is_no_ranked_condition() -> None:
    without = {each["id"] for each in VIGNETTES if not each.get("topics")}
    assert without == {9, 10, 12, 13, 14, 15, 16, 17, 20, 23, 24, 27, 29, 35, 36, 41}


def test_one_more_finding_for_a_cause_never_lowers_its_sum(ranker: CauseRanker) -> None:
    before = ranker.score("it_band", {"outer_knee_pain"})
    after = ranker.score("it_band", {"outer_knee_pain", "worse_downhill_stairs", "swelling"})
    assert after.score > before.score
    assert ranker.score("doms", {"unilateral", "delayed_soreness"}).against == ["unilateral"]


def test_with_a_clot_risk_and_its_rule_both_guards_hold(ranker: CauseRanker) -> None:
    present = {"back_thigh_pain", "sudden_onset", "exertional_onset", "relief_with_rest", "cancer"}
    shown = [each.topic for each in ranker.rank(present)]
    assert shown[0] == "dvt" and "pad" in shown and len(shown) == MOST_CAUSES


def test_a_clot_is_put_behind_once_its_signs_are_asked_for_and_not_there(
    ranker: CauseRanker,
) -> None:
    present = {"calf_pain", "unilateral", "sudden_onset"}
    denied = CLOT_SIGNS | {*ranker.red_flags.groups["CLOT_RISK"]}
    assert ranker.rank(present)[0].score > 0
    assert ranker.rank(present, denied)[0].topic == "calf_strain"
    assert ranker.rank(present, denied, {"swelling"})[0].topic == "dvt"


def test_what_is_far_behind_is_not_shown(ranker: CauseRanker) -> None:
    present = {"thigh_pain", "bilateral", "delayed_soreness", "unusual_exertion"}
    assert [each.topic for each in ranker.rank(present | {"worse_downhill_stairs"})] == ["doms"]


def test_the_artery_is_listed_whenever_its_rule_fires(ranker: CauseRanker) -> None:
    findings = {"shin_pain", "tight_hard_muscle", "tingling", "exertional_onset"}
    topics = {each.topic for each in ranker.rank(findings | {"relief_with_rest"})}
    assert "pad" in topics


@pytest.mark.parametrize("sign", ["swelling", "warmth", "recent_surgery", "pregnancy_postpartum"])
def test_a_clot_sign_or_risk_puts_the_clot_first(ranker: CauseRanker, sign: str) -> None:
    assert ranker.rank({"calf_pain", "delayed_soreness", "bilateral", sign})[0].topic == "dvt"


@pytest.mark.parametrize("findings", [set(), {"unilateral"}, {"leg_pain", "bilateral"}])
def test_too_little_gives_no_cause(ranker: CauseRanker, findings: set[str]) -> None:
    assert ranker.rank(findings) == []
