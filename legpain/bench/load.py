"""Load at a given rate: messages are due at set times, and lateness counts as waiting."""

from __future__ import annotations

import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from threading import Event, Lock
from typing import Any, Dict, Iterator, List, Sequence

from legpain.bench.client import Client, is_answer

RED_FLAG = "my left calf is swollen and warm and it hurts"
EVERY = 10  # one message in so many, of a conversation of its own, is a red flag


@dataclass(frozen=True)
class Sent:
    """One message: seconds after the start when it was due, milliseconds to its answer.

    `good` is whether it was answered, and a red flag with its alert.
    """

    at: float
    milliseconds: float
    red_flag: bool
    good: bool


@dataclass
class Run:
    """All messages of a load."""

    sent: List[Sent] = field(default_factory=list)

    @property
    def red_flags(self) -> List[Sent]:
        """Return the red flags among them."""
        return [each for each in self.sent if each.red_flag]

    @property
    def lost(self) -> List[Sent]:
        """Return those without a good answer."""
        return [each for each in self.sent if not each.good]


def send_at_rate(
    url: str, texts: Sequence[str], rate: float, seconds: float, workers: int, stop: Event
) -> Run:
    """Send messages at a rate, in conversations of as many messages as there are texts.

    Args:
        url: of the Rasa server.
        texts: of a conversation.
        rate: messages a second.
        seconds: how long.
        workers: how many messages may wait for an answer at once.
        stop: ends it early.
    """
    run, lock, numbers = Run(), Lock(), count()
    started = time.perf_counter()

    def work() -> None:
        with Client(url) as client:
            talk = _conversation(texts)
            while not stop.is_set():
                with lock:
                    number = next(numbers)
                at = number / rate
                if at >= seconds:
                    return
                time.sleep(max(0.0, started + at - time.perf_counter()))
                red_flag = number % EVERY == 0
                sender, text = (uuid.uuid4().hex, RED_FLAG) if red_flag else next(talk)
                good = _is_good(client, sender, text, red_flag)
                spent = (time.perf_counter() - started - at) * 1000
                with lock:
                    run.sent.append(Sent(at, spent, red_flag, good))

    with ThreadPoolExecutor(workers) as pool:
        for each in [pool.submit(work) for _ in range(workers)]:
            each.result()
    run.sent.sort(key=lambda each: each.at)
    return run


def _conversation(texts: Sequence[str]) -> Iterator[tuple[str, str]]:
    while True:
        sender = uuid.uuid4().hex
        for text in texts:
            yield sender, text


def _is_good(client: Client, sender: str, text: str, red_flag: bool) -> bool:
    try:
        _, answer = client.ask(sender, text)
    except (OSError, ValueError):
        return False
    return is_alert(answer) if red_flag else is_answer(answer)


def is_alert(answer: Sequence[Dict[str, Any]]) -> bool:
    """Return whether an answer begins with an alert's text and names it an emergency."""
    alerts = [(each.get("custom") or {}).get("data", {}) for each in answer]
    return bool(answer and answer[0].get("text")) and any(
        each.get("kind") == "alert" and each.get("level") == "emergency" for each in alerts
    )
