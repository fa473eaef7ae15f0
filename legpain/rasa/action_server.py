"""Runs Rasa SDK's action server with the project's actions and quiet logs."""

from __future__ import annotations

from legpain.rasa.logs import log_quietly


def serve_actions(port: int, host: str = "127.0.0.1") -> None:
    """Serve the actions until stopped.

    Args:
        port: TCP port.
        host: address to bind; the SDK's own command binds every address.
    """
    log_quietly()  # before what warns when it is imported
    from rasa_sdk.endpoint import create_app

    app = create_app("actions")
    app.run(host=host, port=port, workers=1, access_log=False)
