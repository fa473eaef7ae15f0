"""Talks to the running servers and reads what their answers are made of."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any, FrozenSet, List, Mapping, Optional, Sequence

from legpain.knowledge import load_knowledge, read_yaml
from legpain.processes import ask
from legpain.progress import counted

# Kinds of reply beside those of docs/contract.md, told by their text.
GENERAL, ASKS_MORE, OTHER = "general", "asks_more", "other"
_ASKS_MORE_RESPONSE = "utter_causes_none"


@dataclass(frozen=True)
class Answer:
    """What a reply is made of.

    Attributes:
        kinds: kinds of its custom messages, `general` and `asks_more`; `other` if none of them.
        topics: conditions that it explains or offers as explanations.
        level: level of its alert, if it has one.
    """

    kinds: FrozenSet[str]
    topics: FrozenSet[str]
    level: Optional[str]


class Listener:
    """Talks to the running servers and reads what they answer.

    Args:
        root: the project's folder.
        url: the Rasa server's address.
    """

    def __init__(self, root: Path, url: str) -> None:
        self._url = url
        responses = read_yaml(root / "domain.yml")["responses"]
        self._kind_of_text = {topic.text: GENERAL for topic in load_knowledge().general.values()}
        for variant in responses[_ASKS_MORE_RESPONSE]:
            self._kind_of_text[variant["text"]] = ASKS_MORE

    def answers(self, texts: Sequence[str], what: str) -> List[Answer]:
        """Send each text as the first message of a new conversation."""
        return [
            read_answer(ask(self._url, f"evaluation-{uuid.uuid4().hex}", text), self._kind_of_text)
            for text in counted(texts, what, every=100)
        ]


def read_answer(messages: Sequence[Mapping[str, Any]], kind_of_text: Mapping[str, str]) -> Answer:
    """Read the messages of one turn (see docs/contract.md)."""
    customs = [message["custom"]["data"] for message in messages if message.get("custom")]
    kinds = {str(custom["kind"]) for custom in customs}
    kinds |= {
        kind_of_text[message["text"]] for message in messages if message.get("text") in kind_of_text
    }
    topics = set()
    for custom in customs:
        topics |= {custom[name] for name in ("topic", "with") if custom.get(name)}
        topics |= {cause["topic"] for cause in custom.get("ranked") or []}
    level = next((custom["level"] for custom in customs if custom["kind"] == "alert"), None)
    return Answer(frozenset(kinds or {OTHER}), frozenset(topics), level)
