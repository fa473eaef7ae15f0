"""The staff's mails, received by a real SMTP server."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta, timezone
from typing import Any, Callable, Iterator

import pytest

from legpain.leads import LeadRequest, LeadStore
from legpain.leads.errors import MailNotConfigured
from legpain.leads.mail import MailSettings
from legpain.leads.outbox import Outbox, OutboxWorker
from tests.leads.conftest import Database
from tests.leads.inbox import Inbox, environment, open_inbox

Make = Callable[..., LeadRequest]
HOUR = timedelta(hours=1)


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with open_inbox() as inbox:
        yield inbox


@pytest.fixture
def outbox(store: LeadStore, inbox: Inbox) -> Outbox:
    return Outbox(store.engine, MailSettings.from_environment(environment(inbox.port)))


def now() -> datetime:
    return datetime.now(timezone.utc)


def test_urgent_requests_go_out_at_once_and_once(
    store: LeadStore, outbox: Outbox, inbox: Inbox, make_request: Make
) -> None:
    urgent = store.submit(make_request(level="urgent"), "1").reference
    store.submit(make_request(level="emergency"), "2")
    store.submit(make_request(level="soon"), "3")
    store.submit(make_request(), "4")
    done = outbox.deliver()
    assert (done.sent, done.failed, done.waiting) == (2, 0, 2)
    assert inbox.mails[0]["Subject"] == f"Appointment request {urgent} (urgent)"
    assert inbox.mails[0]["To"] == "desk@clinic.example, nurse@clinic.example"
    assert outbox.deliver().sent == 0


def test_the_others_wait_for_the_digest(
    store: LeadStore, outbox: Outbox, inbox: Inbox, make_request: Make
) -> None:
    references = [store.submit(make_request(level="soon"), "1").reference]
    references.append(store.submit(make_request(), "2").reference)
    assert outbox.deliver(now() + 3 * HOUR).sent == 0
    assert outbox.deliver(now() + 4 * HOUR).sent == 1
    assert inbox.mails[0]["Subject"] == "2 appointment requests"
    assert all(reference in inbox.bodies()[0] for reference in references)
    store.submit(make_request(), "3")
    assert outbox.deliver(digest_now=True).sent == 1
    assert len(inbox.mails) == 2


def test_no_mail_holds_a_patients_details(
    store: LeadStore, outbox: Outbox, inbox: Inbox, make_request: Make
) -> None:
    store.submit(make_request(level="urgent"), "1")
    store.submit(make_request(), "2")
    outbox.deliver(digest_now=True)
    assert len(inbox.mails) == 2
    for mail in inbox.mails:
        del mail["Message-ID"]  # random digits, which may hold any three in a row
        for secret in ("Brien", "8135550100", "zoe", "quokka", "wombat", "conversation-1"):
            assert secret not in mail.as_string()


def test_a_refused_mail_is_sent_again_after_a_while(
    store: LeadStore, outbox: Outbox, inbox: Inbox, make_request: Make
) -> None:
    store.submit(make_request(level="urgent"), "1")
    inbox.refuse = 2
    start = now()
    assert outbox.deliver(start).failed == 1
    assert outbox.deliver(start + timedelta(seconds=50)).failed == 0  # not yet
    assert outbox.deliver(start + timedelta(seconds=61)).failed == 1
    assert outbox.deliver(start + timedelta(seconds=150)).sent == 0  # waits longer now
    assert outbox.deliver(start + timedelta(seconds=190)).sent == 1
    assert len(inbox.mails) == 1


def test_a_dead_server_loses_nothing(store: LeadStore, inbox: Inbox, make_request: Make) -> None:
    store.submit(make_request(level="urgent"), "1")
    dead = Outbox(store.engine, MailSettings.from_environment(environment(1)))
    moment = now()
    for _ in range(12):
        dead.deliver(moment)
        moment += HOUR
    port: int = inbox.port
    alive = Outbox(store.engine, MailSettings.from_environment(environment(port)))
    assert alive.deliver(moment).sent == 1


def test_a_crash_between_sending_and_marking_sends_again_with_the_same_id(
    store: LeadStore, outbox: Outbox, inbox: Inbox, make_request: Make, monkeypatch: Any
) -> None:
    store.submit(make_request(level="urgent"), "1")

    def crash(*arguments: Any) -> None:
        original(*arguments)
        raise KeyboardInterrupt

    original = outbox._send
    monkeypatch.setattr(outbox, "_send", crash)
    with pytest.raises(KeyboardInterrupt):
        outbox.deliver()
    monkeypatch.undo()
    assert outbox.deliver().sent == 0  # still leased
    assert outbox.deliver(now() + HOUR).sent == 1
    assert len({mail["Message-ID"] for mail in inbox.mails}) == 1 < len(inbox.mails)


def test_two_processes_do_not_send_the_same(
    store: LeadStore, outbox: Outbox, inbox: Inbox, make_request: Make
) -> None:
    for number in range(10):
        store.submit(make_request(level="urgent"), str(number))
    threads = [threading.Thread(target=outbox.deliver) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(inbox.mails) == len({mail["Subject"] for mail in inbox.mails}) == 10


def test_a_purged_request_is_not_announced(
    store: LeadStore, outbox: Outbox, inbox: Inbox, make_request: Make
) -> None:
    reference = store.submit(make_request(level="urgent"), "1").reference
    store.purge(reference=reference)
    assert outbox.deliver().sent == 0


def test_the_worker_delivers_when_woken(
    store: LeadStore, outbox: Outbox, inbox: Inbox, make_request: Make
) -> None:
    worker = OutboxWorker(lambda: outbox, seconds=600)
    worker.start()
    time.sleep(0.2)
    store.submit(make_request(level="emergency"), "1")
    worker.wake()
    deadline = time.monotonic() + 5
    while not inbox.mails and time.monotonic() < deadline:
        time.sleep(0.02)
    worker.stop()
    assert len(inbox.mails) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LEGPAIN_SMTP_HOST", ""),
        ("LEGPAIN_MAIL_TO", " "),
        ("LEGPAIN_MAIL_FROM", ""),
        ("LEGPAIN_SMTP_PORT", "x"),
        ("LEGPAIN_SMTP_SECURITY", "maybe"),
    ],
)
def test_settings_that_are_missing_are_named(name: str, value: str) -> None:
    with pytest.raises(MailNotConfigured, match=name):
        MailSettings.from_environment({**environment(25), name: value})


def test_failures_log_no_details(
    sqlite: Database, make_request: Make, caplog: pytest.LogCaptureFixture
) -> None:
    store = sqlite.open()
    store.submit(make_request(level="urgent"), "1")
    Outbox(store.engine, MailSettings.from_environment(environment(1))).deliver()
    store.close()
    assert "ConnectionRefusedError" in caplog.text
    assert "desk@" not in caplog.text
