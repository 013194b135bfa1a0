"""Rows -> flow."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import time
from functools import cached_property
from hashlib import sha256
from typing import Any, TypeVar

from django.db import models
from pydantic import ValidationError

from menus import flow
from menus.draft.columns import HOUSE_KEYS, MODELS, OWN_ROWS, PARTS, RETRIES, column_of
from menus.faults import Fault, Path, faults, in_words
from menus.flow import Flow, LineFile
from menus.models import (
    Asks,
    Branch,
    BranchRule,
    Destination,
    Holiday,
    Line,
    LineLanguage,
    LinePromise,
    LookUp,
    Menu,
    Schedule,
    Transfer,
)

F = TypeVar("F", bound=Flow)
R = TypeVar("R", Destination, Schedule)
M = TypeVar("M", bound=models.Model)


class DraftFault(ValueError):
    """The rows are no flow yet; `faults` says why, in words for staff."""

    def __init__(self, *found: Fault) -> None:
        self.faults = found
        super().__init__("\n".join(map(str, found)))


def read_draft(line: Line, instead: Destination | Schedule | None = None) -> Flow:
    """The draft as a flow, in 22 queries however long it is. Raises DraftFault.

    `instead` is a row as it is being typed, with a primary key and its own rows prefetched: it takes the place of the
    stored one, or comes last.
    """
    return _read(_Rows(line, instead=instead), Flow, {})


def read_drafts(lines: Sequence[Line]) -> dict[int, Flow | DraftFault]:
    """The drafts of several lines by primary key, in as many queries as one takes."""
    store = _Store(lines)
    return {line.pk: _read_or_fault(_Rows(line, store)) for line in lines}


def draft_digest(line: Line) -> str:
    """SHA-256 of the draft's rows, of an unfinished draft too: another one, and somebody changed the draft."""
    return sha256(json.dumps(_Rows(line).plain(), default=str, sort_keys=True).encode()).hexdigest()


def read_line_file(line: Line) -> LineFile:
    """The draft and the line's numbers, as they are exported. Raises DraftFault."""
    return _read(_Rows(line), LineFile, {"numbers": list(line.numbers.values_list("number", flat=True))})


def _read_or_fault(rows: _Rows) -> Flow | DraftFault:
    try:
        return _read(rows, Flow, {})
    except DraftFault as fault:
        return fault


def _read(rows: _Rows, shape: type[F], more: dict[str, Any]) -> F:
    plain = rows.plain() | more
    try:
        read = shape.model_validate(plain)
    except ValidationError as error:
        rows.astray += [replace(found, field=rows.where(path)) for path, found in faults(error, plain)]
    if rows.astray:
        raise DraftFault(*rows.astray)
    return read


class _Store:
    """The rows of one line or several, read once."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines
        self.schedules = _by_line(Schedule.objects.filter(line__in=lines).prefetch_related("hours", "holidays"))
        self.destinations = _by_line(row for model in MODELS.values() for row in _whole(model, lines))
        self.languages = _by_line(LineLanguage.objects.filter(line__in=lines))
        self.promises = _by_line(LinePromise.objects.filter(line__in=lines).prefetch_related("except_lists"))

    @cached_property
    def lists(self) -> dict[int, list[str]]:
        """The keys of each rule's lists, in the order in which they were chosen."""
        found: dict[int, list[str]] = {}
        through = BranchRule.lists.through._default_manager.filter(branchrule__branch__line__in=self.lines)
        for rule, key in through.order_by("pk").values_list("branchrule_id", "numberlist__key"):
            found.setdefault(rule, []).append(key)
        return found


