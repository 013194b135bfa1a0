"""The form of the publish page: what its reader saw, a note, and for later a day and an hour on the line's clocks."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from menus.admin.forms import PublishForm
from menus.admin.until import NoSuchTime, read_wall
from menus.booking import AT_MOST


class BookForm(PublishForm):
    """`draft` and `looked`: the digest of the draft that the page showed, and when it was made."""

    draft = forms.CharField(max_length=64, widget=forms.HiddenInput)
    looked = forms.DateTimeField(widget=forms.HiddenInput, input_formats=["%Y-%m-%dT%H:%M:%S.%f%z"])
    on = forms.DateField(
        required=False, label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    clock = forms.TimeField(
        required=False, label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )

    def __init__(self, zone: ZoneInfo, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        self.at: datetime = timezone.now()

    def is_valid_for(self, *, later: bool) -> bool:
        if not self.is_valid():
            return False
        if later:
            self._read_time()
        return not self.errors

    def why_not(self) -> str:
        if any(field.errors for field in self.hidden_fields()):
            return str(_("The page could not be read; look at it again, then publish."))
        return str(_("Nothing was published. Look at what is marked, then try again."))

    def _read_time(self) -> None:
        day, clock = self.cleaned_data["on"], self.cleaned_data["clock"]
        if not day or not clock:
            self.add_error("on" if not day else "clock", _("Choose the day and the time when it goes live."))
            return
        try:
            self.at = read_wall(datetime.combine(day, clock), self.zone).at
        except (NoSuchTime, OverflowError) as fault:
            self.add_error("clock", str(fault))
            return
        now = timezone.now()
        if self.at <= now:
            self.add_error("on", _("That time is past. Choose a later one, or publish now."))
        elif self.at > now + AT_MOST:
            self.add_error("on", _("That is more than a year ahead. Choose a day within a year."))
