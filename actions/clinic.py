"""Answers questions about the clinic, and says so when a fact is not known."""

from typing import Any, Dict, Optional

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from legpain.explain import aspects_asked
from legpain.rasa import asked
from legpain.rasa.explaining import explain, utter_clinic_facts
from legpain.rasa.safe_action import Events, SafeAction, intent_of

_PREFIX = "ask_clinic_"


class ActionClinic(SafeAction):
    """Utters the field of `clinic.yml` that the intent `ask_clinic_<field>` names, and others."""

    def name(self) -> str:
        """Return the action's name."""
        return "action_clinic"

    def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]
    ) -> Optional[Events]:
        """Utter the facts, or how to find them out, after a condition asked for with them."""
        conditions, cues = asked.named_conditions(tracker), asked.cues_of(tracker)
        events: Events = []
        if conditions and cues:
            events = explain(dispatcher, conditions, aspects_asked("", cues, None))
        field = intent_of(tracker)[len(_PREFIX) :]
        others = [each for each in asked.named_clinic_fields(tracker) if each != field]
        utter_clinic_facts(dispatcher, [field, *others])
        return events
