"""A small server that speaks the site's channel, for faults that must be arranged.

Run as a process: `python -m tests.widget.fake_server PORT`. `POST /control` with JSON sets what
goes wrong next: {"status": 500, "times": 2}, {"delay": 1.5}, {"phone": "..."}, {"renew": true}.
"""

from __future__ import annotations

import json
import sys
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Dict, List, Optional

from legpain.web.errors import Refusal
from legpain.web.messages import parse_message
from legpain.web.pages import Pages
from legpain.web.payloads import buttons_of
from tests.widget.fake_dialogue import Dialogue

PAGES = Path(__file__).resolve().parent / "pages"
PHONE = "(555) 555-0100"


class State:
    """All conversations, and what goes wrong on purpose."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.pages = Pages()
        self.renew()

    def renew(self) -> None:
        """Forget everything."""
        self.faults: Dict[str, Any] = {"phone": PHONE}
        self.sessions: Dict[str, Dict[str, Any]] = {}
        self.received: List[Dict[str, Any]] = []

    def session(self, token: str) -> Dict[str, Any]:
        """Return a token's conversation; tokens outlive a restart, conversations do not."""
        fresh = {"dialogue": Dialogue(), "turns": [], "answers": {}, "titles": {}}
        return self.sessions.setdefault(token, fresh)

    def fault(self) -> Optional[int]:
        """Return the status that the next answer must have, if one was set."""
        with self.lock:
            times = self.faults.get("times", 0)
            if not times:
                return None
            self.faults["times"] = times - 1
            return int(self.faults["status"])


STATE = State()


class Handler(BaseHTTPRequestHandler):
    """Routes of the channel, the demo page and the tests' own pages."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Serve pages, information and history."""
        path, _, query = self.path.partition("?")
        if path == "/webhooks/web/info":
            clinic = {"name": "Florida Pain Medicine", "phone": STATE.faults["phone"]}
            self.send(200, {"clinic": clinic, "privacy": "", "emergency": "", "greeting": ""})
        elif path == "/webhooks/web/history":
            if not self.refused():
                self.send(200, {"turns": STATE.session(self.token())["turns"]})
        elif path == "/control":
            self.send(200, {"received": STATE.received})
        else:
            self.page(path, query)

    def do_POST(self) -> None:
        """Take messages, sessions and the tests' wishes."""
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        if self.path == "/control":
            if body.pop("renew", False):
                STATE.renew()
            STATE.faults.update(body)
            self.send(200, {})
        elif self.path == "/webhooks/web/session":
            self.send(201, {"token": f"t.{uuid.uuid4()}", "expires_at": "2099-01-01T00:00:00Z"})
        elif self.path == "/webhooks/web/messages":
            STATE.received.append(body)
            time.sleep(float(STATE.faults.get("delay", 0)))
            try:
                parse_message(body)  # what the real channel would not take, this one refuses too
            except Refusal as refusal:
                self.send(refusal.status, refusal.body())
                return
            if not self.refused():
                self.send(200, {"id": body["id"], "messages": self.answer(body)})

    def do_DELETE(self) -> None:
        """Forget a conversation."""
        if not self.refused():
            STATE.sessions.pop(self.token(), None)
            self.send(204)

    def do_OPTIONS(self) -> None:
        """Allow every origin: who may ask is the real channel's business."""
        self.send(204)

    def answer(self, body: Dict[str, Any]) -> List[Dict[str, Any]]:
        """Answer a message once, however often it comes."""
        with STATE.lock:
            session = STATE.session(self.token())
            if body["id"] not in session["answers"]:
                messages = session["dialogue"].answer(body["text"])
                session["answers"][body["id"]] = messages
                at = "2025-01-01T00:00:00Z"
                shown = session["titles"].get(body["text"], body["text"])
                session["turns"].append({"from": "user", "text": shown, "at": at})
                session["turns"] += [{"from": "bot", **each, "at": at} for each in messages]
                for each in messages:
                    session["titles"].update(buttons_of(each))
            return list(session["answers"][body["id"]])

    def refused(self) -> bool:
        """Send the arranged fault, or 401 for a token that no session has."""
        status = STATE.fault()
        if status is None and not self.token().startswith("t."):
            status = 401
        if status is not None:
            code = STATE.faults.get("code", "bad_session" if status == 401 else "arranged")
            self.send(status, {"error": {"code": code, "message": "arranged"}})
        return status is not None

    def token(self) -> str:
        """Return the request's token."""
        return (self.headers.get("Authorization") or "").replace("Bearer ", "")

    def page(self, path: str, query: str) -> None:
        """Serve the demo page, the widget, or a page of the tests (the query: whose script)."""
        page = STATE.pages.find(path)
        if page:
            self.send(200, page.content, page.content_type, page.headers)
            return
        file = PAGES / path.lstrip("/")
        if file.parent != PAGES or not file.is_file():
            self.send(404, {})
            return
        policy = (
            "default-src 'none'; script-src 'self' http://127.0.0.1:*; style-src 'self'; "
            "connect-src 'self' http://127.0.0.1:*; img-src 'self'; "
            "require-trusted-types-for 'script'; trusted-types lit-html"
        )
        kind = "text/css" if file.suffix == ".css" else "text/html; charset=utf-8"
        content = file.read_bytes().replace(b"SCRIPT_ORIGIN", query.encode())
        self.send(200, content, kind, {"Content-Security-Policy": policy})

    def send(
        self,
        status: int,
        body: object = None,
        kind: str = "application/json",
        headers: Optional[Dict[str, str]] = None,
    ) -> None:
        """Send an answer."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        content = b"" if status == 204 else content
        self.send_response(status)
        common = {"Content-Type": kind, "Content-Length": str(len(content))}
        cors = {
            "Access-Control-Allow-Origin": self.headers.get("Origin") or "*",
            "Access-Control-Allow-Headers": "Content-Type, Authorization",
            "Access-Control-Allow-Methods": "GET, POST, DELETE",
        }
        retry = {"Retry-After": "1"} if status == 429 else {}
        for name, value in {**common, **cors, **retry, **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
