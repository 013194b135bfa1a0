"""How long the pages of the staff's desk take at a line of 60 destinations in three languages, and how many queries.

python bench/pages.py [destinations]: a throw-away database beside that of DATABASE_URL; left out, SQLite.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any, Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"  # production's, with a secret and a folder of this run's own

import django  # noqa: E402

django.setup()

from django.db import OperationalError, connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment, teardown_test_environment  # noqa: E402

from tests import large, staff  # noqa: E402

SIZE: Final = 60
TIMES: Final = 5
MOST_MS: Final = 300


class Took(NamedTuple):
    """Milliseconds of one answer: of this process, and by the clock, with the database and all else on the machine."""

    cpu: float
    clock: float


class Counted:
    """Statements that went to the database; counted without DEBUG, which would slow them."""

    def __init__(self) -> None:
        self.statements = 0

    def __call__(self, execute: Any, *asked: Any) -> Any:
        self.statements += 1
        return execute(*asked)


def _open(page: large.Page, client: Client) -> Took:
    cpu, clock = time.process_time(), time.perf_counter()
    answer: Any = page.open(client)
    took = Took((time.process_time() - cpu) * 1000, (time.perf_counter() - clock) * 1000)
    assert answer.status_code == 200, (page.name, answer.content[:500])
    return took


def _measure(page: large.Page, client: Client) -> tuple[list[Took], int]:
    _open(page, client)  # imports, templates and what a process remembers are no part of it
    counted = Counted()
    with connection.execute_wrapper(counted):
        _open(page, client)
    return [_open(page, client) for _ in range(TIMES)], counted.statements


def _report(size: int) -> None:
    client = staff.client("superuser")
    line = large.large(size)
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"{connection.vendor}: {size} destinations, 3 languages; load of the machine {load}", flush=True)
    print(f"{'milliseconds':26}{'CPU best':>10}{'median':>8}{'clock best':>12}{'median':>8}{'queries':>9}")
    over = []
    for page in large.pages(line, client):
        took, statements = _measure(page, client)
        cpu, clock = ([getattr(one, name) for one in took] for name in Took._fields)
        figures = f"{min(cpu):10.0f}{median(cpu):8.0f}{min(clock):12.0f}{median(clock):8.0f}{statements:9}"
        print(f"  {page.name:24}{figures}", flush=True)
        over += [page.name] if min(clock) > MOST_MS else []
    print(f"every page under {MOST_MS} ms: {'MISSED by ' + ', '.join(over) if over else 'met'}\n")


def main() -> None:
    setup_test_environment(debug=False)
    name = connection.settings_dict["NAME"]
    try:
        connection.creation.create_test_db(verbosity=0, serialize=False)
    except OperationalError as fault:
        raise SystemExit(f"There is no such database: {str(fault).strip()}") from None
    try:
        _report(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
        teardown_test_environment()


if __name__ == "__main__":
    main()
