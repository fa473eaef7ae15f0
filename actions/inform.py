"""Answers a short message that gives a name or a finding, such as "shin splints"."""

from typing import Any, Dict, Optional

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.fallback import answer_from_entities
from legpain.rasa.safe_action import Events, SafeAction


class ActionInform(SafeAction):
    """Answers from what the message names, or asks for a little more."""

    def name(self) -> str:
        """Return the action's name."""
        return "action_inform"

    def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]
    ) -> Optional[Events]:
        """Utter the answer."""
        events = answer_from_entities(dispatcher, tracker)
        if events is None:
            dispatcher.utter_message(response="utter_inform")
        return events
