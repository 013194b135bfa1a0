"""The demo lines' tables and lists: `tables/KEY.csv` and `lists/KEY.csv`, with names in the `settings.yaml` beside."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from menus.imports import ListTarget, TableTarget, Target
from menus.management.sheets import read
from menus.models import LookupTable, NumberList


def load(folder: Path) -> Iterator[str]:
    """Writes them anew, inside the caller's transaction, and says of each what is there now."""
    for path, settings in _files(folder / "tables"):
        # What the columns were does not count: the file names them.
        table, _ = LookupTable.objects.update_or_create(key=path.stem, defaults={"columns": [], **settings})
        table.rows.all().delete()
        yield _fill(TableTarget(table), path)
    for path, settings in _files(folder / "lists"):
        numbers, _ = NumberList.objects.update_or_create(key=path.stem, defaults=settings)
        yield _fill(ListTarget(numbers), path)


def _files(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Each with the fields of its row."""
    path = folder / "settings.yaml"
    known = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}
    for file in sorted(folder.glob("*.csv")):
        yield file, {"name": file.stem.replace("-", " ").capitalize()} | known.get(file.stem, {})


def _fill(target: Target, path: Path) -> str:
    reading = read(target, str(path))
    target.apply(reading.incoming, remove=True, seen=target.state(target.stored()))
    count = len(reading.incoming.rows)
    return f"{path.stem}: {count:,} row{'' if count == 1 else 's'} in {path.parent.name}."
