"""Tracker stores that keep all events and hand the dialogue a window of them.

Both are set in `endpoints.yml`. The window is `legpain.rasa.tracker_window`; a whole conversation
is still there for whoever asks for it (`retrieve_full_tracker`): history, export, deletion.
"""

from __future__ import annotations

import json
import time
import zlib
from collections import OrderedDict
from functools import lru_cache
from typing import Any, Dict, Generic, Iterable, List, Optional, Tuple, Type, TypeVar

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import InMemoryTrackerStore, SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT_NAME_KEY
from rasa.shared.utils.common import all_subclasses

from legpain.rasa.tracker_window import recent_events

_DAYS = 30.0  # without a message, then a conversation is forgotten
_LOOK_EVERY = 3600.0  # seconds, for conversations to forget
_IN_HAND = 100  # conversations whose latest events stay in memory as objects, about 150 kB each
_STORED = "stored_events"  # a tracker's attribute: how many of its events are stored
_Value = TypeVar("_Value")


class _Forgetful:
    """Says from time to time before which moment a conversation must have ended to be forgotten."""

    _looked_at = 0.0

    def _forget_before(self, days: float) -> Optional[float]:
        now = time.time()
        if now - self._looked_at < _LOOK_EVERY:
            return None
        self._looked_at = now
        return now - days * 86_400


class _Latest(OrderedDict, Generic[_Value]):
    """A dictionary that forgets what was longest not used."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def use(self, key: str) -> Optional[_Value]:
        """Return a value and remember that it was used."""
        if key not in self:
            return None
        self.move_to_end(key)
        value: _Value = self[key]
        return value

    def put(self, key: str, value: _Value) -> None:
        """Add or replace a value."""
        self[key] = value
        self.move_to_end(key)
        while len(self) > self._most:
            self.popitem(last=False)


class WindowedMemoryTrackerStore(InMemoryTrackerStore, _Forgetful):
    """Conversations in memory, packed; the longest idle ones go when there are too many.

    Args:
        domain: the model's domain.
        event_broker: told of new events.
        conversations: how many are kept, about 1 kB a turn.
        days: without a message, after which one is forgotten.
    """

    def __init__(
        self,
        domain: Domain,
        event_broker: Optional[EventBroker] = None,
        conversations: int = 2000,
        days: float = _DAYS,
        **_: Any,
    ) -> None:
        super().__init__(domain, event_broker)
        self._days = days
        self.store: _Latest[List[bytes]] = _Latest(conversations)  # a turn's events each
        self._recent: _Latest[List[Event]] = _Latest(_IN_HAND)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Add the tracker's new events to the conversation."""
        sender_id, stored = tracker.sender_id, getattr(tracker, _STORED, None)
        events = list(tracker.events)
        packed = self.store.use(sender_id) if stored is not None else None
        new = events[stored:] if packed is not None else events
        self.store.put(sender_id, [*(packed or []), _pack(new)] if new else packed or [])
        self._recent.put(sender_id, recent_events(events))
        setattr(tracker, _STORED, len(events))
        self._forget_idle()
        if self.event_broker:
            await self._stream_new_events(self.event_broker, new, sender_id)

    def _forget_idle(self) -> None:
        before = self._forget_before(self._days)
        for sender_id, packed in list(self.store.items()) if before is not None else []:
            if packed and json.loads(zlib.decompress(packed[-1]))[-1]["timestamp"] >= before:
                return  # those after it were used later
            self.forget(sender_id)

    async def _retrieve(
        self, sender_id: str, fetch_all_sessions: bool
    ) -> Optional[DialogueStateTracker]:
        packed = self.store.use(sender_id)
        if packed is None:
            return None
        if fetch_all_sessions:
            return self._tracker(sender_id, _unpack(packed))
        recent = self._recent.use(sender_id)
        if recent is None:
            recent = recent_events(_unpack(packed))
            self._recent.put(sender_id, recent)
        return self._tracker(sender_id, recent)

    def _tracker(self, sender_id: str, events: List[Event]) -> DialogueStateTracker:
        return _marked(DialogueStateTracker.from_events(sender_id, events, self.domain.slots))

    def forget(self, sender_id: str) -> None:
        """Delete a conversation, whole."""
        self.store.pop(sender_id, None)
        self._recent.pop(sender_id, None)


