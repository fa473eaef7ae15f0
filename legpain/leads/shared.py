"""The process's one store, opened when it is first needed."""

from __future__ import annotations

from functools import lru_cache

from legpain.leads.store import LeadStore


@lru_cache(maxsize=1)
def shared_store() -> LeadStore:
    """Return the process's store; a failure to open it is raised and tried again next time.

    Raises:
        LeadError: if it can not be opened.
    """
    return LeadStore.open()
