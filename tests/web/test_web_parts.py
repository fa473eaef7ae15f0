"""The small parts by themselves: settings, key, limits, pages, texts."""

from __future__ import annotations

import http.client
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legpain.knowledge import knowledge_dir, read_yaml
from legpain.knowledge_check import text_problems
from legpain.web.errors import patient_text
from legpain.web.keys import KEY_VARIABLE, KeyProblem, signing_key
from legpain.web.limits import Limits, address_of
from legpain.web.pages import Pages
from legpain.web.payloads import as_words, is_command, looks_like_payload
from legpain.web.settings import read_settings
from tests.web.web_server import WebServer


@pytest.mark.parametrize("key", sorted(read_yaml(knowledge_dir() / "failures.yml")))
def test_texts_for_patients(key: str) -> None:
    text = patient_text(key)
    assert text_problems(key, text) == [] and "{" not in text
    if not key.startswith("web_"):
        assert "[911](tel:911)" in text, "each failure says what to do in an emergency"


@pytest.mark.parametrize(
    "wrong",
    [
        {"allowed_origins": ["*"]},
        {"allowed_origins": ["https://*.example.com"]},
        {"allowed_origins": ["https://example.com/"]},
        {"allowed_origins": ["example.com"]},
        {"allowed_origins": ["null"]},
        {"allowed_origin": ["https://example.com"]},
        {"proxies": -1},
        {"turn_seconds": 60},
        {"session_hours": 0},
    ],
)
def test_wrong_settings_are_named(wrong: Any) -> None:
    with pytest.raises(ValueError, match=f"credentials.yml: {next(iter(wrong))}"):
        read_settings(wrong)


def test_the_settings_of_the_project_are_right() -> None:
    root = Path(__file__).resolve().parent.parent.parent
    read_settings(read_yaml(root / "credentials.yml")["legpain.rasa.web_channel.WebInput"])
    assert read_settings(None).allowed_origins == []


def test_a_key_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    path = tmp_path / "var" / "web.key"
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: signing_key(path), range(16)))
    assert len(keys) == 1 and len(keys.pop()) >= 32
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["web.key"]


def test_the_environments_key_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "k" * 40)
    assert signing_key(tmp_path / "web.key") == b"k" * 40
    assert not (tmp_path / "web.key").exists()
    monkeypatch.setenv(KEY_VARIABLE, "too short")
    with pytest.raises(KeyProblem) as problem:
        signing_key(tmp_path / "web.key")
    assert "too short" not in str(problem.value)


def test_limits_come_back_with_time() -> None:
    now = 0.0
    limits = Limits({"a": 60, "b": 2}, lambda: now)
    assert [limits.take(("a", "x"), ("b", "x")) for _ in range(2)] == [0, 0]
    assert limits.take(("a", "x"), ("b", "x")) == pytest.approx(30)
    assert [limits.take(("a", "x")) for _ in range(58)] == [0] * 58, "a refusal takes nothing"
    assert limits.take(("a", "x")) > 0 and limits.take(("a", "y")) == 0
    now = 1.0
    assert limits.take(("a", "x")) == 0 and limits.take(("a", "x")) > 0


@pytest.mark.parametrize(
    ("peer", "forwarded", "proxies", "address"),
    [
        ("192.0.2.1", [], 0, "192.0.2.1"),
        ("192.0.2.1", ["203.0.113.9"], 0, "192.0.2.1"),
        ("192.0.2.1", ["1.1.1.1, 203.0.113.9"], 1, "203.0.113.9"),
        ("192.0.2.1", ["1.1.1.1", "203.0.113.9"], 2, "1.1.1.1"),
        ("192.0.2.1", ["nonsense"], 1, "192.0.2.1"),
        ("192.0.2.1", [], 2, "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", [], 0, "2001:db8:1:2::/64"),
    ],
)
def test_addresses(peer: str, forwarded: Any, proxies: int, address: str) -> None:
    assert address_of(peer, forwarded, proxies) == address


@given(st.text(max_size=60) | st.text("/ \n{}@ab", max_size=12))
def test_words_never_become_a_command(text: str) -> None:
    assert not is_command(as_words(text))
    if looks_like_payload(text):
        assert is_command(text)


@pytest.fixture()
def site(tmp_path: Path) -> Path:
    files = {
        "widget/demo/index.html": "<h1>demo</h1>",
        "widget/demo/demo.css": "h1 {}",
        "widget/dist/leg-pain-chat.js": "export {}",
        "widget/src/secret.ts": "classified",
        "widget/demo/.hidden": "classified",
        "var/web.key": "classified",
    }
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    (tmp_path / "widget/demo/link.css").symlink_to(tmp_path / "var/web.key")
    return tmp_path


def test_pages(start: Callable[..., WebServer], site: Path) -> None:
    web = start(pages=site)
    page = web.http.get(f"{web.base}/")
    assert page.text == "<h1>demo</h1>" and page.headers["Content-Type"].startswith("text/html")
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert web.http.get(f"{web.base}/demo.css").headers["Content-Type"].startswith("text/css")
    script = web.http.get(f"{web.base}/widget/leg-pain-chat.js")
    assert script.headers["Content-Type"].startswith("text/javascript")
    assert script.headers["Access-Control-Allow-Origin"] == "*"
    again = {"If-None-Match": script.headers["ETag"]}
    assert web.http.get(script.url, headers=again).status_code == 304
    assert web.http.post(f"{web.base}/").status_code == 405


@pytest.mark.parametrize(
    "path",
    ["/link.css", "/.hidden", "/widget/../src/secret.ts", "/widget/%2e%2e/src/secret.ts",
     "/..%2f..%2fvar/web.key", "/widget/..%5csrc", "//etc/passwd", "/widget/", "/var/web.key",
     "/widget/leg-pain-chat.js%00", "/index.html/x"],
)  # fmt: skip
def test_nothing_else_is_served(start: Callable[..., WebServer], site: Path, path: str) -> None:
    web = start(pages=site)
    line = http.client.HTTPConnection(web.base[len("http://") :], timeout=10)
    line.request("GET", path)  # unlike requests, it sends the path as it is
    answer = line.getresponse()
    assert answer.status == 404 and b"classified" not in answer.read()


def test_without_a_built_widget_the_server_still_stands(tmp_path: Path) -> None:
    assert Pages(tmp_path).find("/") is None
