"""CSV files from the command line: what the import pages do, in one go."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError

from menus.imports import ListTarget, NotApplied, Reading, TableTarget, Target, Unreadable, compare
from menus.models import LookupTable, NumberList

_FAULTS_SHOWN: Final = 50


class ImportCommand(BaseCommand):
    """Reads FILE into what has the key KEY."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key")
        parser.add_argument("file", help="a CSV file; -: the standard input")
        parser.add_argument("--remove", action="store_true", help="also remove what is not in the file")
        parser.add_argument("--dry-run", action="store_true", help="only say what would change")

    def target(self, key: str) -> Target:
        raise NotImplementedError

    def handle(self, *args: Any, **options: Any) -> None:
        target, file, remove = self.target(options["key"]), options["file"], options["remove"]
        reading = read(target, file)
        for words in (*reading.remarks, *reading.notices):
            self.stdout.write(f"{file}: {words}")
        stored = target.stored()
        if options["dry_run"]:
            changes = compare(reading.incoming, stored, target.columns, remove)
            self.stdout.write(f"{options['key']}: {changes}, {changes.unchanged:,} unchanged. Nothing was changed.")
            return
        try:
            changes = target.apply(reading.incoming, remove, target.state(stored))
        except NotApplied as error:
            raise CommandError(str(error)) from None
        self.stdout.write(self.style.SUCCESS(f"{options['key']}: {changes}, {changes.unchanged:,} unchanged."))


def read(target: Target, file: str) -> Reading:
    """Raises CommandError, a text line for each fault."""
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        reading = target.read(data)
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}. Nothing was changed.") from None
    except Unreadable as error:
        raise CommandError(f"{file}: {error} Nothing was changed.") from None
    if faults := reading.faults:
        shown = [f"{file}:{fault.line}: {fault.words}" for fault in faults[:_FAULTS_SHOWN]]
        more = [f"And {len(faults) - _FAULTS_SHOWN} more."] if len(faults) > _FAULTS_SHOWN else []
        raise CommandError("\n".join([*shown, *more, "Nothing was changed."]))
    return reading


def table_of(key: str) -> TableTarget:
    if table := LookupTable.objects.filter(key=key).first():
        return TableTarget(table)
    raise CommandError(f"There is no table “{key}”. There are: {_keys(LookupTable)}. Make new ones in the admin.")


def list_of(key: str) -> ListTarget:
    if numbers := NumberList.objects.filter(key=key).first():
        return ListTarget(numbers)
    raise CommandError(f"There is no list “{key}”. There are: {_keys(NumberList)}. Make new ones in the admin.")


def _keys(model: type[LookupTable] | type[NumberList]) -> str:
    return ", ".join(model._default_manager.order_by("key").values_list("key", flat=True)) or "none"
