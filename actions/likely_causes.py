"""Says what a told pain can be, with the reason in the patient's own findings."""

from typing import Any, Dict, List, Optional, Sequence

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from legpain.causes import Cause, shared_ranker
from legpain.explain import because_text
from legpain.findings import ConversationFindings
from legpain.knowledge import load_knowledge
from legpain.rasa import asked
from legpain.rasa.explaining import explain, explain_in_general
from legpain.rasa.safe_action import Events, SafeAction, button, intent_of
from legpain.replies import custom

# Calf pain alone is asked for the other signs of a clot (clinical.md §0, decision).
_CLOT_CHECK = {"calf_pain", "cramping"}
_CLOT_KNOWN = {"swelling", "warmth"}
_WORRY = "when_to_see_someone"


class ActionLikelyCauses(SafeAction):
    """Offers at most three explanations for what the patient has told so far."""

    def name(self) -> str:
        """Return the action's name."""
        return "action_likely_causes"

    def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]
    ) -> Optional[Events]:
        """Utter the explanations, or ask for more."""
        if _WORRY in asked.cues_of(tracker) and not asked.alert_told_now(tracker):
            explain_in_general(dispatcher, _WORRY, last=False)
        named = asked.named_conditions(tracker)
        events = offer_causes(dispatcher, tracker, asked.own_conditions(tracker))
        if events is not None:
            return events
        if named and intent_of(tracker) == "describe_pain":
            return explain(dispatcher, named, ["overview"])
        dispatcher.utter_message(response="utter_causes_none")
        return []


def offer_causes(
    dispatcher: CollectingDispatcher, tracker: Tracker, named: Sequence[str] = ()
) -> Optional[Events]:
    """Utter what fits all that was told so far; None if nothing stands out.

    Args:
        named: conditions to show beside it.
    """
    findings = ConversationFindings.from_json(tracker.get_slot("findings"))
    present, ranker = findings.active(), shared_ranker()
    # What was hardly told is no reason to give, unless nothing else is known.
    told = frozenset(findings.present)
    known = told if ranker.rank(told) else present
    causes = ranker.rank(known, suspected=present, named=named)
    if not causes:
        return None
    events = offer(dispatcher, causes)
    if present & _CLOT_CHECK and not (present | findings.denied) & _CLOT_KNOWN:
        dispatcher.utter_message(response="utter_clot_check")
    return events


def offer(dispatcher: CollectingDispatcher, causes: List[Cause]) -> Events:
    """Utter ranked explanations with their reasons (contract `causes`)."""
    knowledge = load_knowledge()
    dispatcher.utter_message(response="utter_causes_intro")
    lines = [
        f"- **{knowledge.condition(each.topic).name}**: {because_text(each.because)}"
        for each in causes
    ]
    buttons = [
        button(knowledge.condition(each.topic).name, "ask_overview", condition=each.topic)
        for each in causes
    ]
    first = causes[0].topic
    buttons += [
        button("Check my pain", "start_pain_check"),
        button("When should I worry?", "ask_when_to_see_someone", condition=first),
        button("Request a visit", "book_appointment"),
    ]
    dispatcher.utter_message(text="\n".join(lines), buttons=buttons)
    ranked = [{"topic": each.topic, "because": each.because} for each in causes]
    dispatcher.utter_message(json_message=custom("causes", ranked=ranked))
    return [SlotSet("topic", first), SlotSet("aspect", "overview")]
