"""Settings: each wrong one stops the start with its id, and each is documented."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from runpy import run_path
from typing import Any

import pytest
from django.core.checks import CheckMessage
from django.test import override_settings

from ivrsite import checks

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTED = (ROOT / "docs/settings.md").read_text()

SETTINGS = str(ROOT / "ivrsite/settings.py")
Loaded = Callable[..., dict[str, Any]]

ABSENT = dict.fromkeys(re.findall(r"^\| `([A-Z_]+)` \|", DOCUMENTED, re.MULTILINE), "")
RIGHT = {
    "ALLOWED_HOSTS": "ivr.example.com",
    "PUBLIC_URL": "https://ivr.example.com",
    "SECRET_KEY": "a-key-for-this-test-only-0123456789abcdef0123456789",
    "VONAGE_APPLICATION_ID": "78d335fa-323d-0114-9c3d-d6f0d48968cf",
    "VONAGE_SIGNATURE_SECRET": "a-signature-secret-for-this-test",
}


def run(data_dir: Path, *command: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """A command in a proper production environment, but for the changes; an empty value counts as absent."""
    plain = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=plain | RIGHT | {"DATA_DIR": str(data_dir)} | changes,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def check(data_dir: Path, **changes: str) -> subprocess.CompletedProcess[str]:
    return run(data_dir, "manage.py", "check", "--tag", checks.TAG, **changes)


@pytest.fixture
def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Loaded:
    """The settings file, read anew in a proper production environment but for the changes."""

    def load(**changes: str) -> dict[str, Any]:
        for name, value in (ABSENT | RIGHT | {"DATA_DIR": str(tmp_path)} | changes).items():
            monkeypatch.setenv(name, value)
        return {name: value for name, value in run_path(SETTINGS).items() if name.isupper()}

    return load


def messages(found: dict[str, Any]) -> list[CheckMessage]:
    """What the checks say of these settings. Databases and apps cannot be changed under way."""
    left_alone = ("DATABASES", "INSTALLED_APPS", "MIDDLEWARE", "LOGGING", "STORAGES", "TEMPLATES")
    with override_settings(**{name: value for name, value in found.items() if name not in left_alone}):
        return checks.check_settings()


def test_right_settings_start(tmp_path: Path) -> None:
    done = check(tmp_path / "made", TRUST_PROXY="1")
    assert done.returncode == 0, done.stderr
    assert "ivr.E" not in done.stderr
    assert (tmp_path / "made").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"SECRET_KEY": ""}, "(ivr.E001) SECRET_KEY is not set"),
        ({"SECRET_KEY": "short"}, "(ivr.E001) SECRET_KEY has 5 characters; it needs 32"),
        ({"SECRET_KEY_FALLBACKS": "short"}, "(ivr.E001) Key 1 of SECRET_KEY_FALLBACKS has 5 characters"),
        ({"DEBUG": "maybe"}, "(ivr.E002) DEBUG: 'maybe' is neither yes nor no"),
        ({"TRUST_PROXY": "2"}, "(ivr.E002) TRUST_PROXY: '2' is neither yes nor no"),
        ({"PUBLIC_URL": ""}, "(ivr.E003) PUBLIC_URL is not set"),
        ({"PUBLIC_URL": "ivr.example.com"}, "(ivr.E003) PUBLIC_URL 'ivr.example.com' is not an absolute"),
        ({"PUBLIC_URL": "https://[ivr"}, "(ivr.E003) PUBLIC_URL 'https://[ivr' is not an absolute"),
        ({"PUBLIC_URL": "https://a.example:port"}, "(ivr.E003) PUBLIC_URL 'https://a.example:port' is not"),
        ({"PUBLIC_URL": "https://ivr.example.com/?a=1"}, "(ivr.E003) PUBLIC_URL has a query"),
        (
            {"PUBLIC_URL": "http://ivr.example.com"},
            "(ivr.E003) PUBLIC_URL 'http://ivr.example.com' is plain http",
        ),
        ({"VONAGE_SIGNATURE_SECRET": ""}, "(ivr.E004) VONAGE_SIGNATURE_SECRET is not set"),
        (
            {"VONAGE_SIGNATURE_SECRET": f"{'x' * 16},short"},
            "(ivr.E005) Secret 2 in VONAGE_SIGNATURE_SECRET",
        ),
        ({"DATABASE_URL": "nonsense"}, "(ivr.E006) DATABASE_URL cannot be used: it is not a database URL"),
        ({"DATABASE_URL": "postgres://host:port/name"}, "(ivr.E006) DATABASE_URL cannot be used"),
        ({"DATABASE_URL": "postgres://host"}, "(ivr.E006) DATABASE_URL cannot be used: it names no database"),
        ({"DATABASE_URL": "mysql://host/name"}, "(ivr.E006) DATABASE_URL cannot be used: it is neither"),
        ({"DATA_DIR": "/dev/null/var"}, "(ivr.E007) DATA_DIR '/dev/null/var' is not a directory"),
        ({"ALLOWED_HOSTS": ""}, "(ivr.E008) ALLOWED_HOSTS is not set"),
        ({"VONAGE_APPLICATION_ID": "mine"}, "(ivr.E009) VONAGE_APPLICATION_ID 'mine' is not"),
        ({"LOG_LEVEL": "loud"}, "(ivr.E010) LOG_LEVEL: 'LOUD' is not one of"),
        ({"LOOKUP_THREADS": "0"}, "(ivr.E011) LOOKUP_THREADS: '0' is not a whole number"),
        ({"WEB_THREADS": "many"}, "(ivr.E011) WEB_THREADS: 'many' is not a whole number"),
        ({"DEMO_CLOCK": "1"}, "(ivr.E012) DEMO_CLOCK is set, and this is no demo"),
        ({"DEMO_CLOCK": "perhaps"}, "(ivr.E002) DEMO_CLOCK: 'perhaps' is neither yes nor no"),
    ],
    ids=str,
)
def test_a_wrong_setting_is_an_error_with_id_fault_and_cure(
    changes: dict[str, str], fault: str, loaded: Loaded
) -> None:
    found = [message for message in messages(loaded(**changes)) if message.is_serious()]
    assert [f"({message.id}) {message.msg}"[: len(fault)] for message in found] == [fault]
    assert found[0].hint


def test_wrong_settings_stop_the_start_and_are_all_told_at_once(tmp_path: Path) -> None:
    done = check(tmp_path, **dict.fromkeys(RIGHT, ""))
    assert done.returncode == 1
    assert "HINT: " in done.stderr
    assert "Traceback" not in done.stderr
    assert set(re.findall(r"ivr\.E\d+", done.stderr)) == {"ivr.E001", "ivr.E003", "ivr.E004", "ivr.E008"}


def test_a_password_in_the_database_url_is_never_shown(loaded: Loaded) -> None:
    found = messages(loaded(DATABASE_URL="postgres://me:hunter2@host:port/name"))
    assert found
    assert "hunter2" not in str(found)


@pytest.mark.parametrize("reason", ["DEBUG", "ALLOW_UNSIGNED_WEBHOOKS"])
def test_unsigned_webhooks_are_allowed_only_with_a_loud_warning(reason: str, loaded: Loaded) -> None:
    found = loaded(VONAGE_SIGNATURE_SECRET="", **{reason: "1"})
    assert found["ALLOW_UNSIGNED_WEBHOOKS"] is True
    assert [message.id for message in messages(found) if message.id != "ivr.W003"] == ["ivr.W001"]


def test_a_secret_that_is_set_is_asked_for_whatever_else_is_allowed(loaded: Loaded) -> None:
    assert loaded(DEBUG="1", ALLOW_UNSIGNED_WEBHOOKS="1")["ALLOW_UNSIGNED_WEBHOOKS"] is False


def test_without_an_application_id_a_warning_says_who_is_believed(loaded: Loaded) -> None:
    assert "ivr.W002" in [message.id for message in messages(loaded(VONAGE_APPLICATION_ID=""))]


def test_with_debug_a_secret_key_is_made_once_and_kept_for_this_user_alone(loaded: Loaded, tmp_path: Path) -> None:
    keys = {loaded(SECRET_KEY="", DEBUG="1")["SECRET_KEY"] for _ in range(2)}
    assert keys == {(tmp_path / "secret_key").read_text()}
    assert len(keys.pop()) >= checks.SECRET_KEY_LENGTH
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_with_debug_nothing_has_to_be_set(loaded: Loaded) -> None:
    found = messages(loaded(DEBUG="1", **dict.fromkeys(RIGHT, "")))
    assert [message.id for message in found] == ["ivr.W001"]


def test_several_secrets_go_by_comma(loaded: Loaded) -> None:
    assert loaded(VONAGE_SIGNATURE_SECRET=" one , two,")["VONAGE_SIGNATURE_SECRETS"] == ("one", "two")


def test_the_public_url_keeps_its_path_and_loses_its_last_slash(loaded: Loaded) -> None:
    found = loaded(PUBLIC_URL="https://ivr.example.com:8443/phones/")
    assert found["PUBLIC_URL"] == "https://ivr.example.com:8443/phones"
    assert found["CSRF_TRUSTED_ORIGINS"] == ["https://ivr.example.com:8443"]


def test_options_in_the_database_url_win_over_ours(loaded: Loaded) -> None:
    found = loaded(DATABASE_URL="postgres://me@host/name?connect_timeout=7&sslmode=require")
    options = found["DATABASES"]["default"]["OPTIONS"]
    assert (options["connect_timeout"], options["sslmode"], options["keepalives"]) == (7, "require", 1)


@pytest.mark.parametrize(
    ("changes", "threads"),
    [({}, 2), ({"WEB_THREADS": "16"}, 4), ({"WEB_THREADS": "3"}, 1), ({"LOOKUP_THREADS": "5"}, 5)],
    ids=str,
)
def test_look_ups_hold_a_quarter_of_the_threads_if_not_told_otherwise(
    changes: dict[str, str], threads: int, loaded: Loaded
) -> None:
    assert loaded(**changes)["LOOKUP_THREADS"] == threads


@pytest.mark.parametrize("url", ["", "postgres://ivr@127.0.0.1/ivr"])
def test_a_connection_outlives_its_request_with_either_database(url: str, loaded: Loaded) -> None:
    assert loaded(DATABASE_URL=url)["DATABASES"]["default"]["CONN_MAX_AGE"] > 0


@pytest.mark.slow
def test_gunicorn_does_not_start_with_wrong_settings(tmp_path: Path) -> None:
    done = run(tmp_path, "-m", "gunicorn", "--bind", "127.0.0.1:0", SECRET_KEY="", WEB_CONCURRENCY="1")
    assert done.returncode == checks.CANNOT_START
    assert "(ivr.E001) SECRET_KEY is not set" in done.stderr
    assert "Traceback" not in done.stderr


def variables_read(path: Path) -> set[str]:
    """The first arguments of text(), words(), flag(), count() and os.environ.get() in a file."""
    readers = ("text", "words", "flag", "count", "os.environ.get")
    return {
        str(node.args[0].value)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in readers and isinstance(node.args[0], ast.Constant)
    }


def test_every_variable_is_documented_and_none_besides() -> None:
    read = variables_read(ROOT / "ivrsite/settings.py") | variables_read(ROOT / "gunicorn.conf.py")
    assert read >= {"SECRET_KEY", "DEBUG", "VONAGE_SIGNATURE_SECRET", "DATABASE_URL", "WEB_CONCURRENCY"}
    assert set(re.findall(r"^\| `([A-Z_]+)` \|", DOCUMENTED, re.MULTILINE)) == read


def test_every_check_id_is_documented_and_none_besides() -> None:
    source = (ROOT / "ivrsite/checks.py").read_text()
    ids = set(re.findall(r'"(ivr\.[EW]\d{3})"', source))
    assert ids
    assert set(re.findall(r"^\| `(ivr\.[EW]\d{3})` \|", DOCUMENTED, re.MULTILINE)) == ids
