"""What goes with a request that is deleted: its escalations and its conversation."""

from __future__ import annotations

from datetime import datetime
from typing import Optional, Sequence

from sqlalchemy import delete, select
from sqlalchemy.engine import Connection, Row

from legpain.leads.models import escalations, leads
from legpain.leads.records import Purged


def purge_rows(
    connection: Connection,
    rows: Sequence[Row],
    before: Optional[datetime] = None,
    conversation: Optional[str] = None,
) -> Purged:
    """Delete requests, and what nothing that stays belongs to.

    Args:
        connection: in a transaction.
        rows: of the requests.
        before: escalations from before this moment go too.
        conversation: goes too, even if no request came from it.
    """
    conversations = {row.conversation_id for row in rows}
    if conversation is not None:
        conversations.add(conversation)
    if before is not None:
        old = select(escalations.c.conversation_id).where(escalations.c.at < before)
        conversations.update(connection.execute(old).scalars())
        connection.execute(delete(escalations).where(escalations.c.at < before))
    for row in rows:
        connection.execute(delete(leads).where(leads.c.id == row.id))
    for each in sorted(conversations):
        if _in_use(connection, each):
            conversations.discard(each)
        else:
            gone = escalations.c.conversation_id == each
            connection.execute(delete(escalations).where(gone))
    return Purged(tuple(row.reference for row in rows), tuple(sorted(conversations)))


def _in_use(connection: Connection, conversation: str) -> bool:
    query = select(leads.c.id).where(leads.c.conversation_id == conversation).limit(1)
    return connection.execute(query).first() is not None
