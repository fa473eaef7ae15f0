"""`legpain leads`: what the staff do with appointment requests."""

from __future__ import annotations

import getpass
import os
import re
import sys
import time
from contextlib import contextmanager
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Sequence

import typer

from legpain.leads.errors import LeadError
from legpain.leads.export import json_line, lead_details, lead_fields, to_csv
from legpain.leads.records import LEVELS, STATUSES, Lead, LeadFilter
from legpain.leads.store import LeadStore

app = typer.Typer(no_args_is_help=True, help="Appointment requests, for the clinic's staff.")

_JSON = typer.Option(False, "--json", help="One JSON object a line.")
_STATUS = typer.Option(None, help=f"Only this status: {', '.join(STATUSES)}.")
_LEVEL = typer.Option(None, help=f"Only this level: {', '.join(LEVELS)}.")
_SINCE = typer.Option(None, help="Only from this day (2026-01-31) or for so long (7d, 12h).")
_UNTIL = typer.Option(None, help="Only before this day, or older than this.")
_CONVERSATION = typer.Option(None, help="Only of this conversation.")
_OUTPUT = typer.Option(None, help="A new file; else to the screen.")
_ACTOR = typer.Option(None, envvar="LEGPAIN_ACTOR", help="Who does it, for the audit.")


@contextmanager
def _store() -> Iterator[LeadStore]:
    """Open the store; turn every expected failure into one sentence and exit code 1."""
    try:
        store = LeadStore.open()
        try:
            yield store
        finally:
            store.close()
    except LeadError as error:
        typer.echo(f"legpain: {error}", err=True)
        raise typer.Exit(1) from error


def _actor(given: Optional[str]) -> str:
    if given:
        return given
    try:
        return f"staff:{getpass.getuser()}"
    except (KeyError, OSError):
        return f"staff:{os.getuid()}"


def _moment(text: Optional[str]) -> Optional[datetime]:
    """Read a day, in this machine's time zone, or an age such as 30d."""
    if text is None:
        return None
    age = re.fullmatch(r"(\d{1,5})([dhw])", text.strip())
    if age:
        hours = int(age[1]) * {"h": 1, "d": 24, "w": 168}[age[2]]
        return datetime.now(timezone.utc) - timedelta(hours=hours)
    try:
        day = date.fromisoformat(text.strip())
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is neither a day nor an age such as 30d.") from error
    return datetime(day.year, day.month, day.day).astimezone()


def _filter(
    status: Optional[str],
    level: Optional[str],
    since: Optional[str],
    until: Optional[str],
    conversation: Optional[str],
    limit: Optional[int] = None,
) -> LeadFilter:
    if status is not None and status not in STATUSES:
        raise typer.BadParameter(f"The status is one of {', '.join(STATUSES)}.")
    if level is not None and level not in LEVELS:
        raise typer.BadParameter(f"The level is one of {', '.join(LEVELS)}.")
    return LeadFilter(status, level, _moment(since), _moment(until), conversation, limit)


@app.command("list")
def list_command(
    status: Optional[str] = _STATUS,
    level: Optional[str] = _LEVEL,
    since: Optional[str] = _SINCE,
    until: Optional[str] = _UNTIL,
    conversation: Optional[str] = _CONVERSATION,
    limit: Optional[int] = typer.Option(None, min=1, help="At most so many, the newest."),
    as_json: bool = _JSON,
    actor: Optional[str] = _ACTOR,
) -> None:
    """List requests, the newest first."""
    filters = _filter(status, level, since, until, conversation, limit)
    with _store() as store:
        leads = store.list(filters, _actor(actor))
    if as_json:
        for lead in leads:
            typer.echo(json_line(lead_fields(lead)))
    else:
        _print_table(leads)


