"""The signature check, as each webhook meets it: what is not from Vonage is not let in, and learns nothing."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Any, Final
from uuid import UUID, uuid4

import jwt
import pytest
from django.http import HttpResponse

from calls import place
from calls.models import Call, Event, Turn
from calls.place import Place
from calls.vonage import Signature, Unsigned, WrongSignature
from calls.vonage.pretend import sign
from menus.dialogue import State
from tests import lines
from tests.door import Door, ring

Settings = Any  # pytest-django's fixture
pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore::jwt.InsecureKeyLengthWarning")]

SECRET: Final = "test-signature-secret-of-32-bytes!"
OTHER: Final = "another-signature-secret-of-32-b!"
BODY: Final = json.dumps(ring()).encode()
DIGEST: Final = hashlib.sha256(BODY).hexdigest()


def somewhere() -> str:
    return place.seal(Place("a-call", UUID(int=7), State(began=1_790_000_000, turn=0, at="main", language="en")))


ADDRESSES: Final = ["answer", "event", "fallback", "event/{}", "recording", "recording/{}", "whisper", "whisper/{}"]


@pytest.fixture(params=[f"/webhooks/{address}{slash}" for address in ADDRESSES for slash in ("", "/")])
def address(request: pytest.FixtureRequest) -> str:
    """Each webhook, with and without the slash at its end."""
    path: str = request.param
    return path.format(somewhere())


@pytest.fixture
def door() -> Door:
    return Door()


def token(secret: str = SECRET, algorithm: str = "HS256", **claims: Any) -> str:
    """A token with the claims that Vonage makes; None leaves one out."""
    made = {"iat": int(time.time()), "jti": str(uuid4()), "iss": "Vonage", "api_key": "abcd1234"}
    made = made | {"payload_hash": DIGEST} | claims
    kept = {name: value for name, value in made.items() if value is not None}
    return jwt.encode(kept, secret, algorithm=algorithm)


def bearer(secret: str = SECRET, algorithm: str = "HS256", **claims: Any) -> str:
    return f"Bearer {token(secret, algorithm, **claims)}"


def with_header(**header: Any) -> str:
    made = jwt.encode({"iat": int(time.time()), "payload_hash": DIGEST}, SECRET, algorithm="HS256", headers=header)
    return f"Bearer {made}"


WRONG: Final[dict[str, Callable[[], str]]] = {
    "another secret": lambda: bearer(OTHER),
    "no algorithm": lambda: bearer("", "none"),
    "HS512": lambda: bearer(SECRET, "HS512"),
    "a header that says HS256, signed with nothing": lambda: token().rpartition(".")[0].join(["Bearer ", "."]),
    "garbage": lambda: "Bearer not.a.token",
    "garbage that is no base64": lambda: "Bearer ééé.ééé.ééé",
    "a token cut short": lambda: bearer()[:-5],
    "bearer twice": lambda: f"Bearer {bearer()}",
    "two tokens": lambda: f"{bearer()}, {bearer()}",
    "another scheme": lambda: f"Basic {token()}",
    "the hash of another body": lambda: bearer(payload_hash=hashlib.sha256(b"{}").hexdigest()),
    "no hash": lambda: bearer(payload_hash=None),
    "an empty hash": lambda: bearer(payload_hash=""),
    "a hash that is no text": lambda: bearer(payload_hash=7),
    "a hash that cannot be encoded": lambda: bearer(payload_hash="\ud800"),
    "half a hash": lambda: bearer(payload_hash=DIGEST[:32]),
    "310 seconds old": lambda: bearer(iat=int(time.time()) - 310),
    "310 seconds from the future": lambda: bearer(iat=int(time.time()) + 310),
    "no time": lambda: bearer(iat=None),
    "a time as text": lambda: bearer(iat=str(int(time.time()))),
    "a time that is no number": lambda: bearer(iat=float("nan")),
    "a time without end": lambda: bearer(iat=float("inf")),
    "a time that is a list": lambda: bearer(iat=[1]),
    "a time that is true": lambda: bearer(iat=True),
    "expired": lambda: bearer(exp=int(time.time()) - 301),
    "an expiry that is a list": lambda: bearer(exp=[1]),
    "for another audience": lambda: bearer(aud="somebody"),
    "an unknown critical header": lambda: with_header(crit=["b64"]),
}
RIGHT: Final[dict[str, Callable[[], str]]] = {
    "as Vonage signs": lambda: sign(BODY, SECRET),
    "small letters": lambda: f"bearer {token()}",
    "a hash in capitals": lambda: bearer(payload_hash=DIGEST.upper()),
    "290 seconds old": lambda: bearer(iat=int(time.time()) - 290),
    "290 seconds from the future": lambda: bearer(iat=int(time.time()) + 290),
    "a time with a fraction": lambda: bearer(iat=time.time()),
    "an application where none is set": lambda: bearer(application_id="aaaa"),
    "unknown claims": lambda: bearer(more={"a": [1]}),
}


def answered(response: HttpResponse) -> tuple[int, bytes, str]:
    return response.status_code, response.content, response["Content-Type"]


def nothing_is_stored() -> bool:
    return not (Call.objects.exists() or Event.objects.exists() or Turn.objects.exists())


# --- every webhook ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_without_a_signature_vonage_is_asked_to_come_again(door: Door, address: str, method: str) -> None:
    for headers in ({}, {"Authorization": ""}, {"Authorization": "Bearer"}, {"Authorization": "Bearer "}):
        response = door.request(method, address, BODY, **headers)
        assert answered(response) == (503, b"not signed", "text/plain")
    assert nothing_is_stored()


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_signature_is_refused(door: Door, address: str, what: str) -> None:
    response = door.request("POST", address, BODY, Authorization=WRONG[what]())
    assert answered(response) == (401, b"wrong signature", "text/plain")
    assert nothing_is_stored()


@pytest.mark.parametrize("what", RIGHT)
def test_a_right_signature_is_let_in(door: Door, address: str, what: str) -> None:
    response = door.request("POST", address, BODY, Authorization=RIGHT[what]())
    assert response.status_code in (200, 204), response.content


def test_a_signed_get_needs_no_hash(door: Door, address: str) -> None:
    response = door.request("GET", f"{address}?uuid=u1", Authorization=bearer(payload_hash=None))
    assert response.status_code in (200, 204)
    assert door.request("GET", address, Authorization=bearer(OTHER, payload_hash=None)).status_code == 401


def test_another_application_is_refused(door: Door, address: str, settings: Settings) -> None:
    settings.VONAGE_APPLICATION_ID = "78d335fa-323d-0114-9c3d-d6f0d48968cf"
    wrong = door.request("POST", address, BODY, Authorization=bearer(application_id="aaaa"))
    assert answered(wrong) == (401, b"wrong signature", "text/plain")
    for application in (settings.VONAGE_APPLICATION_ID, None):
        right = door.request("POST", address, BODY, Authorization=bearer(application_id=application))
        assert right.status_code in (200, 204)


def test_while_a_secret_is_replaced_both_are_good(door: Door, address: str, settings: Settings) -> None:
    settings.VONAGE_SIGNATURE_SECRETS = (OTHER, SECRET)
    for secret in (OTHER, SECRET):
        assert door.request("POST", address, BODY, Authorization=bearer(secret)).status_code in (200, 204)
        old = bearer(secret, iat=int(time.time()) - 310)
        assert door.request("POST", address, BODY, Authorization=old).status_code == 401
    assert door.request("POST", address, BODY, Authorization=bearer("neither" * 6)).status_code == 401


@pytest.mark.parametrize("secrets", [(), ("",)])
def test_without_a_secret_nothing_is_let_in(
    door: Door, address: str, settings: Settings, secrets: tuple[str, ...]
) -> None:
    settings.VONAGE_SIGNATURE_SECRETS = secrets
    assert door.request("POST", address, BODY, Authorization=empty_key()).status_code == 401
    assert door.request("POST", address, BODY, Authorization=bearer()).status_code == 401
    assert door.request("POST", address, BODY).status_code == 503


def empty_key() -> str:
    """What anybody can sign: with no secret at all. By hand, for PyJWT will not."""
    signed = token().rpartition(".")[0]
    made = hmac.digest(b"", signed.encode(), "sha256")
    return f"Bearer {signed}.{urlsafe_b64encode(made).rstrip(b'=').decode()}"


def test_unsigned_webhooks_are_let_in_only_where_the_setting_says_so(
    door: Door, address: str, settings: Settings
) -> None:
    settings.ALLOW_UNSIGNED_WEBHOOKS = True
    assert door.request("POST", address, BODY).status_code in (200, 204)
    assert door.request("GET", address).status_code in (200, 204)
    settings.ALLOW_UNSIGNED_WEBHOOKS = False
    assert door.request("POST", address, BODY).status_code == 503


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE"])
def test_only_get_and_post_are_served(door: Door, address: str, method: str) -> None:
    assert door.request(method, address, BODY, Authorization=bearer()).status_code == 405
    assert nothing_is_stored()


# --- the check by itself ----------------------------------------------------------------------------------------


def test_the_age_is_counted_from_our_clock() -> None:
    made = token(iat=1000)
    signature = Signature((SECRET,))
    signature.check(f"Bearer {made}", BODY, now=1300.0)
    for now in (1300.5, 699.0):
        with pytest.raises(WrongSignature):
            signature.check(f"Bearer {made}", BODY, now)


def test_nothing_at_all_is_unsigned_and_not_wrong() -> None:
    for authorization in ("", "  ", "Bearer", "Bearer  "):
        with pytest.raises(Unsigned):
            Signature((SECRET,)).check(authorization, BODY, time.time())


def test_one_byte_more_is_another_body(door: Door) -> None:
    lines.publish(lines.office())
    signed = sign(BODY, SECRET)
    assert door.request("POST", "/webhooks/answer/", BODY + b" ", Authorization=signed).status_code == 401
    assert nothing_is_stored()
    assert door.request("POST", "/webhooks/answer/", BODY, Authorization=signed).status_code == 200
