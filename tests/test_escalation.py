"""What is said of red flags over the turns of a conversation."""

import pytest

from legpain.escalation import Told, decide
from legpain.red_flags import RedFlags

CLOT = frozenset({"calf_pain", "swelling", "warmth", "unilateral"})
CLAUDICATION = frozenset({"exertional_onset", "relief_with_rest", "calf_pain"})
NOTHING: frozenset[str] = frozenset()


@pytest.fixture(scope="module")
def rules() -> RedFlags:
    return RedFlags.from_folder()


def test_an_emergency_is_told_and_nothing_else(rules: RedFlags) -> None:
    decision = decide(rules, Told(), CLOT, CLOT, "self", "describe_pain")
    assert (decision.speak, decision.answer, decision.new) == (True, False, True)
    assert decision.told.level == "emergency"
    assert decision.told.standing


def test_a_lower_level_is_told_and_the_question_answered(rules: RedFlags) -> None:
    decision = decide(rules, Told(), CLAUDICATION, CLAUDICATION, "self", "describe_pain")
    assert (decision.speak, decision.answer) == (True, True)
    assert decision.told.level == "soon"


def test_a_level_is_told_once(rules: RedFlags) -> None:
    told = decide(rules, Told(), CLAUDICATION, CLAUDICATION, "self", None).told
    again = decide(rules, told, CLAUDICATION, NOTHING, "self", "ask_recovery")
    assert (again.speak, again.answer, again.new) == (False, True, False)


def test_an_emergency_stands_until_the_patient_is_safe_or_in_care(rules: RedFlags) -> None:
    told = decide(rules, Told(), CLOT, CLOT, "self", None).told
    for intent in ("thank", "emergency_are_you_sure", "emergency_cannot_go", "book_appointment"):
        decision = decide(rules, told, CLOT, NOTHING, "self", intent)
        assert decision.speak
        assert "911" in decision.told.text
        told = decision.told
    safe = decide(rules, told, CLOT, NOTHING, "self", "emergency_getting_help")
    assert not safe.told.standing
    assert not decide(rules, safe.told, CLOT, NOTHING, "self", "ask_recovery").speak


def test_calling_911_is_an_answer_not_another_emergency(rules: RedFlags) -> None:
    told = decide(rules, Told(), CLOT, CLOT, "self", None).told
    words = frozenset({"emergency_words"})
    decision = decide(rules, told, CLOT | words, words, "self", "emergency_getting_help")
    assert not decision.told.standing


def test_after_safe_the_same_told_again_is_an_emergency_again(rules: RedFlags) -> None:
    told = decide(rules, Told(), CLOT, CLOT, "self", None).told
    told = decide(rules, told, CLOT, NOTHING, "self", "emergency_safe").told
    assert decide(rules, told, CLOT, CLOT, "self", "describe_pain").told.standing


def test_only_a_correction_lowers_the_level(rules: RedFlags) -> None:
    told = decide(rules, Told(), CLOT, CLOT, "self", None).told
    reassured = decide(rules, told, NOTHING, NOTHING, "self", "emergency_are_you_sure")
    assert reassured.told.level == "emergency"
    corrected = decide(rules, told, NOTHING, NOTHING, "self", "correct_fact", corrected=True)
    assert corrected.told.level is None
    assert not corrected.speak
    assert corrected.told.text == rules.follow_up_text("corrected", "911")


def test_third_person_has_its_own_words(rules: RedFlags) -> None:
    own = decide(rules, Told(), CLOT, CLOT, "self", None).told.text
    other = decide(rules, Told(), CLOT, CLOT, "other", None).told.text
    assert own != other


def test_988_stays_988(rules: RedFlags) -> None:
    crisis = frozenset({"suicidal_statement"})
    told = decide(rules, Told(), crisis, crisis, "self", None).told
    assert told.call == "988"
    assert "988" in decide(rules, told, crisis, NOTHING, "self", "deny").told.text


def test_the_slot_holds_the_state() -> None:
    told = Told(level="urgent", rules=["U06"], suspected="clot", call="clinic", text="…")
    assert Told.from_json({**told.to_json(), "answer": True}) == told
    assert Told.from_json(None) == Told()
