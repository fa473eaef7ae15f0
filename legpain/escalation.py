"""What is said of a red flag this turn, given what the conversation holds and was told already.

Pure logic, without Rasa: clinical.md §1 rules 2, 4 and 6 and the contract's `alert`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Dict, FrozenSet, List, Optional

from legpain.red_flags import Alert, RedFlags

_RANK = {None: 0, "soon": 1, "urgent": 2, "emergency": 3}

# Intents that are answered with a text of their own while an emergency stands.
FOLLOW_UPS = {
    "emergency_are_you_sure": "are_you_sure",
    "emergency_cannot_go": "cannot_go",
    "emergency_not_with_patient": "not_with_patient",
    "emergency_getting_help": "getting_help",
    "emergency_safe": "safe",
}
_WORDS_OF_ALARM = {"emergency_words"}
_ENDS_EMERGENCY = {"getting_help", "safe"}


@dataclass(frozen=True)
class Told:
    """What this conversation was told of red flags; kept in the slot `alert`.

    Attributes:
        level: highest level told so far.
        rules: ids of the rules told at that level.
        suspected: short text for the contract.
        call: "911", "988" or "clinic".
        standing: an emergency was told and the patient is not known to be safe or in care.
        text: what to say this turn; empty when nothing is to be said.
        person: whom the alert is about.
    """

    level: Optional[str] = None
    rules: List[str] = field(default_factory=list)
    suspected: str = ""
    call: str = ""
    standing: bool = False
    text: str = ""
    person: str = "self"

    def to_json(self) -> Dict[str, Any]:
        """Return a plain dict for the slot."""
        return asdict(self)

    @classmethod
    def from_json(cls, content: Optional[Dict[str, Any]]) -> Told:
        """Read the slot's dict, which may hold more; None: nothing was told yet."""
        known = {each.name for each in fields(cls)}
        return cls(**{name: value for name, value in (content or {}).items() if name in known})


@dataclass(frozen=True)
class Decision:
    """What happens this turn.

    Attributes:
        told: the new state; `told.text` is said if `speak`.
        speak: an alert goes out before anything else of this turn.
        answer: the message is answered as well.
        new: the alert is told for the first time, so it is recorded.
    """

    told: Told
    speak: bool
    answer: bool
    new: bool = False


def decide(
    red_flags: RedFlags,
    told: Told,
    active: FrozenSet[str],
    latest: FrozenSet[str],
    person: str,
    intent: Optional[str],
    corrected: bool = False,
) -> Decision:
    """Decide what is said of red flags this turn.

    Args:
        red_flags: the rules.
        told: what this conversation was told already.
        active: ids of all findings that count in this conversation.
        latest: ids of the findings of the latest message that count.
        person: "self" or "other", whom the findings are about.
        intent: intent of the latest message.
        corrected: the latest message takes back something said before.
    """
    alert = red_flags.alert(active, "other" if person == "other" else "self")
    if corrected and _RANK[alert.level if alert else None] < _RANK[told.level]:
        told = _after_correction(red_flags, told, alert)
    # "I am calling 911" answers the alert; it is no emergency of its own.
    answers = told.standing and intent in FOLLOW_UPS and latest <= _WORDS_OF_ALARM
    if alert and not answers and _is_due(red_flags, alert, told, latest):
        return Decision(_tell(alert, told, person), True, alert.level != "emergency", new=True)
    if told.standing:
        rules = list(alert.rules) if alert and alert.level == "emergency" else told.rules
        return _while_standing(red_flags, replace(told, rules=rules), intent)
    return Decision(told, False, True)


def _is_due(red_flags: RedFlags, alert: Alert, told: Told, latest: FrozenSet[str]) -> bool:
    if _RANK[alert.level] > _RANK[told.level]:
        return True
    if alert.level != "emergency":
        return False
    # Another problem is more pressing now, so there is another text to say.
    if alert.rules[0] not in told.rules:
        return True
    # It was over, and now the patient tells it again.
    return not told.standing and red_flags.level(latest) == "emergency"


def _tell(alert: Alert, told: Told, person: str) -> Told:
    return Told(
        level=alert.level,
        rules=list(alert.rules),
        suspected=alert.suspected,
        call=alert.call,
        standing=alert.level == "emergency" or told.standing,
        text=alert.text,
        person=person,
    )


def _after_correction(red_flags: RedFlags, told: Told, alert: Optional[Alert]) -> Told:
    """The level falls only because the patient corrected a fact; `text` says what still holds."""
    text = red_flags.follow_up_text("corrected", told.call) if told.standing else ""
    if alert is None:
        return Told(text=text)
    return Told(alert.level, list(alert.rules), alert.suspected, alert.call, text=text)


def _while_standing(red_flags: RedFlags, told: Told, intent: Optional[str]) -> Decision:
    key = FOLLOW_UPS.get(intent or "", "repeat")
    text = red_flags.follow_up_text(key, told.call)
    if key in _ENDS_EMERGENCY:
        return Decision(replace(told, standing=False, text=text), True, False)
    # A question is still answered, after the line is repeated.
    return Decision(replace(told, text=text), True, key == "repeat")
