"""Pages that stay whole while calls come in: each goes on behind the last row of the one before."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.core import signing
from django.db.models import Q
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

_SALT: Final = "api cursor"
MOST: Final = 500


class NewestFirst(BasePagination):
    """By a time, newest first, and among rows of the same moment by their key. No counts, no offsets."""

    by: str
    usual = 50
    link: str | None = None

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        size = _size(request.query_params.get("page_size"), self.usual)
        if cursor := request.query_params.get("cursor"):
            at, key = _place(cursor, self.by)
            behind = Q(**{f"{self.by}__lt": at}) | Q(pk__gt=key)
            queryset = queryset.filter(behind, **{f"{self.by}__lte": at})
        rows = list(queryset.order_by(f"-{self.by}", "pk")[: size + 1])
        if len(rows) > size:
            rows.pop()
            here = request.build_absolute_uri()
            self.link = replace_query_param(here, "cursor", self._cursor(rows[-1]))
        return rows

    def _cursor(self, row: Any) -> str:
        return signing.dumps([self.by, getattr(row, self.by).isoformat(), str(row.pk)], salt=_SALT)

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"next": self.link, "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {
            "type": "string",
            "format": "uri",
            "nullable": True,
            "description": "The next page; null: no more.",
            "example": "https://ivr.example.com/api/v1/calls/?cursor=WyJz…",
        }
        found = {"next": link, "results": schema}
        return {"type": "object", "required": ["next", "results"], "properties": found}

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        size = {"type": "integer", "minimum": 1, "maximum": MOST, "default": self.usual}
        told = "Where to go on: part of the address in `next`."
        return [
            {"name": "cursor", "in": "query", "description": told, "schema": {"type": "string"}},
            {"name": "page_size", "in": "query", "description": "Rows of a page.", "schema": size},
        ]


class AllAtOnce(BasePagination):
    """For lists that are always short; in the same form as those that come in pages."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        return list(queryset)

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {"type": "object", "required": ["results"], "properties": {"results": schema}}


class NewestCalls(NewestFirst):
    by = "started_at"


class NewestMessages(NewestFirst):
    by = "received_at"


class NewestCallbacks(NewestFirst):
    by = "created_at"


class NewestVersions(NewestFirst):
    by = "published_at"


def _size(asked: str | None, usual: int) -> int:
    if asked is None:
        return usual
    if asked.isascii() and asked.isdecimal() and len(asked) < 5 and 1 <= int(asked) <= MOST:
        return int(asked)
    raise ValidationError({"page_size": [f"Give a whole number from 1 to {MOST}."]})


def _place(cursor: str, by: str) -> tuple[datetime, str]:
    """Signed, so that nothing is read from it but what was written."""
    try:
        of, at, key = signing.loads(cursor, salt=_SALT)
    except (signing.BadSignature, ValueError):
        of = None
    if of != by:
        raise ValidationError({"cursor": ["Take it from `next` of the page before, whole and unchanged."]})
    return datetime.fromisoformat(at), key
