"""JSON lines, CSV and FHIR, with whatever patients may have typed."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime, timezone
from typing import Optional

import pytest
from fhir.resources.R4B.bundle import Bundle
from hypothesis import given, settings
from hypothesis import strategies as st

from legpain.leads.export import FIELDS, json_line, lead_details, lead_fields, safe_cell, to_csv
from legpain.leads.fhir import to_fhir
from legpain.leads.records import LEVELS, STATUSES, Consent, Contact, Lead

_MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(timezone.utc))
_TEXT = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="=+-@|;,'\"\t\r\n !A1()＝＋", max_size=30),
)
_LEADS = st.builds(
    Lead,
    reference=st.text(alphabet="34679CDF", min_size=8, max_size=8),
    contact=st.builds(
        Contact,
        name=_TEXT.filter(str.strip),
        phone=st.just("+18135550100"),
        email=st.none() | st.emails(),
        preferred_time=_TEXT,
        reason=_TEXT,
        summary=st.none() | _TEXT,
        patient=st.none() | _TEXT,
    ),
    consent=st.builds(Consent, st.just("2026-01"), _MOMENTS),
    conversation_id=_TEXT,
    channel=st.just("web"),
    level=st.sampled_from([None, *LEVELS]),
    red_flags=st.just(("U03",)),
    preferred_start=st.none() | _MOMENTS,
    preferred_end=st.none(),
    status=st.sampled_from(STATUSES),
    created_at=_MOMENTS,
    updated_at=_MOMENTS,
)


def make_lead(
    name: str = "Ann", level: Optional[str] = None, patient: Optional[str] = None
) -> Lead:
    moment = datetime(2026, 3, 4, 15, tzinfo=timezone.utc)
    contact = Contact(name, "+18135550100", "ann@example.org", "friday", "calf", "sum", patient)
    consent = Consent("2026-01", moment)
    return Lead(
        "7KQM-3XRD", contact, consent, "c1", "web", level, ("U03",), moment, moment, "new",
        moment, moment,
    )  # fmt: skip


def test_the_fields_of_a_line() -> None:
    fields = json.loads(json_line(lead_fields(make_lead(level="urgent"))))
    assert tuple(fields) == FIELDS
    assert (fields["reference"], fields["phone"]) == ("7KQM-3XRD", "+18135550100")
    assert fields["consent"]["text_version"] == "2026-01"
    assert fields["created_at"] == "2026-03-04T15:00:00+00:00"


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("Ann", "Ann"),
        ("=1+1", "'=1+1"),
        (" @SUM(A1)", "'@SUM(A1)"),
        ("\t-2+3", "'-2+3"),
        ("+18135550100", "'+18135550100"),
        ("＝1+1", "'＝1+1"),
        ("\ufeff=1", "'=1"),
        ("pain;=1+1", "pain;'=1+1"),
        ('a",=cmd', "a\",'=cmd"),
        ("knee-pain, 3 - 4 days", "knee-pain, 3 - 4 days"),
        ("two\nlines", "two lines"),
        ("", ""),
        (None, ""),
    ],
)
def test_cells(text: Optional[str], cell: str) -> None:
    assert safe_cell(text) == cell


@settings(max_examples=60, deadline=None)
@given(st.lists(_LEADS, max_size=4))
def test_csv_is_whole_and_harmless(leads: list[Lead]) -> None:
    written = to_csv(leads)
    rows = list(csv.reader(io.StringIO(written, newline="")))
    assert rows[0] == list(FIELDS)
    assert len(rows) == len(leads) + 1
    for row in rows[1:]:
        assert len(row) == len(FIELDS)
        assert not [cell for cell in row if cell[:1] in tuple("=+-@\t\r\n＝＋－＠") and cell]
    # Nor does it become a formula where a program splits the lines at another sign.
    for other in ";\t|":
        for row in csv.reader(io.StringIO(written, newline=""), delimiter=other):
            for cell in row:
                assert cell.strip(" \"'")[:1] not in tuple("=@＝＠") or "'" in cell


@settings(max_examples=60, deadline=None)
@given(_LEADS)
def test_a_json_line_is_one_line(lead: Lead) -> None:
    line = json_line(lead_details(lead))
    assert len(line.splitlines()) == 1
    assert json.loads(line)["name"] == lead.contact.name


@settings(max_examples=40, deadline=None)  # the library takes its time
@given(_LEADS)
def test_every_request_is_valid_fhir(lead: Lead) -> None:
    bundle = to_fhir(lead)
    Bundle.parse_raw(json.dumps(bundle))
    kinds = [entry["resource"]["resourceType"] for entry in bundle["entry"]]
    assert kinds == ["Patient", "ServiceRequest", "Appointment"]
    urls = {entry["fullUrl"] for entry in bundle["entry"]}
    _patient, request, appointment = (entry["resource"] for entry in bundle["entry"])
    assert appointment["status"] == "proposed"
    assert request["subject"]["reference"] in urls
    assert appointment["basedOn"][0]["reference"] in urls
    assert appointment["participant"][0]["actor"]["reference"] in urls


def test_fhir_says_what_the_patient_said() -> None:
    patient, request, appointment = (
        entry["resource"] for entry in to_fhir(make_lead(level="emergency"))["entry"]
    )
    assert patient["name"] == [{"text": "Ann"}]
    assert {t["system"]: t["value"] for t in patient["telecom"]} == {
        "phone": "+18135550100",
        "email": "ann@example.org",
    }
    assert (request["priority"], request["intent"]) == ("stat", "proposal")
    assert appointment["reasonCode"] == [{"text": "calf"}]
    assert appointment["comment"] == "friday"
    assert appointment["requestedPeriod"][0]["start"].startswith("2026-03-04T15:00:00")


def test_fhir_for_someone_else_names_both() -> None:
    patient = to_fhir(make_lead(patient="Mum"))["entry"][0]["resource"]
    assert patient["name"] == [{"text": "Mum"}]
    assert patient["contact"][0]["name"] == {"text": "Ann"}
    assert "telecom" not in patient
