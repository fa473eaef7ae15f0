"""docs/contract.md names what the code sends: kinds, fields, slots, codes, addresses; no more."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Dict, Iterator, List, Set, Tuple

import yaml

from legpain.booking.texts import load_booking
from legpain.interview.questions import load_interview
from legpain.knowledge import ASPECTS

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "contract.md").read_text(encoding="utf-8")
API = yaml.safe_load((ROOT / "docs" / "web-channel.openapi.yml").read_text(encoding="utf-8"))
DOMAIN = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))


def _table(first: str) -> Dict[str, str]:
    """Return first cell -> the row, of the table whose first heading is given."""
    rows: Dict[str, str] = {}
    inside = False
    for line in PAGE.splitlines():
        if line.startswith(f"| {first} |"):
            inside = True
        elif not line.startswith("|"):
            inside = False
        elif inside and not line.startswith("|---"):
            name, _, rest = line.strip("| ").partition(" | ")
            rows[name] = rest
    return rows


def _names(text: str) -> List[str]:
    return re.findall(r"`([a-z_]+)`", text)


def _custom_calls() -> Iterator[Tuple[str, Set[str]]]:
    """Yield kind and fields of every custom message that the code or the domain makes."""
    for folder in ("legpain", "actions"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call) or getattr(node.func, "id", "") != "custom":
                    continue
                if node.args and isinstance(node.args[0], ast.Constant):
                    yield str(node.args[0].value), {each.arg for each in node.keywords if each.arg}
    for variations in DOMAIN["responses"].values():
        for each in variations:
            data = dict(each.get("custom", {}).get("data", {}))
            if data:
                yield str(data.pop("kind")), set(data)


def test_every_kind_with_its_fields_and_no_other() -> None:
    sent: Dict[str, Set[str]] = {}
    for kind, fields in _custom_calls():
        sent.setdefault(kind, set()).update(fields)
    told = {name.strip("`"): set(_names(row)) for name, row in _table("kind").items()}
    assert set(sent) == set(told)
    missing = {kind: fields - told[kind] for kind, fields in sent.items() if fields - told[kind]}
    assert missing == {}


def test_every_question_with_its_input() -> None:
    booking, interview = load_booking(), load_interview()
    asked = {*booking.fields, *(each.slot for each in interview.questions), "topic", "safety"}
    assert {name for cell in _table("slot") for name in _names(cell)} == asked
    inputs = {each.input for each in booking.fields.values()} | {"choice", "text"}
    assert {name.strip("`") for name in _table("`input`")} == inputs


def test_every_aspect_and_stage() -> None:
    told = re.search(r"^Aspects: (.+?)\.$", PAGE, re.M | re.S)
    assert told and _names(told[1]) == [*ASPECTS, "compare"]
    stages = {
        each["custom"]["data"]["stage"]
        for variations in DOMAIN["responses"].values()
        for each in variations
        if each.get("custom", {}).get("data", {}).get("kind") == "fallback"
    }
    assert stages <= set(_names(_table("kind")["`fallback`"]))


def test_every_address_and_every_refusal_of_the_channel() -> None:
    calls = {cell.strip("`") for cell in _table("call")}
    described = {
        f"{method.upper()} {path}" for path, methods in API["paths"].items() for method in methods
    }
    assert calls == described
    error = API["components"]["schemas"]["Error"]["properties"]["error"]
    codes = [name.strip("`") for name, row in _table("code").items() if re.match(r"\d{3} ", row)]
    assert sorted(codes) == sorted(error["properties"]["code"]["enum"])


def test_every_error_within_an_answer() -> None:
    told = {name.strip("`") for name, row in _table("code").items() if not re.match(r"\d{3} ", row)}
    files = [*(ROOT / "legpain" / "rasa").glob("*.py")]
    source = "\n".join(path.read_text(encoding="utf-8") for path in files)
    sent = set(re.findall(r'custom\("error", code="(\w+)"', source))
    sent |= set(re.findall(r'_failed\(app, sid, "(\w+)"', source))
    sent |= set(re.findall(r'_told\("(\w+)"', source))
    sent |= set(re.findall(r'_failed\(\s*call\.app, sid, "(\w+)"', source))
    sent |= {
        each["custom"]["data"]["code"]
        for variations in DOMAIN["responses"].values()
        for each in variations
        if each.get("custom", {}).get("data", {}).get("kind") == "error"
    }
    assert sent == told
