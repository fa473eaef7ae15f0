"""The built file: small, not stale, and made from packages whose registry is nobody's business."""

from __future__ import annotations

import gzip
import re
import shutil
import subprocess

import pytest

from tests.widget.visit import ROOT

_WIDGET = ROOT / "widget"


def test_at_most_20_kb_gzipped() -> None:
    built = (_WIDGET / "dist" / "leg-pain-chat.js").read_bytes()
    assert len(gzip.compress(built, 9)) <= 20 * 1024


def test_no_address_of_others_in_it() -> None:
    built = (_WIDGET / "dist" / "leg-pain-chat.js").read_text(encoding="utf-8")
    addresses = set(re.findall(r"https?://[^\s\"'`)]+", built))
    assert {each for each in addresses if "w3.org" not in each} == set()
    assert "eval(" not in built and "document.cookie" not in built


def test_the_lock_file_names_no_registry() -> None:
    assert "resolved" not in (_WIDGET / "package-lock.json").read_text()


def test_the_built_file_is_not_stale() -> None:
    if not shutil.which("npm") or not (_WIDGET / "node_modules").is_dir():
        pytest.skip("the build tools are not installed: run `npm ci` in widget/")
    check = subprocess.run(
        ["npm", "run", "--silent", "check"], cwd=_WIDGET, capture_output=True, text=True
    )
    assert check.returncode == 0, check.stdout + check.stderr
