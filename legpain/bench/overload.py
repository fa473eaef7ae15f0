"""Twice the load that the server can bear, on the site's channel: late or refused, never lost."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import sys
import time
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Dict, List, Sequence

from legpain.bench.bots import BenchError, read_messages, running_servers
from legpain.bench.figures import percentile
from legpain.bench.patients import Note, Patient, open_patients, plan_notes, send

_TIMES = 2  # the capacity
_RECOVERY_LIMIT = 60.0  # seconds
_DELIVERY = 60.0  # seconds in which every escalation must be recorded
_QUICK_ENOUGH = 3  # times the usual answer: the load is over


@dataclass(frozen=True)
class OverloadPlan:
    """How much. Everything runs on loopback and ends by itself.

    Attributes:
        seconds: at twice the capacity.
        patients: who write; at most 30 messages a minute each, as the channel allows.
        clients: at once, while the capacity is measured.
        capacity_seconds: for which it is measured.
    """

    seconds: float = 30.0
    patients: int = 1000
    clients: int = 8
    capacity_seconds: float = 10.0


@dataclass
class Overloaded:
    """What was seen.

    Attributes:
        capacity: messages a second that the clients got answered, each waiting for its answer.
        usual_ms: median of those answers, one client.
        notes: every message and what became of it.
        again: messages that had been refused, sent again after the load with the same id.
        lost: messages that were answered and are not in the history, or are there twice.
        recovery_seconds: from the last message that was due to an answer about as quick as usual.
        escalations: red flags recorded in the database, one a conversation.
    """

    capacity: float = 0.0
    usual_ms: float = 0.0
    notes: List[Note] = field(default_factory=list)
    again: List[Note] = field(default_factory=list)
    lost: int = 0
    recovery_seconds: float = 0.0
    escalations: int = 0

    def summary(self) -> Dict[str, Any]:
        """Return the figures as plain data."""
        answered = [each for each in self.notes if each.outcome == "answered"]
        flags = [each for each in self.notes if each.red_flag]
        outcomes = Counter(each.outcome for each in self.notes)
        return {
            "capacity": self.capacity,
            "usual_ms": self.usual_ms,
            "messages": len(self.notes),
            "answered": outcomes["answered"],
            "refused": outcomes["refused"],
            "failed": outcomes["failed"],
            "median_ms": percentile([each.milliseconds for each in answered], 50),
            "p99_ms": percentile([each.milliseconds for each in answered], 99),
            "slowest_ms": max(each.milliseconds for each in self.notes),
            "red_flags": len(flags),
            "red_flags_answered": sum(each.outcome == "answered" for each in flags),
            "red_flags_p99_ms": percentile([each.milliseconds for each in flags], 99),
            "sent_again": len(self.again),
            "answered_then": sum(each.outcome == "answered" for each in self.again),
            "lost": self.lost,
            "recovery_seconds": self.recovery_seconds,
            "escalations": self.escalations,
        }


def overload(root: Path, out: Path, plan: OverloadPlan) -> Overloaded:
    """Run both servers, send twice what they can bear, write `overload.md` and `overload.json`.

    Raises:
        BenchError: if there is no model, the servers do not start, or this is not Linux, where
            every loopback address can be a patient's.
    """
    if not sys.platform.startswith("linux"):
        raise BenchError("The overload needs Linux: each patient has a loopback address.")
    with running_servers(root) as (servers, database):
        found = asyncio.run(_measure(servers.url, plan))
        servers.check()
        found.escalations = _recorded(database, found)
    _write(found, plan, out)
    return found


async def _measure(url: str, plan: OverloadPlan) -> Overloaded:
    found, texts = Overloaded(), [str(text) for text in read_messages()["ours"]["messages"]]
    async with AsyncExitStack() as stack:
        await _capacity(url, texts, plan, found)
        rate = found.capacity * _TIMES
        _say(f"{found.capacity:.0f} messages a second; {rate:.0f} for {plan.seconds:g} seconds ...")
        patients = await open_patients(stack, url, plan.patients)
        found.notes = plan_notes(texts, rate, plan.seconds, plan.patients)
        started = time.perf_counter()
        load = asyncio.ensure_future(send(patients, found.notes, started))
        await asyncio.sleep(plan.seconds)
        found.recovery_seconds = await _recover(url, texts, found.usual_ms, plan.patients)
        await load
        await _send_again(patients, found)
        found.lost = sum([lost_of(each.said, await each.remembered()) for each in patients])
    return found


async def _capacity(url: str, texts: Sequence[str], plan: OverloadPlan, found: Overloaded) -> None:
    """Measure what the server can bear, and how quick it is for one client."""
    _say("Capacity ...")
    usual: List[float] = []
    await _converse(url, texts, plan.patients, usual)  # warm-up
    usual.clear()
    await _converse(url, texts, plan.patients, usual)
    found.usual_ms = percentile(usual, 50)
    answered: List[float] = []
    started = time.perf_counter()

    async def client(number: int) -> None:
        while time.perf_counter() - started < plan.capacity_seconds:
            number += plan.clients  # every conversation has an address of its own
            await _converse(url, texts, number, answered)

    await asyncio.gather(*(client(plan.patients + n) for n in range(plan.clients)))
    found.capacity = len(answered) / (time.perf_counter() - started)


async def _converse(url: str, texts: Sequence[str], number: int, spent: List[float]) -> None:
    """Say the texts, each after the answer to the one before."""
    async with Patient(url, number) as patient:
        for text in texts:
            note = Note(0.0, text)
            await patient.say(note, time.perf_counter())
            if note.outcome == "answered":
                spent.append(note.milliseconds)


async def _recover(url: str, texts: Sequence[str], usual: float, number: int) -> float:
    """Return the seconds until a new patient's message is answered about as quickly as usual."""
    started = time.perf_counter()
    while time.perf_counter() - started < _RECOVERY_LIMIT:
        number += 1
        async with Patient(url, number) as patient:
            note = Note(0.0, texts[0])
            await patient.say(note, time.perf_counter())
            if note.outcome == "answered" and note.milliseconds <= usual * _QUICK_ENOUGH:
                break
        await asyncio.sleep(0.1)
    return time.perf_counter() - started


