"""The website's channel, `/webhooks/web/`: sessions that the server issues, limits, no silence.

The messages are those of the contract; docs/web-channel.openapi.yml describes every address.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Callable, Coroutine, Dict, Optional, Set

from rasa.core.channels.channel import InputChannel
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from legpain.knowledge import load_knowledge
from legpain.rasa import web_trackers as trackers
from legpain.rasa.web_dialogue import OnNewMessage, WebDialogue
from legpain.web.emergency import EmergencyGuard
from legpain.web.errors import patient_text, wait_and_retry
from legpain.web.history import turns_of
from legpain.web.http import METHODS, Answer, Call, Endpoint, Handler, header
from legpain.web.keys import signing_key
from legpain.web.limits import Limits
from legpain.web.messages import parse_message
from legpain.web.origins import Origins
from legpain.web.pages import Pages
from legpain.web.sessions import Sessions
from legpain.web.settings import WebSettings, read_settings

logger = logging.getLogger(__name__)

_DELETE_SECONDS = 15.0
_READINGS = 120  # a minute, by the model, of what the limits would refuse; then the lexicon alone


class WebInput(InputChannel):
    """The channel between the chat widget and the assistant.

    Args:
        settings: from `credentials.yml`.
        sessions: issues and reads tokens.
        guard: knows emergencies without Rasa.
        pages: demo page and widget.
    """

    def __init__(
        self, settings: WebSettings, sessions: Sessions, guard: EmergencyGuard, pages: Pages
    ) -> None:
        self._settings, self._sessions, self._guard = settings, sessions, guard
        self._pages = pages
        self._origins = Origins(settings.allowed_origins)
        self._deletions: Set[asyncio.Task[None]] = set()
        self._limits = Limits(
            {
                "messages of session": settings.messages_per_session,
                "messages of address": settings.messages_per_address,
                "requests of address": settings.requests_per_address,
                "emergencies of session": settings.emergencies_per_session,
                "readings of address": _READINGS,
                "records of session": 1,
            }
        )

    @classmethod
    def name(cls) -> str:
        """Return the channel's name in the URL."""
        return "web"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[str, Any]]) -> WebInput:
        """Make the channel as `credentials.yml` says.

        Raises:
            ValueError: if a setting, the signing key or the knowledge is wrong.
        """
        settings = read_settings(credentials)
        sessions = Sessions(signing_key(), settings.session_hours * 3600)
        return cls(settings, sessions, EmergencyGuard.from_knowledge(), Pages())

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
        """Return the channel's routes."""
        self._dialogue = WebDialogue(
            self.name(),
            on_new_message,
            self._sessions,
            self._guard,
            self._limits,
            self._settings.turn_seconds,
        )
        blueprint = Blueprint("legpain_web", __name__)
        for path, handlers in self._routes().items():
            endpoint = Endpoint(self._origins, self._settings.proxies, handlers)
            name = path.strip("/<>").partition(":")[0]
            blueprint.add_route(_handler(endpoint), path, methods=METHODS, stream=True, name=name)
        # For every answer: Rasa's own CORS answers each OPTIONS before a route is reached.
        blueprint.middleware("response")(self._add_headers)
        blueprint.listener("before_server_start")(self._serve_pages)
        return blueprint

    def _routes(self) -> Dict[str, Dict[str, Handler]]:
        return {
            "/session": {"POST": self._new_session},
            "/messages": {"POST": self._message},
            "/history": {"GET": self._history},
            "/conversation": {"DELETE": self._forget},
            "/info": {"GET": self._info},
            "/health": {"GET": self._health},
            "/ready": {"GET": self._ready},
            "/<unknown:path>": {},
        }

    async def _new_session(self, call: Call) -> Answer:
        self._count_request(call)
        call.json()
        session = self._sessions.new()
        return Answer(201, {"token": session.token, "expires_at": session.expires_at.isoformat()})

    async def _message(self, call: Call) -> Answer:
        sid = self._sessions.read(call.authorization)
        incoming = parse_message(call.json())
        messages = await self._dialogue.answer(call, sid, incoming)
        return Answer(200, {"id": incoming.id, "messages": messages})

    async def _history(self, call: Call) -> Answer:
        sid = self._sessions.read(call.authorization)
        self._count_request(call)
        return Answer(200, {"turns": turns_of(await trackers.events_of(call.app, sid))})

    async def _forget(self, call: Call) -> Answer:
        sid = self._sessions.read(call.authorization)
        self._count_request(call)
        trackers.tracker_store(call.app)  # refuses while the server starts
        self._sessions.forget(sid)  # first: from now on nothing more can be said in it
        deletion = asyncio.get_running_loop().create_task(self._dialogue.forget(call.app, sid))
        self._deletions.add(deletion)
        deletion.add_done_callback(self._deleted)
        # A turn at work ends first; if that takes long, the deletion follows it all the same.
        await asyncio.wait({deletion}, timeout=_DELETE_SECONDS)
        if deletion.done():
            deletion.result()
        return Answer(204)

    def _deleted(self, deletion: asyncio.Task[None]) -> None:
        self._deletions.discard(deletion)
        error = None if deletion.cancelled() else deletion.exception()
        if error:
            logger.error("A conversation could not be deleted: %s.", type(error).__name__)

    async def _info(self, _call: Call) -> Answer:
        clinic = load_knowledge().clinic
        return Answer(
            200,
            {
                "clinic": {"name": clinic.name, "phone": clinic.phone},
                "privacy": patient_text("web_privacy"),
                "emergency": patient_text("web_emergency"),
                "greeting": patient_text("web_greeting"),
            },
        )

    async def _health(self, _call: Call) -> Answer:
        return Answer(200, {"status": "ok"})

    async def _ready(self, call: Call) -> Answer:
        ready = trackers.is_ready(call.app)
        return Answer(200 if ready else 503, {"status": "ready" if ready else "starting"})

    def _count_request(self, call: Call) -> None:
        wait = self._limits.take(("requests of address", call.address))
        if wait:
            raise wait_and_retry(429, "rate_limited", wait)

    async def _add_headers(self, request: Request, answer: HTTPResponse) -> None:
        origin, host = header(request, "origin"), header(request, "host")
        for name in {each for each in answer.headers if each.lower().startswith("access-control")}:
            answer.headers.popall(name)  # Rasa's own, which know nothing of our origins
        answer.headers.update(self._origins.headers(origin, host))

    async def _serve_pages(self, app: Any, _loop: Any) -> None:
        # Rasa has a page of its own at "/"; a middleware goes before it.
        app.register_middleware(self._page, "request")

    def _page(self, request: Request) -> Optional[HTTPResponse]:
        page = self._pages.find(request.path) if request.method in ("GET", "HEAD") else None
        if page is None:
            return None
        if request.headers.get("if-none-match") == page.headers["ETag"]:
            return HTTPResponse(status=304, headers=page.headers)
        return HTTPResponse(page.content, 200, page.headers, page.content_type)


def _handler(endpoint: Endpoint) -> Callable[..., Coroutine[Any, Any, HTTPResponse]]:
    """Return a function of its own for each path: Sanic writes its marks on it."""

    async def handle(request: Request, **_parts: str) -> HTTPResponse:
        return await endpoint(request)

    return handle
