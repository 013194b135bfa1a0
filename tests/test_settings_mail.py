"""The settings of the inbox and of what is kept: the application's key, mail, days. A wrong one stops the start."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.test_settings import Loaded, loaded, messages

__all__ = ["loaded"]


def pem(key: Any) -> str:
    told: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return told.decode()


RSA = pem(rsa.generate_private_key(65537, 2048))


def faults(found: dict[str, Any]) -> list[str]:
    return [f"({one.id}) {one.msg}" for one in messages(found) if one.is_serious()]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"KEEP_DIGIT_DAYS": "a month"}, "(ivr.E013) KEEP_DIGIT_DAYS: 'a month' is not a whole number"),
        ({"PRUNE_AT_MOST": "-1"}, "(ivr.E013) PRUNE_AT_MOST: '-1' is not a whole number"),
        (
            {"VONAGE_PRIVATE_KEY_FILE": "/nowhere/private.key"},
            "(ivr.E014) VONAGE_PRIVATE_KEY_FILE '/nowhere/private.key'",
        ),
        ({"VONAGE_PRIVATE_KEY": "a word"}, "(ivr.E014) VONAGE_PRIVATE_KEY is not an RSA private key in PEM."),
        (
            {"VONAGE_PRIVATE_KEY": pem(ec.generate_private_key(ec.SECP256R1()))},
            "(ivr.E014) VONAGE_PRIVATE_KEY is not an RSA private key in PEM.",
        ),
        (
            {"VONAGE_PRIVATE_KEY": RSA, "VONAGE_APPLICATION_ID": ""},
            "(ivr.E014) VONAGE_PRIVATE_KEY is set and VONAGE_APPLICATION_ID is not",
        ),
        ({"EMAIL_URL": "mail.example.com"}, "(ivr.E015) EMAIL_URL cannot be used: it begins neither with smtp://"),
        ({"EMAIL_URL": "smtp://"}, "(ivr.E015) EMAIL_URL cannot be used: it names no host"),
        ({"EMAIL_URL": "smtp://mail.example.com/inbox"}, "(ivr.E015) EMAIL_URL cannot be used: only ?tls=no may stand"),
        (
            {"EMAIL_URL": "smtp://mail.example.com?tls=yes"},
            "(ivr.E015) EMAIL_URL cannot be used: only ?tls=no may stand",
        ),
        ({"EMAIL_URL": "smtp://mail.example.com:many"}, "(ivr.E015) EMAIL_URL cannot be used: "),
        (
            {"EMAIL_URL": "smtp://mail.example.com", "EMAIL_FROM": "the clinic"},
            "(ivr.E015) EMAIL_FROM 'the clinic' is not an e-mail address.",
        ),
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_wrong_one_is_an_error_with_id_fault_and_cure(changes: dict[str, str], fault: str, loaded: Loaded) -> None:
    found = loaded(**changes)
    assert [told[: len(fault)] for told in faults(found)] == [fault]
    assert all(one.hint for one in messages(found) if one.is_serious())


def test_the_key_is_read_from_its_file_or_from_the_environment_in_one_line(loaded: Loaded, tmp_path: Path) -> None:
    file = tmp_path / "private.key"
    file.write_text(RSA)
    found = loaded(VONAGE_PRIVATE_KEY_FILE=str(file))
    assert (found["VONAGE_PRIVATE_KEY"].strip(), faults(found)) == (RSA.strip(), [])
    found = loaded(VONAGE_PRIVATE_KEY=RSA.replace("\n", "\\n"))
    assert (found["VONAGE_PRIVATE_KEY"], faults(found)) == (RSA, [])
    assert loaded()["VONAGE_PRIVATE_KEY"] == ""


@pytest.mark.parametrize(
    ("url", "port", "ssl", "tls"),
    [
        ("smtp://me%40example.com:pass%2Fword@mail.example.com", 587, False, True),
        ("smtp://me%40example.com:pass%2Fword@mail.example.com:25?tls=no", 25, False, False),
        ("smtps://me%40example.com:pass%2Fword@mail.example.com", 465, True, False),
    ],
)
def test_mail_goes_where_its_url_says(url: str, port: int, ssl: bool, tls: bool, loaded: Loaded) -> None:
    found = loaded(EMAIL_URL=url, EMAIL_FROM="desk@example.com")
    assert faults(found) == []
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"]) == ("mail.example.com", port)
    assert (found["EMAIL_USE_SSL"], found["EMAIL_USE_TLS"]) == (ssl, tls)
    assert (found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == ("me@example.com", "pass/word")
    assert found["DEFAULT_FROM_EMAIL"] == "desk@example.com"


def test_without_a_url_or_with_a_wrong_one_there_is_no_host_and_no_password_is_told(loaded: Loaded) -> None:
    assert (loaded()["EMAIL_HOST"], faults(loaded())) == ("", [])
    found = loaded(EMAIL_URL="smtp://me:hunter2@mail.example.com/x")
    assert found["EMAIL_HOST"] == ""
    assert "hunter2" not in str(messages(found))