async def _send_again(patients: Sequence[Patient], found: Overloaded) -> None:
    """Send what was refused once more, with the same id, at half the capacity."""
    refused = [
        (patient, note)
        for patient in patients
        for note in patient.said
        if note.outcome == "refused"
    ]
    _say(f"{len(refused)} messages were refused; they are sent again ...")
    started = time.perf_counter()
    tasks = []
    for n, (patient, note) in enumerate(refused):
        at = n * _TIMES / found.capacity
        await asyncio.sleep(max(0.0, started + at - time.perf_counter()))
        again = Note(at, note.text, note.id)
        found.again.append(again)
        tasks.append(asyncio.ensure_future(patient.say(again, started)))
    await asyncio.gather(*tasks)


def lost_of(said: Sequence[Note], remembered: Sequence[str]) -> int:
    """Return how many answered messages the server does not hold, or holds twice.

    An alert that was given without the dialogue, since it was busy, is in no history.
    """
    if any(each.red_flag for each in said):
        return 0
    answered = Counter(each.text for each in said if each.outcome == "answered")
    held = Counter(remembered)
    return sum(((answered - held) + (held - answered)).values())


def _recorded(database: Path, found: Overloaded) -> int:
    """Return how many red flags are in the database, once all that can be are or time is up."""
    told = sum(each.red_flag and each.outcome == "answered" for each in found.notes)
    deadline, count = time.monotonic() + _DELIVERY, -1
    while time.monotonic() < deadline:
        before = count
        time.sleep(1)
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
            (count,) = connection.execute("SELECT count(*) FROM escalations").fetchone()
        if count == before or count >= told:
            break
    return count


def _write(found: Overloaded, plan: OverloadPlan, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    figures = found.summary()
    (out / "overload.json").write_text(
        json.dumps({"plan": asdict(plan), "cores": os.cpu_count(), **figures}, indent=2) + "\n",
        encoding="utf-8",
    )
    (out / "overload.md").write_text(markdown(figures, plan), encoding="utf-8")


def markdown(figures: Dict[str, Any], plan: OverloadPlan) -> str:
    """Return the page."""
    rows = [
        ("capacity, messages a second", f"{figures['capacity']:.0f}"),
        (f"sent in {plan.seconds:g} s", f"{figures['messages']}"),
        ("answered", f"{figures['answered']}"),
        ("refused: busy, try again in some seconds", f"{figures['refused']}"),
        ("broken off, too slow, or without an answer", f"{figures['failed']}"),
        ("an answer, median / p99 / slowest", _ms(figures, "median_ms", "p99_ms", "slowest_ms")),
        ("the same with one client, median", _ms(figures, "usual_ms")),
        ("red flags answered", f"{figures['red_flags_answered']} of {figures['red_flags']}"),
        ("red flags, p99", _ms(figures, "red_flags_p99_ms")),
        ("refused, sent again, then answered",
         f"{figures['answered_then']} of {figures['sent_again']}"),
        ("answered, and then missing or twice in the history", f"{figures['lost']}"),
        ("as quick as usual after", f"{figures['recovery_seconds']:.1f} s"),
        ("escalations recorded", f"{figures['escalations']}"),
    ]  # fmt: skip
    lines = [f"| {name} | {value} |" for name, value in rows]
    return "\n".join(["# Twice the capacity", "", "| | |", "| - | - |", *lines, ""])


def _ms(figures: Dict[str, Any], *names: str) -> str:
    return " / ".join(f"{figures[name]:.0f}" for name in names) + " ms"


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
