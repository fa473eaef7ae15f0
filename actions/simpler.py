"""Says the last explanation again in one plain sentence."""

from typing import Any, Dict, Optional

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from legpain.explain import next_aspects
from legpain.knowledge import load_knowledge
from legpain.rasa.safe_action import Events, SafeAction, button
from legpain.vocabulary import load_vocabulary


class ActionSimpler(SafeAction):
    """Utters the hallmark of the condition talked about."""

    def name(self) -> str:
        """Return the action's name."""
        return "action_simpler"

    def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]
    ) -> Optional[Events]:
        """Utter the sentence, or what can be asked when nothing was explained yet."""
        topic = tracker.get_slot("topic")
        condition = load_knowledge().conditions.get(topic)
        if condition is None:
            dispatcher.utter_message(response="utter_help")
            return []
        titles = load_vocabulary().aspects
        buttons = [
            button(titles[aspect].title, f"ask_{aspect}", condition=condition.id)
            for aspect in next_aspects(["overview"])
        ]
        dispatcher.utter_message(
            response="utter_in_short", said=condition.hallmark, buttons=buttons
        )
        return []
