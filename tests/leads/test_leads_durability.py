"""The action server killed at random moments while patients submit and try again.

Real processes and a real port; clients send the webhook what Rasa sends for a confirmed request.
"""

from __future__ import annotations

import json
import random
import threading
import time
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Dict, List, Optional, Tuple

import pytest
from sqlalchemy import select

from legpain.booking.form import Form
from legpain.leads import Lead, LeadStore
from legpain.leads.models import audit, leads, outbox
from tests.conftest import free_port
from tests.leads.conftest import Database
from tests.leads.killed_server import KilledServer

pytestmark = pytest.mark.servers

KILLS = 60  # for each database
_CLIENTS = 4
_ANSWERS = (0, 0, 1, 2, 4, 8, 16)  # acknowledged in a life, before its last moments
_OPENING, _LAST = 0.6, 0.05  # longest last moments, seconds: while the store opens, and later
_REPLAYED = 0.3  # of the acknowledged requests are sent once more
_LIMIT = 300.0  # seconds for one request to be acknowledged at last


@dataclass
class Patient:
    """Submits requests one after another, each until it is acknowledged.

    Attributes:
        acknowledged: the request's name -> its reference, and when its last try began.
        lost: tries without an answer, or with one that says that nothing is saved.
    """

    number: int
    url: str
    acknowledged: Dict[str, Tuple[str, float]] = field(default_factory=dict)
    lost: int = 0
    replays: int = 0

    def run(self, enough: threading.Event) -> None:
        """Submit until it is enough; the request at hand is brought to its end."""
        chance = random.Random(self.number)
        while not enough.is_set():
            name = f"Person {self.number}-{len(self.acknowledged)}"
            body = submission(name, self.number * 2000 + len(self.acknowledged))
            self.acknowledged[name] = self._until_acknowledged(body)
            if chance.random() < _REPLAYED:
                self.replays += 1
                reference, _ = self._until_acknowledged(body)
                assert reference == self.acknowledged[name][0], "a replay got another reference"

    def _until_acknowledged(self, body: bytes) -> Tuple[str, float]:
        deadline = time.monotonic() + _LIMIT
        while time.monotonic() < deadline:
            began = time.time()
            reference = self._submit(body)
            if reference:
                return reference, began
            self.lost += 1
            time.sleep(0.02)
        raise AssertionError("a request was never acknowledged")

    def _submit(self, body: bytes) -> Optional[str]:
        request = urllib.request.Request(self.url, body, {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                responses = json.load(answer)["responses"]
        except (OSError, ValueError):  # refused, cut off, or half an answer
            return None
        for data in (each["custom"]["data"] for each in responses if each.get("custom")):
            if data["kind"] == "lead" and data["status"] == "saved":
                return str(data["reference"])
        return None


def submission(name: str, number: int) -> bytes:
    """Return what Rasa sends to the action server when a patient has confirmed a request."""
    form = Form(
        values={
            "name": name,
            "phone": f"+1813555{number:04}",
            "preferred_time": "any morning",
            "reason": f"the calf of {name}",
        },
        asked="confirm",
        consent=True,
        confirm=True,
        consent_at="2026-03-04T10:00:00-05:00",
        end_reason="confirmed",
    )
    conversation = f"conversation of {name}"
    tracker = {
        "sender_id": conversation,
        "slots": form.to_slots(),
        "latest_message": {"text": "yes", "intent": {"name": "affirm"}, "entities": []},
        "latest_input_channel": "rest",
        "events": [],
        "paused": False,
        "followup_action": None,
        "active_loop": {},
        "latest_action_name": "action_listen",
    }
    call = {"next_action": "action_end_appointment", "sender_id": conversation, "tracker": tracker}
    return json.dumps(call).encode()


def test_every_acknowledged_request_outlives_the_kills(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    server = KilledServer(
        free_port(),
        {"LEGPAIN_DATABASE_URL": database.url, "LEGPAIN_KEY_FILE": str(database.key_file)},
    )
    patients = [Patient(number, server.url) for number in range(1, _CLIENTS + 1)]
    enough, moments = threading.Event(), random.Random()
    with ThreadPoolExecutor(_CLIENTS) as pool:
        running = [pool.submit(patient.run, enough) for patient in patients]
        try:
            for _ in range(KILLS):
                server.start()
                _live(patients, moments)
                server.kill()
            server.start()
        finally:
            enough.set()
        for each in running:
            each.result()
        server.kill()
    store = database.open()
    stored = store.list()
    _assert_exactly_once(stored, patients)
    _assert_whole(store, stored)
    store.close()
    with capsys.disabled():
        print(_figures(database, stored, patients))


def _live(patients: List[Patient], moments: random.Random) -> None:
    """Let some requests be acknowledged, and then a moment pass, both by chance."""

    def acknowledged() -> int:
        return sum(len(each.acknowledged) for each in patients)

    wanted = moments.choice(_ANSWERS)
    enough, deadline = acknowledged() + wanted, time.monotonic() + _LIMIT
    while acknowledged() < enough and time.monotonic() < deadline:
        time.sleep(0.005)
    time.sleep(moments.uniform(0, _LAST if wanted else _OPENING))


def _assert_exactly_once(stored: List[Lead], patients: List[Patient]) -> None:
    references = {lead.contact.name: lead.reference for lead in stored}
    assert len(references) == len(stored), "a request is stored twice"
    acknowledged = {
        name: reference for each in patients for name, (reference, _) in each.acknowledged.items()
    }
    assert references == acknowledged  # none lost, none that nobody sent
    assert len(acknowledged) >= KILLS, "too few requests for so many kills"


def _assert_whole(store: LeadStore, stored: List[Lead]) -> None:
    """No row is half written: each request is complete, with its notice and its audit."""
    for lead in stored:
        name = lead.contact.name
        assert lead.contact.reason == f"the calf of {name}"
        assert lead.conversation_id == f"conversation of {name}"
        assert lead.related == ()
    with store.engine.connect() as connection:
        ids = sorted(connection.execute(select(leads.c.id)).scalars())
        assert sorted(connection.execute(select(outbox.c.lead_id)).scalars()) == ids
        created = connection.execute(select(audit.c.reference).where(audit.c.action == "create"))
        assert Counter(created.scalars()) == Counter(lead.reference for lead in stored)
        if connection.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalars().all() == ["ok"]
            assert not connection.exec_driver_sql("PRAGMA foreign_key_check").all()


def _figures(database: Database, stored: List[Lead], patients: List[Patient]) -> str:
    created: Dict[str, datetime] = {lead.contact.name: lead.created_at for lead in stored}
    after_commit = sum(
        created[name].timestamp() < began
        for each in patients
        for name, (_, began) in each.acknowledged.items()
    )
    figures: Dict[str, Any] = {
        "kills": KILLS,
        "requests acknowledged": len(stored),
        "tries without an answer": sum(each.lost for each in patients),
        "stored but the answer lost": after_commit,
        "replays": sum(each.replays for each in patients),
    }
    kind = database.url.partition(":")[0].partition("+")[0]
    return f"\n{kind}: " + ", ".join(f"{name} {value}" for name, value in figures.items())
