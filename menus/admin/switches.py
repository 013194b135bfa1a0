"""The pages of a line that throw its switches and end them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ivrsite import database
from menus import live, switches
from menus.admin.forms import OfLineField, OfLineForm, remember
from menus.admin.pages import line_for, line_page, log_change, user_of
from menus.admin.parts import bound_to
from menus.admin.prompts import PromptFormField
from menus.admin.until import NoSuchTime, midnight, next_opening, read_wall
from menus.dialogue import Flip
from menus.flow import Prompt, SwitchKind
from menus.models import Line, Schedule, Switch
from menus.models.switches import MAX_AHEAD

SHOWN: Final = 50
"""Switches of the past on a line's page."""
HOURS: Final = {"1": _("for 1 hour"), "2": _("for 2 hours"), "4": _("for 4 hours")}
MIDNIGHT, OPENING, EXACT = "midnight", "opening", "exact"
_ENDS: Final = {
    **HOURS,
    MIDNIGHT: _("until midnight"),
    OPENING: _("until the next opening"),
    EXACT: _("until the time below"),
}
_AWAY: Final = _("Nothing was switched: the database does not answer. Try again in a few seconds.")


class SwitchForm(OfLineForm):
    """What to switch and until when; its times are those of the line's clocks."""

    kind = forms.ChoiceField(
        choices=Switch.Kind,
        widget=forms.RadioSelect,
        label=_("Switch"),
        error_messages={"required": _("Choose what to switch.")},
    )
    schedule = OfLineField(
        model=Schedule,
        required=False,
        label=_("Which hours"),
        help_text=_("For force open and force closed, for example Office hours. Left empty: all of the line's."),
    )
    words = PromptFormField(label=_("Emergency message"), help_text=_("What callers hear before the greeting."))
    until = forms.ChoiceField(
        choices=_ENDS,
        widget=forms.RadioSelect,
        label=_("How long"),
        error_messages={"required": _("A switch ends by itself; choose how long it is on.")},
    )
    ends_at = forms.DateTimeField(
        required=False,
        label=_("Until"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        error_messages={"invalid": _("This is no date with a time; write it like 2026-11-23 18:00.")},
    )
    note = forms.CharField(
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Why, for example Water main on 5th Street."),
    )

    class Meta:
        model = Switch
        fields = ("kind", "schedule", "words", "until", "ends_at", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.line = self.instance.line = self.parts.line
        self.zone = ZoneInfo(self.line.timezone)
        self.now = timezone.now()
        self.fields["ends_at"].help_text = gettext("By the clocks of %(name)s.") % {
            "name": self.line.timezone.replace("_", " ")
        }
        self.twice = False
        """The wall shows the end twice; the second one is meant."""

    def clean_ends_at(self) -> datetime | None:
        """As it was typed: the server's clocks are not the line's."""
        typed = self.cleaned_data["ends_at"]
        return typed.replace(tzinfo=None) if typed else None

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("until") and "ends_at" in given:
            try:
                given["ends_at"] = self._end(given["until"], given["ends_at"], given.get("schedule"))
            except ValidationError as fault:
                self.add_error("ends_at" if given["until"] == EXACT or given["ends_at"] else "until", fault)
        if given.get("kind") == Switch.Kind.MESSAGE:
            given["schedule"] = None  # a message is for the whole line
            self._hear_first_language(given.get("words") or {})
        return given

    def _hear_first_language(self, words: dict[str, Any]) -> None:
        key, name = self.parts.languages[0] if self.parts.languages else ("", "")
        if words and key and not words.get(key):
            self.add_error(
                "words",
                gettext("%(name)s has no words; it is said wherever another language has none.") % {"name": name},
            )

    def _end(self, chosen: str, typed: datetime | None, schedule: Schedule | None) -> datetime:
        if typed and chosen != EXACT:
            cure = gettext("remove the time, or choose “%(ends)s”") % {"ends": _ENDS[EXACT]}
            raise ValidationError(
                gettext("You chose “%(ends)s” and a time as well; %(cure)s.") % {"ends": _ENDS[chosen], "cure": cure}
            )
        if chosen in HOURS:
            return self.now + timedelta(hours=int(chosen))
        if chosen == MIDNIGHT:
            return midnight(self.zone, self.now)
        ends = self._next_opening(schedule) if chosen == OPENING else self._typed(typed)
        if ends <= self.now:
            raise ValidationError(gettext("This time is over already; choose a later one."))
        return ends

    def _next_opening(self, schedule: Schedule | None) -> datetime:
        flow = live.flow_if_known(self.line.live_id)
        keys = [schedule.key] if schedule else flow.schedules if flow else ()
        opens = next_opening(flow, keys, self.now) if flow else None
        if opens is None:
            raise ValidationError(gettext("What callers hear now has no hours that open anew; choose another end."))
        return opens

    def _typed(self, typed: datetime | None) -> datetime:
        if typed is None:
            raise ValidationError(gettext("A switch ends by itself; write until when, for example 2026-11-23 18:00."))
        if abs(typed.year - self.now.year) > 1:
            raise ValidationError(
                gettext("%(year)s is not near; choose a time within %(days)s days.")
                % {"year": typed.year, "days": MAX_AHEAD.days}
            )
        try:
            ends, self.twice = read_wall(typed, self.zone)
        except NoSuchTime as fault:
            raise ValidationError(str(fault)) from None
        return ends

    def flip(self) -> Flip:
        given = self.cleaned_data
        words = Prompt.model_validate(given["words"])
        key = given["schedule"].key if given["schedule"] else ""
        return Flip(SwitchKind(given["kind"]), key, int(given["ends_at"].timestamp()), words)


SWITCH: Final = "menus.add_switch"
_TAB: Final = "admin:menus_line_switches"


class SwitchViews(admin.ModelAdmin[Line]):
    """Everybody who may see a line sees its switches; throwing and ending them needs `menus.add_switch`."""

    def get_urls(self) -> list[URLPattern]:
        ways: list[tuple[str, Callable[..., HttpResponse], str]] = [
            ("switches/", self.switches_page, "switches"),
            ("switches/<int:switch_id>/end/", self.end_switch_page, "end_switch"),
        ]
        wrap = partial(self.admin_site.admin_view)
        ours = [path(f"<int:line_id>/{way}", wrap(view), name=f"menus_line_{name}") for way, view, name in ways]
        return [*ours, *super().get_urls()]

    def switches_page(self, request: HttpRequest, line_id: int) -> HttpResponse:
        line = line_for(request, line_id, SWITCH if request.method == "POST" else "")
        form = bound_to(remember(request, line), SwitchForm)(request.POST or None)
        if request.method == "POST" and form.is_valid() and self._throw(request, line, form):
            return HttpResponseRedirect(request.path)
        rows = line.switches.select_related("set_by", "schedule", "line")
        on = switches.rows_on(timezone.now()).filter(line=line)
        past = rows.exclude(pk__in=[row.pk for row in on])[:SHOWN]
        context = {"form": form, "on": on, "past": past, "may_switch": may_switch(request)}
        return line_page(request, line, "admin/menus/switches.html", gettext("Switches"), _TAB, context)

    def end_switch_page(self, request: HttpRequest, line_id: int, switch_id: int) -> HttpResponse:
        line = line_for(request, line_id, SWITCH)
        switch = get_object_or_404(line.switches.select_related("set_by", "schedule", "line"), pk=switch_id)
        if request.method != "POST":
            return line_page(
                request, line, "admin/menus/end_switch.html", gettext("End a switch"), _TAB, {"switch": switch}
            )
        try:
            ended = switches.end(switch, timezone.now(), user_of(request))
        except database.DatabaseAway:
            messages.error(request, _AWAY)
        else:
            self._say_ended(request, line, switch, ended)
        return HttpResponseRedirect(_way_back(request, line))

    def _say_ended(self, request: HttpRequest, line: Line, switch: Switch, ended: bool) -> None:
        if not ended:
            messages.info(request, gettext("“%(kind)s” had ended already.") % {"kind": switch.get_kind_display()})
            return
        with translation.override(settings.LANGUAGE_CODE):
            log_change(request, line, f"Ended “{switches.in_words(switch)}”.")
        messages.success(
            request,
            gettext("Ended: %(in_words)s. Calls notice it within 2 seconds.") % {"in_words": switches.in_words(switch)},
        )

    def _throw(self, request: HttpRequest, line: Line, form: SwitchForm) -> bool:
        given = form.cleaned_data
        flip = form.flip()
        try:
            switches.throw(line.pk, flip, timezone.now(), user_of(request), Switch.Via.ADMIN, given["note"])
        except switches.SwitchRefused as refused:
            form.add_error(None, str(refused))
            return False
        except database.DatabaseAway:
            form.add_error(None, _AWAY)
            return False
        thrown = Switch(kind=given["kind"], schedule=given["schedule"], ends_at=given["ends_at"], line=line)
        with translation.override(settings.LANGUAGE_CODE):
            log_change(request, line, f"Switched: {switches.in_words(thrown)}. {given['note']}".strip())
        messages.success(
            request,
            gettext("Switched: %(in_words)s. Calls notice it within 2 seconds.")
            % {"in_words": switches.in_words(thrown)},
        )
        for warning in self._warnings(line, form):
            messages.warning(request, warning)
        return True

    def _warnings(self, line: Line, form: SwitchForm) -> list[str]:
        languages, words = form.parts.languages, form.cleaned_data["words"]
        silent = ", ".join(name for key, name in languages if words and not words.get(key))
        found = []
        if silent:
            found.append(
                gettext(
                    "The emergency message has no words in %(silent)s; callers hear it in the other languages only."
                )
                % {"silent": silent}
            )
        if form.twice:
            found.append(gettext("The clocks are put back then and show this time twice; it ends at the second one."))
        if not line.live_id:
            found.append(gettext("This line was never published: nobody can call it yet."))
        return found


def may_switch(request: HttpRequest) -> bool:
    return request.user.has_perm(SWITCH)


def _way_back(request: HttpRequest, line: Line) -> str:
    """The page where the button was."""
    back = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        return back
    return reverse("admin:menus_line_switches", args=[line.pk])
