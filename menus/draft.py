"""The draft of a line, between its rows and its flow: `read_draft` rows -> flow, `write_draft` file -> rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import time
from typing import Any, Final, TypeVar

from django.db import models, transaction
from pydantic import ValidationError

from menus import flow
from menus.faults import Fault, Path, faults, in_words
from menus.flow import Flow, LineFile
from menus.models import (
    Destination,
    Holiday,
    Line,
    LineLanguage,
    Menu,
    OpeningHours,
    Option,
    PhoneNumber,
    Schedule,
    Transfer,
    TransferTarget,
)
from menus.models.keys import new_key
from menus.numbers import read_number, show_number

F = TypeVar("F", bound=Flow)

PARTS: Final[Mapping[str, type[flow.Named]]] = {
    part.model_fields["kind"].default: part for part in flow.Named.__subclasses__()
}
"""The flow's kinds and, by the same word, the models': fields of the same name hold the same thing."""
MODELS: Final[Mapping[str, type[Destination]]] = {str(model.KIND): model for model in Destination.__subclasses__()}
_RETRIES: Final = ("no_input", "no_match")
_HOUSE_KEYS: Final = ("repeat", "back", "main", "operator")


class DraftFault(ValueError):
    """The rows are no flow yet; `faults` says why, in words for staff."""

    def __init__(self, *found: Fault) -> None:
        self.faults = found
        super().__init__("\n".join(map(str, found)))


class DraftRefused(ValueError):
    """The file cannot become this line's draft; the message says why and what to do."""


def find_line(number: str) -> Line:
    """The line that a number rings, typed with or without + and spaces. Raises DraftRefused."""
    try:
        digits = read_number(number)
    except ValueError as error:
        raise DraftRefused(str(error)) from None
    found = Line.objects.filter(numbers__number=digits).first()
    if found is None:
        there = ", ".join(map(str, PhoneNumber.objects.all()[:12])) or "none yet"
        raise DraftRefused(f"no line has the number {show_number(digits)}; there are: {there}")
    return found


# --- rows -> flow -----------------------------------------------------------------------------------------------


def read_draft(line: Line) -> Flow:
    """The draft as a flow, in 12 queries however long it is. Raises DraftFault."""
    return _read(line, Flow, {})


def read_line_file(line: Line) -> LineFile:
    """The draft and the line's numbers, as they are exported. Raises DraftFault."""
    return _read(line, LineFile, {"numbers": list(line.numbers.values_list("number", flat=True))})


def _read(line: Line, shape: type[F], more: dict[str, Any]) -> F:
    rows = _Rows(line)
    plain = rows.plain() | more
    try:
        read = shape.model_validate(plain)
    except ValidationError as error:
        rows.astray += [replace(found, field=rows.where(path)) for path, found in faults(error, plain)]
    if rows.astray:
        raise DraftFault(*rows.astray)
    return read


