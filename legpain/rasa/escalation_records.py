"""Has an emergency recorded that was told without a turn of Rasa's: busy, slow or starting."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any, Dict, List, Set

from legpain.rasa.turn_events import RECORD_ESCALATION
from legpain.rasa.web_trackers import is_ready

logger = logging.getLogger(__name__)

_LONGEST_START = 600  # seconds in which a starting server is waited for
_background: Set[asyncio.Task[None]] = set()


def record(app: Any, conversation: str, messages: List[Dict[str, Any]]) -> None:
    """Record what was told, in the background; failing harms nothing.

    Args:
        app: Rasa's server, which knows the way to the action server.
        conversation: its id in Rasa.
        messages: as told, the contract's `alert` among them.
    """
    told = [each["custom"]["data"] for each in messages if "custom" in each]
    task = asyncio.ensure_future(_record(app, _call(conversation, told[0], time.time())))
    _background.add(task)
    task.add_done_callback(_background.discard)


async def _record(app: Any, call: Dict[str, Any]) -> None:
    for _ in range(_LONGEST_START):
        if is_ready(app):
            break
        await asyncio.sleep(1)
    endpoint = getattr(getattr(app.ctx, "agent", None), "action_endpoint", None)
    if endpoint is None:
        logger.error("An escalation was not recorded: there is no action server.")
        return
    try:
        await endpoint.request(json=call)  # delivered in the background, tried again
    except Exception as error:
        logger.error("An escalation was not recorded: %s.", type(error).__name__)


def _call(conversation: str, alert: Dict[str, Any], at: float) -> Dict[str, Any]:
    """Return the call of the action that records, with as much of a tracker as it reads."""
    tracker = {
        "sender_id": conversation,
        "slots": {"alert": {"level": alert["level"], "rules": alert["rules"]}},
        "latest_message": {},
        "events": [{"event": "user", "timestamp": at}],
        "paused": False,
        "followup_action": None,
        "active_loop": {},
        "latest_action_name": None,
    }
    return {
        "next_action": RECORD_ESCALATION,
        "sender_id": conversation,
        "tracker": tracker,
        "domain": {},
    }
