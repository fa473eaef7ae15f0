"""The process's one store, opened when it is first needed, and its one sender of mails."""

from __future__ import annotations

import logging
import os
from functools import lru_cache
from typing import Optional

from legpain.leads.errors import MailNotConfigured
from legpain.leads.mail import MailSettings
from legpain.leads.outbox import Outbox, OutboxWorker
from legpain.leads.store import LeadStore

logger = logging.getLogger(__name__)


@lru_cache(maxsize=1)
def shared_store() -> LeadStore:
    """Return the process's store; a failure to open it is raised and tried again next time.

    Raises:
        LeadError: if it can not be opened.
    """
    return LeadStore.open()


@lru_cache(maxsize=1)
def staff_mail() -> Optional[OutboxWorker]:
    """Return the thread that mails the staff, started on the first call.

    Without a mail server there is none; what else is missing, a warning says once.
    """
    if not os.environ.get("LEGPAIN_SMTP_HOST"):
        return None
    try:
        settings = MailSettings.from_environment()
    except MailNotConfigured as error:
        logger.warning("%s", error)
        return None
    worker = OutboxWorker(lambda: Outbox(shared_store().engine, settings))
    worker.start()
    return worker
