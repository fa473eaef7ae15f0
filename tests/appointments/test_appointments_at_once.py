"""Many patients ask for a visit at the same moment, through the real servers."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Dict

import pytest

from tests.appointments.conftest import Site
from tests.appointments.patient import Network, Patient

pytestmark = pytest.mark.servers

_FIRST = ("Ann", "Juan", "Priya", "Tobias", "Zoë")
_LAST = ("Abbot", "Beltrán", "Castell", "Fenn", "Ito", "Lund", "O'Dwyer", "Raman", "Veld", "Young")
NAMES = [f"{first} {last}" for first in _FIRST for last in _LAST]
_SECONDS = 60.0  # for a turn; so many at once may wait longer than one


def _book_at_once(site: Site) -> None:
    patients = [
        Patient(site.servers.url, name, f"813 555 01{number:02}")
        for number, name in enumerate(NAMES)
    ]
    together = threading.Barrier(len(NAMES))

    def book(patient: Patient) -> str:
        together.wait()
        patient.fill_in(_SECONDS)
        reference = patient.send(_SECONDS)
        assert reference, patient.text
        assert f"0{patient.phone[-3:]}" in patient.text
        return reference

    with ThreadPoolExecutor(len(NAMES)) as pool:
        told: Dict[str, Patient] = dict(zip(pool.map(book, patients), patients, strict=True))
    assert len(told) == len(NAMES), "two patients were told the same reference"
    store = site.store()
    stored = {lead.reference: lead for lead in store.list(actor="test")}
    store.close()
    for reference, patient in told.items():
        lead = stored[reference]
        assert lead.contact.name == patient.name
        assert lead.contact.phone == "+1" + patient.phone.replace(" ", "")
        assert (lead.conversation_id, lead.related) == (patient.conversation, ())
    conversations = {patient.conversation for patient in patients}
    assert sum(lead.conversation_id in conversations for lead in stored.values()) == len(NAMES)


def test_fifty_patients_at_once(on_sqlite: Site) -> None:
    _book_at_once(on_sqlite)


@pytest.mark.postgres
def test_fifty_patients_at_once_on_postgresql(site: Site, network: Network) -> None:
    _book_at_once(site)
