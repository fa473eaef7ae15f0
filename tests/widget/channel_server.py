"""The real channel, pages and all, with the scripted dialogue in place of a trained model.

Run as a process: `python -m tests.widget.channel_server [ORIGIN ...]`; it prints its address. The
origins are websites that may embed the chat.
"""

from __future__ import annotations

import sys
import threading
from collections import defaultdict
from typing import Any, DefaultDict, Dict, List

from rasa.core.channels.channel import UserMessage

from legpain.rasa.web_channel import WebInput
from legpain.web.emergency import EmergencyGuard
from legpain.web.pages import Pages
from legpain.web.sessions import Sessions
from legpain.web.settings import WebSettings
from tests.web.web_server import KEY, FakeAgent, WebServer
from tests.widget.fake_dialogue import Dialogue

_dialogues: DefaultDict[str, Dialogue] = defaultdict(Dialogue)


async def _script(message: UserMessage) -> List[Dict[str, Any]]:
    return _dialogues[message.sender_id].answer(str(message.text))


def main() -> None:
    """Serve until killed."""
    agent = FakeAgent()
    agent.script = _script
    settings = WebSettings(allowed_origins=sys.argv[1:])
    sessions = Sessions(KEY, settings.session_hours * 3600)
    channel = WebInput(settings, sessions, EmergencyGuard.from_knowledge(), Pages())
    print(WebServer(channel, agent).base, flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
