"""Take numbers out of texts, however they are written there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.db.models import QuerySet

from calls.masking import Mask

GONE: Final = "(erased)"


class Scrub:
    def __init__(self, numbers: Iterable[str]) -> None:
        self._patterns = [pattern for pattern, _ in Mask(numbers).hidden]

    def text(self, text: str) -> str:
        for pattern in self._patterns:
            text = pattern.sub(GONE, text)
        return text

    def rows(self, rows: QuerySet[Any], *columns: str) -> int:
        """Of all these rows, those where one of the columns holds a number."""
        count = 0
        for pk, *texts in rows.order_by("pk").values_list("pk", *columns).iterator():
            clean = [self.text(text) for text in texts]
            if clean != texts:
                lengths = (getattr(rows.model._meta.get_field(column), "max_length", None) for column in columns)
                cut = (text[:length] for text, length in zip(clean, lengths, strict=True))
                count += rows.model._default_manager.filter(pk=pk).update(**dict(zip(columns, cut, strict=True)))
        return count
