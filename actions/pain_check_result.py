"""What comes of the pain check: explanations with their reasons, and what to do next."""

from datetime import datetime, timezone
from typing import Any, Dict, List, Optional

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from legpain.causes import Cause, shared_ranker
from legpain.findings import ConversationFindings
from legpain.interview.questions import load_interview
from legpain.interview.result import explanations, introduction, summary
from legpain.knowledge import load_knowledge
from legpain.rasa.safe_action import Events, SafeAction, button
from legpain.rasa.safe_form import failed_this_turn
from legpain.red_flags import Alert
from legpain.replies import custom

SUMMARY_SLOT = "pain_check_summary"


class ActionPainCheckResult(SafeAction):
    """Tells what the answers can fit, the likeliest first (contract `causes`)."""

    def name(self) -> str:
        """Return the action's name."""
        return "action_pain_check_result"

    def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]
    ) -> Optional[Events]:
        """Utter the explanations, or that nothing stands out; keep the summary."""
        if failed_this_turn(tracker):
            return []
        findings = ConversationFindings.from_json(tracker.get_slot("findings"))
        if "age_under_16" in findings.present:
            dispatcher.utter_message(response="utter_pain_check_child")
            return []
        interview, knowledge = load_interview(), load_knowledge()
        ranker = shared_ranker()
        causes = ranker.rank_conversation(findings)
        if not causes and not any(isinstance(tracker.get_slot(s), dict) for s in interview.order):
            dispatcher.utter_message(response="utter_pain_check_stopped")
            return []
        alert = ranker.red_flags.alert(findings.active())
        texts = [
            introduction(interview, causes, alert),
            *explanations(interview, knowledge, causes),
        ]
        for text in texts[:-1]:
            dispatcher.utter_message(text=text)
        dispatcher.utter_message(text=texts[-1], buttons=_next(causes, alert))
        ranked = [{"topic": each.topic, "because": each.because} for each in causes]
        dispatcher.utter_message(json_message=custom("causes", ranked=ranked))
        now = datetime.now(timezone.utc)
        printed = summary(interview, knowledge, findings, causes, alert, now)
        first = causes[0].topic if causes else None
        return [SlotSet(SUMMARY_SLOT, printed), SlotSet("topic", first)]


def _next(causes: List[Cause], alert: Optional[Alert]) -> List[Dict[str, str]]:
    """Return what is offered next: nothing to try at home where one should be seen first."""
    offered = []
    if causes and alert and alert.level != "soon":
        offered = [
            button("When should I worry?", "ask_when_to_see_someone", condition=causes[0].topic)
        ]
    elif causes:
        offered = [button("What can I do at home?", "ask_self_care", condition=causes[0].topic)]
    return [
        *offered,
        button("Request a visit", "book_appointment"),
        button("Email or print this", "ask_summary"),
    ]
