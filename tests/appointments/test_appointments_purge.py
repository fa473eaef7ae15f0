"""A purged request takes its conversation along, wherever that is kept."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any, Dict

import pytest

from tests.appointments.conftest import Site
from tests.appointments.patient import Patient
from tests.conftest import ROOT
from tests.web.web_server import Client, bearer, code_of, customs

pytestmark = pytest.mark.servers


def _leads(site: Site, *command: str) -> Dict[str, Any]:
    """Run `legpain leads` as the staff do, beside the running servers."""
    ended = subprocess.run(
        [sys.executable, "-m", "legpain", "leads", *command, "--json"],
        cwd=ROOT,
        env={**site.servers.environment, "LEGPAIN_RASA_URL": site.servers.url},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 0, ended.stderr
    return dict(json.loads(ended.stdout))


def test_a_chat_over_rest_is_forgotten(site: Site) -> None:
    patient = Patient(site.servers.url)
    patient.fill_in()
    reference = patient.send()
    assert reference
    assert "alert" in patient.say("i have crushing chest pain")
    assert "alert" in patient.say("hello"), "an emergency stands"
    purged = _leads(site, "purge", "--reference", reference, "--yes")
    assert purged == {"references": [reference], "conversations": [patient.conversation]}
    assert "alert" not in patient.say("hello")
    assert site.stored(patient) == []


def test_a_chat_on_the_website_is_forgotten(site: Site) -> None:
    web = Client(site.servers.url)
    token = web.token()
    wish = "my name is Zenobia Quill, 813 555 0100, any friday, my calf aches. can i get a visit?"
    for text in (wish, "yes", "yes"):
        answer = customs(web.say(token, text))
    reference = answer["lead"]["reference"]
    _leads(site, "purge", "--reference", reference, "--yes")
    assert code_of(web.call("GET", "history", headers=bearer(token))) == "bad_session"


def test_an_unknown_chat_is_no_mistake(site: Site) -> None:
    purged = _leads(site, "purge", "--conversation", "nobody", "--yes")
    assert purged == {"references": [], "conversations": ["nobody"]}
