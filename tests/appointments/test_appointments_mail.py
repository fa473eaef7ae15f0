"""The staff hear of an urgent request at once, by mail, while the servers run."""

from __future__ import annotations

import time

import pytest

from tests.appointments.conftest import Site
from tests.appointments.patient import Patient
from tests.leads.inbox import environment, open_inbox

pytestmark = pytest.mark.servers


def test_an_urgent_request_is_mailed_with_its_level_and_reference_alone(site: Site) -> None:
    with open_inbox() as inbox:
        settings = environment(inbox.port)
        site.servers.environment.update(settings)
        site.restart_actions()
        patient = Patient(site.servers.url)
        told = patient.say("my right calf hurts and i had surgery three weeks ago")
        assert told["alert"]["level"] == "urgent", told
        patient.fill_in()
        reference = patient.send()
        assert reference
        deadline = time.monotonic() + 30
        while not inbox.mails and time.monotonic() < deadline:
            time.sleep(0.05)
        (body,) = inbox.bodies()
        assert reference in body and "urgent" in body
        for detail in ("Zenobia", "0100", "calf"):
            assert detail not in str(inbox.mails[0])
        for name in settings:
            del site.servers.environment[name]
        site.restart_actions()
