"""Where Vonage's webhooks come in: each with and without the slash at its end, so that none is ever redirected."""

from django.urls import URLPattern, re_path

from calls.webhooks import AnswerWebhook, EventWebhook, FallbackWebhook, RecordingWebhook, WhisperWebhook

_PLACE = r"(?P<sealed>[A-Za-z0-9_-]+)"

urlpatterns: list[URLPattern] = [
    re_path(rf"^webhooks/event(?:/{_PLACE})?/?$", EventWebhook.as_view(), name="event"),
    re_path(r"^webhooks/answer/?$", AnswerWebhook.as_view(), name="answer"),
    re_path(r"^webhooks/fallback/?$", FallbackWebhook.as_view(), name="fallback"),
    re_path(rf"^webhooks/recording(?:/{_PLACE})?/?$", RecordingWebhook.as_view(), name="recording"),
    re_path(rf"^webhooks/whisper(?:/{_PLACE})?/?$", WhisperWebhook.as_view(), name="whisper"),
]
