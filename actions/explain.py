"""Explains an aspect of a condition."""

from typing import Any, Dict, List, Optional

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.likely_causes import offer_causes
from legpain.explain import IN_GENERAL, aspects_asked, refers_back
from legpain.knowledge import load_knowledge
from legpain.rasa import asked
from legpain.rasa.explaining import (
    ask_which,
    explain,
    explain_in_general,
    utter_clinic_facts,
    utter_not_covered,
)
from legpain.rasa.safe_action import Events, SafeAction, intent_of


class ActionExplain(SafeAction):
    """Answers what is asked of one condition; of two, both."""

    def name(self) -> str:
        """Return the action's name."""
        return "action_explain"

    def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]
    ) -> Optional[Events]:
        """Utter the explanation, what holds in general, or ask which condition is meant."""
        intent, before = intent_of(tracker), tracker.get_slot("aspect")
        aspects = aspects_asked(intent, asked.cues_of(tracker), before)
        named = asked.named_conditions(tracker)
        not_covered = asked.named_not_covered(tracker)
        if not_covered and not named:
            return utter_not_covered(dispatcher, not_covered[0])
        topics = named or _topic_before(tracker, aspects[0])
        if topics:
            if not named and aspects == ["overview"] and before == "overview":
                aspects = ["symptoms"]  # "tell me more"
            events = explain(dispatcher, topics, aspects, titled=intent == "ask_same_about")
        else:
            events = _explain_without_topic(dispatcher, tracker, aspects[0])
        utter_clinic_facts(dispatcher, asked.named_clinic_fields(tracker))
        return events


def _explain_without_topic(
    dispatcher: CollectingDispatcher, tracker: Tracker, aspect: str
) -> Events:
    """Utter what holds in general, then what the pain told in the same message can be."""
    told = asked.tells_findings(tracker)
    if aspect in IN_GENERAL and not told:
        return explain_in_general(dispatcher, aspect)
    if told:
        if aspect in IN_GENERAL:
            explain_in_general(dispatcher, aspect, last=False)
        events = offer_causes(dispatcher, tracker)
        if events is not None:
            return events
        if aspect in IN_GENERAL:
            return []
    return ask_which(dispatcher, aspect)


def _topic_before(tracker: Tracker, aspect: str) -> List[str]:
    """Return the condition talked about; not for "what is gout?", which asks for another."""
    topic = tracker.get_slot("topic")
    if topic not in load_knowledge().conditions:
        return []
    text = str(tracker.latest_message.get("text") or "")
    another = aspect == "overview" and not text.startswith("/") and not refers_back(text)
    return [] if another else [topic]
