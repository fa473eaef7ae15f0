"""Tells two conditions apart."""

from typing import Any, Dict, Optional

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.explain import compare, explain
from legpain.knowledge import load_knowledge
from legpain.rasa.safe_action import Events, SafeAction, entity_values


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
        topics = entity_values(tracker, "condition")
        before = tracker.get_slot("topic")
        if len(topics) == 1 and before in knowledge.conditions and before != topics[0]:
            topics = [before, *topics]
        if len(topics) < 2:
            if topics:
                return explain(dispatcher, topics, ["symptoms"])
            dispatcher.utter_message(response="utter_compare_which")
            return []
        return compare(dispatcher, topics[0], topics[1])
