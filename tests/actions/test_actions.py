"""Every action, with the SDK's own tracker and dispatcher."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.articles import ActionArticles
from actions.clinic import ActionClinic
from actions.compare import ActionCompare
from actions.correct_fact import ActionCorrectFact
from actions.explain import ActionExplain
from actions.fallback import ActionFallback
from actions.general_topic import ActionGeneralTopic
from actions.likely_causes import ActionLikelyCauses
from actions.other_medical import ActionOtherMedical
from actions.repeat import ActionRepeat
from actions.simpler import ActionSimpler
from legpain.explain import IN_GENERAL
from legpain.knowledge import ASPECTS, load_knowledge
from legpain.rasa.safe_action import SafeAction

Entities = Dict[str, List[str]]


def _tracker(
    intent: str = "",
    entities: Optional[Entities] = None,
    slots: Optional[Dict[str, Any]] = None,
    events: Optional[List[Dict[str, Any]]] = None,
    text: str = "",
    ranking: Sequence[str] = (),
) -> Tracker:
    found = [
        {"entity": entity, "value": value}
        for entity, values in (entities or {}).items()
        for value in values
    ]
    message = {
        "intent": {"name": intent},
        "intent_ranking": [{"name": name} for name in ranking],
        "entities": found,
        "text": text,
    }
    return Tracker("t", slots or {}, message, events or [], False, None, {}, "action_listen")


def _run(action: SafeAction, **kwargs: Any) -> tuple[List[Dict[str, Any]], Dict[str, Any]]:
    """Run an action; return its messages and the slots that it sets."""
    dispatcher = CollectingDispatcher()
    events = action.run(dispatcher, _tracker(**kwargs), {})
    slots = {event["name"]: event["value"] for event in events if event["event"] == "slot"}
    return dispatcher.messages, slots


def _customs(messages: List[Dict[str, Any]]) -> List[Dict[str, Any]]:
    return [message["custom"]["data"] for message in messages if message.get("custom")]


@pytest.mark.parametrize("topic", sorted(load_knowledge().conditions))
@pytest.mark.parametrize("aspect", ASPECTS)
def test_each_aspect_of_each_condition_is_explained(topic: str, aspect: str) -> None:
    messages, slots = _run(ActionExplain(), intent=f"ask_{aspect}", entities={"condition": [topic]})
    said = messages[0].get("text") or messages[0].get("said")
    assert said == load_knowledge().condition(topic).aspects[aspect]
    assert _customs(messages) == [{"kind": "explanation", "topic": topic, "aspect": aspect}]
    assert slots == {"topic": topic, "aspect": aspect}


def test_a_follow_up_takes_the_topic_from_before() -> None:
    messages, _ = _run(ActionExplain(), intent="ask_recovery", slots={"topic": "doms"})
    assert _customs(messages)[0]["topic"] == "doms"


def test_without_a_topic_it_asks_which() -> None:
    messages, slots = _run(ActionExplain(), intent="ask_recovery")
    assert messages[0]["response"] == "utter_which_condition"
    assert messages[0]["buttons"][0]["payload"].startswith("/ask_recovery{")
    assert slots == {"aspect": "recovery"}


@pytest.mark.parametrize(("aspect", "topic"), sorted(IN_GENERAL.items()))
def test_without_a_topic_it_says_what_holds_in_general(aspect: str, topic: str) -> None:
    messages, slots = _run(ActionExplain(), intent=f"ask_{aspect}")
    assert messages[0]["text"] == load_knowledge().general[topic].text
    assert messages[0]["buttons"][0]["payload"].startswith(f"/ask_{aspect}{{")
    assert slots == {"aspect": aspect}


def test_a_pain_told_with_the_question_gets_its_likely_causes_too() -> None:
    told = ("outer_knee_pain", "exertional_onset", "worse_downhill_stairs")
    messages, _ = _run(
        ActionExplain(),
        intent="ask_when_to_see_someone",
        entities={"finding": list(told)},
        slots=_told(*told),
    )
    assert messages[0]["text"] == load_knowledge().general["when_to_worry"].text
    assert [each["kind"] for each in _customs(messages)] == ["causes"]


def test_another_name_is_not_taken_for_the_topic_before() -> None:
    slots = {"topic": "doms", "aspect": "overview"}
    asked, _ = _run(ActionExplain(), intent="ask_overview", slots=slots, text="what is xyz?")
    assert asked[0]["response"] == "utter_which_condition"
    more, _ = _run(ActionExplain(), intent="ask_overview", slots=slots, text="tell me more")
    assert _customs(more)[0]["aspect"] == "symptoms"


def test_what_has_no_text_is_said_to_have_none() -> None:
    entities = {"not_covered": ["gout"]}
    for action, intent in [(ActionExplain(), "ask_recovery"), (ActionFallback(), "nlu_fallback")]:
        messages, _ = _run(action, intent=intent, entities=entities, slots={"topic": "doms"})
        assert messages[0]["response"] == "utter_not_covered"
        assert messages[0]["condition"] == "gout"


def test_a_name_within_a_longer_one_does_not_count() -> None:
    found = [
        {"entity": "not_covered", "value": "rheumatoid arthritis", "start": 8, "end": 28},
        {"entity": "condition", "value": "knee_oa", "start": 19, "end": 28},
    ]
    tracker = _tracker("ask_overview")
    tracker.latest_message["entities"] = found
    dispatcher = CollectingDispatcher()
    ActionExplain().run(dispatcher, tracker, {})
    assert dispatcher.messages[0]["response"] == "utter_not_covered"


def test_a_question_on_the_clinic_beside_another_is_answered_too() -> None:
    messages, _ = _run(
        ActionExplain(),
        intent="ask_overview",
        entities={"condition": ["sciatica"], "clinic_field": ["insurance"]},
    )
    assert [each["kind"] for each in _customs(messages)] == ["explanation", "clinic"]
    both, _ = _run(
        ActionClinic(), intent="ask_clinic_hours", entities={"clinic_field": ["location", "hours"]}
    )
    assert [each.get("response") for each in both[:2]] == [
        "utter_clinic_unknown_hours",
        "utter_clinic_unknown_location",
    ]
    assert _customs(both) == [{"kind": "clinic", "field": "hours"}]


def test_another_medical_question_that_names_a_condition_is_answered() -> None:
    messages, _ = _run(
        ActionOtherMedical(),
        intent="ask_other_medical",
        entities={"condition": ["rls"]},
        text="would low iron have anything to do with restless legs",
        ranking=["ask_other_medical", "ask_causes"],
    )
    assert _customs(messages)[0] == {"kind": "explanation", "topic": "rls", "aspect": "causes"}
    other, _ = _run(ActionOtherMedical(), intent="ask_other_medical", text="my ear hurts")
    assert other[0]["response"] == "utter_other_medical"


def test_in_plainer_words() -> None:
    messages, _ = _run(ActionSimpler(), intent="ask_simpler", slots={"topic": "doms"})
    assert messages[0]["said"] == load_knowledge().condition("doms").hallmark
    nothing, _ = _run(ActionSimpler(), intent="ask_simpler")
    assert nothing[0]["response"] == "utter_help"


def test_two_aspects_are_both_answered() -> None:
    messages, _ = _run(
        ActionExplain(),
        intent="ask_causes",
        entities={"condition": ["it_band"], "aspect": ["causes", "prevention"]},
    )
    aspects = load_knowledge().condition("it_band").aspects
    assert [m["text"] for m in messages[:2]] == [aspects["causes"], aspects["prevention"]]
    assert len(_customs(messages)) == 1


def test_two_topics_are_both_answered() -> None:
    messages, _ = _run(
        ActionExplain(), intent="ask_recovery", entities={"condition": ["doms", "cramps"]}
    )
    assert ["DOMS" in messages[0]["text"], "cramp" in messages[1]["text"]] == [True, True]
    assert _customs(messages)[0]["with"] == "cramps"


def test_comparing_needs_two() -> None:
    both, _ = _run(ActionCompare(), intent="ask_compare", entities={"condition": ["doms", "dvt"]})
    assert _customs(both) == [
        {"kind": "explanation", "topic": "doms", "aspect": "compare", "with": "dvt"}
    ]
    with_before, _ = _run(
        ActionCompare(),
        intent="ask_compare",
        entities={"condition": ["dvt"]},
        slots={"topic": "doms"},
    )
    assert _customs(with_before) == _customs(both)
    degrees, _ = _run(
        ActionCompare(),
        intent="ask_compare",
        entities={"condition": ["muscle_pull"]},
        slots={"topic": "doms"},
        text="a strain or a tear?",
    )
    assert degrees[0]["text"] == load_knowledge().condition("muscle_pull").degrees
    none, _ = _run(ActionCompare(), intent="ask_compare")
    assert none[0]["response"] == "utter_compare_which"


@pytest.mark.parametrize("topic", sorted(load_knowledge().general))
def test_each_general_topic_is_answered(topic: str) -> None:
    messages, _ = _run(ActionGeneralTopic(), intent=f"ask_{topic}")
    assert messages[0]["text"] == load_knowledge().general[topic].text


@pytest.mark.parametrize("field", ["phone", "hours", "location", "insurance", "prices"])
def test_an_unknown_fact_is_said_to_be_unknown(field: str) -> None:
    messages, _ = _run(ActionClinic(), intent=f"ask_clinic_{field}")
    assert messages[0]["response"] == f"utter_clinic_unknown_{field}"
    assert _customs(messages) == [{"kind": "clinic", "field": field}]


def test_a_known_fact_is_said() -> None:
    messages, _ = _run(ActionClinic(), intent="ask_clinic_about")
    assert messages[0]["text"] == load_knowledge().clinic.about


def test_articles_are_offered_or_told() -> None:
    offered, _ = _run(ActionArticles(), intent="ask_articles")
    assert len(offered[0]["buttons"]) == 6
    told, _ = _run(ActionArticles(), intent="ask_articles", entities={"article": ["chest_pain"]})
    assert _customs(told) == [{"kind": "article", "id": "chest_pain"}]


def _told(*findings: str) -> Dict[str, Any]:
    present = {finding: {"side": None, "person": "self"} for finding in findings}
    return {"findings": {"present": present, "denied": [], "uncertain": []}}


def test_likely_causes_come_with_their_reasons() -> None:
    slots = _told("outer_knee_pain", "exertional_onset", "worse_downhill_stairs")
    messages, set_slots = _run(ActionLikelyCauses(), intent="describe_pain", slots=slots)
    (causes,) = _customs(messages)
    assert causes["ranked"][0]["topic"] == "it_band"
    assert "outer_knee_pain" in causes["ranked"][0]["because"]
    assert len(causes["ranked"]) <= 3
    assert "because" in messages[1]["text"]
    assert set_slots["topic"] == "it_band"


def test_a_condition_named_stands_among_the_likely_causes() -> None:
    slots = _told("outer_knee_pain", "exertional_onset", "worse_downhill_stairs")
    entities = {"condition": ["rls"]}
    messages, _ = _run(ActionLikelyCauses(), intent="describe_pain", entities=entities, slots=slots)
    (causes,) = _customs(messages)
    assert next(each["topic"] for each in causes["ranked"]) == "it_band"
    assert {"topic": "rls", "because": []} in causes["ranked"]
    assert messages[1]["text"].splitlines()[-1].endswith("because you named it.")


def test_a_condition_of_anothers_story_is_no_likely_cause() -> None:
    """ "My nan had a clot in 2009. My own shins just ache"."""
    story = {"entity": "finding", "value": "prior_clot", "role": "hypothetical"}
    tracker = _tracker(intent="describe_pain", slots=_told("shin_pain", "bilateral"))
    clot = {"entity": "condition", "value": "dvt", "start": 13, "end": 17}
    tracker.latest_message["entities"] = [clot, {**story, "start": 7, "end": 17}]
    dispatcher = CollectingDispatcher()
    ActionLikelyCauses().run(dispatcher, tracker, {})
    (causes,) = _customs(dispatcher.messages)
    assert "dvt" not in [each["topic"] for each in causes["ranked"]]


def test_what_was_hardly_told_is_no_reason() -> None:
    slots = _told("shin_pain", "exertional_onset")
    slots["findings"]["uncertain"] = ["unusual_exertion"]
    messages, _ = _run(ActionLikelyCauses(), intent="describe_pain", slots=slots)
    (causes,) = _customs(messages)
    assert causes["ranked"][0]["topic"] == "shin_splints"
    assert not any("unusual_exertion" in each["because"] for each in causes["ranked"])
    slots = {"findings": {"present": {}, "denied": [], "uncertain": ["knee_pain"]}}
    messages, _ = _run(ActionLikelyCauses(), intent="describe_pain", slots=slots)
    (causes,) = _customs(messages)
    assert causes["ranked"][0]["because"] == ["knee_pain"]


def test_calf_pain_alone_asks_the_clot_check() -> None:
    messages, _ = _run(ActionLikelyCauses(), intent="describe_pain", slots=_told("calf_pain"))
    assert messages[-1].get("response") == "utter_clot_check"


def test_nothing_told_asks_for_more() -> None:
    messages, _ = _run(ActionLikelyCauses(), intent="describe_pain")
    assert messages[0]["response"] == "utter_causes_none"


def _fallback_turn(stage: str) -> List[Dict[str, Any]]:
    return [{"event": "user"}, {"event": "bot", "metadata": {"utter_action": stage}}]


def test_fallback_goes_from_rephrase_to_choices_to_a_person() -> None:
    events: List[Dict[str, Any]] = []
    stages = ["utter_fallback_rephrase", "utter_fallback_choices", "utter_fallback_human"]
    for stage in [*stages, stages[-1]]:
        messages, _ = _run(ActionFallback(), events=[*events, {"event": "user"}])
        assert messages[0]["response"] == stage
        events += _fallback_turn(stage)


def test_an_answer_in_between_starts_the_stages_anew() -> None:
    events = [
        *_fallback_turn("utter_fallback_rephrase"),
        {"event": "user"},
        {"event": "bot", "metadata": {}},
        {"event": "user"},
    ]
    messages, _ = _run(ActionFallback(), events=events)
    assert messages[0]["response"] == "utter_fallback_rephrase"


def test_a_condition_named_is_explained_even_if_the_rest_was_not_understood() -> None:
    messages, _ = _run(ActionFallback(), entities={"condition": ["sciatica"]})
    assert _customs(messages)[0]["topic"] == "sciatica"


def test_repeat_says_the_last_answer_again() -> None:
    bot = {"event": "bot", "text": "Again", "data": {"buttons": None, "custom": None}}
    messages, _ = _run(ActionRepeat(), events=[{"event": "user"}, bot, {"event": "user"}])
    assert messages[0]["text"] == "Again"
    nothing, _ = _run(ActionRepeat(), events=[{"event": "user"}])
    assert nothing[0]["response"] == "utter_nothing_to_repeat"


class _Broken(SafeAction):
    def name(self) -> str:
        return "action_broken"

    def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> None:
        dispatcher.utter_message(text="half an answer")
        raise ValueError("my leg hurts, call 555-0100")


def test_a_failing_action_is_told_and_logged_without_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    messages, slots = _run(_Broken())
    assert [message["response"] for message in messages] == ["utter_action_error"]
    assert slots == {}
    assert "action_broken" in caplog.text
    assert "ValueError" in caplog.text
    assert "555" not in caplog.text


def test_a_correction_is_thanked_for_only_where_something_was_said_before() -> None:
    heel = {"finding": ["heel_sole_pain", "first_steps_pain"]}
    known: Dict[str, Any] = {"findings": {"present": {each: {} for each in heel["finding"]}}}
    said = {"event": "user", "text": "x"}
    first, _ = _run(ActionCorrectFact(), entities=heel, slots=known, events=[said])
    later, _ = _run(ActionCorrectFact(), entities=heel, slots=known, events=[said, said])
    assert not any(each.get("response") == "utter_corrected" for each in first)
    assert later[0]["response"] == "utter_corrected"
    for messages in (first, later):
        assert any(each["kind"] == "causes" for each in _customs(messages))


def test_while_an_emergency_stands_no_correction_is_thanked_for() -> None:
    said = {"event": "user", "text": "x"}
    standing: Dict[str, Any] = {"alert": {"level": "emergency", "standing": True}}
    messages, _ = _run(ActionCorrectFact(), slots=standing, events=[said, said])
    assert messages == []
