"""Responses filled from the knowledge, inside the Rasa server."""

from __future__ import annotations

from typing import Any, Dict, Optional

from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from legpain.knowledge import load_knowledge
from legpain.rasa.red_flag_policy import ALERT_SLOT, UTTER_CORRECTED
from legpain.rasa.safety_question import SAFETY_QUESTION_SLOT, UTTER_SAFETY_QUESTION
from legpain.rasa.turn_events import UTTER_RED_FLAG
from legpain.replies import alert_message, clinic_variables, safety_question_message


class KnowledgeResponseGenerator(TemplatedNaturalLanguageGenerator):
    """The domain's responses, with the clinic's facts and the red flag's text filled in."""

    def __init__(self, endpoint_config: EndpointConfig, domain: Domain) -> None:
        super().__init__(domain.responses)
        self._clinic = load_knowledge().clinic

    async def generate(
        self,
        utter_action: str,
        tracker: DialogueStateTracker,
        output_channel: str,
        **kwargs: Any,
    ) -> Optional[Dict[str, Any]]:
        """Generate a response (see parent class)."""
        alert = tracker.get_slot(ALERT_SLOT)
        if utter_action == UTTER_RED_FLAG and alert:
            return alert_message(alert, self._clinic)
        if utter_action == UTTER_CORRECTED and alert and alert["text"]:
            return {"text": alert["text"]}
        question = tracker.get_slot(SAFETY_QUESTION_SLOT)
        if utter_action == UTTER_SAFETY_QUESTION and question:
            return safety_question_message(question["text"])
        return await super().generate(
            utter_action, tracker, output_channel, **{**clinic_variables(self._clinic), **kwargs}
        )
