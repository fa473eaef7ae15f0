"""Runs Rasa's own server with the fail-safe action endpoint and quiet logs."""

from __future__ import annotations

import logging
import os
from asyncio import AbstractEventLoop
from pathlib import Path
from typing import Optional

import structlog
from sanic import Sanic

from legpain.rasa.logs import log_quietly
from legpain.rasa.settle import settle


def quiet_logging(level: int = logging.WARNING) -> None:
    """Log warnings and errors only: Rasa's lower levels and some warnings hold messages' texts."""
    log_quietly(level)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(level))


def serve(
    model: Path,
    root: Path,
    port: int,
    actions_url: str,
    host: str = "127.0.0.1",
    shell: bool = False,
    conversation_id: Optional[str] = None,
) -> None:
    """Serve a trained model until stopped.

    Args:
        model: the trained model's archive.
        root: folder with `endpoints.yml` and `credentials.yml`.
        port: TCP port of the server.
        actions_url: webhook of the action server.
        host: address to bind; loopback unless told otherwise.
        shell: talk to it in this terminal (Rasa shell) instead of over HTTP channels.
        conversation_id: id of the shell's conversation.
    """
    from legpain.rasa.lean import leave_out

    quiet_logging()  # before what warns when it is imported
    leave_out(root, shell)
    from rasa.core.run import serve_application
    from rasa.core.utils import AvailableEndpoints

    from legpain.rasa import patches
    from legpain.rasa.action_endpoint import FailSafeActionEndpoint

    patches.apply()
    endpoints = AvailableEndpoints.read_endpoints(str(root / "endpoints.yml"))
    endpoints.action.url = actions_url
    endpoints.action = FailSafeActionEndpoint.wrap(endpoints.action)
    serve_application(
        model_path=str(model),
        channel="cmdline" if shell else None,
        interface=host,
        port=port,
        credentials=None if shell else str(root / "credentials.yml"),
        enable_api=False,
        endpoints=endpoints,
        conversation_id=conversation_id,
        request_timeout=60,
        server_listeners=[(_require_model, "after_server_start")],
    )


async def _require_model(app: Sanic, _: AbstractEventLoop) -> None:
    """End the process when the model did not load: Rasa itself would go on without one.

    What the first message would have to wait for is done now.
    """
    if not app.ctx.agent.is_ready():
        logging.getLogger(__name__).critical("The model could not be loaded: run `make train`.")
        os._exit(1)
    await app.ctx.agent.parse_message("hello")
    settle()
