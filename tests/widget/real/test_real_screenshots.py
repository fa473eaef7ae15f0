"""Pictures of the chat on the real servers, for the README.

`make screenshots` renews them; without a folder in LEGPAIN_SCREENSHOTS none are taken.
"""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any, Callable, Dict, Tuple

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.widget.chat import PHONE, Chat
from tests.widget.visit import Visit

_FOLDER = os.environ.get("LEGPAIN_SCREENSHOTS")
_DESKTOP = {"viewport": {"width": 1200, "height": 800}}
_DARK = {"color_scheme": "dark"}
pytestmark = [
    pytest.mark.servers,
    pytest.mark.skipif(not _FOLDER, reason="LEGPAIN_SCREENSHOTS names no folder"),
]


def _closed(chat: Chat) -> None:
    expect(chat.launcher).to_be_visible()


def _open(chat: Chat) -> None:
    chat.open()
    expect(chat.panel).to_contain_text("Florida Pain Medicine")


def _answer(chat: Chat) -> None:
    _open(chat)
    chat.say("why does the outside of my knee hurt when I walk downhill?")
    expect(chat.log.locator(".card.causes")).to_be_visible()


def _pain_check(chat: Chat) -> None:
    _open(chat)
    chat.button("Check my pain").click()
    chat.log.get_by_role("checkbox", name="None of these", exact=True).check()
    chat.button("Done").click()
    chat.hears("Please look at both legs")


def _emergency(chat: Chat) -> None:
    _open(chat)
    chat.say("my left calf is swollen and now I can't breathe")
    expect(chat.banner).to_be_visible()
    expect(chat.log.locator(".card.alert")).to_be_visible()


def _booking(chat: Chat) -> None:
    _open(chat)
    for answer, asked in (
        ("I'd like to book a visit", "What is your name?"),
        ("Pat Doe", "Which phone number"),
        ("813 555 0123", "When would you like to come?"),
        ("any afternoon", "what is the visit about?"),
        ("my shins hurt on long walks", "May the clinic contact you"),
        ("yes", "This is your request"),
    ):
        chat.say(answer)
        chat.hears(asked)


_PICTURES: Dict[str, Tuple[Dict[str, Any], Callable[[Chat], None]]] = {
    "closed": (_DESKTOP, _closed),
    "answer": (_DESKTOP, _answer),
    "answer-dark": ({**_DESKTOP, **_DARK}, _answer),
    "pain-check": (PHONE, _pain_check),
    "emergency": (PHONE, _emergency),
    "booking": (PHONE, _booking),
}


@pytest.mark.parametrize("name", _PICTURES)
def test_picture(visit: Visit, name: str) -> None:
    options, reach = _PICTURES[name]
    chat = visit.chat(**options)
    reach(chat)
    chat.page.mouse.move(0, 0)
    folder = Path(str(_FOLDER))
    folder.mkdir(parents=True, exist_ok=True)
    picture = Image.open(io.BytesIO(chat.page.screenshot())).convert("RGB")
    # A third of the bytes, and no eye tells: k-means keeps the few red letters red.
    picture.quantize(256, kmeans=3).save(folder / f"{name}.png", optimize=True)
