"""Files as answers: of the calls that a list shows, and of the table of a report."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import IO, Any, Final

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from calls import access
from calls.exports.cells import Cell, Rows
from calls.exports.files import csv_chunks, xlsx_file
from calls.exports.rows import Told, calls_told, steps_told
from calls.masking import sees_numbers
from calls.models import Access, Call

EXPORT: Final = "calls.export_call"
KINDS: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
TELLERS: Final[dict[str, Callable[[QuerySet[Call], bool], Told]]] = {"calls": calls_told, "steps": steps_told}
_one_at_a_time = threading.BoundedSemaphore()
"""Of each worker: a long file holds a thread that calls need."""


def export_view(request: HttpRequest, calls: QuerySet[Call], words: str) -> HttpResponseBase:
    """`?what=calls` or `steps`, `&format=csv` or `xlsx`; the calls and their words as the list filters them."""
    if not (request.user.has_perm(EXPORT) and request.user.has_perm("calls.view_call")):
        raise PermissionDenied
    what, kind = request.GET.get("what", "calls"), request.GET.get("format", "csv")
    if request.method != "GET":
        return _refused(_("A file can only be asked for."), 405)
    if what not in TELLERS or kind not in KINDS:
        return _refused(_("Choose what to take away: calls or steps, as csv or xlsx."), 400)
    if calls.query.is_empty():
        return _refused(words or _("There are no such calls."), 400)
    if not _one_at_a_time.acquire(blocking=False):
        return _refused(_("Another file is being made. Try again in a minute."), 503)
    held = _Held()
    try:
        whole = sees_numbers(request.user)
        return _file(request, held, TELLERS[what](calls, whole), f"{what} {words}", kind)
    except BaseException:
        held.close()
        raise


def table_response(
    request: HttpRequest, name: str, columns: Sequence[str], rows: Rows, kind: str = "csv"
) -> HttpResponseBase:
    """The table of a report. `name`: the line, the table and the days, in words; `kind`: csv or xlsx."""
    if kind not in KINDS:
        return _refused(_("Choose csv or xlsx."), 400)
    if kind == "xlsx":
        made = xlsx_file(columns, rows)
        return FileResponse(made, as_attachment=True, filename=file_name(name, kind), content_type=KINDS[kind])
    return _streamed(csv_chunks(columns, rows), file_name(name, kind))


def file_name(words: str, kind: str) -> str:
    return f"{slugify(words)[:100].strip('-') or 'table'}.{kind}"


def _file(request: HttpRequest, held: _Held, told: Told, words: str, kind: str) -> HttpResponseBase:
    """Who takes calls away is noted before the first byte is sent."""
    detail = f"{words}, {kind}"
    if kind == "csv":
        access.note(Access.What.EXPORTED, request.user, detail=detail)
        held.chunks = csv_chunks(told.heading, told.rows)
        return _streamed(held, file_name(words, kind))
    rows = _Counted(told.rows)
    file = xlsx_file(told.heading, rows)
    held.file, held.chunks = file, iter(lambda: file.read(65_536), b"")
    access.note(Access.What.EXPORTED, request.user, detail=f"{rows.count} × {detail}")
    return _streamed(held, file_name(words, kind), KINDS[kind])


def _streamed(chunks: Iterator[bytes], name: str, kind: str = KINDS["csv"]) -> StreamingHttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingHttpResponse(chunks, content_type=kind, headers=headers)


def _refused(words: str, status: int) -> HttpResponse:
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")


class _Counted:
    """Rows, and how many they were."""

    def __init__(self, rows: Iterator[list[Cell]]) -> None:
        self.rows, self.count = rows, 0

    def __iter__(self) -> Iterator[list[Cell]]:
        for row in self.rows:
            self.count += 1
            yield row


class _Held:
    """A file while it is sent. The next may be made when it is closed, also by a caller who never read it."""

    def __init__(self) -> None:
        self.chunks: Iterator[bytes] = iter(())
        self.file: IO[bytes] | None = None
        self.is_open = True

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        return next(self.chunks)

    def close(self) -> None:
        if self.is_open:
            self.is_open = False
            if self.file:
                self.file.close()
            stop: Any = getattr(self.chunks, "close", None)
            if stop:
                stop()
            _one_at_a_time.release()
