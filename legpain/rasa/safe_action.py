"""The one wrapper in which every custom action runs."""

from __future__ import annotations

import logging
import traceback
from abc import ABC, abstractmethod
from typing import Any, Dict, List, Optional

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

logger = logging.getLogger(__name__)

Events = List[Dict[str, Any]]


class SafeAction(Action, ABC):
    """A custom action whose failure is said to the user and logged without the user's words."""

    @abstractmethod
    def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]
    ) -> Optional[Events]:
        """Do the action's work: utter messages and return events."""

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]
    ) -> Events:
        """Run `answer`; when it fails, utter an error message and return no events."""
        try:
            return self.answer(dispatcher, tracker, domain) or []
        except Exception as error:  # whatever broke, the patient must hear something
            where = traceback.extract_tb(error.__traceback__)[-1]
            # The error's own text may hold what the patient wrote: it is left out.
            logger.error(
                "Action '%s' failed: %s at %s:%s",
                self.name(),
                type(error).__name__,
                where.filename,
                where.lineno,
            )
            dispatcher.messages.clear()
            dispatcher.utter_message(response="utter_action_error")
            return []


def intent_of(tracker: Tracker) -> str:
    """Return the intent of the latest message, or ''."""
    return (tracker.latest_message.get("intent") or {}).get("name") or ""


def entity_values(tracker: Tracker, entity: str) -> List[str]:
    """Return the values of an entity in the latest message, in order, without repeats."""
    return list(dict.fromkeys(str(value) for value in tracker.get_latest_entity_values(entity)))


def button(title: str, intent: str, **entities: str) -> Dict[str, str]:
    """Return a button whose payload is an intent with entities."""
    import json

    return {"title": title, "payload": f"/{intent}{json.dumps(entities) if entities else ''}"}
