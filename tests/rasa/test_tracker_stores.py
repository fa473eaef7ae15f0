"""Tracker stores: all events are kept, the dialogue gets a window of them."""

from __future__ import annotations

import os
import time
import uuid
from pathlib import Path
from typing import Any, Callable, List

import pytest
from rasa.core.tracker_store import InMemoryTrackerStore, SQLTrackerStore, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.utils.endpoints import EndpointConfig

from legpain.rasa.tracker_stores import WindowedMemoryTrackerStore, WindowedSQLTrackerStore
from legpain.rasa.tracker_window import TURNS

pytestmark = pytest.mark.asyncio
DOMAIN = Domain.from_dict(
    {
        "intents": ["inform"],
        "slots": {
            name: {"type": "any", "influence_conversation": False, "mappings": [{"type": "custom"}]}
            for name in ("findings", "topic")
        },
        "forms": {"pain_form": {"required_slots": []}},
    }
)
Make = Callable[[], Any]


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    """A function that opens the store; for a database, again and again the same one."""
    if request.param == "memory":
        store = WindowedMemoryTrackerStore(DOMAIN)
        return lambda: store
    if request.param == "sqlite":
        return lambda: WindowedSQLTrackerStore(DOMAIN, db=str(tmp_path / "tracker.db"))
    url = os.environ.get("LEGPAIN_TEST_POSTGRES_URL")
    if not url:
        pytest.skip("LEGPAIN_TEST_POSTGRES_URL is not set")
    return lambda: WindowedSQLTrackerStore(DOMAIN, host=url)


async def _say(store: TrackerStore, sender: str, text: str, *inside: Event) -> None:
    """One turn as Rasa's processor does it: retrieve, add events, save."""
    tracker = await store.get_or_create_tracker(sender, append_action_listen=False)
    tracker.model_id = "model"
    if not tracker.applied_events():
        start = [ActionExecuted("action_session_start"), SessionStarted()]
        tracker.update_with_events([*start, ActionExecuted("action_listen")], DOMAIN)
    user = UserUttered(text, {"name": "inform"}, [])
    after = [ActionExecuted("utter_x"), BotUttered(f"to {text}"), ActionExecuted("action_listen")]
    tracker.update_with_events([user, *inside, *after], DOMAIN)
    await store.save(tracker)


async def _texts(tracker: Any) -> List[str]:
    return [event.text for event in tracker.events if isinstance(event, UserUttered)]


async def test_all_events_are_kept_and_the_dialogue_gets_the_latest(make: Make) -> None:
    store, sender = make(), uuid.uuid4().hex
    await _say(store, sender, "0", SlotSet("findings", {"present": ["swelling"]}))
    await _say(store, sender, "1", ActiveLoop("pain_form"))
    for number in range(2, 60):
        await _say(store, sender, str(number), SlotSet("topic", number))
    whole = await store.retrieve_full_tracker(sender)
    assert await _texts(whole) == [str(number) for number in range(60)]
    assert len([event for event in whole.events if isinstance(event, BotUttered)]) == 60
    recent = await store.retrieve(sender)
    assert await _texts(recent) == [str(number) for number in range(60 - TURNS, 60)]
    assert recent.current_slot_values() == whole.current_slot_values()
    assert recent.get_slot("findings") == {"present": ["swelling"]}
    assert recent.get_slot("topic") == 59
    assert recent.active_loop_name == "pain_form"
    assert len(recent.events) < 10 * TURNS


async def test_a_store_opened_again_goes_on_where_it_was(make: Make) -> None:
    sender = uuid.uuid4().hex
    for number in range(30):
        await _say(make(), sender, str(number), SlotSet("topic", number))
    whole = await make().retrieve_full_tracker(sender)
    assert await _texts(whole) == [str(number) for number in range(30)]
    assert (await make().retrieve(sender)).get_slot("topic") == 29


async def test_two_processes_see_what_the_other_has_added(make: Make) -> None:
    first, second, sender = make(), make(), uuid.uuid4().hex
    for number in range(12):
        await _say(first, sender, f"first {number}")
        await _say(second, sender, f"second {number}", SlotSet("topic", number))
    assert (await first.retrieve(sender)).get_slot("topic") == 11
    whole = await first.retrieve_full_tracker(sender)
    assert await _texts(whole) == [
        f"{name} {number}" for number in range(12) for name in ("first", "second")
    ]


