"""What a CSV file is imported into: the rows of a table, or the numbers of a list."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, ClassVar, Final

from django.db import IntegrityError, OperationalError, models, transaction

from menus.imports.changes import Cells, Changes, Incoming, Reading, compare

BATCH: Final = 1000
_KEYS_BATCH: Final = 500
"""SQLite's drivers may take no more than 999 parameters."""


class NotApplied(Exception):
    """Nothing was changed; why, in words for staff."""


class ChangedMeanwhile(NotApplied):
    """What is stored is no longer what the preview was made from."""

    def __init__(self) -> None:
        super().__init__("Somebody changed it since the preview was made. Nothing was imported; look at it again.")


class Target(ABC):
    """Rows are known by a key that is a text, and have cells that are texts, whatever the columns behind them."""

    unique_fields: ClassVar[Sequence[str]]
    value_fields: ClassVar[Sequence[str]]

    # --- looking --------------------------------------------------------------------------------------------------

    @property
    @abstractmethod
    def columns(self) -> list[str]:
        """Those that there are beside the key."""

    @abstractmethod
    def read(self, data: bytes) -> Reading:
        """The file, with every fault in it. Raises Unreadable, which is a ValueError in words for staff."""

    @abstractmethod
    def stored(self, lock: bool = False) -> dict[str, Cells]:
        """What is there now, by key and in its order."""

    @abstractmethod
    def state(self, stored: Mapping[str, Cells]) -> str:
        """Another one after any change."""

    @abstractmethod
    def heading(self) -> list[str]:
        """Of its CSV file."""

    @abstractmethod
    def sheet(self) -> Iterable[Sequence[str]]:
        """The rows of its CSV file."""

    def shown_key(self, key: str, line: int | None) -> str:
        """How staff know the row; `line` is where it stands in the file."""
        return key

    def shown_cell(self, column: str, cell: str) -> str:
        return cell

    # --- changing -------------------------------------------------------------------------------------------------

    @abstractmethod
    def lock(self) -> None:
        """Inside a transaction: nobody else changes it until the end. Raises ObjectDoesNotExist."""

    @abstractmethod
    def named(self, keys: Sequence[str]) -> models.QuerySet[Any]:
        """The rows of these keys."""

    @abstractmethod
    def row(self, key: str, cells: Cells) -> models.Model:
        """Not saved yet."""

    def take_heading(self, incoming: Incoming) -> None:
        """New columns, where there may be any."""
        return

    def apply(self, incoming: Incoming, remove: bool, seen: str) -> Changes:
        """All of it or nothing, in one transaction. `seen` is the state that the preview was made from.

        Raises NotApplied.
        """
        try:
            with transaction.atomic():
                self.lock()
                stored = self.stored(lock=True)
                if self.state(stored) != seen:
                    raise ChangedMeanwhile
                changes = compare(incoming, stored, self.columns, remove)
                self._write(incoming, stored, changes)
        except (IntegrityError, models.ObjectDoesNotExist):  # added, or deleted with all it had, at this moment
            raise ChangedMeanwhile from None
        except OperationalError as error:  # it is locked: two imports at once, or one beside many calls
            raise NotApplied("The database is busy. Nothing was imported; try it again in a minute.") from error
        return changes

    def _write(self, incoming: Incoming, stored: Mapping[str, Cells], changes: Changes) -> None:
        renamed = {key: old for key, old in incoming.renamed.items() if old in stored}
        self.take_heading(incoming)
        self._delete([*changes.removed, *renamed.values()])
        self._create(self.row(key, incoming.rows[key]) for key in changes.new)
        self._create(self.row(key, stored[old] | incoming.rows[key]) for key, old in renamed.items())
        kept = (key for key in changes.changed if key not in renamed)
        self._create((self.row(key, stored[key] | incoming.rows[key]) for key in kept), over=True)

    def _delete(self, keys: list[str]) -> None:
        for start in range(0, len(keys), _KEYS_BATCH):
            self.named(keys[start : start + _KEYS_BATCH]).delete()

    def _create(self, rows: Iterable[models.Model], over: bool = False) -> None:
        """Over what is there, or an IntegrityError."""
        more: dict[str, Any] = (
            {"update_conflicts": True, "unique_fields": self.unique_fields, "update_fields": self.value_fields}
            if over
            else {}
        )
        left = iter(rows)
        while batch := list(islice(left, BATCH)):
            type(batch[0])._default_manager.bulk_create(batch, **more)
