"""The lock on a conversation: in order, one at a time, and soon."""

from __future__ import annotations

import asyncio
from typing import Any, List

import pytest
from rasa.core.lock_store import LockStore
from rasa.utils.endpoints import EndpointConfig

pytestmark = pytest.mark.asyncio


def _store() -> LockStore:
    return LockStore.create(EndpointConfig(type="legpain.rasa.lock_store.PromptLockStore"))


async def test_turns_of_a_conversation_do_not_overlap_and_keep_their_order() -> None:
    store: LockStore = _store()
    log: List[Any] = []

    async def turn(number: int) -> None:
        async with store.lock("me"):
            log.append(("starts", number))
            await asyncio.sleep(0.01)
            log.append(("ends", number))

    await asyncio.gather(*(turn(number) for number in range(5)))
    assert log == [(what, number) for number in range(5) for what in ("starts", "ends")]


async def test_a_waiting_turn_sleeps_for_moments_only(monkeypatch: pytest.MonkeyPatch) -> None:
    store: LockStore = _store()
    pauses: List[float] = []
    free = asyncio.Event()
    sleep = asyncio.sleep

    async def counted(seconds: float) -> None:
        pauses.append(seconds)
        free.set()
        await sleep(0)

    async def holder() -> None:
        async with store.lock("me"):
            await free.wait()

    holding = asyncio.ensure_future(holder())
    await sleep(0)
    monkeypatch.setattr("rasa.core.lock_store.asyncio.sleep", counted)
    async with store.lock("me"):
        pass
    await holding
    assert pauses and max(pauses) <= 0.05


async def test_other_conversations_do_not_wait() -> None:
    store = _store()
    done: List[str] = []
    async with store.lock("me"), store.lock("you"):
        done.append("both")
    assert done == ["both"]
