"""The door for Vonage: verify, parse, hand on, for every webhook, none excepted. A signed call always gets an NCCO."""

from __future__ import annotations

import logging
import re
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from calls import ncco, place, turns, vonage
from calls.journal import Written
from calls.models import EventKind
from calls.place import BadPlace, Place
from ivrsite import database

log = logging.getLogger(__name__)


class _Pinned(BaseContentNegotiation):
    """JSON, whatever `Accept`, `Content-Type` or `?format=` say."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return None

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], "application/json"


def ncco_response(text: str) -> HttpResponse:
    return HttpResponse(text.encode(), content_type="application/json")


def noted(written: Written = Written.STORED) -> HttpResponse:
    """Nothing to execute: the call goes on as it was. What nobody could write down is asked for once more."""
    return HttpResponse(status=503 if written is Written.LOST else 204)


class Webhook(APIView):
    """GET and POST alike, with and without a sealed place."""

    authentication_classes = []
    permission_classes = []
    throttle_classes = []
    renderer_classes = [JSONRenderer]
    content_negotiation_class = _Pinned
    http_method_names = ["get", "post"]
    wants_ncco = True
    """Whether the caller hears silence, or the end, if we have no NCCO for this webhook."""

    def perform_authentication(self, request: Request) -> None:
        """Nobody is logged in here: a webhook proves by its signature who it is."""

    def get(self, request: Request, sealed: str = "") -> HttpResponse:
        return self._serve(request, sealed, b"")

    def post(self, request: Request, sealed: str = "") -> HttpResponse:
        body = _body(request._request)
        if body is None:
            return HttpResponse("the body is too long", status=413, content_type="text/plain")
        return self._serve(request, sealed, body)

    def _serve(self, request: Request, sealed: str, body: bytes) -> HttpResponse:
        now = timezone.now()
        refusal = _refusal(request, body, now.timestamp())
        if refusal:
            return refusal
        if settings.DEMO_CLOCK:
            now = vonage.moment(request._request.META.get("HTTP_X_DEMO_TIME")) or now
        here = _opened(sealed)
        payload: dict[str, Any] = {}
        with database.patience():
            try:
                payload = vonage.read_body(body) if body else vonage.read_query(request._request.GET)
                return self.hand_on(payload, here, now)
            except Exception:
                # Whatever is broken: the caller must not be dropped, and the engineer must see it.
                log.exception("a webhook failed; it is kept as it came, and the caller gets the last resort")
                return self._last_resort(payload, here, now)

    def _last_resort(self, payload: dict[str, Any], here: Place | None, now: datetime) -> HttpResponse:
        written = turns.keep_unread(payload, now)
        if not self.wants_ncco:
            return noted(written)
        return ncco_response(turns.apology(here, vonage.number(payload.get("to"))))

    def hand_on(self, payload: dict[str, Any], here: Place | None, now: datetime) -> HttpResponse:
        raise NotImplementedError


_LENGTH: Final = re.compile(r"[0-9]{0,6}", re.ASCII)


def _body(request: HttpRequest) -> bytes | None:
    """What was posted; None when it is too long, or says nonsense of its length. Never more is read than may be."""
    environ = request.META
    if environ.get("wsgi.input_terminated") and environ.get("HTTP_TRANSFER_ENCODING"):
        # In chunks, without a length: Django would read nothing (gunicorn's input ends by itself).
        body: bytes = environ["wsgi.input"].read(vonage.MAX_BODY_BYTES + 1)
        return body if len(body) <= vonage.MAX_BODY_BYTES else None
    length = environ.get("CONTENT_LENGTH") or "0"
    if not _LENGTH.fullmatch(length) or int(length) > vonage.MAX_BODY_BYTES:
        return None
    return request.body


def _refusal(request: Request, body: bytes, now: float) -> HttpResponse | None:
    """Why the webhook is not let in. Missing: 503, for Vonage then tries once more; wrong: 401."""
    if settings.ALLOW_UNSIGNED_WEBHOOKS:
        return None
    signature = vonage.Signature(settings.VONAGE_SIGNATURE_SECRETS, settings.VONAGE_APPLICATION_ID)
    try:
        signature.check(request._request.META.get("HTTP_AUTHORIZATION", ""), body, now)
    except vonage.Unsigned:
        return HttpResponse("not signed", status=503, content_type="text/plain")
    except vonage.WrongSignature as fault:
        log.warning("a webhook with a wrong signature: %s", fault)
        return HttpResponse("wrong signature", status=401, content_type="text/plain")
    return None


def _opened(sealed: str) -> Place | None:
    try:
        return place.unseal(sealed) if sealed else None
    except BadPlace as fault:
        log.warning("a webhook at a place that cannot be opened: %s", fault)
        return None


class AnswerWebhook(Webhook):
    def hand_on(self, payload: dict[str, Any], here: Place | None, now: datetime) -> HttpResponse:
        match vonage.kind_of(payload):
            case EventKind.UNKNOWN:  # a ring has no kind of its own
                return ncco_response(turns.answer(vonage.read_ring(payload), now))
            case EventKind.FALLBACK:
                return FallbackWebhook().hand_on(payload, here, now)
            case _:  # an application whose other addresses lead here too
                return EventWebhook().hand_on(payload, here, now)


class EventWebhook(Webhook):
    """What the caller did, how ringing somebody ended, and all other news."""

    def hand_on(self, payload: dict[str, Any], here: Place | None, now: datetime) -> HttpResponse:
        news = vonage.read_news(payload)
        if news.kind is EventKind.INPUT:
            here = here or turns.place_of(news)
            if here is None or news.heard is None:
                turns.note(news, None, now)
                return ncco_response(turns.apology())
            return ncco_response(turns.hear(here, news.heard, now))
        if here and news.kind is EventKind.NOTIFY:
            after = news.data.get("payload")
            return ncco_response(turns.resume(after.get("after") if isinstance(after, dict) else None, here, now))
        if here and news.fate and news.leg != here.call:
            return ncco_response(turns.hear_fate(news, here, now))
        return noted(turns.note(news, here, now))


class RecordingWebhook(Webhook):
    """A message was left. Its sound is at Vonage; the call goes on by the notify behind the record action."""

    wants_ncco = False

    def hand_on(self, payload: dict[str, Any], here: Place | None, now: datetime) -> HttpResponse:
        return noted(turns.note(vonage.read_news(payload), here, now))


class WhisperWebhook(Webhook):
    """What the callee hears before being connected with the caller."""

    wants_ncco = False

    def hand_on(self, payload: dict[str, Any], here: Place | None, now: datetime) -> HttpResponse:
        text = turns.whispered(here, now) if here else ""
        return ncco_response(text) if text else noted()


class FallbackWebhook(Webhook):
    """Vonage could not get or use an NCCO from another webhook, and brings us the same data once more."""

    def hand_on(self, payload: dict[str, Any], here: Place | None, now: datetime) -> HttpResponse:
        original = payload.get("original_request")
        original = original if isinstance(original, dict) else {}
        here = _opened(ncco.sealed_in(str(original.get("url", ""))))
        turns.note(vonage.read_news(payload), here, now)
        asked = {name: value for name, value in payload.items() if name not in ("original_request", "reason")}
        if here or original.get("type") == "event" or "dtmf" in asked:
            return EventWebhook().hand_on(asked, here, now)
        return ncco_response(turns.answer(vonage.read_ring(asked), now))
