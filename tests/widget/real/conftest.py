"""Visits to the real servers with the trained model: what a patient meets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from legpain.processes import Servers
    from tests.widget.visit import Visit


@pytest.fixture
def visit(browser: Browser, servers: Servers) -> Iterator[Visit]:
    from tests.widget.visit import Visit

    going = Visit(browser, servers.url)
    yield going
    going.close()
    going.check()
