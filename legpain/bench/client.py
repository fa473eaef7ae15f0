"""A REST client that takes the time of each message, over one connection that stays open."""

from __future__ import annotations

import http.client
import json
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Dict, List, Sequence, Tuple
from urllib.parse import urlsplit

_TIMEOUT = 60.0  # seconds
_HEADERS = {"Content-Type": "application/json"}


@dataclass
class Load:
    """What a client saw: milliseconds of each message, seconds in all, turns without an answer."""

    milliseconds: List[float] = field(default_factory=list)
    seconds: float = 0.0
    failed: int = 0

    @property
    def messages_a_second(self) -> float:
        """Return how many messages a second were answered."""
        return len(self.milliseconds) / self.seconds

    def add(self, other: Load) -> None:
        """Add what was seen after this."""
        self.milliseconds += other.milliseconds
        self.seconds += other.seconds
        self.failed += other.failed


class Client:
    """Talks to one bot over one connection; a context manager that closes it."""

    def __init__(self, url: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=_TIMEOUT)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def ask(self, sender: str, text: str) -> Tuple[float, List[Dict[str, Any]]]:
        """Send a message; return the milliseconds to the whole answer, and the answer.

        Raises:
            OSError: if the bot can not be reached, or answers with another status than 200.
        """
        body = json.dumps({"sender": sender, "message": text}).encode()
        started = time.perf_counter()
        try:
            self._connection.request("POST", "/webhooks/rest/webhook", body, _HEADERS)
            response = self._connection.getresponse()
            content = response.read()
        except http.client.HTTPException as error:
            raise OSError(f"the answer broke off ({type(error).__name__})") from error
        spent = (time.perf_counter() - started) * 1000
        if response.status != 200:
            raise OSError(f"the bot answered with status {response.status}")
        return spent, json.loads(content)

    def converse(self, texts: Sequence[str], sender: str = "") -> Load:
        """Say the texts in a conversation of their own, or in that of a sender."""
        load, sender = Load(), sender or uuid.uuid4().hex
        started = time.perf_counter()
        for text in texts:
            spent, answer = self.ask(sender, text)
            load.milliseconds.append(spent)
            load.failed += not is_answer(answer)
        load.seconds = time.perf_counter() - started
        return load


def is_answer(answer: Sequence[Dict[str, Any]]) -> bool:
    """Return whether a turn's messages say something, and do not say that something is broken."""
    kinds = [(each.get("custom") or {}).get("data", {}).get("kind") for each in answer]
    return any(each.get("text") for each in answer) and "error" not in kinds


def talk(url: str, texts: Sequence[str], conversations: int) -> Load:
    """Hold conversations one after another, as one client."""
    total = Load()
    started = time.perf_counter()
    with Client(url) as client:
        for _ in range(conversations):
            load = client.converse(texts)
            total.milliseconds += load.milliseconds
            total.failed += load.failed
    total.seconds = time.perf_counter() - started
    return total


def talk_together(url: str, texts: Sequence[str], conversations: int, clients: int) -> Load:
    """Hold conversations as several clients at once, each with as many of its own."""
    started = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        loads = list(pool.map(lambda _: talk(url, texts, conversations), range(clients)))
    return Load(
        [each for load in loads for each in load.milliseconds],
        time.perf_counter() - started,
        sum(load.failed for load in loads),
    )
