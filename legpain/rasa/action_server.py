"""Runs Rasa SDK's action server with the project's actions and quiet logs."""

from __future__ import annotations

from asyncio import AbstractEventLoop

from sanic import Sanic

from legpain.knowledge import load_knowledge
from legpain.leads.shared import staff_mail
from legpain.rasa.logs import log_quietly
from legpain.rasa.settle import settle


def serve_actions(port: int, host: str = "127.0.0.1") -> None:
    """Serve the actions until stopped.

    Args:
        port: TCP port.
        host: address to bind; the SDK's own command binds every address.
    """
    log_quietly()  # before what warns when it is imported
    from rasa_sdk.endpoint import create_app

    app = create_app("actions")
    app.register_listener(_prepare, "after_server_start")
    app.run(host=host, port=port, workers=1, access_log=False)


async def _prepare(_app: Sanic, _loop: AbstractEventLoop) -> None:
    """Do now what the first message would have to wait for."""
    load_knowledge()
    staff_mail()  # what a process before this one has left in the outbox goes out too
    settle()
