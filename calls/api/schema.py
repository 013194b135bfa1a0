"""The API told to programs (OpenAPI) and to people (Swagger UI), both from this site alone."""

from __future__ import annotations

from typing import Any, Final

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.contrib.admin.views.decorators import staff_member_required
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiJsonRenderer2, OpenApiYamlRenderer
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

FAULT: Final = {
    "type": "object",
    "description": "What is wrong and what to do, in words.",
    "required": ["detail"],
    "properties": {
        "detail": {"type": "string"},
        "fields": {
            "type": "object",
            "description": "With 400: what is wrong with each field.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
}
FAULTS: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "400": (
        "Something in the request is wrong.",
        {
            "detail": "Something in the request is wrong: see fields.",
            "fields": {"from": ["Write the day like 2026-11-30."]},
        },
    ),
    "401": ("No login, or a key that is not good.", {"detail": "This key expired on 2026-11-01. Ask for a new one."}),
    "403": (
        "You may not do this.",
        {"detail": "This key has no scope “calls”. Ask an administrator for a key that has."},
    ),
    "404": ("There is no such thing.", {"detail": "There is no such thing: look at the id in the address."}),
    "405": ("This cannot be done here.", {"detail": 'Method "DELETE" not allowed.'}),
    "429": ("Too many requests; Retry-After says for how long.", {"detail": "Too many requests. Ask again in 12 s."}),
}


def only_v1(endpoints: Any, **_kwargs: Any) -> Any:
    """What drf-spectacular is to tell of."""
    return [one for one in endpoints if one[0].startswith("/api/v1/") and not one[0].endswith(("/docs/", "/schema/"))]


def add_faults(result: Any, **_kwargs: Any) -> Any:
    """Every operation can fail in the same ways, and says so in the same form."""
    result["components"].setdefault("schemas", {})["Fault"] = FAULT
    for path in result["paths"].values():
        for operation in path.values():
            for status, (told, example) in FAULTS.items():
                if status == "404" and not _is_of_one(operation):
                    continue
                content = {"schema": {"$ref": "#/components/schemas/Fault"}, "example": example}
                answer: dict[str, Any] = {"description": told, "content": {"application/json": content}}
                if status == "429":
                    answer["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}}
                operation["responses"][status] = answer
    return result


def _is_of_one(operation: Any) -> bool:
    """Its address names a thing, which may not be there."""
    return any(one["in"] == "path" for one in operation.get("parameters", ()))


@extend_schema(exclude=True)
class Schema(SpectacularAPIView):
    renderer_classes = [OpenApiJsonRenderer, OpenApiJsonRenderer2, OpenApiYamlRenderer]


class Docs(SpectacularSwaggerSplitView):
    """Swagger UI from the files of this site."""

    template_name = "api/docs.html"
    url_name = "api:schema"


# Swagger UI writes styles into its own elements; scripts stay those of this site, with no exception.
docs = staff_member_required(csp_update({"style-src": [SELF, UNSAFE_INLINE]})(Docs.as_view()))
