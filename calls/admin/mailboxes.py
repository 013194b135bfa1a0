"""Whom to tell of messages: the mailboxes of a line, and the addresses of their people."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from calls.inbox.mail import addresses
from calls.models import Mailbox
from ivrsite.checks import is_address
from menus.models import Voicemail

MOST: Final = 50


class MailboxForm(forms.ModelForm[Mailbox]):
    """One address on each line."""

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_emails(self) -> str:
        found: dict[str, str] = {}
        faults = []
        for place, line in enumerate(self.cleaned_data["emails"].splitlines(), start=1):
            if not (address := line.strip()):
                continue
            if is_address(address):
                found.setdefault(address.lower(), address)
            else:
                about = {"place": place, "text": address[:80]}
                faults.append(gettext("Line %(place)d: “%(text)s” is not one e-mail address.") % about)
        if faults:
            cure = gettext("Write each address on a line of its own, for example ana@example.com.")
            raise ValidationError([*faults, cure])
        if len(found) > MOST:
            raise ValidationError(
                gettext("At most %(most)d addresses; use a list of your mail server for more."), params={"most": MOST}
            )
        return "\n".join(found.values())


@admin.register(Mailbox)
class MailboxAdmin(admin.ModelAdmin[Mailbox]):
    form = MailboxForm
    list_display = ("shown_name", "line", "people")
    list_display_links = ("shown_name",)
    list_select_related = ("line",)
    list_filter = ("line",)
    show_facets = admin.ShowFacets.NEVER
    change_list_template = "admin/calls/message_mailboxes.html"
    fields = ("line", "name", "emails")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        more = {"title": gettext("Mailboxes"), "sends_mail": bool(settings.EMAIL_HOST)}
        return super().changelist_view(request, more | (extra_context or {}))

    @admin.display(description=_("mailbox"), ordering="name")
    def shown_name(self, row: Mailbox) -> str:
        return row.name or gettext("All others")

    @admin.display(description=_("who is told"))
    def people(self, row: Mailbox) -> str:
        return ", ".join(addresses(row.emails))

    def save_model(self, request: HttpRequest, obj: Mailbox, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        known = Voicemail.objects.filter(line=obj.line).values_list("mailbox", flat=True)
        if obj.name and obj.name not in known:
            names = ", ".join(sorted({name for name in known if name})) or gettext("none")
            messages.warning(
                request,
                gettext("No voicemail of %(line)s is named %(name)s now. Those it has: %(names)s.")
                % {"line": obj.line, "name": obj.name, "names": names},
            )

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field and db_field.name == "line":
            widget: Any = field.widget
            widget.can_add_related = widget.can_change_related = False
            widget.can_view_related = widget.can_delete_related = False
        return field
