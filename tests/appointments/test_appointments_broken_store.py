"""The database breaks in the middle of a request: real servers, real databases."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import time
from typing import Iterator

import pytest

from tests.appointments.conftest import Site
from tests.appointments.patient import Network, Patient

pytestmark = pytest.mark.servers


@pytest.fixture
def patient(site: Site) -> Patient:
    return Patient(site.servers.url)


def _assert_told(patient: Patient) -> None:
    """The patient hears at once that it failed and how to call; nothing is claimed."""
    told = patient.say("/affirm")
    assert told["lead"] == {"kind": "lead", "status": "failed"}, patient.text
    assert "could not save" in patient.text
    assert "call the clinic" in patient.text and "911" in patient.text
    assert "try again" in patient.text


def _send_at_last(patient: Patient) -> str:
    """Say "try again" until it is saved, as the patient was told."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        lead = patient.say("try again").get("lead") or {}
        if lead.get("status") == "saved":
            return str(lead["reference"])
        time.sleep(1)
    raise AssertionError(patient.text)


def _assert_red_flags_are_seen(site: Site) -> None:
    """With no database: in a new conversation, and in the middle of a request."""
    patient = Patient(site.servers.url)
    for before in ("hello", "i'd like to book a visit"):
        patient.say(before)
        assert patient.say("i have crushing chest pain")["alert"]["level"] == "emergency"
        assert "911" in patient.text
        patient = Patient(site.servers.url)


@pytest.mark.postgres
@pytest.mark.parametrize("fault", ["cut", "hang"])
def test_postgresql_is_out_of_reach(
    site: Site, network: Network, patient: Patient, fault: str
) -> None:
    patient.fill_in()
    getattr(network, fault)()
    _assert_told(patient)
    _assert_red_flags_are_seen(site)
    network.restore()
    reference = _send_at_last(patient)
    assert site.stored(patient) == [reference]


@pytest.mark.postgres
def test_postgresql_is_out_of_reach_from_the_start(site: Site, network: Network) -> None:
    network.cut()
    site.restart_actions()
    patient = Patient(site.servers.url)
    patient.fill_in()
    _assert_told(patient)
    network.restore()
    assert site.stored(patient) == []
    reference = _send_at_last(patient)
    assert site.stored(patient) == [reference]


def test_the_folder_of_the_sqlite_file_is_gone(on_sqlite: Site, patient: Patient) -> None:
    patient.fill_in()
    folder = on_sqlite.folder / "sqlite"
    shutil.move(folder, on_sqlite.folder / "away")
    folder.write_text("where the folder was")
    _assert_told(patient)
    _assert_red_flags_are_seen(on_sqlite)
    folder.unlink()
    shutil.move(on_sqlite.folder / "away", folder)
    assert on_sqlite.stored(patient) == []
    reference = _send_at_last(patient)
    assert on_sqlite.stored(patient) == [reference]


def test_the_sqlite_file_is_no_database(on_sqlite: Site, patient: Patient) -> None:
    patient.fill_in()
    file = on_sqlite.folder / "sqlite" / "legpain.db"
    for each in file.parent.glob("legpain.db*"):
        each.unlink()
    file.write_bytes(b"this is no database" * 1000)
    _assert_told(patient)
    file.unlink()


@pytest.fixture
def writer(on_sqlite: Site) -> Iterator[sqlite3.Connection]:
    """Another program that holds SQLite's one write lock."""
    file = on_sqlite.folder / "sqlite" / "legpain.db"
    on_sqlite.store().close()  # makes the file
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield other
    other.close()


def test_the_sqlite_file_is_locked(
    on_sqlite: Site, patient: Patient, writer: sqlite3.Connection
) -> None:
    patient.fill_in()
    _assert_told(patient)
    writer.execute("ROLLBACK")
    reference = _send_at_last(patient)
    assert on_sqlite.stored(patient) == [reference]


@pytest.mark.parametrize("fault", [signal.SIGKILL, signal.SIGSTOP])
def test_the_action_server_breaks_while_it_saves(
    on_sqlite: Site, patient: Patient, fault: signal.Signals
) -> None:
    patient.fill_in()
    process = on_sqlite.servers.processes["action server"]
    os.kill(process.pid, fault)
    told = patient.say("/affirm")
    assert "error" in told and "lead" not in told
    assert "call" in patient.text
    if fault == signal.SIGKILL:
        process.wait()
        on_sqlite.servers.start_actions()
    else:
        os.kill(process.pid, signal.SIGCONT)
    reference = _send_at_last(patient)
    assert on_sqlite.stored(patient) == [reference]
