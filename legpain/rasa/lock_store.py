"""A lock on a conversation that is taken as soon as it is free.

Rasa 3.6 looks once a second whether a busy conversation is free, so the second of two quick
messages waited a second.
"""

from __future__ import annotations

from typing import Any, AsyncContextManager

from rasa.core.lock import TicketLock
from rasa.core.lock_store import LOCK_LIFETIME, InMemoryLockStore

_LOOK_EVERY = 0.01  # seconds; a look is a few lines of Python


class PromptLockStore(InMemoryLockStore):
    """Rasa's locks in memory, looked at a hundred times a second; set in `endpoints.yml`."""

    def __init__(self, endpoint_config: Any = None) -> None:
        super().__init__()

    def lock(
        self,
        conversation_id: str,
        lock_lifetime: float = LOCK_LIFETIME,
        wait_time_in_seconds: float = _LOOK_EVERY,
    ) -> AsyncContextManager[TicketLock]:
        """Acquire the lock (see parent class)."""
        return super().lock(conversation_id, lock_lifetime, wait_time_in_seconds)
