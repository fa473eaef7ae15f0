"""The staff hear of a request by mail while the servers run; nobody has to ask for it."""

from __future__ import annotations

import time

import pytest

from tests.appointments.conftest import Site
from tests.appointments.patient import Patient
from tests.leads.inbox import environment, open_inbox

pytestmark = pytest.mark.servers


def test_a_request_is_mailed_with_its_level_and_reference_alone(site: Site) -> None:
    with open_inbox() as inbox:
        settings = {**environment(inbox.port), "LEGPAIN_DIGEST_HOURS": "0"}
        site.servers.environment.update(settings)
        site.restart_actions()
        patient = Patient(site.servers.url)
        patient.fill_in()
        reference = patient.send()
        assert reference
        deadline = time.monotonic() + 30
        while not inbox.mails and time.monotonic() < deadline:
            time.sleep(0.05)
        (body,) = inbox.bodies()
        assert reference in body and "routine" in body
        for detail in ("Zenobia", "0100", "calf", "morning"):
            assert detail not in str(inbox.mails[0])
        for name in settings:
            del site.servers.environment[name]
        site.restart_actions()
