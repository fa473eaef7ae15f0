"""Tells two conditions apart."""

from typing import Any, Dict, Optional

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from legpain.explain import refers_back
from legpain.knowledge import load_knowledge
from legpain.rasa import asked
from legpain.rasa.explaining import compare, compare_degrees, explain, utter_not_covered
from legpain.rasa.safe_action import Events, SafeAction


class ActionCompare(SafeAction):
    """Says what sets two conditions apart and which question separates them."""

    def name(self) -> str:
        """Return the action's name."""
        return "action_compare"

    def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]
    ) -> Optional[Events]:
        """Utter the difference between the two conditions named, or named before."""
        knowledge = load_knowledge()
        topics = asked.named_conditions(tracker)
        one_alone = len(topics) == 1 and not refers_back(
            str(tracker.latest_message.get("text") or "")
        )
        if one_alone and knowledge.condition(topics[0]).degrees:
            return compare_degrees(dispatcher, topics[0])
        before = tracker.get_slot("topic")
        if len(topics) == 1 and before in knowledge.conditions and before != topics[0]:
            topics = [before, *topics]
        if len(topics) < 2:
            not_covered = asked.named_not_covered(tracker)
            if not_covered:
                utter_not_covered(dispatcher, not_covered[0])
                return explain(dispatcher, topics, ["symptoms"]) if topics else []
            if topics:
                return explain(dispatcher, topics, ["symptoms"])
            dispatcher.utter_message(response="utter_compare_which")
            return []
        return compare(dispatcher, topics[0], topics[1])
