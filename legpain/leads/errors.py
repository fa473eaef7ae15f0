"""What can go wrong with appointment requests. No message holds a patient's words."""

from __future__ import annotations


class LeadError(Exception):
    """Base of all errors of this package."""


class InvalidLead(LeadError):
    """The request misses something that every request needs."""


class UnknownLead(LeadError):
    """No request has this reference."""


class KeyProblem(LeadError):
    """The encryption key is missing, malformed, or not the one this database was written with."""


class SchemaProblem(LeadError):
    """The database was written by a newer version of this program."""


class StoreUnavailable(LeadError):
    """The database can not be reached or written. Trying again with the same key is safe."""


class MailNotConfigured(LeadError):
    """The environment names no mail server, sender or recipient."""
