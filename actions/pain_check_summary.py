"""The pain check in plain words, to copy into an email or to print."""

from typing import Any, Dict, Optional

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.pain_check_result import SUMMARY_SLOT
from legpain.rasa.safe_action import Events, SafeAction, button


class ActionPainCheckSummary(SafeAction):
    """Says what the last pain check was told and what it showed."""

    def name(self) -> str:
        """Return the action's name."""
        return "action_pain_check_summary"

    def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]
    ) -> Optional[Events]:
        """Utter the summary, or that there is none yet."""
        printed = tracker.get_slot(SUMMARY_SLOT)
        if not printed:
            dispatcher.utter_message(response="utter_no_summary")
            return []
        dispatcher.utter_message(response="utter_summary")
        dispatcher.utter_message(
            text=printed, buttons=[button("Request a visit", "book_appointment")]
        )
        return []
