"""A server of the website's channel without a model: Rasa's application, an agent of the test's."""

from __future__ import annotations

import asyncio
import socket
import threading
import uuid
from typing import Any, Awaitable, Callable, Dict, List, Optional

import requests
from rasa.core.channels.channel import UserMessage
from rasa.core.run import configure_app
from rasa.core.tracker_store import InMemoryTrackerStore, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, UserUttered
from sanic import Sanic

from legpain.rasa.web_channel import WebInput

KEY = b"a key that is good for tests only, and nothing else"
EMERGENCY = "I have crushing chest pain and I can not breathe"

Script = Callable[[UserMessage], Awaitable[List[Dict[str, Any]]]]


async def echo(message: UserMessage) -> List[Dict[str, Any]]:
    """Answer with the patient's words."""
    return [{"text": f"You said: {message.text}"}]


class FakeAgent:
    """Stands for Rasa's agent: answers by a script and keeps a real tracker."""

    def __init__(self, tracker_store: Optional[TrackerStore] = None) -> None:
        self.tracker_store = tracker_store or InMemoryTrackerStore(Domain.empty())
        self.script: Script = echo
        self.ready = True
        self.seen: List[UserMessage] = []
        self.entities: List[Dict[str, Any]] = []  # what its model sees in any message
        self.action_endpoint: Any = None

    async def parse_message(self, _text: str) -> Dict[str, Any]:
        return {"entities": self.entities}

    def is_ready(self) -> bool:
        return self.ready

    async def handle_message(self, message: UserMessage) -> None:
        """Answer a message and write both into the conversation's tracker."""
        self.seen.append(message)
        tracker = await self.tracker_store.get_or_create_tracker(message.sender_id)
        tracker.update(UserUttered(message.text))
        for answer in await self.script(message):
            tracker.update(BotUttered(answer.get("text"), {**answer}))
            await message.output_channel.send_response(message.sender_id, dict(answer))
        await self.tracker_store.save(tracker)


class Client:
    """A browser's way to the channel."""

    def __init__(self, base: str) -> None:
        self.base, self.url = base, f"{base}/webhooks/web"
        self.http = requests.Session()
        self.http.trust_env = False

    def call(self, method: str, path: str, **more: Any) -> requests.Response:
        return self.http.request(method, f"{self.url}/{path}", timeout=30, **more)

    def token(self) -> str:
        answer = self.call("POST", "session", json={})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["token"])

    def say(
        self, token: str, text: Any, id_: Optional[str] = None, **fields: Any
    ) -> requests.Response:
        body = {"id": id_ or str(uuid.uuid4()), "text": text, **fields}
        return self.call("POST", "messages", json=body, headers=bearer(token))

    def history(self, token: str) -> List[Dict[str, Any]]:
        answer = self.call("GET", "history", headers=bearer(token))
        assert answer.status_code == 200, answer.text
        return list(answer.json()["turns"])


def bearer(token: str) -> Dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def code_of(answer: requests.Response) -> str:
    """Return a refusal's code; it must be JSON as the API has it."""
    error = answer.json()["error"]
    assert set(error) == {"code", "message"} and error["message"], error
    return str(error["code"])


def customs(answer: requests.Response) -> Dict[str, Dict[str, Any]]:
    """Return an answer's custom messages by kind."""
    assert answer.status_code == 200, answer.text
    data = [each["custom"]["data"] for each in answer.json()["messages"] if "custom" in each]
    return {each["kind"]: each for each in data}


class WebServer(Client):
    """Rasa's application with the channel, on a port of its own, in a thread of its own."""

    def __init__(self, channel: WebInput, agent: Any) -> None:
        self.agent = agent
        self._loop = asyncio.new_event_loop()
        self._started, self._port = threading.Event(), 0
        self._thread = threading.Thread(target=self._run, args=(channel,), daemon=True)
        self._thread.start()
        assert self._started.wait(60) and self._port, "the server did not start"
        super().__init__(f"http://127.0.0.1:{self._port}")

    def _run(self, channel: WebInput) -> None:
        asyncio.set_event_loop(self._loop)
        Sanic._app_registry.clear()
        Sanic.test_mode = True  # many servers in one process
        app = configure_app([channel], enable_api=False)
        app.ctx.agent = self.agent

        listening = socket.create_server(("127.0.0.1", 0), backlog=512)

        async def serve() -> Any:
            server = await app.create_server(sock=listening, return_asyncio_server=True)
            await server.startup()
            await server.before_start()
            return server

        try:
            server = self._loop.run_until_complete(serve())
            self._port = listening.getsockname()[1]
        finally:
            self._started.set()
        self._loop.run_forever()
        server.close()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
