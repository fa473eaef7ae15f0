"""What the latest message names and asks for, read from its entities."""

from __future__ import annotations

from typing import Any, Dict, List, Sequence

from rasa_sdk import Tracker

from legpain.explain import aspect_cues
from legpain.knowledge import ASPECTS
from legpain.rasa.parsed_findings import findings_of_message
from legpain.rasa.safe_action import entity_values

_CONDITION, _NOT_COVERED = "condition", "not_covered"
# As in legpain.rasa.red_flag_policy, which would load Rasa into the action server.
_UTTER_RED_FLAG = "utter_red_flag"


def entities_of(tracker: Tracker) -> List[Dict[str, Any]]:
    """Return the entities of the latest message."""
    entities: List[Dict[str, Any]] = tracker.latest_message.get("entities") or []
    return entities


def tells_findings(tracker: Tracker) -> bool:
    """Say whether the message tells of findings that count."""
    found = findings_of_message(tracker.latest_message)
    return any(each.counts for each in found)


def named_conditions(tracker: Tracker) -> List[str]:
    """Return the conditions named; not the "arthritis" in "rheumatoid arthritis"."""
    return _values(_conditions(tracker))


def own_conditions(tracker: Tracker) -> List[str]:
    """Return the conditions named that can be the patient's: not the clot that "my nan had"."""
    findings = findings_of_message(tracker.latest_message)
    own = []
    for each in _conditions(tracker):
        start, end = each.get("start") or 0, each.get("end") or 0
        said = [f.counts for f in findings if f.start < end and start < f.end]
        if any(said) or not said:
            own.append(each)
    return _values(own)


def _conditions(tracker: Tracker) -> List[Dict[str, Any]]:
    entities = entities_of(tracker)
    others = [each for each in entities if each["entity"] == _NOT_COVERED]
    return [
        each
        for each in entities
        if each["entity"] == _CONDITION and not any(_inside(each, other) for other in others)
    ]


def _values(entities: Sequence[Dict[str, Any]]) -> List[str]:
    return list(dict.fromkeys(str(each["value"]) for each in entities))


def named_not_covered(tracker: Tracker) -> List[str]:
    """Return the titles of troubles named that have no text."""
    return entity_values(tracker, _NOT_COVERED)


def named_clinic_fields(tracker: Tracker) -> List[str]:
    """Return the fields of `clinic.yml` that the message asks for by name."""
    return entity_values(tracker, "clinic_field")


def cues_of(tracker: Tracker) -> List[str]:
    """Return the aspects whose cue words stand in the message."""
    return aspect_cues(entities_of(tracker))


def alert_told_now(tracker: Tracker) -> bool:
    """Return whether a red flag's text has been said in this turn."""
    for event in reversed(tracker.events):
        if event["event"] == "user":
            return False
        if (event.get("metadata") or {}).get("utter_action") == _UTTER_RED_FLAG:
            return True
    return False


def likeliest_aspect(tracker: Tracker) -> str:
    """Return the aspect that the classifier finds likeliest, whatever it ranks above it."""
    for each in tracker.latest_message.get("intent_ranking") or []:
        aspect = str(each.get("name") or "")[len("ask_") :]
        if aspect in ASPECTS:
            return aspect
    return "overview"


def _inside(entity: Dict[str, Any], other: Dict[str, Any]) -> bool:
    if any(each.get("start") is None for each in (entity, other)):
        return False
    return bool(other["start"] <= entity["start"] and entity["end"] <= other["end"])
