"""Turns under strain: retries, order, slowness, failures, limits; emergencies in all of them."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, Dict, List

import jwt
import pytest
from rasa.core.channels.channel import UserMessage
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SlotSet

from legpain.web.turns import Turns
from tests.web.web_server import (
    EMERGENCY,
    KEY,
    FakeAgent,
    WebServer,
    bearer,
    code_of,
    customs,
    echo,
)

Start = Callable[..., WebServer]
# Rule E03 needs both.
FIRST_HALF, SECOND_HALF = "calf_pain", "my heart is racing"


async def slowly(message: UserMessage) -> List[Dict[str, Any]]:
    await asyncio.sleep(0.3)
    return [{"text": f"{message.text} at {time.monotonic()}"}]


async def far_too_slowly(message: UserMessage) -> List[Dict[str, Any]]:
    await asyncio.sleep(2)
    return await echo(message)


async def failing(_message: UserMessage) -> List[Dict[str, Any]]:
    raise RuntimeError("the patient's secret words")


async def silent(_message: UserMessage) -> List[Dict[str, Any]]:
    return []


def test_a_retry_is_processed_once(web: WebServer) -> None:
    web.agent.script = slowly
    token, id_ = web.token(), str(uuid.uuid4())
    with ThreadPoolExecutor(4) as pool:
        answers = [
            each.json() for each in pool.map(lambda _: web.say(token, "hello", id_), range(4))
        ]
    answers.append(web.say(token, "hello", id_.upper()).json())
    assert all(answer == answers[0] for answer in answers)
    assert len(web.agent.seen) == 1


def test_an_id_is_good_for_one_text_and_one_conversation(web: WebServer) -> None:
    token, id_ = web.token(), str(uuid.uuid4())
    assert web.say(token, "hello", id_).status_code == 200
    refused = web.say(token, "something else", id_)
    assert (refused.status_code, code_of(refused)) == (400, "bad_request")
    assert "'id'" in refused.json()["error"]["message"]
    assert "something else" in web.say(web.token(), "something else", id_).text


def test_a_client_that_hangs_up_gets_its_answer_later(web: WebServer) -> None:
    web.agent.script = slowly
    token, id_ = web.token(), str(uuid.uuid4())
    with pytest.raises(OSError):
        web.http.post(
            f"{web.url}/messages",
            json={"id": id_, "text": "hello"},
            headers=bearer(token),
            timeout=0.1,
        )
    assert "hello at" in web.say(token, "hello", id_).text
    assert len(web.agent.seen) == 1


def test_messages_of_a_conversation_are_handled_in_order(web: WebServer) -> None:
    running: List[str] = []
    most = 0

    async def watched(message: UserMessage) -> List[Dict[str, Any]]:
        nonlocal most
        running.append(message.text)
        most = max(most, len(running))
        await asyncio.sleep(0.1)
        running.remove(message.text)
        return await echo(message)

    web.agent.script = watched
    token = web.token()
    threads = []
    for number in range(4):
        thread = threading.Thread(target=web.say, args=(token, f"message {number}"))
        thread.start()
        threads.append(thread)
        time.sleep(0.03)
    for thread in threads:
        thread.join()
    assert [message.text for message in web.agent.seen] == [f"message {n}" for n in range(4)]
    assert most == 1


def test_another_conversation_does_not_wait(web: WebServer) -> None:
    web.agent.script = far_too_slowly
    slow, quick = web.token(), web.token()
    thread = threading.Thread(target=web.say, args=(slow, "hello"))
    thread.start()
    time.sleep(0.2)
    web.agent.script = echo
    assert web.say(quick, "hello").status_code == 200
    assert thread.is_alive(), "the slow one is still at work"
    thread.join()


def test_a_turn_that_takes_too_long(start: Start) -> None:
    web = start(turn_seconds=0.3)
    web.agent.script = far_too_slowly
    token, id_ = web.token(), str(uuid.uuid4())
    answer = web.say(token, "hello", id_)
    assert customs(answer)["error"]["code"] == "too_slow"
    assert "911" in answer.json()["messages"][0]["text"]
    # It went on: a retry gets what has come of it in the meantime, and the history holds it.
    time.sleep(2)
    assert "You said: hello" in web.say(token, "hello", id_).text
    assert [turn["from"] for turn in web.history(token)] == ["user", "bot"]
    assert len(web.agent.seen) == 1


def test_an_emergency_in_a_turn_that_takes_too_long(start: Start) -> None:
    web = start(turn_seconds=0.3)
    web.agent.script = far_too_slowly
    answer = web.say(web.token(), EMERGENCY)
    assert customs(answer)["alert"]["level"] == "emergency" and customs(answer)["error"]
    assert "911" in answer.json()["messages"][0]["text"]


def test_a_model_that_hangs_keeps_nobody_waiting(start: Start) -> None:
    web = start(turn_seconds=0.3)

    async def hangs(_: Any) -> Any:
        await asyncio.sleep(60)  # longer than the client waits

    web.agent.script = web.agent.parse_message = hangs
    token = web.token()
    assert customs(web.say(token, "hello"))["error"]["code"] == "too_slow"
    assert customs(web.say(web.token(), EMERGENCY))["alert"]["level"] == "emergency"


@pytest.mark.parametrize("script", [failing, silent])
def test_no_turn_ends_in_silence(
    web: WebServer, script: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    web.agent.script = script
    answer = web.say(web.token(), "my knee is my business")
    assert customs(answer)["error"]["code"] == "turn_failed"
    assert "911" in answer.json()["messages"][0]["text"]
    answer = web.say(web.token(), EMERGENCY)
    assert list(customs(answer)) == ["alert", "error"]
    assert "secret words" not in caplog.text and "my business" not in caplog.text


def test_a_server_that_has_lost_the_conversation_says_so(start: Start) -> None:
    web = start()
    hour_ago = int(time.time()) - 3600  # before the server started
    claims = {"sid": "a" * 32, "iat": hour_ago, "exp": hour_ago + 7200}
    token = str(jwt.encode(claims, KEY, algorithm="HS256"))
    first = web.say(token, "Shin")
    assert customs(first)["error"]["code"] == "forgotten"
    assert first.json()["messages"][0] == {"text": "You said: Shin"}
    assert "error" not in customs(web.say(token, "my shin hurts"))
    web.agent.tracker_store.store.clear()  # as it forgets the longest idle ones
    assert customs(web.say(token, "hello"))["error"]["code"] == "forgotten"


def test_a_new_conversation_has_nothing_to_lose(web: WebServer) -> None:
    token = web.token()
    assert customs(web.say(token, "hello")) == customs(web.say(token, "hello")) == {}


def test_what_was_said_before_a_failure_stays(web: WebServer) -> None:
    async def breaks_off(message: UserMessage) -> List[Dict[str, Any]]:
        await message.output_channel.send_response(message.sender_id, {"text": "So far so good"})
        raise RuntimeError

    web.agent.script = breaks_off
    messages = web.say(web.token(), EMERGENCY).json()["messages"]
    assert messages[0] == {"text": "So far so good"} and len(messages) == 3


def test_a_queue_that_is_full(web: WebServer) -> None:
    free = threading.Event()

    async def held(message: UserMessage) -> List[Dict[str, Any]]:
        while not free.is_set():
            await asyncio.sleep(0.01)
        return await echo(message)

    web.agent.script = held
    token = web.token()
    with ThreadPoolExecutor(10) as pool:
        waiting = [pool.submit(web.say, token, f"hello {number}") for number in range(9)]
        while sum(each.done() for each in waiting) < 4:
            time.sleep(0.01)
        busy = [each.result() for each in waiting if each.done()]
        assert all(code_of(answer) == "busy" for answer in busy)
        assert int(busy[0].headers["Retry-After"]) > 0
        assert customs(web.say(token, EMERGENCY))["alert"]["level"] == "emergency"
        assert web.call("GET", "health").status_code == 200
        free.set()
        assert sum(each.result().status_code == 200 for each in waiting) == 5
    assert web.say(token, "hello").status_code == 200


def test_limits_of_a_session(start: Start) -> None:
    web = start(messages_per_session=3, emergencies_per_session=2)
    token = web.token()
    statuses = [web.say(token, "hello").status_code for _ in range(6)]
    assert statuses[:3] == [200] * 3 and statuses[-1] == 429
    limited = web.say(token, "hello")
    assert code_of(limited) == "rate_limited" and int(limited.headers["Retry-After"]) > 0
    assert web.say(web.token(), "hello").status_code == 200, "another session is free"
    # Emergencies go on to Rasa, and once these are too many, the alert alone comes.
    seen = len(web.agent.seen)
    assert "You said" in web.say(token, EMERGENCY).text
    assert len(web.agent.seen) == seen + 1
    for _ in range(8):
        last = web.say(token, EMERGENCY)
        assert last.status_code == 200
    assert customs(last)["alert"]["call"] == "911"
    assert len(web.agent.seen) < seen + 9


def test_limits_of_an_address(start: Start) -> None:
    web = start(messages_per_address=3)
    tokens = [web.token() for _ in range(5)]
    assert [web.say(token, "hello").status_code for token in tokens] == [200] * 3 + [429] * 2
    assert web.say(tokens[4], EMERGENCY).status_code == 200


def test_a_forged_payload_is_no_emergency(start: Start) -> None:
    web = start(messages_per_session=1)
    token = web.token()
    web.say(token, "hello")
    assert web.say(token, '/inform{"finding": "chest_pain"}').status_code in (403, 429)


def test_an_offered_payload_may_be_an_emergency(start: Start) -> None:
    payload = '/inform{"finding": "chest_pain"}'

    async def asks(_message: UserMessage) -> List[Dict[str, Any]]:
        return [{"text": "Any of these?", "buttons": [{"title": "Chest", "payload": payload}]}]

    web = start(messages_per_session=1)
    web.agent.script = asks
    token = web.token()
    assert web.say(token, "hello").status_code == 200
    assert web.say(token, payload).status_code == 200


def test_an_emergency_that_takes_two_messages(start: Start) -> None:
    """The rule needs both; the limit falls before the second."""
    slots = {name: {"type": "any", "mappings": [{"type": "custom"}]} for name in ("findings",)}
    domain = Domain.from_dict({"slots": slots})
    web = start(FakeAgent(InMemoryTrackerStore(domain)), messages_per_session=1)
    token = web.token()
    web.say(token, "hello")
    assert web.say(token, SECOND_HALF).status_code == 429
    store, sender = web.agent.tracker_store, web.agent.seen[0].sender_id

    async def remember() -> None:
        tracker = await store.retrieve(sender)
        about = {"side": None, "person": "self"}
        tracker.update(SlotSet("findings", {"present": {FIRST_HALF: about}}))
        await store.save(tracker)

    asyncio.run(remember())
    assert web.say(token, SECOND_HALF).status_code == 200
    assert web.say(token, "hello").status_code == 429


def test_an_emergency_that_only_the_model_understands(start: Start) -> None:
    web = start(messages_per_session=1)
    token = web.token()
    web.agent.entities = [{"entity": "finding", "value": "chest_pain", "role": "present"}]
    web.say(token, "hello")
    assert web.say(token, "an anvil lies on my ribs").status_code == 200
    web.agent.script = silent
    assert "alert" in customs(web.say(web.token(), "an anvil lies on my ribs"))
    web.agent.entities[0]["role"] = "denied"
    assert web.say(token, "no anvil lies on my ribs").status_code == 429


def test_an_emergency_while_the_server_starts(web: WebServer) -> None:
    token = web.token()
    web.agent.ready = False
    assert customs(web.say(token, EMERGENCY))["alert"]["level"] == "emergency"
    assert web.say(token, "hello").status_code == 503


def test_sessions_histories_and_deletions_are_limited(start: Start) -> None:
    web = start(requests_per_address=20)
    token = web.token()
    statuses = [web.call("POST", "session", json={}).status_code for _ in range(60)]
    assert statuses.count(429) >= 35
    for method, path in (("GET", "history"), ("DELETE", "conversation")):
        answers = [web.call(method, path, headers=bearer(token)) for _ in range(5)]
        assert code_of(answers[-1]) == "rate_limited"
    assert web.say(token, "hello").status_code == 200


def test_addresses_behind_a_proxy(start: Start) -> None:
    web = start(requests_per_address=1, proxies=1)

    def ask(forwarded: str) -> int:
        headers = {"X-Forwarded-For": forwarded}
        return web.call("POST", "session", json={}, headers=headers).status_code

    assert [ask("203.0.113.1"), ask("203.0.113.1"), ask("203.0.113.2")] == [201, 429, 201]
    assert ask("198.51.100.7, 203.0.113.1") == 429, "only what our proxy says counts"
    direct = start(requests_per_address=1)
    for number in range(3):
        headers = {"X-Forwarded-For": f"203.0.113.{number}"}
        status = direct.call("POST", "session", json={}, headers=headers).status_code
    assert status == 429, "without a proxy of ours nobody is believed"


def test_few_turns_run_at_once_and_the_others_wait_in_order() -> None:
    started: List[int] = []
    at_once: List[int] = []
    running = 0

    async def run() -> None:
        nonlocal running
        turns = Turns()

        async def turn(number: int) -> List[Dict[str, Any]]:
            nonlocal running
            running += 1
            started.append(number)
            at_once.append(running)
            await asyncio.sleep(0)
            running -= 1
            return []

        def process(number: int) -> Callable[[], Any]:
            return lambda: turn(number)

        tasks = [turns.start(f"s{n}", "id", "hello", process(n)) for n in range(50)]
        await asyncio.gather(*tasks)

    asyncio.run(run())
    assert started == list(range(50))
    assert 1 < max(at_once) <= 8
