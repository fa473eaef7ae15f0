"""What the findings' graph component asks of the reader: a message, and what came before it."""

from __future__ import annotations

from typing import Any, List, Optional, Sequence, cast

import pytest
from rasa.shared.core.events import BotUttered, Event, Restarted, SlotSet, UserUttered
from rasa.shared.core.slots import AnySlot
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from legpain.findings import ConversationFindings
from legpain.findings.finding import Reading
from legpain.rasa.finding_extractor import FindingEntityExtractor

TOLD = SlotSet("findings", ConversationFindings({"pale_blue_foot": {}}).to_json())


class Spy:
    """Stands for the reader: keeps what it is given."""

    elsewhere = -1.0
    earlier: Sequence[str] = ("nothing was read",)

    def read(self, text: str, elsewhere: float, earlier: Sequence[str]) -> Reading:
        self.elsewhere, self.earlier = elsewhere, earlier
        return Reading([], False)


def _read(message: Message, tracker: Optional[DialogueStateTracker] = None, **config: Any) -> Spy:
    spy: Any = Spy()
    defaults = FindingEntityExtractor.get_default_config()
    storage: Any = None
    extractor = FindingEntityExtractor(storage, storage, {**defaults, **config}, spy)
    extractor.process([message], tracker)
    return cast(Spy, spy)


def _earlier(events: Optional[List[Event]]) -> List[str]:
    tracker = None
    if events is not None:
        tracker = DialogueStateTracker.from_events("a", events, slots=[AnySlot("findings", [])])
    return list(_read(Message({TEXT: "it was flour"}), tracker).earlier)


def test_a_message_is_read_with_the_latest_ones_before_it() -> None:
    said = [UserUttered(text) for text in ("hi", "foot is white", "/affirm", "the left", "help")]
    events = [each for user in said for each in (user, BotUttered("I see."))]
    assert _earlier([*events, TOLD]) == ["foot is white", "the left", "help"]


@pytest.mark.parametrize(
    "events",
    [
        None,
        [],
        [UserUttered("foot is white")],
        [UserUttered("foot is white"), TOLD, Restarted()],
        [UserUttered("/restart"), TOLD],
    ],
    ids=["no tracker", "no message", "no finding", "restarted", "only a button"],
)
def test_there_may_be_nothing_before_it_to_take_back(events: Optional[List[Event]]) -> None:
    assert _earlier(events) == []


@pytest.mark.parametrize(
    ("intent", "confidence", "elsewhere"),
    [
        ("thank", 0.9, 0.9),
        ("thank", 0.5, 0.0),
        ("not_english", 0.9, 0.6),
        ("not_english", 0.5, 0.0),
        ("describe_pain", 0.9, 0.0),
    ],
)
def test_a_sure_intent_says_whether_findings_are_to_be_expected(
    intent: str, confidence: float, elsewhere: float
) -> None:
    message = Message({TEXT: "x", INTENT: {"name": intent, "confidence": confidence}})
    config = {"without_findings": ["thank"], "foreign": ["not_english"], "sure_intent": 0.6}
    assert _read(message, **config).elsewhere == elsewhere
