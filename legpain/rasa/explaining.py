"""Answers built from the knowledge, shared by several actions."""

from __future__ import annotations

from typing import Dict, List

from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from legpain.explain import IN_GENERAL, difference, next_aspects
from legpain.knowledge import load_knowledge
from legpain.rasa.safe_action import Events, button
from legpain.replies import custom
from legpain.vocabulary import load_vocabulary

_MOST_CHOICES = 6
_REQUEST = button("Request a visit", "book_appointment")
_CHECK = button("Check my pain", "start_pain_check")
# Of two conditions these are said side by side.
_COMPARED_BEST = ("overview", "symptoms")


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


def explain_in_general(dispatcher: CollectingDispatcher, aspect: str, last: bool = True) -> Events:
    """Utter what holds for leg pain as such.

    Args:
        dispatcher: takes the messages.
        aspect: one of `IN_GENERAL`.
        last: nothing else follows, so offer the conditions it is about.
    """
    knowledge = load_knowledge()
    topic = knowledge.general[IN_GENERAL[aspect]]
    if not last:
        dispatcher.utter_message(text=topic.text)
        return []
    buttons = [
        button(knowledge.condition(each).name, f"ask_{aspect}", condition=each)
        for each in topic.related
    ]
    dispatcher.utter_message(text=topic.text, buttons=[*buttons, _CHECK, _REQUEST])
    return [SlotSet("aspect", aspect)]


def utter_not_covered(dispatcher: CollectingDispatcher, title: str) -> Events:
    """Say that there is no text on this trouble."""
    dispatcher.utter_message(response="utter_not_covered", condition=title)
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


def _next_buttons(topic: str, told: List[str]) -> List[Dict[str, str]]:
    titles = load_vocabulary().aspects
    buttons = [
        button(titles[aspect].title, f"ask_{aspect}", condition=topic)
        for aspect in next_aspects(told)
    ]
    return [*buttons, _REQUEST]


def ask_which(dispatcher: CollectingDispatcher, aspect: str) -> Events:
    """Ask which condition the question is about (contract `question`)."""
    knowledge = load_knowledge()
    related = knowledge.general["top_causes"].related[:_MOST_CHOICES]
    buttons = [
        button(knowledge.condition(topic).name, f"ask_{aspect}", condition=topic)
        for topic in related
    ]
    dispatcher.utter_message(response="utter_which_condition", buttons=[*buttons, _CHECK])
    return [SlotSet("aspect", aspect)]
