"""Requests as JSON lines and as CSV that no spreadsheet executes."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any, Dict, Iterable, Optional

from legpain.leads.records import Lead

FIELDS = (
    "reference", "name", "phone", "email", "preferred_time", "reason", "consent", "level",
    "status", "created_at", "conversation",
)  # fmt: skip


def lead_fields(lead: Lead) -> Dict[str, Any]:
    """Return a request as the flat fields that lists and exports share, in their order."""
    contact = lead.contact
    return {
        "reference": lead.reference,
        "name": contact.name,
        "phone": contact.phone,
        "email": contact.email,
        "preferred_time": contact.preferred_time,
        "reason": contact.reason,
        "consent": {
            "text_version": lead.consent.text_version,
            "given_at": lead.consent.given_at.isoformat(),
        },
        "level": lead.level,
        "status": lead.status,
        "created_at": lead.created_at.isoformat(),
        "conversation": lead.conversation_id,
    }


def lead_details(lead: Lead) -> Dict[str, Any]:
    """Return everything that is known of a request."""
    start, end = lead.preferred_start, lead.preferred_end
    return {
        **lead_fields(lead),
        "preferred_start": start.isoformat() if start else None,
        "preferred_end": end.isoformat() if end else None,
        "patient": lead.contact.patient,
        "summary": lead.contact.summary,
        "red_flags": list(lead.red_flags),
        "channel": lead.channel,
        "updated_at": lead.updated_at.isoformat(),
        "related": list(lead.related),
    }


def json_line(content: Dict[str, Any]) -> str:
    """Return one object on one line, in ASCII, so that no terminal or locale harms it."""
    return json.dumps(content, ensure_ascii=True)


def to_csv(leads: Iterable[Lead]) -> str:
    """Return CSV (RFC 4180, UTF-8) with a header; every cell is quoted and harmless."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(FIELDS)
    for lead in leads:
        fields = lead_fields(lead)
        fields["consent"] = f"{lead.consent.text_version} {lead.consent.given_at.isoformat()}"
        writer.writerow([safe_cell(fields[name]) for name in FIELDS])
    return out.getvalue()


# A cell that begins so is a formula to a spreadsheet; the wide forms too, in some locales.
_STARTS_FORMULA = r"[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]"
# A program that splits at another sign than the comma begins a new cell after it.
_NEW_CELL = re.compile(rf"(^|[;,|\"'])(\s*)(?={_STARTS_FORMULA})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def safe_cell(value: Optional[str]) -> str:
    """Return the text of a cell: on one line, with an apostrophe before what would be a formula."""
    # Invisible signs at the front would hide the formula from us, not from every spreadsheet.
    text = _CONTROL.sub(" ", value or "").strip().lstrip("\ufeff\u200b\u200c\u200d\u2060 ")
    return _NEW_CELL.sub(r"\1\2'", text)
