"""Answers questions about walking, shoes, ice and the like."""

from typing import Any, Dict, Optional

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from legpain.knowledge import load_knowledge
from legpain.rasa import asked
from legpain.rasa.explaining import utter_clinic_facts
from legpain.rasa.safe_action import Events, SafeAction, button, intent_of

_MANY = 4  # from so many conditions on, more buttons would be too many
_NEXT = [
    button("Check my pain", "start_pain_check"),
    button("When should I worry?", "ask_when_to_see_someone"),
    button("Request a visit", "book_appointment"),
]


class ActionGeneralTopic(SafeAction):
    """Utters the general topic that the intent `ask_<topic>` names."""

    def name(self) -> str:
        """Return the action's name."""
        return "action_general_topic"

    def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]
    ) -> Optional[Events]:
        """Utter the topic's text and offer the conditions related to it."""
        knowledge = load_knowledge()
        topic = knowledge.general[intent_of(tracker)[len("ask_") :]]
        buttons = [
            button(knowledge.condition(each).name, "ask_overview", condition=each)
            for each in topic.related
        ]
        following = _NEXT if len(buttons) < _MANY else _NEXT[:1]
        dispatcher.utter_message(text=topic.text, buttons=[*buttons, *following])
        utter_clinic_facts(dispatcher, asked.named_clinic_fields(tracker))
        return []
