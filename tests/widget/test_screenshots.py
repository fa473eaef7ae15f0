"""Pictures for the README: LEGPAIN_SCREENSHOTS=folder takes them, without it there is nothing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Dict

import pytest
from playwright.sync_api import expect

from tests.widget.chat import PHONE
from tests.widget.visit import Visit

_FOLDER = os.environ.get("LEGPAIN_SCREENSHOTS")
_DESKTOP = {"viewport": {"width": 1280, "height": 800}}
_PICTURES: Dict[str, Any] = {
    "desktop": (_DESKTOP, None, "Florida Pain Medicine"),
    "desktop-dark": ({**_DESKTOP, "color_scheme": "dark"}, "shin splints", "dull ache"),
    "phone-explanation": (PHONE, "What are shin splints?", "dull ache"),
    "phone-pain-check": (PHONE, "Check my pain", "Question 1"),
    "phone-emergency": (PHONE, "My calf is swollen and I can't breathe", "blood clot"),
}


@pytest.mark.skipif(not _FOLDER, reason="LEGPAIN_SCREENSHOTS names no folder")
@pytest.mark.parametrize("name", _PICTURES)
def test_picture(visit: Visit, name: str) -> None:
    options, words, answer = _PICTURES[name]
    chat = visit.chat(**options)
    chat.open()
    if words:
        chat.say(words)
    expect(chat.panel).to_contain_text(answer)
    expect(chat.panel).to_contain_text("Florida Pain Medicine")
    Path(str(_FOLDER)).mkdir(parents=True, exist_ok=True)
    chat.page.screenshot(path=f"{_FOLDER}/{name}.png")
