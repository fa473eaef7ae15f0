"""Tells the staff of new requests by mail: level and reference, nothing of the patient.

Each request leaves a row in the outbox, in its own transaction. A row is leased before its mail
is sent and marked afterwards; after a crash in between the lease ends and it is sent again.
"""

from __future__ import annotations

import hashlib
import logging
import smtplib
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Callable, List, Optional, Sequence

from sqlalchemy import select, update
from sqlalchemy.engine import Connection, Engine, Row

from legpain.leads.database import transaction
from legpain.leads.errors import StoreUnavailable
from legpain.leads.mail import MailSettings, send
from legpain.leads.models import leads, outbox

logger = logging.getLogger(__name__)

AT_ONCE = ("emergency", "urgent")
_LEASE = timedelta(minutes=5)  # longer than any mail takes
_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=1)
_MOST_IN_DIGEST = 500

Send = Callable[[MailSettings, str, str, str], None]


@dataclass(frozen=True)
class Delivery:
    """What one round did: mails sent and failed, and requests that still wait."""

    sent: int
    failed: int
    waiting: int


class Outbox:
    """Sends what is due.

    Args:
        engine: of the store.
        settings: of the mail server.
        send_mail: for tests.
    """

    def __init__(self, engine: Engine, settings: MailSettings, send_mail: Send = send) -> None:
        self._engine, self._settings, self._send = engine, settings, send_mail

    def deliver(self, now: Optional[datetime] = None, digest_now: bool = False) -> Delivery:
        """Send every mail that is due: one for each urgent request, one for all others.

        Args:
            now: the moment; None is the clock's.
            digest_now: send the digest even if it is not time for it.

        Raises:
            StoreUnavailable: if the database fails.
        """
        now = now or datetime.now(timezone.utc)
        results = [self._mail([row], now) for row in self._claim(now, urgent=True)]
        others = self._claim(now, urgent=False, digest_now=digest_now)
        if others:
            results.append(self._mail(others, now))
        with transaction(self._engine) as connection:
            waiting = len(connection.execute(select(outbox.c.id).where(_UNSENT)).all())
        return Delivery(results.count(True), results.count(False), waiting)

    def _claim(self, now: datetime, urgent: bool, digest_now: bool = False) -> List[Row]:
        """Lease the rows that are due, so that no other process sends them meanwhile."""
        level = leads.c.level.in_(AT_ONCE)
        query = (
            select(outbox, leads.c.reference, leads.c.level)
            .join(leads, leads.c.id == outbox.c.lead_id)
            .where(_UNSENT, outbox.c.next_attempt_at <= now)
            .where(level if urgent else leads.c.level.is_(None) | ~level)
            .order_by(outbox.c.id)
            .limit(_MOST_IN_DIGEST)
            .with_for_update(skip_locked=True, of=outbox)
        )
        with transaction(self._engine) as connection:
            rows = connection.execute(query).all()
            due = urgent or digest_now or self._digest_is_due(rows, now)
            if due:
                _set(connection, rows, next_attempt_at=now + _LEASE)
        return list(rows) if due else []

    def _digest_is_due(self, rows: Sequence[Row], now: datetime) -> bool:
        oldest = min((row.created_at for row in rows), default=now)
        return bool(rows) and now - oldest >= timedelta(hours=self._settings.digest_hours)

    def _mail(self, rows: List[Row], now: datetime) -> bool:
        subject, body = mail_text(rows)
        error = ""
        try:
            self._send(self._settings, subject, body, _message_id(rows, self._settings.sender))
        except (OSError, smtplib.SMTPException, ValueError) as failure:
            error = type(failure).__name__  # its text may hold an address
            logger.warning("A notification was not sent (%s); it is tried again.", error)
        with transaction(self._engine) as connection:
            if not error:
                _set(connection, rows, sent_at=now, last_error="")
            for row in rows if error else []:
                wait = min(_FIRST_WAIT * 2 ** min(row.attempts, 10), _LONGEST_WAIT)
                change = {"attempts": row.attempts + 1, "next_attempt_at": now + wait}
                _set(connection, [row], last_error=error[:64], **change)
        return not error


_UNSENT = outbox.c.sent_at.is_(None)


def _set(connection: Connection, rows: Sequence[Row], **values: object) -> None:
    ids = [row.id for row in rows]
    connection.execute(update(outbox).where(outbox.c.id.in_(ids), _UNSENT).values(**values))


def mail_text(rows: Sequence[Row]) -> tuple[str, str]:
    """Return subject and body for the staff: levels and references only."""
    lines = [f"{row.reference}  {row.level or 'routine'}" for row in rows]
    if len(rows) == 1:
        subject = f"Appointment request {rows[0].reference} ({rows[0].level or 'routine'})"
    else:
        subject = f"{len(rows)} appointment requests"
    how = "To read one: legpain leads show REFERENCE"
    return subject, "\n".join([*lines, "", how, ""])


def _message_id(rows: Sequence[Row], sender: str) -> str:
    name = hashlib.sha256(" ".join(row.reference for row in rows).encode()).hexdigest()[:32]
    return f"<{name}@{sender.rpartition('@')[2].strip('<> ') or 'localhost'}>"


class OutboxWorker:
    """A thread that delivers: soon after `wake`, and every so often in any case.

    Args:
        open_outbox: gives the outbox to empty; asked each round, for the store may be down.
        seconds: between two rounds.
    """

    def __init__(self, open_outbox: Callable[[], Outbox], seconds: float = 30.0) -> None:
        self._open_outbox, self._seconds = open_outbox, seconds
        self._wanted, self._stopping = threading.Event(), False
        self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def wake(self) -> None:
        """Deliver now, without waiting for it; call it after a submission."""
        self._wanted.set()

    def stop(self) -> None:
        """Stop after the mail that is being sent."""
        self._stopping = True
        self._wanted.set()
        self._thread.join(timeout=30)

    def _run(self) -> None:
        while not self._stopping:
            self._wanted.clear()
            try:
                self._open_outbox().deliver()
            except StoreUnavailable as error:
                logger.warning("The outbox can not be read: %s", error)
            except Exception as error:  # the thread must live: nobody would see it end
                logger.error("A round of notifications failed (%s).", type(error).__name__)
            self._wanted.wait(self._seconds)
