"""The store of appointment requests: written once, encrypted, every read and change known."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Dict, Iterable, List, Optional, Sequence

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection, Engine, Row
from sqlalchemy.exc import IntegrityError

from legpain.leads.database import database_url, migrate, open_engine, transaction
from legpain.leads.errors import InvalidLead, StoreUnavailable, UnknownLead
from legpain.leads.keyed_database import KeyedDatabase
from legpain.leads.models import audit, escalations, leads, outbox
from legpain.leads.purge import purge_rows
from legpain.leads.records import (
    LEVELS,
    STATUSES,
    AuditEntry,
    Escalation,
    Lead,
    LeadFilter,
    LeadRequest,
    Purged,
    SavedLead,
    check_ids,
)
from legpain.leads.references import new_reference, normal_reference
from legpain.leads.rows import lead_of, related_references, row_of, submission_hash

_TRIES = 4  # a lost connection, or two submissions at the same moment
NO_LEAD = "-"  # the audit's reference where no single request is meant


class LeadStore:
    """Appointment requests in a database; safe to share between threads.

    `open` is the way to get one.
    """

    def __init__(self, database: KeyedDatabase) -> None:
        self._database = database

    @classmethod
    def open(cls, url: Optional[str] = None, key_file: Optional[Path] = None) -> LeadStore:
        """Open the store: migrate the schema, find the key.

        Args:
            url: of the database; without it LEGPAIN_DATABASE_URL, else SQLite in `var/`.
            key_file: without it LEGPAIN_KEY_FILE, else `var/legpain.key`; LEGPAIN_KEY goes first.

        Raises:
            KeyProblem: if the database was written with a key that is not at hand.
            SchemaProblem: if a newer version wrote it.
            StoreUnavailable: if it can not be reached or written.
        """
        engine = open_engine(database_url(url))
        try:
            migrate(engine)
            return cls(KeyedDatabase.open(engine, key_file))
        except BaseException:
            engine.dispose()
            raise

    @property
    def engine(self) -> Engine:
        """The engine, for the outbox."""
        return self._database.engine

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def submit(self, request: LeadRequest, idempotency_key: str) -> SavedLead:
        """Store a request once, however often it is submitted under the same key.

        It returns only after the commit, with what a new transaction reads of the committed row.
        After an error, submitting again under the same key is safe. It blocks while a database
        server hangs, so an asynchronous caller runs it in a thread, with a deadline of its own.

        Args:
            request: what the patient asks for.
            idempotency_key: the same for every retry of this request, made of no patient details.

        Raises:
            StoreUnavailable: if it is not known to be stored.
            KeyProblem: if the key has changed and the new one is not at hand.
        """
        submission = submission_hash(idempotency_key)
        created = self._store(request, submission)
        with transaction(self.engine) as connection:
            reference = _reference_of(connection, submission)
        if reference is None:
            raise StoreUnavailable("The request was not found after it was stored.")
        return SavedLead(reference, created)

    def _store(self, request: LeadRequest, submission: str) -> bool:
        for attempt in range(_TRIES):
            try:
                with self._database.transaction() as (connection, key):
                    if _reference_of(connection, submission) is not None:
                        return False
                    row = row_of(request, new_reference(), submission, key, _now())
                    _insert(connection, row)
                return True
            except IntegrityError:
                continue  # the same submission at the same moment, or a reference that is taken
            except StoreUnavailable:
                if attempt > 0:  # one more try: a pooled connection may have died
                    raise
        raise StoreUnavailable("The request could not be stored.")

    def list(self, filters: Optional[LeadFilter] = None, actor: str = "system") -> List[Lead]:
        """Return the requests that pass the filters, newest first; each read is audited."""
        query = _filtered(filters or LeadFilter())
        with self._database.transaction() as (connection, _key):
            rows = connection.execute(query).all()
            related = related_references(connection, rows)
            _note(connection, actor, "list", [row.reference for row in rows])
            return [lead_of(row, self._database.keyring, related[row.id]) for row in rows]

    def get(self, reference: str, actor: str) -> Lead:
        """Return one request; the read is audited.

        Raises:
            UnknownLead: if there is none.
        """
        with self._database.transaction() as (connection, _key):
            row = _row(connection, reference)
            related = related_references(connection, [row])
            _note(connection, actor, "read", [row.reference])
            return lead_of(row, self._database.keyring, related[row.id])

    def set_status(self, reference: str, status: str, actor: str) -> None:
        """Change the status of a request; the change is audited.

        Raises:
            InvalidLead: if there is no such status.
            UnknownLead: if there is no such request.
        """
        if status not in STATUSES:
            raise InvalidLead(f"The status must be one of {', '.join(STATUSES)}.")
        with self._database.transaction() as (connection, _key):
            row = _row(connection, reference, lock=True)
            change = {"status": status, "updated_at": _now()}
            connection.execute(update(leads).where(leads.c.id == row.id).values(change))
            _note(connection, actor, "status", [row.reference], f"{row.status} -> {status}")

    def history(self, reference: str, actor: str) -> List[AuditEntry]:
        """Return the audit of one reference, oldest first, also of a purged one."""
        wanted = normal_reference(reference)
        with transaction(self.engine) as connection:
            query = select(audit).where(audit.c.reference == wanted).order_by(audit.c.id)
            rows = connection.execute(query).all()
            _note(connection, actor, "history", [wanted] if rows else [])
        return [
            AuditEntry(row.at, row.actor, row.action, row.reference, row.detail) for row in rows
        ]

    def purge(
        self,
        older_than: Optional[datetime] = None,
        reference: Optional[str] = None,
        conversation: Optional[str] = None,
        actor: str = "system",
    ) -> Purged:
        """Delete requests for good with their escalations: by age, reference or conversation.

        Raises:
            InvalidLead: unless exactly one of the three is given.
            UnknownLead: if there is no such reference.
        """
        if [older_than, reference, conversation].count(None) != 2:
            raise InvalidLead("A purge is by age, by reference or by conversation.")
        with transaction(self.engine) as connection:
            if reference is not None:
                purged = purge_rows(connection, [_row(connection, reference, lock=True)])
            elif conversation is not None:
                query = select(leads).where(leads.c.conversation_id == conversation)
                rows = connection.execute(query.with_for_update()).all()
                purged = purge_rows(connection, rows, conversation=conversation)
            else:
                old = select(leads).where(leads.c.created_at < older_than).with_for_update()
                purged = purge_rows(connection, connection.execute(old).all(), older_than)
            _note(connection, actor, "purge", purged.references)
        self._database.wipe_journal()
        return purged

    def record_escalation(
        self, conversation_id: str, rules: Iterable[str], level: str, at: datetime
    ) -> bool:
        """Keep that a red flag was told; recording the same again changes nothing.

        Args:
            conversation_id: of the dialogue.
            rules: ids of the rules that fired.
            level: "emergency", "urgent" or "soon".
            at: when it was told, with a time zone; the same for every retry.

        Returns:
            Whether it was new.

        Raises:
            InvalidLead: if there is no such level, or an id can not be stored.
            StoreUnavailable: if it is not known to be stored.
        """
        if level not in LEVELS:
            raise InvalidLead(f"The level must be one of {', '.join(LEVELS)}.")
        rules = list(rules)
        check_ids(conversation_id, *rules)
        row = {"conversation_id": conversation_id, "rules": rules, "level": level, "at": at}
        try:
            with transaction(self.engine) as connection:
                connection.execute(insert(escalations).values(row))
        except IntegrityError:
            return False
        return True

    def list_escalations(
        self, since: Optional[datetime] = None, actor: str = "system"
    ) -> List[Escalation]:
        """Return the escalations since a moment, newest first; the read is audited."""
        query = select(escalations).order_by(escalations.c.at.desc(), escalations.c.id.desc())
        if since is not None:
            query = query.where(escalations.c.at >= since)
        with transaction(self.engine) as connection:
            rows = connection.execute(query).all()
            _note(connection, actor, "escalations", [NO_LEAD])
        return [
            Escalation(row.conversation_id, tuple(row.rules), row.level, row.at) for row in rows
        ]

    def rotate_key(self, actor: str = "system") -> str:
        """Encrypt everything with a new key and return its id; see KeyedDatabase.rotate."""
        return self._database.rotate(
            lambda connection: _note(connection, actor, "rotate_key", [NO_LEAD])
        )


def _now() -> datetime:
    return datetime.now(timezone.utc)


def _reference_of(connection: Connection, submission: str) -> Optional[str]:
    query = select(leads.c.reference).where(leads.c.idempotency_hash == submission)
    reference: Optional[str] = connection.execute(query).scalar_one_or_none()
    return reference


def _insert(connection: Connection, row: Dict[str, Any]) -> None:
    lead_id = connection.execute(insert(leads).values(row)).inserted_primary_key[0]
    notice = {
        "lead_id": lead_id,
        "created_at": row["created_at"],
        "attempts": 0,
        "next_attempt_at": row["created_at"],
        "last_error": "",
    }
    connection.execute(insert(outbox).values(notice))
    _note(connection, f"channel:{row['channel']}", "create", [row["reference"]])


def _row(connection: Connection, reference: str, lock: bool = False) -> Row:
    query = select(leads).where(leads.c.reference == normal_reference(reference))
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise UnknownLead("There is no request with this reference.")
    return row


def _filtered(filters: LeadFilter) -> Any:
    columns = leads.c
    tests = [
        (filters.status, lambda value: columns.status == value),
        (filters.level, lambda value: columns.level == value),
        (filters.since, lambda value: columns.created_at >= value),
        (filters.until, lambda value: columns.created_at < value),
        (filters.conversation_id, lambda value: columns.conversation_id == value),
    ]
    query = select(leads).order_by(columns.created_at.desc(), columns.id.desc())
    for value, test in tests:
        if value is not None:
            query = query.where(test(value))
    return query.limit(filters.limit) if filters.limit is not None else query


def _note(
    connection: Connection, actor: str, action: str, references: Sequence[str], detail: str = ""
) -> None:
    """Write the audit: a row for each request, so that each one's history is whole."""
    shown = "".join(sign for sign in actor if sign.isprintable())[:255]
    common = {"at": _now(), "actor": shown, "action": action, "detail": detail}
    if references:
        rows = [{**common, "reference": reference} for reference in references]
        connection.execute(insert(audit), rows)
