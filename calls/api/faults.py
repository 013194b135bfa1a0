"""Every fault as JSON in plain words: `detail`, and for each wrong field what is wrong with it."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied as Denied
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

log = logging.getLogger(__name__)

NOTHING_HERE = "There is nothing at this address. Addresses end with a slash; /api/v1/docs/ lists them."


def answer(fault: Exception, context: dict[str, Any]) -> Response:
    """For REST framework: what any exception comes to."""
    response = exception_handler(fault, context)
    if response is not None:
        response.data = _told(fault, response)
        return response
    set_rollback()
    log.error("The API failed at %s", getattr(context.get("request"), "path", "?"), exc_info=fault)
    if isinstance(fault, OperationalError | InterfaceError):
        told = {"detail": "The database is away for the moment. Ask again in a minute."}
        return Response(told, status=503, headers={"Retry-After": "60"})
    return Response({"detail": "This failed on our side, and stands in the server's log."}, status=500)


def _told(fault: Exception, response: Response) -> dict[str, Any]:
    match fault:
        case exceptions.Throttled():
            seconds = math.ceil(getattr(fault, "wait", None) or 1)
            response.headers["Retry-After"] = str(seconds)
            return {"detail": f"Too many requests. Ask again in {seconds} s."}
        case exceptions.ValidationError():
            fields = _fields(fault.detail)
            return {"detail": "Something in the request is wrong: see fields.", "fields": fields}
        case Http404() | exceptions.NotFound():
            return {"detail": "There is no such thing: look at the id in the address."}
        case Denied() if not isinstance(fault, exceptions.APIException):
            return {"detail": str(fault) or "You may not do this."}
        case exceptions.APIException(detail=detail):
            return {"detail": str(detail)}
        case _:
            return {"detail": str(response.data)}


def _fields(detail: Any) -> dict[str, list[str]]:
    if not isinstance(detail, Mapping):
        return {"": _texts(detail)}
    return {_name(field): _texts(told) for field, told in detail.items()}


def _name(field: Any) -> str:
    return "" if field in ("non_field_errors", "__all__") else _sayable(field)


def _sayable(value: Any) -> str:
    """JSON may bring half a sign (a lone surrogate), which no answer can hold."""
    return str(value).encode("utf-8", "replace").decode()


def _texts(told: Any) -> list[str]:
    if isinstance(told, Mapping):
        return [text for inner in told.values() for text in _texts(inner)]
    return [text for inner in told for text in _texts(inner)] if isinstance(told, list | tuple) else [_sayable(told)]


@csrf_exempt  # nothing is done here, and a page about a missing token would be no JSON
def nothing_here(request: HttpRequest) -> HttpResponse:
    """For every other address under /api/: there, too, a fault is JSON."""
    response = JsonResponse({"detail": NOTHING_HERE}, status=404)
    add_never_cache_headers(response)
    return response
