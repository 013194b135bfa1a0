"""File -> rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import time
from typing import Any, Final, TypeVar

from django.db import models, transaction
from django.utils import timezone

from menus import flow
from menus.draft.columns import HOUSE_KEYS, MODELS, RETRIES, field_of
from menus.flow import LineFile
from menus.models import (
    BranchRule,
    Destination,
    Holiday,
    Line,
    LineLanguage,
    LinePromise,
    LookUp,
    LookupTable,
    LookUpValue,
    NumberList,
    OpeningHours,
    Option,
    PhoneNumber,
    Schedule,
    Switch,
    TransferTarget,
)
from menus.models.keys import new_key
from menus.numbers import read_number, show_number

K = TypeVar("K", LookupTable, NumberList)
N = TypeVar("N", bound=flow.Named)


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


@transaction.atomic
def write_draft(line_file: LineFile, line: Line | None = None) -> Line:
    """Replace the line's whole draft by the file's. Versions stay, and so do its numbers: new ones are added, none is
    taken away (a number rings at once, without publishing). Destinations of the same kind and key keep their ids, and
    schedules of the same key, with the switches that are on for them. A look-up table or a list of numbers belongs to
    no line: one that the file names and nobody has made yet is made, empty; the others stay as they are.

    Without `line` it is the one that has a number of the file, else the one named by the file, else a new one.
    Expects what `linefile.read_yaml` lets through. Raises DraftRefused when a number belongs to another line, or
    when a switch is on for a schedule that the file does not have.
    """
    line = line or _meant(line_file)
    if line.pk:
        line = Line.objects.select_for_update().get(pk=line.pk)
    _refuse_others_numbers(line_file, line)
    line.name, line.timezone = line_file.name, line_file.timezone
    line.max_call_minutes = line_file.max_call_minutes
    line.remember_language_days, line.type_ahead = line_file.remember_language_days, line_file.type_ahead
    line.phrases = {name: prompt.model_dump(mode="json") for name, prompt in line_file.phrases.items()}
    for name in HOUSE_KEYS:
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
    tables: dict[str, LookupTable] = field(default_factory=dict)
    lists: dict[str, NumberList] = field(default_factory=dict)

    def write(self) -> None:
        ids: dict[Any, int] = {
            (kind, key): pk for kind, key, pk in self.line.destinations.values_list("kind", "key", "pk")
        }
        self.line.promises.all().delete()
        self.line.destinations.all().delete()
        self.line.languages.all().delete()
        self.write_languages()
        self.write_schedules()
        self.tables = _there(LookupTable, _wanted_tables(self.file))
        self.lists = _there(NumberList, _wanted_lists(self.file))
        for position, (key, part) in enumerate(self.file.destinations.items()):
            row = MODELS[part.kind](line=self.line, key=key, position=position, id=ids.get((part.kind, key)))
            self.destinations[key] = row
            _copy(part, row)
            if isinstance(part, flow.LookUp) and isinstance(row, LookUp):
                self.write_source(part.source, row)
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
                recognition=language.recognition,
                position=position,
            )
            for position, language in enumerate(self.file.languages)
        )

    def write_schedules(self) -> None:
        """One that stays is changed, not made anew: its switches go with it."""
        gone = self.line.schedules.exclude(key__in=self.file.schedules)
        _refuse_switched_on(gone)
        gone.delete()
        OpeningHours.objects.filter(schedule__line=self.line).delete()
        Holiday.objects.filter(schedule__line=self.line).delete()
        old = dict(self.line.schedules.values_list("key", "pk"))
        for position, (key, schedule) in enumerate(self.file.schedules.items()):
            self.write_schedule(old.get(key), key, position, schedule)

    def write_schedule(self, pk: int | None, key: str, position: int, part: flow.Schedule) -> None:
        row = Schedule(pk=pk, line=self.line, key=key, position=position, name=part.name, timezone=part.timezone or "")
        row.save(force_insert=pk is None, force_update=pk is not None)
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
        LookUpValue.objects.bulk_create(self.values())
        self.write_rules()
        self.write_promises()

    def lead(self, row: models.Model, part: flow.Part, names: Iterable[str]) -> None:
        for name in names:
            key = _get(part, name)
            found = self.schedules if name == "schedule" else self.destinations
            setattr(row, f"{name}_id", found[key].pk if key else None)

    def parts(self, kind: type[N]) -> Iterator[tuple[int, N]]:
        """The file's destinations of a kind, with the ids of their rows."""
        for key, part in self.file.destinations.items():
            if isinstance(part, kind):
                yield self.destinations[key].pk, part

    def options(self) -> Iterator[Option]:
        for pk, menu in self.parts(flow.Menu):
            for position, option in enumerate(menu.options):
                row = Option(menu_id=pk, position=position, key=option.key)
                _copy(option, row)
                self.lead(row, option, ["to"])
                yield row

    def targets(self) -> Iterator[TransferTarget]:
        for pk, transfer in self.parts(flow.Transfer):
            for position, target in enumerate(transfer.targets):
                row = TransferTarget(transfer_id=pk, position=position)
                _copy(target, row)
                row.address = getattr(target, TransferTarget.ADDRESS[TransferTarget.Type(target.type)])
                yield row

    def values(self) -> Iterator[LookUpValue]:
        for pk, lookup in self.parts(flow.LookUp):
            for position, value in enumerate(lookup.values):
                row = LookUpValue(lookup_id=pk, position=position)
                _copy(value, row)
                yield row

    def write_rules(self) -> None:
        rules: list[tuple[flow.Rule, BranchRule]] = []
        for pk, branch in self.parts(flow.Branch):
            for position, rule in enumerate(branch.rules):
                row = BranchRule(branch_id=pk, position=position, key=rule.key)
                _copy(rule, row)
                self.lead(row, rule, ["to", "schedule"])
                rules.append((rule, row))
        BranchRule.objects.bulk_create(row for _, row in rules)
        through = BranchRule.lists.through
        through._default_manager.bulk_create(
            through(branchrule_id=row.pk, numberlist_id=self.lists[key].pk)
            for rule, row in rules
            for key in dict.fromkeys(rule.lists)
        )

    def write_promises(self) -> None:
        rows = [LinePromise(line=self.line, position=position) for position, _ in enumerate(self.file.promises)]
        for promise, row in zip(self.file.promises, rows, strict=True):
            _copy(promise, row)
            self.lead(row, promise, ["reaches"])
        LinePromise.objects.bulk_create(rows)
        through = LinePromise.except_lists.through
        through._default_manager.bulk_create(
            through(linepromise_id=row.pk, numberlist_id=self.lists[key].pk)
            for promise, row in zip(self.file.promises, rows, strict=True)
            for key in promise.except_lists
        )

    def write_source(self, source: flow.TableSource | flow.HttpSource | None, row: LookUp) -> None:
        if source:
            row.source_type = source.type
            _copy(source, row)
        if isinstance(source, flow.TableSource):
            row.table, row.key_template = self.tables[source.table], source.key


