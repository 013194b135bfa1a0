"""Read a CSV file into a list of numbers."""

from __future__ import annotations

from menus.imports import Target
from menus.management.sheets import ImportCommand, list_of


class Command(ImportCommand):
    help = "Reads a CSV file into the list KEY: number, and if wanted prefix, label, expires. All of it or nothing."

    def target(self, key: str) -> Target:
        return list_of(key)
