"""Rasa's REST channel that never answers with nothing and logs no patient's words."""

from __future__ import annotations

import ipaddress
import logging
from typing import Any, Awaitable, Callable, Dict, List, Optional, Sequence

from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.channels.rest import RestInput
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from legpain.rasa import web_trackers as trackers
from legpain.replies import custom, failure_text

logger = logging.getLogger(__name__)

_MAX_CHARACTERS = 20_000


class SafeRestInput(RestInput):
    """`POST /webhooks/rest/webhook` {"sender": str, "message": str} -> list of messages.

    `DELETE /webhooks/rest/conversation` {"sender": str} forgets a conversation.
    Whoever reaches it may speak in any conversation, so only programs of the same machine do.

    Args:
        loopback_only: refuse other machines, and what a proxy passes on from them.
    """

    def __init__(self, loopback_only: bool = True) -> None:
        self._loopback_only = loopback_only

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[str, Any]]) -> SafeRestInput:
        """Make the channel as `credentials.yml` says.

        Raises:
            ValueError: if a setting is not known or wrong.
        """
        settings = {"loopback_only": True, **(credentials or {})}
        if set(settings) != {"loopback_only"} or not isinstance(settings["loopback_only"], bool):
            raise ValueError("credentials.yml: the REST channel has one setting, loopback_only")
        return cls(**settings)

    @classmethod
    def name(cls) -> str:
        """Return the channel's name in the URL."""
        return "rest"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Return the channel's routes."""
        blueprint = Blueprint("legpain_rest", __name__)

        @blueprint.route("/", methods=["GET"])
        async def health(_: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        @blueprint.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            turned_away = self._turned_away(request, ("sender", "message"))
            if turned_away:
                return turned_away
            sender, text = request.json["sender"], request.json["message"]
            return response.json(await self._answer(on_new_message, sender, text))

        @blueprint.route("/conversation", methods=["DELETE"])
        async def forget(request: Request) -> HTTPResponse:
            turned_away = self._turned_away(request, ("sender",))
            if turned_away:
                return turned_away
            return await _forget(request.app, request.json["sender"])

        return blueprint

    def _turned_away(self, request: Request, needed: Sequence[str]) -> Optional[HTTPResponse]:
        if _is_page(request) or (self._loopback_only and not is_near(request)):
            return response.json({"error": "only programs of this machine"}, status=403)
        refusal = _refusal(request, needed)
        return response.json({"error": refusal}, status=400) if refusal else None

    async def _answer(
        self, on_new_message: Callable[[UserMessage], Awaitable[Any]], sender: str, text: str
    ) -> List[Dict[str, Any]]:
        collector = CollectingOutputChannel()
        try:
            await on_new_message(
                UserMessage(text, collector, sender, input_channel=self.name(), metadata={})
            )
        except Exception as error:  # the patient must hear something, whatever broke
            logger.error("A turn failed: %s.", type(error).__name__)
            collector.messages += turn_failed_messages(sender)
        if not collector.messages:
            logger.error("A turn ended without an answer.")
            collector.messages += turn_failed_messages(sender)
        return collector.messages


def turn_failed_messages(sender: str) -> List[Dict[str, Any]]:
    """Return what a patient hears when a turn breaks."""
    text = failure_text("turn_failed")
    return [
        {"recipient_id": sender, "text": text},
        {"recipient_id": sender, "custom": custom("error", code="turn_failed")},
    ]


def _is_page(request: Request) -> bool:
    """Return whether a browser sends this for a website's page; programs name no origin."""
    return "origin" in request.headers


def is_near(request: Request) -> bool:
    """Return whether a request comes from this machine, and through no proxy."""
    if "x-forwarded-for" in request.headers or "forwarded" in request.headers:
        return False
    peer = ipaddress.ip_address(request.ip)
    peer = getattr(peer, "ipv4_mapped", None) or peer
    line = request.conn_info.sockname if request.conn_info else None
    return peer.is_loopback or request.ip == (line[0] if line else "")


async def _forget(app: Any, sender: str) -> HTTPResponse:
    """Delete a conversation, after the turn that is at work in it."""
    try:
        store = trackers.tracker_store(app)
        async with app.ctx.agent.lock_store.lock(sender):
            await trackers.delete(store, sender)
    except Exception as error:
        logger.error("A conversation could not be deleted: %s.", type(error).__name__)
        return response.json({"error": "the conversation could not be deleted"}, status=503)
    return response.empty()


def _refusal(request: Request, needed: Sequence[str]) -> Optional[str]:
    """Return why the request's body is not acceptable, or None."""
    try:
        body = request.json
    except Exception:  # sanic raises InvalidUsage for what is not JSON
        return "the body must be JSON"
    if not isinstance(body, dict):
        return f"the body must be a JSON object with {' and '.join(map(repr, needed))}"
    if not isinstance(body.get("sender"), str) or not body["sender"].strip():
        return "'sender' must be a text that names the conversation"
    if "message" not in needed:
        return None
    if not isinstance(body.get("message"), str):
        return "'message' must be a text"
    if len(body["message"]) > _MAX_CHARACTERS:
        return f"'message' must have at most {_MAX_CHARACTERS} characters"
    return None
