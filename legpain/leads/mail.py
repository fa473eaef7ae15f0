"""E-mail to the staff over SMTP; the settings come from the environment."""

from __future__ import annotations

import os
import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Mapping, Optional, Tuple

from legpain.leads.errors import MailNotConfigured

_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_TIMEOUT = 20  # seconds


@dataclass(frozen=True)
class MailSettings:
    """Where mail goes out and to whom.

    Attributes:
        host: LEGPAIN_SMTP_HOST.
        port: LEGPAIN_SMTP_PORT; the usual one of the security chosen if not set.
        security: LEGPAIN_SMTP_SECURITY: "starttls" (if not set), "tls" or "none".
        user: LEGPAIN_SMTP_USER; no login if not set.
        password: LEGPAIN_SMTP_PASSWORD.
        sender: LEGPAIN_MAIL_FROM.
        recipients: LEGPAIN_MAIL_TO, with commas between them.
        digest_hours: LEGPAIN_DIGEST_HOURS; what is not urgent waits at most so long (4).
    """

    host: str
    port: int
    security: str
    sender: str
    recipients: Tuple[str, ...]
    user: Optional[str] = None
    password: Optional[str] = field(default=None, repr=False)
    digest_hours: float = 4.0

    @classmethod
    def from_environment(cls, environment: Optional[Mapping[str, str]] = None) -> MailSettings:
        """Read the settings.

        Raises:
            MailNotConfigured: if one is missing or has no meaning; the message says which.
        """
        env = os.environ if environment is None else environment
        for name in ("LEGPAIN_SMTP_HOST", "LEGPAIN_MAIL_FROM", "LEGPAIN_MAIL_TO"):
            if not env.get(name, "").strip():
                raise MailNotConfigured(f"{name} is not set, so no mail is sent.")
        security = env.get("LEGPAIN_SMTP_SECURITY", "starttls").strip().lower()
        if security not in _PORTS:
            raise MailNotConfigured(f"LEGPAIN_SMTP_SECURITY must be one of {', '.join(_PORTS)}.")
        try:
            port = int(env.get("LEGPAIN_SMTP_PORT") or _PORTS[security])
            hours = float(env.get("LEGPAIN_DIGEST_HOURS") or 4)
        except ValueError as error:
            raise MailNotConfigured(
                "LEGPAIN_SMTP_PORT and LEGPAIN_DIGEST_HOURS must be numbers."
            ) from error
        recipients = tuple(
            part.strip() for part in env["LEGPAIN_MAIL_TO"].split(",") if part.strip()
        )
        return cls(
            host=env["LEGPAIN_SMTP_HOST"].strip(),
            port=port,
            security=security,
            sender=env["LEGPAIN_MAIL_FROM"].strip(),
            recipients=recipients,
            user=env.get("LEGPAIN_SMTP_USER") or None,
            password=env.get("LEGPAIN_SMTP_PASSWORD") or None,
            digest_hours=hours,
        )


def send(settings: MailSettings, subject: str, body: str, message_id: str) -> None:
    """Send one mail; when it returns, the server has taken it.

    Args:
        settings: of the server.
        subject: one line.
        body: plain text.
        message_id: the same when the mail is sent again, so that the receiver can tell.

    Raises:
        OSError: if the server can not be reached or does not take the mail for everyone
            (smtplib's errors are OSErrors).
    """
    message = EmailMessage()
    message["From"], message["To"] = settings.sender, ", ".join(settings.recipients)
    message["Subject"], message["Message-ID"] = subject, message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body)
    with _connect(settings) as server:
        if settings.user:
            server.login(settings.user, settings.password or "")
        refused = server.send_message(message)
    if refused:  # some got it; trying again is better than leaving somebody out
        raise smtplib.SMTPRecipientsRefused(refused)


def _connect(settings: MailSettings) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if settings.security == "tls":
        return smtplib.SMTP_SSL(settings.host, settings.port, timeout=_TIMEOUT, context=context)
    server = smtplib.SMTP(settings.host, settings.port, timeout=_TIMEOUT)
    if settings.security == "starttls":
        try:
            server.starttls(context=context)
        except BaseException:
            server.close()
            raise
    return server
