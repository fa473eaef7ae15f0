"""A browser, the fake site and visits to it."""

from __future__ import annotations

import importlib.util
import shutil
from typing import TYPE_CHECKING, Iterator

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.widget.chat import Chat
    from tests.widget.visit import Site, Visit

# Without Playwright there is no browser, and nothing here to run.
collect_ignore_glob = [] if importlib.util.find_spec("playwright") else ["*test_*.py"]


@pytest.fixture(scope="session")
def shared_site() -> Iterator[Site]:
    from tests.widget.visit import Site

    running = Site()
    yield running
    running.stop()


@pytest.fixture
def site(shared_site: Site) -> Site:
    """The fake site as new: without conversations, without faults."""
    shared_site.renew()
    return shared_site


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium: the system's, or the one that Playwright has installed."""
    from playwright.sync_api import Error, expect, sync_playwright

    program = shutil.which("chromium") or shutil.which("chromium-browser")
    expect.set_options(
        timeout=15_000
    )  # a machine may be busy; who waits in vain fails all the same
    with sync_playwright() as tools:
        try:
            running = tools.chromium.launch(executable_path=program, args=["--no-sandbox"])
        except Error:
            pytest.skip("no Chromium here: install it, or run `playwright install chromium`")
        yield running
        running.close()


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Visit]:
    from tests.widget.visit import Visit

    going = Visit(browser, site.url)
    yield going
    going.close()
    going.check()


@pytest.fixture
def chat(visit: Visit) -> Chat:
    """The demo page's chat, open."""
    chat = visit.chat()
    chat.open()
    return chat
