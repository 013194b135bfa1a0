"""When a place is open: hours of the week and holidays."""

from __future__ import annotations

from datetime import time
from typing import Any, Final

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from menus.admin.forms import OfLineForm, RowForm, Rows, zone_choices
from menus.admin.parts import PartAdmin, RowsInline
from menus.admin.selects import LongSelect
from menus.models import Holiday, OpeningHours, Schedule

USUAL: Final = [{"weekday": day, "opens": time(9), "closes": time(17)} for day in range(5)]
"""What a new schedule begins with."""


class ScheduleForm(OfLineForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "timezone" in self.fields:
            choices = [
                ("", gettext("As the line: %(timezone)s") % {"timezone": self.parts.line.timezone}),
                *zone_choices(),
            ]
            self.fields["timezone"].widget = LongSelect(choices=choices)


class HoursForm(RowForm):
    def has_changed(self) -> bool:
        """The hours that a new schedule begins with are saved as they stand; a row made empty is none."""
        if self.instance._state.adding and "weekday" in self.initial:
            return any(self[name].data for name in ("weekday", "opens", "closes"))
        return super().has_changed()


class HoursRows(Rows):
    """Two ranges of one day may not begin at the same time."""

    def clean(self) -> None:
        super().clean()
        seen = set()
        for form in self.kept():
            begin = form.cleaned_data.get("weekday"), form.cleaned_data.get("opens")
            if None not in begin and begin in seen:
                form.add_error("opens", gettext("This day has hours that begin then already; remove one of the two."))
            seen.add(begin)


class HoursInline(RowsInline):
    model = OpeningHours
    form = HoursForm
    formset = HoursRows
    verbose_name = _("range of hours")
    verbose_name_plural = _("Open: hours of the week")
    fields = ("weekday", "opens", "closes")

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 0 if obj else len(USUAL)


class HolidayInline(RowsInline):
    model = Holiday
    verbose_name_plural = _("Holidays: days on which it is closed")
    fields = ("position", "name", "when", "closed_from", "closed_to", "words")
    labels = {"when": _("Day"), "closed_to": _("Until")}
    cards = True


@admin.register(Schedule)
class ScheduleAdmin(PartAdmin):
    form = ScheduleForm
    inlines = (HoursInline, HolidayInline)
    search_fields = ("name", "key")
    about = {"timezone": "clock"}
    fieldsets = (
        (None, {"fields": ("name", "timezone")}),
        (_("In files"), {"fields": ("key",), "classes": ("collapse",)}),
    )

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        if isinstance(inline, HoursInline) and not obj.pk:
            kwargs["initial"] = USUAL
        return kwargs

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        if isinstance(formset, HoursRows):
            self._tell_of_nights(request, formset.kept())

    def _tell_of_nights(self, request: HttpRequest, rows: list[forms.ModelForm[Any]]) -> None:
        """A closing before the opening is meant sometimes; where it is a slip, one should see it."""
        nights = [row.instance for row in rows if row.has_changed() and over_midnight(row.instance)]
        if nights:
            shown = ", ".join(str(night).replace("-", "–") for night in nights)
            messages.warning(
                request,
                gettext("Open over midnight, into the next day: %(shown)s. If not, correct the closing.")
                % {"shown": shown},
            )


def over_midnight(hours: OpeningHours) -> bool:
    """Closing at 00:00 is the end of the day."""
    return hours.closes != time() and hours.closes <= hours.opens
