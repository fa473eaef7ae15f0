"""Answers a question on health that is not about legs, unless it names one of our conditions."""

from typing import Any, Dict, Optional

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.fallback import answer_from_entities, answer_from_names
from legpain.rasa import asked
from legpain.rasa.explaining import utter_clinic_facts
from legpain.rasa.safe_action import Events, SafeAction, entity_values


class ActionOtherMedical(SafeAction):
    """Explains the condition that is named after all, or says whom to ask."""

    def name(self) -> str:
        """Return the action's name."""
        return "action_other_medical"

    def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]
    ) -> Optional[Events]:
        """Utter the answer."""
        about_legs = bool(entity_values(tracker, "body_part"))
        answer = answer_from_entities if about_legs else answer_from_names
        events = answer(dispatcher, tracker)
        if events is None:
            dispatcher.utter_message(response="utter_other_medical")
        else:
            utter_clinic_facts(dispatcher, asked.named_clinic_fields(tracker))
        return events
