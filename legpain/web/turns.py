"""Turns of conversations: in order, each message once, never more than the server can bear."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from typing import Any, Awaitable, Callable, Deque, Dict, FrozenSet, List, Optional, Tuple

from legpain.web.errors import bad_request, wait_and_retry
from legpain.web.payloads import offered_by

Messages = List[Dict[str, Any]]

_KEPT_ANSWERS = 10  # of a conversation: a retry comes within a minute or two
_KEPT_OFFERS = 5  # turns whose buttons may be tapped
_MOST_WAITING = 5  # messages of one conversation
_MOST_AT_WORK = 100  # messages of all conversations, waiting ones too
_AT_ONCE = 8  # the others wait in order: many at once would all be late, and news not be heard
_MOST_CONVERSATIONS = 4_000  # kept in memory; Rasa's tracker store holds what was said
_BUSY_SECONDS = 5.0


class _Conversation:
    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.at_work = 0
        self.answers: OrderedDict[str, Tuple[str, asyncio.Task[Messages]]] = OrderedDict()
        self.offers: Deque[FrozenSet[str]] = deque(maxlen=_KEPT_OFFERS)


class Turns:
    """What is being answered, and what was answered a moment ago."""

    def __init__(self) -> None:
        self._conversations: OrderedDict[str, _Conversation] = OrderedDict()
        self._at_work = 0
        self._places = asyncio.Semaphore(_AT_ONCE)

    def find(self, sid: str, id_: str, text: str) -> Optional[asyncio.Task[Messages]]:
        """Return the turn of a message that came before, running or ended.

        Raises:
            Refusal: 400 `bad_request`, if the id came with another text.
        """
        conversation = self._conversations.get(sid)
        known = conversation.answers.get(id_) if conversation else None
        if known is None:
            return None
        if known[0] != text:
            raise bad_request("id", "new for every message")
        return known[1]

    def start(
        self, sid: str, id_: str, text: str, process: Callable[[], Awaitable[Messages]]
    ) -> asyncio.Task[Messages]:
        """Start a turn, after those of this conversation that came before; or find it.

        Args:
            sid: the session's id.
            id_: the message's id.
            text: what the client sent; a retry must bring the same.
            process: does the turn's work; must not raise.

        Raises:
            Refusal: 503 `busy`, if too much waits already.
        """
        known = self.find(sid, id_, text)
        if known is not None:
            return known
        conversation = self._conversation(sid)
        if conversation.at_work >= _MOST_WAITING or self._at_work >= _MOST_AT_WORK:
            raise wait_and_retry(503, "busy", _BUSY_SECONDS)
        conversation.at_work += 1
        self._at_work += 1
        # A task of its own: it goes on when the client hangs up, and its answer is kept.
        task = asyncio.get_running_loop().create_task(self._run(conversation, process))
        conversation.answers[id_] = (text, task)
        while len(conversation.answers) > _KEPT_ANSWERS:
            conversation.answers.popitem(last=False)
        return task

    async def _run(
        self, conversation: _Conversation, process: Callable[[], Awaitable[Messages]]
    ) -> Messages:
        try:
            async with conversation.lock, self._places:
                messages = await process()
                conversation.offers.append(offered_by(messages))
                return messages
        finally:
            conversation.at_work -= 1
            self._at_work -= 1

    def offered(self, sid: str, payload: str) -> bool:
        """Return whether one of the conversation's latest turns offered this payload."""
        conversation = self._conversations.get(sid)
        return conversation is not None and any(payload in each for each in conversation.offers)

    def has_answered(self, sid: str) -> bool:
        """Return whether a turn of this conversation has ended, as far as is known here."""
        conversation = self._conversations.get(sid)
        return conversation is not None and bool(conversation.offers)

    async def forget(self, sid: str, delete: Callable[[], Awaitable[None]]) -> None:
        """Forget a conversation, after the turns that are at work, and run `delete`."""
        async with self._conversation(sid).lock:
            await delete()
        self._conversations.pop(sid, None)

    def _conversation(self, sid: str) -> _Conversation:
        conversation = self._conversations.setdefault(sid, _Conversation())
        self._conversations.move_to_end(sid)
        if len(self._conversations) > _MOST_CONVERSATIONS:
            idle = (each for each, old in self._conversations.items() if not old.at_work)
            oldest = next(idle, sid)
            if oldest != sid:
                del self._conversations[oldest]
        return conversation
