"""What the website's channel asks of Rasa besides answers: read or delete a conversation."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Dict, List, Set

import sqlalchemy as sa
from rasa.core.tracker_store import InMemoryTrackerStore, SQLTrackerStore, TrackerStore

from legpain.findings import Finding
from legpain.findings.finding import Reading
from legpain.rasa.finding_extractor import FindingEntityExtractor
from legpain.rasa.graph_runner import InOrderGraphRunner
from legpain.rasa.parsed_findings import findings_of_message
from legpain.web.errors import wait_and_retry
from legpain.web.sessions import conversation_of

logger = logging.getLogger(__name__)

STARTING_SECONDS = 10.0
_READING_SECONDS = 1.0
# What is refused must cost the turns nothing: the encoder's arithmetic leaves them the interpreter.
_READERS = ThreadPoolExecutor(1, thread_name_prefix="reader")
_MOST_READINGS = 20  # waiting at once, some 0.2 s of work; beyond these the lexicon must do
_readings: Set[asyncio.Future[Reading]] = set()


def is_ready(app: Any) -> bool:
    """Return whether the server has loaded its model."""
    agent = getattr(app.ctx, "agent", None)
    return agent is not None and bool(agent.is_ready())


def tracker_store(app: Any) -> Any:
    """Return Rasa's store of conversations.

    Raises:
        Refusal: 503 `starting`.
    """
    if not is_ready(app):
        raise wait_and_retry(503, "starting", STARTING_SECONDS)
    return app.ctx.agent.tracker_store


async def findings_of(app: Any, words: str) -> List[Finding]:
    """Return the findings that the trained model sees in a patient's words; none if it can not."""
    try:
        return await asyncio.wait_for(_read(app.ctx.agent, words), _READING_SECONDS)
    except Exception as error:  # the lexicon's findings must do
        logger.error("The model could not read a message: %s.", type(error).__name__)
        return []


async def _read(agent: Any, words: str) -> List[Finding]:
    runner = getattr(getattr(agent, "processor", None), "graph_runner", None)
    if isinstance(runner, InOrderGraphRunner):
        component = runner.component(FindingEntityExtractor)
        if component is not None and component.reader is not None:
            if len(_readings) >= _MOST_READINGS:
                return []
            loop = asyncio.get_running_loop()
            reading = loop.run_in_executor(_READERS, component.reader.read, words)
            _readings.add(reading)
            reading.add_done_callback(_readings.discard)
            return (await reading).findings
    return findings_of_message(await agent.parse_message(words))


async def events_of(app: Any, sid: str) -> List[Dict[str, Any]]:
    """Return all events of a session's conversation, oldest first.

    Raises:
        Refusal: 503 `starting`.
    """
    tracker = await tracker_store(app).retrieve_full_tracker(conversation_of(sid))
    return [event.as_dict() for event in tracker.events] if tracker else []


async def is_kept(app: Any, sid: str) -> bool:
    """Return whether anything of a session's conversation is there; True where not known."""
    try:
        return not is_ready(app) or bool(await tracker_store(app).exists(conversation_of(sid)))
    except Exception as error:  # the turn itself will tell
        logger.error("A conversation could not be looked up: %s.", type(error).__name__)
        return True


async def slots_of(app: Any, sid: str) -> Dict[str, Any]:
    """Return the slots of a session's conversation as they stand; none where not known."""
    if not is_ready(app):
        return {}
    tracker = await tracker_store(app).retrieve(conversation_of(sid))
    return dict(tracker.current_slot_values()) if tracker else {}


async def delete(store: TrackerStore, conversation: str) -> None:
    """Delete everything that a tracker store holds of a conversation.

    Raises:
        NotImplementedError: if this kind of store can not be asked to; Rasa 3.6 has no way.
    """
    # Rasa wraps a store, so that memory replaces a broken one: both must forget.
    inner = [getattr(store, name, None) for name in ("_tracker_store", "_fallback_tracker_store")]
    for each in filter(None, inner):
        await delete(each, conversation)
    if hasattr(store, "forget"):  # legpain.rasa.tracker_stores
        await asyncio.get_running_loop().run_in_executor(None, store.forget, conversation)
    elif isinstance(store, InMemoryTrackerStore):
        store.store.pop(conversation, None)
    elif isinstance(store, SQLTrackerStore):
        await asyncio.get_running_loop().run_in_executor(None, _delete_rows, store, conversation)
    elif not any(inner):
        raise NotImplementedError(f"no deletion in a {type(store).__name__}")


def _delete_rows(store: SQLTrackerStore, conversation: str) -> None:
    event = SQLTrackerStore.SQLEvent
    with store.session_scope() as session:
        session.execute(
            sa.delete(event)
            .where(event.sender_id == conversation)
            .execution_options(synchronize_session=False)
        )
        session.commit()
