"""Whatever is asked of the API, it answers: requests made up from its own schema, against PostgreSQL."""

from __future__ import annotations

import os
from collections import Counter
from typing import Any, Final

import pytest
import schemathesis
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as bounds
from pytest_django import Settings
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from calls.api import keys
from calls.api.scopes import Scope
from calls.models import CallbackRequest, Turn, Visit
from menus.models import Line
from tests.test_api import CALLER, NOON, everything

EXAMPLES: Final = int(os.environ.get("API_EXAMPLES", "3"))
"""Requests made up of each sort for each operation; give more by hand."""
CHECKS: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture
def headers(settings: Settings, transactional_db: None) -> dict[str, str]:
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL as the test database (make test-pg)")
    settings.API_RATE = 1_000_000
    cache.clear()
    load_all_checks()
    everything()
    Turn.objects.create(call_id="a", n=0, at=NOON, heard="keyed", digits="1", ncco=f'[{{"text": "{CALLER}"}}]')
    Visit.objects.create(call_id="a", n=0, destination="main", kind="menu", entered_at=NOON)
    _, secret = keys.make("Any", list(Scope), by=get_user_model().objects.create_superuser("root"))
    return {"Authorization": f"Bearer {secret}"}


@pytest.mark.postgres
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_no_request_fails_on_our_side(headers: dict[str, str]) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/schema/", WSGIHandler(), headers=headers)
    there = {"line": Line.objects.get().key, "number": 1, "id": CallbackRequest.objects.get().pk}
    asked: Counter[int] = Counter()
    for found in schema.get_all_operations():
        operation: Any = found.ok()  # type: ignore[union-attr]  # else the schema is not sound
        known = there | {"uuid": "r" if "messages" in operation.path else "a"}
        places = {one.name: known[one.name] for one in operation.path_parameters if one.name in known}
        for strategy in (
            operation.as_strategy(GenerationMode.POSITIVE, path_parameters=places or None),
            operation.as_strategy(GenerationMode.POSITIVE),
            operation.as_strategy(GenerationMode.NEGATIVE),
        ):
            ask(strategy, headers, asked)
    assert asked[200] > EXAMPLES
    assert not [status for status in asked if status >= 500]


def ask(strategy: Any, headers: dict[str, str], asked: Counter[int]) -> None:
    @bounds(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=EXAMPLES < 10,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def one(case: Any) -> None:
        asked[case.call_and_validate(headers=headers, checks=CHECKS).status_code] += 1

    one()
