"""Explains an aspect of a condition."""

from typing import Any, Dict, List, Optional

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from legpain.explain import IN_GENERAL, aspects_asked, difference, next_aspects, refers_back
from legpain.knowledge import load_knowledge
from legpain.rasa import asked
from legpain.rasa.safe_action import Events, SafeAction, button, intent_of
from legpain.replies import custom
from legpain.vocabulary import load_vocabulary

_MOST_CHOICES = 6
_REQUEST = button("Request a visit", "book_appointment")
_CHECK = button("Check my pain", "start_pain_check")
# Of two conditions these are said side by side.
_COMPARED_BEST = ("overview", "symptoms")


class ActionExplain(SafeAction):
    """Answers what is asked of one condition; of two, both."""

    def name(self) -> str:
        """Return the action's name."""
        return "action_explain"

    def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]
    ) -> Optional[Events]:
        """Utter the explanation, what holds in general, or ask which condition is meant."""
        intent, before = intent_of(tracker), tracker.get_slot("aspect")
        aspects = aspects_asked(intent, asked.cues_of(tracker), before)
        named = asked.named_conditions(tracker)
        if not named and asked.named_not_covered(tracker):
            return utter_not_covered(dispatcher, tracker)
        topics = named or _topic_before(tracker, aspects[0])
        if topics:
            if not named and aspects == ["overview"] and before == "overview":
                aspects = ["symptoms"]  # "tell me more"
            events = explain(dispatcher, topics, aspects, titled=intent == "ask_same_about")
        elif aspects[0] in IN_GENERAL:
            events = explain_in_general(dispatcher, aspects[0])
        else:
            events = _ask_which(dispatcher, aspects[0])
        utter_clinic_facts(dispatcher, asked.named_clinic_fields(tracker))
        return events


def explain(
    dispatcher: CollectingDispatcher, topics: List[str], aspects: List[str], titled: bool = False
) -> Events:
    """Utter one aspect of up to two conditions, or two aspects of one.

    Args:
        dispatcher: takes the messages.
        topics: the conditions.
        aspects: the aspects.
        titled: put the condition's name above, because the user did not ask in a whole sentence.
    """
    if len(topics) > 1 and aspects[0] in _COMPARED_BEST:
        return compare(dispatcher, topics[0], topics[1])
    pairs = [(topic, aspects[0]) for topic in topics[:2]]
    if len(pairs) == 1:
        pairs += [(topics[0], aspect) for aspect in aspects[1:2]]
    titled = titled or len(topics) > 1
    for topic, aspect in pairs[:-1]:
        _utter_aspect(dispatcher, topic, aspect, [], titled)
    (first_topic, first_aspect), (last_topic, last_aspect) = pairs[0], pairs[-1]
    buttons = _next_buttons(last_topic, [aspect for _, aspect in pairs])
    _utter_aspect(dispatcher, last_topic, last_aspect, buttons, titled)
    if first_topic == last_topic:
        _utter_told(dispatcher, topic=first_topic, aspect=first_aspect)
    else:
        _utter_told(dispatcher, topic=first_topic, aspect="compare", **{"with": last_topic})
    return [SlotSet("topic", last_topic), SlotSet("aspect", last_aspect)]


def compare(dispatcher: CollectingDispatcher, first_topic: str, second_topic: str) -> Events:
    """Utter what sets two conditions apart."""
    knowledge = load_knowledge()
    first, second = knowledge.condition(first_topic), knowledge.condition(second_topic)
    buttons = [button(each.name, "ask_symptoms", condition=each.id) for each in (first, second)]
    dispatcher.utter_message(text=difference(first, second), buttons=[*buttons, _CHECK])
    _utter_told(dispatcher, topic=first.id, aspect="compare", **{"with": second.id})
    return [SlotSet("topic", first.id), SlotSet("aspect", "symptoms")]


def compare_degrees(dispatcher: CollectingDispatcher, topic: str) -> Events:
    """Utter what sets the degrees of one condition apart, such as strain and tear."""
    condition = load_knowledge().condition(topic)
    buttons = _next_buttons(topic, ["symptoms"])
    dispatcher.utter_message(text=condition.degrees, buttons=buttons)
    _utter_told(dispatcher, topic=topic, aspect="compare", **{"with": topic})
    return [SlotSet("topic", topic), SlotSet("aspect", "symptoms")]


def explain_in_general(dispatcher: CollectingDispatcher, aspect: str) -> Events:
    """Utter what holds for leg pain as such, and offer the conditions it is about."""
    knowledge = load_knowledge()
    topic = knowledge.general[IN_GENERAL[aspect]]
    buttons = [
        button(knowledge.condition(each).name, f"ask_{aspect}", condition=each)
        for each in topic.related
    ]
    dispatcher.utter_message(text=topic.text, buttons=[*buttons, _CHECK, _REQUEST])
    return [SlotSet("aspect", aspect)]


def utter_not_covered(dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
    """Say that there is no text on what was named."""
    dispatcher.utter_message(
        response="utter_not_covered", condition=asked.named_not_covered(tracker)[0]
    )
    return []


def utter_clinic_facts(dispatcher: CollectingDispatcher, fields: List[str]) -> None:
    """Utter facts of the clinic, or that they are not known (contract `clinic`)."""
    for field in fields:
        known = getattr(load_knowledge().clinic, field)
        buttons = [_REQUEST] if field == fields[-1] else []
        if known:
            dispatcher.utter_message(text=known, buttons=buttons)
        else:
            dispatcher.utter_message(response=f"utter_clinic_unknown_{field}", buttons=buttons)
    if fields:
        dispatcher.utter_message(json_message=custom("clinic", field=fields[0]))


def _utter_aspect(
    dispatcher: CollectingDispatcher,
    topic: str,
    aspect: str,
    buttons: List[Dict[str, str]],
    titled: bool,
) -> None:
    condition = load_knowledge().condition(topic)
    text = condition.aspects[aspect]
    if titled:
        text = f"**{condition.name}**\n\n{text}"
    if aspect in condition.from_public_sources:
        dispatcher.utter_message(response="utter_public_sources", said=text, buttons=buttons)
    else:
        dispatcher.utter_message(text=text, buttons=buttons)


def _utter_told(dispatcher: CollectingDispatcher, **fields: str) -> None:
    dispatcher.utter_message(json_message=custom("explanation", **fields))


def _topic_before(tracker: Tracker, aspect: str) -> List[str]:
    """Return the condition talked about; not for "what is gout?", which asks for another."""
    topic = tracker.get_slot("topic")
    if topic not in load_knowledge().conditions:
        return []
    text = str(tracker.latest_message.get("text") or "")
    another = aspect == "overview" and not text.startswith("/") and not refers_back(text)
    return [] if another else [topic]


def _next_buttons(topic: str, told: List[str]) -> List[Dict[str, str]]:
    titles = load_vocabulary().aspects
    buttons = [
        button(titles[aspect].title, f"ask_{aspect}", condition=topic)
        for aspect in next_aspects(told)
    ]
    return [*buttons, _REQUEST]


def _ask_which(dispatcher: CollectingDispatcher, aspect: str) -> Events:
    knowledge = load_knowledge()
    related = knowledge.general["top_causes"].related[:_MOST_CHOICES]
    buttons = [
        button(knowledge.condition(topic).name, f"ask_{aspect}", condition=topic)
        for topic in related
    ]
    dispatcher.utter_message(response="utter_which_condition", buttons=[*buttons, _CHECK])
    return [SlotSet("aspect", aspect)]
