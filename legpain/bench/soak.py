"""A long run at half the capacity: does it stay flat?"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Any, Dict, List, Tuple

from legpain.bench.bots import read_messages, running_servers
from legpain.bench.client import talk_together
from legpain.bench.load import Run, send_at_rate
from legpain.bench.memory import resident_mb
from legpain.processes import Servers

_CLIENTS = 8
_STEPS = 30  # points of the picture's lines
_DELIVERY = 60.0  # seconds in which every escalation must be recorded


@dataclass(frozen=True)
class Plan:
    """How long and how hard. Everything runs on loopback and ends by itself.

    Attributes:
        minutes: of the long run, at half the capacity.
        capacity_conversations: conversations a client in which the capacity is measured.
        every: seconds between two readings of memory.
    """

    minutes: float = 30.0
    capacity_conversations: int = 10
    every: float = 5.0


@dataclass
class Soaked:
    """What was seen.

    Attributes:
        capacity: messages a second that eight clients got answered.
        soak: the messages of the long run.
        memory: seconds after the start, resident MB by process.
        escalations: red flags told, and red flags recorded in the database.
    """

    capacity: float = 0.0
    soak: Run = field(default_factory=Run)
    memory: List[Tuple[float, Dict[str, float]]] = field(default_factory=list)
    escalations: Tuple[int, int] = (0, 0)


def soak(root: Path, out: Path, plan: Plan) -> Soaked:
    """Run both servers under load and write `soak.md`, `soak.json` and `soak.png`.

    Raises:
        BenchError: if there is no model or the servers do not start.
    """
    texts = [str(text) for text in read_messages()["ours"]["messages"]]
    with running_servers(root) as (servers, database):
        soaked = _measure(servers, texts, plan, database)
    _write(soaked, plan, out)
    return soaked


def _measure(servers: Servers, texts: List[str], plan: Plan, database: Path) -> Soaked:
    soaked, stop = Soaked(), Event()
    _say("Capacity ...")
    talk_together(servers.url, texts, 1, _CLIENTS)  # warm-up
    load = talk_together(servers.url, texts, plan.capacity_conversations, _CLIENTS)
    soaked.capacity = load.messages_a_second
    _say(f"{soaked.capacity:.0f} messages a second; half of it for {plan.minutes:g} minutes ...")
    watching = Thread(target=_watch, args=(servers, plan.every, stop, soaked.memory), daemon=True)
    watching.start()
    try:
        rate, seconds = soaked.capacity / 2, plan.minutes * 60
        soaked.soak = send_at_rate(servers.url, texts, rate, seconds, _CLIENTS * 2, stop)
    finally:
        stop.set()
        watching.join()
    told = sum(each.good for each in soaked.soak.red_flags)
    soaked.escalations = told, _recorded(database, told)
    servers.check()
    return soaked


def _watch(
    servers: Servers, every: float, stop: Event, memory: List[Tuple[float, Dict[str, float]]]
) -> None:
    started = time.perf_counter()
    while not stop.is_set():
        read = {name: resident_mb(each.pid) for name, each in servers.processes.items()}
        memory.append((time.perf_counter() - started, read))
        stop.wait(every)


def _recorded(database: Path, told: int) -> int:
    """Return how many red flags are in the database, once all are or time is up."""
    deadline, found = time.monotonic() + _DELIVERY, 0
    while found < told and time.monotonic() < deadline:
        time.sleep(0.5)
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
            (found,) = connection.execute("SELECT count(*) FROM escalations").fetchone()
    return found


def _write(soaked: Soaked, plan: Plan, out: Path) -> None:
    from legpain.bench.soak_report import markdown, picture, summary

    out.mkdir(parents=True, exist_ok=True)
    found = summary(soaked, _STEPS)
    (out / "soak.json").write_text(
        json.dumps({"plan": asdict(plan), "cores": os.cpu_count(), **found}, indent=2) + "\n",
        encoding="utf-8",
    )
    (out / "soak.md").write_text(markdown(found, plan), encoding="utf-8")
    (out / "soak.png").write_bytes(picture(found))


def _say(text: Any) -> None:
    print(text, file=sys.stderr, flush=True)
