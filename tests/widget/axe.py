"""axe-core on a page: what it finds against WCAG."""

from __future__ import annotations

from pathlib import Path
from typing import List

import pytest
from playwright.sync_api import Page

_AXE = Path(__file__).resolve().parents[2] / "widget" / "node_modules" / "axe-core" / "axe.min.js"


def violations(page: Page) -> List[str]:
    """Return a line for each violation on the page as it stands."""
    if not _AXE.is_file():
        pytest.skip("axe-core is not installed: run `npm ci` in widget/")
    page.wait_for_timeout(50)
    page.evaluate(_AXE.read_text(encoding="utf-8"))  # not a script tag: the policy stands
    found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    return [
        f"{each['id']}: {node['html']}: {node['failureSummary']}"
        for each in found
        for node in each["nodes"]
    ]
