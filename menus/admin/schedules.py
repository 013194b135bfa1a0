"""When a place is open: hours of the week and holidays."""

from __future__ import annotations

from datetime import time
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest

from menus.admin.forms import OfLineForm, Rows, zone_choices
from menus.admin.parts import PartAdmin, RowsInline
from menus.models import Holiday, OpeningHours, Schedule


class ScheduleForm(OfLineForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "timezone" in self.fields:
            choices = [("", f"As the line: {self.parts.line.timezone}"), *zone_choices()]
            self.fields["timezone"].widget = forms.Select(choices=choices)


class HoursRows(Rows):
    """Two ranges of one day may not begin at the same time."""

    def clean(self) -> None:
        super().clean()
        seen = set()
        for form in self.kept():
            begin = form.cleaned_data.get("weekday"), form.cleaned_data.get("opens")
            if None not in begin and begin in seen:
                form.add_error("opens", "This day has hours that begin then already; remove one of the two.")
            seen.add(begin)


class HoursInline(RowsInline):
    model = OpeningHours
    formset = HoursRows
    verbose_name = "range of hours"
    verbose_name_plural = "Open: hours of the week"
    fields = ("weekday", "opens", "closes")


class HolidayInline(RowsInline):
    model = Holiday
    verbose_name_plural = "Holidays: days on which it is closed"
    fields = ("position", "name", "when", "closed_from", "closed_to", "words")
    labels = {"when": "Day", "closed_to": "Until"}
    cards = True


@admin.register(Schedule)
class ScheduleAdmin(PartAdmin):
    form = ScheduleForm
    inlines = (HoursInline, HolidayInline)
    search_fields = ("name", "key")
    fieldsets = (
        (None, {"fields": ("name", "timezone")}),
        ("In files", {"fields": ("key",), "classes": ("collapse",)}),
    )

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        if isinstance(formset, HoursRows):
            self._tell_of_nights(request, formset.kept())

    def _tell_of_nights(self, request: HttpRequest, rows: list[forms.ModelForm[Any]]) -> None:
        """A closing before the opening is meant sometimes; where it is a slip, one should see it."""
        nights = [row.instance for row in rows if row.has_changed() and over_midnight(row.instance)]
        if nights:
            shown = ", ".join(str(night).replace("-", "–") for night in nights)
            messages.warning(request, f"Open over midnight, into the next day: {shown}. If not, correct the closing.")


def over_midnight(hours: OpeningHours) -> bool:
    """Closing at 00:00 is the end of the day."""
    return hours.closes != time() and hours.closes <= hours.opens
