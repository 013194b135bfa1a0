"""(a) A bare DRF view, pinned to JSON, that checks the same signature and does the same one INSERT."""

from typing import Any

import bare

bare.configure("bare_drf")

from django.core.wsgi import get_wsgi_application  # noqa: E402 - settings come first
from django.http import HttpResponse  # noqa: E402
from django.urls import re_path  # noqa: E402
from rest_framework.negotiation import BaseContentNegotiation  # noqa: E402
from rest_framework.renderers import JSONRenderer  # noqa: E402
from rest_framework.request import Request  # noqa: E402
from rest_framework.views import APIView  # noqa: E402


class Pinned(BaseContentNegotiation):
    def select_parser(self, request: Request, parsers: Any) -> Any:
        return None

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], "application/json"


class Input(APIView):
    authentication_classes = []
    permission_classes = []
    throttle_classes = []
    renderer_classes = [JSONRenderer]
    content_negotiation_class = Pinned

    def post(self, request: Request, sealed: str) -> HttpResponse:
        return bare.answer(request._request)


urlpatterns = [re_path(r"^webhooks/event/(?P<sealed>[A-Za-z0-9_-]+)/?$", Input.as_view())]
application = get_wsgi_application()
