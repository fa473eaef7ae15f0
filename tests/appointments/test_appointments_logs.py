"""Nothing of what a patient writes is in any file or line that the servers write."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Iterator, List

import pytest

from tests.appointments.conftest import Site
from tests.appointments.patient import Patient
from tests.conftest import ROOT
from tests.web.web_server import Client

pytestmark = pytest.mark.servers

NAME, PHONE, EMAIL = "Zebulon Quokka", "813 555 0163", "zebulon@example.org"
# A piece of everything that is written here: names, ways of contact, and a word of each sentence.
SECRETS = (
    *("zebulon", "quokka", "555 0163", "555-0163", "5550163", "example.org"),
    *("wombat", "chest", "chestpain"),
)
SENTENCES = (
    "my wombat bit me and my calf aches",
    "i have chest pain, says the wombat",
    '/inform{"name": "Zebulon"}',
    '/inform{"name": "Zebulon"',
    "/zebulon_wombat",
    "/" * 20 + "wombat",
    "wombat \ud83e\udd98 \u202e 2026-02-30 \x00 <b>zebulon</b> '; DROP TABLE leads; --",
    "wombat " * 3000,
)


@pytest.fixture
def patient(site: Site) -> Patient:
    return Patient(site.servers.url, NAME, PHONE)


def _talk(patient: Patient) -> None:
    """Say everything, in and out of a request; whatever is broken must not stop the patient."""
    for opening in ("hello", "i'd like to book a visit", NAME, f"{PHONE}, {EMAIL}"):
        patient.say(opening)
    for sentence in SENTENCES:
        try:
            patient.say(sentence)
        except urllib.error.HTTPError as refusal:
            assert refusal.code == 400


def _post(url: str, body: bytes) -> None:
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    with contextlib.suppress(urllib.error.HTTPError):  # it is refused
        urllib.request.urlopen(request, timeout=10).read()


def _malformed(site: Site) -> None:
    """Send both servers what they can not read."""
    call = {"next_action": "action_end_appointment", "sender_id": NAME, "tracker": {"slots": NAME}}
    actions = f"http://127.0.0.1:{site.servers.actions_port}/webhook"
    calls: List[Any] = [
        call,
        {**call, "next_action": "action_unknown"},
        {**call, "tracker": [NAME]},
        NAME,
    ]
    for body in calls:
        _post(actions, json.dumps(body).encode())
    for body in (b'{"sender": "zebulon", "message": "wombat', b'["wombat"]', b"\xff wombat"):
        _post(actions, body)
        _post(f"{site.servers.url}/webhooks/rest/webhook", body)
    _post(f"{site.servers.url}/zebulon?secret=wombat", b"wombat")


def _files(site: Site) -> Iterator[Path]:
    for folder in (site.folder, ROOT / "var", ROOT / ".rasa"):
        yield from (path for path in folder.rglob("*") if path.is_file())


def test_no_word_of_a_patient_is_written_anywhere(on_sqlite: Site, patient: Patient) -> None:
    site = on_sqlite
    began = time.time()
    patient.fill_in()
    assert patient.send(), patient.text
    _talk(patient)
    web = Client(site.servers.url)
    token = web.token()
    for sentence in (f"my name is {NAME}, book me in, {PHONE}", *SENTENCES[:-1]):
        web.say(token, sentence, page="/zebulon")
    _malformed(site)

    patient = Patient(site.servers.url, NAME, PHONE)
    patient.fill_in()
    file = site.folder / "sqlite" / "legpain.db"
    file.rename(file.with_name("away"))
    file.mkdir()
    assert patient.say("/affirm")["lead"]["status"] == "failed"
    file.rmdir()
    file.with_name("away").rename(file)

    process = site.servers.processes["action server"]
    os.kill(process.pid, signal.SIGSTOP)
    patient.say(f"try again, {NAME}")
    os.kill(process.pid, signal.SIGCONT)
    site.kill_actions()
    _talk(Patient(site.servers.url, NAME, PHONE))

    output = (site.folder / "output.txt").read_text(encoding="utf-8", errors="replace")
    assert "A request was not saved" in output and "No answer from the action server" in output
    for path in _files(site):
        if path.stat().st_mtime >= began - 1:
            content = path.read_bytes().lower()
            found = [secret for secret in SECRETS if secret.encode() in content]
            assert not found, f"{path} holds {found}"
