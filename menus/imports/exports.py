"""A table or a list as a CSV file, as its import takes it."""

from __future__ import annotations

import csv
import io

from menus.imports.sheets import guarded
from menus.imports.target import Target


def write_csv(target: Target) -> bytes:
    """UTF-8 with a mark that spreadsheets know it by; no cell can be taken for a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([guarded(name) for name in target.heading()])
    writer.writerows([guarded(cell) for cell in row] for row in target.sheet())
    return text.getvalue().encode("utf-8-sig")
