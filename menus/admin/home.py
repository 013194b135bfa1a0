"""The home of a line: its state, what to do next, its map, what was found, its destinations and schedules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any, Final, NamedTuple

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext

from menus.admin.maps import map_of, urls_of
from menus.admin.pages import EDIT, PUBLISH, line_for, line_page, log_change
from menus.admin.publishing import Look, Shown, look
from menus.booking import latest_of
from menus.check import Rule
from menus.check.listening import Reach, reach
from menus.flow import Flow
from menus.map.ways import Way, ways_of
from menus.models import Destination, Kind, Line

_TAB: Final = "admin:menus_line_home"
WAYS: Final = (
    gettext_noop("then"),
    gettext_noop("open"),
    gettext_noop("closed"),
    gettext_noop("on a holiday"),
    gettext_noop("nobody answers"),
    gettext_noop("cancelled"),
    gettext_noop("found"),
    gettext_noop("not found"),
    gettext_noop("out of order"),
    gettext_noop("too many wrong PINs"),
    gettext_noop("otherwise"),
    gettext_noop("wrong key"),
    gettext_noop("wrong entry"),
    gettext_noop("silence"),
    gettext_noop("too many tries"),
)
"""The words of `menus.map.ways`, which knows no languages."""
FEW: Final = 4
"""Of many places that lead to one, so many are named at once."""
BEGIN: Final = {kind: n for n, kind in enumerate((Kind.HOURS, Kind.BRANCH, Kind.MESSAGE, Kind.MENU))}
"""With these calls begin, the likeliest first."""
WHAT: Final[Mapping[Kind, str | Promise]] = {
    Kind.MENU: gettext_lazy("Says what there is to choose, and waits for a key."),
    Kind.MESSAGE: gettext_lazy("Says something, and goes on."),
    Kind.HOURS: gettext_lazy("Goes one way when you are open, another when you are closed."),
    Kind.TRANSFER: gettext_lazy("Rings people, one after the other."),
    Kind.VOICEMAIL: gettext_lazy("Takes a message."),
    Kind.COLLECT: gettext_lazy("Asks for digits: an account number, an amount, a date, a PIN."),
    Kind.LOOKUP: gettext_lazy("Looks in a table, or asks a service, by what was keyed."),
    Kind.BRANCH: gettext_lazy("Decides by rules: who calls, what was keyed, in which language, when."),
    Kind.CALLBACK: gettext_lazy("Notes a number and a time at which you call back."),
    Kind.SWITCH: gettext_lazy("Your own staff open, close or warn by phone."),
    Kind.HANGUP: gettext_lazy("Says goodbye, and ends the call."),
}


class StartForm(forms.Form):
    """Where the line's calls start."""

    start = forms.ModelChoiceField(Destination.objects.none(), label=gettext_lazy("Calls start at"), empty_label=None)

    def __init__(self, data: Any, line: Line, offered: str = "") -> None:
        super().__init__(data, initial={"start": offered})
        self.fields["start"].queryset = line.destinations.all()  # type: ignore[attr-defined]


class ReachedBy(NamedTuple):
    """One place that leads to another, and how."""

    name: str
    url: str
    words: str


class Reached(NamedTuple):
    """A destination as the table shows it."""

    row: Destination
    url: str
    few: list[ReachedBy]
    more: list[ReachedBy]
    heard: str
    """How long callers listen until they are there."""


class ToDo(NamedTuple):
    """A step on the way to a line that is on the phone."""

    name: str
    words: str
    done: bool
    now: bool
    url: str = ""


