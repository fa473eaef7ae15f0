"""The ranking: the shortest separating logic of clinical.md §5, and its two guards."""

import pytest

from legpain.causes import MOST_CAUSES, CauseRanker


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
