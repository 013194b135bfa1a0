"""Read a CSV file into a look-up table."""

from __future__ import annotations

from menus.imports import Target
from menus.management.sheets import ImportCommand, table_of


class Command(ImportCommand):
    help = "Reads a CSV file into the look-up table KEY: first the key column, then the others. All of it or nothing."

    def target(self, key: str) -> Target:
        return table_of(key)
