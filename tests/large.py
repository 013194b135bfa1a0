"""A line of as many destinations as wanted in three languages, in use; and the main pages of such a line, by name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from django.test import Client
from django.utils import timezone

from menus.draft import write_draft
from menus.flow import LineFile
from menus.models import AudioPrompt, GoldenCall, Line, LookupTable, NumberList, Switch
from menus.publish import publish
from menus.sound import files
from tests.pages import filled, url_of

LANGUAGES: Final = (("en", "English", "en-US"), ("es", "Español", "es-US"), ("fr", "Français", "fr-CA"))
LEAVES: Final = ("transfer", "hours", "voicemail", "message", "collect", "branch", "lookup", "callback")
OPTIONS: Final = 5
GOLDEN: Final = 20
RECORDINGS: Final = 10
KEYS: Final = ("1", "1", "9", "2", "7")
"""What the tried call keys after it rings; six steps in all."""
MONDAY: Final = datetime(2026, 11, 23, 15, tzinfo=UTC)
Plain = dict[str, Any]


# --- the line ---------------------------------------------------------------------------------------------------


def large(size: int = 60) -> Line:
    """Live in its second version, changed since; with golden calls, recordings, a switch that is on."""
    LookupTable.objects.get_or_create(key="accounts", defaults={"name": "Accounts", "columns": ["account", "balance"]})
    NumberList.objects.get_or_create(key="vip", defaults={"name": "Regular customers"})
    line = write_draft(LineFile.model_validate(plain(size)))
    for note, minutes in (("First", 11), ("Second", 12)):
        publish(line, None, note)
        Line.objects.filter(pk=line.pk).update(max_call_minutes=minutes)
        line.refresh_from_db()
    _used(line)
    return line


def plain(size: int) -> Plain:
    """Menus of five options in a tree, and behind the last of them each of the other kinds in turn."""
    menus = size // len(LEAVES)
    leaves = size - menus - 1
    shape = {f"m{n}": _menu(n, menus, leaves) for n in range(menus)}
    shape |= {f"d{n}": _leaf(n, leaves) for n in range(leaves)}
    return {
        "name": f"Line of {size}",
        "numbers": [f"1202555{size:04}"],
        "timezone": "America/Chicago",
        "languages": [{"key": key, "name": name, "voice": {"language": voice}} for key, name, voice in LANGUAGES],
        "start": "m0",
        "main": "m0",
        "operator": "d0",
        "house_keys": {"repeat": "9", "back": "*", "main": "#", "operator": "0"},
        "promises": [{"label": "Somebody answers", "reaches": "d0", "max_keys": 9}],
        "schedules": {key: _schedule(key) for key in ("office", "desk")},
        "destinations": shape | {"bye": {"kind": "hangup", "label": "Goodbye", "goodbye": _words("Goodbye.")}},
    }


def _schedule(key: str) -> Plain:
    weekly = {day: ["08:00-12:00", "13:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
    return {"name": key, "weekly": weekly, "holidays": [{"name": "Christmas", "when": "12-25"}]}


def _words(text: str) -> dict[str, str]:
    return {key: f"{name}: {text}" for key, name, _ in LANGUAGES}


def _menu(n: int, menus: int, leaves: int) -> Plain:
    below = [n * OPTIONS + k for k in range(1, OPTIONS + 1)]
    leads = [f"m{child}" if child < menus else f"d{(child - menus) % leaves}" for child in below]
    options = [
        {"key": f"k{k}", "digits": str(k), "label": f"Office {k}", "to": to, "words": _words(f"For office {child}")}
        for k, (to, child) in enumerate(zip(leads, below, strict=True), 1)
    ]
    return {"kind": "menu", "label": f"Menu {n}", "greeting": _words(f"This is menu {n}."), "options": options}


def _leaf(n: int, leaves: int) -> Plain:
    kind, then = LEAVES[n % len(LEAVES)], f"d{n + 1}" if n + 1 < leaves else "bye"
    prompt = _words(f"Words of destination {n}, as long as such words mostly are.")
    look = {"type": "table", "table": "accounts", "key": "{account}"}
    fields: dict[str, Plain] = {
        "transfer": {"prompt": prompt, "targets": _targets(n), "last_resort": then},
        "hours": {"schedule": "office" if n % 2 else "desk", "open": then, "closed": "bye"},
        "voicemail": {"prompt": prompt, "then": "bye"},
        "message": {"prompt": prompt, "then": then},
        "collect": {"prompt": prompt, "value": "account", "min_digits": 4, "max_digits": 4, "then": then},
        "branch": {"rules": _rules(), "otherwise": then},
        "lookup": {"source": look, "values": [{"value": "balance", "field": "balance"}], "found": then}
        | {"not_found": "bye", "failed": "bye"},
        "callback": {"prompt": prompt, "schedule": "office", "then": "bye"},
    }
    return {"kind": kind, "label": f"Destination {n}"} | fields[kind]


def _targets(n: int) -> list[Plain]:
    return [{"type": "phone", "number": f"1202555{n:03}{k}", "label": f"Desk {k}"} for k in range(3)]


def _rules() -> list[Plain]:
    known = {"key": "known", "label": "Regular customers", "lists": ["vip"], "to": "d0"}
    return [known, {"key": "abroad", "label": "From abroad", "prefixes": ["44"], "to": "d0"}]


def _used(line: Line) -> None:
    script = "\n".join(("caller rings", *(f"caller presses {key}" for key in KEYS)))
    calls = [GoldenCall(line=line, name=f"Call {n}", at=MONDAY, script=script, ends_at="m0") for n in range(GOLDEN)]
    GoldenCall.objects.bulk_create(calls)
    for n in range(RECORDINGS):
        data = f"recording {n} of {line.pk}".encode()
        given = {"path": files.new_path(data), "digest": f"{line.pk:032}{n:032}", "size_bytes": len(data)}
        given |= {"seconds": 12.4, "language": "en", "uploaded_at": timezone.now(), "data": data}
        AudioPrompt.objects.create(line=line, name=f"Recording {n}", **given)
    now = timezone.now()
    Switch.objects.create(line=line, kind="open", begins_at=now, ends_at=now.replace(year=now.year + 1))


# --- its pages --------------------------------------------------------------------------------------------------


class Page(NamedTuple):
    """A page, and what stands in its form before it is asked for: nothing of that is measured."""

    name: str
    open: Callable[[Client], Any]


def pages(line: Line, client: Client) -> list[Page]:
    """The main pages of the desk and of the line. What is sent to them was read from them, as a browser has it."""
    return [*(_get(name, url) for name, url in _urls(line).items()), *_sent(line, client)]


def _urls(line: Line) -> dict[str, str]:
    here = f"/admin/menus/line/{line.pk}"
    rows = {row.key: url_of(row.whole()) for row in line.destinations.all()}
    kinds = {row.kind: row.key for row in line.destinations.order_by("-pk")}
    second, first = line.versions.order_by("-number")
    asked = "caller=%2B12025550142&date=2026-12-25&time=09:10&which=draft"
    return {
        "start page": "/admin/",
        "lines": "/admin/menus/line/",
        "home": f"{here}/",
        "settings": f"{here}/change/",
        **{f"{kind} form": rows[key] for kind, key in sorted(kinds.items())},
        "menu form, new": f"/admin/menus/menu/add/?line={line.pk}",
        "schedule": url_of(line.schedules.all()[0]),
        "check": f"{here}/check/",
        "publish": f"{here}/publish/",
        "history": f"{here}/versions/",
        "compare": f"{here}/versions/compare/?a={first.pk}&b=draft",
        "version": f"{here}/versions/{second.pk}/",
        "try": f"{here}/try/",
        "when": f"{here}/when/",
        "when, told": f"{here}/when/?{asked}",
        "golden calls": f"{here}/golden/",
        "recordings": f"{here}/audio/",
        "switches": f"{here}/switches/",
    }


def _get(name: str, url: str) -> Page:
    return Page(name, lambda client: client.get(url))


def _sent(line: Line, client: Client) -> list[Page]:
    menu, schedule = url_of(line.start.whole() if line.start else None), url_of(line.schedules.all()[0])
    play, called = f"/admin/menus/line/{line.pk}/try/play/", tried(line, client)
    return [
        preview("preview of a menu", menu, filled(client, menu)),
        preview("preview of a schedule", schedule, filled(client, schedule)),
        Page("try, the sixth step", lambda browser: browser.post(play, called, "application/json")),
    ]


def preview(name: str, url: str, fields: Plain) -> Page:
    return Page(name, lambda client: client.post(url.replace("change/", "preview/"), fields))


def tried(line: Line, client: Client) -> Plain:
    """What the page sends for the last key of the call."""
    url = f"/admin/menus/line/{line.pk}/try/play/"
    setup = {"date": "2026-11-23", "time": "10:00", "caller": "+1 202 555 0142"}
    told: Any = client.post(url, {"setup": setup}, "application/json").json()
    for key in KEYS[:-1]:
        told = client.post(url, {"call": told["call"], "do": [f"caller presses {key}"]}, "application/json").json()
    return {"call": told["call"], "do": [f"caller presses {KEYS[-1]}"]}
