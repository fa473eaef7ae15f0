"""The closed question about a doubtful finding: when it is asked, and what its answer means."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, Dict, List, Optional

import pytest
from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel
from rasa.shared.core.events import ActionExecuted, ActiveLoop, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from legpain.findings import ConversationFindings, Finding
from legpain.rasa.nlg import KnowledgeResponseGenerator
from legpain.rasa.safety_question import SAFETY_QUESTION_SLOT, answer_to, question_for
from legpain.red_flags import RedFlags

ASKED = {"finding": "chest_pain", "person": "self", "text": "Is there chest pain?"}


def _finding(name: str, context: Any = "doubtful", person: Any = "self") -> Finding:
    return Finding(name, context, person, None, 0, 4)


@pytest.fixture(scope="module")
def red_flags() -> RedFlags:
    return RedFlags.from_folder()


def test_a_question_is_asked_where_an_emergency_hangs_on_it(red_flags: RedFlags) -> None:
    nothing = ConversationFindings()
    asked = question_for(red_flags, nothing, [_finding("fever"), _finding("chest_pain")])
    assert asked is not None
    assert asked["finding"] == "chest_pain"
    assert asked["text"].endswith("?")
    assert question_for(red_flags, nothing, [_finding("fever")]) is None


def test_what_else_is_known_decides_what_is_worth_a_question(red_flags: RedFlags) -> None:
    hot_knee = ConversationFindings().update([_finding("joint_hot_swollen", "present")], False)
    asked = question_for(red_flags, hot_knee, [_finding("fever")])
    assert asked is not None
    assert asked["finding"] == "fever"


def test_what_the_patient_denied_before_is_not_asked(red_flags: RedFlags) -> None:
    denied = ConversationFindings().update([_finding("chest_pain", "denied")], False)
    assert question_for(red_flags, denied, [_finding("chest_pain")]) is None


@pytest.mark.parametrize(
    ("text", "intent", "context"),
    [
        ("/deny", "deny", "denied"),
        ("No, and my foot itches.", "describe_pain", "denied"),
        ("nope", None, "denied"),
        ("yes", "affirm", "uncertain"),
        ("not sure", "unsure", "uncertain"),
        ("when do you open", "ask_clinic_hours", "uncertain"),
        ("now that you say it", None, "uncertain"),
    ],
)
def test_whatever_is_no_denial_counts(text: str, intent: Optional[str], context: str) -> None:
    (said,) = answer_to(ASKED, text, intent, [])
    assert (said.id, said.context) == ("chest_pain", context)


def test_an_answer_that_tells_the_finding_speaks_for_itself() -> None:
    assert answer_to(ASKED, "no chest pain", None, [_finding("chest_pain", "denied")]) == []


class Dialogue:
    """A conversation with the model's policies; messages come parsed, no action server."""

    def __init__(self, model: Path) -> None:
        self.agent = Agent.load(str(model))
        assert self.agent.processor is not None
        self.agent.processor.nlg = KnowledgeResponseGenerator(None, self.agent.domain)
        self.tracker = DialogueStateTracker("safety", self.agent.domain.slots)
        self.tracker.update(ActionExecuted("action_listen"))

    def say(self, text: str, intent: str, **findings: str) -> List[Dict[str, Any]]:
        """Return the bot's messages to a message of this intent; findings: id=context."""
        entities = [
            {"entity": "finding", "value": name, "role": context, "start": 0, "end": 1}
            for name, context in findings.items()
        ]
        reading = {"name": intent, "confidence": 1.0}
        parsed: Dict[str, Any] = {"text": text, "intent": reading, "entities": entities}
        message = UserUttered(text, reading, entities, parsed)
        channel = CollectingOutputChannel()
        self.tracker.update(message, self.agent.domain)
        assert self.agent.processor is not None
        asyncio.run(self.agent.processor._run_prediction_loop(channel, self.tracker))
        return channel.messages


@pytest.fixture
def dialogue(model: Path) -> Dialogue:
    return Dialogue(model)


