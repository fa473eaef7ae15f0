"""Encryption at rest, the key's life, and the migrations at start."""

from __future__ import annotations

import base64
import os
import secrets
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import Callable

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text, update

from legpain.leads import KeyProblem, LeadRequest, LeadStore, SchemaProblem, StoreUnavailable
from legpain.leads import keyed_database as keyed
from legpain.leads.keys import Key, Keyring
from legpain.leads.models import VERSION_TABLE, leads, metadata, store_key
from tests.leads.conftest import Database

Make = Callable[..., LeadRequest]
_SECRETS = ["Brien", "8135550100", "zoe@", "example.org", "quokka", "xylophone", "wombat"]


def test_the_files_hold_no_contact_detail(
    sqlite: Database, make_request: Make, tmp_path: Path
) -> None:
    store = sqlite.open()
    reader = store.engine.raw_connection()  # while it is open, the write-ahead log stays
    reader.execute("SELECT count(*) FROM leads").fetchone()
    reference = store.submit(make_request(), "key").reference
    store.set_status(reference, "booked", "t")
    while_open = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert "legpain.db-wal" in while_open
    reader.close()
    store.close()
    for content in (*while_open.values(), (tmp_path / "legpain.db").read_bytes()):
        for secret in _SECRETS:
            for encoding in ("utf-8", "utf-16-le"):
                assert secret.encode(encoding) not in content
            assert base64.b64encode(secret.encode()).rstrip(b"=")[:-1] not in content
    assert reference.encode() in (tmp_path / "legpain.db").read_bytes()


def test_no_column_of_any_row_holds_a_contact_detail(store: LeadStore, make_request: Make) -> None:
    store.submit(make_request(), "key")
    with store.engine.connect() as connection:
        rows = [
            str(tuple(row))
            for table in metadata.sorted_tables
            for row in connection.execute(select(table))
        ]
    assert not [secret for secret in _SECRETS if secret in "".join(rows)]


def test_a_purge_leaves_no_trace_in_the_file(
    sqlite: Database, make_request: Make, tmp_path: Path
) -> None:
    store = sqlite.open()
    reference = store.submit(make_request(), "key").reference
    with store.engine.connect() as connection:
        sealed = connection.execute(select(leads.c.sealed)).scalar_one().encode()
    store.purge(reference=reference)
    assert all(sealed[30:80] not in path.read_bytes() for path in tmp_path.iterdir())
    store.close()


def test_files_are_private(sqlite: Database) -> None:
    sqlite.open().close()
    for path in (sqlite.key_file, sqlite.key_file.with_name("legpain.db")):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_without_its_key_a_database_is_refused(database: Database, make_request: Make) -> None:
    store = database.open()
    store.submit(make_request(), "key")
    store.close()
    database.key_file.unlink()
    with pytest.raises(KeyProblem, match="not at hand"):
        database.open()
    assert not database.key_file.exists()
    database.key_file.write_text(Key.new().to_text())
    with pytest.raises(KeyProblem, match="LEGPAIN_KEY"):
        database.open()


