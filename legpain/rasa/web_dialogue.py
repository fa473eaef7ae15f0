"""A patient's message on its way to Rasa and back: who may speak, what is answered for certain."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any, Awaitable, Callable, List

from rasa.core.channels.channel import CollectingOutputChannel, UserMessage

from legpain.findings import Finding
from legpain.rasa import web_trackers as trackers
from legpain.rasa.escalation_records import record
from legpain.replies import custom
from legpain.web.emergency import EmergencyGuard
from legpain.web.errors import Refusal, patient_text, wait_and_retry
from legpain.web.history import offered_lately, public_message
from legpain.web.http import Call
from legpain.web.limits import Limits
from legpain.web.messages import Incoming
from legpain.web.payloads import as_words, is_command, looks_like_payload
from legpain.web.sessions import Sessions, conversation_of
from legpain.web.turns import Messages, Turns

logger = logging.getLogger(__name__)

OnNewMessage = Callable[[UserMessage], Awaitable[Any]]


class WebDialogue:
    """Answers messages: in order, once each, in time, an emergency always.

    Args:
        channel: name of the channel in Rasa.
        on_new_message: Rasa's way in.
        sessions: which sessions are good.
        guard: knows emergencies without Rasa.
        limits: of messages; kinds are named in `web_channel`.
        seconds: longest wait for an answer.
    """

    def __init__(
        self,
        channel: str,
        on_new_message: OnNewMessage,
        sessions: Sessions,
        guard: EmergencyGuard,
        limits: Limits,
        seconds: float,
    ) -> None:
        self._channel, self._on_new_message = channel, on_new_message
        self._sessions, self._guard, self._limits = sessions, guard, limits
        self._seconds = seconds
        self._turns = Turns()
        self._started = time.time()

    async def answer(self, call: Call, sid: str, incoming: Incoming) -> Messages:
        """Return what the assistant says to a message; never nothing.

        Raises:
            Refusal: 400, 403, 429 or 503; never 429 or 503 for an emergency.
        """
        deadline = asyncio.get_running_loop().time() + self._seconds
        turn = self._turns.find(sid, incoming.id, incoming.text)
        if turn is None:
            try:
                text = await self._admit(call, sid, incoming.text)
                self._sessions.read(call.authorization)  # it may be forgotten by now
                early = self._sessions.is_from_before(call.authorization, self._started)
                turn = self._turns.start(
                    sid,
                    incoming.id,
                    incoming.text,
                    lambda: self._turn(call.app, sid, incoming, text, early),
                )
            except Refusal as refusal:
                return await self._alert_despite(refusal, call, sid, incoming.text)
        # Not `wait_for`: the turn must go on when the client or the clock gives up.
        await asyncio.wait({turn}, timeout=deadline - asyncio.get_running_loop().time())
        if turn.done():
            return turn.result()
        logger.error("A turn took longer than %.0f s.", self._seconds)
        return await self._failed(call.app, sid, "too_slow", incoming.text)

    async def forget(self, app: Any, sid: str) -> None:
        """Delete a conversation, after the turns that are at work in it.

        Raises:
            Refusal: 503 `starting`.
            NotImplementedError: if Rasa's tracker store has no way to delete.
        """
        store = trackers.tracker_store(app)
        conversation = conversation_of(sid)
        await self._turns.forget(sid, lambda: trackers.delete(store, conversation))

    async def _admit(self, call: Call, sid: str, text: str) -> str:
        """Return what Rasa shall read of a message.

        Raises:
            Refusal: 403 `payload_not_offered`, 429 `rate_limited`, 503 `starting`.
        """
        wait = self._limits.take(
            ("messages of session", sid), ("messages of address", call.address)
        )
        if wait and not await self._is_free_emergency(call, sid, text):
            raise wait_and_retry(429, "rate_limited", wait)
        if not trackers.is_ready(call.app):
            raise wait_and_retry(503, "starting", trackers.STARTING_SECONDS)
        if not is_command(text) or self._turns.offered(sid, text):
            return text
        if not looks_like_payload(text) and as_words(text):
            return as_words(text)
        # After a restart the tracker still knows what this process does not.
        if offered_lately(await trackers.events_of(call.app, sid), text):
            return text
        raise Refusal(403, "payload_not_offered", "This choice is not on offer now.")

    async def _is_free_emergency(self, call: Call, sid: str, text: str) -> bool:
        alert = await self._alert(call, sid, text)
        return bool(alert) and not self._limits.take(("emergencies of session", sid))

    async def _alert_despite(self, refusal: Refusal, call: Call, sid: str, text: str) -> Messages:
        """Return the emergency's messages for a message that can not reach Rasa now.

        Raises:
            Refusal: the one given, if the message is no emergency.
        """
        alert = await self._alert(call, sid, text) if refusal.status in (429, 503) else []
        if not alert:
            raise refusal
        self._record(call.app, sid, alert)
        return alert

    async def _alert(self, call: Call, sid: str, text: str) -> Messages:
        # A payload that the bot has not offered states nothing: it is nobody's words.
        if looks_like_payload(text) and not self._turns.offered(sid, text):
            return []
        stated = self._guard.findings(text)
        if not self._limits.take(("readings of address", call.address)):
            stated += await self._seen_by_model(call.app, text)
        # Reading the conversation costs more than reading the message.
        slots = await trackers.slots_of(call.app, sid) if stated else {}
        return self._guard.alert(stated, slots) if stated else []

    async def _seen_by_model(self, app: Any, text: str) -> List[Finding]:
        """Return what the lexicon may have missed; a payload says by itself all that it says."""
        if looks_like_payload(text) or not trackers.is_ready(app):
            return []
        found = await trackers.findings_of(app, as_words(text))
        return [finding for finding in found if finding.counts]

    async def _turn(
        self, app: Any, sid: str, incoming: Incoming, text: str, early: bool
    ) -> Messages:
        """Let Rasa answer; an answer that breaks off or is empty ends in a sentence that helps.

        Args:
            early: the session is from before this process, so there may have been turns before.
        """
        talked = early or self._turns.has_answered(sid)
        lost = talked and not await trackers.is_kept(app, sid)
        messages = await self._said_by_rasa(app, sid, incoming, text)
        # Last, for an alert comes first: "Shin" alone means nothing to whom has lost the question.
        return [*messages, *_told("forgotten")] if lost else messages

    async def _said_by_rasa(self, app: Any, sid: str, incoming: Incoming, text: str) -> Messages:
        collector = CollectingOutputChannel()
        message = UserMessage(
            text,
            collector,
            conversation_of(sid),
            input_channel=self._channel,
            message_id=incoming.id,
            metadata=incoming.metadata,
        )
        problem = ""
        try:
            await self._on_new_message(message)
        except Exception as error:  # the patient must hear something, whatever broke
            problem = type(error).__name__
        messages = [public for each in collector.messages if (public := public_message(each))]
        if messages and not problem:
            return messages
        logger.error("A turn failed: %s.", problem or "it ended without an answer")
        # The alert comes first in a turn: what has come this far holds it, or there is none.
        return messages + await self._failed(app, sid, "turn_failed", "" if messages else text)

    async def _failed(self, app: Any, sid: str, code: str, text: str) -> Messages:
        """Return what is said when a turn breaks: the emergency's text first, if it is one."""
        stated = self._guard.findings(text)
        if text:
            stated += await self._seen_by_model(app, text)
        alert = self._guard.alert(stated)
        if alert:
            self._record(app, sid, alert)
        return [*alert, *_told(code)]

    def _record(self, app: Any, sid: str, alert: Messages) -> None:
        """Have an alert recorded that no turn of Rasa's records; the same again, once a minute."""
        if not self._limits.take(("records of session", sid)):
            record(app, conversation_of(sid), alert)


def _told(code: str) -> Messages:
    return [{"text": patient_text(code)}, {"custom": custom("error", code=code)}]
