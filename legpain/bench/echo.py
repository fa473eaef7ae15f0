"""A server that answers every message with the same, on Sanic as Rasa runs it (see `floor`)."""

from __future__ import annotations

import sys

from sanic import Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

_ANSWER = [
    {"recipient_id": "floor", "text": "x" * 400},
    {"recipient_id": "floor", "custom": {"data": {"kind": "explanation", "topic": "x" * 20}}},
]


def serve(port: int) -> None:
    """Serve on loopback until stopped."""
    app = Sanic("legpain_floor", configure_logging=False)

    @app.post("/webhooks/rest/webhook")
    async def answer(request: Request) -> HTTPResponse:
        assert request.json["message"]
        return response.json(_ANSWER)

    app.run(host="127.0.0.1", port=port, workers=1, access_log=False, motd=False, debug=False)


if __name__ == "__main__":
    serve(int(sys.argv[1]))
