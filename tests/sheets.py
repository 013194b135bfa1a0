"""Tables and lists for tests, what is in them in short, and the pages that import files into them."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from menus.imports import ListTarget, Reading, TableTarget, Target
from menus.models import LookupRow, LookupTable, NumberList
from menus.tables import kept_key
from tests.pages import form_of

ACCOUNTS = "account,balance,due\n4821,84.20,2026-12-01\n4822,0.00,\n"


def table(key: str = "accounts", columns: str = "balance due", secret: bool = False) -> LookupTable:
    return LookupTable.objects.create(
        key=key, name=key.capitalize(), key_name="account", columns=columns.split(), hashed_keys=secret
    )


def accounts() -> LookupTable:
    """With two rows, of which ACCOUNTS has one."""
    made = table()
    add(made, "4821", balance="1.00", due="")
    add(made, "9", balance="5.00", due="")
    return made


def add(table: LookupTable, key: str, **values: str) -> LookupRow:
    return LookupRow.objects.create(table=table, key=kept_key(table, key), values=values)


def rows(table: LookupTable) -> dict[str, dict[str, str]]:
    return dict(table.rows.order_by("key").values_list("key", "values"))


def numbers(key: str = "blocked") -> NumberList:
    return NumberList.objects.create(key=key, name=key.capitalize())


def read_table(text: str | bytes, **settings: Any) -> Reading:
    """Into a table that is not stored."""
    return TableTarget(table(**settings)).read(text.encode() if isinstance(text, str) else text)


def faults(reading: Reading) -> list[str]:
    return [str(fault) for fault in reading.faults]


def take(target: Target, text: str, remove: bool = False) -> str:
    """The file applied; what was done, in words."""
    reading = target.read(text.encode())
    assert faults(reading) == []
    return str(target.apply(reading.incoming, remove, target.state(target.stored())))


def table_target(table: LookupTable) -> TableTarget:
    return TableTarget(LookupTable.objects.get(pk=table.pk))


def list_target(numbers: NumberList) -> ListTarget:
    return ListTarget(numbers)


# --- the import's pages -----------------------------------------------------------------------------------------


def way(whole: Any, page: str = "import") -> str:
    return f"/admin/menus/{whole._meta.model_name}/{whole.pk}/{page}/"


def rows_url(table: LookupTable) -> str:
    return f"/admin/menus/lookuprow/?table={table.pk}"


def bring(client: Client, whole: Any, words: str | bytes, **ticks: str) -> str:
    data = words.encode() if isinstance(words, str) else words
    response: Any = client.post(way(whole), {"file": SimpleUploadedFile("new.csv", data), **ticks})
    assert response.status_code == 200
    return str(response.content.decode())


def press(client: Client, whole: Any, page: str, button: str = "apply", **ticks: str) -> Any:
    """What the preview's form sends; a tick of `-` is taken away."""
    given = form_of(page, "import_form") | {button: "1"} | ticks
    return client.post(way(whole), {name: value for name, value in given.items() if value != "-"})


def facts(page: str) -> list[int]:
    """New, changed, removed, unchanged."""
    return [int(part.partition("</dd>")[0]) for part in page.split("<dd>")[1:5]]


def log() -> str:
    return LogEntry.objects.latest("pk").get_change_message()
