"""A PostgreSQL of a test's own, to stop, freeze and start again; the machine's own is never touched."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import psycopg2

_OWNER = "postgres"
"""Who runs it when the tests run as root, which PostgreSQL refuses to."""


def why_not() -> str:
    """Why there can be no cluster here; empty: there can."""
    if _binaries() is None:
        return "PostgreSQL's server is not installed (initdb and pg_ctl are not found)"
    if os.geteuid() == 0 and _OWNER not in {entry.pw_name for entry in pwd.getpwall()}:
        return f"PostgreSQL does not run as root, and there is no user {_OWNER}"
    return ""


def free_port() -> int:
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def wait_for(what: str, seconds: float, done: Any) -> None:
    """Until `done()` is true, and not longer."""
    until = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < until, f"{what}: not within {seconds} s"
        time.sleep(0.05)


class Cluster:
    """Made by initdb in a folder of its own, on a port of its own."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="ivr-cluster-"))
        self.port = free_port()
        if os.geteuid() == 0:
            shutil.chown(self.folder, _OWNER)
        self._run("initdb", "-D", str(self._data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")

    def start(self) -> None:
        options = (
            f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c fsync=off "
            "-c shared_buffers=16MB -c max_connections=60"
        )
        self._run("pg_ctl", "-D", str(self._data), "-w", "-l", str(self.folder / "log"), "-o", options, "start")

    def stop(self, mode: str = "fast") -> None:
        self._run("pg_ctl", "-D", str(self._data), "-w", "-m", mode, "stop")

    def freeze(self) -> None:
        """The whole server goes silent: it takes connections, and answers nothing."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, what: signal.Signals) -> None:
        for pid in self._pids():
            with suppress(ProcessLookupError):  # it has ended meanwhile
                os.kill(pid, what)

    def remove(self) -> None:
        try:
            if self._pid_file.exists():
                self.thaw()
                self.stop("immediate")
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, name: str) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/{name}"

    def connect(self, name: str = "postgres") -> Any:
        """A psycopg2 connection in autocommit; to be closed by the caller."""
        connection = psycopg2.connect(self.url(name))
        connection.autocommit = True
        return connection

    def rows(self, name: str, sql: str) -> list[tuple[Any, ...]]:
        with closing(self.connect(name)) as connection, connection.cursor() as cursor:
            cursor.execute(sql)
            found: list[tuple[Any, ...]] = cursor.fetchall() if cursor.description else []
            return found

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    @property
    def _pid_file(self) -> Path:
        return self._data / "postmaster.pid"

    def _pids(self) -> list[int]:
        postmaster = int(self._pid_file.read_text().split()[0])
        return [postmaster, *children(postmaster)]

    def _run(self, program: str, *arguments: str) -> None:
        binaries = _binaries()
        assert binaries, why_not()
        as_user: dict[str, Any] = {"user": _OWNER, "group": _OWNER, "extra_groups": []} if os.geteuid() == 0 else {}
        done = subprocess.run(
            [str(binaries / program), *arguments],
            cwd=self.folder,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if program == "initdb" else subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            timeout=60,
            check=False,
            **as_user,
        )
        assert done.returncode == 0, (program, done.stdout, self._log())

    def _log(self) -> str:
        log = self.folder / "log"
        return log.read_text() if log.exists() else ""


def children(parent: int) -> list[int]:
    """The processes that a process has started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = stat.read_text()
        except OSError:
            continue  # it has ended meanwhile
        if int(text.rpartition(")")[2].split()[1]) == parent:
            found.append(int(stat.parent.name))
    return found


def _binaries() -> Path | None:
    """The newest release that is here."""
    homes = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: _number(path.parts[-3]))
    found = str(homes[-1]) if homes else shutil.which("initdb")
    return Path(found).parent if found and (Path(found).parent / "pg_ctl").exists() else None


def _number(release: str) -> float:
    try:
        return float(release)
    except ValueError:
        return 0