class _Rows:
    """A line's rows, read once; `plain` puts them into the flow's shape."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.astray: list[Fault] = []
        self.schedules = list(line.schedules.prefetch_related("hours", "holidays"))
        destinations = [row for model in MODELS.values() for row in _whole(model, line)]
        self.destinations = sorted(destinations, key=lambda row: (row.position or 0, row.pk))
        self.keys: dict[type[models.Model], dict[Any, str]] = {
            Destination: {row.pk: row.key for row in self.destinations},
            Schedule: {row.pk: row.key for row in self.schedules},
        }

    def plain(self) -> dict[str, Any]:
        line = self.line
        return {
            "name": line.name,
            "timezone": line.timezone,
            "languages": [_language(row) for row in line.languages.all()],
            **{name: self.value(line, name, line.name) for name in ("start", "main", "operator")},
            "house_keys": {name: getattr(line, f"key_{name}") or None for name in _HOUSE_KEYS},
            "max_call_minutes": line.max_call_minutes,
            "phrases": line.phrases,
            "schedules": {row.key: _schedule(row) for row in self.schedules},
            "destinations": {row.key: self.destination(row) for row in self.destinations},
        }

    def destination(self, row: Destination) -> dict[str, Any]:
        where, part = str(row), PARTS[row.kind]
        plain: dict[str, Any] = {"kind": row.kind}
        for name in part.model_fields.keys() - {"kind", "options", "targets", "without", *_RETRIES}:
            plain[name] = self.value(row, name, where)
        if isinstance(row, Menu):
            for retry in _RETRIES:
                names = flow.Retry.model_fields
                plain[retry] = {name: self.value(row, f"{retry}_{name}", where) for name in names}
            plain["without"] = [key for key in _HOUSE_KEYS if getattr(row, f"without_{key}")]
            plain["options"] = [
                {name: self.value(option, name, where) for name in flow.Option.model_fields}
                for option in row.options.all()
            ]
        if isinstance(row, Transfer):
            plain["targets"] = [target.plain() for target in row.targets.all()]
        return plain

    def value(self, row: models.Model, name: str, where: str) -> Any:
        """The column of that name: a foreign key as the key it leads to, and an empty choice as none."""
        column = row._meta.get_field(name)
        if not isinstance(column, models.ForeignKey):
            value = getattr(row, name)
            return None if value == "" and name in ("language", "caller_id") else value
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


def _whole(model: type[Destination], line: Line) -> Iterable[Destination]:
    if model is Menu:
        return Menu.objects.filter(line=line).prefetch_related("options")
    if model is Transfer:
        return Transfer.objects.filter(line=line).prefetch_related("targets")
    return model._default_manager.filter(line=line)


def _language(row: LineLanguage) -> dict[str, Any]:
    voice = {"language": row.voice_language, "style": row.voice_style, "premium": row.voice_premium}
    return {"key": row.key, "name": row.name, "voice": voice}


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


# --- file -> rows -----------------------------------------------------------------------------------------------


@transaction.atomic
def write_draft(line_file: LineFile, line: Line | None = None) -> Line:
    """Replace the line's whole draft by the file's. Versions stay, and so do its numbers: new ones are added, none is
    taken away (a number rings at once, without publishing). Destinations of the same kind and key keep their ids.

    Without `line` it is the one that has a number of the file, else the one named by the file, else a new one.
    Expects what `linefile.read_yaml` lets through. Raises DraftRefused when a number belongs to another line.
    """
    line = line or _meant(line_file)
    if line.pk:
        line = Line.objects.select_for_update().get(pk=line.pk)
    _refuse_others_numbers(line_file, line)
    line.name, line.timezone = line_file.name, line_file.timezone
    line.max_call_minutes = line_file.max_call_minutes
    line.phrases = {name: prompt.model_dump(mode="json") for name, prompt in line_file.phrases.items()}
    for name in _HOUSE_KEYS:
        setattr(line, f"key_{name}", getattr(line_file.house_keys, name) or "")
    line.save()
    _Writer(line, line_file).write()
    have = set(line.numbers.values_list("number", flat=True))
    PhoneNumber.objects.bulk_create(
        PhoneNumber(line=line, number=number) for number in line_file.numbers if number not in have
    )
    return line


def _meant(line_file: LineFile) -> Line:
    """Of several lines that have its numbers, the one of its name, else the one of its first number."""
    rows = PhoneNumber.objects.filter(number__in=line_file.numbers).select_related("line")
    owners = {row.number: row.line for row in rows}
    by_number = [owners[number] for number in line_file.numbers if number in owners]
    key = new_key(line_file.name, (), "line")
    by_name = Line.objects.filter(key=key).first()
    if by_name and (by_name in by_number or not by_number):
        return by_name
    return by_number[0] if by_number else Line()


def _refuse_others_numbers(line_file: LineFile, line: Line) -> None:
    rows = PhoneNumber.objects.filter(number__in=line_file.numbers).select_related("line")
    taken = rows.exclude(line_id=line.pk) if line.pk else rows
    if taken:
        belong = "; ".join(f"{row} belongs to “{row.line}”" for row in taken)
        raise DraftRefused(f"{belong}. Remove it there first, or take it out of the file.")


@dataclass(slots=True)
class _Writer:
    line: Line
    file: LineFile
    schedules: dict[str, Schedule] = field(default_factory=dict)
    destinations: dict[str, Destination] = field(default_factory=dict)

    def write(self) -> None:
        ids: dict[Any, int] = {
            (kind, key): pk for kind, key, pk in self.line.destinations.values_list("kind", "key", "pk")
        }
        old_schedules = dict(self.line.schedules.values_list("key", "pk"))
        self.line.destinations.all().delete()
        self.line.schedules.all().delete()
        self.line.languages.all().delete()
        self.write_languages()
        for position, (key, schedule) in enumerate(self.file.schedules.items()):
            self.write_schedule(old_schedules.get(key), key, position, schedule)
        for position, (key, part) in enumerate(self.file.destinations.items()):
            row = MODELS[part.kind](line=self.line, key=key, position=position, id=ids.get((part.kind, key)))
            self.destinations[key] = row
            _copy(part, row)
            row.save(force_insert=(models.Model,))
        self.join()

    def write_languages(self) -> None:
        LineLanguage.objects.bulk_create(
            LineLanguage(
                line=self.line,
                key=language.key,
                name=language.name,
                voice_language=language.voice.language,
                voice_style=language.voice.style,
                voice_premium=language.voice.premium,
                position=position,
            )
            for position, language in enumerate(self.file.languages)
        )

    def write_schedule(self, pk: int | None, key: str, position: int, part: flow.Schedule) -> None:
        row = Schedule(pk=pk, line=self.line, key=key, position=position, name=part.name, timezone=part.timezone or "")
        row.save(force_insert=True)
        self.schedules[key] = row
        OpeningHours.objects.bulk_create(
            OpeningHours(schedule=row, weekday=flow.WEEKDAYS.index(day), opens=opens, closes=closes or time())
            for day, ranges in part.weekly.items()
            for opens, closes in map(_times, ranges)
        )
        Holiday.objects.bulk_create(
            _holiday_row(row, position, holiday) for position, holiday in enumerate(part.holidays)
        )

    def join(self) -> None:
        """What leads where, once every destination has an id; then the options and targets."""
        for kind, model in MODELS.items():
            rows = [row for row in self.destinations.values() if row.kind == kind]
            leads = [column.name for column in _leads(model)]
            for row in rows:
                self.lead(row, self.file.destinations[row.key], leads)
            if leads and rows:
                model._default_manager.bulk_update(rows, leads)
        self.lead(self.line, self.file, ["start", "main", "operator"])
        self.line.save(update_fields=["start", "main", "operator"])
        Option.objects.bulk_create(self.options())
        TransferTarget.objects.bulk_create(self.targets())

    def lead(self, row: models.Model, part: flow.Part, names: Iterable[str]) -> None:
        for name in names:
            key = _get(part, name)
            found = self.schedules if name == "schedule" else self.destinations
            setattr(row, f"{name}_id", found[key].pk if key else None)

    def options(self) -> Iterable[Option]:
        for key, part in self.file.destinations.items():
            for position, option in enumerate(part.options if isinstance(part, flow.Menu) else ()):
                row = Option(menu_id=self.destinations[key].pk, position=position, key=option.key)
                _copy(option, row)
                self.lead(row, option, ["to"])
                yield row

    def targets(self) -> Iterable[TransferTarget]:
        for key, part in self.file.destinations.items():
            for position, target in enumerate(part.targets if isinstance(part, flow.Transfer) else ()):
                row = TransferTarget(transfer_id=self.destinations[key].pk, position=position)
                _copy(target, row)
                row.address = getattr(target, TransferTarget.ADDRESS[TransferTarget.Type(target.type)])
                yield row


def _leads(model: type[models.Model]) -> Iterable[models.ForeignKey[Any, Any]]:
    """A kind's own foreign keys to destinations and schedules."""
    for column in model._meta.local_fields:
        if isinstance(column, models.ForeignKey) and not column.primary_key:
            yield column


