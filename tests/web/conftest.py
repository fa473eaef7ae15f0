"""Servers of the website's channel, without a model."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable, Iterator, List, Optional

import pytest

from legpain.rasa.web_channel import WebInput
from legpain.web.emergency import EmergencyGuard
from legpain.web.pages import Pages
from legpain.web.sessions import Sessions
from legpain.web.settings import WebSettings
from tests.web.web_server import KEY, FakeAgent, WebServer

Start = Callable[..., WebServer]


@pytest.fixture(scope="session")
def guard() -> EmergencyGuard:
    return EmergencyGuard.from_knowledge()


@pytest.fixture()
def start(guard: EmergencyGuard, tmp_path: Path) -> Iterator[Start]:
    """Start servers: `start(agent=…, pages=…, setting=…)`; they stop with the test."""
    servers: List[WebServer] = []

    def run(
        agent: Any = None, pages: Optional[Path] = None, key: bytes = KEY, **settings: Any
    ) -> WebServer:
        wanted = WebSettings(**settings)
        sessions = Sessions(key, wanted.session_hours * 3600)
        channel = WebInput(wanted, sessions, guard, Pages(pages or tmp_path))
        servers.append(WebServer(channel, agent or FakeAgent()))
        return servers[-1]

    yield run
    for server in servers:
        server.stop()


@pytest.fixture()
def web(start: Start) -> WebServer:
    return start()


@pytest.fixture(scope="module")
def shared(guard: EmergencyGuard, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebServer]:
    """One server for many attacks, with limits that let them all through."""
    free = WebSettings(
        messages_per_session=10**6, messages_per_address=10**6, requests_per_address=10**6
    )
    channel = WebInput(free, Sessions(KEY, 3600), guard, Pages(tmp_path_factory.mktemp("none")))
    server = WebServer(channel, FakeAgent())
    yield server
    assert server.call("GET", "health").status_code == 200, "it must still stand"
    server.stop()
