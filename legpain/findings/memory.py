"""What a whole conversation has said so far: the union of its messages' findings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, FrozenSet, Iterable, Mapping, Optional, Set

from legpain.findings.finding import Finding


@dataclass
class ConversationFindings:
    """Findings of a conversation; lives as plain data in a Rasa slot.

    Adding messages can only add to `present`, in whatever order they come. Only a correction
    ("sorry, I meant my knee") takes a finding back.
    """

    present: Dict[str, Dict[str, Optional[str]]] = field(default_factory=dict)
    denied: Set[str] = field(default_factory=set)
    uncertain: Set[str] = field(default_factory=set)

    def update(self, findings: Iterable[Finding], correction: bool) -> ConversationFindings:
        """Return the conversation with one more message; this one is left as it is.

        Args:
            findings: what the message says.
            correction: the message takes back what it names without stating it: denied,
                explained away, another's.
        """
        present = dict(self.present)
        denied, uncertain = set(self.denied), set(self.uncertain)
        for finding in sorted(findings, key=lambda f: (f.id, f.start)):
            if finding.context == "present":
                known = present.get(finding.id, {})
                present[finding.id] = {
                    "side": known.get("side") or finding.side,
                    "person": "other"
                    if "other" in (known.get("person"), finding.person)
                    else "self",
                }
            elif finding.context == "uncertain":
                uncertain.add(finding.id)
            elif finding.context == "denied":
                denied.add(finding.id)
        said = {f.id for f in findings if f.counts}
        if correction:
            taken_back = {f.id for f in findings if f.context != "doubtful"} - said
            present = {id_: about for id_, about in present.items() if id_ not in taken_back}
            uncertain -= taken_back
            denied -= said
        return ConversationFindings(present, denied, uncertain)

    def active(self) -> FrozenSet[str]:
        """Return the findings that the rules see: the present and the uncertain ones."""
        return frozenset(self.present) | frozenset(self.uncertain)

    def to_json(self) -> Dict[str, Any]:
        """Return plain data for a slot."""
        return {
            "present": {id_: dict(about) for id_, about in sorted(self.present.items())},
            "denied": sorted(self.denied),
            "uncertain": sorted(self.uncertain),
        }

    @classmethod
    def from_json(cls, data: Optional[Mapping[str, Any]]) -> ConversationFindings:
        """Read what `to_json` wrote; None is an empty conversation."""
        data = data or {}
        return cls(
            present={id_: dict(about) for id_, about in data.get("present", {}).items()},
            denied=set(data.get("denied", ())),
            uncertain=set(data.get("uncertain", ())),
        )
