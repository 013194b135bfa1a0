"""`/audio/<name>.mp3`: the recordings, for the telephone company and for staff's browsers. No login: nobody can guess
the names, and callers hear them anyway."""

from __future__ import annotations

import re
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseNotFound

from ivrsite import database
from menus.sound import files
from menus.sound.named import FOLDER

_HEADERS: Final = {
    # A name is never given twice: who has it may keep it. Vonage keeps a file only when told `public` and an age.
    "Cache-Control": "public, max-age=31536000, immutable",
    "Accept-Ranges": "bytes",
    "X-Content-Type-Options": "nosniff",
}
_RANGE: Final = re.compile(r"bytes=(\d{0,12})-(\d{0,12})", re.ASCII)


def audio(request: HttpRequest, name: str) -> HttpResponse:
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    try:
        data = files.read(f"{FOLDER}{name}.mp3")
    except database.DatabaseAway:
        return HttpResponse(b"Try again.\n", status=503, content_type="text/plain", headers={"Retry-After": "2"})
    if data is None:
        return HttpResponseNotFound(b"Not found.\n", content_type="text/plain")
    headers = _HEADERS | {"ETag": f'"{name}"'}
    if _is_known(request.headers.get("If-None-Match", ""), headers["ETag"]):
        return HttpResponse(status=304, headers=headers)
    return _part(request, data, headers)


def _is_known(asked: str, tag: str) -> bool:
    return asked.strip() == "*" or tag in [one.strip().removeprefix("W/") for one in asked.split(",")]


def _part(request: HttpRequest, data: bytes, headers: dict[str, str]) -> HttpResponse:
    """The whole, or the one range that was asked for (RFC 9110, 14); several ranges at once get the whole."""
    asked = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    if_range = request.headers.get("If-Range", headers["ETag"])
    if not asked or not (asked[1] or asked[2]) or request.method == "HEAD" or if_range != headers["ETag"]:
        return HttpResponse(data, content_type="audio/mpeg", headers=headers)
    if asked[1]:
        first, last = int(asked[1]), min(int(asked[2] or len(data)), len(data) - 1)
    else:
        first, last = max(0, len(data) - int(asked[2])), len(data) - 1
    if first > last:
        unmet = headers | {"Content-Range": f"bytes */{len(data)}"}
        return HttpResponse(status=416, content_type="audio/mpeg", headers=unmet)
    met = headers | {"Content-Range": f"bytes {first}-{last}/{len(data)}"}
    return HttpResponse(data[first : last + 1], status=206, content_type="audio/mpeg", headers=met)
