"""The addresses of the API, under /api/."""

from __future__ import annotations

from django.urls import include, path, re_path, register_converter
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from calls.api import measures, reading, schema, sound, work
from calls.api.faults import nothing_here


class VonageId:
    """Opaque, and never long: calls/models/lengths.py."""

    regex = r"[A-Za-z0-9_.~-]{1,64}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class Small:
    """A number that any database knows."""

    regex = "[0-9]{1,9}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(VonageId, "vonage")
register_converter(Small, "small")

app_name = "api"
LISTS = ("lines", "calls", "messages", "callbacks")


@extend_schema(exclude=True)
class Root(APIView):
    """Which versions of the API there are."""

    def get(self, request: Request) -> Response:
        return Response({"v1": reverse("api:v1", request=request)})


@extend_schema(exclude=True)
class First(APIView):
    """Where to begin in version 1."""

    def get(self, request: Request) -> Response:
        return Response({name: reverse(f"api:{name}", request=request) for name in (*LISTS, "schema", "docs")})


_REPORTS = {
    "totals": measures.AllTotals,
    "days": measures.Days,
    "places": measures.Places,
    "options": measures.Options,
    "targets": measures.Targets,
    "versions": measures.PerVersion,
    "languages": measures.Languages,
}
V1 = [
    path("", First.as_view(), name="v1"),
    path("schema/", schema.Schema.as_view(), name="schema"),
    path("docs/", schema.docs, name="docs"),
    path("lines/", reading.Lines.as_view(), name="lines"),
    path("lines/<slug:line>/versions/", reading.Versions.as_view(), name="versions"),
    path("lines/<slug:line>/versions/<small:number>/", reading.OneVersion.as_view(), name="version"),
    path("calls/", reading.Calls.as_view(), name="calls"),
    path("calls/<vonage:uuid>/", reading.OneCall.as_view(), name="call"),
    path("calls/<vonage:uuid>/turns/", reading.Turns.as_view(), name="turns"),
    path("calls/<vonage:uuid>/legs/", reading.Legs.as_view(), name="legs"),
    path("messages/", work.Messages.as_view(), name="messages"),
    path("messages/<vonage:pk>/", work.OneMessage.as_view(), name="message"),
    path("messages/<vonage:pk>/sound/", sound.MessageSound.as_view(), name="message-sound"),
    path("callbacks/", work.Callbacks.as_view(), name="callbacks"),
    path("callbacks/<small:pk>/", work.OneCallback.as_view(), name="callback"),
    *(path(f"reports/<slug:line>/{name}/", view.as_view(), name=f"report-{name}") for name, view in _REPORTS.items()),
]
urlpatterns = [
    path("", Root.as_view(), name="root"),
    path("v1/", include(V1)),
    re_path("", nothing_here),  # whatever it is, a line break in it too
]
