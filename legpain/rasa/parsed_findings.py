"""Findings as they travel in Rasa's parse data. No Rasa here: the action server reads them too."""

from __future__ import annotations

from typing import Any, Dict, List

from legpain.findings import Finding

FINDING = "finding"  # the entity
FINDINGS_SLOT = "findings"  # what the conversation has told so far
PERSON = "person"
CORRECTION = "correction"  # key in the parse data: the message takes back something said


def findings_of_message(parse_data: Dict[str, Any]) -> List[Finding]:
    """Read the findings back from a message's parse data.

    A payload such as `/inform{"finding": ["swelling"]}` has neither role nor offsets: its
    findings are present.
    """
    return [
        Finding(
            id=entity["value"],
            context=entity.get("role") or "present",
            person=entity.get(PERSON) or "self",
            side=entity.get("group"),
            start=entity.get("start") or 0,
            end=entity.get("end") or 0,
        )
        for entity in parse_data.get("entities", [])
        if entity["entity"] == FINDING and isinstance(entity["value"], str)
    ]
