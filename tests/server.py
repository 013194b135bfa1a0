"""The site as it is served: gunicorn in a process of its own, and signed webhooks over real connections."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import psycopg2

from calls.vonage.pretend import Telephone
from tests.cluster import children, free_port, wait_for

ROOT: Final = Path(__file__).parents[1]
TUTORIAL: Final = ROOT / "menus" / "demo" / "tutorial.yaml"
NUMBER: Final = "441632960960"
SECRET: Final = "a-signature-secret-for-served-tests"


class Site:
    """One DATA_DIR and one database; any number of servers can be started on them."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder = folder
        self.database_url = database_url
        self.log = folder.parent / f"{folder.name}.log"

    def manage(self, *arguments: str) -> None:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments, "--skip-checks"],
            cwd=ROOT,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def prepare(self) -> None:
        """An empty database becomes a site with one line that is live."""
        self.manage("migrate", "--noinput", "-v0")
        self.manage("import_line", str(TUTORIAL), "--publish")

    def environment(self, **more: str) -> dict[str, str]:
        plain = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
        return plain | {
            "ALLOWED_HOSTS": "ivr.example.com",
            "DATABASE_URL": self.database_url,
            "DATA_DIR": str(self.folder),
            "PUBLIC_URL": "https://ivr.example.com",
            "SECRET_KEY": "a-key-for-served-tests-0123456789abcdef0123456789abcdef",
            "VONAGE_SIGNATURE_SECRET": SECRET,
            **more,
        }

    def spooled(self) -> list[Path]:
        return sorted((self.folder / "spool").glob("*.jsonl"))

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Read past Django, from the very database."""
        with closing(self._connect()) as connection, closing(connection.cursor()) as cursor:
            cursor.execute(sql)
            found: list[tuple[Any, ...]] = cursor.fetchall()
            return found

    def _connect(self) -> Any:
        parts = urlsplit(self.database_url)
        return sqlite3.connect(parts.path[1:]) if parts.scheme == "sqlite" else psycopg2.connect(self.database_url)

    def wait_until_all_is_written(self, seconds: float = 20) -> None:
        """The spool is replayed, and every call that ended is summarised."""
        due = "SELECT count(*) FROM calls_call WHERE summarised_at IS NULL AND ended_at IS NOT NULL"
        wait_for("the spool is replayed", seconds, lambda: not self.spooled())
        wait_for("the calls are summarised", seconds, lambda: self.rows(due) == [(0,)])

    def turns(self) -> dict[str, list[tuple[int, str, str]]]:
        """Of each call, in order: turn, what was heard, what was keyed."""
        found: dict[str, list[tuple[int, str, str]]] = {}
        for call, *turn in self.rows("SELECT call_id, n, heard, digits FROM calls_turn ORDER BY call_id, n"):
            found.setdefault(call, []).append((turn[0], turn[1], turn[2]))
        return found


class Server:
    """gunicorn on a site; a context that ends it."""

    def __init__(self, site: Site, **environment: str) -> None:
        self.site = site
        self.port = free_port()
        self.seconds: list[tuple[str, float]] = []
        """How long each answer took, by the kind of webhook."""
        with site.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{self.port}"],
                cwd=ROOT,
                env=site.environment(**environment),
                stdout=log,
                stderr=log,
            )

    def __enter__(self) -> Server:
        wait_for("the server starts", 30, self._is_up)
        return self

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def telephone(self, *, retry: bool = False, **facts: Any) -> Telephone:
        send = self.send_twice_if_need_be if retry else self.send
        return Telephone(send, SECRET, dialled=NUMBER, **facts)

    def send(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
        started = time.monotonic()
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)) as connection:
            connection.request("POST", path, body, headers)
            response = connection.getresponse()
            answer = response.status, response.read().decode()
        self.seconds.append((path.split("/")[2], time.monotonic() - started))
        return answer

    def send_twice_if_need_be(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
        """As Vonage does: once more when the connection breaks, or for 503."""
        try:
            answer = self.send(path, body, headers)
            if answer[0] != 503:
                return answer
        except (OSError, http.client.HTTPException):
            pass
        return self.send(path, body, headers)

    def slowest(self, since: int = 0) -> float:
        return max(seconds for _, seconds in self.seconds[since:])

    def workers(self) -> list[int]:
        return children(self.process.pid)

    def _is_up(self) -> bool:
        assert self.process.poll() is None, self.site.log.read_text()
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)) as connection:
                connection.request("GET", "/livez")
                return connection.getresponse().status == 200
        except OSError:
            return False


def copy_of(site: Site, folder: Path, database_url: str) -> Site:
    shutil.copytree(site.folder, folder)
    return Site(folder, database_url)


def actions(ncco: list[dict[str, Any]]) -> list[str]:
    return [action["action"] for action in ncco]


def words(ncco: list[dict[str, Any]]) -> str:
    return " ".join(action.get("text", "") for action in ncco)


def at_once(works: list[Callable[[], None]], threads: int) -> None:
    """Do all the works on some threads; a fault in any is raised."""
    todo, faults, lock = list(reversed(works)), [], threading.Lock()

    def go() -> None:
        while True:
            with lock:
                if not todo:
                    return
                work = todo.pop()
            try:
                work()
            except Exception as fault:
                faults.append(fault)

    running = [threading.Thread(target=go) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    if faults:
        raise faults[0]