class HomeViews(admin.ModelAdmin[Line]):
    """Everybody who may see a line sees its home."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:line_id>/", wrap(self.home_page), name="menus_line_home"),
            path("<int:line_id>/start/", wrap(self.start_page), name="menus_line_calls_start"),
            *super().get_urls(),
        ]

    def home_page(self, request: HttpRequest, line_id: int) -> HttpResponse:
        return _home(request, line_for(request, line_id))

    def start_page(self, request: HttpRequest, line_id: int) -> HttpResponse:
        """Sets where calls start."""
        line = line_for(request, line_id, EDIT)
        form = StartForm(request.POST, line) if request.method == "POST" else None
        if form and form.is_valid():
            line.start = form.cleaned_data["start"]
            line.save(update_fields=["start"])
            words = _("Calls start at “%(name)s”.") % {"name": line.start}
            log_change(request, line, words)
            messages.success(request, words)
        elif form:
            messages.error(request, _("That destination is not there any more; choose another one."))
        return HttpResponseRedirect(line.get_absolute_url())


def _home(request: HttpRequest, line: Line) -> HttpResponse:
    seen = look(line)
    rows = list(line.destinations.all())
    urls, draft = urls_of(rows), seen.draft
    numbers = list(line.numbers.all())
    context = {
        "look": seen._replace(findings=[_with_cure(line, shown) for shown in seen.findings]),
        "numbers": numbers,
        "booking": latest_of(line),
        "map": map_of(line, draft, [shown.finding for shown in seen.findings], urls) if draft and rows else None,
        "to_do": _to_do(request, line, seen, bool(rows), bool(numbers)),
        "destinations": _shown(rows, urls, draft),
        "schedules": line.schedules.all(),
        "kinds": addable(request, line),
        "may_add_schedule": request.user.has_perm("menus.add_schedule"),
        "start_form": None if line.start_id or not rows else StartForm(None, line, _offered(rows, draft)),
    }
    return line_page(request, line, "admin/menus/home.html", _("Call flow"), _TAB, context)


def _with_cure(line: Line, shown: Shown) -> Shown:
    """What is wrong with the line itself is put right in its settings, or where its schedules stand."""
    if shown.url:
        return shown
    of_schedule = shown.finding.rule is Rule.SCHEDULE_UNUSED
    return shown._replace(url="#schedules" if of_schedule else reverse("admin:menus_line_change", args=[line.pk]))


def addable(request: HttpRequest, line: Line) -> list[tuple[str, str, str | Promise]]:
    """The kinds that this user may add to the line: name, page, what it does."""
    return [
        (str(kind.label), f"{reverse(f'admin:menus_{kind.model_name}_add')}?line={line.pk}", WHAT[kind])
        for kind in Kind
        if request.user.has_perm(f"menus.add_{kind.model_name}")
    ]


# --- what to do next --------------------------------------------------------------------------------------------


def _to_do(request: HttpRequest, line: Line, seen: Look, any_destination: bool, any_number: bool) -> list[ToDo]:
    """For those who can do something about it, until calls come in and start somewhere."""
    may_edit, may_publish = request.user.has_perm(EDIT), request.user.has_perm(PUBLISH)
    if not (may_edit or may_publish) or (line.live and line.start_id and any_number):
        return []
    settings, check = (reverse(name, args=[line.pk]) for name in ("admin:menus_line_change", "admin:menus_line_check"))
    start = bool(line.start_id)
    steps = [
        (_("Add destinations"), _most_begin(may_edit), any_destination, "#destinations"),
        (_("Choose where calls start"), _("The first thing that callers hear."), start, settings),
        (_("Check it"), _errors(seen), start and not seen.errors, check),
        (_("Give it a number"), _("The number that callers dial."), any_number, f"{settings}#numbers-group"),
        (_("Publish it"), _publish(may_publish), bool(line.live), _publish_url(line) if may_publish else ""),
    ]
    next_one = next((n for n, step in enumerate(steps) if not step[2]), len(steps))
    return [ToDo(name, words, done, n == next_one, url) for n, (name, words, done, url) in enumerate(steps)]


def _most_begin(may_edit: bool) -> str:
    words = _("A destination is a place where a caller can be: most lines begin with a message or a menu.")
    return words if may_edit else f"{words} {_('Somebody who may change the line has to do it.')}"


def _errors(seen: Look) -> str:
    if seen.errors:
        words = ngettext("%(n)d error to correct; it says how.", "%(n)d errors to correct; it says how.", seen.errors)
        return words % {"n": seen.errors}
    return _("Nothing is wrong; try it, and hear it as a caller.")


def _publish(may_publish: bool) -> str:
    if may_publish:
        return _("Until then no caller hears anything of it.")
    return _("Until then no caller hears anything of it. Somebody who may publish has to do it.")


def _publish_url(line: Line) -> str:
    return reverse("desk:publish", args=[line.pk])


def _offered(rows: Iterable[Destination], draft: Flow | None) -> Any:
    """What nothing leads to, if there is something; of that what calls begin with most often."""
    led = _sources(draft) if draft else {}
    last = len(BEGIN)
    return min(rows, key=lambda row: (row.key in led, BEGIN.get(Kind(row.kind), last))).pk


# --- the table of destinations ----------------------------------------------------------------------------------


def _shown(rows: Iterable[Destination], urls: Mapping[str, str], draft: Flow | None) -> list[Reached]:
    sources = _sources(draft) if draft else {}
    reached = reach(draft) if draft else {}
    found = []
    for row in rows:
        by = [ReachedBy(name, urls.get(key, ""), words) for key, name, words in sources.get(row.key, ())]
        # One alone is not worth a fold of its own.
        few = FEW if len(by) > FEW + 1 else len(by)
        found.append(Reached(row, urls[row.key], by[:few], by[few:], heard(reached.get(row.key))))
    return found


def _sources(draft: Flow) -> dict[str, list[tuple[str, str, str]]]:
    """Of each destination: which ones lead to it, what those are called, and by which keys and ways."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for key, here in draft.destinations.items():
        led = [way for way in ways_of(here) if way.to]
        for to, ways in groupby(sorted(led, key=lambda way: way.to or ""), key=lambda way: way.to or ""):
            words = ", ".join(_in_words(way) for way in ways)
            found.setdefault(to, []).append((key, here.label or key, words))
    return found


def _in_words(way: Way) -> str:
    """What staff called it themselves stays as it is."""
    if way.key:
        return _("key %(key)s") % {"key": way.key}
    return _(way.words) if way.words in WAYS and "/" not in way.name else way.words


def heard(reached: Reach | None) -> str:
    """“14 s, 2 keys”: how long who listens to the options needs, and how many keys."""
    if reached is None:
        return "–"
    minutes, seconds = divmod(round(reached.expected), 60)
    time = _("%(m)d min %(s)d s") % {"m": minutes, "s": seconds} if minutes else _("%(s)d s") % {"s": seconds}
    if not reached.keys:
        return time
    keys = ngettext("%(n)d key", "%(n)d keys", reached.keys) % {"n": reached.keys}
    return f"{time}, {keys}"
