"""The emergency text without Rasa, when a limit or a failure would leave a message unanswered."""

from __future__ import annotations

import json
from typing import Any, Dict, List, Mapping, Optional

from legpain.escalation import Told, decide
from legpain.findings import ConversationFindings, Finding, FindingExtractor
from legpain.knowledge import load_knowledge
from legpain.red_flags import RedFlags
from legpain.replies import alert_message
from legpain.web.payloads import as_words, is_command, looks_like_payload


class EmergencyGuard:
    """Says whether a message fires an EMERGENCY rule, and what is then to be said.

    Args:
        extractor: finds findings in words.
        red_flags: the rules.
    """

    def __init__(self, extractor: FindingExtractor, red_flags: RedFlags) -> None:
        self._extractor, self._red_flags = extractor, red_flags
        self._clinic = load_knowledge().clinic

    @classmethod
    def from_knowledge(cls) -> EmergencyGuard:
        """Load the rules and words of the knowledge folder.

        Raises:
            KnowledgeError: if the files are wrong.
        """
        return cls(FindingExtractor.from_folder(), RedFlags.from_folder())

    def findings(self, text: str) -> List[Finding]:
        """Return the findings that a text states; a payload states those that it names."""
        payload = is_command(text) and looks_like_payload(text)
        found = _of_payload(text) if payload else self._extractor.extract(as_words(text))
        return [finding for finding in found if finding.counts]

    def alert(
        self, stated: List[Finding], slots: Optional[Mapping[str, Any]] = None
    ) -> List[Dict[str, Any]]:
        """Return the emergency's messages (text, then the contract's `alert`), or none.

        Args:
            stated: findings of the message.
            slots: the conversation's slots `findings` and `alert`, where known.
        """
        slots = slots or {}
        before = ConversationFindings.from_json(slots.get("findings"))
        active = before.update(stated, False).active()
        latest = frozenset(finding.id for finding in stated)
        person = "other" if stated and all(each.person == "other" for each in stated) else "self"
        told = Told.from_json(_known_fields(slots.get("alert")))
        decision = decide(self._red_flags, told, active, latest, person, None)
        if not decision.speak or decision.told.level != "emergency":
            return []
        message = alert_message(decision.told.to_json(), self._clinic)
        return [{"text": message["text"]}, {"custom": message["custom"]}]


def _known_fields(alert: Optional[Mapping[str, Any]]) -> Optional[Dict[str, Any]]:
    """Return what `Told` knows; the slot holds the turn's decision as well."""
    if not alert:
        return None
    return {name: alert[name] for name in Told.__dataclass_fields__ if name in alert}


def _of_payload(text: str) -> List[Finding]:
    _, _, entities = text.partition("{")
    try:
        named = json.loads("{" + entities).get("finding", [])
    except (ValueError, RecursionError):
        return []
    ids = named if isinstance(named, list) else [named]
    return [Finding(id_, "present", "self", None, 0, 0) for id_ in ids if isinstance(id_, str)]
