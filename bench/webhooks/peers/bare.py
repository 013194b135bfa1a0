"""What both Django peers share: settings with nothing in them but the database, and the one INSERT."""

from __future__ import annotations

from typing import Any, Final

import dj_database_url
import django
import durable
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse

_POSTGRES: Final = durable.DATABASE_URL.startswith("postgres")
_INSERT: Final = durable.insert_sql(lambda _: "%s")


def configure(urls: str) -> None:
    database: dict[str, Any] = dict(dj_database_url.parse(durable.DATABASE_URL))
    database["CONN_MAX_AGE"] = 60
    if not _POSTGRES:
        pragmas = "; ".join(f"PRAGMA {pragma}" for pragma in durable.PRAGMAS)
        database["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": durable.LOCK_SECONDS,
            "init_command": pragmas,
        }
    settings.configure(
        SECRET_KEY="bench",
        ROOT_URLCONF=urls,
        DATABASES={"default": database},
        MIDDLEWARE=[],
        INSTALLED_APPS=[],
        ALLOWED_HOSTS=["*"],
        USE_TZ=True,
        LOGGING_CONFIG=None,
        REST_FRAMEWORK={"UNAUTHENTICATED_USER": None},
    )
    django.setup(set_prefix=False)


def answer(request: HttpRequest) -> HttpResponse:
    """Verify, write, answer. Without middleware nobody else says the length, and the body would go out in chunks."""
    try:
        payload = durable.verified(request.META.get("HTTP_AUTHORIZATION", ""), request.body)
    except durable.Refused:
        return HttpResponse("wrong signature", status=401, content_type="text/plain")
    at = durable.now() if _POSTGRES else durable.sqlite_now()
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, durable.row(payload, at))
    body = durable.ncco(payload)
    return HttpResponse(body, content_type="application/json", headers={"Content-Length": str(len(body))})