async def test_saving_again_stores_nothing_twice(make: Make) -> None:
    store, sender = make(), uuid.uuid4().hex
    await _say(store, sender, "once")
    tracker = await store.retrieve(sender)
    await store.save(tracker)
    await store.save(tracker)
    assert await _texts(await store.retrieve_full_tracker(sender)) == ["once"]


async def test_a_turn_that_breaks_off_leaves_the_conversation_as_it_was(make: Make) -> None:
    store, sender = make(), uuid.uuid4().hex
    await _say(store, sender, "before", SlotSet("topic", 1))
    lost = await store.retrieve(sender)
    lost.update(SlotSet("topic", 2), DOMAIN)  # and never saved
    assert (await store.retrieve(sender)).get_slot("topic") == 1
    await _say(store, sender, "after")
    assert await _texts(await store.retrieve_full_tracker(sender)) == ["before", "after"]


async def test_conversations_do_not_mix_and_are_forgotten_whole(make: Make) -> None:
    store, one, other = make(), uuid.uuid4().hex, uuid.uuid4().hex
    await _say(store, one, "mine")
    await _say(store, other, "yours")
    store.forget(one)
    assert await store.retrieve(one) is None
    assert await store.retrieve_full_tracker(one) is None
    assert await _texts(await store.retrieve_full_tracker(other)) == ["yours"]


async def test_idle_conversations_are_forgotten(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, idle, used, new = make(), *(uuid.uuid4().hex for _ in range(3))
    await _say(store, idle, "long ago")
    await _say(store, used, "long ago")
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 29 * 86_400)
    await _say(store, used, "a day ago")
    monkeypatch.setattr(time, "time", lambda: now + 31 * 86_400)
    await _say(store, new, "today")
    assert await store.retrieve_full_tracker(idle) is None
    assert await store.retrieve(idle) is None
    assert await _texts(await store.retrieve_full_tracker(used)) == ["long ago", "a day ago"]
    assert await _texts(await store.retrieve_full_tracker(new)) == ["today"]


async def test_memory_is_bounded_and_the_longest_idle_go() -> None:
    store = WindowedMemoryTrackerStore(DOMAIN, conversations=50)
    for number in range(200):
        await _say(store, f"conversation {number}", "hello")
        await _say(store, "conversation 0", "still here")
    assert len(store.store) == 50
    assert len(await _texts(await store.retrieve_full_tracker("conversation 0"))) == 201
    assert await store.retrieve("conversation 100") is None
    assert await store.retrieve("conversation 199") is not None


async def test_a_tracker_from_elsewhere_replaces_the_conversation_in_memory() -> None:
    store, other = WindowedMemoryTrackerStore(DOMAIN), InMemoryTrackerStore(DOMAIN)
    await _say(other, "me", "elsewhere")
    await _say(store, "me", "here")
    await store.save(await other.retrieve_full_tracker("me"))
    assert await _texts(await store.retrieve_full_tracker("me")) == ["elsewhere"]


@pytest.mark.parametrize("name", ["WindowedMemoryTrackerStore", "WindowedSQLTrackerStore"])
async def test_endpoints_yml_can_name_each(name: str, tmp_path: Path) -> None:
    settings = {"dialect": "sqlite", "db": str(tmp_path / "tracker.db")}
    config = EndpointConfig(type=f"legpain.rasa.tracker_stores.{name}", **settings)
    assert type(TrackerStore.create(config, DOMAIN)).__name__ == name


async def test_the_table_is_the_one_of_rasas_own_store(tmp_path: Path) -> None:
    database = str(tmp_path / "tracker.db")
    await _say(SQLTrackerStore(DOMAIN, db=database), "me", "before", SlotSet("topic", 1))
    store = WindowedSQLTrackerStore(DOMAIN, db=database)
    await _say(store, "me", "after")
    rasas = await SQLTrackerStore(DOMAIN, db=database).retrieve_full_tracker("me")
    assert rasas is not None
    assert await _texts(rasas) == ["before", "after"]
    assert rasas.get_slot("topic") == 1
