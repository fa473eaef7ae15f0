"""Answers questions about the clinic, and says so when a fact is not known."""

from typing import Any, Dict, Optional

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from legpain.knowledge import load_knowledge
from legpain.rasa.safe_action import Events, SafeAction, button, intent_of
from legpain.replies import custom

_PREFIX = "ask_clinic_"


class ActionClinic(SafeAction):
    """Utters the field of `clinic.yml` that the intent `ask_clinic_<field>` names."""

    def name(self) -> str:
        """Return the action's name."""
        return "action_clinic"

    def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]
    ) -> Optional[Events]:
        """Utter the fact, or how to find it out."""
        field = intent_of(tracker)[len(_PREFIX) :]
        known = getattr(load_knowledge().clinic, field)
        buttons = [button("Request a visit", "book_appointment")]
        if known:
            dispatcher.utter_message(text=known, buttons=buttons)
        else:
            dispatcher.utter_message(response=f"utter_clinic_unknown_{field}", buttons=buttons)
        dispatcher.utter_message(json_message=custom("clinic", field=field))
        return []
