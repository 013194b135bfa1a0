"""The keys of the API: made, shown once, and revoked. None is ever deleted, so that the history can name it."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from calls.admin.looking import shown
from calls.api import keys
from calls.api.scopes import Scope, may_give
from calls.models import ApiKey


class KeyForm(forms.ModelForm[ApiKey]):
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("It cannot be changed later. Only what you may do yourself is offered."),
        error_messages={"required": _("Tick at least one: a key that may do nothing is of no use.")},
    )

    def clean_expires_at(self) -> Any:
        expires_at = self.cleaned_data["expires_at"]
        if expires_at is not None and "expires_at" in self.changed_data and expires_at <= timezone.now():
            raise forms.ValidationError(gettext("This moment is past: the key would open nothing."))
        return expires_at


@admin.register(ApiKey)
class KeyAdmin(admin.ModelAdmin[ApiKey]):
    form = KeyForm
    list_display = ("name", "begins", "may_do", "expires", "used", "state")
    list_per_page = 100
    show_full_result_count = False
    sortable_by = ()
    actions = ("revoke",)
    change_form_template = "admin/calls/key_form.html"
    change_list_template = "admin/calls/key_list.html"
    fields = ("name", "scopes", "expires_at")
    change_fields: Final = ("name", "may_do", "expires_at", "begins", "made", "used", "state")

    # --- what is shown ---

    @admin.display(description=_("begins with"))
    def begins(self, row: ApiKey) -> SafeString:
        return format_html("<code>{}_{}_…</code>", keys.BEGIN, row.prefix)

    @admin.display(description=_("may do"))
    def may_do(self, row: ApiKey) -> str:
        return ", ".join(row.scopes) or "–"

    @admin.display(description=_("made"))
    def made(self, row: ApiKey) -> str:
        by = row.created_by or gettext("somebody who is no user any more")
        return gettext("%(when)s UTC by %(who)s") % {"when": shown(row.created_at), "who": by}

    @admin.display(description=_("expires (UTC)"))
    def expires(self, row: ApiKey) -> str:
        return shown(row.expires_at) if row.expires_at else gettext("never")

    @admin.display(description=_("last used (UTC)"))
    def used(self, row: ApiKey) -> str:
        return shown(row.used_at) if row.used_at else gettext("never")

    @admin.display(description=_("state"))
    def state(self, row: ApiKey) -> SafeString:
        if row.revoked_at:
            return _badge("error", gettext("revoked on %(when)s") % {"when": shown(row.revoked_at)})
        if row.expires_at and row.expires_at <= timezone.now():
            return _badge("warning", gettext("expired"))
        return _badge("good", gettext("good"))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return super().changelist_view(request, {"title": gettext("API keys")} | (extra_context or {}))

    # --- making one ---

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.change_fields if obj else self.fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [name for name in self.change_fields if name not in ("name", "expires_at")] if obj else []

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        if obj is None and "scopes" in form.base_fields:
            offered: Any = form.base_fields["scopes"]
            offered.choices = [(scope.value, scope.label) for scope in may_give(request.user)]
        elif "scopes" in form.base_fields:
            del form.base_fields["scopes"]
        return form

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        if not change:
            obj.created_by_id = request.user.pk
            # Only on this one answer: not in the session, not in a message, for both are stored.
            request.new_key = keys.fill(obj)  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)

    def response_add(self, request: HttpRequest, obj: ApiKey, post_url_continue: str | None = None) -> HttpResponse:
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": gettext("The key for %(name)s") % {"name": obj.name},
            "row": obj,
            "key": request.new_key,  # type: ignore[attr-defined]
            "scopes": [Scope(scope).label for scope in obj.scopes],
        }
        response = TemplateResponse(request, "admin/calls/key_made.html", context)
        add_never_cache_headers(response)
        return response

    # --- and taking it back ---

    def response_change(self, request: HttpRequest, obj: ApiKey) -> HttpResponse:
        if "_revoke" in request.POST:
            self._revoke(request, obj)
            return self.response_post_save_change(request, obj)
        return super().response_change(request, obj)

    @admin.action(description=_("Revoke"), permissions=["change"])
    def revoke(self, request: HttpRequest, chosen: Any) -> None:
        for row in chosen:
            self._revoke(request, row)

    def _revoke(self, request: HttpRequest, row: ApiKey) -> None:
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        if ApiKey.objects.filter(pk=row.pk, revoked_at=None).update(revoked_at=timezone.now()):
            self.log_change(request, row, gettext_noop("Revoked."))
        messages.success(request, gettext("%(key)s opens nothing any more.") % {"key": row})


def _badge(look: str, words: str) -> SafeString:
    return format_html('<span class="badge {}">{}</span>', look, words)
