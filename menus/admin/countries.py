"""The countries that calls may be transferred to, beside those of the site's own numbers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from menus.admin.changes import ChangesInWords
from menus.countries import country_in_words, country_name, country_names
from menus.models import AllowedCountry


class AllowedCountryForm(forms.ModelForm[AllowedCountry]):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        if "code" in self.fields:
            self._offer_names(self.initial.get("code") or "")

    def _offer_names(self, stored: str) -> None:
        """By name, since that is what staff know; with what is stored, even if it has no telephone numbers."""
        named = country_names()
        more = [(stored, stored)] if stored and stored not in named else []
        names = [(code, country_in_words(code)) for code in named]
        self.fields["code"] = forms.ChoiceField(
            choices=[("", _("Choose a country")), *more, *names],
            label=_("Country"),
            help_text=_("For example Canada: calls may then be transferred to numbers there."),
        )


@admin.register(AllowedCountry)
class AllowedCountryAdmin(ChangesInWords, admin.ModelAdmin[AllowedCountry]):
    form = AllowedCountryForm
    list_display = ("named", "code", "note")
    search_fields = ("code", "note")
    actions = None
    save_on_top = False

    @admin.display(description=_("country"))
    def named(self, row: AllowedCountry) -> str:
        return country_name(row.code)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return super().changelist_view(request, {"title": _("Allowed countries")} | (extra_context or {}))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """SQLite cannot even look for a number of this length, and fails."""
        return super().get_object(request, object_id, from_field) if len(object_id) < 19 else None
