"""The fake site as a process of its own, and visits to it with a record of every request."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any, Dict, List, Optional

from playwright.sync_api import Browser, BrowserContext, Page

from tests.widget.chat import Chat

ROOT = Path(__file__).resolve().parent.parent.parent


def free_port() -> int:
    """Return a TCP port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Site:
    """The fake server's process; it can be stopped and started again on its port."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: Optional[subprocess.Popen[bytes]] = None

    def start(self) -> None:
        """Start the process and wait until it answers."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.widget.fake_server", str(self.port)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        for _ in range(100):
            try:
                self.received()
                return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the fake server does not answer")

    def stop(self) -> None:
        """Stop the process at once."""
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def renew(self) -> None:
        """Start the process if it is stopped, and forget whatever was said and arranged."""
        if not self.process:
            self.start()
        self.control(renew=True)

    def control(self, **faults: Any) -> None:
        """Set what goes wrong next."""
        body = json.dumps(faults).encode()
        request = urllib.request.Request(
            f"{self.url}/control", body, {"Content-Type": "application/json"}
        )
        urllib.request.urlopen(request, timeout=5).close()

    def received(self) -> List[Dict[str, Any]]:
        """Return all messages that came in, retries too."""
        with urllib.request.urlopen(f"{self.url}/control", timeout=5) as answer:
            return list(json.load(answer)["received"])


class Visit:
    """Opens pages in fresh contexts, and knows all that they requested or complained of."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.browser, self.url = browser, url
        self.origins = [url]
        self.contexts: List[BrowserContext] = []
        self.requests: List[str] = []
        self.complaints: List[str] = []

    def page(self, **options: Any) -> Page:
        """Return an empty page of a new context (options as Playwright's new_context)."""
        context = self.browser.new_context(**{"reduced_motion": "reduce", **options})
        self.contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._hear)
        return page

    def chat(self, path: str = "/", **options: Any) -> Chat:
        """Return the chat of a page of the site, closed."""
        page = self.page(**options)
        page.goto(self.url + path)
        return Chat(page)

    def _hear(self, message: Any) -> None:
        # What the network lacks is arranged by tests; all else is a mistake.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def check(self) -> None:
        """Fail on any request to a strange origin and on any error of script or policy."""
        own = tuple(f"{kind}{origin}/" for origin in self.origins for kind in ("", "blob:"))
        assert [url for url in self.requests if not url.startswith(own)] == []
        assert self.complaints == []

    def close(self) -> None:
        """Close all contexts."""
        for context in self.contexts:
            context.close()
