"""How long reports and the list of calls take over a large log, and what the database does for it.

python bench/reports.py MONTH [--calls 10000000] [--keep]: MONTH is the SQLite database of a month of simulated calls
(make demo, then simulate_calls for its lines). The large log is made in a throw-away database beside that of
DATABASE_URL; left out, SQLite. --keep leaves it there (PostgreSQL only) and prints its name; --filled then measures
the database of DATABASE_URL itself.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"  # production's, with a secret and a folder of this run's own

import django  # noqa: E402
from django.conf import settings  # noqa: E402

TIMES: Final = 5
PAGE_MS: Final = 300
LIST_MS: Final = 200
SHOWN: Final = 12
"""Lines of a plan."""
Work = Callable[[], Any]


def main() -> None:
    asked = _asked()
    settings.DATABASES["month"] = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(asked.month)}
    django.setup()
    from django.db import connection
    from django.test.utils import setup_test_environment, teardown_test_environment

    setup_test_environment(debug=False)
    if asked.filled:
        _report()
        return
    import filled

    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, serialize=False)
    try:
        filled.fill(asked.month, asked.calls)
        _report()
    finally:
        if asked.keep and connection.vendor == "postgresql":
            print(f"kept: {connection.settings_dict['NAME']}")
        else:
            connection.creation.destroy_test_db(name, verbosity=0)
        teardown_test_environment()


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("month", type=Path)
    parser.add_argument("--calls", type=int, default=1_000_000)
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--filled", action="store_true")
    return parser.parse_args()


def _report() -> None:
    from django.contrib.auth import get_user_model
    from django.db import connection
    from django.test import Client

    from calls.models import Call, StepTally, Visit
    from menus.models import Line

    users = get_user_model().objects
    boss = users.filter(username="bench").first() or users.create_superuser("bench")
    client = Client()
    client.force_login(boss)
    newest = Call.objects.filter(line__isnull=False).order_by("-started_at")[0]
    line = Line.objects.get(pk=newest.line_id)
    sizes = ", ".join(f"{model._meta.model_name} {_rows(model):,}" for model in (Call, Visit, StepTally))
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"{connection.vendor}: {sizes}; {_bytes() / 1e9:.1f} GB; load of the machine {load}")
    print(f"milliseconds, median of {TIMES}")
    over = []
    for name, most, work in [*_functions(line.pk, newest), *_pages(client, line.pk, newest)]:
        over += [name] if _measured(name, most, work) else []
    print(f"\nover the aim: {', '.join(over) or 'nothing'}")


def _rows(model: Any) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"SELECT max(rowid) FROM {model._meta.db_table}")
        else:
            cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE relname = %s", [model._meta.db_table])
        return int(cursor.fetchone()[0])


def _bytes() -> int:
    """Of the database on disk."""
    from django.db import connection

    if connection.vendor == "sqlite":
        return Path(connection.settings_dict["NAME"]).stat().st_size
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def _functions(line: int, newest: Any) -> list[tuple[str, int, Work]]:
    """Over a month, and over a year."""
    from calls.models import Leg
    from calls.reports import backlog, keys, places, span, targets, totals

    leg = Leg.objects.order_by("-started_at")[0]
    menu = newest.last_destination
    found: list[tuple[str, int, Work]] = []
    for days in (30, 365):
        asked = span.latest(days, newest.local_day)
        of_span: dict[str, Callable[[Any], Any]] = {
            **{name: lambda s, name=name: getattr(totals, name)(line, s) for name in _TOTALS},
            **{name: lambda s, name=name: getattr(places, name)(line, s) for name in _PLACES},
            "options": lambda s: places.options(line, s, menu),
            "by_second": lambda s: keys.by_second(line, s, menu),
            "operator_requests": lambda s: keys.operator_requests(line, s),
            "targets": lambda s: targets.targets(line, s),
        }
        found += [(f"{name}, {days} days", PAGE_MS, lambda f=f, s=asked: f(s)) for name, f in of_span.items()]
    found += [("latest of a target", PAGE_MS, lambda: targets.latest(line, leg.destination, leg.dialled))]
    found += [("callbacks", PAGE_MS, lambda: backlog.callbacks(line, newest.started_at))]
    return [*found, ("messages", PAGE_MS, lambda: backlog.messages(line, newest.started_at))]


_PLACES: Final = ("places", "ways", "funnel")
_TOTALS: Final = ("totals", "per_day", "per_hour", "per_language", "per_version")


def _pages(client: Any, line: int, newest: Any) -> list[tuple[str, int, Work]]:
    from calls.models import Call, Visit
    from calls.report_pages import urls

    last = newest.local_day
    months = {days: f"from={last - timedelta(days=days - 1)}&to={last}" for days in (30, 365)}
    reports = [(one.name, one.pattern._route) for one in urls.urlpatterns]
    found = []
    for name, route in reports:
        path = f"{REPORTS}{re.sub(r'<int:[a-z_]+>', str(line), route)}".replace("<slug:key>", newest.last_destination)
        found += [(f"page {name}, {days} days", PAGE_MS, _get(client, f"{path}?{q}")) for days, q in months.items()]
    visit = Visit.objects.filter(line_id=line).exclude(option="").order_by("-entered_at")[0]
    deep = Call.objects.order_by("-started_at")[min(500_000, _rows(Call) // 2)]
    edge = f"older={deep.started_at.isoformat().replace('+', '%2B')}"
    asked = {
        "first page": "",
        "deep page": f"{edge}~{deep.uuid}",
        "of a line": f"line={line}",
        "of a day": f"line={line}&from={last}&to={last}",
        "abandoned": "outcome=abandoned",
        "rare outcome": f"line={line}&outcome=over_limit",
        "at a place": f"line={line}&destination={visit.destination}",
        "by an option": f"line={line}&destination={visit.destination}&option={visit.option}",
        "one hour": f"line={line}&hour=3",
        "language": f"line={line}&language={newest.language}",
        "long calls": "min=600",
        "by number": f"number={newest.caller}",
        "search by id": f"q={newest.uuid}",
    }
    return found + [(f"list: {name}", LIST_MS, _get(client, f"{LIST}?{query}")) for name, query in asked.items()]


REPORTS: Final = "/admin/menus/line/"
LIST: Final = "/admin/calls/call/"


def _get(client: Any, url: str) -> Work:
    def get() -> Any:
        answer = client.get(url)
        return answer if answer.status_code == 200 else f"{answer.status_code} for {url}"

    return get


def _measured(name: str, most: int, work: Work) -> bool:
    """Whether it took longer than it may."""
    from django.db import connection

    slowest: list[Any] = [0.0, "", ()]
    count = 0

    def watch(execute: Any, sql: str, params: Any, *more: Any) -> Any:
        nonlocal count, slowest
        count += 1
        began = time.perf_counter()
        result = execute(sql, params, *more)
        slowest = max(slowest, [time.perf_counter() - began, sql, params], key=lambda one: one[0])
        return result

    cold = _took(work)
    with connection.execute_wrapper(watch):
        said = work()
    cpu = time.process_time()
    took = median(_took(work) for _ in range(TIMES))
    cpu = (time.process_time() - cpu) * 1000 / TIMES
    fault = said if isinstance(said, str) and said[:3].isdigit() else ""
    figures = f"{took:8.0f}  CPU here {cpu:5.0f}  first {cold:6.0f}  {count:3} queries"
    print(f"  {name:34}{figures}  {_indexes(slowest)} {fault}", flush=True)
    if took > most and not fault:
        print("\n".join(f"      {line[:150]}" for line in _plan(slowest, analyse=True)[:SHOWN]), flush=True)
    return took > most


def _took(work: Work) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def _indexes(slowest: list[Any]) -> str:
    """By which the slowest statement was answered."""
    plan = "\n".join(_plan(slowest))
    names = re.findall(r"(?:Index (?:Only )?Scan(?: Backward)? using|Index Scan on|INDEX) (\w+)", plan)
    names += [f"all of {table}" for table in re.findall(r"(?:Seq Scan on|SCAN) (\w+)(?! USING)", plan)]
    return ", ".join(dict.fromkeys(names))


def _plan(slowest: list[Any], analyse: bool = False) -> list[str]:
    from django.db import connection

    _, sql, params = slowest
    if not str(sql).startswith("SELECT"):
        return []
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
            return [row[3] for row in cursor.fetchall()]
        cursor.execute(f"EXPLAIN {'(ANALYZE, COSTS OFF)' if analyse else ''} {sql}", params)
        return [row[0] for row in cursor.fetchall()]


if __name__ == "__main__":
    main()
