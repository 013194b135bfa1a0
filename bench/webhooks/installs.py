"""What the peers need beside the project: a Python environment and Node packages of the bench's own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).resolve().parent
VENV: Final = HERE.parent / ".venv"
REQUIREMENTS: Final = HERE.parent / "requirements-bench.txt"
EXPRESS: Final = HERE / "peers" / "express"
INSTALL_SECONDS: Final = 240.0


@cache
def bench_python() -> Path | None:
    """The interpreter that has FastAPI; None, and why, where it cannot be had."""
    python, mark = VENV / "bin" / "python", VENV / ".installed"
    wanted = REQUIREMENTS.read_text()
    if mark.exists() and mark.read_text() == wanted:
        return python
    print(f"installing FastAPI and its like into {VENV} …", flush=True)
    uv = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))
    if uv:
        steps = [
            [uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable, str(VENV)],
            [uv, "pip", "install", "--quiet", "--python", str(python), "-r", str(REQUIREMENTS)],
        ]
    else:
        steps = [
            [sys.executable, "-m", "venv", str(VENV)],
            [str(python), "-m", "pip", "install", "--quiet", "-r", str(REQUIREMENTS)],
        ]
    if fault := _run(steps, HERE):
        print(f"FastAPI is left out: {fault}")
        return None
    mark.write_text(wanted)
    return python


@cache
def node(*, sqlite: bool) -> str | None:
    """The node that has Express, and for SQLite a driver; None, and why, where it cannot be had."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not (node and npm):
        print("Express is left out: there is no node, or no npm, on this machine.")
        return None
    mark = EXPRESS / "node_modules" / ".installed"
    wanted = (EXPRESS / "package.json").read_text()
    if not (mark.exists() and mark.read_text() == wanted):
        print("installing Express (the SQLite driver may have to be compiled: some minutes) …", flush=True)
        quiet = ["--no-package-lock", "--no-audit", "--no-fund", "--loglevel", "error"]
        if fault := _run([[npm, "install", *quiet]], EXPRESS):
            print(f"Express is left out: {fault}")
            return None
        mark.write_text(wanted)
    if sqlite and _run([[node, "server.js", "--can-sqlite"]], EXPRESS, {"BENCH_PRAGMAS": "[]"}):
        print("Express is left out with SQLite: Node has no driver for it here (22.5 and newer bring one).")
        return None
    return node


def _run(steps: list[list[str]], folder: Path, environment: dict[str, str] | None = None) -> str:
    """What went wrong, in the tool's last words; empty when nothing did."""
    try:
        for step in steps:
            done = subprocess.run(
                step,
                cwd=folder,
                env=os.environ | (environment or {}),
                capture_output=True,
                text=True,
                timeout=INSTALL_SECONDS,
            )
            if done.returncode:
                return (done.stderr or done.stdout).strip()[-400:] or f"{step[0]} ended with {done.returncode}"
    except (OSError, subprocess.TimeoutExpired) as fault:
        return str(fault)
    return ""
