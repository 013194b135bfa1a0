"""The page that publishes a line, now or at a booked hour: what changes for callers, and what speaks against it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from calls.desk.booked import BookForm
from calls.desk.pressed import counted, on_now
from menus import booking, edits
from menus.admin.pages import PUBLISH, line_for, line_page, log_change, user_of
from menus.admin.publishing import Look, look, published
from menus.golden import check_golden
from menus.models import BookedPublish, Line
from menus.publish import PublishRefused, SeenDraft, publish

_SHOWN_EDITS = 8


def publish_page(request: HttpRequest, line_id: int) -> HttpResponse:
    line = line_for(request, line_id, PUBLISH)
    form = BookForm(ZoneInfo(line.timezone), request.POST or None)
    refused = ""
    if request.method == "POST":
        try:
            return _done(request, line, form)
        except PublishRefused as error:
            refused = str(error)
    line.refresh_from_db()
    return _shown(request, line, form, refused)


def _done(request: HttpRequest, line: Line, form: BookForm) -> HttpResponse:
    """Raises PublishRefused."""
    later = "book" in request.POST
    if not form.is_valid_for(later=later):
        raise PublishRefused(form.why_not())
    given, user = form.cleaned_data, user_of(request)
    seen = SeenDraft(given["draft"], given["looked"])
    if later:
        booked = booking.book(line, user, form.at, given["note"], given["seen"], given["accept"], seen)
        return _booked(request, line, booked)
    version = publish(line, user, given["note"], given["seen"], given["accept"], seen)
    return published(
        request, line, gettext_noop("Published version %(version)s"), {"version": version.number}, given["note"]
    )


def _booked(request: HttpRequest, line: Line, booked: BookedPublish) -> HttpResponse:
    with translation.override(settings.LANGUAGE_CODE):
        words = f"Booked publish for {booking.when(booked)}"
    log_change(request, line, f"{words}: {booked.note}" if booked.note else f"{words}.")
    messages.success(
        request, _("Booked for %(when)s. Until then callers hear what they hear now.") % {"when": booking.when(booked)}
    )
    return HttpResponseRedirect(reverse("desk:publish", args=[line.pk]))


def _shown(request: HttpRequest, line: Line, form: BookForm, refused: str) -> HttpResponse:
    now = timezone.now()
    looked = look(line)
    context = {
        "look": looked._replace(groups=counted(looked.groups, line, now)),
        "form": form,
        "refused": refused,
        "now": now,
        "booking": booking.latest_of(line),
        "on_now": on_now(line, now),
        **_golden(line, looked),
        **_who_edited(request, line, looked),
    }
    return line_page(request, line, "desk/publish.html", _("Publish"), "desk:publish", context)


def _golden(line: Line, looked: Look) -> dict[str, Any]:
    results = check_golden(line, looked.draft) if looked.draft else []
    return {"golden": results, "red": [result for result in results if not result.ok]}


def _who_edited(request: HttpRequest, line: Line, looked: Look) -> dict[str, Any]:
    since: datetime | None = line.live.published_at if line.live else None
    made = edits.since(line, since, looked.gone)
    return {
        "edits": made[:_SHOWN_EDITS],
        "more_edits": made[_SHOWN_EDITS:],
        "editors": edits.names(made, user_of(request)),
    }


@require_POST
def cancel_page(request: HttpRequest, line_id: int, booking_id: int) -> HttpResponse:
    line = line_for(request, line_id, PUBLISH)
    booked = get_object_or_404(line.bookings.select_related("line"), pk=booking_id)
    if booking.cancel(booked):
        with translation.override(settings.LANGUAGE_CODE):
            words = f"Cancelled the publish that was booked for {booking.when(booked)}"
        log_change(request, line, f"{words}.")
        messages.success(request, _("Cancelled. Nothing goes live by itself."))
    else:
        messages.error(request, _("It is too late to cancel: it does not wait any more. Look at the history."))
    return HttpResponseRedirect(reverse("desk:publish", args=[line.pk]))
