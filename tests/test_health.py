"""Health checks, the machines' way in, the lock on logins and the server's log."""

import logging
import sys
from threading import Event
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.template.response import TemplateResponse
from django.test import Client, RequestFactory
from django.urls import path

from ivrsite import health, middleware
from ivrsite.log import LineFormatter

Settings = Any  # pytest-django's fixture


def a_page(request: HttpRequest) -> TemplateResponse:
    return TemplateResponse(request, engines["django"].from_string("hello {{ who }}"), {"who": "caller"})


def a_fault(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("broken")


urlpatterns = [path("webhooks/page", a_page), path("webhooks/fault", a_fault)]


@pytest.fixture
def fresh_probe(monkeypatch: pytest.MonkeyPatch) -> health.DatabaseProbe:
    probe = health.DatabaseProbe()
    monkeypatch.setattr(health, "database_probe", probe)
    return probe


@pytest.mark.parametrize("address", ["/livez", "/livez/"])
def test_livez_answers_without_a_database_under_any_name_and_over_http(
    address: str, client: Client, settings: Settings
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    response = client.get(address, headers={"host": "10.1.2.3:8000"})
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert response["Content-Length"] == "3"


def test_a_health_check_that_asks_for_the_head_alone_gets_no_body() -> None:
    request = RequestFactory().head("/livez")
    response = middleware.straight_to_view(request)
    assert (response.status_code, response["Content-Length"]) == (200, "3")
    assert isinstance(response, HttpResponse)
    assert response.content == b""


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/readyz", "/readyz/"])
def test_readyz_says_that_all_is_well(address: str, client: Client, fresh_probe: health.DatabaseProbe) -> None:
    response = client.get(address)
    assert response.status_code == 200
    answer = response.json()
    assert (answer["status"], answer["ready"], answer["degraded"]) == ("ok", True, False), answer
    assert set(answer["checks"]) == {check.name for check in health.CHECKS}
    assert response["Cache-Control"] == "no-store"


def broken() -> str | None:
    raise ConnectionError("password=hunter2")


def test_readyz_stays_200_while_the_database_is_away(
    client: Client, fresh_probe: health.DatabaseProbe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fresh_probe, "_ask", broken)
    response = client.get("/readyz")
    assert response.status_code == 200
    assert (response.json()["status"], response.json()["degraded"]) == ("degraded", True)
    assert response.json()["checks"]["database"] == {"ok": False, "fault": "ConnectionError"}


def test_readyz_is_503_when_calls_can_be_recorded_nowhere(
    client: Client, fresh_probe: health.DatabaseProbe, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    monkeypatch.setattr(fresh_probe, "_ask", broken)
    settings.DATA_DIR = "/dev/null/nowhere"
    response = client.get("/readyz")
    assert (response.status_code, response.json()["status"]) == (503, "unavailable")
    assert response.json()["checks"]["data_dir"]["fault"] == "Not a directory"


def test_readyz_is_503_when_no_webhook_could_be_believed(
    client: Client, fresh_probe: health.DatabaseProbe, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    monkeypatch.setattr(fresh_probe, "_ask", lambda: None)
    settings.VONAGE_SIGNATURE_SECRETS = ()
    assert client.get("/readyz").status_code == 503


def test_a_database_that_hangs_costs_a_bounded_time_and_one_thread(
    fresh_probe: health.DatabaseProbe, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanging, asked = Event(), []

    def hang() -> None:
        asked.append(1)
        hanging.wait(10)

    monkeypatch.setattr(fresh_probe, "_ask", hang)
    monkeypatch.setattr(health, "DATABASE_SECONDS", 0.05)
    assert [fresh_probe.fault() for _ in range(3)] == ["no answer within 0.05 s"] * 3
    assert asked == [1]
    hanging.set()


def test_a_webhook_address_without_a_view_is_a_plain_404_and_no_redirect(client: Client) -> None:
    response = client.post("/webhooks/nothing-here")
    assert (response.status_code, response.content) == (404, b"Not found.\n")


@pytest.mark.urls(__name__)
def test_a_webhook_meets_neither_sessions_nor_csrf_nor_host_names(settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    client = Client(enforce_csrf_checks=True)
    response = client.post("/webhooks/page", headers={"host": "anything.example"})
    assert (response.status_code, response.content) == (200, b"hello caller")
    assert not response.cookies


@pytest.mark.urls(__name__)
def test_a_fault_in_a_webhook_is_a_500_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    response = Client(raise_request_exception=False).post("/webhooks/fault")
    assert response.status_code == 500
    assert "broken" in caplog.text


def test_the_first_page_leads_to_the_admin(client: Client) -> None:
    response = client.get("/")
    assert (response.status_code, response["Location"]) == (302, "/admin/")


@pytest.mark.django_db
def test_the_login_page_and_its_styles_are_served_with_a_strict_policy(client: Client) -> None:
    response = client.get("/admin/login/")
    assert response.status_code == 200
    assert "default-src 'self'" in response["Content-Security-Policy"]
    style = client.get("/static/admin/css/base.css")
    assert style.status_code == 200
    style.close()


@pytest.mark.parametrize(
    ("trusted", "forwarded", "ip"),
    [
        (False, "6.6.6.6", "127.0.0.1"),
        (True, "6.6.6.6, 192.0.2.7", "192.0.2.7"),
        (True, "", "127.0.0.1"),
    ],
)
def test_the_client_is_who_the_trusted_proxy_says(trusted: bool, forwarded: str, ip: str, settings: Settings) -> None:
    settings.TRUST_PROXY = trusted
    request = RequestFactory().get("/", headers={"x-forwarded-for": forwarded} if forwarded else {})
    assert middleware.client_ip(request) == ip


@pytest.mark.django_db
def test_ten_wrong_passwords_lock_the_login_from_that_place_only(settings: Settings) -> None:
    settings.AXES_ENABLED = True
    User.objects.create_superuser("ada", password="right")
    here, elsewhere = Client(REMOTE_ADDR="192.0.2.1"), Client(REMOTE_ADDR="192.0.2.2")
    wrong = {"username": "ada", "password": "wrong"}
    right = {"username": "ada", "password": "right"}
    answers = [here.post("/admin/login/", wrong).status_code for _ in range(10)]
    assert answers[:9] == [200] * 9
    assert here.post("/admin/login/", right).status_code == 429
    assert elsewhere.post("/admin/login/?next=/admin/", right).status_code == 302


def line(message: object, *args: object, **extra: object) -> str:
    record = logging.LogRecord("calls", logging.INFO, __file__, 1, message, args, None)
    vars(record).update(extra)
    return LineFormatter().format(record)


def test_a_log_record_is_one_line_of_bounded_pairs() -> None:
    shown = line("two\nlines %s", "x" * 1000, call="abc", digits='1 "2"')
    assert "\n" not in shown
    assert "level=INFO logger=calls message=" in shown
    assert 'call=abc digits="1 \\"2\\""' in shown
    assert "(1010 characters)" in shown
    assert len(shown) < 1000


class Unprintable:
    def __str__(self) -> str:
        raise ValueError("no")

    __repr__ = __str__


def test_logging_never_raises() -> None:
    assert "<Unprintable that cannot be shown: ValueError>" in line("x", what=Unprintable())
    assert "message=" in line("%d and %d", "one")
    assert "message=" in line("%s", Unprintable())


def test_a_traceback_stays_in_the_line() -> None:
    try:
        raise RuntimeError("broken")
    except RuntimeError:
        record = logging.LogRecord("calls", logging.ERROR, __file__, 1, "x", None, sys.exc_info())
    shown = LineFormatter().format(record)
    assert "\n" not in shown
    assert "RuntimeError: broken" in shown
