"""`make bench`: our signed input webhook against bare views and other frameworks that do the same durable work.

Interleaved, on one machine, with PostgreSQL and with SQLite; ratios round by round. See bench/README.md.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg2
import report
from contenders import BASELINE, HERE, ROOT, Contender, Server, contenders, cpu_seconds, used
from databases import OURS, PRAGMAS, Database, Postgres, Sqlite
from report import Result, Round
from signed import PRODUCTION

SERVER: Final = os.environ.get("TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
CONNECTIONS: Final = 8
WARM_UP: Final = 2000
"""Requests to each server before the first round: imports, connections and caches are no part of it."""
FASTEST: Final = 5000
"""Requests per second that the first round must have in store; later ones know better."""
SPOOL_SECONDS: Final = 20.0
_PYTHON: Final = (sys.executable, "-W", "ignore")


@dataclass
class Bench:
    """One database, and all who can run on it."""

    database: Database
    folder: Path
    seconds: float
    rounds: int

    def __post_init__(self) -> None:
        self.results = [Result(one) for one in contenders(sqlite=isinstance(self.database, Sqlite))]
        self.servers: dict[str, Server] = {}
        self.sent = 0
        self.fastest = float(FASTEST)

    @property
    def by_key(self) -> dict[str, Result]:
        return {result.contender.key: result for result in self.results}

    # --- before ---

    def prepare(self) -> None:
        ours = self.environment_of_ours()
        for command in (["migrate", "--verbosity", "0"], ["import_line", "menus/demo/tutorial.yaml", "--publish"]):
            _do([*_PYTHON, "manage.py", *command], ours)
        _do([*_PYTHON, str(HERE / "signed.py"), "--out", str(self.template)], ours)
        for result in self.results:
            if result.contender.table != OURS:
                self.database.add(result.contender.table)

    @property
    def template(self) -> Path:
        return self.folder / "template.json"

    def environment_of_ours(self) -> dict[str, str]:
        ours = {"DATA_DIR": str(self.folder / "data"), "DATABASE_URL": self.database.url(OURS)}
        return _clean_environment() | PRODUCTION | ours

    def environment(self, contender: Contender) -> dict[str, str]:
        if contender.key == "ours":
            return self.environment_of_ours()
        return _clean_environment() | {
            "NODE_ENV": "production",
            "BENCH_SECRET": PRODUCTION["VONAGE_SIGNATURE_SECRET"],
            "BENCH_APPLICATION": PRODUCTION["VONAGE_APPLICATION_ID"],
            "BENCH_DATABASE_URL": self.database.url(contender.table),
            "BENCH_TABLE": contender.table,
            "BENCH_TEMPLATE": str(self.template),
            "BENCH_PRAGMAS": json.dumps(PRAGMAS),
        }

    def start(self, stack: ExitStack) -> None:
        for result in self.results:
            one = result.contender
            server = Server(one, self.environment(one), self.folder / f"{one.key}.log")
            self.servers[one.key] = server
            stack.callback(server.stop)
            server.start()

    def stop(self) -> None:
        for server in self.servers.values():
            server.stop()

    # --- the rounds ---

    def warm_up(self) -> None:
        """And see that all do the same: for the same calls their rows are equal."""
        requests = self.sign(WARM_UP)
        for result in self.results:
            self.load(result, requests, 60)
        self.sent += WARM_UP
        self.compare_rows(_calls_in(requests))
        for result in self.results:
            result.rounds.clear()

    def compare_rows(self, calls: list[str]) -> None:
        expected = self.database.rows(OURS, calls)
        for result in self.results:
            if self.database.rows(result.contender.table, calls) != expected:
                raise SystemExit(f"{result.contender.label} does not write the rows that our webhook writes.")

    def run(self) -> None:
        for number in range(self.rounds):
            print(f"  round {number + 1} of {self.rounds} …", end="", flush=True)
            requests = self.sign(round(self.fastest * self.seconds))
            turned = number % len(self.results)
            for result in self.results[turned:] + self.results[:turned]:
                self.load(result, requests, self.seconds)
                print(f" {result.contender.key} {result.rounds[-1].rate:,.0f}", end="", flush=True)
            print()
            self.fastest = max(one.rounds[-1].rate for one in self.results) * 1.3
            requests.unlink()
        for result in self.results:
            result.memory = self.servers[result.contender.key].memory()

    def sign(self, count: int) -> Path:
        """New requests, the same for all of one round: `iat` must be fresh, and each call new."""
        path = self.folder / f"requests-{time.monotonic_ns()}"
        command = [*_PYTHON, str(HERE / "signed.py"), "--count", str(count), "--out", str(path)]
        _do(command, self.environment_of_ours())
        return path

    def load(self, result: Result, requests: Path, seconds: float) -> None:
        server = self.servers[result.contender.key]
        before = self.database.count(result.contender.table)
        servers, backends = cpu_seconds(server.pids()), cpu_seconds(self.database.backends())
        found = self.drive(server, requests, seconds)
        one = Round(
            len(found["latencies"]),
            found["seconds"],
            found["latencies"],
            used(servers, cpu_seconds(server.pids())),
            used(backends, cpu_seconds(self.database.backends())),
            found["cpu_seconds"],
        )
        result.rounds.append(one)
        self.check_rows(result, before + one.requests)

    def drive(self, server: Server, requests: Path, seconds: float) -> dict[str, Any]:
        command = [sys.executable, str(HERE / "loader.py"), "--port", str(server.port), "--requests", str(requests)]
        shape = ["--connections", str(CONNECTIONS), "--seconds", str(seconds)]
        done = subprocess.run([*command, *shape], capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"\n{server.contender.label}: {done.stderr.strip()}\nits log:\n{server.said()}")
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def check_rows(self, result: Result, expected: int) -> None:
        """Each answer has its row. Ours may come by the spool; that is counted and said."""
        table, give_up_at = result.contender.table, time.monotonic() + SPOOL_SECONDS
        count = self.database.count(table)
        result.late += expected - count
        while count != expected:
            if result.contender.key != "ours" or time.monotonic() > give_up_at:
                raise SystemExit(f"\n{result.contender.label}: {expected} answers, but {count} rows.")
            time.sleep(0.5)
            count = self.database.count(table)


def _calls_in(requests: Path) -> list[str]:
    return [part[:36].decode() for part in requests.read_bytes().split(b'{"uuid":"')[1:]]


def _clean_environment() -> dict[str, str]:
    """Ours without what would change a server: DEBUG, another database, a developer's own settings."""
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV")
    return {name: os.environ[name] for name in kept if name in os.environ}


