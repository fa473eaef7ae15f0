"""The tables. What identifies a patient is in `leads.sealed` only; see keys.py."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any, Optional

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeDecorator


class UtcTime(TypeDecorator):
    """A moment: stored as UTC, given and returned with its time zone, on every database."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: Optional[datetime], dialect: Any) -> Optional[datetime]:
        """Turn an aware moment into plain UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(timezone.utc).replace(tzinfo=None)

    def process_result_value(self, value: Optional[datetime], dialect: Any) -> Optional[datetime]:
        """Turn plain UTC into an aware moment."""
        return None if value is None else value.replace(tzinfo=timezone.utc)


# Not Alembic's usual name: the database may be shared with another program that uses Alembic.
VERSION_TABLE = "legpain_schema"

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

# Which key this database is written with: one row.
store_key = Table(
    "store_key",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key_id", String(32), nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)

leads = Table(
    "leads",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("reference", String(16), nullable=False, unique=True),
    Column("idempotency_hash", String(64), nullable=False, unique=True),
    Column("sealed", Text, nullable=False),
    Column("phone_index", String(64), index=True),
    Column("email_index", String(64), index=True),
    Column("preferred_start", UtcTime),
    Column("preferred_end", UtcTime),
    Column("consent_version", String(255), nullable=False),
    Column("consent_at", UtcTime, nullable=False),
    Column("channel", String(255), nullable=False),
    Column("conversation_id", String(255), nullable=False, index=True),
    Column("level", String(16)),
    Column("red_flags", JSON, nullable=False),
    Column("status", String(16), nullable=False),
    Column("created_at", UtcTime, nullable=False, index=True),
    Column("updated_at", UtcTime, nullable=False),
    CheckConstraint("status IN ('new','contacted','booked','closed','spam')", name="status"),
    CheckConstraint("level IS NULL OR level IN ('emergency','urgent','soon')", name="level"),
)

# Outlives its lead: who saw or purged it stays known. It holds no patient details.
audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("actor", String(255), nullable=False),
    Column("action", String(32), nullable=False),
    Column("reference", String(16), nullable=False, index=True),
    Column("detail", String(255), nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column(
        "lead_id", Integer, ForeignKey("leads.id", ondelete="CASCADE"), nullable=False, unique=True
    ),
    Column("created_at", UtcTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", UtcTime, nullable=False),
    Column("sent_at", UtcTime),
    Column("last_error", String(64), nullable=False),
    Index("ix_outbox_due", "sent_at", "next_attempt_at"),
)

escalations = Table(
    "escalations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", String(255), nullable=False),
    Column("rules", JSON, nullable=False),
    Column("level", String(16), nullable=False),
    Column("at", UtcTime, nullable=False, index=True),
    UniqueConstraint("conversation_id", "at", "level"),
    CheckConstraint("level IN ('emergency','urgent','soon')", name="level"),
)
