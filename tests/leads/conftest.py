"""Stores to test on: SQLite in a temporary folder, and PostgreSQL where one is named."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Callable, Iterator

import pytest

from legpain.leads import Consent, Contact, LeadRequest, LeadStore
from tests.conftest import new_postgres

NOW = datetime(2026, 3, 4, 15, 0, tzinfo=timezone.utc)


@dataclass(frozen=True)
class Database:
    url: str
    key_file: Path

    def open(self) -> LeadStore:
        return LeadStore.open(self.url, self.key_file)


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith("LEGPAIN_") and name != "LEGPAIN_TEST_POSTGRES_URL":
            monkeypatch.delenv(name)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    key_file = tmp_path / "legpain.key"
    if request.param == "sqlite":
        yield Database(f"sqlite:///{tmp_path / 'legpain.db'}", key_file)
    else:
        with new_postgres() as url:
            yield Database(url, key_file)


@pytest.fixture
def sqlite(tmp_path: Path) -> Database:
    return Database(f"sqlite:///{tmp_path / 'legpain.db'}", tmp_path / "legpain.key")


@pytest.fixture
def store(database: Database) -> Iterator[LeadStore]:
    opened = database.open()
    yield opened
    opened.close()


@pytest.fixture
def make_request() -> Callable[..., LeadRequest]:
    def make(**changes: Any) -> LeadRequest:
        contact = {
            "name": "Zoë O'Brien-Núñez",
            "phone": "+18135550100",
            "email": "zoe@example.org",
            "preferred_time": "next tuesday morning, quokka hour",
            "reason": "calf hurts on the xylophone steps",
            "summary": "pain starts on walking, stops at rest (wombat)",
        }
        names = set(Contact.__dataclass_fields__)
        contact.update({name: value for name, value in changes.items() if name in names})
        other = {name: value for name, value in changes.items() if name not in names}
        return LeadRequest(
            **{
                "contact": Contact(**contact),
                "consent": Consent("2026-01", NOW),
                "conversation_id": "conversation-1",
                "channel": "web",
                **other,
            }
        )

    return make
