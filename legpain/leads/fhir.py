"""Requests as FHIR R4 resources: Patient, ServiceRequest and a proposed Appointment.

fhir.resources 7 ships R4B, whose three resources here are those of R4 (HL7 FHIR 4.0.1).
"""

from __future__ import annotations

import json
import re
import uuid
from typing import Any, Dict, List, Optional

from fhir.resources.R4B.bundle import Bundle

from legpain.leads.records import Lead

_REFERENCES = "urn:legpain:reference"
_NAMESPACE = uuid.UUID("6f0d6c8e-0a2b-4a8e-9a50-2b1f1f6a7c11")  # random; makes ids repeatable
# FHIR's order is routine, urgent, asap, stat.
_PRIORITY = {None: "routine", "soon": "urgent", "urgent": "asap", "emergency": "stat"}
_NOT_XML = re.compile(r"[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")


def to_fhir(lead: Lead) -> Dict[str, Any]:
    """Return a request as a FHIR R4 Bundle (type collection), checked by fhir.resources.

    Raises:
        pydantic.ValidationError: if the library finds fault with it.
    """
    resources = [_patient(lead), _service_request(lead), _appointment(lead)]
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "identifier": _identifier(lead),
        "timestamp": lead.updated_at.isoformat(),
        "entry": [
            {"fullUrl": _urn(lead, resource["resourceType"]), "resource": resource}
            for resource in resources
        ],
    }
    checked: Dict[str, Any] = json.loads(Bundle.parse_obj(bundle).json())
    return checked


def _patient(lead: Lead) -> Dict[str, Any]:
    """The patient; whoever asks for somebody else is the patient's contact."""
    contact = lead.contact
    telecom = [
        {"system": system, "value": value}
        for system, given in (("phone", contact.phone), ("email", contact.email))
        if (value := _text(given)) is not None
    ]
    patient: Dict[str, Any] = {"resourceType": "Patient", "telecom": telecom}
    # The whole name as text: cutting it into given and family name would be a guess.
    name = _text(contact.patient or contact.name)
    if name:
        patient["name"] = [{"text": name}]
    if contact.patient:
        person: Dict[str, Any] = {"telecom": patient.pop("telecom")}
        caller = _text(contact.name)
        if caller:
            person["name"] = {"text": caller}
        patient["contact"] = [person]
    return {key: value for key, value in patient.items() if value}


def _service_request(lead: Lead) -> Dict[str, Any]:
    request: Dict[str, Any] = {
        "resourceType": "ServiceRequest",
        "identifier": [_identifier(lead)],
        "status": "active",
        "intent": "proposal",
        "priority": _PRIORITY[lead.level],
        "subject": _reference(lead, "Patient"),
        "authoredOn": lead.created_at.isoformat(),
    }
    reason = _text(lead.contact.reason)
    if reason:
        request["reasonCode"] = [{"text": reason}]
    notes = [_text(lead.contact.summary), ", ".join(lead.red_flags) or None]
    if any(notes):
        request["note"] = [{"text": note} for note in notes if note]
    return request


def _appointment(lead: Lead) -> Dict[str, Any]:
    appointment: Dict[str, Any] = {
        "resourceType": "Appointment",
        "identifier": [_identifier(lead)],
        "status": "proposed",
        "created": lead.created_at.isoformat(),
        "basedOn": [_reference(lead, "ServiceRequest")],
        "participant": [{"actor": _reference(lead, "Patient"), "status": "needs-action"}],
    }
    wish = _text(lead.contact.preferred_time)
    if wish:
        appointment["comment"] = wish
    period = {
        edge: moment.isoformat()
        for edge, moment in (("start", lead.preferred_start), ("end", lead.preferred_end))
        if moment is not None
    }
    if period:
        appointment["requestedPeriod"] = [period]
    reasons: List[Dict[str, str]] = (
        [{"text": reason}] if (reason := _text(lead.contact.reason)) else []
    )
    if reasons:
        appointment["reasonCode"] = reasons
    return appointment


def _text(value: Optional[str]) -> Optional[str]:
    """Return the text as FHIR allows it, or None: an empty string is no FHIR string."""
    return _NOT_XML.sub("", value or "").strip() or None


def _identifier(lead: Lead) -> Dict[str, str]:
    return {"system": _REFERENCES, "value": lead.reference}


def _urn(lead: Lead, kind: str) -> str:
    return f"urn:uuid:{uuid.uuid5(_NAMESPACE, f'{kind}/{lead.reference}')}"


def _reference(lead: Lead, kind: str) -> Dict[str, str]:
    return {"reference": _urn(lead, kind)}