def _print_table(leads: List[Lead]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(show_lines=True)
    for title in ("Reference", "Level", "Status", "Name", "Contact", "Time", "Reason", "Came"):
        table.add_column(title, overflow="fold")
    for lead in leads:
        contact = lead.contact
        cells = (
            lead.reference,
            lead.level or "",
            lead.status,
            contact.name,
            "\n".join(filter(None, (contact.phone, contact.email))),
            contact.preferred_time,
            contact.reason,
            f"{lead.created_at.astimezone():%Y-%m-%d %H:%M}",
        )
        # Text, not markup: what a patient wrote must not colour or link the terminal.
        table.add_row(*(Text(_harmless(cell)) for cell in cells))
    Console().print(table if leads else "No requests.")


def _harmless(text: str) -> str:
    """Return the text without control signs, which could command the terminal."""
    return "".join(sign if sign == "\n" or sign.isprintable() else " " for sign in text)


@app.command()
def show(reference: str, as_json: bool = _JSON, actor: Optional[str] = _ACTOR) -> None:
    """Show everything of one request, with its history."""
    with _store() as store:
        lead = store.get(reference, _actor(actor))
        history = store.history(lead.reference, _actor(actor))
    details = lead_details(lead)
    entries: List[Dict[str, Any]] = [
        {"at": e.at.isoformat(), "actor": e.actor, "action": e.action, "detail": e.detail}
        for e in history
    ]
    if as_json:
        typer.echo(json_line({**details, "history": entries}))
        return
    for name, value in details.items():
        if isinstance(value, list):
            value = ", ".join(value)
        elif isinstance(value, dict):
            value = " ".join(value.values())
        typer.echo(f"{name:16}{_harmless(str(value)) if value else '-'}")
    typer.echo("history")
    for entry in entries:
        typer.echo("  " + _harmless("  ".join(str(part) for part in entry.values())).rstrip())


@app.command()
def status(reference: str, new_status: str, actor: Optional[str] = _ACTOR) -> None:
    """Set the status of a request: new, contacted, booked, closed or spam."""
    with _store() as store:
        store.set_status(reference, new_status, _actor(actor))
    typer.echo(f"{reference} is now {new_status}.", err=True)


@app.command()
def export(
    form: str = typer.Option("jsonl", "--format", help="jsonl, csv or fhir."),
    output: Optional[Path] = _OUTPUT,
    status: Optional[str] = _STATUS,
    level: Optional[str] = _LEVEL,
    since: Optional[str] = _SINCE,
    until: Optional[str] = _UNTIL,
    conversation: Optional[str] = _CONVERSATION,
    actor: Optional[str] = _ACTOR,
) -> None:
    """Export requests as JSON lines, CSV, or FHIR R4 bundles (one a line)."""
    if form not in ("jsonl", "csv", "fhir"):
        raise typer.BadParameter("The format is jsonl, csv or fhir.")
    filters = _filter(status, level, since, until, conversation)
    with _store() as store:
        text = _exported(store.list(filters, _actor(actor)), form)
    if output is None:
        sys.stdout.buffer.write(text.encode("utf-8"))
        return
    try:
        handle = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        typer.echo(f"legpain: {output} can not be made: {error.strerror}.", err=True)
        raise typer.Exit(1) from error
    with os.fdopen(handle, "wb") as file:
        file.write(text.encode("utf-8"))


def _exported(leads: List[Lead], form: str) -> str:
    if form == "csv":
        return to_csv(leads)
    if form == "fhir":
        from legpain.leads.fhir import to_fhir  # slow to import, rarely wanted

        return "".join(f"{json_line(to_fhir(lead))}\n" for lead in leads)
    return "".join(f"{json_line(lead_fields(lead))}\n" for lead in leads)


@app.command()
def purge(
    reference: Optional[str] = typer.Option(None, help="Delete this one request."),
    older_than: Optional[str] = typer.Option(None, help="Delete what is older, such as 180d."),
    conversation: Optional[str] = typer.Option(None, help="Delete all of this conversation."),
    yes: bool = typer.Option(False, "--yes", help="Do not ask."),
    as_json: bool = _JSON,
    actor: Optional[str] = _ACTOR,
) -> None:
    """Delete requests for good, and the conversations that they came from."""
    if [reference, older_than, conversation].count(None) != 2:
        raise typer.BadParameter("Name one of --reference, --older-than and --conversation.")
    before = _moment(older_than)
    if not yes:
        typer.confirm("Deleted requests can not be brought back. Go on?", abort=True)
    with _store() as store:
        purged = store.purge(before, reference, conversation, _actor(actor))
    if as_json:
        content = {"references": purged.references, "conversations": purged.conversations}
        typer.echo(json_line(content))
    else:
        typer.echo(f"Deleted {len(purged.references)} request(s).")
    _forget(purged.conversations)


def _forget(conversations: Sequence[str]) -> None:
    """Delete the chats too; say which could not be reached, and how to do it later."""
    from legpain.leads.conversations import URL_VARIABLE, forget_conversations, rasa_url

    left = forget_conversations(conversations)
    if left:
        typer.echo(
            f"legpain: The Rasa server at {rasa_url()} ({URL_VARIABLE}) did not delete "
            f"{len(left)} chat(s). What it keeps in memory ends with it. Else start it, and for "
            f"each: legpain leads purge --conversation ID\n{' '.join(left)}",
            err=True,
        )
        raise typer.Exit(1)


@app.command("rotate-key")
def rotate_key(actor: Optional[str] = _ACTOR) -> None:
    """Encrypt everything with a new key; servers may go on running."""
    with _store() as store:
        key_id = store.rotate_key(_actor(actor))
    typer.echo(f"Everything is encrypted with the new key {key_id}. Keep a copy of it safe.")


@app.command()
def notify(
    digest_now: bool = typer.Option(False, "--digest-now", help="Do not wait for the digest."),
    watch: bool = typer.Option(False, help="Go on until Ctrl-C."),
) -> None:
    """Send the mails to the staff that are due."""
    from legpain.leads.mail import MailSettings
    from legpain.leads.outbox import Outbox

    with _store() as store:
        outbox = Outbox(store.engine, MailSettings.from_environment())
        while True:
            done = outbox.deliver(digest_now=digest_now)
            if not watch or done.sent or done.failed:
                typer.echo(f"{done.sent} sent, {done.failed} failed, {done.waiting} waiting.")
            if not watch:
                raise typer.Exit(1 if done.failed else 0)
            time.sleep(30)
