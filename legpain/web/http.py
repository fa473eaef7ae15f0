"""HTTP of the channel: one way in for every request, one way out for every answer."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import dataclass
from typing import Any, Awaitable, Callable, Dict, Mapping, Optional

from sanic.exceptions import InvalidUsage, PayloadTooLarge
from sanic.request import Request
from sanic.response import HTTPResponse

from legpain.web.errors import Refusal, patient_text
from legpain.web.limits import address_of
from legpain.web.messages import MOST_BYTES, parse_object
from legpain.web.origins import Origins

logger = logging.getLogger(__name__)

_BODY_SECONDS = 10.0
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@dataclass(frozen=True)
class Call:
    """A request that may be answered.

    Attributes:
        app: the server's application.
        address: who asks, for the limits only.
        authorization: the header, unchecked.
        content_type: the header, unchecked.
        body: at most 8 KB.
    """

    app: Any
    address: str
    authorization: Optional[str]
    content_type: Optional[str]
    body: bytes

    def json(self) -> Dict[str, Any]:
        """Return the body's JSON object.

        Raises:
            Refusal: 415 `not_json` or 400 `bad_json`.
        """
        return parse_object(self.content_type, self.body)


@dataclass(frozen=True)
class Answer:
    """HTTP status and JSON; without content the body is empty."""

    status: int
    content: Optional[Dict[str, Any]] = None


Handler = Callable[[Call], Awaitable[Answer]]


class Endpoint:
    """One path: a handler for each of its methods.

    Args:
        origins: which websites are answered.
        proxies: reverse proxies in front.
        handlers: by HTTP method.
    """

    def __init__(self, origins: Origins, proxies: int, handlers: Mapping[str, Handler]) -> None:
        self._origins, self._proxies, self._handlers = origins, proxies, dict(handlers)
        if "GET" in handlers:
            self._handlers["HEAD"] = handlers["GET"]

    async def __call__(self, request: Request, **_parts: str) -> HTTPResponse:
        """Answer a request, whatever it is and whatever breaks."""
        # Also for what is refused unread: Sanic reads the rest to keep the connection.
        assert request.stream is not None  # it is, until the answer is sent
        request.stream.request_max_size = MOST_BYTES
        try:
            return _response(await self._answer(request))
        except Refusal as refusal:
            return _response(Answer(refusal.status, refusal.body()), refusal.headers)
        except Exception as error:  # its text may hold what a patient wrote: the kind is enough
            logger.error("A request failed: %s.", type(error).__name__)
            broken = Refusal(500, "internal", patient_text("turn_failed"))
            return _response(Answer(broken.status, broken.body()))

    async def _answer(self, request: Request) -> Answer:
        if not self._origins.allows(header(request, "origin"), header(request, "host")):
            raise Refusal(403, "origin_not_allowed", "This website may not use the chat.")
        if request.method == "OPTIONS":
            return Answer(204)
        if not self._handlers:
            raise Refusal(404, "not_found", "There is no such address.")
        handler = self._handlers.get(request.method)
        if handler is None:
            allow = {"Allow": ", ".join(sorted([*self._handlers, "OPTIONS"]))}
            raise Refusal(405, "method_not_allowed", "This address has no such method.", allow)
        call = Call(
            app=request.app,
            address=address_of(
                request.ip, request.headers.getall("x-forwarded-for", []), self._proxies
            ),
            authorization=header(request, "authorization"),
            content_type=header(request, "content-type"),
            body=await _body(request.stream),
        )
        return await handler(call)


def header(request: Request, name: str) -> Optional[str]:
    """Return a header, or None; one that comes twice is joined, and so fits no rule."""
    return ", ".join(request.headers.getall(name, [])) or None


async def _body(stream: Any) -> bytes:
    """Return the body.

    Raises:
        Refusal: 413 `too_large`; 400 `bad_request` if it does not come or is cut off.
    """

    async def read() -> bytes:
        return b"".join([part async for part in stream])

    try:
        return await asyncio.wait_for(read(), _BODY_SECONDS)
    except PayloadTooLarge:
        raise Refusal(413, "too_large", f"Send at most {MOST_BYTES} bytes.") from None
    except (asyncio.TimeoutError, InvalidUsage):
        stream.keep_alive = False
        raise Refusal(400, "bad_request", "The 'body' did not come whole.") from None


def _response(answer: Answer, headers: Optional[Dict[str, str]] = None) -> HTTPResponse:
    if answer.content is None:
        return HTTPResponse(status=answer.status, headers=headers)
    body = json.dumps(answer.content, ensure_ascii=False).encode("utf-8", "replace")
    return HTTPResponse(body, answer.status, headers, "application/json")