def _do(command: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command[3:])} failed:\n{done.stdout}{done.stderr}")


def measure(make: Callable[[Path], Database], seconds: float, rounds: int) -> None:
    with tempfile.TemporaryDirectory(prefix="ivr-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        database = make(folder)
        stack.callback(database.drop)
        bench = Bench(database, folder, seconds, rounds)
        print(f"\n{database.name}: {rounds} rounds of {seconds:g} s each, {CONNECTIONS} connections", flush=True)
        bench.prepare()
        bench.start(stack)
        bench.warm_up()
        bench.run()
        ours, baseline = bench.by_key["ours"], bench.by_key[BASELINE]
        print(f"\n{report.table(bench.results, baseline)}\n{report.verdict(ours, baseline)}")
        print(f"\nWhere the time of our webhook goes, with {database.name}", flush=True)
        bench.stop()
        subprocess.run([*_PYTHON, str(HERE.parent / "micro.py")], env=bench.environment_of_ours(), check=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="short rounds, to see that it works")
    parser.add_argument("--seconds", type=float, help="of each contender in each round")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--only", choices=("postgres", "sqlite"), help="one database")
    asked = parser.parse_args()
    seconds = asked.seconds or (1.0 if asked.quick else 3.0)
    rounds = asked.rounds or (3 if asked.quick else 8)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that servers and databases are cleared away
    began = time.monotonic()
    if asked.only != "sqlite":
        try:
            measure(lambda _: Postgres(SERVER), seconds, rounds)
        except psycopg2.OperationalError as fault:
            print(f"PostgreSQL is left out: {str(fault).strip()} (TEST_DATABASE_URL says where it is)")
    if asked.only != "postgres":
        measure(Sqlite, seconds, rounds)
    print(f"\n{time.monotonic() - began:.0f} s in all")


if __name__ == "__main__":
    main()
