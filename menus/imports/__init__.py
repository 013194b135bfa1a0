"""CSV files into tables and lists: read, compare, show, and only then apply, all or nothing."""

from menus.imports.changes import Changes, Incoming, Reading, compare
from menus.imports.exports import write_csv
from menus.imports.lists import ListTarget
from menus.imports.sheets import MAX_BYTES, Note, Unreadable
from menus.imports.tables import TableTarget
from menus.imports.target import ChangedMeanwhile, NotApplied, Target

__all__ = [
    "MAX_BYTES",
    "ChangedMeanwhile",
    "Changes",
    "Incoming",
    "ListTarget",
    "NotApplied",
    "Note",
    "Reading",
    "TableTarget",
    "Target",
    "Unreadable",
    "compare",
    "write_csv",
]
