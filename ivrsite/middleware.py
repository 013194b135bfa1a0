"""What every request meets first: the way for machines, past all that serves only staff."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseNotFound
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils import translation

FOR_MACHINES = ("/webhooks/", "/audio/", "/livez", "/readyz")


class WebhooksFirst:
    """Hands a webhook or a health check straight to its view.

    Sessions, CSRF, messages, host names and the redirect to https are for staff: they cost a webhook
    60 to 100 µs, and a redirect or a 400 would cost the call. Webhooks prove who they are by their signature.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(FOR_MACHINES):
            return straight_to_view(request)
        try:
            return self.get_response(request)
        finally:
            # What this thread answers next may be a webhook, which goes past the choice of a language.
            translation.deactivate()


class NoNul:
    """PostgreSQL keeps no text with a NUL in it, so nothing is looked up by one. The API says so by itself, in JSON."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        asked = request.META.get("QUERY_STRING", "")
        if ("\0" in request.path_info or "%00" in asked) and not request.path_info.startswith("/api/"):
            return HttpResponseBadRequest(b"No address here holds a NUL.\n", content_type="text/plain")
        return self.get_response(request)


def straight_to_view(request: HttpRequest) -> HttpResponseBase:
    """The view's response, rendered; a plain 404 where there is no view."""
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return HttpResponseNotFound(b"Not found.\n", content_type="text/plain")
    request.resolver_match = match
    response = match.func(request, *match.args, **match.kwargs)
    if not getattr(response, "is_rendered", True):
        response = response.render()
    return with_length(request, response)


def with_length(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Django's middleware for staff would say the length; without it the body goes out in chunks."""
    if isinstance(response, HttpResponse):
        response.setdefault("Content-Length", str(len(response.content)))
        if request.method == "HEAD":
            response.content = b""
    return response


def client_ip(request: HttpRequest) -> str:
    """Who asks, for the lock on logins. Of a trusted proxy's list only the last entry is its own."""
    if settings.TRUST_PROXY and (forwarded := request.META.get("HTTP_X_FORWARDED_FOR", "")):
        return str(forwarded).rsplit(",", 1)[-1].strip()[:45]
    return str(request.META.get("REMOTE_ADDR", ""))
