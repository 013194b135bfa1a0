"""The sound of a message, for who may hear it: never kept by a browser, and each hearing is noted."""

from __future__ import annotations

import re
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from calls import access
from calls.models import Access, Recording, Sound

HEAR: Final = "calls.hear_recording"
_RANGE: Final = re.compile(r"bytes=([0-9]{0,12})-([0-9]{0,12})", re.ASCII)
_HEADERS: Final = {"Cache-Control": "private, no-store", "Accept-Ranges": "bytes", "X-Content-Type-Options": "nosniff"}


def play(request: HttpRequest, row: Recording, by: access.Who, *, may_work: bool) -> HttpResponse:
    """The whole, or the one range that was asked for (RFC 9110, 14). To whoever works on it, it is no longer new."""
    sound = Sound.objects.filter(recording=row).first()
    if sound is None:
        return HttpResponse("Not here.", status=404, content_type="text/plain", headers=_HEADERS)
    if request.method == "GET":
        access.note(Access.What.HEARD, by, row.call_uuid, row.pk)
        if may_work:
            Recording.objects.filter(pk=row.pk, state=Recording.State.NEW).update(
                state=Recording.State.HEARD, heard_at=timezone.now()
            )
    return _part(request, bytes(sound.data), sound.media_type)


def _part(request: HttpRequest, data: bytes, media_type: str) -> HttpResponse:
    asked = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    if not asked or not (asked[1] or asked[2]) or request.method == "HEAD":
        return HttpResponse(data, content_type=media_type, headers=_HEADERS)
    if asked[1]:
        first, last = int(asked[1]), min(int(asked[2] or len(data)), len(data) - 1)
    else:
        first, last = max(0, len(data) - int(asked[2])), len(data) - 1
    if first > last:
        unmet = _HEADERS | {"Content-Range": f"bytes */{len(data)}"}
        return HttpResponse(status=416, content_type=media_type, headers=unmet)
    met = _HEADERS | {"Content-Range": f"bytes {first}-{last}/{len(data)}"}
    return HttpResponse(data[first : last + 1], status=206, content_type=media_type, headers=met)
