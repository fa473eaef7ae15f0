"""The way to the action server that never leaves a turn in silence.

Rasa 3.6 waits 300 s for an action server and, when it is down, ends the turn with an empty
answer (`core/actions/action.py`, RemoteAction). This endpoint waits a few seconds; then the
user hears what is wrong and how to call, and nothing is claimed that did not happen.
"""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any, Dict, Optional, Set

import aiohttp
from rasa.utils.endpoints import ClientResponseError, EndpointConfig
from rasa_sdk import Tracker

from legpain.rasa.safe_form import VALIDATE, failed_this_turn, keep_question
from legpain.rasa.turn_events import RECORD_ESCALATION

logger = logging.getLogger(__name__)

ACTION_TIMEOUT = 4.0  # seconds; two actions in a turn stay under the 10 s that are promised
_KEEP_ALIVE = 2.0  # seconds
_PAUSE_AFTER_FAILURE = 5.0  # seconds in which a dead server is not asked again
_RETRIES = (1.0, 5.0, 30.0, 120.0, 600.0)  # seconds before each retry of a deferred action
_CLIENT_ERROR = 400  # the action refused to run; Rasa handles that itself

# Bookkeeping: sent in the background and tried again, so that no patient waits for it.
DEFERRED_ACTIONS = frozenset({RECORD_ESCALATION})


def _only(response: Optional[str] = None) -> Dict[str, Any]:
    return {"events": [], "responses": [{"response": response}] if response else []}


def _failed(call: Dict[str, Any], response: str) -> Dict[str, Any]:
    """Return what a failed action gives: the words, once a turn; a form's question stays open."""
    tracker = Tracker.from_dict(call.get("tracker") or {})
    answer = _only(None if failed_this_turn(tracker) else response)
    action = str(call.get("next_action"))
    if action.startswith(VALIDATE):
        answer["events"] = keep_question(tracker, action[len(VALIDATE) :])
    return answer


class FailSafeActionEndpoint(EndpointConfig):
    """An action endpoint that answers within seconds, whatever the action server does."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._session: Optional[aiohttp.ClientSession] = None
        self._failed_at = float("-inf")
        self._background: Set[asyncio.Task[None]] = set()

    @classmethod
    def wrap(cls, endpoint: EndpointConfig) -> FailSafeActionEndpoint:
        """Return a fail-safe endpoint with the settings of another."""
        return cls(
            endpoint.url,
            endpoint.params,
            endpoint.headers,
            endpoint.basic_auth,
            endpoint.token,
            endpoint.token_name,
            endpoint.cafile,
            **endpoint.kwargs,
        )

    async def request(
        self,
        method: str = "post",
        subpath: Optional[str] = None,
        content_type: Optional[str] = "application/json",
        compress: bool = False,
        **kwargs: Any,
    ) -> Optional[Any]:
        """Call the action server; on a failure return a response that says so.

        Raises:
            ClientResponseError: with status 400, when the action refuses to run.
        """
        action = (kwargs.get("json") or {}).get("next_action")
        if action in DEFERRED_ACTIONS:
            task = asyncio.ensure_future(self._deliver(kwargs["json"]))
            self._background.add(task)
            task.add_done_callback(self._background.discard)
            return _only()
        if time.monotonic() - self._failed_at < _PAUSE_AFTER_FAILURE:
            return _failed(kwargs["json"], "utter_actions_unavailable")
        try:
            return await self._post(kwargs["json"], ACTION_TIMEOUT)
        except ClientResponseError as error:
            if error.status == _CLIENT_ERROR:
                raise
            logger.error("Action '%s' failed with status %s.", action, error.status)
            return _failed(kwargs["json"], "utter_action_error")
        except (aiohttp.ClientError, asyncio.TimeoutError, ValueError) as error:
            self._failed_at = time.monotonic()
            logger.error("No answer from the action server: %s.", type(error).__name__)
            return _failed(kwargs["json"], "utter_actions_unavailable")

    async def _post(self, body: Dict[str, Any], timeout: float) -> Any:
        if self._session is None or self._session.closed:
            # One session for all calls: a new one for each would open a new connection.
            # It drops idle connections before the action server does (after 5 s).
            self._session = aiohttp.ClientSession(
                headers=self.headers,
                connector=aiohttp.TCPConnector(keepalive_timeout=_KEEP_ALIVE),
            )
        async with self._session.post(
            self.url,
            json=body,
            params=self.combine_parameters({}),
            timeout=aiohttp.ClientTimeout(total=timeout),
        ) as response:
            if response.status >= _CLIENT_ERROR:
                raise ClientResponseError(
                    response.status, response.reason, await response.content.read()
                )
            return await response.json()

    async def _deliver(self, body: Dict[str, Any]) -> None:
        for pause in (0.0, *_RETRIES):
            await asyncio.sleep(pause)
            try:
                await self._post(body, ACTION_TIMEOUT)
                return
            except (aiohttp.ClientError, asyncio.TimeoutError, ClientResponseError) as error:
                logger.warning(
                    "Action '%s' not delivered yet: %s.", body["next_action"], type(error).__name__
                )
        logger.error("Action '%s' given up after %d tries.", body["next_action"], len(_RETRIES) + 1)
