"""Says the last answer again."""

from typing import Any, Dict, List, Optional

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from legpain.rasa.safe_action import Events, SafeAction


class ActionRepeat(SafeAction):
    """Utters again what was said after the message before."""

    def name(self) -> str:
        """Return the action's name."""
        return "action_repeat"

    def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]
    ) -> Optional[Events]:
        """Utter the messages of the last turn that had any."""
        said = _messages_of_turn_before(tracker.events)
        for message in said:
            data = message.get("data") or {}
            if message.get("text") or data.get("custom"):
                dispatcher.utter_message(
                    text=message.get("text"),
                    buttons=data.get("buttons"),
                    json_message=data.get("custom"),
                )
        if not said:
            dispatcher.utter_message(response="utter_nothing_to_repeat")
        return []


def _messages_of_turn_before(events: List[Dict[str, Any]]) -> List[Dict[str, Any]]:
    """Return the bot's messages between the last but one and the last user message."""
    users = [place for place, event in enumerate(events) if event["event"] == "user"]
    if len(users) < 2:
        return []
    return [event for event in events[users[-2] : users[-1]] if event["event"] == "bot"]
