"""What is said when a message is not understood: rephrase, then choices, then a person."""

from typing import Any, Dict, List, Optional

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.likely_causes import offer_causes
from legpain.explain import aspects_asked
from legpain.rasa import asked
from legpain.rasa.explaining import explain, utter_not_covered
from legpain.rasa.safe_action import Events, SafeAction, button

_SHORT = 40  # characters; "shin splints" answers which condition the last question was about
_STAGES = ("utter_fallback_rephrase", "utter_fallback_choices", "utter_fallback_human")
_CHOICES = [
    button("What can leg pain be?", "ask_top_causes"),
    button("Check my pain", "start_pain_check"),
    button("What can I do at home?", "ask_self_care"),
    button("When should I worry?", "ask_when_to_see_someone"),
    button("Request a visit", "book_appointment"),
]


class ActionFallback(SafeAction):
    """Answers from what was recognised in the message, or asks in ever plainer ways."""

    def name(self) -> str:
        """Return the action's name."""
        return "action_fallback"

    def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]
    ) -> Optional[Events]:
        """Utter the answer or the next stage."""
        events = answer_from_entities(dispatcher, tracker)
        if events is not None:
            return events
        stage = min(_fallbacks_before(tracker.events), len(_STAGES) - 1)
        dispatcher.utter_message(response=_STAGES[stage], buttons=_CHOICES if stage == 1 else None)
        return []


def answer_from_entities(dispatcher: CollectingDispatcher, tracker: Tracker) -> Optional[Events]:
    """Answer from the condition or the findings in the message; None if it has neither."""
    named = answer_from_names(dispatcher, tracker)
    if named is not None:
        return named
    if not asked.tells_findings(tracker):
        return None
    return offer_causes(dispatcher, tracker)


def answer_from_names(dispatcher: CollectingDispatcher, tracker: Tracker) -> Optional[Events]:
    """Answer from the condition in the message; None if it names none."""
    named = asked.named_conditions(tracker)
    if not named:
        not_covered = asked.named_not_covered(tracker)
        return utter_not_covered(dispatcher, not_covered[0]) if not_covered else None
    cues = asked.cues_of(tracker)
    if cues:
        return explain(dispatcher, named, aspects_asked("", cues, None))
    if len(str(tracker.latest_message.get("text") or "")) < _SHORT:
        return explain(dispatcher, named, [tracker.get_slot("aspect") or "overview"])
    return explain(dispatcher, named, [asked.likeliest_aspect(tracker)])


def _fallbacks_before(events: List[Dict[str, Any]]) -> int:
    """Return how many turns before this one ended in a fallback text, without a break."""
    count = 0
    users = [place for place, event in enumerate(events) if event["event"] == "user"]
    for start, end in zip(reversed(users[:-1]), reversed(users[1:]), strict=False):
        said = [
            (event.get("metadata") or {}).get("utter_action")
            for event in events[start:end]
            if event["event"] == "bot"
        ]
        if not set(said) & set(_STAGES):
            break
        count += 1
    return count
