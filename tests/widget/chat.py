"""The chat as a person handles it: finds things by their role and name."""

from __future__ import annotations

from typing import Any, Dict, List

from playwright.sync_api import Locator, Page, expect

PHONE: Dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}


class Chat:
    """Hands and eyes for the widget on a page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.launcher = page.locator("leg-pain-chat #launcher")
        self.panel = page.get_by_role("dialog")
        self.log = page.get_by_role("log")
        self.field = self.panel.locator(".field").get_by_role("textbox")
        self.banner = page.get_by_role("alert")
        self.status = self.panel.get_by_role("status")

    def open(self) -> None:
        """Open the panel by its button."""
        self.launcher.click()
        expect(self.panel).to_be_visible()

    def say(self, text: str) -> None:
        """Type and send."""
        self.field.fill(text)
        self.field.press("Enter")

    def button(self, name: str) -> Locator:
        """Return the button of that name."""
        return self.panel.get_by_role("button", name=name, exact=True)

    def menu(self, name: str) -> None:
        """Choose from the menu."""
        self.button("Menu").click()
        self.button(name).click()

    def hears(self, text: str) -> None:
        """Wait until the last answer holds the text."""
        expect(self.log.locator(".turn.bot").last).to_contain_text(text)

    def said(self) -> List[str]:
        """Return the patient's own bubbles."""
        return self.log.locator(".turn.user .bubble").all_inner_texts()

    def press_until(self, key: str, name: str) -> None:
        """Press a key until the focus is on what has that name."""
        for _ in range(25):
            self.page.keyboard.press(key)
            focused = self.page.evaluate(
                """() => {
                  const each = document.activeElement?.shadowRoot?.activeElement;
                  return each?.getAttribute('aria-label') || each?.textContent?.trim() || '';
                }"""
            )
            if focused == name:
                return
        raise AssertionError(f"{name!r} is not reached by {key}")