@pytest.mark.parametrize("key", ["secret", "A" * 31, "é", base64.b64encode(b"x" * 16).decode()])
def test_a_malformed_key_is_refused(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv("LEGPAIN_KEY", key)
    with pytest.raises(KeyProblem, match="32 random bytes"):
        sqlite.open()


def test_the_key_from_the_environment_makes_no_file(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch, make_request: Make
) -> None:
    monkeypatch.setenv("LEGPAIN_KEY", base64.b64encode(secrets.token_bytes(32)).decode())
    store = sqlite.open()
    store.submit(make_request(), "key")
    store.close()
    assert not sqlite.key_file.exists()


def test_an_altered_or_swapped_row_is_noticed(store: LeadStore, make_request: Make) -> None:
    one = store.submit(make_request(), "1").reference
    two = store.submit(make_request(name="Other"), "2").reference
    with store.engine.begin() as connection:
        sealed = connection.execute(select(leads.c.sealed).where(leads.c.reference == one))
        stolen = sealed.scalar_one()
        where = leads.c.reference == two
        connection.execute(update(leads).where(where).values(sealed=stolen))
    with pytest.raises(KeyProblem):
        store.get(two, "t")


def test_rotation_while_another_server_runs(database: Database, make_request: Make) -> None:
    server, operator = database.open(), database.open()
    before = server.submit(make_request(), "1").reference
    old_key = database.key_file.read_text()
    new_id = operator.rotate_key("operator")
    after = server.submit(make_request(), "2").reference
    assert server.get(before, "t").contact == make_request().contact
    assert operator.get(after, "t").related == (before,)  # the blind index moved too
    assert old_key not in database.key_file.read_text()
    with server.engine.connect() as connection:
        assert connection.execute(select(store_key.c.key_id)).scalar_one() == new_id
        sealed = connection.execute(select(leads.c.sealed)).scalars().all()
    assert all(f".{new_id}." in text for text in sealed)
    server.close()
    operator.close()


def test_rotation_while_requests_come_in(database: Database, make_request: Make) -> None:
    store, operator = database.open(), database.open()
    done = threading.Event()

    def rotate() -> None:
        for _ in range(3):
            operator.rotate_key()
        done.set()

    thread = threading.Thread(target=rotate)
    thread.start()
    number = 0
    while not done.is_set() or number < 20:
        store.submit(make_request(name=f"P{number}"), str(number))
        number += 1
    thread.join()
    assert {lead.contact.name for lead in store.list()} == {f"P{i}" for i in range(number)}
    store.close()
    operator.close()


@pytest.mark.parametrize("moment", ["before the database", "in the database", "after it"])
def test_a_crash_in_a_rotation_loses_nothing(
    database: Database, make_request: Make, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    store = database.open()
    reference = store.submit(make_request(), "1").reference

    def crash(*_args: object) -> None:
        raise RuntimeError("power cut")

    if moment == "before the database":
        monkeypatch.setattr(keyed.KeyedDatabase, "_seal_all", crash)
    elif moment == "in the database":
        monkeypatch.setattr("legpain.leads.store._note", crash)
    else:
        write, calls = Keyring.write, []

        def write_once(ring: Keyring, keys: list[Key]) -> None:
            calls.append(1)
            crash() if len(calls) > 1 else write(ring, keys)

        monkeypatch.setattr(Keyring, "write", write_once)
    with pytest.raises(RuntimeError):
        store.rotate_key()
    monkeypatch.undo()
    store.close()
    again = database.open()
    assert again.get(reference, "t").contact.name == make_request().contact.name
    again.rotate_key()
    assert again.get(reference, "t").contact.name == make_request().contact.name
    assert len(database.key_file.read_text().split()) == 1
    again.close()


def test_rotation_of_a_key_in_the_environment(
    database: Database, make_request: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = Key.new().to_text(), Key.new().to_text()
    monkeypatch.setenv("LEGPAIN_KEY", old)
    store = database.open()
    reference = store.submit(make_request(), "1").reference
    with pytest.raises(KeyProblem, match="comma"):
        store.rotate_key()
    monkeypatch.setenv("LEGPAIN_KEY", f"{new},{old}")
    store.rotate_key()
    store.close()
    monkeypatch.setenv("LEGPAIN_KEY", new)
    again = database.open()
    assert again.get(reference, "t").contact.email == "zoe@example.org"
    again.close()


@given(st.text(), st.text(max_size=20))
def test_what_is_sealed_opens_only_in_its_place(content: str, context: str) -> None:
    key = Key.new()
    version, key_id, payload = key.seal(content, context).split(".")
    assert (version, key_id) == ("1", key.id)
    assert key.unseal(payload, context) == content
    with pytest.raises(KeyProblem):
        key.unseal(payload, context + "x")


def test_the_migrations_make_the_tables_of_the_code(store: LeadStore) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "version_table": VERSION_TABLE}
        )
        assert compare_metadata(context, metadata) == []
        names = {c.name for table in metadata.sorted_tables for c in table.constraints}
        assert {"uq_leads_reference", "ck_leads_status"} <= names


def test_migrating_again_changes_nothing(database: Database, make_request: Make) -> None:
    store = database.open()
    reference = store.submit(make_request(), "1").reference
    store.close()
    again = database.open()
    assert again.get(reference, "t").reference == reference
    again.close()


def test_a_newer_database_is_refused(database: Database) -> None:
    store = database.open()
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE legpain_schema SET version_num = '9999'"))
    store.close()
    with pytest.raises(SchemaProblem, match="newer"):
        database.open()


_START = (
    "import sys, pathlib; from legpain.leads import LeadStore; "
    "LeadStore.open(sys.argv[1], pathlib.Path(sys.argv[2])).close()"
)


def test_processes_that_start_at_once_make_one_schema_and_one_key(database: Database) -> None:
    command = [sys.executable, "-c", _START, database.url, str(database.key_file)]
    started = [
        subprocess.Popen(command, stderr=subprocess.PIPE, env={**os.environ}) for _ in range(4)
    ]
    for process in started:
        _out, err = process.communicate(timeout=60)
        assert process.returncode == 0, err.decode()[-500:]
    store = database.open()
    assert store.list() == []
    store.close()


def test_a_key_file_that_can_not_be_made_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises((KeyProblem, StoreUnavailable)):
        LeadStore.open(f"sqlite:///{tmp_path / 'x.db'}", tmp_path / "file" / "legpain.key")