class WindowedSQLTrackerStore(SQLTrackerStore, _Forgetful):
    """Conversations in an SQL database, all of them; takes the arguments of Rasa's own store.

    And `days`: without a message, after which a conversation is forgotten.

    A conversation's latest events stay in memory too. Other processes may write to the same
    database: what they have added is seen.
    """

    def __init__(self, *args: Any, days: float = _DAYS, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._days = days
        # The latest events, and the row of the last of them.
        self._recent: _Latest[Tuple[List[Event], int]] = _Latest(_IN_HAND)
        if self.engine.dialect.name == "sqlite":
            sa.event.listen(self.engine, "connect", _tune_sqlite)
            self.engine.dispose()  # connections from before the listener

    async def _retrieve(
        self, sender_id: str, fetch_events_from_all_sessions: bool
    ) -> Optional[DialogueStateTracker]:
        with self.session_scope() as session:
            if fetch_events_from_all_sessions:
                rows = self._rows(session, sender_id, 0)
                events = [_event(json.loads(data)) for _, data in rows]
            else:
                events = self._recent_events(session, sender_id)
        if not events:
            return None
        return _marked(DialogueStateTracker.from_events(sender_id, events, self.domain.slots))

    def _recent_events(self, session: Any, sender_id: str) -> List[Event]:
        known, last = self._recent.use(sender_id) or ([], 0)
        rows = self._rows(session, sender_id, last)
        if last and (not rows or rows[0][0] != last):  # deleted meanwhile
            known, last = [], 0
            rows = self._rows(session, sender_id, 0)
        added = [_event(json.loads(data)) for place, data in rows if place > last]
        events = recent_events([*known, *added]) if added else known
        if rows:
            self._recent.put(sender_id, (events, rows[-1][0]))
        return events

    def _rows(self, session: Any, sender_id: str, first: int) -> List[Tuple[int, str]]:
        row = self.SQLEvent
        query = sa.select(row.id, row.data).where(row.sender_id == sender_id, row.id >= first)
        return [tuple(each) for each in session.execute(query.order_by(row.id))]

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Add the tracker's new events to the database."""
        sender_id, stored = tracker.sender_id, getattr(tracker, _STORED, None)
        events = list(tracker.events)
        with self.session_scope() as session:
            if stored is None:  # not from this store: as Rasa does it
                stored = len(events) - len(list(self._additional_events(session, tracker)))
            new = events[stored:]
            rows = [self._row(sender_id, event) for event in new]
            session.add_all(rows)
            session.flush()
            last = max((row.id for row in rows), default=0)
            session.commit()
            self._forget_idle(session)
        if last:
            self._recent.put(sender_id, (recent_events(events), last))
        setattr(tracker, _STORED, len(events))
        if self.event_broker:
            await self._stream_new_events(self.event_broker, new, sender_id)

    def _row(self, sender_id: str, event: Event) -> Any:
        data = event.as_dict()
        return self.SQLEvent(
            sender_id=sender_id,
            type_name=event.type_name,
            timestamp=data.get("timestamp"),
            intent_name=data.get("parse_data", {}).get("intent", {}).get(INTENT_NAME_KEY),
            action_name=data.get("name"),
            data=json.dumps(data),
        )

    def _forget_idle(self, session: Any) -> None:
        before = self._forget_before(self._days)
        if before is not None:
            row = self.SQLEvent
            last = sa.func.max(row.timestamp)
            idle = sa.select(row.sender_id).group_by(row.sender_id).having(last < before)
            gone = sa.delete(row).where(row.sender_id.in_(idle))
            session.execute(gone.execution_options(synchronize_session=False))
            session.commit()

    def forget(self, sender_id: str) -> None:
        """Delete a conversation."""
        row = self.SQLEvent
        self._recent.pop(sender_id, None)
        with self.session_scope() as session:
            session.execute(
                sa.delete(row)
                .where(row.sender_id == sender_id)
                .execution_options(synchronize_session=False)
            )
            session.commit()


def _marked(tracker: DialogueStateTracker) -> DialogueStateTracker:
    setattr(tracker, _STORED, len(tracker.events))
    return tracker


def _tune_sqlite(connection: Any, _record: Any) -> None:
    """Write ahead: a message costs one short write, and readers do not wait."""
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")


def _pack(events: Iterable[Event]) -> bytes:
    return zlib.compress(json.dumps([event.as_dict() for event in events]).encode(), 1)


def _unpack(packed: Iterable[bytes]) -> List[Event]:
    return [_event(data) for each in packed for data in json.loads(zlib.decompress(each))]


def _event(data: Dict[str, Any]) -> Event:
    """Return the event that `as_dict` wrote; Rasa looks the class up among all, each time."""
    kind = data["event"]
    if kind not in _kinds():
        raise ValueError(f"an unknown kind of event: {kind}")
    return _kinds()[kind]._from_parameters({**data})


@lru_cache(maxsize=1)
def _kinds() -> Dict[str, Type[Event]]:
    return {each.type_name: each for each in all_subclasses(Event)}