class _Rows:
    """A line's rows; `plain` puts them into the flow's shape."""

    def __init__(self, line: Line, store: _Store | None = None, instead: Destination | Schedule | None = None) -> None:
        self.line = line
        self.store = store = store or _Store([line])
        self.astray: list[Fault] = []
        self.schedules = _with(store.schedules.get(line.pk, []), instead, Schedule)
        destinations = store.destinations.get(line.pk, [])
        in_order = sorted(destinations, key=lambda row: (row.position or 0, row.pk))
        self.destinations = _with(in_order, instead, Destination)
        self.keys: dict[type[models.Model], dict[Any, str]] = {
            Destination: {row.pk: row.key for row in self.destinations},
            Schedule: {row.pk: row.key for row in self.schedules},
        }

    def plain(self) -> dict[str, Any]:
        line = self.line
        return {
            "name": line.name,
            "timezone": line.timezone,
            "languages": [_language(row) for row in self.store.languages.get(line.pk, ())],
            **{name: self.value(line, Flow, name, line.name) for name in ("start", "main", "operator")},
            "house_keys": {name: getattr(line, f"key_{name}") or None for name in HOUSE_KEYS},
            "max_call_minutes": line.max_call_minutes,
            "remember_language_days": line.remember_language_days,
            "type_ahead": line.type_ahead,
            "phrases": line.phrases,
            "promises": [self.promise(row) for row in self.store.promises.get(line.pk, ())],
            "schedules": {row.key: _schedule(row) for row in self.schedules},
            "destinations": {row.key: self.destination(row) for row in self.destinations},
        }

    def destination(self, row: Destination) -> dict[str, Any]:
        where, part = str(row), PARTS[row.kind]
        apart = {"kind", "without", "source", *RETRIES, *OWN_ROWS}
        plain = {"kind": row.kind, **self.fields(row, part, where, apart)}
        if isinstance(row, Asks):
            for retry in RETRIES:
                names = flow.Retry.model_fields
                plain[retry] = {name: self.value(row, flow.Retry, name, where, f"{retry}_{name}") for name in names}
        match row:
            case Menu():
                plain["without"] = [key for key in HOUSE_KEYS if getattr(row, f"without_{key}")]
                plain["options"] = [self.fields(option, flow.Option, where) for option in row.options.all()]
            case Transfer():
                plain["targets"] = [target.plain() for target in row.targets.all()]
            case Branch():
                plain["rules"] = [self.rule(rule, where) for rule in row.rules.all()]
            case LookUp():
                plain["source"] = _source(row)
                plain["values"] = [self.fields(value, flow.Fetched, where) for value in row.values.all()]
        return plain

    def rule(self, row: BranchRule, where: str) -> dict[str, Any]:
        plain = self.fields(row, flow.Rule, f"{where} › {row}", {"lists"})
        return plain | {"lists": self.store.lists.get(row.pk, [])}

    def promise(self, row: LinePromise) -> dict[str, Any]:
        name = f"{self.line.name} › {row.label or 'promise'}"
        plain = self.fields(row, flow.Promise, name, {"except_lists"})
        return plain | {"except_lists": [one.key for one in row.except_lists.all()]}

    def fields(self, row: models.Model, part: type[flow.Part], where: str, apart: Iterable[str] = ()) -> dict[str, Any]:
        return {name: self.value(row, part, name, where) for name in part.model_fields if name not in apart}

    def value(self, row: models.Model, part: type[flow.Part], name: str, where: str, column_name: str = "") -> Any:
        """The column of that name: a foreign key as the key it leads to, and an empty text as none where the flow
        knows none."""
        column = row._meta.get_field(column_name or column_of(part, name))
        if not isinstance(column, models.ForeignKey):
            value = getattr(row, column.name)
            return None if value == "" and part.model_fields[name].default is None else value
        led_to = getattr(row, column.attname)
        key = self.keys[column.related_model].get(led_to)
        if led_to and key is None:
            self.astray.append(
                Fault(0, where, f"“{column.verbose_name}” leads into another line", "choose one of this line's")
            )
        return key

    def where(self, path: Path) -> str:
        """The path in the words of the editor: labels in place of keys."""
        labels: dict[str, dict[Any, str]] = {
            "destinations": {row.key: str(row) for row in self.destinations},
            "schedules": {row.key: str(row) for row in self.schedules},
        }
        if len(path) > 1 and path[0] in labels:
            return in_words((labels[str(path[0])].get(path[1], path[1]), *path[2:]))
        return in_words(path)


def _by_line(rows: Iterable[M]) -> dict[int, list[M]]:
    found: dict[int, list[M]] = {}
    for row in rows:
        found.setdefault(getattr(row, "line_id"), []).append(row)  # noqa: B009  # no type has all of these models
    return found


def _with(rows: list[R], instead: Destination | Schedule | None, kind: type[R]) -> list[R]:
    """The rows, with that one in place of the stored one, or last, if it is one of them."""
    if not isinstance(instead, kind):
        return rows
    known = any(row.pk == instead.pk for row in rows)
    return [instead if row.pk == instead.pk else row for row in rows] + ([] if known else [instead])


def _whole(model: type[Destination], lines: Sequence[Line]) -> Iterable[Destination]:
    if model is LookUp:
        return LookUp.objects.filter(line__in=lines).select_related("table").prefetch_related("values")
    own: dict[type[Destination], str] = {Menu: "options", Transfer: "targets", Branch: "rules"}
    rows = model._default_manager.filter(line__in=lines)
    return rows.prefetch_related(own[model]) if model in own else rows


def _source(row: LookUp) -> dict[str, Any] | None:
    """A table or an address that nobody has chosen yet is no source yet."""
    match row.source_type:
        case LookUp.Source.TABLE if row.table:
            return {"type": "table", "table": row.table.key, "key": row.key_template}
        case LookUp.Source.HTTP if row.url:
            plain = {name: getattr(row, name) for name in flow.HttpSource.model_fields.keys() - {"type"}}
            # One order, whatever order a database gives them in: the same flow is always the same text.
            in_order = {name: dict(sorted(plain[name].items())) for name in ("headers", "send")}
            return {"type": "http", **plain, **in_order}
    return None


def _language(row: LineLanguage) -> dict[str, Any]:
    voice = {"language": row.voice_language, "style": row.voice_style, "premium": row.voice_premium}
    return {"key": row.key, "name": row.name, "voice": voice, "recognition": row.recognition}


def _schedule(row: Schedule) -> dict[str, Any]:
    weekly: dict[str, list[str]] = {}
    for hours in row.hours.all():
        weekly.setdefault(flow.WEEKDAYS[hours.weekday], []).append(_range(hours.opens, hours.closes))
    holidays = [
        {"name": day.name, "when": day.when, "closed": _closed(day), "words": day.words} for day in row.holidays.all()
    ]
    return {"name": row.name, "timezone": row.timezone or None, "weekly": weekly, "holidays": holidays}


def _closed(day: Holiday) -> str | None:
    if day.closed_from is None and day.closed_to is None:
        return None
    return _range(day.closed_from or time(), day.closed_to or time())


def _range(begin: time, end: time) -> str:
    """A time column knows no 24:00; 00:00 as an end is the end of the day."""
    return f"{begin:%H:%M}-{f'{end:%H:%M}' if end != time() else '24:00'}"
