"""Takes in a correction, and says what the pain can be by what is true now."""

from typing import Any, Dict, Optional

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.fallback import answer_from_entities
from actions.inform import ActionInform
from legpain.rasa.safe_action import Events


class ActionCorrectFact(ActionInform):
    """Thanks for a correction, where there is something to correct, and answers anew."""

    def name(self) -> str:
        """Return the action's name."""
        return "action_correct_fact"

    def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]
    ) -> Optional[Events]:
        """Utter the thanks and the answer."""
        said = [event for event in tracker.events if event["event"] == "user"]
        if len(said) < 2:  # "on one spot, not all over" corrects nobody
            return super().answer(dispatcher, tracker, domain)
        if (tracker.get_slot("alert") or {}).get("standing"):
            return []  # "my advice stands" has been said: nothing was taken back
        dispatcher.utter_message(response="utter_corrected")
        return answer_from_entities(dispatcher, tracker)
