"""Ringing a running server: play_call, and the demo that starts one."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.core.management import CommandError
from pytest_django.live_server_helper import LiveServer

from calls.management.server import Server, ServerFault
from calls.models import Call, Leg
from tests import lines
from tests.test_call_commands import MENU, in_order, run

ROOT = Path(__file__).parents[1]

# --- play_call --------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_running_server_is_rung_by_signed_webhooks(live_server: LiveServer) -> None:
    lines.publish(lines.tutorial())
    told = run("play_call", "+44 1632 960960", "--url", live_server.url, "--keys", "9,,1#", "--from", "+44 7700 900999")
    in_order(told, "caller rings", MENU, "caller presses 9", "caller presses nothing", "caller presses 1#")
    assert told.count('"action": "input",') == 3
    assert "connects phone +44 1632 960961 from +44 1632 960960, 25 s" in told
    call = Call.objects.get()
    assert (call.caller, call.dialled) == ("447700900999", lines.NUMBER)
    assert told[-1].endswith(f"manage.py show_call {call.uuid}")
    assert [turn.digits for turn in call.turns.all()] == ["", "9", "", "1#"]
    assert Leg.objects.get().answered_at


@pytest.mark.django_db(transaction=True)
def test_without_more_keys_the_caller_hangs_up(live_server: LiveServer) -> None:
    lines.publish(lines.tutorial())
    assert "caller hangs up" in run("play_call", lines.NUMBER, "--url", live_server.url)
    assert Call.objects.get().ended_at


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("secrets", "fault"),
    [
        (("another-secret-of-32-characters!!",), "VONAGE_SIGNATURE_SECRET here is not the one that the server has"),
        ((), "the server wants signed webhooks; set its VONAGE_SIGNATURE_SECRET here too"),
    ],
)
def test_a_server_that_does_not_believe_the_call_is_named_with_the_cure(
    live_server: LiveServer, secrets: tuple[str, ...], fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("calls.management.commands.play_call.signature_secret", lambda: "".join(secrets))
    with pytest.raises(CommandError, match=fault):
        run("play_call", lines.NUMBER, "--url", live_server.url)
    assert not Call.objects.exists()


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@pytest.mark.parametrize(
    ("args", "fault"),
    [
        (
            (lines.NUMBER, "--url", f"http://127.0.0.1:{free_port()}"),
            r"does not answer \(.*refused\). Is the server running",
        ),
        ((lines.NUMBER, "--url", "somewhere"), "“somewhere” is no address of a server; write it like"),
        ((lines.NUMBER, "--keys", "1,x"), "“x” cannot be pressed; keys are 0 to 9"),
        (("me",), "“me” is not a whole telephone number"),
    ],
)
def test_play_call_says_in_plain_words_what_is_wrong(args: tuple[str, ...], fault: str) -> None:
    with pytest.raises(CommandError, match=fault):
        run("play_call", *args)


# --- demo -------------------------------------------------------------------------------------------------------


def test_a_taken_port_is_refused_with_the_cure() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ServerFault, match=rf"Port {port} cannot be used: .*PORT={port + 1} make demo"):
            Server(port, {}).start()


def test_the_server_is_ended_with_the_command() -> None:
    server = Server(free_port(), {})
    server.process = subprocess.Popen(["sleep", "60"], start_new_session=True)
    server.stop()
    assert server.process.poll() == -signal.SIGTERM


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent was killed")
def test_the_server_ends_even_when_the_command_is_killed() -> None:
    killed = (
        "import os, subprocess; from calls.management.server import _die_with_parent as die;"
        "child = subprocess.Popen(['sleep', '60'], start_new_session=True, stdout=-3, preexec_fn=die);"
        "print(child.pid, flush=True); os.kill(os.getpid(), 9)"
    )
    found = subprocess.run([sys.executable, "-c", killed], cwd=ROOT, capture_output=True, text=True, timeout=30)
    give_up_at = time.monotonic() + 5
    while is_running(int(found.stdout)):
        assert time.monotonic() < give_up_at, "the child outlives the command"
        time.sleep(0.05)


def is_running(pid: int) -> bool:
    try:
        return " Z " not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False


def demo(data: Path, port: int) -> subprocess.CompletedProcess[str]:
    unset = ("DATABASE_URL", "VONAGE_SIGNATURE_SECRET", "PUBLIC_URL", "SECRET_KEY", "ALLOWED_HOSTS", "LOG_LEVEL")
    kept = {name: value for name, value in os.environ.items() if name not in unset}
    return subprocess.run(
        [sys.executable, "manage.py", "demo", "--no-serve", "--port", str(port)],
        cwd=ROOT,
        env=kept | {"DEBUG": "1", "DATA_DIR": str(data)},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.slow
def test_the_demo_goes_from_nothing_to_a_played_call_and_leaves_nothing_running(tmp_path: Path) -> None:
    port = free_port()
    first = demo(tmp_path, port)
    assert first.returncode == 0, first.stdout + first.stderr
    for words in (
        "Nexmo IVR demo (+44 1632 960960): version 1 is live.",
        MENU,
        '"action": "connect"',
        "outcome  talked with somebody",
        f"http://127.0.0.1:{port}/admin/   login “admin”, password “",
    ):
        assert words in first.stdout
    secret = tmp_path / "demo_signature_secret"
    assert secret.stat().st_mode & 0o777 == 0o600
    assert secret.read_text() not in first.stdout
    with socket.socket() as trial:
        assert trial.connect_ex(("127.0.0.1", port)) != 0

    again = demo(tmp_path, port)
    assert again.returncode == 0, again.stdout + again.stderr
    assert "The demo lines are there already" in again.stdout
    assert "password “" not in again.stdout
    assert "manage.py changepassword admin" in again.stdout