# --- what belongs to no line ------------------------------------------------------------------------------------


def _there(model: type[K], wanted: dict[str, K]) -> dict[str, K]:
    """The rows of those keys, the missing ones made as wanted."""
    if not wanted:
        return {}
    rows = model._default_manager.filter(key__in=wanted)
    have = {row.key for row in rows}
    model._default_manager.bulk_create(
        [row for key, row in wanted.items() if key not in have],
        ignore_conflicts=True,  # somebody else may make it at this moment
    )
    return {row.key: row for row in rows.all()}


def _wanted_tables(line_file: LineFile) -> dict[str, LookupTable]:
    """With the columns that its look-ups ask for; the key column is called after the value it is asked with."""
    wanted: dict[str, LookupTable] = {}
    for part in line_file.destinations.values():
        if isinstance(part, flow.LookUp) and isinstance(part.source, flow.TableSource):
            key, named = part.source.table, _VALUE.search(part.source.key)
            new = LookupTable(key=key, name=_name(key), key_name=named[1] if named else "key")
            table = wanted.setdefault(key, new)
            fields = dict.fromkeys([*table.columns, *(value.field for value in part.values if value.field)])
            table.columns = list(fields)
    return wanted


def _wanted_lists(line_file: LineFile) -> dict[str, NumberList]:
    excepted = {key for promise in line_file.promises for key in promise.except_lists}
    return {key: NumberList(key=key, name=_name(key)) for key in sorted(line_file.lists | excepted)}


def _name(key: str) -> str:
    return key.replace("-", " ").capitalize()


_VALUE: Final = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def _refuse_switched_on(schedules: models.QuerySet[Schedule]) -> None:
    now = timezone.now()
    on = Switch.objects.filter(schedule__in=schedules, ended_at=None, ends_at__gt=now).select_related(
        "line", "schedule"
    )
    if switch := on.first():
        raise DraftRefused(
            f"the file has no schedule “{switch.schedule}”, and a switch is on for it ({switch}). "
            "End the switch first, or keep the schedule in the file."
        )


# --- one part, one row ------------------------------------------------------------------------------------------


def _leads(model: type[models.Model]) -> Iterable[models.ForeignKey[Any, Any]]:
    """A kind's own foreign keys to destinations and schedules."""
    for column in model._meta.local_fields:
        if not isinstance(column, models.ForeignKey) or column.primary_key:
            continue
        if column.related_model in (Destination, Schedule):
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
            setattr(row, column.name, "" if plain is None and not column.null else plain)


_ABSENT: Final = object()


def _get(part: flow.Part, name: str) -> Any:
    """`no_input_tries` is the part's `no_input.tries`."""
    for retry in RETRIES:
        if name.startswith(f"{retry}_"):
            return getattr(getattr(part, retry), name.removeprefix(f"{retry}_"))
    return getattr(part, field_of(type(part), name), _ABSENT)


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
