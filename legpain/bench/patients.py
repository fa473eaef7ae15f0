"""Patients on the website's channel, each with a session and an address of their own.

They write when they write: a message goes out when it is due, whatever became of those before.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any, Dict, List, Sequence

import aiohttp

from legpain.bench.client import is_answer
from legpain.bench.load import EVERY, RED_FLAG, is_alert

_TIMEOUT = aiohttp.ClientTimeout(total=60.0)
_BUSY = 503


@dataclass
class Note:
    """A message and what became of it.

    Attributes:
        at: seconds after the start when it was due.
        text: what it says.
        id: the message's id.
        milliseconds: from when it was due to its answer or refusal.
        outcome: `answered`; `refused`, politely, with the time to try again; `failed`.
    """

    at: float
    text: str
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    milliseconds: float = 0.0
    outcome: str = "failed"

    @property
    def red_flag(self) -> bool:
        """Return whether it needs an alert."""
        return self.text == RED_FLAG


class Patient:
    """One patient; an async context manager that opens a session.

    Args:
        url: of the Rasa server.
        number: which of the loopback addresses is this patient's.
    """

    def __init__(self, url: str, number: int) -> None:
        self._url = f"{url}/webhooks/web"
        self._address = f"127.1.{number // 250}.{number % 250 + 1}"
        self.said: List[Note] = []

    async def __aenter__(self) -> Patient:
        # The server counts messages by address: patients do not share one.
        connector = aiohttp.TCPConnector(local_addr=(self._address, 0), limit=0)
        self._http = aiohttp.ClientSession(connector=connector, timeout=_TIMEOUT)
        try:
            async with self._http.post(f"{self._url}/session", json={}) as answer:
                token = (await answer.json())["token"]
        except BaseException:
            await self._http.close()
            raise
        self._headers = {"Authorization": f"Bearer {token}"}
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.close()

    async def say(self, note: Note, started: float) -> None:
        """Send a message; what becomes of it is written into the note.

        Args:
            note: the message.
            started: `time.perf_counter` at second 0.
        """
        if note not in self.said:
            self.said.append(note)
        body = {"id": note.id, "text": note.text}
        try:
            async with self._http.post(
                f"{self._url}/messages", json=body, headers=self._headers
            ) as answer:
                headers, content = dict(answer.headers), await answer.json()
                note.outcome = outcome(note, answer.status, headers, content)
        except (aiohttp.ClientError, asyncio.TimeoutError, ValueError):
            note.outcome = "failed"
        note.milliseconds = (time.perf_counter() - started - note.at) * 1000

    async def remembered(self) -> List[str]:
        """Return the texts that the server holds of this patient, oldest first."""
        async with self._http.get(f"{self._url}/history", headers=self._headers) as answer:
            turns = (await answer.json())["turns"]
        return [turn["text"] for turn in turns if turn["from"] == "user"]


def outcome(note: Note, status: int, headers: Dict[str, str], content: Dict[str, Any]) -> str:
    """Return what became of a message, by the channel's answer (see `Note`)."""
    if status == _BUSY and "Retry-After" in headers and content["error"]["message"]:
        return "refused"
    messages = content.get("messages") or []
    good = is_alert(messages) if note.red_flag else is_answer(messages)
    return "answered" if good else "failed"


async def open_patients(stack: AsyncExitStack, url: str, count: int) -> List[Patient]:
    """Return patients with open sessions, which the stack closes."""
    return [await stack.enter_async_context(Patient(url, number)) for number in range(count)]


def plan_notes(texts: Sequence[str], rate: float, seconds: float, patients: int) -> List[Note]:
    """Return the messages of a load, in order; the n-th is for patient n modulo `patients`.

    Each patient says the texts in turn, beginning with another than the patient before. Every tenth
    tells a red flag, again and again.
    """
    return [
        Note(
            n / rate,
            RED_FLAG
            if n % patients % EVERY == 0
            else texts[(n // patients + n % patients) % len(texts)],
        )
        for n in range(int(rate * seconds))
    ]


async def send(patients: Sequence[Patient], notes: Sequence[Note], started: float) -> None:
    """Send each message when it is due, the n-th by patient n modulo their number; wait for all."""
    tasks = []
    for number, note in enumerate(notes):
        await asyncio.sleep(max(0.0, started + note.at - time.perf_counter()))
        patient = patients[number % len(patients)]
        tasks.append(asyncio.ensure_future(patient.say(note, started)))
    await asyncio.gather(*tasks)
