"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "store_key",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("key_id", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_store_key"),
        sa.CheckConstraint("id = 1", name="ck_store_key_one_row"),
    )
    _leads()
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("actor", sa.String(255), nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("reference", sa.String(16), nullable=False),
        sa.Column("detail", sa.String(255), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_reference", "audit", ["reference"])
    _outbox()
    _escalations()


def _leads() -> None:
    op.create_table(
        "leads",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("reference", sa.String(16), nullable=False),
        sa.Column("idempotency_hash", sa.String(64), nullable=False),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.Column("phone_index", sa.String(64)),
        sa.Column("email_index", sa.String(64)),
        sa.Column("preferred_start", sa.DateTime),
        sa.Column("preferred_end", sa.DateTime),
        sa.Column("consent_version", sa.String(255), nullable=False),
        sa.Column("consent_at", sa.DateTime, nullable=False),
        sa.Column("channel", sa.String(255), nullable=False),
        sa.Column("conversation_id", sa.String(255), nullable=False),
        sa.Column("level", sa.String(16)),
        sa.Column("red_flags", sa.JSON, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("updated_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_leads"),
        sa.UniqueConstraint("reference", name="uq_leads_reference"),
        sa.UniqueConstraint("idempotency_hash", name="uq_leads_idempotency_hash"),
        sa.CheckConstraint(
            "status IN ('new','contacted','booked','closed','spam')", name="ck_leads_status"
        ),
        sa.CheckConstraint(
            "level IS NULL OR level IN ('emergency','urgent','soon')", name="ck_leads_level"
        ),
    )
    for column in ("phone_index", "email_index", "conversation_id", "created_at"):
        op.create_index(f"ix_leads_{column}", "leads", [column])


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("lead_id", sa.Integer, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_attempt_at", sa.DateTime, nullable=False),
        sa.Column("sent_at", sa.DateTime),
        sa.Column("last_error", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("lead_id", name="uq_outbox_lead_id"),
        sa.ForeignKeyConstraint(
            ["lead_id"], ["leads.id"], name="fk_outbox_lead_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_outbox_due", "outbox", ["sent_at", "next_attempt_at"])


def _escalations() -> None:
    op.create_table(
        "escalations",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("conversation_id", sa.String(255), nullable=False),
        sa.Column("rules", sa.JSON, nullable=False),
        sa.Column("level", sa.String(16), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_escalations"),
        sa.UniqueConstraint(
            "conversation_id", "at", "level", name="uq_escalations_conversation_id"
        ),
        sa.CheckConstraint("level IN ('emergency','urgent','soon')", name="ck_escalations_level"),
    )
    op.create_index("ix_escalations_at", "escalations", ["at"])
