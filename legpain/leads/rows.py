"""Between the records and the rows of the table `leads`: sealing, opening, indexing."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from datetime import datetime
from typing import Any, Dict, List, Optional, Tuple

from sqlalchemy import or_, select
from sqlalchemy.engine import Connection, Row

from legpain.leads.keys import Key, Keyring
from legpain.leads.models import leads
from legpain.leads.records import Consent, Contact, Lead, LeadRequest

_MANY = 500  # above so many people, reading all indexes is quicker than naming each


def submission_hash(idempotency_key: str) -> str:
    """Return what is stored of a submission's key."""
    return hashlib.sha256(idempotency_key.encode("utf-8", "surrogatepass")).hexdigest()


def sealed_columns(contact: Contact, reference: str, key: Key) -> Dict[str, Optional[str]]:
    """Return the columns that depend on the contact and the key."""
    content = {name: _storable(value) for name, value in asdict(contact).items() if value}
    phone = (contact.phone or "").partition(" ")[0]  # without an extension
    email = (contact.email or "").strip().casefold()
    return {
        "sealed": key.seal(json.dumps(content, ensure_ascii=False), reference),
        "phone_index": key.blind_index("phone", phone) if phone else None,
        "email_index": key.blind_index("email", email) if email else None,
    }


def _storable(text: str) -> str:
    """Replace half surrogate pairs, which no database and no file can hold."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def row_of(
    request: LeadRequest, reference: str, submission: str, key: Key, now: datetime
) -> Dict[str, Any]:
    """Return the new row of a request."""
    return {
        "reference": reference,
        "idempotency_hash": submission,
        **sealed_columns(request.contact, reference, key),
        "preferred_start": request.preferred_start,
        "preferred_end": request.preferred_end,
        "consent_version": request.consent.text_version,
        "consent_at": request.consent.given_at,
        "channel": request.channel,
        "conversation_id": request.conversation_id,
        "level": request.level,
        "red_flags": list(request.red_flags),
        "status": "new",
        "created_at": now,
        "updated_at": now,
    }


def contact_of(row: Row, keyring: Keyring) -> Contact:
    """Decrypt a row's contact.

    Raises:
        KeyProblem: if its key is not at hand or it was altered.
    """
    return Contact(**json.loads(keyring.unseal(row.sealed, row.reference)))


def lead_of(row: Row, keyring: Keyring, related: Tuple[str, ...]) -> Lead:
    """Return a row as a record."""
    return Lead(
        reference=row.reference,
        contact=contact_of(row, keyring),
        consent=Consent(row.consent_version, row.consent_at),
        conversation_id=row.conversation_id,
        channel=row.channel,
        level=row.level,
        red_flags=tuple(row.red_flags),
        preferred_start=row.preferred_start,
        preferred_end=row.preferred_end,
        status=row.status,
        created_at=row.created_at,
        updated_at=row.updated_at,
        related=related,
    )


def related_references(connection: Connection, rows: List[Row]) -> Dict[int, Tuple[str, ...]]:
    """Return, by row id, the other requests with the same phone number or e-mail address.

    Found when read, not stored: two requests sent at the same moment find each other too.
    """
    columns = (leads.c.id, leads.c.reference, leads.c.phone_index, leads.c.email_index)
    query = select(*columns).order_by(leads.c.id)
    if len(rows) <= _MANY:
        phones = [row.phone_index for row in rows if row.phone_index]
        emails = [row.email_index for row in rows if row.email_index]
        query = query.where(or_(leads.c.phone_index.in_(phones), leads.c.email_index.in_(emails)))
    people: Dict[str, List[Tuple[int, str]]] = {}
    for other in connection.execute(query):
        for index in _indexes(other):
            people.setdefault(index, []).append((other.id, other.reference))
    return {row.id: _others(row, people) for row in rows}


def _indexes(row: Row) -> List[str]:
    return [index for index in (row.phone_index, row.email_index) if index]


def _others(row: Row, people: Dict[str, List[Tuple[int, str]]]) -> Tuple[str, ...]:
    found = {pair for index in _indexes(row) for pair in people.get(index, ())}
    return tuple(reference for number, reference in sorted(found) if number != row.id)
