"""The mail that tells a mailbox's people of a message. Mail is not protected: it holds no sound and no whole number."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext

from calls.inbox.faults import why_silent
from calls.masking import masked
from calls.models import Call, Mailbox, Recording


def addresses(text: str) -> list[str]:
    return [found for line in text.splitlines() if (found := line.strip())]


def people_of(row: Recording) -> list[str]:
    """Those of the mailbox by its name, else those of all other mailboxes of the line."""
    found = {
        mailbox.name: mailbox.emails
        for mailbox in Mailbox.objects.filter(Q(name=row.mailbox) | Q(name=""), line=row.line)
    }
    return addresses(found.get(row.mailbox, found.get("", "")))


def letter(row: Recording) -> EmailMessage | None:
    """None: the mailbox is nobody's."""
    people = people_of(row)
    if not people:
        return None
    with translation.override(settings.LANGUAGE_CODE):
        subject = gettext("Message for %(mailbox)s, %(line)s") % {"mailbox": _mailbox(row), "line": row.line}
        return EmailMessage(" ".join(subject.split()), _words(row), to=people)


def _mailbox(row: Recording) -> str:
    return row.mailbox or row.destination or gettext("voicemail")


def call_of(row: Recording) -> Call | None:
    if row.call_uuid:
        return Call.objects.filter(pk=row.call_uuid).first()
    return Call.objects.filter(conversation=row.conversation).first() if row.conversation else None


def _words(row: Recording) -> str:
    zone = row.line.timezone if row.line else "UTC"
    call = call_of(row)
    facts = [
        (gettext("When"), f"{date_format(row.received_at.astimezone(ZoneInfo(zone)), 'd M Y, H:i')} ({zone})"),
        (gettext("Line"), str(row.line)),
        (gettext("Mailbox"), _mailbox(row)),
        (gettext("Caller"), masked(call.caller) if call and call.caller else gettext("unknown")),
        (gettext("Length"), lasting(row)),
    ]
    told = [gettext("Somebody left a message."), "", *(f"{name}: {fact}" for name, fact in facts), ""]
    if row.fetched_at is None:
        told += [why_silent(row, timezone.now()), ""]
    link = settings.PUBLIC_URL + reverse("admin:calls_recording_change", args=[row.pk])
    return "\n".join([*told, gettext("Hear it, and say what was done about it:"), link, ""])


def lasting(row: Recording) -> str:
    """`0:42`; a dash where Vonage did not say."""
    if not row.started_at or not row.ended_at or row.ended_at <= row.started_at:
        return "–"
    minutes, seconds = divmod(round((row.ended_at - row.started_at).total_seconds()), 60)
    return f"{minutes}:{seconds:02d}"
