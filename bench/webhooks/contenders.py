"""Who is measured: how each server is started and stopped, and what its processes used of the machine."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

import installs
from databases import OURS

HERE: Final = Path(__file__).resolve().parent
ROOT: Final = HERE.parents[1]
PEERS: Final = HERE / "peers"
BASELINE: Final = "drf"
"""What ours is compared with: (a)."""

WORKERS: Final = 2
THREADS: Final = 4
START_SECONDS: Final = 30.0
STOP_SECONDS: Final = 10.0
_TICK: Final = os.sysconf("SC_CLK_TCK")
# Nobody's worker is replaced in the midst of a round; and all of gunicorn's share one way of being started.
_GUNICORN: Final = (sys.executable, "-m", "gunicorn", "--config", str(ROOT / "gunicorn.conf.py"))
_SHAPE: Final = ("--workers", str(WORKERS), "--threads", str(THREADS), "--max-requests", "0", "--log-level", "warning")


class Contender(NamedTuple):
    key: str
    label: str
    folder: Path
    command: tuple[str, ...]
    """`{port}` stands for the port."""

    @property
    def table(self) -> str:
        return OURS if self.key == "ours" else f"bench_turn_{self.key}"


def _gunicorn(key: str, label: str, folder: Path, app: str) -> Contender:
    return Contender(key, label, folder, (*_GUNICORN, *_SHAPE, "--bind", "127.0.0.1:{port}", app))


def _fastapi(python: Path) -> Contender:
    shape = ("--workers", str(WORKERS), "--log-level", "warning", "--no-access-log")
    command = (str(python), "-m", "uvicorn", "fastapi_app:app", "--host", "127.0.0.1", "--port", "{port}", *shape)
    return Contender("fastapi", "(c) FastAPI", PEERS, command)


def contenders(*, sqlite: bool) -> list[Contender]:
    """All that can run on this machine; what cannot is said."""
    found = [
        _gunicorn("ours", "our webhook", ROOT, "ivrsite.wsgi"),
        _gunicorn("drf", "(a) bare DRF", PEERS, "bare_drf"),
        _gunicorn("django", "(b) bare Django", PEERS, "bare_django"),
    ]
    if python := installs.bench_python():
        found.append(_fastapi(python))
    if node := installs.node(sqlite=sqlite):
        found.append(Contender("express", "(c) Express", PEERS / "express", (node, "server.js", "{port}")))
    return found


class Memory(NamedTuple):
    """Of the largest worker, in MB; PSS counts what processes share by halves."""

    rss: float
    pss: float


@dataclass
class Server:
    contender: Contender
    environment: dict[str, str]
    log: Path
    port: int = field(default_factory=lambda: _free_port())
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [part.format(port=self.port) for part in self.contender.command]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command,
                cwd=self.contender.folder,
                env=self.environment | {"PORT": str(self.port)},
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        give_up_at = time.monotonic() + START_SECONDS
        while not _answers(self.port):
            if self.process.poll() is not None or time.monotonic() > give_up_at:
                raise SystemExit(f"{self.contender.label} does not start:\n{self.said()}")
            time.sleep(0.05)

    def said(self) -> str:
        return self.log.read_text(errors="replace")[-2000:]

    def stop(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def pids(self) -> list[int]:
        """The server and all its processes: those of its session."""
        return [pid for pid, session in _sessions() if self.process and session == self.process.pid]

    def memory(self) -> Memory:
        workers = [pid for pid in self.pids() if self.process and pid != self.process.pid]
        return max((_memory(pid) for pid in workers), default=Memory(0, 0))


def cpu_seconds(pids: list[int]) -> dict[int, float]:
    """User and system time that each of these processes has used so far."""
    found = {}
    for pid in pids:
        try:
            facts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended; or it is the database's, and that is on another machine
        found[pid] = (int(facts[11]) + int(facts[12])) / _TICK
    return found


def used(before: dict[int, float], after: dict[int, float]) -> float:
    """Seconds between two looks; of a process that ended between them (a connection's, grown old) nothing is known."""
    return sum(seconds - before.get(pid, 0) for pid, seconds in after.items())


def _sessions() -> list[tuple[int, int]]:
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                facts = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            found.append((int(folder.name), int(facts[3])))
    return found


def _memory(pid: int) -> Memory:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    except OSError:
        return Memory(0, 0)
    kilobytes = {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines)}
    return Memory(kilobytes["Rss"] / 1024, kilobytes["Pss"] / 1024)


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
