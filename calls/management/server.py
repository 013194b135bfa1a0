"""The site's own server as a child of a command: started, waited for, and ended together with the command."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection, HTTPException
from typing import Final

from django.conf import settings

START_SECONDS: Final = 30
STOP_SECONDS: Final = 10
_DIE_WITH_PARENT: Final = 1  # PR_SET_PDEATHSIG, <sys/prctl.h>


class ServerFault(Exception):
    """The server did not start, or ended by itself; the message says what to do."""


class Server:
    """gunicorn on a port of this machine, as gunicorn.conf.py says."""

    def __init__(self, port: int, environment: dict[str, str]) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.process: subprocess.Popen[bytes] | None = None
        self.environment = {"LOG_LEVEL": "WARNING"} | os.environ | environment | {"PORT": str(port)}

    def start(self) -> None:
        """Raises ServerFault; then nothing is left running."""
        self.refuse_taken_port()
        self.process = subprocess.Popen(  # our own interpreter, and no word from outside
            [sys.executable, "-m", "gunicorn", "ivrsite.wsgi", "--log-level", "warning"],
            cwd=settings.BASE_DIR,
            env=self.environment,
            start_new_session=True,  # Ctrl-C reaches us alone, and we pass it on
            preexec_fn=_die_with_parent,
        )
        try:
            self.wait_until_ready()
        except BaseException:
            self.stop()
            raise

    def refuse_taken_port(self) -> None:
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind(("127.0.0.1", self.port))
            except (OSError, OverflowError) as fault:
                why = getattr(fault, "strerror", None) or str(fault)
                other = self.port + 1 if self.port < 65535 else 8001
                cure = f"Choose another: PORT={other} make demo, or manage.py demo --port {other}."
                raise ServerFault(f"Port {self.port} cannot be used: {why}. {cure}") from None

    def wait_until_ready(self) -> None:
        give_up_at = time.monotonic() + START_SECONDS
        while time.monotonic() < give_up_at:
            if self.process and self.process.poll() is not None:
                raise ServerFault("The server did not start; what it said stands above.")
            if self.is_ready():
                return
            time.sleep(0.1)
        raise ServerFault(f"The server is not ready after {START_SECONDS} s; {self.url}/readyz says why.")

    def is_ready(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    def serve(self) -> None:
        """Until it ends, which it should not do by itself."""
        code = self.process.wait() if self.process else None
        raise ServerFault(f"The server ended by itself (exit status {code}); what it said stands above.")

    def stop(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def _die_with_parent() -> None:
    """Where the system can do it (Linux): should this command be killed, the server is told to stop."""
    try:
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGTERM)
    except (OSError, AttributeError):
        pass
