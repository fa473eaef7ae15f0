"""The staff's commands."""

from __future__ import annotations

import csv
import io
import json
import stat
from pathlib import Path
from typing import Any, Callable, List

import pytest
from typer.testing import CliRunner

from legpain.leads import LeadRequest
from legpain.leads.cli import app
from legpain.leads.export import FIELDS
from tests.leads.conftest import Database

Make = Callable[..., LeadRequest]
Run = Callable[..., Any]


@pytest.fixture
def run(database: Database, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("LEGPAIN_DATABASE_URL", database.url)
    monkeypatch.setenv("LEGPAIN_KEY_FILE", str(database.key_file))
    monkeypatch.setenv("LEGPAIN_ACTOR", "tester")
    monkeypatch.setenv("COLUMNS", "200")

    def invoke(*arguments: str) -> Any:
        return CliRunner().invoke(app, list(arguments))

    return invoke


@pytest.fixture
def references(database: Database, make_request: Make) -> List[str]:
    store = database.open()
    first = store.submit(make_request(level="urgent"), "1").reference
    second = store.submit(make_request(name="=HYPERLINK(1)", phone=None), "2").reference
    store.close()
    return [first, second]


def lines(result: Any) -> List[Any]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_list(run: Run, references: List[str]) -> None:
    listed = lines(run("list", "--json"))
    assert [lead["reference"] for lead in listed] == references[::-1]
    assert all(tuple(lead) == FIELDS for lead in listed)
    assert [lead["level"] for lead in lines(run("list", "--json", "--level", "urgent"))] == [
        "urgent"
    ]
    assert lines(run("list", "--json", "--until", "1d")) == []
    table = run("list").stdout
    assert references[0] in table and "=HYPERLINK(1)" in table


def test_show_and_status(run: Run, references: List[str]) -> None:
    assert run("status", references[0], "contacted").exit_code == 0
    (shown,) = lines(run("show", references[0], "--json"))
    assert shown["status"] == "contacted"
    assert shown["related"] == [references[1]]
    assert [entry["actor"] for entry in shown["history"]] == ["channel:web", "tester", "tester"]
    text = run("show", references[0].lower()).stdout
    assert "new -> contacted" in text and "Zoë" in text


def test_terminal_controls_are_not_played(run: Run, database: Database, make_request: Make) -> None:
    store = database.open()
    reference = store.submit(make_request(name="a\x1b[2Jb [red]c[/red]"), "1").reference
    store.close()
    for output in (run("list").stdout, run("show", reference).stdout):
        assert "\x1b[2J" not in output
        assert "[red]c[/red]" in output


def test_export(run: Run, references: List[str], tmp_path: Path) -> None:
    assert len(lines(run("export"))) == 2
    rows = list(csv.DictReader(io.StringIO(run("export", "--format", "csv").stdout)))
    assert rows[0]["name"] == "'=HYPERLINK(1)"
    bundles = lines(run("export", "--format", "fhir", "--status", "new"))
    assert bundles[0]["resourceType"] == "Bundle"
    output = tmp_path / "out.csv"
    assert run("export", "--format", "csv", "--output", str(output)).exit_code == 0
    assert stat.S_IMODE(output.stat().st_mode) == 0o600
    assert run("export", "--output", str(output)).exit_code == 1
    assert run("export", "--format", "xml").exit_code == 2


def test_purge_asks_first(run: Run, references: List[str]) -> None:
    assert run("purge", "--reference", references[0]).exit_code == 1
    assert len(lines(run("list", "--json"))) == 2
    (purged,) = lines(run("purge", "--reference", references[0], "--yes", "--json"))
    assert purged == {"references": [references[0]], "conversations": []}
    assert "Deleted 0" in run("purge", "--older-than", "730d", "--yes").stdout
    assert run("purge", "--yes").exit_code == 2


def test_a_purge_says_which_chats_it_could_not_delete(
    run: Run, database: Database, make_request: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = database.open()
    reference = store.submit(make_request(conversation_id="web-abc"), "1").reference
    store.close()
    monkeypatch.setenv("LEGPAIN_RASA_URL", "http://127.0.0.1:1")  # nothing listens there
    monkeypatch.setenv("LEGPAIN_WEB_KEY", "k" * 40)
    result = run("purge", "--reference", reference, "--yes")
    assert result.exit_code == 1
    assert "Deleted 1 request(s)." in result.stdout
    assert "http://127.0.0.1:1" in result.stderr and "web-abc" in result.stderr
    assert lines(run("list", "--json")) == []


def test_rotate_key(run: Run, references: List[str]) -> None:
    assert run("rotate-key").exit_code == 0
    assert len(lines(run("list", "--json"))) == 2


def test_notify_without_settings_says_so(run: Run) -> None:
    result = run("notify")
    assert result.exit_code == 1
    assert "LEGPAIN_SMTP_HOST" in result.stderr


@pytest.mark.parametrize(
    "arguments", [("show", "4444-4444"), ("status", "4444-4444", "new"), ("status", "x", "done")]
)
def test_errors_are_one_sentence(run: Run, arguments: List[str]) -> None:
    result = run(*arguments)
    assert result.exit_code == 1
    assert result.stderr.startswith("legpain: ") and result.stderr.count("\n") == 1


def test_a_missing_key_is_one_sentence(run: Run, references: List[str], database: Database) -> None:
    database.key_file.unlink()
    result = run("list")
    assert result.exit_code == 1
    assert "LEGPAIN_KEY" in result.stderr