def _copy(part: flow.Part, row: models.Model) -> None:
    """What the part and the row call the same, foreign keys left out."""
    for column in row._meta.fields:
        if column.is_relation or column.primary_key or column.name in ("key", "kind", "position", "address"):
            continue
        if column.name.startswith("without_"):
            keys = part.without if isinstance(part, flow.Menu) else ()
            setattr(row, column.name, column.name.removeprefix("without_") in keys)
        elif (value := _get(part, column.name)) is not _ABSENT:
            plain = value.model_dump(mode="json") if isinstance(value, flow.Prompt) else value
            setattr(row, column.name, "" if plain is None else plain)


_ABSENT: Final = object()


def _get(part: flow.Part, name: str) -> Any:
    """`no_input_tries` is the part's `no_input.tries`."""
    for retry in _RETRIES:
        if name.startswith(f"{retry}_"):
            return getattr(getattr(part, retry), name.removeprefix(f"{retry}_"))
    return getattr(part, name, _ABSENT)


def _times(hours: str) -> tuple[time, time | None]:
    begin, _, end = hours.partition("-")
    return time.fromisoformat(begin), None if end == "24:00" else time.fromisoformat(end)


def _holiday_row(schedule: Schedule, position: int, day: flow.Holiday) -> Holiday:
    begin, end = _times(day.closed) if day.closed else (None, None)
    return Holiday(
        schedule=schedule,
        position=position,
        name=day.name,
        when=day.when,
        closed_from=begin,
        closed_to=end,
        words=day.words.model_dump(mode="json"),
    )