def _kinds(messages: List[Dict[str, Any]]) -> List[str]:
    return [each["custom"]["data"]["kind"] for each in messages if each.get("custom")]


def test_the_message_is_answered_and_then_the_question_asked(dialogue: Dialogue) -> None:
    first, *others = dialogue.say("hello, bit funny here", "greet", chest_pain="doubtful")
    assert "chest" not in first["text"]
    assert any("pressure or tightness in the chest" in each.get("text", "") for each in others)
    assert _kinds(others) == ["question"]


def test_an_urgent_alert_comes_before_the_question(dialogue: Dialogue) -> None:
    told = {"swelling": "present", "unilateral": "present", "chest_pain": "doubtful"}
    assert _kinds(dialogue.say("hello, swollen leg", "greet", **told)) == ["alert", "question"]


def _ran(dialogue: Dialogue) -> List[str]:
    """Return the actions since the latest message."""
    events = list(dialogue.tracker.events)
    last = max(place for place, each in enumerate(events) if isinstance(each, UserUttered))
    return [each.action_name for each in events[last:] if isinstance(each, ActionExecuted)]


def test_before_a_request_the_question_is_asked_and_then_the_request_begins(
    dialogue: Dialogue,
) -> None:
    dialogue.say("a visit please, bit funny here", "book_appointment", chest_pain="doubtful")
    assert _ran(dialogue) == ["utter_safety_question", "action_listen"]
    dialogue.say("no", "deny")
    assert _ran(dialogue)[0] == "appointment"


def _give_a_name_and_a_doubt(dialogue: Dialogue) -> None:
    """Begin a request for a visit; its first answer holds a doubtful finding."""
    dialogue.say("a visit please", "book_appointment")
    dialogue.tracker.update(SlotSet("requested_slot", "name"))
    dialogue.tracker.update(ActiveLoop("appointment"))
    dialogue.say("Ann. bit funny here", "inform", chest_pain="doubtful")


def test_in_a_request_the_question_comes_before_the_next_field(dialogue: Dialogue) -> None:
    _give_a_name_and_a_doubt(dialogue)
    assert _ran(dialogue) == ["utter_safety_question", "action_listen"]
    dialogue.say("no", "deny")
    assert _ran(dialogue)[0] == "appointment"


def test_in_a_request_yes_is_an_emergency_and_the_request_waits(dialogue: Dialogue) -> None:
    _give_a_name_and_a_doubt(dialogue)
    assert _kinds(dialogue.say("yes", "affirm")) == ["alert"]
    assert dialogue.tracker.active_loop_name == "appointment"


def test_the_pain_check_asks_its_own_questions_and_none_waits(dialogue: Dialogue) -> None:
    dialogue.say("check my pain, bit funny here", "start_pain_check", chest_pain="doubtful")
    assert _ran(dialogue)[0] == "pain_check"
    assert dialogue.tracker.get_slot(SAFETY_QUESTION_SLOT) is None
    assert _kinds(dialogue.say("calf", "inform")) == []


def test_no_ends_it(dialogue: Dialogue) -> None:
    dialogue.say("hello, bit funny here", "greet", chest_pain="doubtful")
    assert _kinds(dialogue.say("no", "deny")) == []
    assert _kinds(dialogue.say("hello, bit funny here", "greet", chest_pain="doubtful")) == []
    assert dialogue.tracker.get_slot(SAFETY_QUESTION_SLOT) is None


@pytest.mark.parametrize(("text", "intent"), [("yes", "affirm"), ("hm who knows", "unsure")])
def test_yes_and_vague_answers_raise_the_alert(dialogue: Dialogue, text: str, intent: str) -> None:
    dialogue.say("hello, bit funny here", "greet", chest_pain="doubtful")
    (alert,) = [each["custom"]["data"] for each in dialogue.say(text, intent) if "custom" in each]
    assert (alert["kind"], alert["level"], alert["rules"]) == ("alert", "emergency", ["E01"])
