"""Appointment requests: checked, stored exactly once, handed to the staff."""

from legpain.leads.errors import (
    InvalidLead,
    KeyProblem,
    LeadError,
    SchemaProblem,
    StoreUnavailable,
    UnknownLead,
)
from legpain.leads.records import Consent, Contact, Lead, LeadFilter, LeadRequest, SavedLead
from legpain.leads.store import LeadStore

__all__ = [
    "Consent",
    "Contact",
    "InvalidLead",
    "KeyProblem",
    "Lead",
    "LeadError",
    "LeadFilter",
    "LeadRequest",
    "LeadStore",
    "SavedLead",
    "SchemaProblem",
    "StoreUnavailable",
    "UnknownLead",
]
