"""The sound of a message, for other programs."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.views import APIView

from calls.api.filters import only_known
from calls.api.login import KeyUser
from calls.inbox.player import HEAR, play
from calls.models import Recording

_SOUND = {(200, "audio/mpeg"): OpenApiTypes.BINARY, (206, "audio/mpeg"): OpenApiTypes.BINARY}


@extend_schema_view(
    get=extend_schema(summary="Its sound", tags=["messages"], operation_id="message_sound", responses=_SOUND)
)
class MessageSound(APIView):
    """As it was recorded (MP3 or WAV); a range of it where the request asks for one. Noted among the accesses; the
    message stays as new as it was. There is none until it is fetched, and when it is too old to be kept."""

    needs = HEAR

    def get(self, request: Request, pk: str) -> HttpResponse:
        only_known(request, ())
        row = get_object_or_404(Recording, pk=pk, fetched_at__isnull=False)
        user: Any = request.user
        by = user.get_username() if isinstance(user, KeyUser) else user
        answer = play(request._request, row, by, may_work=False)
        if answer.status_code == 404:
            raise NotFound
        return answer
