"""Explains an aspect of a condition."""

from typing import Any, Dict, List, Optional

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from legpain.explain import aspects_asked, difference, next_aspects
from legpain.knowledge import load_knowledge
from legpain.rasa.safe_action import Events, SafeAction, button, entity_values, intent_of
from legpain.replies import custom
from legpain.vocabulary import load_vocabulary

_MOST_CHOICES = 6
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
        """Utter the explanation, or ask which condition is meant."""
        topics = entity_values(tracker, "condition") or _topic_before(tracker)
        aspects = aspects_asked(
            intent_of(tracker), entity_values(tracker, "aspect"), tracker.get_slot("aspect")
        )
        if not topics:
            return _ask_which(dispatcher, aspects[0])
        return explain(dispatcher, topics, aspects)


def explain(dispatcher: CollectingDispatcher, topics: List[str], aspects: List[str]) -> Events:
    """Utter one aspect of up to two conditions, or two aspects of one."""
    if len(topics) > 1 and aspects[0] in _COMPARED_BEST:
        return compare(dispatcher, topics[0], topics[1])
    pairs = [(topic, aspects[0]) for topic in topics[:2]]
    if len(pairs) == 1:
        pairs += [(topics[0], aspect) for aspect in aspects[1:2]]
    for topic, aspect in pairs[:-1]:
        _utter_aspect(dispatcher, topic, aspect, [])
    (first_topic, first_aspect), (last_topic, last_aspect) = pairs[0], pairs[-1]
    buttons = _next_buttons(last_topic, [aspect for _, aspect in pairs])
    _utter_aspect(dispatcher, last_topic, last_aspect, buttons)
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
    dispatcher.utter_message(
        text=difference(first, second),
        buttons=[*buttons, button("Check my pain", "start_pain_check")],
    )
    _utter_told(dispatcher, topic=first.id, aspect="compare", **{"with": second.id})
    return [SlotSet("topic", first.id), SlotSet("aspect", "symptoms")]


def _utter_aspect(
    dispatcher: CollectingDispatcher, topic: str, aspect: str, buttons: List[Dict[str, str]]
) -> None:
    condition = load_knowledge().condition(topic)
    text = condition.aspects[aspect]
    if aspect in condition.from_public_sources:
        dispatcher.utter_message(response="utter_public_sources", said=text, buttons=buttons)
    else:
        dispatcher.utter_message(text=text, buttons=buttons)


def _utter_told(dispatcher: CollectingDispatcher, **fields: str) -> None:
    dispatcher.utter_message(json_message=custom("explanation", **fields))


def _topic_before(tracker: Tracker) -> List[str]:
    topic = tracker.get_slot("topic")
    return [topic] if topic in load_knowledge().conditions else []


def _next_buttons(topic: str, told: List[str]) -> List[Dict[str, str]]:
    titles = load_vocabulary().aspects
    buttons = [
        button(titles[aspect].title, f"ask_{aspect}", condition=topic)
        for aspect in next_aspects(told)
    ]
    return [*buttons, button("Request a visit", "book_appointment")]


def _ask_which(dispatcher: CollectingDispatcher, aspect: str) -> Events:
    knowledge = load_knowledge()
    related = knowledge.general["top_causes"].related[:_MOST_CHOICES]
    buttons = [
        button(knowledge.condition(topic).name, f"ask_{aspect}", condition=topic)
        for topic in related
    ]
    dispatcher.utter_message(response="utter_which_condition", buttons=buttons)
    return [SlotSet("aspect", aspect)]
