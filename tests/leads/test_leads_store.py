"""The store, on SQLite and on PostgreSQL."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from typing import Any, Callable, List

import pytest
from sqlalchemy import func, select, update

from legpain.leads import (
    InvalidLead,
    LeadFilter,
    LeadRequest,
    LeadStore,
    SavedLead,
    StoreUnavailable,
    UnknownLead,
)
from legpain.leads.models import audit, escalations, leads, outbox
from tests.leads.conftest import NOW, Database

Make = Callable[..., LeadRequest]


def count(store: LeadStore, table: Any) -> int:
    with store.engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def test_a_request_comes_back_as_it_was(store: LeadStore, make_request: Make) -> None:
    request = make_request(
        level="urgent",
        red_flags=("U03",),
        preferred_start=NOW,
        preferred_end=NOW + timedelta(hours=4),
        patient="Ann",
    )
    saved = store.submit(request, "key")
    lead = store.get(saved.reference, "ann")
    assert saved.created
    assert lead.contact == request.contact
    assert lead.consent == request.consent
    assert (lead.level, lead.red_flags) == ("urgent", ("U03",))
    assert (lead.preferred_start, lead.preferred_end) == (NOW, NOW + timedelta(hours=4))
    assert (lead.status, lead.channel, lead.conversation_id) == ("new", "web", "conversation-1")


def test_the_same_key_gives_the_same_reference(store: LeadStore, make_request: Make) -> None:
    first = store.submit(make_request(), "key")
    again = store.submit(make_request(name="Changed"), "key")
    assert again == SavedLead(first.reference, created=False)
    assert [count(store, table) for table in (leads, outbox)] == [1, 1]


def test_double_taps_from_many_threads_are_one(store: LeadStore, make_request: Make) -> None:
    barrier = threading.Barrier(16)

    def tap(_number: int) -> SavedLead:
        barrier.wait()
        return store.submit(make_request(), "the same tap")

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(tap, range(16)))
    assert len({answer.reference for answer in answers}) == 1
    assert sum(answer.created for answer in answers) == 1
    assert count(store, leads) == count(store, outbox) == 1


def test_fifty_at_once_are_not_mixed_up(store: LeadStore, make_request: Make) -> None:
    def book(number: int) -> SavedLead:
        request = make_request(
            name=f"Person {number}",
            phone=f"+1813555{number:04}",
            email=None,
            conversation_id=f"c{number}",
        )
        return store.submit(request, f"key {number}")

    with ThreadPoolExecutor(50) as pool:
        saved = list(pool.map(book, range(50)))
    for number, answer in enumerate(saved):
        lead = store.get(answer.reference, "test")
        assert (lead.contact.name, lead.conversation_id) == (f"Person {number}", f"c{number}")
        assert lead.related == ()
    assert len(store.list()) == 50


def test_requests_of_one_person_are_linked(store: LeadStore, make_request: Make) -> None:
    by_phone = store.submit(make_request(email=None, phone="+18135550100 ext. 7"), "1").reference
    by_mail = store.submit(make_request(phone=None, email="ZOE@example.org"), "2").reference
    both = store.submit(make_request(), "3").reference
    other = store.submit(make_request(phone="+18135550199", email=None), "4").reference
    assert store.get(both, "t").related == (by_phone, by_mail)
    assert store.get(by_phone, "t").related == (both,)
    assert store.get(other, "t").related == ()
    assert {lead.reference: lead.related for lead in store.list()}[by_mail] == (both,)


def test_every_read_and_change_is_audited(store: LeadStore, make_request: Make) -> None:
    reference = store.submit(make_request(), "key").reference
    store.list(actor="lister")
    store.get(reference.lower().replace("-", " "), "reader")
    store.set_status(reference, "contacted", "caller")
    history = store.history(reference, "auditor")
    assert [(entry.actor, entry.action, entry.detail) for entry in history] == [
        ("channel:web", "create", ""),
        ("lister", "list", ""),
        ("reader", "read", ""),
        ("caller", "status", "new -> contacted"),
    ]
    assert store.history(reference, "auditor")[-1].action == "history"


def test_filters(store: LeadStore, make_request: Make) -> None:
    first = store.submit(make_request(level="soon", conversation_id="a"), "1").reference
    second = store.submit(make_request(), "2").reference
    store.set_status(second, "spam", "t")

    def found(**filters: Any) -> List[str]:
        return [lead.reference for lead in store.list(LeadFilter(**filters))]

    soon = datetime.now(timezone.utc) + timedelta(minutes=1)
    assert found() == [second, first]
    assert found(limit=1) == [second]
    assert found(level="soon") == found(conversation_id="a") == found(status="new") == [first]
    assert found(status="spam") == [second]
    assert found(since=soon) == []
    assert found(until=soon) == [second, first]


def test_what_is_unknown_or_wrong_is_refused(store: LeadStore, make_request: Make) -> None:
    reference = store.submit(make_request(), "key").reference
    for call in (
        lambda: store.get("4444-4444", "t"),
        lambda: store.set_status("' OR 1=1 --", "new", "t"),
        lambda: store.purge(reference="4444-4444"),
    ):
        with pytest.raises(UnknownLead):
            call()
    with pytest.raises(InvalidLead):
        store.set_status(reference, "done", "t")
    with pytest.raises(InvalidLead):
        store.purge()
    for changes in (
        {"name": " "},
        {"conversation_id": "a\x00b"},
        {"channel": ""},
        {"phone": None, "email": None},
        {"level": "high"},
    ):
        with pytest.raises(InvalidLead):
            make_request(**changes)
    with pytest.raises(InvalidLead):
        make_request(preferred_start=datetime(2026, 1, 1))


def test_a_purge_by_reference_leaves_nothing_but_the_audit(
    store: LeadStore, make_request: Make
) -> None:
    keep = store.submit(make_request(conversation_id="keep"), "1").reference
    gone = store.submit(make_request(conversation_id="gone"), "2").reference
    store.record_escalation("gone", ["U03"], "urgent", NOW)
    purged = store.purge(reference=gone, actor="privacy")
    assert (purged.references, purged.conversations) == ((gone,), ("gone",))
    assert [lead.reference for lead in store.list()] == [keep]
    assert count(store, outbox) == 1
    assert count(store, escalations) == 0
    assert [e.action for e in store.history(gone, "t")] == ["create", "purge"]


def test_a_purge_by_age_keeps_conversations_in_use(store: LeadStore, make_request: Make) -> None:
    old = store.submit(make_request(conversation_id="both"), "1").reference
    store.submit(make_request(conversation_id="both"), "2")
    alone = store.submit(make_request(conversation_id="old"), "3").reference
    long_ago = datetime.now(timezone.utc) - timedelta(days=800)
    with store.engine.begin() as connection:
        is_old = leads.c.reference.in_([old, alone])
        connection.execute(update(leads).where(is_old).values(created_at=long_ago))
    store.record_escalation("old talk", ["E01"], "emergency", long_ago)
    purged = store.purge(older_than=datetime.now(timezone.utc) - timedelta(days=730))
    assert set(purged.references) == {old, alone}
    assert purged.conversations == ("old", "old talk")
    assert count(store, leads) == 1


def test_a_purge_by_conversation_takes_all_of_it(store: LeadStore, make_request: Make) -> None:
    gone = store.submit(make_request(conversation_id="gone"), "1").reference
    keep = store.submit(make_request(conversation_id="keep"), "2").reference
    store.record_escalation("gone", ["U03"], "urgent", NOW)
    purged = store.purge(conversation="gone")
    assert (purged.references, purged.conversations) == ((gone,), ("gone",))
    assert [lead.reference for lead in store.list()] == [keep]
    assert count(store, escalations) == 0
    assert store.purge(conversation="nothing left").conversations == ("nothing left",)


def test_escalations_are_recorded_once(store: LeadStore) -> None:
    assert store.record_escalation("c", ["E05", "E06"], "emergency", NOW)
    assert not store.record_escalation("c", ["E05", "E06"], "emergency", NOW)
    assert store.record_escalation("c", ["U03"], "urgent", NOW + timedelta(seconds=1))
    listed = store.list_escalations(actor="t")
    assert [(e.level, e.rules, e.at) for e in listed] == [
        ("urgent", ("U03",), NOW + timedelta(seconds=1)),
        ("emergency", ("E05", "E06"), NOW),
    ]
    assert len(store.list_escalations(since=NOW + timedelta(seconds=1))) == 1
    assert count(store, audit) == 2
    for conversation, level in (("", "urgent"), ("c\n", "urgent"), ("c", "high")):
        with pytest.raises(InvalidLead):
            store.record_escalation(conversation, ["U03"], level, NOW)


def test_nothing_is_left_of_a_submission_that_fails_half_way(
    store: LeadStore, make_request: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr("legpain.leads.store._note", fail)
    with pytest.raises(RuntimeError):
        store.submit(make_request(), "key")
    assert [count(store, table) for table in (leads, outbox, audit)] == [0, 0, 0]
    monkeypatch.undo()
    assert store.submit(make_request(), "key").created


def test_a_store_that_is_down_says_so(database: Database, make_request: Make) -> None:
    store = database.open()
    with store.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE outbox")
    with pytest.raises(StoreUnavailable) as failure:
        store.submit(make_request(), "key")
    assert "Zoë" not in str(failure.value) + str(failure.value.__cause__)
    assert count(store, leads) == 0
    store.close()


@pytest.mark.parametrize(
    "url",
    ["mysql://localhost/x", "no url", "sqlite://", "sqlite:////proc/no/legpain.db"],
)
def test_a_bad_url_is_refused(url: str) -> None:
    with pytest.raises(StoreUnavailable):
        LeadStore.open(url)


def test_a_dead_server_is_refused_quickly() -> None:
    with pytest.raises(StoreUnavailable):
        LeadStore.open("postgresql://postgres@127.0.0.1:1/none")
