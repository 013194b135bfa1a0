"""A new line: what it begins with, its name and where its clocks are."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from menus.admin.forms import zone_choices
from menus.copying import changed
from menus.draft import DraftRefused
from menus.draft.duplicating import new_line, refuse_name
from menus.models import Line, PhoneNumber
from menus.numbers import read_number, show_number
from menus.starts import STARTS, find

ADD: Final = "menus.add_line"
ADD_NUMBER: Final = "menus.add_phonenumber"
HOME: Final = "admin:menus_line_home"
DIGITS: Final = 30
"""Characters of a number as people type it."""


def sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"


class NameForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name of the new line"),
        max_length=Line._meta.get_field("name").max_length,
        help_text=gettext_lazy("What callers know it by, for example Riverbend Clinic. Callers may hear it."),
    )

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        try:
            refuse_name(name)
        except DraftRefused as error:
            raise forms.ValidationError(sentence(str(error))) from None
        return name


class StartForm(NameForm):
    start = forms.ChoiceField(
        choices=[(start.key, start.name) for start in STARTS],
        initial=STARTS[0].key,
        error_messages={"required": gettext_lazy("Choose what the line begins with.")},
    )
    timezone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        choices=zone_choices,
        initial="UTC",
        help_text=gettext_lazy("Where its clocks are, for example America/Chicago. Opening hours follow it."),
    )
    number = forms.CharField(
        label=gettext_lazy("First number"),
        required=False,
        max_length=DIGITS,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        help_text=gettext_lazy(
            "What callers dial, for example +1 202 555 0110. It may wait: nobody can call the line before it has one."
        ),
    )

    field_order = ("start", "name", "timezone", "number")

    def __init__(self, *args: Any, with_number: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not with_number:
            del self.fields["number"]

    def clean_number(self) -> str:
        """The digits; empty: none yet."""
        typed: str = self.cleaned_data["number"]
        if not typed:
            return ""
        try:
            digits = read_number(typed)
        except ValueError as error:
            raise forms.ValidationError(f"{sentence(str(error))}.") from None
        if row := PhoneNumber.objects.filter(number=digits).select_related("line").first():
            words = _("%(number)s belongs to “%(line)s” already. Give another, or remove it there first.")
            raise forms.ValidationError(words % {"number": show_number(digits), "line": row.line})
        return digits


class StartViews(admin.ModelAdmin[Line]):
    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [path("start/", wrap(self.new_line_page), name="menus_line_start"), *super().get_urls()]

    def new_line_page(self, request: HttpRequest) -> HttpResponse:
        if not request.user.has_perm(ADD):
            raise PermissionDenied
        may_number = request.user.has_perm(ADD_NUMBER)
        form = StartForm(request.POST or None, with_number=may_number, initial={"timezone": _usual_zone()})
        if request.method == "POST" and form.is_valid():
            try:
                line = _made(form.cleaned_data)
            except DraftRefused as error:
                form.add_error("name", sentence(str(error)))
            except IntegrityError:  # given to another line at this moment
                form.add_error("number", _("Another line has it now. Give another number."))
            else:
                self.log_addition(request, line, _("Started."))
                messages.success(request, _next_steps(line))
                return HttpResponseRedirect(reverse(HOME, args=[line.pk]))
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": _("Add a line"),
            "form": form,
            "chosen": form["start"].value() or "",
            "own": [start for start in STARTS if not start.is_demo],
            "demo": [start for start in STARTS if start.is_demo],
        }
        return TemplateResponse(request, "admin/menus/start.html", context)


def _made(given: dict[str, Any]) -> Line:
    start = find(given["start"])
    if start is None:
        raise DraftRefused("there is nothing of that name to begin with. Choose another.")
    number = given.get("number")
    numbers = (number,) if number else ()
    return new_line(changed(start.line_file(), name=given["name"], timezone=given["timezone"], numbers=numbers))


def _usual_zone() -> str:
    """That of the line added last."""
    return Line.objects.order_by("-pk").values_list("timezone", flat=True).first() or "UTC"


def _next_steps(line: Line) -> SafeString:
    check = reverse("admin:menus_line_check", args=[line.pk])
    hear = reverse("desk:try", args=[line.pk])
    words = _(
        "“{line}” is there, as a draft: nobody hears it yet. Next: read its words and hours and make them yours, "
        "say whom it rings (<a href='{check}'>the check</a> lists what is missing), <a href='{hear}'>hear it</a>, then "
        "publish."
    )
    return format_html(words, line=line, check=check, hear=hear)
