"""Records an escalation for the clinic's list: ids, level and time, never the patient's words."""

from datetime import datetime, timezone
from typing import Any, Dict, Optional

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from legpain.leads.shared import shared_store
from legpain.rasa.safe_action import Events, SafeAction


class ActionRecordEscalation(SafeAction):
    """Writes the alert of this conversation into the store.

    Rasa's server sends this action in the background and tries again when it fails, so a failure
    is raised, not told to the patient.
    """

    def name(self) -> str:
        """Return the action's name."""
        return "action_record_escalation"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]
    ) -> Events:
        """Record the alert; an error reaches the caller, which tries again."""
        return self.answer(dispatcher, tracker, domain) or []

    def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]
    ) -> Optional[Events]:
        """Record the alert in the slot; the same one twice is one record."""
        alert = tracker.get_slot("alert") or {}
        if alert.get("level"):
            shared_store().record_escalation(
                tracker.sender_id, alert["rules"], alert["level"], _told_at(tracker)
            )
        return []


def _told_at(tracker: Tracker) -> datetime:
    """Return the time of the message that raised the alert: the same for every try."""
    times = [event["timestamp"] for event in tracker.events if event["event"] == "user"]
    return datetime.fromtimestamp(times[-1], timezone.utc)
