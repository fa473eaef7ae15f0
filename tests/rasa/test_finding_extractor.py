"""What the findings' graph component asks of the reader: a message, and what came before it."""

from __future__ import annotations

from typing import Any, List, Optional, Sequence

import pytest
from rasa.shared.core.events import BotUttered, Event, Restarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from legpain.findings.finding import Reading
from legpain.rasa.finding_extractor import FindingEntityExtractor


class Spy:
    """Stands for the reader: keeps what it is given."""

    earlier: Sequence[str] = ("nothing was read",)

    def read(self, text: str, elsewhere: float, earlier: Sequence[str]) -> Reading:
        self.earlier = earlier
        return Reading([], False)


def _earlier(events: Optional[List[Event]]) -> List[str]:
    spy: Any = Spy()
    config = FindingEntityExtractor.get_default_config()
    storage: Any = None
    extractor = FindingEntityExtractor(storage, storage, config, spy)
    tracker = None if events is None else DialogueStateTracker.from_events("a", events)
    extractor.process([Message({TEXT: "it was flour"})], tracker)
    return list(spy.earlier)


def test_a_message_is_read_with_the_latest_ones_before_it() -> None:
    said = [UserUttered(text) for text in ("hi", "foot is white", "/affirm", "the left", "help")]
    events = [each for user in said for each in (user, BotUttered("I see."))]
    assert _earlier(events) == ["foot is white", "the left", "help"]


@pytest.mark.parametrize(
    "events", [None, [], [UserUttered("foot is white"), Restarted()], [UserUttered("/restart")]]
)
def test_there_may_be_nothing_before_it(events: Optional[List[Event]]) -> None:
    assert _earlier(events) == []
